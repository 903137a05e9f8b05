"""The dashboard. One rule: the figures are core.reports', the names the contract's."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_money, show_percent, show_quantity
from api.routing import Example, Outcome, RouteTable
from api.schemas.dashboard import DashboardAnswer, DashboardQuery
from api.schemas.envelope import Success
from core.access import Viewer
from core.reports.dashboard import read_dashboard
from core.reports.team import TeamMember

table = RouteTable("Dashboard", "A month at a glance.")


@table.declare(
    "GET",
    "/api/metrics/dashboard",
    answer=Success[DashboardAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(),
)
def show_dashboard(tx: Connection, viewer: Viewer, query: DashboardQuery) -> Outcome:
    """Read a month against its target, and everybody's part in it.

    For an employee it is their own; for the others the branch they work on, or the one they name (contract, parts 1.1
    and 3).
    """
    month = date.fromisoformat(f"{query.month}-01") if query.month else None
    board = read_dashboard(tx, viewer, branch=query.choose_branch(), month=month)
    currency = board.currency
    snapshot = {
        "currentMonthTarget": show_money(board.current_month_target_e4, currency),
        "currentMonthActual": show_money(board.current_month_actual_e4, currency),
        "completionPct": show_percent(board.completion_pct),
        "remainingGap": show_money(board.remaining_gap_e4, currency),
    }
    return Outcome(
        {
            "month": f"{board.month.start:%Y-%m}",
            "branch": board.title,
            "currency": currency,
            **snapshot,
            "snapshot": snapshot,
            "salesBreakdown": [_show_part(member, currency) for member in board.sales_breakdown],
            "teamTable": [_show_member(member, currency) for member in board.team_table],
        }
    )


@table.declare("GET", "/api/dashboard", answer=Success[DashboardAnswer], scope="metrics:read", problems=(404, 409))
def show_dashboard_as_before(tx: Connection, viewer: Viewer, query: DashboardQuery) -> Outcome:
    """Read a month against its target, as /api/metrics/dashboard."""
    return show_dashboard(tx, viewer, query)


def _show_part(member: TeamMember, currency: str) -> dict[str, Any]:
    return {
        "empId": member.person.handle,
        "name": member.person.name,
        "target": None if member.target_e4 is None else show_money(member.target_e4, currency),
        "actual": show_money(member.revenue_e4, currency),
        "pct": show_percent(member.percent),
    }


def _show_member(member: TeamMember, currency: str) -> dict[str, Any]:
    return {
        **_show_part(member, currency),
        "role": member.person.role.label,
        "orders": member.orders,
        "units": show_quantity(member.units_e3),
    }
