"""Running an import. One rule: a batch, what it makes and how far it is are one transaction; a killed run goes on."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from core.access import Permission, Viewer
from core.db import Database, name_outage
from core.errors import InvalidInput, Unavailable
from core.imports.batch import Origin, declare_custom_fields, write_batch
from core.imports.claiming import claim_file
from core.imports.collector import rest_collector, sweep
from core.imports.delimited import Row
from core.imports.entities import Entities
from core.imports.identity import RowNames
from core.imports.own import TakenBack, is_own_file, take_back
from core.imports.progress import Progress, open_progress
from core.imports.reading_ahead import read_ahead
from core.imports.rejects import RejectsFile
from core.imports.rows import Rejected, RowReader, SaleRows
from core.imports.understanding import ImportOptions, Understanding, understand_file

log = structlog.get_logger()

OnProgress = Callable[[int, int], None]  # rows done, rows in the file


@dataclass(frozen=True)
class ImportResult:
    """What an import did. `rounded`, `created` and the new documents count this run, the other numbers the whole file.

    `rounded`: rows with an amount of more than four decimals (or a quantity of more than three), rounded half-even.
    """

    id: int
    source: str
    read: int
    recorded: int
    already_there: int
    rejected: int
    rounded: int
    new_orders: int
    new_returns: int
    created: dict[str, int]
    rejects_path: Path | None
    resumed_at: int
    notes: tuple[str, ...]


def import_sales(
    database: Database,
    viewer: Viewer,
    path: Path,
    options: ImportOptions,
    on_progress: OnProgress | None = None,
    *,
    plan: Understanding | None = None,
    is_trial: bool = False,
) -> ImportResult:
    """Import a file of sales; the same file again changes nothing, and after a kill it goes on where it was.

    `plan` is what was understood of the file with these options, where that was asked for just now. A trial writes
    nothing but the file of rejected rows, and tells what would become of each row. Blocking: an event loop runs it in
    a thread. Raises NotAllowed, InvalidInput (nothing is written then), Conflict when the file is being imported by
    somebody else just now, Unavailable when the database goes away (what is committed stays; run it again).
    """
    viewer.require(Permission.IMPORT)
    if plan is None and options.is_open and is_own_file(path):
        if is_trial:
            words = f"{path.name} is what Salesbell itself wrote: what is there already stays, so nothing is tried."
            raise InvalidInput(words, field="--dry-run", hint=f"salesbell import sales {path.name}")
        with claim_file(path):
            return _sum_up_own(take_back(database, viewer, path, on_progress))
    plan = plan or understand_file(path, options)
    with claim_file(path):
        run = _Run(database, viewer, plan, options, is_trial)
        try:
            with rest_collector():
                return run.go(on_progress or (lambda _done, _rows: None))
        except OperationalError as error:
            log.error("database unavailable", reason=str(error.orig))
            raise Unavailable(
                f"{name_outage(error)} after row {run.progress.read:,} of {plan.rows:,}. What was recorded stays.",
                hint="run the same import again: it goes on from there",
            ) from error
        finally:
            run.close()


@dataclass(frozen=True, slots=True)
class _Batch:
    """So many rows of the file, read and named: the order each belongs to, and its own key."""

    size: int
    rows: SaleRows
    rejected: list[Rejected]
    orders: list[str]
    keys: list[str]


@dataclass
class _Run:
    """One run over one file."""

    database: Database
    viewer: Viewer
    plan: Understanding
    options: ImportOptions
    is_trial: bool
    progress: Progress = field(default_factory=lambda: Progress(0))
    rounded: int = 0

    def __post_init__(self) -> None:
        self.reader, self.names = RowReader(self.plan), RowNames(self.plan)
        self.rejects = RejectsFile(self.plan.file.path, self.plan.file.header, self.plan.file.delimiter)
        preset = self.plan.preset
        self.entities = Entities(
            self.viewer,
            self.plan.creates,
            self.options.branch,
            self.options.person,
            codes_are_products=preset is not None and preset.codes_are_products,
            is_trial=self.is_trial,
        )
        self._begin = self.database.begin_read if self.is_trial else self.database.begin

    def close(self) -> None:
        self.names.close()
        self.rejects.close()

    def go(self, on_progress: OnProgress) -> ImportResult:
        self._open()
        resumed_at = self.progress.read
        with closing(read_ahead(self._name_batches(resumed_at))) as batches:
            for batch in batches:
                self._take(batch)
                sweep()
                on_progress(self.progress.read, self.plan.rows)
        if not self.is_trial:
            with self._begin() as tx:
                self.progress.finish(tx, self.viewer)
        return self._sum_up(resumed_at)

    def _open(self) -> None:
        with self._begin() as tx:
            self.entities.open(tx)
            if self.is_trial:
                self.rejects.resume(0)
                return
            declare_custom_fields(tx, self.viewer.company.id, self.plan.layout)
            self.progress = open_progress(tx, self.viewer, self.plan)
            if not self.rejects.resume(self.progress.rejected):
                # The rows a killed run had rejected are lost: start over, as what is recorded is known again.
                self.rejects.resume(0)
                self.progress = Progress(self.progress.id)
            self.progress.save(tx)

    def _name_batches(self, resumed_at: int) -> Iterator["_Batch"]:
        """The batches from there on; those before are read once more, as how often a row came counts from the start."""
        behind = 0
        for batch in self._read_batches(resumed_at):
            rows, rejected = self.reader.read(batch)
            orders, keys = self.names.name(rows)
            if behind >= resumed_at:
                yield _Batch(len(batch), rows, rejected, orders, keys)
            behind += len(batch)

    def _read_batches(self, resumed_at: int) -> Iterator[list[Row]]:
        """The rows of the file, whole orders together where they stand together; none reaches over `resumed_at`."""
        at, size = self.plan.layout.fields.get("order_id"), self.options.batch_rows
        rows, ahead = self.plan.file.read_rows(), list[Row]()
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

    def _take(self, batch: "_Batch") -> None:
        rejected = batch.rejected
        origin = Origin(self.viewer, self.plan.source, None if self.is_trial else self.progress.id)
        with self._begin() as tx:
            result = write_batch(tx, origin, self.entities, batch.rows, batch.orders, batch.keys)
            rejected += result.rejected
            # Before the commit: what a killed run wrote too much here is cut off when it goes on.
            for line, cells, reason in sorted(rejected, key=lambda one: one[0]):
                self.rejects.add(_word(line, reason), cells)
            self.rejects.flush()
            self.progress.read += batch.size
            self.progress.recorded += result.recorded
            self.progress.rejected += len(rejected)
            self.progress.goals_met += [goal.id for goal in result.goals_met]
            if not self.is_trial:
                self.progress.save(tx)
        self.rounded += batch.rows.rounded
        for kind, number in result.new_documents.items():
            self.progress.new_documents[kind] = self.progress.new_documents.get(kind, 0) + number

    def _sum_up(self, resumed_at: int) -> ImportResult:
        done = self.progress
        return ImportResult(
            id=done.id,
            source=self.plan.source,
            read=done.read,
            recorded=done.recorded,
            already_there=done.read - done.recorded - done.rejected,
            rejected=done.rejected,
            rounded=self.rounded,
            new_orders=done.new_documents.get("sale", 0),
            new_returns=done.new_documents.get("return", 0),
            created=self.entities.created,
            rejects_path=self.rejects.finish(),
            resumed_at=resumed_at,
            notes=self.plan.notes,
        )


def _sum_up_own(done: TakenBack) -> ImportResult:
    """What came of a file of our own."""
    new = done.new_documents
    return ImportResult(
        id=done.id,
        source=done.source,
        read=done.read,
        recorded=done.recorded,
        already_there=done.already_there,
        rejected=done.rejected,
        rounded=0,
        new_orders=new.get("sale", 0) + new.get("guest", 0),
        new_returns=new.get("return", 0) + new.get("exchange", 0),
        created=done.created,
        rejects_path=done.rejects_path,
        resumed_at=0,
        notes=(),
    )


def _is_same(before: list[str], cells: list[str], at: int) -> bool:
    """Whether two rows that follow each other are of one order; what is no whole row is of none."""
    return at < len(before) and at < len(cells) and before[at] == cells[at]


def _word(line: int, reason: InvalidInput) -> str:
    """A reason in one sentence: where, what, and what would work."""
    hint = f" Try: {reason.hint}" if reason.hint else ""
    return f"line {line}: {reason.message}{hint}"
