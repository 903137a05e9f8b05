"""Closed months and exchange rates over HTTP. One rule: a month is told as reported, and what changed beside it."""

from datetime import date, datetime

from pydantic import Field

from api.schemas.branch import BranchQuery
from api.schemas.contract import Month
from api.schemas.envelope import Answer, Money
from api.schemas.fields import Body, Day, Query, RateE9
from api.schemas.sales import CurrencyCode


class MonthPath(Query):
    """Which month."""

    month: Month = Field(description="YYYY-MM")


class MonthQuery(BranchQuery):
    """Of which branch."""


class BooksAnswer(Answer):
    """How far the months are closed."""

    closed_before: date | None = Field(description="the months before this day are closed; null: all are open")
    closed_at: datetime | None
    closed_by: str | None


class ReportedAnswer(Answer):
    """What a month came to; once it is closed, that stays."""

    revenue: Money
    returns: Money
    exchanges: Money
    net_revenue: Money
    orders: int
    units: Money


class AdjustmentAnswer(Answer):
    """What came back, in a later month, of the sales of this one."""

    month: str
    amount: Money


class MonthAnswer(Answer):
    """A month as it was reported, and what came back of its sales since."""

    month: str
    is_closed: bool
    reported: ReportedAnswer
    adjustments: list[AdjustmentAnswer]
    adjusted_net_revenue: Money = Field(description="net_revenue after the adjustments")
    currency: str


class RateBody(Body):
    """What a currency is worth from a day on."""

    currency: CurrencyCode = Field(description="ISO 4217")
    rate: RateE9 = Field(description="what one unit of it is worth in the company's currency")
    day: Day = Field(description="from this day on; sales recorded already keep the rate they had")


class RateAnswer(Answer):
    """What a currency is worth from a day on."""

    currency: str
    rate: Money
    day: date
