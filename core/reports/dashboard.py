"""A branch on one page: the month against its target, everybody's part. One rule: contract 1.1, field for field."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Role, Scope, Viewer, find_branch, find_branch_zone, resolve_scope
from core.goals.goals import Status
from core.metrics import Answer, Question, ask
from core.metrics.filters import is_all_branches
from core.metrics.measures import Value, divide
from core.people.members import get_person, list_people
from core.periods import Period, month_of
from core.reports.targets import judge_target, read_targets


@dataclass(frozen=True, slots=True)
class Member:
    """One person's part in a period. Amounts e4, units e3; percents exact, None where nothing divides.

    `target_e4` is the share of the month's target that falls in the period; None where none is set.
    """

    person_id: int
    handle: str
    name: str
    role: Role
    is_active: bool
    revenue_e4: int
    orders: int
    units_e3: int
    target_e4: int | None
    percent: Value
    share_percent: Value
    status: Status | None


@dataclass(frozen=True, slots=True)
class TeamReport:
    """A branch's people in a period, who sold most first, and what they reached together against its target."""

    period: Period
    members: tuple[Member, ...]
    revenue_e4: int
    orders: int
    units_e3: int
    target_e4: int | None
    percent: Value
    status: Status | None
    currency: str

    @property
    def remaining_e4(self) -> int | None:
        """What is missing to the target, never below zero; None without one."""
        return None if self.target_e4 is None else max(0, self.target_e4 - self.revenue_e4)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Contract 1.1: the snapshot of a month, of the branch, or of oneself for an employee. Amounts e4.

    Without a target `current_month_target_e4` is 0, and so is `remaining_gap_e4`; `completion_pct` is None then.
    """

    month: Period
    branch_id: int | None  # None: every branch
    current_month_target_e4: int
    current_month_actual_e4: int
    completion_pct: Value
    remaining_gap_e4: int
    sales_breakdown: tuple[Member, ...]  # who sold most first
    team_table: tuple[Member, ...]  # by name
    currency: str


def read_team(tx: Connection, viewer: Viewer, period: Period, branch: str | None = None) -> TeamReport:
    """How everybody in the viewer's branch (or the one named, or "all") does in a period.

    Raises NotAllowed for whoever may not see the team (contract, part 3), or not that branch.
    """
    viewer.require(Permission.SEE_TEAM)
    return _report(tx, viewer, _resolve(tx, viewer, branch), period, branch)


def read_dashboard(tx: Connection, viewer: Viewer, branch: str | None = None, month: date | None = None) -> Dashboard:
    """The dashboard of the month that `month` lies in (None: this one), for the branch worked on, or named, or "all".

    Raises NotAllowed for a branch that is not the viewer's to see, NotFound for one that is not there.
    """
    scope = _resolve(tx, viewer, branch)
    shown = month_of(month or clock.today(find_branch_zone(tx, viewer.company, scope.branch_id)))
    report = _report(tx, viewer, scope, shown, branch)
    return Dashboard(
        shown,
        scope.branch_id,
        report.target_e4 or 0,
        report.revenue_e4,
        report.percent,
        report.remaining_e4 or 0,
        report.members,
        tuple(sorted(report.members, key=lambda member: (member.name.casefold(), member.person_id))),
        report.currency,
    )


def _resolve(tx: Connection, viewer: Viewer, branch: str | None) -> Scope:
    every_branch = is_all_branches(branch) or (branch is None and viewer.person_id is None)
    asked = None if branch is None or every_branch else find_branch(tx, viewer.company.id, branch)
    return resolve_scope(viewer, Reach.TEAM, asked, every_branch=every_branch)


def _report(tx: Connection, viewer: Viewer, scope: Scope, period: Period, branch: str | None) -> TeamReport:
    answer = ask(tx, viewer, Question(("revenue", "orders", "units"), period, by=("person",), branch=branch))
    targets = read_targets(tx, scope, period, viewer.company.currency)
    today = clock.today(find_branch_zone(tx, viewer.company, scope.branch_id))
    members = _list_members(tx, viewer, scope, answer, targets, today)
    revenue, target = _amount(answer.totals["revenue"]), targets.get(scope.person_id)
    return TeamReport(
        period,
        members,
        revenue,
        _amount(answer.totals["orders"]),
        _amount(answer.totals["units"]),
        target,
        divide(revenue, target, 100),
        judge_target(revenue, target, period, today),
        viewer.company.currency,
    )


def _list_members(
    tx: Connection, viewer: Viewer, scope: Scope, answer: Answer, targets: dict[int | None, int], today: date
) -> tuple[Member, ...]:
    """Who works in the branch, and who sold or has a target there besides, best first."""
    sold = {_amount(row.keys[0]): row.values for row in answer.rows}
    present = {person.id: person for person in list_people(tx, viewer, scope.branch_id)}
    others = [number for number in {*sold, *targets} if number is not None and number not in present]
    known = [*present.values(), *(get_person(tx, viewer, number) for number in others)]
    nothing: dict[str, Any] = {"revenue": 0, "orders": 0, "units": 0}
    members = []
    for person in known:
        values = sold.get(person.id, nothing)
        revenue, target = _amount(values["revenue"]), targets.get(person.id)
        members.append(
            Member(
                person.id,
                person.handle,
                person.name,
                person.role,
                person.is_active,
                revenue,
                _amount(values["orders"]),
                _amount(values["units"]),
                target,
                divide(revenue, target, 100),
                divide(revenue, answer.totals["revenue"], 100),
                judge_target(revenue, target, answer.period, today),
            )
        )
    return tuple(sorted(members, key=lambda member: (-member.revenue_e4, member.name.casefold(), member.person_id)))


def _amount(value: Any) -> int:
    return int(value or 0)
