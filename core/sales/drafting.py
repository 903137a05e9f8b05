"""From what a sale says to the lines the ledger keeps. One rule: nothing is written here, only decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Role, Viewer, find_branch_zone, load_viewer
from core.catalog.customers import find_or_add_customer
from core.catalog.products import Product, read_products
from core.errors import InvalidInput, NotAllowed, NotFound
from core.models.company import branches
from core.models.people import people
from core.money import E3, LARGEST_E4, divide_half_even
from core.sales.commands import SaleTerms
from core.sales.pricing import price_line, spread_discount
from core.text import clean_name

LONGEST_PAST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Seller:
    """Who a sale counts for, and where."""

    person_id: int
    branch_id: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines ready to be written, the products in them, and what to warn about."""

    rows: list[dict[str, Any]]
    products: dict[int, Product]
    warnings: tuple[str, ...]

    @property
    def tracked(self) -> frozenset[int]:
        """The products whose stock is kept."""
        return frozenset(product.id for product in self.products.values() if product.tracks_stock)


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
    own = people.c.company_id == viewer.company.id, people.c.id == person_id
    if tx.execute(select(people.c.id).where(*own)).first() is None:
        raise NotFound("There is no such person here.", field="person")
    other = load_viewer(tx, person_id or 0)
    if viewer.role == Role.MANAGER and other.branch_id not in viewer.member_of:
        raise NotAllowed(f"{other.name} works in another branch.", field="person")
    return _seat(tx, other, other.operational_branch_id)


def _seat(tx: Connection, viewer: Viewer, branch_id: int | None) -> Seller:
    if viewer.person_id is None or branch_id is None:
        raise InvalidInput("A sale needs a branch.", field="branch")
    zone = viewer.time_zone or find_branch_zone(tx, viewer.company, branch_id)
    return Seller(viewer.person_id, branch_id, zone)


def seat_guest(tx: Connection, viewer: Viewer, seller: Seller, branch_id: int) -> Seller:
    """The seller in a branch that is not theirs, where they help out; its stock moves. Raises naming `guest_branch`."""
    if branch_id == seller.branch_id:
        raise InvalidInput("That is the seller's own branch, so it is an ordinary sale.", field="guest_branch")
    own = branches.c.company_id == viewer.company.id, branches.c.id == branch_id
    if tx.execute(select(branches.c.id).where(*own)).first() is None:
        raise NotFound(f"There is no branch number {branch_id}.", field="guest_branch")
    return Seller(seller.person_id, branch_id, find_branch_zone(tx, viewer.company, branch_id))


def draft_lines(
    tx: Connection,
    viewer: Viewer,
    seller: Seller,
    terms: SaleTerms,
    *,
    kind: str,
    source: str,
    kept_prices_e4: Mapping[int, int] | None = None,
    default_sold_at: datetime | None = None,
) -> Draft:
    """Price every line and fix its business day, customer and cost.

    `kept_prices_e4` are the unit prices of a sale being corrected, which count before today's list prices (rule of the
    transactions document: a price is kept for ever). Raises InvalidInput naming what is at fault.
    """
    if not terms.lines:
        raise InvalidInput("A sale needs at least one line.", field="lines", hint="/sale 2 SOL-3077")
    currency = viewer.company.currency
    products = _read_products(tx, viewer, terms)
    prices = [
        price_line(
            line.quantity_e3,
            currency,
            total_e4=line.total_e4,
            discount=line.discount,
            unit_price_e4=_unit_price(line.unit_price_e4, line.product_id, products, kept_prices_e4 or {})
            if line.total_e4 is None
            else None,
        )
        for line in terms.lines
    ]
    prices = spread_discount(prices, terms.discount, currency)
    sold_at, warnings = _fix_time(terms, seller, default_sold_at)
    shared = {
        "company_id": viewer.company.id,
        "kind": kind,
        "source": source,
        "sold_at": sold_at,
        "day": clock.day_of(sold_at, seller.time_zone),
        "branch_id": seller.branch_id,
        "person_id": seller.person_id,
        "customer_id": _find_customer(tx, viewer, terms.customer),
        "platform": _clean(terms.platform, "platform", 50),
        "coupon": _clean(terms.coupon, "coupon", 50),
        "ledger_group": None,
        "region": None,
        "country": None,
        "pincode": None,
        "attributes": None,
        "row_key": None,
    }
    rows = [
        {
            **shared,
            "position": position,
            "product_id": line.product_id,
            "quantity_e3": line.quantity_e3,
            "unit_price_e4": price.unit_price_e4,
            "discount_e4": price.discount_e4,
            "amount_e4": price.amount_e4,
            "cost_e4": _cost(line.product_id, line.quantity_e3, products),
        }
        for position, (line, price) in enumerate(zip(terms.lines, prices, strict=True), 1)
    ]
    return Draft(rows, products, warnings)


def _read_products(tx: Connection, viewer: Viewer, terms: SaleTerms) -> dict[int, Product]:
    wanted = [line.product_id for line in terms.lines if line.product_id is not None]
    products = read_products(tx, viewer.company.id, wanted) if wanted else {}
    for product_id in wanted:
        if product_id not in products:
            raise NotFound(f"There is no product number {product_id}.", field="product_id")
    return products


def _unit_price(
    given: int | None, product_id: int | None, products: Mapping[int, Product], kept: Mapping[int, int]
) -> int:
    if given is not None:
        return given
    if product_id is None:
        raise InvalidInput("An amount is missing.", field="price", hint="/sale 1250")
    product = products[product_id]
    price = kept.get(product_id, product.price_e4)
    if price is None:
        raise InvalidInput(
            f"{product.name} has no list price, so say what it sold for.",
            field="price",
            hint=f"/sale {product.sku} @24.99",
        )
    return price


def _cost(product_id: int | None, quantity_e3: int, products: Mapping[int, Product]) -> int | None:
    cost_e4 = products[product_id].cost_e4 if product_id is not None else None
    if cost_e4 is None:
        return None
    whole_e4 = divide_half_even(cost_e4 * quantity_e3, E3)
    if whole_e4 > LARGEST_E4:
        raise InvalidInput("That is more money than can be counted.", field="quantity")
    return whole_e4


def _fix_time(terms: SaleTerms, seller: Seller, default: datetime | None) -> tuple[datetime, tuple[str, ...]]:
    """When it was sold: now, or on a day of the past (at noon there, as nobody said when); rule 2 and edge case 5."""
    zone, now = clock.find_zone(seller.time_zone), clock.now()
    today = now.astimezone(zone).date()
    sold_at = terms.sold_at or default or now
    day = terms.day or clock.day_of(sold_at, seller.time_zone)
    if day > today or sold_at > now + timedelta(minutes=5):
        raise InvalidInput(f"{day} is in the future.", field="date", hint="today, yesterday or 2026-07-18")
    if day.year < 1900:
        raise InvalidInput(f"{day} is too long ago.", field="date")
    if day != clock.day_of(sold_at, seller.time_zone):
        sold_at = datetime.combine(day, time(12), zone).astimezone(UTC) if day != today else now
    old = (f"{day} is more than a year ago.",) if today - day > LONGEST_PAST else ()
    return sold_at, old


def _find_customer(tx: Connection, viewer: Viewer, name: str | None) -> int | None:
    return find_or_add_customer(tx, viewer.company.id, clean_name(name, "customer")) if name else None


def _clean(text: str | None, field: str, longest: int) -> str | None:
    return clean_name(text, field, longest) if text else None
