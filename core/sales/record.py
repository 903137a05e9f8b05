"""Recording sales and what comes back. One rule: everything a change means happens in its one transaction."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.catalog.products import Product, read_products
from core.errors import InvalidInput
from core.goals.goals import Goal
from core.goals.standing import Seat, Standing, mark_goals
from core.models.sales import documents
from core.money import write_quantity
from core.outbox import find_chats, find_chats_of, post_notices
from core.sales.commands import RecordReturn, RecordSale, SaleTerms
from core.sales.drafting import Draft, Seller, draft_lines, resolve_seller, seat_guest
from core.sales.ledger import (
    LineRow,
    add_revision,
    claim_document,
    lock_document,
    replace_lines,
)
from core.sales.receipt import LowStock, Receipt, read_receipt
from core.sales.returning import draft_return
from core.sales.sharing import (
    PENDING,
    Shares,
    read_shares,
    take_confirmed,
    write_shares,
)
from core.statements import without_waiting
from core.text import clean_note

Levels = dict[tuple[int, int], int]


def record_sale(tx: Connection, viewer: Viewer, command: RecordSale, original_id: int | None = None) -> Receipt:
    """Record a sale with all it moves: lines, stock, rollups, goals, notices. The same input again changes nothing.

    `original_id` is the exchange that it goes out for. Raises InvalidInput or NotFound naming what is at fault,
    NotAllowed (contract, part 3), Conflict (a closed month); then nothing is recorded.
    """
    seller = resolve_seller(tx, viewer, command.terms.person_id)
    kind = "sale"
    if command.terms.guest_at is not None:
        kind, seller = "guest", seat_guest(tx, viewer, seller, command.terms.guest_at)
    now = clock.now()
    company_id = viewer.company.id
    document_id, is_new = claim_document(tx, company_id, kind, command.source, command.external_id, now, original_id)
    if not is_new:
        return replace(read_receipt(tx, viewer, document_id), is_repeat=True)
    shares = settle_shares(tx, viewer, document_id, seller, command.terms) if command.terms.shares else {}
    draft = draft_lines(tx, viewer, seller, command.terms, kind=kind, source=command.source, shares=shares)
    note = clean_note(command.terms.note) if command.terms.note else None
    with without_waiting(tx):
        add_revision(tx, company_id, document_id, 1, "recorded", person_id=viewer.person_id, at=now, note=note)
        levels = write_draft(tx, viewer, document_id, 1, [], draft)
    standing, met = tell_goals(tx, viewer, seller, draft)
    ask_to_share(tx, viewer, document_id, command.terms)
    low = find_low_stock(levels, draft.products)
    tell_low_stock(tx, viewer, seller, draft, low)
    receipt = read_receipt(tx, viewer, document_id, standing)
    return replace(receipt, warnings=draft.warnings, low_stock=low, goals_met=tuple(met))


def record_return(tx: Connection, viewer: Viewer, command: RecordReturn) -> Receipt:
    """Record what came back, as a document of its own; stock and rollups move. The same input again: no change.

    Raises InvalidInput, NotFound, NotAllowed, Conflict (more than is left, a closed month); then nothing is recorded.
    """
    now, company_id = clock.now(), viewer.company.id
    if command.original_id is not None:
        lock_document(tx, company_id, command.original_id)
    document_id, is_new = claim_document(
        tx, company_id, command.kind, command.source, command.external_id, now, command.original_id
    )
    if not is_new:
        return replace(read_receipt(tx, viewer, document_id), is_repeat=True)
    rows = draft_return(tx, viewer, command)
    reason = clean_note(command.reason) if command.reason else None
    add_revision(tx, company_id, document_id, 1, "recorded", person_id=viewer.person_id, at=now, note=reason)
    write_draft(tx, viewer, document_id, 1, [], Draft(rows, read_products_of(tx, viewer, rows), ()))
    return read_receipt(tx, viewer, document_id)


def record_exchange(tx: Connection, viewer: Viewer, back: RecordReturn, out: SaleTerms) -> tuple[Receipt, Receipt]:
    """What came back and what went out for it, in one transaction: the receipts of both, the second for the first."""
    returned = record_return(tx, viewer, replace(back, kind="exchange"))
    command = RecordSale(
        back.source, f"{back.external_id}:out", replace(out, customer=out.customer or returned.customer)
    )
    return returned, record_sale(tx, viewer, command, original_id=returned.document_id)


def find_recorded(tx: Connection, viewer: Viewer, source: str, external_id: str) -> int | None:
    """The number of the document this input made, if it made one."""
    own = documents.c.company_id == viewer.company.id, documents.c.source == source
    return tx.execute(select(documents.c.id).where(*own, documents.c.external_id == external_id)).scalar()


def list_recorded(tx: Connection, viewer: Viewer, source: str, beginning: str) -> dict[str, int]:
    """The documents made by inputs whose names begin so: their numbers by the whole names, the first made first."""
    own = documents.c.company_id == viewer.company.id, documents.c.source == source
    named = documents.c.external_id.startswith(beginning, autoescape=True)
    query = select(documents.c.external_id, documents.c.id).where(*own, named).order_by(documents.c.id)
    return {row.external_id: row.id for row in tx.execute(query)}


def settle_shares(tx: Connection, viewer: Viewer, document_id: int, seller: Seller, terms: SaleTerms) -> Shares:
    """The shares that count now; those that were named are put down first."""
    if terms.shares is not None:
        write_shares(tx, viewer, document_id, seller.person_id, terms.shares, seller.branch_id)
    return take_confirmed(read_shares(tx, viewer.company.id, document_id), seller.person_id)


def ask_to_share(tx: Connection, viewer: Viewer, document_id: int, terms: SaleTerms) -> None:
    """A notice with buttons for each who was named and has not answered."""
    for share in read_shares(tx, viewer.company.id, document_id) if terms.shares else ():
        if share.state == PENDING:
            chats = find_chats_of(tx, viewer.company.id, share.person_id)
            content = {"document_id": document_id, "share_e2": share.share_e2, "asked_by": viewer.name}
            subject = f"share:{document_id}:{share.person_id}"
            post_notices(tx, viewer.company.id, "share_asked", chats, content, subject=subject)


def write_draft(
    tx: Connection, viewer: Viewer, document_id: int, revision: int, old: list[LineRow], draft: Draft
) -> Levels:
    """Close `old` lines and open those of the draft; the stock left of each (branch, product) that moved."""
    now = clock.now()
    rows = [
        {**row, "document_id": document_id, "revision": revision, "recorded_at": now, "superseded_at": None}
        for row in draft.rows
    ]
    tracked = draft.tracked | (find_tracked(tx, viewer, old) if old else frozenset())
    levels = replace_lines(
        tx, viewer.company, document_id, old, rows, at=now, person_id=viewer.person_id, tracked=tracked
    )
    require_stock(levels, draft.products)
    return levels


def require_stock(levels: Levels, products: Mapping[int, Product]) -> None:
    """Rule 3 of the transactions document: a quantity cannot exceed the stock, where stock is kept."""
    for (_, product_id), left_e3 in levels.items():
        if left_e3 < 0 and product_id in products:
            name, sku = products[product_id].name, products[product_id].sku
            raise InvalidInput(
                f"There is not enough {name} in stock: {write_quantity(-left_e3)} too few.",
                field="quantity",
                hint=f"/stock {sku}",
            )


def find_low_stock(levels: Levels, products: Mapping[int, Product]) -> tuple[LowStock, ...]:
    """The products that fell below their reorder point."""
    return tuple(
        LowStock(product.id, product.name, product.sku, left_e3, product.reorder_point_e3)
        for (_, product_id), left_e3 in levels.items()
        if (product := products.get(product_id)) and product.reorder_point_e3 is not None and product.is_low(left_e3)
    )


def tell_low_stock(tx: Connection, viewer: Viewer, seller: Seller, draft: Draft, low: tuple[LowStock, ...]) -> None:
    """The branch's managers hear of what this very sale took below its reorder point."""
    for one in low:
        sold_e3 = sum(row["quantity_e3"] for row in draft.rows if row["product_id"] == one.product_id)
        if one.left_e3 + sold_e3 >= one.reorder_point_e3:
            chats = find_chats(tx, viewer.company.id, seller.branch_id, None, knows_id=viewer.person_id)
            post_notices(tx, viewer.company.id, "low_stock", chats, asdict(one))


def tell_goals(tx: Connection, viewer: Viewer, seller: Seller, draft: Draft) -> tuple[Standing, list[Goal]]:
    """Mark the goals it has met, and write down who is to hear of them; how the seller stands now."""
    today = clock.today(seller.time_zone)
    seat = Seat(viewer.company, seller.branch_id, seller.person_id)
    categories = (product.category for product in draft.products.values())
    standing, met = mark_goals(tx, seat, draft.rows[0]["day"], today, categories)
    for goal in met:
        told = goal.person_id or seller.person_id
        chats = find_chats(tx, viewer.company.id, seller.branch_id, told, knows_id=viewer.person_id)
        content = {
            "goal_id": goal.id,
            "measure": goal.measure,
            "target": goal.target,
            "person": goal.person_name,
            "product": goal.about,
            "start": goal.period.start.isoformat(),
            "last": goal.period.last_day.isoformat(),
            "currency": viewer.company.currency,
        }
        post_notices(tx, viewer.company.id, "goal_met", chats, content)
    return standing, met


def read_products_of(tx: Connection, viewer: Viewer, moved: list[LineRow]) -> dict[int, Product]:
    """The products in these lines, by their numbers."""
    wanted = [line["product_id"] for line in moved if line["product_id"] is not None]
    return read_products(tx, viewer.company.id, wanted) if wanted else {}


def find_tracked(tx: Connection, viewer: Viewer, moved: list[LineRow]) -> frozenset[int]:
    """The products in these lines whose stock is kept."""
    products = read_products_of(tx, viewer, moved)
    return frozenset(product.id for product in products.values() if product.tracks_stock)
