"""Correcting what was recorded. One rule: a change closes lines and opens others; nothing is ever overwritten."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer, find_branch_zone
from core.errors import Conflict, NotFound
from core.models.imports import imports
from core.models.people import people
from core.people.guests import require_guest
from core.sales.commands import SaleLine, SaleTerms
from core.sales.doubts import require_usual
from core.sales.drafting import Seller, draft_lines, resolve_seller, seat_guest
from core.sales.holding import correct, hold_document, note_document, open_for_correction, require_no_returns
from core.sales.ledger import Effects, LineRow
from core.sales.ledger.documents import SOLD, read_last_lines
from core.sales.pricing import AmountOff, Tax
from core.sales.receipt import Receipt, ReceiptLine, read_receipt, show_effects
from core.sales.returning import require_room
from core.sales.sharing import answer_share, join_parts, read_shares, settle_shares, split_rows, take_confirmed
from core.text import clean_note

FROM_FILES = ("ledger_group", "region", "country", "pincode", "attributes", "import_id")


def amend_sale(
    tx: Connection, viewer: Viewer, document_id: int, terms: SaleTerms, reason: str | None = None
) -> Receipt:
    """Correct a sale to what it should have said; closes its lines and opens others. Nothing different: no revision.

    What the correction does not say stays: the seller, the day, the price of a product already in it, who shares in it.
    `read_terms` says what it says now, for a correction of one thing.
    """
    held = open_for_correction(tx, viewer, document_id)
    old = held.present
    if not old:
        raise Conflict("That sale was undone; restore it first.", field="sale")
    if held.kind not in SOLD:
        raise Conflict(f"A {held.kind} is not changed: undo it and tell it again.", field="sale")
    require_no_returns(tx, viewer, document_id)
    if terms.guest_at is not None and (held.kind, old[0]["branch_id"]) != ("guest", terms.guest_at):
        raise Conflict("Where it was sold stays. Undo the sale and tell it again.", field="guest_branch")
    seller = _resolve_seller_again(tx, viewer, old[0], terms)
    settled = settle_shares(tx, viewer, document_id, seller.person_id, seller.branch_id, terms.shares)
    prices = {(line["product_id"], line["variant_id"]): line["unit_price_e4"] for line in old if line["product_id"]}
    draft = draft_lines(
        tx,
        viewer,
        seller,
        terms,
        kind=held.kind,
        source=old[0]["source"],
        kept_prices_e4=prices,
        default_sold_at=old[0]["sold_at"],
        shares=settled.confirmed,
    )
    rows = [_keep_what_files_told(row, old) for row in draft.rows]
    if sum(row["amount_e4"] for row in rows) != sum(line["amount_e4"] for line in old):
        require_usual(tx, viewer, terms, rows, draft.goods)
    note = clean_note(terms.note) if terms.note else held.note
    effects = Effects()
    if not _say_the_same(old, rows) or note != held.note or settled.asked:
        effects = correct(
            tx, viewer, held, "edited", rows, note=note, reason=reason, asked=settled.asked, goods=draft.goods
        )
    return _show_changed(tx, viewer, document_id, effects, draft.warnings)


def read_terms(tx: Connection, viewer: Viewer, document_id: int) -> SaleTerms:
    """What a sale says now, exactly: recording it so gives the same lines. NotFound once it is undone."""
    receipt = read_receipt(tx, viewer, document_id)
    if receipt.is_void:
        raise NotFound("That sale was undone; restore it first.", field="sale")
    return SaleTerms(
        tuple(_restate(line, is_foreign=receipt.foreign is not None) for line in receipt.lines),
        platform=receipt.platform,
        coupon=receipt.coupon,
        customer=receipt.customer,
        sold_at=receipt.sold_at,
        person_id=receipt.person_id,
        note=receipt.note,
        taxes=tuple(Tax(name, amount_e4=amount) for name, amount in receipt.told_taxes.items()),
        currency=receipt.foreign.currency if receipt.foreign else None,
        rate_e9=receipt.foreign.rate_e9 if receipt.foreign else None,
    )


def _restate(line: ReceiptLine, *, is_foreign: bool) -> SaleLine:
    told = line.foreign if is_foreign and line.foreign is not None else line.price
    return SaleLine(
        line.quantity_e3,
        line.product_id,
        told.unit_price_e4,
        told.subtotal_e4,
        AmountOff(told.discount_e4) if told.discount_e4 else None,
        line.variant_id,
    )


def reattribute_sale(
    tx: Connection, viewer: Viewer, document_id: int, person_id: int, reason: str | None = None
) -> Receipt:
    """Give a sale to somebody else, for one who may record for others. Everything else of it stays."""
    viewer.require(Permission.RECORD_FOR_OTHERS)
    terms = read_terms(tx, viewer, document_id)
    return amend_sale(tx, viewer, document_id, replace(terms, person_id=person_id), reason)


def confirm_share(tx: Connection, viewer: Viewer, document_id: int, *, agrees: bool) -> Receipt:
    """The viewer's answer to being asked to share in a sale; from a yes on their part counts for them.

    Raises NotFound where they were not asked, Conflict where they answered otherwise or the sale was undone.
    """
    held, effects = hold_document(tx, viewer, document_id), Effects()
    answer_share(tx, viewer, document_id, agrees=agrees)
    if not held.present:
        raise Conflict("That sale was undone.", field="sale")
    if agrees:
        whole = join_parts(held.present)
        shares = take_confirmed(read_shares(tx, viewer.company.id, document_id), whole[0]["person_id"])
        rows = split_rows(whole, shares, viewer.company.currency)
        if len(rows) != len(held.present):
            require_no_returns(tx, viewer, document_id)
            effects = correct(tx, viewer, held, "shared", rows, note=held.note)
    return _show_changed(tx, viewer, document_id, effects)


def void_sale(tx: Connection, viewer: Viewer, document_id: int, reason: str | None = None) -> Receipt:
    """Undo a document: its lines are closed, stock and sums go back, its history stays. Undone already: no change."""
    held, effects = open_for_correction(tx, viewer, document_id), Effects()
    if held.present:
        require_no_returns(tx, viewer, document_id)
        effects = correct(tx, viewer, held, "voided", [], note=held.note, reason=reason)
    return _show_changed(tx, viewer, document_id, effects)


def restore_sale(tx: Connection, viewer: Viewer, document_id: int) -> Receipt:
    """Take back an undo: the document gets the lines it had last. Not undone: no change."""
    held, effects = open_for_correction(tx, viewer, document_id), Effects()
    if not held.present:
        _require_import(tx, viewer, held.known)
        last = read_last_lines(tx, viewer.company.id, document_id)
        if held.original_id is not None and held.kind not in SOLD:
            require_room(tx, viewer.company.id, held.original_id, last)
        effects = correct(tx, viewer, held, "restored", last, note=held.note)
    return _show_changed(tx, viewer, document_id, effects)


def _require_import(tx: Connection, viewer: Viewer, known: list[LineRow]) -> None:
    """What went with its import comes back with it: the file may have been imported anew meanwhile."""
    brought = {line["import_id"] for line in known if line["import_id"] is not None}
    own = imports.c.company_id == viewer.company.id, imports.c.id.in_(brought), imports.c.undone_at.is_not(None)
    gone = tx.execute(select(imports.c.file_name).where(*own)).scalar() if brought else None
    if gone is not None:
        raise Conflict(f"That was taken back with the import of {gone}: import the file again.", field="sale")


def note_sale(tx: Connection, viewer: Viewer, document_id: int, note: str) -> Receipt:
    """Put a note on a document, in place of the one it had."""
    held = open_for_correction(tx, viewer, document_id)
    cleaned = clean_note(note) or None
    if cleaned != held.note:
        note_document(tx, viewer, held, cleaned)
    return read_receipt(tx, viewer, document_id)


def _show_changed(
    tx: Connection, viewer: Viewer, document_id: int, effects: Effects, warnings: tuple[str, ...] = ()
) -> Receipt:
    """The receipt after a change, with what that brought about: no notice of it goes to whoever made the change."""
    receipt = read_receipt(tx, viewer, document_id, effects.standing)
    return show_effects(viewer, receipt, effects, warnings)


def _resolve_seller_again(tx: Connection, viewer: Viewer, line: LineRow, terms: SaleTerms) -> Seller:
    """The seller the correction names, else the one there was, in the branch it was."""
    zone = find_branch_zone(tx, viewer.company, line["branch_id"])
    if terms.person_id in (None, line["person_id"]):
        name = tx.execute(select(people.c.name).where(people.c.id == line["person_id"])).scalar_one()
        if line["kind"] == "guest":
            require_guest(tx, viewer, line["branch_id"], line["person_id"])
        return Seller(line["person_id"], name, line["branch_id"], zone)
    seller = resolve_seller(tx, viewer, terms.person_id)
    return seat_guest(tx, viewer, seller, line["branch_id"]) if line["kind"] == "guest" else seller


def _keep_what_files_told(row: LineRow, old: list[LineRow]) -> LineRow:
    """What no person tells of a sale stays with it: where its customer is, the fields of the company's own."""
    before = next((line for line in old if line["position"] == row["position"]), old[0])
    return row | {name: before[name] for name in FROM_FILES}


def _say_the_same(old: list[LineRow], new: list[LineRow]) -> bool:
    told = [name for name in new[0] if name != "cost_e4"]
    return len(old) == len(new) and all(
        before[name] == after[name] for before, after in zip(old, new, strict=True) for name in told
    )
