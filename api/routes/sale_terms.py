"""From a body to what the ledger is asked for. One rule: what is said twice has to agree; nothing is guessed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.engine import Connection

from api.schemas.sales import SaleItem, SaleOfOne, SaleOfSeveral, ShareItem, TaxItem
from core.access import Viewer, find_branch
from core.catalog.products import read_products, read_products_by_sku
from core.catalog.variants import find_variants_by_sku, read_variants
from core.errors import Code, Conflict, NotFound, about
from core.money import divide_half_even, write_amount
from core.people.members import find_person
from core.sales.commands import SaleLine, SaleTerms
from core.sales.pricing import AmountOff, Discount, PercentOff, Tax, price_line

Item = tuple[int | None, int | None]  # the numbers of a product and of its variant


def read_terms(tx: Connection, viewer: Viewer, body: SaleOfOne | SaleOfSeveral) -> SaleTerms:
    """What a body says, for core. Raises NotFound (product, person), Conflict (code and number, discount)."""
    items: Sequence[SaleItem] = body.lines if isinstance(body, SaleOfSeveral) else [body]
    day, sold_at = split_date(body.sale_date)
    return SaleTerms(
        tuple(read_items(tx, viewer, items)),
        platform=body.platform,
        coupon=body.coupon_code,
        customer=body.customer_name,
        day=day,
        sold_at=sold_at,
        person_id=find_person(tx, viewer, body.person).id if body.person else None,
        note=body.notes,
        guest_at=_find_guest_branch(tx, viewer, body.guest_branch),
        taxes=read_taxes(body.taxes),
        currency=read_currency(viewer, body.currency),
        rate_e9=body.rate,
        shares=read_shares(tx, viewer, body.shares) if body.shares else None,
    )


def _find_guest_branch(tx: Connection, viewer: Viewer, words: str | None) -> int | None:
    if words is None:
        return None
    try:
        return find_branch(tx, viewer.company.id, words)
    except NotFound as error:
        raise NotFound.retell(error, "guest_branch") from None


def split_date(said: date | datetime | None) -> tuple[date | None, datetime | None]:
    """A day, or an instant."""
    return (None, said) if isinstance(said, datetime) else (said, None)


def read_taxes(said: Sequence[TaxItem] | None) -> tuple[Tax, ...]:
    """Taxes, for core."""
    return tuple(Tax(tax.name, tax.percentage, tax.amount) for tax in said or ())


def read_currency(viewer: Viewer, said: str | None) -> str | None:
    """A currency's code; None where it is the company's own."""
    code = said.upper() if said else None
    return None if code == viewer.company.currency else code


def read_shares(tx: Connection, viewer: Viewer, said: Sequence[ShareItem] | None) -> dict[int, int]:
    """Who shares in a sale, in hundredths of a per cent. Conflict where somebody does twice."""
    shares: dict[int, int] = {}
    for number, share in enumerate(said or ()):
        with about("shares", number):
            person = find_person(tx, viewer, share.person)
        if person.id in shares:
            raise Conflict(f"{person.name} is there twice.", field="shares", hint="each person once")
        shares[person.id] = share.percentage
    return shares


def read_items(tx: Connection, viewer: Viewer, items: Sequence[SaleItem]) -> Iterator[SaleLine]:
    """Items, for core."""
    for number, item in enumerate(items):
        with about("lines", number):
            yield read_item(tx, viewer, item)


def read_item(tx: Connection, viewer: Viewer, item: SaleItem) -> SaleLine:
    """One item, for core."""
    product_id, variant_id = find_item(tx, viewer, item.product_id, item.sku, item.variant_id)
    discount = read_discount(tx, viewer, item, product_id, variant_id)
    return SaleLine(item.quantity, product_id, item.unit_price, discount=discount, variant_id=variant_id)


def find_item(
    tx: Connection, viewer: Viewer, product_id: int | None, sku: str | None, variant_id: int | None
) -> tuple[int | None, int | None]:
    """The numbers of a product and a variant, by whichever of number and code they are named."""
    if variant_id is not None and product_id is None and sku is None:
        raise Conflict("A variant is one of a product.", field="variant_id", hint="product_id")
    if sku is None:
        return product_id, variant_id
    found: set[Item] = {(product.id, variant_id) for product in read_products_by_sku(tx, viewer.company.id, sku)}
    if not found:
        found = {(one.product_id, one.id) for one in find_variants_by_sku(tx, viewer.company.id, sku)}
    if not found:
        raise NotFound(f"There is no product “{sku}”.", field="sku")
    fitting = {one for one in found if product_id in (None, one[0]) and variant_id in (None, one[1])}
    if not fitting:
        raise Conflict(f"“{sku}” is the code of another product.", field="sku")
    if len(fitting) > 1:
        numbers = ", ".join(str(one[0]) for one in sorted(fitting))
        several = f"“{sku}” is the code of several products."
        raise Conflict(several, field="sku", hint=f"product_id: {numbers}", code=Code.AMBIGUOUS)
    return fitting.pop()


def read_discount(
    tx: Connection, viewer: Viewer, item: SaleItem, product_id: int | None, variant_id: int | None
) -> Discount | None:
    """The discount, however it was said; nothing off is no discount."""
    amount = AmountOff(item.discount_amount) if item.discount_amount else None
    percent = PercentOff(item.discount_percentage) if item.discount_percentage else None
    if amount is not None and percent is not None:
        unit_price = item.unit_price
        if unit_price is None:
            unit_price = find_list_price(tx, viewer, product_id, variant_id)
        require_agreement(viewer, item.quantity, unit_price, amount, percent)
    return amount or percent


def find_list_price(tx: Connection, viewer: Viewer, product_id: int | None, variant_id: int | None) -> int | None:
    """What one costs by the list, if it says so; of a variant its own price, else its product's."""
    if product_id is None:
        return None
    variant = read_variants(tx, viewer.company.id, [variant_id]).get(variant_id) if variant_id is not None else None
    if variant is not None and variant.price_e4 is not None:
        return variant.price_e4
    product = read_products(tx, viewer.company.id, [product_id]).get(product_id)
    return product.price_e4 if product else None


def require_agreement(
    viewer: Viewer, quantity_e3: int, unit_price_e4: int | None, amount: AmountOff, percent: PercentOff
) -> None:
    """Said twice, a discount comes to the same; or the percentage is what the answer will show, with one decimal."""
    if not unit_price_e4:
        return  # core refuses the sale, or there is nothing to take a discount off
    currency = viewer.company.currency
    price = price_line(quantity_e3, currency, unit_price_e4=unit_price_e4, total_e4=None, discount=percent)
    off_e4 = price.discount_e4
    shown_e2 = 10 * divide_half_even(amount.amount_e4 * 1000, max(1, price.subtotal_e4))
    if off_e4 != amount.amount_e4 and percent.percent_e2 != shown_e2:
        raise Conflict(
            f"discount_amount and discount_percentage disagree: the percentage is {write_amount(off_e4, currency)}.",
            field="discount_percentage",
            hint="one of them is enough",
        )
