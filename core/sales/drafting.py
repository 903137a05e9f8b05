"""From what a sale says to the lines the ledger keeps. One rule: nothing is written here, only decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Role, Viewer, find_branch_zone
from core.catalog.costs import read_former_costs
from core.catalog.customers import Customer, find_or_add_customer
from core.errors import Code, InvalidInput, NotAllowed, NotFound, about
from core.models.company import branches
from core.people.guests import require_guest
from core.people.members import load_colleague
from core.sales.commands import SaleTerms
from core.sales.goods import Goods, Item, read_goods
from core.sales.pricing import Price, price_line, share_taxes, spread_discount
from core.sales.rates import check_currency, check_rate, convert_price, convert_taxes, find_rate
from core.sales.sharing import Shares, split_rows
from core.text import clean_name

LONGEST_PAST = FURTHEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who a sale counts for, and where."""

    person_id: int
    name: str
    branch_id: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines ready to be written, what they name, and what to warn about."""

    rows: list[dict[str, Any]]
    goods: Goods
    customer: str | None
    warnings: tuple[str, ...]


def resolve_seller(tx: Connection, viewer: Viewer, person_id: int | None) -> Seller:
    """Whose sale it is: the viewer's own, or somebody's in the viewer's branch by one who may record for others.

    Raises NotAllowed naming `person`; the operator has to name one.
    """
    if person_id is None and viewer.person_id is None:
        raise InvalidInput("Whose sale is it? The operator sells nothing.", field="person", hint="--as HANDLE")
    if person_id in (None, viewer.person_id):
        viewer.require(Permission.RECORD_SALE)
        return _seat(tx, viewer, viewer.operational_branch_id)
    viewer.require(Permission.RECORD_FOR_OTHERS)
    other = load_colleague(tx, viewer, person_id or 0)
    if viewer.role == Role.MANAGER and other.branch_id not in viewer.member_of:
        raise NotAllowed(f"{other.name} works in another branch.", field="person")
    return _seat(tx, other, other.operational_branch_id)


def _seat(tx: Connection, viewer: Viewer, branch_id: int | None) -> Seller:
    if viewer.person_id is None or branch_id is None:
        raise InvalidInput("A sale needs a branch.", field="branch")
    zone = viewer.time_zone or find_branch_zone(tx, viewer.company, branch_id)
    return Seller(viewer.person_id, viewer.name, branch_id, zone)


def seat_guest(tx: Connection, viewer: Viewer, seller: Seller, branch_id: int) -> Seller:
    """The seller in a branch that is not theirs, where they help out; its stock moves. Raises naming `guest_branch`.

    It takes the word of a manager there: nobody sees or moves another branch's stock on their own.
    """
    if branch_id == seller.branch_id:
        raise InvalidInput("That is the seller's own branch, so it is an ordinary sale.", field="guest_branch")
    own = branches.c.company_id == viewer.company.id, branches.c.id == branch_id
    if tx.execute(select(branches.c.id).where(*own)).first() is None:
        raise NotFound(f"There is no branch number {branch_id}.", field="guest_branch")
    require_guest(tx, viewer, branch_id, seller.person_id)
    return replace(seller, branch_id=branch_id, time_zone=find_branch_zone(tx, viewer.company, branch_id))


def draft_lines(
    tx: Connection,
    viewer: Viewer,
    seller: Seller,
    terms: SaleTerms,
    *,
    kind: str,
    source: str,
    kept_prices_e4: Mapping[Item, int] | None = None,
    default_sold_at: datetime | None = None,
    shares: Shares | None = None,
    find_goods: Callable[[], Goods] | None = None,
) -> Draft:
    """Price every line and fix its business day, customer and cost; a part of it for each who shares in it.

    `kept_prices_e4` are the unit prices of a sale being corrected, which count before today's list prices (rule of the
    transactions document: a price is kept for ever). `find_goods` gives what the lines name, where that was asked for
    already. Raises InvalidInput naming what is at fault.
    """
    if not terms.lines:
        raise InvalidInput("A sale needs at least one line.", field="lines", hint="/sale 2 SOL-3077")
    goods = find_goods() if find_goods is not None else read_goods(tx, viewer, terms.lines)
    for number, line in enumerate(terms.lines):
        with about("lines", number):
            goods.require_sold(line, kept_prices_e4 or ())
    sold_at, warnings = _fix_time(viewer, terms, seller, default_sold_at)
    day = clock.day_of(sold_at, seller.time_zone)
    former = read_former_costs(tx, viewer.company.id, goods.products) if day < clock.today(seller.time_zone) else None
    customer = find_customer(tx, viewer, terms.customer)
    shared = {
        "company_id": viewer.company.id,
        "kind": kind,
        "source": source,
        "sold_at": sold_at,
        "day": day,
        "branch_id": seller.branch_id,
        "person_id": seller.person_id,
        "customer_id": customer.id if customer else None,
        "platform": _clean(terms.platform, "platform", 50),
        "coupon": _clean(terms.coupon, "coupon", 50),
        **NOT_TOLD,
    }
    rows = [
        {
            **shared,
            "position": position,
            "product_id": line.product_id,
            "variant_id": line.variant_id,
            "quantity_e3": line.quantity_e3,
            **priced,
            "cost_e4": goods.find_cost(line, day, former),
        }
        for position, (line, priced) in enumerate(
            zip(terms.lines, _price(tx, viewer, terms, goods, day, kept_prices_e4 or {}), strict=True), 1
        )
    ]
    parts = split_rows(rows, shares or {}, viewer.company.currency)
    return Draft(parts, goods, customer.name if customer else None, warnings)


# What only files and returns tell of a line.
NOT_TOLD: dict[str, Any] = dict.fromkeys(
    ("ledger_group", "region", "country", "pincode", "attributes", "row_key", "original_position", "written_off")
)
NOT_TOLD |= {"import_id": None, "round_off_e4": 0}


def _price(
    tx: Connection, viewer: Viewer, terms: SaleTerms, goods: Goods, day: date, kept_prices_e4: Mapping[Item, int]
) -> list[dict[str, Any]]:
    """The columns of each line that are money, and in which."""
    own = viewer.company.currency
    currency = check_currency(viewer, terms.currency) if terms.currency not in (None, own) else own
    is_foreign = currency != own
    prices = []
    for number, line in enumerate(terms.lines):
        with about("lines", number):
            unit_price_e4 = line.unit_price_e4
            if line.total_e4 is None:
                unit_price_e4 = goods.find_unit_price(line, kept_prices_e4, currency if is_foreign else None)
            prices.append(
                price_line(
                    line.quantity_e3,
                    currency,
                    unit_price_e4=unit_price_e4,
                    total_e4=line.total_e4,
                    discount=line.discount,
                )
            )
    prices = spread_discount(prices, terms.discount, currency)
    taxes = share_taxes(terms.taxes, prices, currency)
    if not is_foreign:
        return [_name_money(price, line_taxes) for price, line_taxes in zip(prices, taxes, strict=True)]
    rate_e9 = terms.rate_e9 if terms.rate_e9 is not None else find_rate(tx, viewer, currency, day)
    check_rate(rate_e9)
    told = [
        {"unit_price_e4": price.unit_price_e4, "discount_e4": price.discount_e4, "amount_e4": price.amount_e4}
        | ({"taxes": line_taxes} if line_taxes else {})
        for price, line_taxes in zip(prices, taxes, strict=True)
    ]
    ours = [convert_price(price, rate_e9, own) for price in prices]
    return [
        _name_money(price, line_taxes) | {"currency": currency, "rate_e9": rate_e9, "foreign_amounts": foreign}
        for price, line_taxes, foreign in zip(ours, convert_taxes(taxes, prices, rate_e9, own), told, strict=True)
    ]


def _name_money(price: Price, taxes: dict[str, int]) -> dict[str, Any]:
    return {
        "unit_price_e4": price.unit_price_e4,
        "discount_e4": price.discount_e4,
        "amount_e4": price.amount_e4,
        "tax_e4": sum(taxes.values()),
        "taxes": taxes or None,
        "currency": None,
        "rate_e9": None,
        "foreign_amounts": None,
    }


def _fix_time(
    viewer: Viewer, terms: SaleTerms, seller: Seller, default: datetime | None
) -> tuple[datetime, tuple[str, ...]]:
    """When it was sold: now, or on a day told of (at noon there, as nobody said when); rule 2 and edge case 5.

    A day ahead is an order, where the company takes such.
    """
    zone, now = clock.find_zone(seller.time_zone), clock.now()
    today = now.astimezone(zone).date()
    sold_at = terms.sold_at or default or now
    day = terms.day or clock.day_of(sold_at, seller.time_zone)
    is_ahead = day > today or sold_at > now + timedelta(minutes=5)
    is_told = terms.day is not None or terms.sold_at not in (None, default)
    if is_ahead and is_told and not viewer.company.takes_orders_ahead:
        hint = "today, yesterday or 2026-07-18"
        raise InvalidInput(f"{day} is in the future.", field="date", hint=hint, code=Code.FUTURE_DATE)
    if day - today > FURTHEST_AHEAD:
        raise InvalidInput(f"{day} is too far ahead.", field="date", hint="within a year", code=Code.FUTURE_DATE)
    if day.year < 1900:
        raise InvalidInput(f"{day} is too long ago.", field="date")
    if day != clock.day_of(sold_at, seller.time_zone):
        sold_at = datetime.combine(day, time(12), zone).astimezone(UTC) if day != today else now
    if is_ahead:
        return sold_at, (f"{day} is ahead: this is an order.",)
    return sold_at, (f"{day} is more than a year ago.",) if today - day > LONGEST_PAST else ()


def find_customer(tx: Connection, viewer: Viewer, name: str | None) -> Customer | None:
    """The customer of that name, made if new; None without a name."""
    return find_or_add_customer(tx, viewer.company.id, clean_name(name, "customer")) if name else None


def _clean(text: str | None, field: str, longest: int) -> str | None:
    return clean_name(text, field, longest) if text else None
