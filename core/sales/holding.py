"""Documents held for a change. One rule: who may correct what is decided here, by the contract's part 3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, resolve_scope
from core.errors import Code, Conflict, NotAllowed
from core.models.sales import revisions
from core.sales.goods import Goods
from core.sales.ledger import Change, DocumentChange, Effects, LineRow, apply_change, stamp_lines
from core.sales.ledger.change import find_instant
from core.sales.ledger.documents import find_returns, lock_document, read_last_lines, read_present_lines
from core.sales.sharing import Share
from core.text import clean_note

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Opened:
    """A document held for a change: its present lines (none: it was undone) and its note."""

    id: int
    kind: str
    revision: int
    original_id: int | None
    present: list[LineRow]
    known: list[LineRow]
    note: str | None
    recorded_at: datetime
    changed_at: datetime


def hold_document(tx: Connection, viewer: Viewer, document_id: int) -> Opened:
    """Hold a document until the end of the transaction, whoever asks. NotFound for another company's."""
    held = lock_document(tx, viewer.company.id, document_id)
    present = read_present_lines(tx, viewer.company.id, document_id)
    known = present or read_last_lines(tx, viewer.company.id, document_id)
    own = revisions.c.company_id == viewer.company.id, revisions.c.document_id == document_id
    columns = revisions.c.note, revisions.c.recorded_at
    history = tx.execute(select(*columns).where(*own).order_by(revisions.c.number)).all()
    return Opened(
        held.id,
        held.kind,
        held.revision,
        held.original_id,
        present,
        known,
        history[-1].note,
        history[0].recorded_at,
        max(one.recorded_at for one in history),
    )


def open_for_correction(tx: Connection, viewer: Viewer, document_id: int) -> Opened:
    """Hold a document the viewer may correct: their own while the company's days for it last, or as a manager any."""
    held = hold_document(tx, viewer, document_id)
    line = held.known[0]
    if viewer.may(Permission.CORRECT_OTHERS):
        if viewer.person_id not in (None, line["person_id"]):
            resolve_scope(viewer, Reach.TEAM, line["branch_id"])
        return held
    if viewer.person_id != line["person_id"]:
        raise NotAllowed(f"That {held.kind} is not yours to correct.", field="sale")
    days = viewer.company.correction_days
    if days is not None and clock.now() - held.recorded_at > timedelta(days=days):
        raise NotAllowed(
            f"A {held.kind} can be corrected for {days} day{'' if days == 1 else 's'}. Ask your manager.", field="sale"
        )
    return held


def require_no_returns(tx: Connection, viewer: Viewer, document_id: int) -> None:
    """What came back belongs to the sale as it was: it is undone first."""
    later = find_returns(tx, viewer.company.id, document_id)
    if later:
        named = ", ".join(f"#{number}" for number in later)
        raise Conflict(f"Goods of that sale came back ({named}): undo that first.", field="sale", code=Code.HAS_RETURNS)


def correct(
    tx: Connection,
    viewer: Viewer,
    held: Opened,
    action: str,
    rows: Sequence[LineRow],
    *,
    note: str | None,
    reason: str | None = None,
    asked: tuple[Share, ...] = (),
    goods: Goods | None = None,
) -> Effects:
    """Give a held document these lines in place of those it has, as one more revision, with all that follows from it.

    `asked` are shares whose people are to be asked; `goods` what the lines name, where that was read already.
    """
    at, number = find_instant(held.changed_at), held.revision + 1
    why = clean_note(reason)[:LONGEST_REASON] if reason else None
    opened = stamp_lines(rows, held.id, number, at)
    document = DocumentChange(held.id, number, action, note, why, asked=asked)
    products = goods.products if goods is not None else {}
    return apply_change(tx, Change(viewer, at, (document,), held.present, opened, products=products))


def note_document(tx: Connection, viewer: Viewer, held: Opened, note: str | None) -> None:
    """Put a note on a held document; its lines stay."""
    noted = DocumentChange(held.id, held.revision + 1, "noted", note)
    apply_change(tx, Change(viewer, find_instant(held.changed_at), (noted,), kept=held.present))
