"""Taking a file of our own back. One rule: a document is taken whole, once, by the name the ledger knows it by."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer, act_as_operator
from core.db import Database
from core.errors import InvalidInput
from core.imports.own.columns import Identity, OwnFile, OwnReader, OwnRow, check_day, find_own_file, restore_tabs
from core.imports.own.entities import OwnEntities
from core.imports.rejects import RejectsFile
from core.models.imports import imports
from core.models.sales import documents, lines
from core.sales.ledger import Change, DocumentChange, Effects, LineRow, apply_change, tell_effects
from core.sales.ledger.documents import NewDocument, add_documents, link_return, reserve_document_ids
from core.sales.ledger.months import read_closed_before, refuse_closed

BATCH_DOCUMENTS = 500
SOURCE = "import:salesbell"
_TEXTS = {
    "platform": "Platform", "coupon": "Coupon", "ledger_group": "Ledger group", "region": "Region",
    "country": "Country", "pincode": "Pincode", "currency": "Currency",
}  # fmt: skip
OnProgress = Callable[[int, int], None]  # rows done, rows in the file
Told = tuple[Any, Any, Any, Any]  # position, day, quantity, amount: what a line that is there must agree in
_TOLD_COLUMNS = (lines.c.position, lines.c.day, lines.c.quantity_e3, lines.c.amount_e4)


@dataclass
class TakenBack:
    """What became of the rows of a file, and what had to be made for them."""

    id: int = 0
    source: str = SOURCE
    read: int = 0
    recorded: int = 0
    already_there: int = 0
    rejected: int = 0
    new_documents: dict[str, int] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    rejects_path: Path | None = None


def take_back(database: Database, viewer: Viewer, path: Path, on_progress: OnProgress | None = None) -> TakenBack:
    """Take back what `export sales` wrote, in this company or another; what is there already changes nothing.

    Documents keep their source and external id, lines their positions and exact amounts. Stock does not move. A
    document of which a row cannot be taken is refused whole, with the reason beside each of its rows. A run that was
    killed is run again. Raises NotAllowed, and InvalidInput where the file is none of ours.
    """
    viewer.require(Permission.IMPORT)
    file = find_own_file(path)
    if file is None:
        raise InvalidInput(f"{path.name} is not what `export sales` writes.", field="file", hint="sales.csv")
    return _Run(database, viewer, file).go(on_progress or (lambda _done, _rows: None))


@dataclass
class _Run:
    """One run over one file."""

    database: Database
    viewer: Viewer
    file: OwnFile
    result: TakenBack = field(default_factory=TakenBack)
    closed_before: date | None = None
    effects: Effects = field(default_factory=Effects)
    waiting: dict[int, Identity] = field(default_factory=dict)  # returns whose sale stands further down

    def __post_init__(self) -> None:
        self.reader = OwnReader(self.file.header)
        self.entities = OwnEntities(self.viewer)
        self.rejects = RejectsFile(self.file.path, self.file.header, ",")

    def go(self, on_progress: OnProgress) -> TakenBack:
        self.rejects.resume(0)
        rows = sum(1 for _ in self.file.read_rows())
        with self.database.begin() as tx:
            self.result.id = self._open(tx, rows)
            self.entities.declare_fields(tx, self.reader.custom_fields)
        for batch in _divide(self._read_documents()):
            with self.database.begin() as tx:
                self._take(tx, batch)
                self._save(tx)
            on_progress(self.result.read, rows)
        with self.database.begin() as tx:
            self._link(tx, self.waiting)
            tell_effects(tx, act_as_operator(self.viewer.company), self.effects)
            self._save(tx, is_finished=True)
        self.result.created, self.result.rejects_path = self.entities.created, self.rejects.finish()
        return self.result

    def _open(self, tx: Connection, rows: int) -> int:
        """The import's row: that of a run of this very file that was killed, else a new one."""
        same = imports.c.company_id == self.viewer.company.id, imports.c.digest == self.file.digest
        under_way = imports.c.finished_at.is_(None), imports.c.undone_at.is_(None)
        found = tx.execute(select(imports.c.id).where(*same, *under_way)).scalar()
        if found is not None:
            return int(found)
        values = {
            "company_id": self.viewer.company.id,
            "source": SOURCE,
            "file_name": self.file.path.name[:255],
            "digest": self.file.digest,
            "rows_in_file": rows,
            **dict.fromkeys(("rows_read", "rows_recorded", "rows_rejected"), 0),
            "first_line_id": tx.execute(select(func.coalesce(func.max(lines.c.id), 0) + 1)).scalar_one(),
            "started_by": self.viewer.person_id,
            "started_at": clock.now(),
        }
        return int(tx.execute(insert(imports).returning(imports.c.id), values).scalar_one())

    def _save(self, tx: Connection, *, is_finished: bool = False) -> None:
        done = self.result
        values = {"rows_read": done.read, "rows_recorded": done.recorded, "rows_rejected": done.rejected}
        last = select(func.max(lines.c.id)).scalar_subquery()
        finished_at = clock.now() if is_finished else None
        tx.execute(
            update(imports).where(imports.c.id == done.id).values(**values, last_line_id=last, finished_at=finished_at)
        )

    def _read_documents(self) -> Iterator[list[OwnRow]]:
        """The rows of each document, which stand together; those of one with a row that cannot be read are refused."""
        for _, group in groupby(self._read_rows(), key=lambda one: one[0]):
            found = list(group)
            self.result.read += len(found)
            reason = next((read for _, _, _, read in found if isinstance(read, InvalidInput)), None)
            if reason is None:
                yield [read for _, _, _, read in found if isinstance(read, OwnRow)]
            else:
                self._reject(((line, cells) for _, line, cells, _ in found), reason)

    def _read_rows(self) -> Iterator[tuple[Identity, int, list[str], OwnRow | InvalidInput]]:
        at = self.file.header.index("Source"), self.file.header.index("External ID")
        for line, cells in self.file.read_rows():
            identity = tuple(cells[index] if index < len(cells) else "" for index in at)
            try:
                yield (identity[0], identity[1]), line, cells, self.reader.read(line, cells)
            except InvalidInput as error:
                yield (identity[0], identity[1]), line, cells, error

    def _reject(self, rows: Iterable[tuple[int, list[str]]], reason: InvalidInput) -> None:
        for line, cells in rows:
            self.rejects.add(f"line {line}: {reason.message}", cells)
            self.result.rejected += 1

    def _take(self, tx: Connection, batch: list[list[OwnRow]]) -> None:
        """Documents that are new are written; of the others each row is compared with what was ever recorded."""
        self.closed_before = read_closed_before(tx, self.viewer.company)
        there = self._find_there(tx, [rows[0].document for rows in batch])
        new = []
        for rows in batch:
            if rows[0].document in there:
                self._compare(rows, there[rows[0].document])
                continue
            try:
                self._check(rows)
            except InvalidInput as error:
                self._reject(((row.line, row.cells) for row in rows), error)
                continue
            new.append(rows)
        self._write(tx, new)

    def _find_there(self, tx: Connection, wanted: Sequence[Identity]) -> dict[Identity, set[Told]]:
        """What the lines of each of these documents that is there say, or ever said."""
        by_source: dict[str, list[str]] = {}
        for source, name in wanted:
            by_source.setdefault(source, []).append(name)
        named = [
            and_(documents.c.source == source, documents.c.external_id.in_(names))
            for source, names in by_source.items()
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

    def _compare(self, rows: list[OwnRow], told: set[Told]) -> None:
        for row in rows:
            if _tell(row) in told:
                self.result.already_there += 1
            else:
                reason = InvalidInput("The same document is recorded already, and says something else.", field="row")
                self._reject([(row.line, row.cells)], reason)

    def _check(self, rows: list[OwnRow]) -> None:
        """Raise InvalidInput for what cannot be one document."""
        company = self.viewer.company
        today, closed = clock.today(company.time_zone), self.closed_before
        for row in rows:
            check_day(row.said["Date"], today, ahead=company.takes_orders_ahead)
            if closed is not None and row.said["Date"] < closed:
                raise refuse_closed(row.said["Date"])
        if len({row.said["Position"] for row in rows}) < len(rows):
            raise InvalidInput("Two rows of one document have the same position.", field="Position")
        if len({row.said["Kind"] for row in rows}) > 1:
            raise InvalidInput("The rows of one document are of two kinds.", field="Kind")

    def _write(self, tx: Connection, new: list[list[OwnRow]]) -> None:
        if not new:
            return
        now = clock.now()
        ids = self._claim(tx, new, now)
        opened = [self._make_line(tx, row, ids[row.document], now) for rows in new for row in rows]
        recorded = [DocumentChange(ids[rows[0].document], 1, "recorded", rows[0].said["Note"]) for rows in new]
        change = Change(self.viewer, now, recorded, opened=opened, is_batch=True)
        self.effects.goals_met += apply_change(tx, change).goals_met
        self.result.recorded += len(opened)
        for rows in new:
            kind = rows[0].said["Kind"]
            self.result.new_documents[kind] = self.result.new_documents.get(kind, 0) + 1
        originals = {ids[rows[0].document]: rows[0].original for rows in new}
        self.waiting |= self._link(tx, {number: named for number, named in originals.items() if named is not None})

    def _claim(self, tx: Connection, new: list[list[OwnRow]], now: datetime) -> dict[Identity, int]:
        named = [(*rows[0].document, rows[0].said["Kind"]) for rows in new]
        numbers = reserve_document_ids(tx, len(named))
        made = [
            NewDocument(number, kind, source, name) for number, (source, name, kind) in zip(numbers, named, strict=True)
        ]
        add_documents(tx, self.viewer.company.id, made, now)
        return {(one.source, one.external_id): one.id for one in made}

    def _make_line(self, tx: Connection, row: OwnRow, document_id: int, now: datetime) -> LineRow:
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
            **self.entities.name(tx, row),
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
            "import_id": self.result.id,
            "recorded_at": now,
            "superseded_at": None,
        }

    def _link(self, tx: Connection, originals: Mapping[int, Identity]) -> dict[int, Identity]:
        """Lead returns to the documents they belong to; those whose document is not there (yet)."""
        left: dict[int, Identity] = {}
        for number, (source, name) in originals.items():
            same = documents.c.source == source, documents.c.external_id == name
            own = documents.c.company_id == self.viewer.company.id
            found = tx.execute(select(documents.c.id).where(own, *same)).scalar()
            if found is None:
                left[number] = source, name
            else:
                link_return(tx, self.viewer.company.id, number, found)
        return left


def _tell(row: OwnRow) -> Told:
    return row.said["Position"], row.said["Date"], row.said["Quantity"], row.said["Amount"]


def _divide(found: Iterator[list[OwnRow]]) -> Iterator[list[list[OwnRow]]]:
    """So many documents at a time; one that comes twice is not in one batch."""
    batch: list[list[OwnRow]] = []
    names: set[Identity] = set()
    for rows in found:
        if len(batch) == BATCH_DOCUMENTS or rows[0].document in names:
            yield batch
            batch, names = [], set()
        batch.append(rows)
        names.add(rows[0].document)
    if batch:
        yield batch
