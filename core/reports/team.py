"""Everybody in a branch, and what they reach together. One rule: the total is asked for, never added up from rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Scope, Viewer, find_branch_zone, find_seen_branch, resolve_scope
from core.goals.progress import Status
from core.metrics import Answer, Question, ask
from core.metrics.filters import is_all_branches
from core.metrics.measures import Value, divide
from core.models.company import branches
from core.people.members import Person, get_person, list_people
from core.periods import Period
from core.reports.targets import judge_target, read_expected, read_targets


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One person's part in a period. Amounts e4, units e3; percents exact, None where nothing divides.

    `target_e4` is the share of the month's target that falls in the period; None where none is set.
    """

    person: Person
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

    title: str  # the branch's name, or every branch's
    branch_id: int | None  # None: every branch
    period: Period
    members: tuple[TeamMember, ...]
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
class _Plan:
    """What is to be reached in the period by each person (None: the branch), and what of it by now. E4."""

    targets: dict[int | None, int]
    expected: dict[int | None, int]
    today: date


def read_team(tx: Connection, viewer: Viewer, period: Period, branch: str | None = None) -> TeamReport:
    """How everybody in the viewer's branch (or the one named, or "all") does in a period.

    Raises NotAllowed for whoever may not see the team (contract, part 3), or not that branch.
    """
    viewer.require(Permission.SEE_TEAM)
    return report_on(tx, viewer, resolve_branch(tx, viewer, branch), period, branch)


def resolve_branch(tx: Connection, viewer: Viewer, branch: str | None) -> Scope:
    """The scope for a branch named, "all", or (None) the one worked on; for the operator every one."""
    every_branch = is_all_branches(branch) or (branch is None and viewer.person_id is None)
    asked = None if branch is None or every_branch else find_seen_branch(tx, viewer, branch)
    return resolve_scope(viewer, Reach.TEAM, asked, every_branch=every_branch)


def report_on(tx: Connection, viewer: Viewer, scope: Scope, period: Period, branch: str | None) -> TeamReport:
    """As `read_team`, in a scope already resolved: an employee's is oneself."""
    answer = ask(tx, viewer, Question(("revenue", "orders", "units"), period, by=("person",), branch=branch))
    today = clock.today(find_branch_zone(tx, viewer.company, scope.branch_id))
    targets = read_targets(tx, scope, period, viewer.company.currency)
    expected = read_expected(tx, scope, period, viewer.company.currency, today)
    members = _list_members(tx, viewer, scope, answer, _Plan(targets, expected, today))
    revenue, target = _amount(answer.totals["revenue"]), targets.get(scope.person_id)
    return TeamReport(
        name_scope(tx, viewer, scope),
        scope.branch_id,
        period,
        members,
        revenue,
        _amount(answer.totals["orders"]),
        _amount(answer.totals["units"]),
        target,
        divide(revenue, target, 100),
        judge_target(revenue, target, expected.get(scope.person_id, 0), period, today),
        viewer.company.currency,
    )


def name_scope(tx: Connection, viewer: Viewer, scope: Scope) -> str:
    """The branch's name, or the company's for every branch."""
    if scope.branch_id is None:
        return viewer.company.name
    return str(tx.execute(select(branches.c.name).where(branches.c.id == scope.branch_id)).scalar_one())


def _list_members(tx: Connection, viewer: Viewer, scope: Scope, answer: Answer, plan: _Plan) -> tuple[TeamMember, ...]:
    """Who works in the branch, and who sold or has a target there besides, best first."""
    sold = {_amount(row.keys[0]): row.values for row in answer.rows}
    present = {person.id: person for person in list_people(tx, viewer, scope.branch_id)}
    others = [number for number in {*sold, *plan.targets} if number is not None and number not in present]
    known = [*present.values(), *(get_person(tx, viewer, number) for number in others)]
    members = [_make_member(person, sold.get(person.id), answer, plan) for person in known]
    members.sort(key=lambda member: (-member.revenue_e4, member.person.name.casefold(), member.person.id))
    return tuple(members)


def _make_member(person: Person, values: dict[str, Value] | None, answer: Answer, plan: _Plan) -> TeamMember:
    target_e4 = plan.targets.get(person.id)
    revenue, orders, units = (_amount((values or {}).get(name)) for name in ("revenue", "orders", "units"))
    return TeamMember(
        person,
        revenue,
        orders,
        units,
        target_e4,
        divide(revenue, target_e4, 100),
        divide(revenue, answer.totals["revenue"], 100),
        judge_target(revenue, target_e4, plan.expected.get(person.id, 0), answer.period, plan.today),
    )


def _amount(value: Any) -> int:
    return int(value or 0)
