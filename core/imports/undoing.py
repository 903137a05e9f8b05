"""Taking a whole import back. One rule: its lines are superseded like any others, and nobody else's are touched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.catalog.stock import StockMove, move_stock
from core.db import Database
from core.errors import Conflict, NotFound
from core.metrics.bulk import move_whole_documents
from core.metrics.rollups import move_rollups
from core.models.catalog import stock_moves
from core.models.imports import imports
from core.models.sales import documents, lines, revisions
from core.sales.ledger import read_closed_before

IDS_AT_A_TIME = 10_000  # numbers of lines looked through in one transaction
ASKED_AT_ONCE = 5_000
OnProgress = Callable[[int, int], None]  # steps done, of how many
_WEIGHED = (
    "document_id", "day", "kind", "branch_id", "person_id", "product_id", "customer_id", "quantity_e3", "discount_e4",
    "amount_e4", "cost_e4", "tax_e4", "round_off_e4",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back by this run: lines, and documents of which nothing is left."""

    id: int
    file_name: str
    lines: int
    documents: int


def undo_import(database: Database, viewer: Viewer, import_id: int, on_progress: OnProgress | None = None) -> Undone:
    """Take back every line an import brought, also those corrected since; sums and stock go back with them.

    Goes in steps: what is stopped half-way goes on when it is called again. The file may be imported anew after that,
    as if it had never been. A month that is closed keeps what was reported: Conflict. Also raises NotAllowed and
    NotFound.
    """
    viewer.require(Permission.IMPORT)
    with database.begin() as tx:
        row = _claim(tx, viewer, import_id)
        newest = tx.execute(select(func.coalesce(func.max(lines.c.id), 0))).scalar_one()
    first, last = row.first_line_id or 0, row.last_line_id or newest
    # Its own lines stand close together, corrections of them anywhere after that.
    steps = [*range(first, last + 1, IDS_AT_A_TIME), *range(last + 1, newest + 1, 100 * IDS_AT_A_TIME), newest + 1]
    taken = gone = 0
    for number, (start, end) in enumerate(pairwise(steps), 1):
        with database.begin() as tx:
            counts = _take_back(tx, viewer, row, start, end - 1)
        taken, gone = taken + counts[0], gone + counts[1]
        if on_progress is not None:
            on_progress(number, len(steps) - 1)
    return Undone(row.id, row.file_name, taken, gone)


def _claim(tx: Connection, viewer: Viewer, import_id: int) -> Row[Any]:
    """The import, marked as taken back: a run that is still going stops at its next step."""
    own = imports.c.company_id == viewer.company.id, imports.c.id == import_id
    row = tx.execute(select(imports).where(*own).with_for_update()).first()
    if row is None:
        raise NotFound(f"There is no import {import_id}.", field="import", hint="salesbell imports")
    closed = read_closed_before(tx, viewer.company)
    if closed is not None and _reaches_into(tx, row, closed):
        raise Conflict(f"It brought sales of months before {closed}, which are closed.", field="import")
    if row.undone_at is None:
        tx.execute(update(imports).where(*own).values(undone_at=clock.now(), undone_by=viewer.person_id))
    return row


def _reaches_into(tx: Connection, row: Row[Any], closed: Any) -> bool:
    found = select(lines.c.id).where(*_present_of(row), lines.c.day < closed).limit(1)
    return tx.execute(found).first() is not None


def _present_of(row: Row[Any]) -> tuple[Any, ...]:
    return lines.c.company_id == row.company_id, lines.c.import_id == row.id, lines.c.superseded_at.is_(None)


def _take_back(tx: Connection, viewer: Viewer, row: Row[Any], first: int, last: int) -> tuple[int, int]:
    """Take back the documents that lines of these numbers belong to; how many lines, and whole documents."""
    chosen = select(lines.c.document_id).distinct().where(*_present_of(row), lines.c.id.between(first, last))
    numbers = sorted(tx.execute(chosen).scalars())
    if not numbers:
        return 0, 0
    company_id, now = viewer.company.id, clock.now()
    held = _ask_in_turn(tx, numbers, select(documents.c.id, documents.c.revision), documents.c.id, for_update=True)
    wanted = [lines.c[name] for name in _WEIGHED]
    present = _ask_in_turn(
        tx,
        numbers,
        select(lines.c.id, lines.c.import_id, *wanted).where(
            lines.c.company_id == company_id, lines.c.superseded_at.is_(None)
        ),
        lines.c.document_id,
    )
    mixed = {line.document_id for line in present if line.import_id != row.id}
    whole = [line for line in present if line.document_id not in mixed]
    columns = {name: [getattr(line, name) for line in whole] for name in _WEIGHED}
    move_whole_documents(tx, company_id, columns, sign=-1)
    old = [dict(line._mapping) for line in present if line.document_id in mixed]
    move_rollups(tx, company_id, old, [line for line in old if line["import_id"] != row.id])
    going = [line.id for line in present if line.import_id == row.id]
    for some in _divide(going):
        tx.execute(update(lines).where(lines.c.id.in_(some)).values(superseded_at=now))
    _write_history(tx, viewer, row, held, mixed, now)
    gone = [number for number in numbers if number not in mixed]
    _bring_back_stock(tx, viewer, gone, now)
    _free_names(tx, row, gone)
    return len(going), len(gone)


def _write_history(
    tx: Connection, viewer: Viewer, row: Row[Any], held: Sequence[Row[Any]], mixed: set[int], now: datetime
) -> None:
    told = {"company_id": row.company_id, "person_id": viewer.person_id, "recorded_at": now}
    told["reason"] = f"import {row.id} undone: {row.file_name}"[:300]
    rows = [
        {
            **told,
            "document_id": document.id,
            "number": document.revision + 1,
            "action": "edited" if document.id in mixed else "voided",
        }
        for document in held
    ]
    tx.execute(insert(revisions), rows)
    for some in _divide([document.id for document in held]):
        tx.execute(update(documents).where(documents.c.id.in_(some)).values(revision=documents.c.revision + 1))


def _bring_back_stock(tx: Connection, viewer: Viewer, gone: Sequence[int], now: datetime) -> None:
    """What the moves of a document that goes add up to goes the other way; an import itself moves nothing."""
    moved = stock_moves.c
    asked = select(moved.document_id, moved.branch_id, moved.product_id, func.sum(moved.quantity_e3).label("sum_e3"))
    asked = asked.group_by(moved.document_id, moved.branch_id, moved.product_id).where(
        moved.company_id == viewer.company.id
    )
    for found in _ask_in_turn(tx, gone, asked, moved.document_id):
        if found.sum_e3:
            back = StockMove(found.branch_id, found.product_id, -int(found.sum_e3), "sale")
            company_id, person_id = viewer.company.id, viewer.person_id
            move_stock(tx, company_id, [back], document_id=found.document_id, person_id=person_id, at=now)


def _free_names(tx: Connection, row: Row[Any], gone: Sequence[int]) -> None:
    """A document that goes lets go of its name, so that the file can be imported anew."""
    freed = documents.c.external_id + f"\t{row.id}"
    for some in _divide(gone):
        tx.execute(update(documents).where(documents.c.id.in_(some)).values(external_id=func.substr(freed, 1, 200)))


def _ask_in_turn(
    tx: Connection, numbers: Sequence[int], asked: Any, column: Any, *, for_update: bool = False
) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for some in _divide(numbers):
        narrowed = asked.where(column.in_(some))
        found += tx.execute(narrowed.order_by(column).with_for_update() if for_update else narrowed)
    return found


def _divide(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + ASKED_AT_ONCE] for start in range(0, len(numbers), ASKED_AT_ONCE)]
