"""From changes to what a sale is to say. One rule: what is not said is what the sale says now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from api.problems import Problem
from api.routes.sale_terms import (
    find_item,
    read_currency,
    read_item,
    read_shares,
    read_taxes,
    require_agreement,
    split_date,
)
from api.schemas.sale_changes import SaleChanges
from api.schemas.sales import SaleItem
from api.unchanged import drop_fields, find_unchanged, read_back
from core.access import Viewer
from core.errors import Conflict, about
from core.people.members import find_person
from core.sales.commands import SaleLine, SaleTerms
from core.sales.pricing import AmountOff, Discount, PercentOff

OF_ONE_ITEM = (
    "product_id",
    "sku",
    "variant_id",
    "quantity",
    "unit_price",
    "discount_amount",
    "discount_percentage",
)
DISCOUNTS = {"discount_amount", "discount_percentage"}
PRICES_OF_ONE = {"unit_price"} | DISCOUNTS
OF_MONEY = {"taxes", "lines", "currency"} | PRICES_OF_ONE
# How each of the other fields is said to core.
_READ: dict[str, Callable[[Connection, Viewer, SaleChanges], dict[str, Any]]] = {
    "coupon_code": lambda _tx, _viewer, said: {"coupon": said.coupon_code},
    "platform": lambda _tx, _viewer, said: {"platform": said.platform},
    "customer_name": lambda _tx, _viewer, said: {"customer": said.customer_name},
    "notes": lambda _tx, _viewer, said: {"note": said.notes},
    "taxes": lambda _tx, _viewer, said: {"taxes": read_taxes(said.taxes)},
    "rate": lambda _tx, _viewer, said: {"rate_e9": said.rate},
    "shares": lambda tx, viewer, said: {"shares": read_shares(tx, viewer, said.shares)},
    "person": lambda tx, viewer, said: (
        {"person_id": find_person(tx, viewer, said.person).id} if said.person is not None else {}
    ),
    "sale_date": lambda _tx, _viewer, said: _read_date(said),
}


def leave_unchanged(said: SaleChanges, now: SaleChanges, *, is_foreign: bool) -> SaleChanges:
    """What of it is a change; `now` is what reading the sale tells.

    Of two ways to say a discount, one alone is meant for the item as it will be. Where the sale was made in another
    currency and the company's is said with a new price, all prices are said in the company's.
    """
    same = find_unchanged(said, now)
    different = said.model_fields_set - same
    if different & set(OF_ONE_ITEM) and len(said.model_fields_set & DISCOUNTS) == 1:
        same -= DISCOUNTS
    if is_foreign and "currency" in same and different & OF_MONEY:
        is_one = now.unit_price is not None and "lines" not in different
        same -= {"taxes", "currency"} | (PRICES_OF_ONE if is_one else {"lines"})
    return drop_fields(said, same)


def change_terms(
    tx: Connection, viewer: Viewer, present: SaleTerms, sent: SaleChanges, shown: Mapping[str, Any]
) -> SaleTerms:
    """What the sale is to say; `shown` is how it reads. Raises Conflict naming what cannot be said, NotFound."""
    now = read_back(SaleChanges, shown)
    said = leave_unchanged(sent, now, is_foreign=present.currency is not None)
    changed = replace(present, lines=_change_lines(tx, viewer, present, said, now))
    for name in said.model_fields_set & _READ.keys():
        changed = replace(changed, **_READ[name](tx, viewer, said))
    return _change_currency(viewer, present, changed, said) if "currency" in said.model_fields_set else changed


def _read_date(said: SaleChanges) -> dict[str, Any]:
    day, sold_at = split_date(said.sale_date)
    if day is not None:
        return {"day": day}  # at the hour it was, where it is the same day
    return {"sold_at": sold_at} if sold_at is not None else {}


def _change_currency(viewer: Viewer, present: SaleTerms, changed: SaleTerms, said: SaleChanges) -> SaleTerms:
    """The prices there are were told in the currency there was."""
    currency = read_currency(viewer, said.currency)
    if currency == present.currency:
        return changed
    are_new = said.lines is not None or (len(changed.lines) == 1 and said.unit_price is not None)
    if not are_new:
        raise Conflict("In another currency, say the prices anew.", field="currency", hint="unit_price")
    return replace(changed, currency=currency, rate_e9=said.rate)


def _change_lines(
    tx: Connection, viewer: Viewer, present: SaleTerms, said: SaleChanges, now: SaleChanges
) -> tuple[SaleLine, ...]:
    of_one = [name for name in OF_ONE_ITEM if name in said.model_fields_set]
    if said.lines is not None:
        if of_one:
            raise Conflict("Say either the lines or the fields of one item.", field=of_one[0], hint="lines")
        known = [] if "currency" in said.model_fields_set else list(zip(now.lines or (), present.lines, strict=False))
        return tuple(_change_several(tx, viewer, said.lines, known))
    if not of_one:
        return present.lines
    if len(present.lines) > 1:
        raise Conflict("That sale has several items: say all of its lines.", field=of_one[0], hint="lines")
    return (_change_line(tx, viewer, present.lines[0], said, set(of_one)),)


def _change_several(
    tx: Connection, viewer: Viewer, items: list[SaleItem], known: list[tuple[SaleItem, SaleLine]]
) -> Iterator[SaleLine]:
    """For each item the line that reads as it does, each once; else its own."""
    for number, item in enumerate(items):
        same = next((pair for pair in known if pair[0] == item), None)
        if same is not None:
            known.remove(same)
            yield same[1]
            continue
        with about("lines", number):
            yield read_item(tx, viewer, item)


def _change_line(tx: Connection, viewer: Viewer, line: SaleLine, said: SaleChanges, of_one: set[str]) -> SaleLine:
    meant = _change_item(tx, viewer, line, said, of_one)
    is_other = meant != (line.product_id, line.variant_id)
    unit_price = None if is_other else line.unit_price_e4
    if "unit_price" in of_one:
        if said.unit_price is None:
            raise Problem(422, "A sale keeps its price: say another, or leave it out.", "unit_price", "25.99")
        unit_price = said.unit_price
    quantity = said.quantity or line.quantity_e3
    is_repriced = is_other or "unit_price" in of_one or quantity != line.quantity_e3
    return SaleLine(
        quantity,
        meant[0],
        unit_price,
        None if is_repriced else line.total_e4,
        _change_discount(viewer, line.discount, said, of_one, quantity, unit_price),
        meant[1],
    )


def _change_item(
    tx: Connection, viewer: Viewer, line: SaleLine, said: SaleChanges, of_one: set[str]
) -> tuple[int | None, int | None]:
    if said.sku is not None or said.product_id is not None:
        product_id, variant_id = find_item(tx, viewer, said.product_id, said.sku, said.variant_id)
        is_silent = variant_id is None and "variant_id" not in of_one
        return product_id, line.variant_id if is_silent and product_id == line.product_id else variant_id
    if "product_id" in of_one:
        return None, None
    return line.product_id, said.variant_id if "variant_id" in of_one else line.variant_id


def _change_discount(
    viewer: Viewer,
    present: Discount | None,
    said: SaleChanges,
    of_one: set[str],
    quantity_e3: int,
    unit_price_e4: int | None,
) -> Discount | None:
    """The discount said, either way; where neither is, what was taken off stays taken off."""
    if not of_one & {"discount_amount", "discount_percentage"}:
        return present
    amount = AmountOff(said.discount_amount) if said.discount_amount else None
    percent = PercentOff(said.discount_percentage) if said.discount_percentage else None
    if amount is not None and percent is not None:
        require_agreement(viewer, quantity_e3, unit_price_e4, amount, percent)
    return amount or percent
