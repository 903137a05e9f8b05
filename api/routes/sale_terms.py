"""From a body to what the ledger is asked for. One rule: what is said twice has to agree; nothing is guessed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.engine import Connection

from api.schemas.sales import SaleItem, SaleOfOne, SaleOfSeveral
from core.access import Viewer, find_branch
from core.catalog.products import read_products, read_products_by_sku
from core.errors import Conflict, NotFound
from core.money import divide_half_even, write_amount
from core.people.members import find_person
from core.sales.commands import SaleLine, SaleTerms
from core.sales.log import LogEntry
from core.sales.pricing import AmountOff, Discount, PercentOff, Price, price_line
from core.sales.receipt import ReceiptLine
from core.text import clean_name, clean_note, fold


def read_terms(tx: Connection, viewer: Viewer, body: SaleOfOne | SaleOfSeveral) -> SaleTerms:
    """What a body says, for core. Raises NotFound (product, person), Conflict (code and number, discount)."""
    items: Sequence[SaleItem] = body.lines if isinstance(body, SaleOfSeveral) else [body]
    day, sold_at = _split_date(body.sale_date)
    return SaleTerms(
        tuple(_read_item(tx, viewer, item) for item in items),
        platform=body.platform,
        coupon=body.coupon_code,
        customer=body.customer_name,
        day=day,
        sold_at=sold_at,
        person_id=find_person(tx, viewer, body.person).id if body.person else None,
        note=body.notes,
        guest_at=_find_guest_branch(tx, viewer, body.guest_branch),
    )


def _find_guest_branch(tx: Connection, viewer: Viewer, words: str | None) -> int | None:
    if words is None:
        return None
    try:
        return find_branch(tx, viewer.company.id, words)
    except NotFound as error:
        raise NotFound(error.message, field="guest_branch") from None


def _split_date(said: date | datetime | None) -> tuple[date | None, datetime | None]:
    return (None, said) if isinstance(said, datetime) else (said, None)


def _read_item(tx: Connection, viewer: Viewer, item: SaleItem) -> SaleLine:
    product_id = _find_product(tx, viewer, item)
    return SaleLine(item.quantity, product_id, item.unit_price, discount=_read_discount(tx, viewer, item, product_id))


def _find_product(tx: Connection, viewer: Viewer, item: SaleItem) -> int | None:
    if item.sku is None:
        return item.product_id
    found = [product.id for product in read_products_by_sku(tx, viewer.company.id, item.sku)]
    if not found:
        raise NotFound(f"There is no product “{item.sku}”.", field="sku")
    if item.product_id is not None and item.product_id not in found:
        raise Conflict(f"Product number {item.product_id} is not “{item.sku}”.", field="sku")
    if item.product_id is None and len(found) > 1:
        numbers = ", ".join(map(str, found))
        raise Conflict(f"“{item.sku}” is the code of several products.", field="sku", hint=f"product_id: {numbers}")
    return item.product_id or found[0]


def _read_discount(tx: Connection, viewer: Viewer, item: SaleItem, product_id: int | None) -> Discount | None:
    """The discount, however it was said; nothing off is no discount."""
    amount = AmountOff(item.discount_amount) if item.discount_amount else None
    percent = PercentOff(item.discount_percentage) if item.discount_percentage else None
    if amount is not None and percent is not None:
        _require_agreement(tx, viewer, item, product_id, amount, percent)
    return amount or percent


def _require_agreement(
    tx: Connection, viewer: Viewer, item: SaleItem, product_id: int | None, amount: AmountOff, percent: PercentOff
) -> None:
    """Said twice, a discount comes to the same; or the percentage is what the answer will show, of the price of one."""
    unit_price, currency = item.unit_price, viewer.company.currency
    if unit_price is None and product_id is not None:
        product = read_products(tx, viewer.company.id, [product_id]).get(product_id)
        unit_price = product.price_e4 if product else None
    if not unit_price:
        return  # core refuses the sale, or there is nothing to take a discount off
    off_e4 = price_line(item.quantity, currency, unit_price_e4=unit_price, total_e4=None, discount=percent).discount_e4
    if off_e4 != amount.amount_e4 and percent.percent_e2 != 10 * divide_half_even(amount.amount_e4 * 1000, unit_price):
        raise Conflict(
            f"discount_amount and discount_percentage disagree: the percentage is {write_amount(off_e4, currency)}.",
            field="discount_percentage",
            hint="one of them is enough",
        )


def require_same(viewer: Viewer, terms: SaleTerms, lines: Sequence[ReceiptLine], entry: LogEntry) -> None:
    """Conflict unless a sale recorded under an Idempotency-Key is the one that is asked for again."""
    texts = ((terms.platform, entry.platform), (terms.coupon, entry.coupon), (terms.customer, entry.customer))
    is_same = (
        len(lines) == len(terms.lines)
        and all(_is_same_line(viewer, line, shown) for line, shown in zip(terms.lines, lines, strict=True))
        and all(_is_same_text(said, kept) for said, kept in texts)
        and (clean_note(terms.note) if terms.note else "") == (entry.note or "")
        and (terms.sold_at or entry.sold_at) == entry.sold_at
        and (terms.day or entry.day) == entry.day
        and (terms.person_id or viewer.person_id) == entry.person_id
        and (terms.guest_at is not None) == (entry.kind == "guest")
    )
    if not is_same:
        raise Conflict(
            "This Idempotency-Key recorded another sale.", field="Idempotency-Key", hint="a new key for a new sale"
        )


def _is_same_text(said: str | None, kept: str | None) -> bool:
    return (fold(clean_name(said, "text")) if said else None) == (fold(kept) if kept else None)


def _is_same_line(viewer: Viewer, line: SaleLine, shown: ReceiptLine) -> bool:
    unit_price = shown.unit_price_e4 if line.unit_price_e4 is None else line.unit_price_e4
    price = price_line(
        line.quantity_e3, viewer.company.currency, unit_price_e4=unit_price, total_e4=None, discount=line.discount
    )
    kept = (shown.product_id, shown.quantity_e3, Price(shown.unit_price_e4, shown.discount_e4, shown.amount_e4))
    return (line.product_id, line.quantity_e3, price) == kept
