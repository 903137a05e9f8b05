"""Which export, and what it is narrowed to. One rule: the filters are those of the list itself, by the same names."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.branch import BranchQuery
from api.schemas.cards import CardName, Filter, PeriodWords
from api.schemas.fields import MEASURES_PATTERN, Day, Instant, Number, Query, RowLimit, Text50, Text100, Text200
from api.schemas.metrics import BY_PATTERN, MOST_FILTERS, WINDOW_PATTERN
from core.exports import EXPORTS, Format

NAME_PATTERN = f"^({'|'.join(EXPORTS)})$"
FORMAT_PATTERN = f"^({'|'.join(Format)})$"


class ExportPath(Query):
    """Which export, as what."""

    name: str = Field(
        pattern=NAME_PATTERN, description="; ".join(f"`{one.name}` {one.about}" for one in EXPORTS.values())
    )
    format: str = Field(pattern=FORMAT_PATTERN, description="`csv`, `xlsx` or `pdf`")


class ExportQuery(BranchQuery):
    """What an export is narrowed to: each takes the filters of its list, and no others."""

    first: Day | None = Field(None, alias="from", description="from this day on")
    last: Day | None = Field(None, alias="to", description="up to this day, included")
    start_date: Day | None = Field(None, description="the list of sales' word for `from`")
    end_date: Day | None = Field(None, description="the list of sales' word for `to`")
    period: PeriodWords | None = Field(
        None,
        description="instead of from and to: `month`, `last_week`, `30d`, `2025-06` …; this month unless given, of "
        "`sales` and `returns` everything",
    )
    view: Literal["my", "team"] | None = Field(None, description="`my`: only what is one's own")
    measures: (
        Annotated[str, Field(min_length=1, max_length=500, json_schema_extra={"pattern": MEASURES_PATTERN})] | None
    ) = Field(None, description="of `question`: what to count, separated by commas")
    by: Annotated[str, Field(max_length=500, pattern=BY_PATTERN)] | None = Field(
        None, description="of `question`: what to split it by, separated by commas"
    )
    where: list[Filter] = Field(
        default_factory=list, max_length=MOST_FILTERS, description="only what has this, as `country=France`"
    )
    window: Annotated[str, Field(min_length=1, max_length=64, json_schema_extra={"pattern": WINDOW_PATTERN})] | None = (
        Field(None, description="of `question`: further than a row's own days, as `/api/metrics/query` has it")
    )
    as_of: Instant | None = Field(None, description="what the ledger said at that instant")
    limit: RowLimit | None = Field(None, description="at most so many rows")
    measure: Literal["revenue", "orders", "units"] | None = Field(None, description="what `leaderboard` goes by")
    chart: CardName | None = Field(None, description="which chart, as `/api/metrics/charts/{name}` calls it")
    person: Text100 = Field(None, description="of this person, a handle or name")
    product_id: Number | None = Field(None, description="with this product, by its number")
    variant_id: Number | None = Field(None, description="with this variant")
    sku: Text100 = Field(None, description="with the products of this code")
    category: Text200 = Field(None, description="with products of this category")
    platform: Text50 = Field(None, description="sold on this platform")
    coupon_code: Text50 = Field(None, description="with this coupon")
    customer_name: Text200 = Field(None, description="sold to this customer")
    kind: list[Literal["sale", "return", "exchange", "guest"]] = Field(
        default_factory=list, max_length=4, description="only documents of this kind"
    )
    search: Text200 = Field(None, description="of products and stock: whose name or code contains this")
    low: bool = Field(False, description="of stock: only what is below its reorder point")
    bom: bool = Field(False, description="a CSV begins with the mark by which spreadsheets know UTF-8")
