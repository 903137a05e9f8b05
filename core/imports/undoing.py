"""Taking a whole import back. One rule: its lines are superseded like any others, and nobody else's are touched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.db import Database
from core.errors import Conflict, NotFound
from core.models.imports import imports
from core.models.sales import lines
from core.sales.ledger import Change, DocumentChange, apply_change
from core.sales.ledger.change import find_instant
from core.sales.ledger.documents import Held, divide, find_returned_by_people, lock_documents, read_notes, release_names
from core.sales.ledger.months import read_closed_before

IDS_AT_A_TIME = 10_000  # numbers of lines looked through in one transaction
NAMED_AT_MOST = 5
OnProgress = Callable[[int, int], None]  # steps done, of how many
_READ = (
    "id", "import_id", "document_id", "recorded_at", "day", "kind", "branch_id", "person_id", "product_id", "filing_id",
    "customer_id", "platform", "coupon", "quantity_e3", "discount_e4", "amount_e4", "cost_e4", "tax_e4", "round_off_e4",
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
    as if it had never been. A month that is closed keeps what was reported, and what people recorded as coming back of
    its sales is undone first, as where one sale is undone: Conflict. Also raises NotAllowed and NotFound.
    """
    viewer.require(Permission.IMPORT)
    with database.begin() as tx:
        row, steps = _claim(tx, viewer, import_id)
        _require_no_returns(tx, row, steps)
    taken = gone = 0
    for number, (start, end) in enumerate(pairwise(steps), 1):
        with database.begin() as tx:
            counts = _take_back(tx, viewer, row, start, end - 1)
        taken, gone = taken + counts[0], gone + counts[1]
        if on_progress is not None:
            on_progress(number, len(steps) - 1)
    return Undone(row.id, row.file_name, taken, gone)


def _claim(tx: Connection, viewer: Viewer, import_id: int) -> tuple[Row[Any], list[int]]:
    """The import, marked as taken back, and the steps to go in: a run that is still going stops at its next one."""
    own = imports.c.company_id == viewer.company.id, imports.c.id == import_id
    row = tx.execute(select(imports).where(*own).with_for_update()).first()
    if row is None:
        raise NotFound(f"There is no import {import_id}.", field="import", hint="salesbell imports")
    steps, closed = _list_steps(tx, row), read_closed_before(tx, viewer.company)
    if closed is not None and _reaches_into(tx, row, steps, closed):
        raise Conflict(f"It brought sales of months before {closed}, which are closed.", field="import")
    if row.undone_at is None:
        tx.execute(update(imports).where(*own).values(undone_at=clock.now(), undone_by=viewer.person_id))
    return row, steps


def _reaches_into(tx: Connection, row: Row[Any], steps: Sequence[int], closed: date) -> bool:
    sold = select(lines.c.id).where(*_present_of(row), lines.c.day < closed).limit(1)
    found = (tx.execute(sold.where(lines.c.id.between(start, end - 1))).first() for start, end in pairwise(steps))
    return any(one is not None for one in found)


def _present_of(row: Row[Any]) -> tuple[Any, ...]:
    return lines.c.company_id == row.company_id, lines.c.import_id == row.id, lines.c.superseded_at.is_(None)


def _list_steps(tx: Connection, row: Row[Any]) -> list[int]:
    """The numbers of lines between which its lines are: its own close together, corrections of them anywhere after."""
    newest = tx.execute(select(func.coalesce(func.max(lines.c.id), 0))).scalar_one()
    first, last = row.first_line_id or 0, row.last_line_id or newest
    return [*range(first, last + 1, IDS_AT_A_TIME), *range(last + 1, newest + 1, 100 * IDS_AT_A_TIME), newest + 1]


def _require_no_returns(tx: Connection, row: Row[Any], steps: Sequence[int]) -> None:
    """Without its sale a return would count all the same, and could be made once more of the file imported anew."""
    for start, end in pairwise(steps):
        sold = select(lines.c.document_id).where(*_present_of(row), lines.c.id.between(start, end - 1))
        if found := find_returned_by_people(tx, row.company_id, sold):
            named = ", ".join(f"#{number}" for _, number in found[:NAMED_AT_MOST])
            more = " and more" if len(found) > NAMED_AT_MOST else ""
            raise Conflict(f"Goods of its sales came back ({named}{more}): undo that first.", field="import")


def _take_back(tx: Connection, viewer: Viewer, row: Row[Any], first: int, last: int) -> tuple[int, int]:
    """Take back the documents that lines of these numbers belong to; how many lines, and whole documents."""
    chosen = select(lines.c.document_id).distinct().where(*_present_of(row), lines.c.id.between(first, last))
    held = lock_documents(tx, viewer.company.id, tx.execute(chosen).scalars())
    if not held:
        return 0, 0
    present = _read_present(tx, viewer.company.id, list(held))
    mixed = {line.document_id for line in present if line.import_id != row.id}
    voided = [_revise(row, one, "voided") for one in held.values() if one.id not in mixed]
    edited = [_revise(row, one, "edited") for one in held.values() if one.id in mixed]
    notes = read_notes(tx, viewer.company.id, list(held))
    documents = [replace(one, note=notes.get(one.id)) for one in (*voided, *edited)]
    going = [dict(line._mapping) for line in present if line.import_id == row.id]
    kept = [dict(line._mapping) for line in present if line.import_id != row.id]
    at = find_instant(*(line["recorded_at"] for line in going))
    apply_change(tx, Change(viewer, at, documents, going, (), kept, is_batch=True))
    release_names(tx, [one.id for one in voided], f"\t{row.id}")
    return len(going), len(voided)


def _read_present(tx: Connection, company_id: int, numbers: Sequence[int]) -> list[Row[Any]]:
    wanted = [lines.c[name] for name in _READ]
    found: list[Row[Any]] = []
    for some in divide(numbers):
        own = lines.c.company_id == company_id, lines.c.document_id.in_(some), lines.c.superseded_at.is_(None)
        found += tx.execute(select(*wanted).where(*own).order_by(lines.c.document_id))
    return found


def _revise(row: Row[Any], held: Held, action: str) -> DocumentChange:
    reason = f"import {row.id} undone: {row.file_name}"[:300]
    return DocumentChange(held.id, held.revision + 1, action, reason=reason)
