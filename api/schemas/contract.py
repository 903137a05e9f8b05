"""The contract's pages over HTTP. One rule: the fields of its parts 1.2 to 1.4, by its names, and no others of it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer, Money
from api.schemas.fields import MONTH_PATTERN, Day, PageLength, PageNumber

Month = Annotated[str, Field(pattern=MONTH_PATTERN)]


class RangeQuery(BranchQuery):
    """Which days of which branch."""

    first: Day | None = Field(
        None, alias="from", description="from this day on; the first of the month of `to` unless given"
    )
    last: Day | None = Field(None, alias="to", description="up to this day, included; today unless given")
    view: Literal["my", "team"] | None = Field(
        None,
        description="`my`: oneself in the branch worked on; `team`: as the dashboard. Unless given, a manager's is the "
        "team's and everybody else's their own (contract, parts 3 and 2.2)",
    )


class ReturnsQuery(RangeQuery):
    """Which days of which branch, and which page of what came back."""

    page: PageNumber = Field(1, description="which page, from 1")
    limit: PageLength = Field(50, description="how many on a page")


class TargetQuery(BranchQuery):
    """Which month, in which branch."""

    month: Month | None = Field(None, description="YYYY-MM; the present one unless given")


class EmployeeSales(Answer):
    """One person's part."""

    empId: str = Field(description="the person's handle")  # noqa: N815 - the contract's word
    name: str
    netSales: Money  # noqa: N815


class SalesMyAnswer(Answer):
    """Sales of a stretch of days (contract, part 1.2). Nothing that came back is taken off (part 2.1)."""

    # The contract's words are in camel case.
    netSalesTotal: Money = Field(description="revenue: sales after discount, before tax")  # noqa: N815
    grossSalesTotal: Money = Field(description="the same: returns and exchanges are no part of it")  # noqa: N815
    returnsTotal: Money = Field(description="value of what was returned in the range")  # noqa: N815
    exchangesTotal: Money = Field(description="value of what was exchanged in the range")  # noqa: N815
    guestCoverageNetSales: Money = Field(  # noqa: N815
        description="sold here by people of other branches who helped out; no part of the totals above"
    )
    breakdownByEmployee: list[EmployeeSales] = Field(description="who sold most first")  # noqa: N815
    currency: str


class ReturnedLine(Answer):
    """So much of one product that came back."""

    productId: int | None  # noqa: N815
    sku: str | None
    productName: str | None  # noqa: N815
    variantName: str | None  # noqa: N815
    quantity: Money
    amount: Money


class ReturnedItem(Answer):
    """One return or exchange."""

    id: int
    type: Literal["RETURN", "EXCHANGE"]
    originalSaleId: int | None = Field(  # noqa: N815
        description="the sale it came back of; null where nobody knows it"
    )
    productId: int | None = Field(description="of its only product; null where there are several")  # noqa: N815
    sku: str | None = Field(description="of its only product; null where there are several")
    productName: str | None = Field(description="the names of what came back")  # noqa: N815
    lines: list[ReturnedLine]
    dateKey: date = Field(description="the business day")  # noqa: N815
    name: str = Field(description="whose it is")
    amount: Money
    customer: str | None
    notes: str | None


class ReturnsAnswer(Answer):
    """Returns and exchanges of a stretch of days (contract, part 1.3), the newest first."""

    items: list[ReturnedItem]
    first: date = Field(alias="from", description="first day")
    last: date = Field(alias="to", description="last day, included")
    canAdd: bool = Field(description="whether your role may record returns and exchanges by hand")  # noqa: N815
    page: int
    limit: int
    total: int = Field(description="how many there are on all pages")
    currency: str


class CalendarDay(Answer):
    """One day of the month."""

    dateKey: date  # noqa: N815
    amount: Money = Field(description="what was sold")
    target: Money = Field(description="the day's share of the month's target; they add up to it; 0 without one")


class MyTargetAnswer(Answer):
    """Oneself against the target of a month (contract, part 1.4). Today and week are null for any other month."""

    monthKey: str  # noqa: N815
    monthTarget: Money = Field(description="0 where none is set")  # noqa: N815
    mtdSales: Money  # noqa: N815
    todaySales: Money | None  # noqa: N815
    weekSales: Money | None = Field(description="of the company's week, cut at the month")  # noqa: N815
    dailyTarget: Money | None = Field(description="today's share of the target")  # noqa: N815
    weekTarget: Money | None = Field(description="the week's share of the target")  # noqa: N815
    remaining: Money = Field(description="max(0, monthTarget − mtdSales)")
    pctDaily: Money | None = Field(description="per cent; null where there is nothing to reach")  # noqa: N815
    pctWeek: Money | None  # noqa: N815
    pctMonth: Money | None  # noqa: N815
    calendar: list[CalendarDay] = Field(description="every day of the month")
    branch: str = Field(description="the branch the figures are of")
    currency: str
