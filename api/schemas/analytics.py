"""Analytics, the sales log and performance over HTTP. One rule: the words are those of the seed each page is of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag
from pydantic.alias_generators import to_camel

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer, Money
from api.schemas.fields import (
    AmountE4,
    Body,
    Day,
    Instant,
    Name100,
    Number,
    PageLength,
    PageNumber,
    QuantityE3,
    SaleDate,
    Text50,
    Text100,
    Text200,
)
from api.schemas.sales import SaleOfOne, SaleOfSeveral, tell_apart

Ranges = Literal["today", "7d", "30d", "90d", "month", "year", "all", "custom"]
_HIDDEN = "null where this person may not see it"


class AnalyticsQuery(BranchQuery):
    """Which sales."""

    start_date: Day | None = Field(None, description="sold on this day or later")
    end_date: Day | None = Field(None, description="sold on this day (included) or earlier")
    product_id: Number | None = Field(None, description="of this product, by its number")
    platform: Text50 = Field(None, description="sold on this platform; case does not count")
    person: Text100 = Field(None, description="sold by this person, a handle or name")
    as_of: Instant | None = Field(None, description="as the ledger had them at this moment")


class PlatformPart(Answer):
    """What was sold on a platform."""

    revenue: Money
    quantity: Money


class ProductPart(Answer):
    """What was sold of a product; of what was sold without one, all is null but the figures."""

    product_id: int | None
    product_name: str | None
    quantity: Money
    revenue: Money
    profit: Money | None = Field(description=_HIDDEN)


class DiscountPart(Answer):
    """What was taken off."""

    total_discount_amount: Money
    total_discount_percentage: Money | None = Field(
        description="total_discount_amount / (total_revenue + total_discount_amount) × 100, with one decimal"
    )
    coupons_used: int = Field(description="how many sales had a coupon")


class AnalyticsAnswer(Answer):
    """Sales together, as the transactions document has it."""

    total_sales: int
    total_quantity: Money
    total_revenue: Money
    total_cost: Money | None = Field(description=_HIDDEN)
    total_profit: Money | None = Field(description=_HIDDEN)
    average_profit_margin: Money | None = Field(
        description=f"profit / revenue × 100 of the lines whose cost is known, with one decimal; {_HIDDEN}"
    )
    revenue_without_cost: Money | None = Field(
        description=f"revenue whose cost nobody knows, which the margin leaves out; {_HIDDEN}"
    )
    by_platform: dict[str, PlatformPart] = Field(description="`(none)` is what was sold on none that was told")
    by_product: list[ProductPart] = Field(description="the largest revenue first")
    discounts: DiscountPart
    currency: str


class StretchQuery(BranchQuery):
    """Which stretch of days, and which products."""

    range: Ranges = Field("30d", description="`custom`, or from `start_date` to `end_date`: those days")
    start_date: Day | None = Field(None, description="from this day on")
    end_date: Day | None = Field(None, description="until this day, included")
    sku: Text100 = Field(None, description="of the products of this code")
    category: Text200 = Field(None, description="of the products of this category")
    person: Text100 = Field(None, description="sold by this person, a handle or name")
    as_of: Instant | None = Field(None, description="as the ledger had it at this moment")


class EntriesQuery(StretchQuery):
    """Which entries of the sales log."""

    page: PageNumber = Field(1, description="which page, from 1")
    limit: PageLength = Field(50, description="how many on a page")


class Worded(Answer):
    """Part of an answer in the words of the live pages, as `unitsSold`."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class NewEntry(Body):
    """An entry of the sales log, in the words of the live pages."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)
    WORDS: ClassVar[Mapping[str, str]] = {"quantity": "unitsSold", "price": "unitPrice", "date": "date"}

    sku: Name100 = Field(description="the product's code, or its variant's own")
    units_sold: QuantityE3 = Field(description="how many")
    unit_price: AmountE4 | None = Field(None, description="what one sold for; the list price unless given")
    date: SaleDate = Field(None, description="when it was sold; now unless given")

    def say_as_sale(self) -> SaleOfOne:
        """The sale it is."""
        return SaleOfOne.model_construct(
            sku=self.sku, quantity=self.units_sold, unit_price=self.unit_price, sale_date=self.date
        )


def _tell_apart(body: object) -> str:
    if isinstance(body, dict) and "unitsSold" in body:
        return "entry"
    return tell_apart(body)


EntryBody = Annotated[
    Annotated[NewEntry, Tag("entry")] | Annotated[SaleOfOne, Tag("one")] | Annotated[SaleOfSeveral, Tag("several")],
    Discriminator(_tell_apart),
]


class EntryAnswer(Worded):
    """One row of the sales log: one item of a sale."""

    date: date
    sku: str | None
    product_name: str | None
    category: str | None
    units_sold: Money
    total_revenue: Money
    sale_id: int
    currency: str


class PerformanceProduct(Worded):
    """A row of the product performance table."""

    product_id: int | None
    sku: str | None
    product_name: str | None
    units_sold: Money
    revenue: Money
    cost: Money | None = Field(description=_HIDDEN)
    profit: Money | None = Field(description=_HIDDEN)
    profit_margin: Money | None = Field(description=_HIDDEN)


class PerformanceCategory(Worded):
    """A part of the category chart; `category` null is what has none."""

    category: str | None
    units_sold: Money
    revenue: Money
    profit: Money | None = Field(description=_HIDDEN)


class PerformanceSummary(Worded):
    """What it comes to."""

    revenue: Money
    profit: Money | None = Field(description=_HIDDEN)
    profit_margin: Money | None = Field(description=f"of the lines whose cost is known; {_HIDDEN}")
    revenue_without_cost: Money | None = Field(description=f"what the margin leaves out; {_HIDDEN}")
    units_sold: Money
    orders: int
    customers: int
    average_order_value: Money | None = Field(description="null where nothing was sold")
    conversion_rate: Money | None = Field(description="null where no leads are counted")
    best_selling_sku: str | None = Field(description="of the largest revenue")
    last_sale_id: int | None
    last_sale_date: datetime | None


class PerformanceAnswer(Worded):
    """The performance page."""

    start_date: date
    end_date: date
    currency: str
    summary: PerformanceSummary
    products: list[PerformanceProduct]
    categories: list[PerformanceCategory]


class RollupAnswer(Worded):
    """One table of sums, compared with the ledger's lines."""

    name: str
    rows: int
    differences: int


class RecalculationAnswer(Worded):
    """What was found."""

    recalculated: bool = Field(description="something was wrong, and was written anew from the ledger")
    message: str
    checked: list[RollupAnswer] = Field(
        description="empty where this person may not have them compared, and until it is done"
    )
    state: Literal["asked", "running", "done"] | None = Field(description="how far it is; null: none was asked for")
    asked_at: datetime | None
    done_at: datetime | None


class GoalsQuery(BranchQuery):
    """Which goals."""

    day: Day | None = Field(None, description="those this day lies in; today unless given")
    person: Text100 = Field(None, description="of this person, a handle or name")
    sku: Text100 = Field(None, description="of the products of this code only")


class GoalAnswer(Worded):
    """A goal, and how far it is. Values are in its measure's unit."""

    id: int
    title: str
    type: str
    sku: str | None
    category: str | None
    person: str | None = Field(description="whose goal it is; null: the branch's")
    start_date: date
    end_date: date
    time_frame: str = Field(description="how many days, as `31d`")
    target_value: Money
    current_progress: Money | None = Field(description=_HIDDEN)
    percent: Money | None = Field(description=_HIDDEN)
    status: Literal["On track", "At risk", "Completed"]
    standing: Literal["achieved", "on track", "behind", "at risk", "not begun"] = Field(description="more exactly")
    met_at: datetime | None


class GoalsAnswer(Worded):
    """Goals, and how many of them stand how."""

    day: date
    currency: str
    goals: list[GoalAnswer]
    completed: int
    on_track: int
    at_risk: int
