"""Recording and correcting sales. One rule: everything a change means happens in its one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, find_branch_zone, resolve_scope
from core.catalog.products import Product, read_products
from core.errors import Conflict, InvalidInput, NotAllowed
from core.goals.goals import Goal
from core.goals.standing import Seat, Standing, mark_goals
from core.models.sales import documents, revisions
from core.money import write_quantity
from core.outbox import find_chats, post_notices
from core.sales.commands import RecordSale, SaleTerms
from core.sales.drafting import Draft, Seller, draft_lines, resolve_seller, seat_guest
from core.sales.ledger import (
    LineRow,
    add_revision,
    claim_document,
    lock_document,
    read_last_lines,
    read_present_lines,
    replace_lines,
)
from core.sales.receipt import LowStock, Receipt, read_receipt
from core.statements import without_waiting
from core.text import clean_note

Levels = dict[tuple[int, int], int]


def record_sale(tx: Connection, viewer: Viewer, command: RecordSale) -> Receipt:
    """Record a sale with all it moves: lines, stock, rollups, goals, notices. The same input again changes nothing.

    Raises InvalidInput or NotFound naming what is at fault, NotAllowed (contract, part 3); then nothing is recorded.
    """
    seller = resolve_seller(tx, viewer, command.terms.person_id)
    kind = "sale"
    if command.terms.guest_at is not None:
        kind, seller = "guest", seat_guest(tx, viewer, seller, command.terms.guest_at)
    now = clock.now()
    document_id, is_new = claim_document(tx, viewer.company.id, kind, command.source, command.external_id, now)
    if not is_new:
        return replace(read_receipt(tx, viewer, document_id), is_repeat=True)
    draft = draft_lines(tx, viewer, seller, command.terms, kind=kind, source=command.source)
    note = clean_note(command.terms.note) if command.terms.note else None
    with without_waiting(tx):
        add_revision(tx, viewer.company.id, document_id, 1, "recorded", person_id=viewer.person_id, at=now, note=note)
        levels = _write(tx, viewer, document_id, 1, [], draft)
    standing, met = _tell(tx, viewer, seller, draft)
    receipt = read_receipt(tx, viewer, document_id, standing)
    return replace(
        receipt, warnings=draft.warnings, low_stock=_find_low_stock(levels, draft.products), goals_met=tuple(met)
    )


def amend_sale(
    tx: Connection, viewer: Viewer, document_id: int, terms: SaleTerms, reason: str | None = None
) -> Receipt:
    """Correct a sale to what it should have said; closes its lines and opens others. Nothing different: no revision.

    What the correction does not say stays: the seller, the day, the price of a product already in it.
    """
    revision, old, note = _open_for_correction(tx, viewer, document_id)
    if not old:
        raise Conflict("That sale was undone; restore it first.", field="sale")
    if terms.guest_at is not None and (old[0]["kind"], old[0]["branch_id"]) != ("guest", terms.guest_at):
        raise Conflict("Where it was sold stays. Undo the sale and tell it again.", field="guest_branch")
    seller = _resolve_seller_again(tx, viewer, old[0], terms)
    prices = {line["product_id"]: line["unit_price_e4"] for line in old if line["product_id"] is not None}
    draft = draft_lines(
        tx,
        viewer,
        seller,
        terms,
        kind=old[0]["kind"],
        source=old[0]["source"],
        kept_prices_e4=prices,
        default_sold_at=old[0]["sold_at"],
    )
    new_note = clean_note(terms.note) if terms.note else note
    if _say_the_same(old, draft.rows) and new_note == note:
        return read_receipt(tx, viewer, document_id)
    add_revision(
        tx,
        viewer.company.id,
        document_id,
        revision + 1,
        "edited",
        person_id=viewer.person_id,
        at=clock.now(),
        note=new_note,
        reason=reason,
    )
    levels = _write(tx, viewer, document_id, revision + 1, old, draft)
    standing, met = _tell(tx, viewer, seller, draft)
    low = _find_low_stock(levels, draft.products)
    receipt = read_receipt(tx, viewer, document_id, standing)
    return replace(receipt, warnings=draft.warnings, low_stock=low, goals_met=tuple(met))


def void_sale(tx: Connection, viewer: Viewer, document_id: int, reason: str | None = None) -> Receipt:
    """Undo a sale: its lines are closed, stock and sums go back, its history stays. Undone already: no change."""
    revision, old, note = _open_for_correction(tx, viewer, document_id)
    if old:
        now = clock.now()
        add_revision(
            tx,
            viewer.company.id,
            document_id,
            revision + 1,
            "voided",
            person_id=viewer.person_id,
            at=now,
            note=note,
            reason=reason,
        )
        tracked = _find_tracked(tx, viewer, old)
        replace_lines(tx, viewer.company.id, document_id, old, [], at=now, person_id=viewer.person_id, tracked=tracked)
    return read_receipt(tx, viewer, document_id)


def restore_sale(tx: Connection, viewer: Viewer, document_id: int) -> Receipt:
    """Take back an undo: the document gets the lines it had last. Not undone: no change."""
    revision, old, note = _open_for_correction(tx, viewer, document_id)
    if not old:
        now = clock.now()
        last = [
            {key: value for key, value in line.items() if key != "id"}
            | {"revision": revision + 1, "recorded_at": now, "superseded_at": None}
            for line in read_last_lines(tx, viewer.company.id, document_id)
        ]
        add_revision(
            tx, viewer.company.id, document_id, revision + 1, "restored", person_id=viewer.person_id, at=now, note=note
        )
        levels = replace_lines(
            tx,
            viewer.company.id,
            document_id,
            [],
            last,
            at=now,
            person_id=viewer.person_id,
            tracked=_find_tracked(tx, viewer, last),
        )
        _require_stock(levels, _read_products(tx, viewer, last))
    return read_receipt(tx, viewer, document_id)


def note_sale(tx: Connection, viewer: Viewer, document_id: int, note: str) -> Receipt:
    """Put a note on a document, in place of the one it had."""
    revision, _, before = _open_for_correction(tx, viewer, document_id)
    cleaned = clean_note(note) or None
    if cleaned != before:
        add_revision(
            tx,
            viewer.company.id,
            document_id,
            revision + 1,
            "noted",
            person_id=viewer.person_id,
            at=clock.now(),
            note=cleaned,
        )
    return read_receipt(tx, viewer, document_id)


def _open_for_correction(tx: Connection, viewer: Viewer, document_id: int) -> tuple[int, list[LineRow], str | None]:
    """Hold a document the viewer may correct: its revision, its present lines, its note."""
    kind, revision = lock_document(tx, viewer.company.id, document_id)
    old = read_present_lines(tx, viewer.company.id, document_id)
    known = old or read_last_lines(tx, viewer.company.id, document_id)
    own = revisions.c.company_id == viewer.company.id, revisions.c.document_id == document_id
    history = tx.execute(select(revisions.c.person_id, revisions.c.note).where(*own).order_by(revisions.c.number)).all()
    if viewer.person_id not in (None, known[0]["person_id"], history[0].person_id):
        if not viewer.may(Permission.CORRECT_OTHERS):
            raise NotAllowed(f"That {kind} is not yours to correct.", field="sale")
        resolve_scope(viewer, Reach.TEAM, known[0]["branch_id"])
    return revision, old, history[-1].note


def _resolve_seller_again(tx: Connection, viewer: Viewer, line: LineRow, terms: SaleTerms) -> Seller:
    """The seller the correction names, else the one there was, in the branch it was."""
    zone = find_branch_zone(tx, viewer.company, line["branch_id"])
    if terms.person_id in (None, line["person_id"]):
        return Seller(line["person_id"], line["branch_id"], zone)
    seller = resolve_seller(tx, viewer, terms.person_id)
    return seat_guest(tx, viewer, seller, line["branch_id"]) if line["kind"] == "guest" else seller


def _write(tx: Connection, viewer: Viewer, document_id: int, revision: int, old: list[LineRow], draft: Draft) -> Levels:
    now = clock.now()
    rows = [
        {**row, "document_id": document_id, "revision": revision, "recorded_at": now, "superseded_at": None}
        for row in draft.rows
    ]
    tracked = draft.tracked | (_find_tracked(tx, viewer, old) if old else frozenset())
    levels = replace_lines(
        tx, viewer.company.id, document_id, old, rows, at=now, person_id=viewer.person_id, tracked=tracked
    )
    _require_stock(levels, draft.products)
    return levels


def _require_stock(levels: Levels, products: Mapping[int, Product]) -> None:
    """Rule 3 of the transactions document: a quantity cannot exceed the stock, where stock is kept."""
    for (_, product_id), left_e3 in levels.items():
        if left_e3 < 0 and product_id in products:
            name, sku = products[product_id].name, products[product_id].sku
            raise InvalidInput(
                f"There is not enough {name} in stock: {write_quantity(-left_e3)} too few.",
                field="quantity",
                hint=f"/stock {sku}",
            )


def _find_low_stock(levels: Levels, products: Mapping[int, Product]) -> tuple[LowStock, ...]:
    return tuple(
        LowStock(product.name, product.sku, left_e3, product.reorder_point_e3)
        for (_, product_id), left_e3 in levels.items()
        if (product := products.get(product_id)) and product.reorder_point_e3 is not None and product.is_low(left_e3)
    )


def _tell(tx: Connection, viewer: Viewer, seller: Seller, draft: Draft) -> tuple[Standing, list[Goal]]:
    """Mark the goals it has met, and write down who is to hear of them; how the seller stands now."""
    today = clock.today(seller.time_zone)
    seat = Seat(viewer.company, seller.branch_id, seller.person_id)
    standing, met = mark_goals(tx, seat, draft.rows[0]["day"], today)
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


def _say_the_same(old: list[LineRow], new: list[LineRow]) -> bool:
    told = [name for name in new[0] if name != "cost_e4"]
    return len(old) == len(new) and all(
        before[name] == after[name] for before, after in zip(old, new, strict=True) for name in told
    )


def _read_products(tx: Connection, viewer: Viewer, moved: list[LineRow]) -> dict[int, Product]:
    wanted = [line["product_id"] for line in moved if line["product_id"] is not None]
    return read_products(tx, viewer.company.id, wanted) if wanted else {}


def _find_tracked(tx: Connection, viewer: Viewer, moved: list[LineRow]) -> frozenset[int]:
    products = _read_products(tx, viewer, moved)
    return frozenset(product.id for product in products.values() if product.tracks_stock)


def find_recorded(tx: Connection, viewer: Viewer, source: str, external_id: str) -> int | None:
    """The number of the document this input made, if it made one."""
    own = documents.c.company_id == viewer.company.id, documents.c.source == source
    return tx.execute(select(documents.c.id).where(*own, documents.c.external_id == external_id)).scalar()
