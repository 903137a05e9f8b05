"""Recording sales and what comes back."""

from dataclasses import replace

from sqlalchemy import literal_column, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import Conflict, about
from core.models.sales import MANY_AT_ONCE, documents
from core.sales.commands import RecordReturn, RecordSale, SaleTerms
from core.sales.doubts import require_usual
from core.sales.drafting import Seller, draft_lines, resolve_seller, seat_guest
from core.sales.goods import ask_goods
from core.sales.ledger import Change, DocumentChange, apply_change, stamp_lines
from core.sales.ledger.documents import SOLD, claim_document, lock_document
from core.sales.receipt import Facts, Receipt, make_receipt, name_items, read_receipt, show_effects
from core.sales.returning import draft_return
from core.sales.sharing import Settled, settle_shares
from core.text import clean_note

OUT = "out:"  # what the name of the sale begins with that goes out for an exchange


def record_sale(tx: Connection, viewer: Viewer, command: RecordSale, original_id: int | None = None) -> Receipt:
    """Record a sale with all that follows from it. The same input again changes nothing.

    `original_id` is the exchange that it goes out for. Raises InvalidInput or NotFound naming what is at fault,
    NotAllowed (contract, part 3), Conflict (a closed month), Unusual where it asks; then nothing is recorded.
    """
    terms, kind, now = command.terms, "sale", clock.now()
    seller = resolve_seller(tx, viewer, terms.person_id)
    if terms.guest_at is not None:
        kind, seller = "guest", seat_guest(tx, viewer, seller, terms.guest_at)
    company_id, find_goods = viewer.company.id, ask_goods(tx, viewer, terms.lines)
    document_id, is_new = claim_document(
        tx, company_id, kind, command.source, command.external_id, now, original_id, command.told
    )
    if not is_new:
        return replace(read_receipt(tx, viewer, document_id), is_repeat=True)
    settled = _settle_shares(tx, viewer, document_id, seller, terms)
    shares, source = settled.confirmed, command.source
    draft = draft_lines(tx, viewer, seller, terms, kind=kind, source=source, shares=shares, find_goods=find_goods)
    require_usual(tx, viewer, terms, draft.rows, draft.goods)
    rows, note = stamp_lines(draft.rows, document_id, 1, now), _clean(terms.note)
    recorded = DocumentChange(document_id, 1, "recorded", note, asked=settled.asked)
    change = Change(viewer, now, (recorded,), opened=rows, products=draft.goods.products, time_zone=seller.time_zone)
    effects = apply_change(tx, change)
    facts = Facts(1, note, seller.name, draft.customer, seller.time_zone, original_id, settled.known)
    receipt = make_receipt(tx, viewer, name_items(rows, draft.goods), facts, effects.standing)
    return show_effects(viewer, receipt, effects, draft.warnings)


def _settle_shares(tx: Connection, viewer: Viewer, document_id: int, seller: Seller, terms: SaleTerms) -> Settled:
    if not terms.shares:
        return Settled()
    return settle_shares(tx, viewer, document_id, seller.person_id, seller.branch_id, terms.shares)


def record_return(tx: Connection, viewer: Viewer, command: RecordReturn) -> Receipt:
    """Record what came back, as a document of its own. The same input again changes nothing.

    Raises InvalidInput, NotFound, NotAllowed, Conflict (more than is left, a closed month); then nothing is recorded.
    """
    now, company_id = clock.now(), viewer.company.id
    if command.original_id is not None:
        lock_document(tx, company_id, command.original_id)
    document_id, is_new = claim_document(
        tx, company_id, command.kind, command.source, command.external_id, now, command.original_id, command.told
    )
    if not is_new:
        return replace(read_receipt(tx, viewer, document_id), is_repeat=True)
    rows = stamp_lines(draft_return(tx, viewer, command), document_id, 1, now)
    recorded = DocumentChange(document_id, 1, "recorded", _clean(command.reason))
    apply_change(tx, Change(viewer, now, (recorded,), opened=rows))
    return read_receipt(tx, viewer, document_id)


def record_exchange(tx: Connection, viewer: Viewer, back: RecordReturn, out: SaleTerms) -> tuple[Receipt, Receipt]:
    """What came back and what went out for it, in one transaction: the receipts of both, the second for the first."""
    returned = record_return(tx, viewer, replace(back, kind="exchange"))
    if returned.is_repeat:
        return returned, replace(read_receipt(tx, viewer, _find_gone(tx, viewer, returned)), is_repeat=True)
    # No name from outside begins so: each begins with the number of whoever gave it.
    name = f"{OUT}{back.external_id}"
    command = RecordSale(back.source, name, replace(out, customer=out.customer or returned.customer))
    with about("exchange"):
        return returned, record_sale(tx, viewer, command, original_id=returned.document_id)


def _find_gone(tx: Connection, viewer: Viewer, returned: Receipt) -> int:
    """The sale of what went out for an exchange; Conflict where the name was that of a return."""
    own = documents.c.company_id == viewer.company.id, documents.c.original_id == returned.document_id
    gone = tx.execute(select(documents.c.id).where(*own, documents.c.kind.in_(SOLD))).scalar()
    if gone is None:
        raise Conflict(
            f"By this name #{returned.document_id} came back, and nothing went out for it.", field="exchange"
        )
    return int(gone)


def find_recorded(tx: Connection, viewer: Viewer, source: str, external_id: str) -> int | None:
    """The number of the document this input made, if it made one."""
    own = documents.c.company_id == viewer.company.id, documents.c.source == source
    return tx.execute(select(documents.c.id).where(*own, documents.c.external_id == external_id)).scalar()


def list_recorded(tx: Connection, viewer: Viewer, source: str, message: str) -> dict[str, int]:
    """The documents of a message that told several: their numbers by their whole names, the first made first.

    `message` is what those names begin with, up to MANY_AT_ONCE's mark.
    """
    name, last = documents.c.external_id, f"{message}\U0010ffff"
    own = documents.c.company_id == viewer.company.id, documents.c.source == source
    # PostgreSQL's own signs compare by letters' numbers, whatever the language here, as SQLite's do anyway.
    least, most = ("~>=~", "~<=~") if tx.dialect.name == "postgresql" else (">=", "<=")
    between = name.op(least)(message), name.op(most)(last)
    found = tx.execute(select(documents.c.id, name).where(*own, *between, literal_column(MANY_AT_ONCE)))
    return {name: number for number, name in sorted(tuple(row) for row in found)}


def _clean(note: str | None) -> str | None:
    return clean_note(note) if note else None
