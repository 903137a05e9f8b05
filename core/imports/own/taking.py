"""Taking a file of our own back. One rule: a document is taken whole, once, by the name the ledger knows it by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import InvalidInput
from core.imports.own.columns import (
    OWN_SOURCE,
    Identity,
    OwnFile,
    OwnReader,
    OwnRow,
    check_day,
    find_own_file,
    restore_tabs,
)
from core.imports.own.entities import OwnEntities
from core.imports.plan import ImportOptions, Plan, PlannedFile
from core.imports.result import NEW, Rejected, Taken
from core.imports.taker import Batch, Taker
from core.models.sales import documents, lines
from core.sales.ledger import Change, DocumentChange, LineRow, apply_change
from core.sales.ledger.documents import (
    NewDocument,
    add_documents,
    find_documents,
    link_return,
    reserve_document_ids,
)
from core.sales.ledger.months import read_closed_before, refuse_closed

BATCH_DOCUMENTS = 500
_TEXTS = {
    "platform": "Platform", "coupon": "Coupon", "ledger_group": "Ledger group", "region": "Region",
    "country": "Country", "pincode": "Pincode", "currency": "Currency",
}  # fmt: skip
Told = tuple[Any, Any, Any, Any]  # position, day, quantity, amount: what a line that is there must agree in
_TOLD_COLUMNS = (lines.c.position, lines.c.day, lines.c.quantity_e3, lines.c.amount_e4)


def understand_own_file(path: Path, options: ImportOptions) -> Plan[OwnFile]:
    """Count what `export sales` wrote. InvalidInput where the file is none of ours."""
    file = find_own_file(path)
    if file is None:
        raise InvalidInput(f"{path.name} is not what `export sales` writes.", field="file", hint="sales.csv")
    planned = PlannedFile(path, OWN_SOURCE, file.digest, sum(1 for _ in file.read_rows()))
    words = (f"{path.name}: what `export sales` wrote, taken back as it went out",)
    return Plan("own", (planned,), options, file, "as `export sales` writes it", file.header, words=words)


@dataclass(slots=True)
class _Documents:
    """The rows of documents that could be read, and those of documents that are refused for one of them."""

    whole: list[list[OwnRow]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class OwnTaker(Taker[OwnFile]):
    """Takes back what `export sales` wrote, in this company or another; what is there already changes nothing.

    Documents keep their source and external id, lines their positions and exact amounts. Stock does not move. A
    document of which a row cannot be taken is refused whole, with the reason beside each of its rows.
    """

    def __init__(self, viewer: Viewer, plan: Plan[OwnFile], *, is_trial: bool) -> None:
        super().__init__(viewer, plan, is_trial=is_trial)
        self._reader, self._entities = OwnReader(plan.reading.header), OwnEntities(viewer)
        self.created = self._entities.created
        self._closed_before: date | None = None
        self._waiting: dict[Identity, Identity] = {}  # returns whose sale stands further down

    def open(self, tx: Connection) -> None:
        """Make the company's own fields that the file has dimensions of this one too."""
        self._entities.declare_fields(tx, self._reader.custom_fields)

    def read(self, _file: PlannedFile, behind: int) -> Iterator[Batch]:
        """So many documents at a time; one that comes twice is not in one batch."""
        rows = self._read_rows()
        for _, _, _, read in islice(rows, behind):
            if isinstance(read, OwnRow) and read.original is not None:
                self._waiting[read.document] = read.original
        found, size, names = _Documents(), 0, set[Identity]()
        for name, group in groupby(rows, key=lambda one: one[0]):
            if len(names) == BATCH_DOCUMENTS or name in names:
                yield Batch(size, found)
                found, size, names = _Documents(), 0, set()
            size += _add_document(found, list(group))
            names.add(name)
        if size:
            yield Batch(size, found)

    def _read_rows(self) -> Iterator[tuple[Identity, int, list[str], OwnRow | InvalidInput]]:
        header = self.plan.reading.header
        at = header.index("Source"), header.index("External ID")
        for line, cells in self.plan.reading.read_rows():
            identity = tuple(cells[index] if index < len(cells) else "" for index in at)
            try:
                yield (identity[0], identity[1]), line, cells, self._reader.read(line, cells)
            except InvalidInput as error:
                yield (identity[0], identity[1]), line, cells, error

    def take(self, tx: Connection, units: _Documents, import_id: int | None) -> Taken:
        """Documents that are new are written; of the others each row is compared with what was ever recorded."""
        taken, new = Taken(rejected=units.rejected), []
        if not units.whole:
            return taken
        self._closed_before = read_closed_before(tx, self.viewer.company)
        there = self._find_there(tx, [rows[0].document for rows in units.whole])
        for rows in units.whole:
            if rows[0].document in there:
                _compare(rows, there[rows[0].document], taken)
                continue
            try:
                self._check(rows)
            except InvalidInput as error:
                taken.rejected += [Rejected(row.line, row.cells, error) for row in rows]
                continue
            new.append(rows)
        if new:
            self._write(tx, new, taken, import_id)
        return taken

    def finish(self, tx: Connection) -> None:
        """Lead returns to sales that stood further down."""
        self._waiting = self._link(tx, self._waiting)

    def _find_there(self, tx: Connection, wanted: Sequence[Identity]) -> dict[Identity, set[Told]]:
        """What the lines of each of these documents that is there say, or ever said."""
        named = [
            and_(documents.c.source == source, documents.c.external_id.in_(names))
            for source, names in _divide_by_source(wanted).items()
        ]
        own = documents.c.company_id == self.viewer.company.id, or_(*named)
        same = and_(lines.c.company_id == documents.c.company_id, lines.c.document_id == documents.c.id)
        columns = documents.c.source, documents.c.external_id, *_TOLD_COLUMNS
        found: dict[Identity, set[Told]] = {}
        for source, name, *told in tx.execute(
            select(*columns).join_from(documents, lines, same, isouter=True).where(*own)
        ):
            position, day, quantity, amount = told
            found.setdefault((source, name), set()).add((position, day, quantity, amount))
        return found

    def _check(self, rows: list[OwnRow]) -> None:
        """Raise InvalidInput for what cannot be one document."""
        company = self.viewer.company
        today, closed = clock.today(company.time_zone), self._closed_before
        for row in rows:
            check_day(row.said["Date"], today, ahead=company.takes_orders_ahead)
            if closed is not None and row.said["Date"] < closed:
                raise refuse_closed(row.said["Date"])
        if len({row.said["Position"] for row in rows}) < len(rows):
            raise InvalidInput("Two rows of one document have the same position.", field="Position")
        if len({row.said["Kind"] for row in rows}) > 1:
            raise InvalidInput("The rows of one document are of two kinds.", field="Kind")

    def _write(self, tx: Connection, new: list[list[OwnRow]], taken: Taken, import_id: int | None) -> None:
        now = clock.now()
        ids = self._claim(tx, new, now)
        opened = [self._make_line(tx, row, ids[row.document], now, import_id) for rows in new for row in rows]
        recorded = [DocumentChange(ids[rows[0].document], 1, "recorded", rows[0].said["Note"]) for rows in new]
        effects = apply_change(tx, Change(self.viewer, now, recorded, opened=opened, is_batch=True))
        taken.goals_met += [goal.id for goal in effects.goals_met]
        taken.counts.update((NEW[rows[0].said["Kind"]] for rows in new), recorded=len(opened))
        named = {rows[0].document: rows[0].original for rows in new}
        self._waiting |= self._link(tx, {name: original for name, original in named.items() if original is not None})

    def _claim(self, tx: Connection, new: list[list[OwnRow]], now: datetime) -> dict[Identity, int]:
        named = [(*rows[0].document, rows[0].said["Kind"]) for rows in new]
        numbers = reserve_document_ids(tx, len(named))
        made = [
            NewDocument(number, kind, source, name) for number, (source, name, kind) in zip(numbers, named, strict=True)
        ]
        add_documents(tx, self.viewer.company.id, made, now)
        return {(one.source, one.external_id): one.id for one in made}

    def _make_line(
        self, tx: Connection, row: OwnRow, document_id: int, now: datetime, import_id: int | None
    ) -> LineRow:
        said = row.said
        return {
            "company_id": self.viewer.company.id,
            "document_id": document_id,
            "revision": 1,
            "position": said["Position"],
            "row_key": restore_tabs(said["Row key"]),
            "kind": said["Kind"],
            "source": said["Source"],
            "sold_at": said["Sold at"],
            "day": said["Date"],
            **self._entities.name(tx, row),
            **{name: said[label] for name, label in _TEXTS.items()},
            "attributes": row.attributes,
            "quantity_e3": said["Quantity"],
            "unit_price_e4": said["Unit price"],
            "discount_e4": said["Discount"] or 0,
            "amount_e4": said["Amount"],
            "cost_e4": said["Cost"],
            "tax_e4": said["Tax"] or 0,
            "round_off_e4": said["Round-off"] or 0,
            "taxes": said["Taxes"],
            "rate_e9": said["Rate"],
            "foreign_amounts": said["Foreign amounts"],
            "original_position": said["Original position"],
            "written_off": said["Written off"] or None,
            "import_id": import_id,
            "recorded_at": now,
            "superseded_at": None,
        }

    def _link(self, tx: Connection, originals: Mapping[Identity, Identity]) -> dict[Identity, Identity]:
        """Lead returns to the documents they belong to; those whose document is not there (yet)."""
        numbers = self._find_numbers(tx, {*originals, *originals.values()})
        for name, original in originals.items():
            if name in numbers and original in numbers:
                link_return(tx, self.viewer.company.id, numbers[name], numbers[original])
        return {name: original for name, original in originals.items() if original not in numbers}

    def _find_numbers(self, tx: Connection, wanted: Iterable[Identity]) -> dict[Identity, int]:
        """The numbers of those documents that are there."""
        found: dict[Identity, int] = {}
        for source, names in _divide_by_source(wanted).items():
            there = find_documents(tx, self.viewer.company.id, source, names)
            found |= {(source, name): number for name, number in there.items()}
        return found


def _add_document(found: _Documents, rows: list[tuple[Identity, int, list[str], OwnRow | InvalidInput]]) -> int:
    """Put the rows of a document, which stand together, where they belong; how many they are."""
    reason = next((read for _, _, _, read in rows if isinstance(read, InvalidInput)), None)
    if reason is None:
        found.whole.append([read for _, _, _, read in rows if isinstance(read, OwnRow)])
    else:
        found.rejected += [Rejected(line, cells, reason) for _, line, cells, _ in rows]
    return len(rows)


def _compare(rows: list[OwnRow], told: set[Told], taken: Taken) -> None:
    for row in rows:
        if (row.said["Position"], row.said["Date"], row.said["Quantity"], row.said["Amount"]) in told:
            taken.counts["already_there"] += 1
        else:
            reason = InvalidInput("The same document is recorded already, and says something else.", field="row")
            taken.rejected.append(Rejected(row.line, row.cells, reason))


def _divide_by_source(wanted: Iterable[Identity]) -> dict[str, list[str]]:
    """External ids by the source they are of."""
    by_source: dict[str, list[str]] = {}
    for source, name in wanted:
        by_source.setdefault(source, []).append(name)
    return by_source
