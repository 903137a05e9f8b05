"""A branch on one page: the month against its target, everybody's part. One rule: contract 1.1, field for field."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, find_branch_zone
from core.metrics.measures import Value
from core.periods import Period, month_of
from core.reports.team import TeamMember, report_on, resolve_branch


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Contract 1.1: the snapshot of a month, of the branch, or of oneself for an employee. Amounts e4.

    Without a target `current_month_target_e4` is 0, and so is `remaining_gap_e4`; `completion_pct` is None then.
    """

    title: str
    branch_id: int | None  # None: every branch
    month: Period
    current_month_target_e4: int
    current_month_actual_e4: int
    completion_pct: Value
    remaining_gap_e4: int
    sales_breakdown: tuple[TeamMember, ...]  # who sold most first
    team_table: tuple[TeamMember, ...]  # by name
    currency: str


def read_dashboard(tx: Connection, viewer: Viewer, branch: str | None = None, month: date | None = None) -> Dashboard:
    """The dashboard of the month that `month` lies in (None: this one), for the branch worked on, or named, or "all".

    Raises NotAllowed for a branch that is not the viewer's to see, NotFound for one that is not there.
    """
    scope = resolve_branch(tx, viewer, branch)
    shown = month_of(month or clock.today(find_branch_zone(tx, viewer.company, scope.branch_id)))
    report = report_on(tx, viewer, scope, shown, branch)
    return Dashboard(
        report.title,
        report.branch_id,
        shown,
        report.target_e4 or 0,
        report.revenue_e4,
        report.percent,
        report.remaining_e4 or 0,
        report.members,
        tuple(sorted(report.members, key=lambda member: (member.person.name.casefold(), member.person.id))),
        report.currency,
    )
