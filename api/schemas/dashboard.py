"""The dashboard over HTTP. One rule: the fields are those of the contract's part 1.1, by its names."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer, Money
from api.schemas.fields import MONTH_PATTERN

RoleName = Literal["employee", "assistant_manager", "manager", "admin", "super_admin"]


class DashboardQuery(BranchQuery):
    """Which month of which branch."""

    month: Annotated[str, Field(pattern=MONTH_PATTERN)] | None = Field(
        None, description="YYYY-MM; the present one unless given"
    )


class BreakdownRow(Answer):
    """One person's part."""

    empId: str = Field(description="the person's handle")  # noqa: N815 - the contract's word
    name: str
    target: Money | None = Field(description="null where none is set")
    actual: Money
    pct: Money | None = Field(description="actual / target × 100; null without a target")


class TeamRow(BreakdownRow):
    """One person of the team."""

    role: RoleName
    orders: int
    units: Money


class Snapshot(Answer):
    """A month against its target, of the branch or, for an employee, one's own."""

    currentMonthTarget: Money = Field(description="0 where none is set")  # noqa: N815
    currentMonthActual: Money = Field(description="revenue of the month so far")  # noqa: N815
    completionPct: Money | None = Field(description="actual / target × 100; null without a target")  # noqa: N815
    remainingGap: Money = Field(description="max(0, target − actual)")  # noqa: N815


class DashboardAnswer(Snapshot):
    """A month against its target; for an employee one's own. Amounts are numbers with the currency's decimals.

    The four figures stand at the top, where the contract's part 1.1 has them, and as `snapshot`, as its part 5 has it.
    """

    month: str
    branch: str
    currency: str
    snapshot: Snapshot
    salesBreakdown: list[BreakdownRow] = Field(description="who sold most first")  # noqa: N815
    teamTable: list[TeamRow] = Field(description="by name")  # noqa: N815
