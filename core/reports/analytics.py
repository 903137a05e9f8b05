"""The transactions document's analytics. One rule: every figure is asked for; what one may not see is None."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.catalog.products import Product, find_numbers, get_product
from core.metrics import Answer, Question, ask
from core.metrics.measures import Value, divide
from core.money import E3
from core.periods import END_OF_DAYS, FIRST_DAY, Period
from core.sales.log import LogFilter, list_documents

EVER = Period(FIRST_DAY, END_OF_DAYS, "all")
PLAIN = ("orders", "units", "revenue", "discount", "discount_rate")
WITH_PROFIT = ("cost", "profit", "profit_margin", "uncosted_revenue")
COUNTED = ("sale",)  # the kind of document that is revenue
NOBODY_KNOWS = "(none)"  # sold on no platform that was told
Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which sales are meant: in a period, of a product, on a platform, of a person, in a branch, as of a moment."""

    period: Period = EVER
    product_id: int | None = None
    platform: str | None = None
    person: str | None = None
    branch: str | None = None
    as_of: datetime | None = None
    sku: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """What was sold of a product; `product_id` None is what was sold of none. Amounts e4, quantity e3."""

    product_id: int | None
    sku: str | None
    name: str | None
    units_e3: int
    revenue_e4: int
    cost_e4: int | None
    profit_e4: int | None
    profit_margin: Value


@dataclass(frozen=True, slots=True)
class PlatformFigures:
    """What was sold on a platform. Amount e4, quantity e3."""

    name: str
    revenue_e4: int
    units_e3: int


@dataclass(frozen=True, slots=True)
class Analytics:
    """Totals of sales, by platform and by product, the largest first. `coupons_used` counts uses."""

    totals: dict[str, Value]
    by_platform: tuple[PlatformFigures, ...]
    by_product: tuple[ProductFigures, ...]
    coupons_used: int
    currency: str


@dataclass(frozen=True, slots=True)
class SalesSummary:
    """What was ever sold of a product. Amounts e4, quantity e3."""

    units_e3: int
    revenue_e4: int
    profit_e4: int | None
    average_price_e4: Value
    last_sold_at: datetime | None


def read_analytics(tx: Connection, viewer: Viewer, narrowed: Narrowed) -> Analytics:
    """The analytics of the sales a viewer may see. Raises as `ask` does, NotFound for a product that is not there."""
    totals = ask_narrowed(tx, viewer, narrowed, list_measures(viewer, PLAIN)).totals
    platforms = ask_narrowed(tx, viewer, narrowed, ("revenue", "units"), "platform").rows
    coupons = ask_narrowed(tx, viewer, narrowed, ("orders",), "coupon").rows
    return Analytics(
        totals,
        tuple(
            PlatformFigures(
                row.labels[0] or NOBODY_KNOWS, int(row.values["revenue"] or 0), int(row.values["units"] or 0)
            )
            for row in platforms
            if row.values["units"] or row.values["revenue"]
        ),
        list_product_figures(tx, viewer, narrowed),
        sum(int(row.values["orders"] or 0) for row in coupons if row.labels[0] is not None),
        viewer.company.currency,
    )


def list_measures(viewer: Viewer, plain: tuple[str, ...]) -> tuple[str, ...]:
    """The measures, with those of profit for whoever may see it."""
    return plain + WITH_PROFIT if viewer.may(Permission.SEE_PROFIT) else plain


def list_product_figures(tx: Connection, viewer: Viewer, narrowed: Narrowed) -> tuple[ProductFigures, ...]:
    """What was sold of each product, the one of the largest revenue first."""
    answer = ask_narrowed(tx, viewer, narrowed, list_measures(viewer, ("revenue", "units")), "sku", "product")
    sold = [row for row in answer.rows if row.values["units"] or row.values["revenue"]]
    named = [(row.labels[0], row.labels[1]) for row in sold]
    numbers = find_numbers(tx, viewer.company.id, [(sku, name) for sku, name in named if sku and name])
    return tuple(
        ProductFigures(
            numbers.get((sku or "", name or "")),
            sku,
            name,
            int(row.values["units"] or 0),
            int(row.values["revenue"] or 0),
            _whole(row.values.get("cost")),
            _whole(row.values.get("profit")),
            row.values.get("profit_margin"),
        )
        for (sku, name), row in zip(named, sold, strict=True)
    )


def summarize_product(tx: Connection, viewer: Viewer, product: Product) -> SalesSummary:
    """What the viewer may see of all that was ever sold of a product."""
    narrowed = Narrowed(product_id=product.id)
    totals = ask_narrowed(tx, viewer, narrowed, list_measures(viewer, ("units", "revenue"))).totals
    last = list_documents(tx, viewer, LogFilter(product_ids=(product.id,), kinds=COUNTED), limit=1).entries
    units, revenue = int(totals["units"] or 0), int(totals["revenue"] or 0)
    average = divide(Fraction(revenue), units, E3)
    return SalesSummary(units, revenue, _whole(totals.get("profit")), average, last[0].sold_at if last else None)


def ask_narrowed(tx: Connection, viewer: Viewer, narrowed: Narrowed, measures: Sequence[str], *by: str) -> Answer:
    """The answer for the sales that are meant; by a product's number, or by code and category. Raises as `ask` does."""
    where: list[tuple[str, str]] = []
    if narrowed.product_id is not None:
        product = get_product(tx, viewer, narrowed.product_id)
        where += [("sku", product.sku), ("product", product.name)]
    told = {"platform": narrowed.platform, "person": narrowed.person, "category": narrowed.category}
    where += [(name, value) for name, value in told.items() if value is not None]
    if narrowed.sku is not None:
        where.append(("sku", narrowed.sku))
    question = Question(
        tuple(measures), narrowed.period, by, tuple(where), branch=narrowed.branch, as_of=narrowed.as_of
    )
    return ask(tx, viewer, question)


def _whole(value: Value) -> int | None:
    return None if value is None else int(value)
