"""Files of sales: rows are read and named column by column in one thread, and written in another."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.imports.plan import Plan, PlannedFile
from core.imports.reading.splitting import Row
from core.imports.result import Rejected, Taken
from core.imports.sales.batch import Origin, declare_custom_fields, write_batch
from core.imports.sales.entities import Entities
from core.imports.sales.identity import RowNames
from core.imports.sales.rows import RowReader, SaleRows
from core.imports.sales.understanding import SalesReading
from core.imports.taker import Batch, Taker


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of the file, read and named: the order each belongs to, and its own key."""

    rows: SaleRows
    rejected: list[Rejected]
    orders: list[str]
    keys: list[str]
    repeated: int  # how many of them say what one before them in the file says


class SalesTaker(Taker[SalesReading]):
    """Takes rows of sales in."""

    def __init__(self, viewer: Viewer, plan: Plan[SalesReading], *, is_trial: bool) -> None:
        super().__init__(viewer, plan, is_trial=is_trial)
        reading, options = plan.reading, plan.options
        self._repeated = self._corrected = 0
        self._reader, self._names = RowReader(reading, viewer.company.currency), RowNames(reading)
        self._entities = Entities(
            viewer,
            reading.creates,
            options.branch,
            options.person,
            codes_are_products=reading.preset is not None and reading.preset.codes_are_products,
            is_trial=is_trial,
        )
        self.created = self._entities.created

    def open(self, tx: Connection) -> None:
        """Learn who and where; make the file's own columns dimensions."""
        self._entities.open(tx)
        if not self.is_trial:
            declare_custom_fields(tx, self.viewer.company.id, self.plan.reading.layout)

    def _write_notes(self) -> Iterator[str]:
        if self._repeated:
            is_one = self._repeated == 1
            words = "1 row says" if is_one else f"{self._repeated:,} rows say"
            yield f"{words} exactly what another row of the file says: each was taken for a sale of its own."
        if self._corrected:
            words = "1 order" if self._corrected == 1 else f"{self._corrected:,} orders"
            yield f"{words} said something else than before, and the new lines took the place of the old."

    def close(self) -> None:
        """Let go of the temporary database that rows are counted in."""
        self._names.close()

    def read(self, _file: PlannedFile, behind: int) -> Iterator[Batch]:
        """The batches from there on; those before are read once more, as how often a row came counts from the start."""
        done = 0
        for batch in self._read_batches(behind):
            rows, rejected = self._reader.read(batch)
            orders, keys = self._names.name(rows)
            if done >= behind:
                repeated = sum(key[:1] == "#" and not key.endswith(".1") for key in keys)
                yield Batch(len(batch), _Rows(rows, rejected, orders, keys, repeated))
            done += len(batch)

    def _read_batches(self, resumed_at: int) -> Iterator[list[Row]]:
        """The rows of the file, whole orders together where they stand together; none reaches over `resumed_at`."""
        at, size = self.plan.reading.layout.fields.get("order_id"), self.plan.options.batch_rows
        rows, ahead = self.plan.reading.file.read_rows(), list[Row]()
        behind = 0
        while True:
            wanted = min(size, resumed_at - behind) if behind < resumed_at else size
            batch, ahead = [*ahead, *islice(rows, wanted - len(ahead))], []
            if not batch:
                return
            while at is not None and behind >= resumed_at and len(batch) < 2 * size and (row := next(rows, None)):
                if not _is_same(batch[-1][1], row[1], at):
                    ahead = [row]
                    break
                batch.append(row)
            behind += len(batch)
            yield batch

    def take(self, tx: Connection, units: _Rows, import_id: int | None) -> Taken:
        """Record the rows; of an order that is there, those that are new."""
        is_one_batch = self.plan.units <= self.plan.options.batch_rows
        parted = frozenset() if is_one_batch else self.plan.reading.scattered
        origin = Origin(self.viewer, self.plan.files[0].source, import_id, parted)
        count = len(units.rows)
        taken = write_batch(tx, origin, self._entities, units.rows, units.orders, units.keys)
        taken.counts.update(
            rounded=units.rows.rounded, already_there=count - taken.counts["recorded"] - len(taken.rejected)
        )
        taken.rejected += units.rejected
        self._repeated += units.repeated
        self._corrected += taken.counts["corrected_orders"]
        self.notes = (*self.plan.notes, *self._write_notes())
        return taken


def _is_same(before: list[str], cells: list[str], at: int) -> bool:
    """Whether two rows that follow each other are of one order; what is no whole row is of none."""
    return at < len(before) and at < len(cells) and before[at] == cells[at]
