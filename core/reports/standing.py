"""How one person stands, today, this week, this month. One rule: the scope decides whose figures, never the caller."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Scope, Viewer, find_branch_zone, find_seen_branch, resolve_scope
from core.errors import InvalidInput, NotAllowed
from core.goals.goals import find_month_target
from core.goals.progress import Status
from core.goals.workdays import Workdays, read_calendar
from core.metrics import AnswerRow, Question, ask
from core.metrics.count import count_own, count_totals
from core.metrics.filters import is_all_branches
from core.metrics.measures import Value, divide
from core.models.company import branches
from core.people.members import Person, get_person
from core.periods import Calendar, Period, month_of, week_of
from core.reports.targets import judge_target, share_over_days, share_target
from core.reports.team import name_scope

MEASURES = ("revenue", "orders", "units")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was sold in a stretch of days, and in the one before to compare with. Amounts e4, units e3.

    `target_e4` is None where no target is set for the month.
    """

    period: Period
    revenue_e4: int
    orders: int
    units_e3: int
    target_e4: int | None
    before: Period
    revenue_before_e4: int

    @property
    def percent(self) -> Value:
        """How much of the target is reached; None without a target."""
        return divide(self.revenue_e4, self.target_e4, 100)

    @property
    def remaining_e4(self) -> int | None:
        """What is missing to the target, never below zero; None without a target (contract 1.4)."""
        return None if self.target_e4 is None else max(0, self.target_e4 - self.revenue_e4)

    @property
    def change_percent(self) -> Value:
        """Against the stretch before; None where nothing was sold then."""
        return divide(self.revenue_e4 - self.revenue_before_e4, self.revenue_before_e4, 100)


@dataclass(frozen=True, slots=True)
class BestProduct:
    """The product that brought most."""

    name: str
    revenue_e4: int
    units_e3: int


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """The figures of /me and of GET my-target (contract 1.4).

    `today` and `week` are those of the present month; None where another month was asked for. The week is the
    company's, cut to the month. `status` is None without a target. `elsewhere` is what the person sold that month at
    other branches, by the branch's name: after a transfer at the former one. It is in none of the figures.
    """

    person: Person
    is_viewer: bool
    branch_name: str
    month_key: str
    today: Stretch | None
    week: Stretch | None
    month: Stretch
    status: Status | None
    best_product: BestProduct | None
    currency: str
    elsewhere: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month: what was sold on it, and its share of the month's target (None without one). E4."""

    day: date
    revenue_e4: int
    target_e4: int | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A person's month target, and the days it falls on; None: no target is set."""

    month_target_e4: int | None
    workdays: Workdays


def read_standing_of(
    tx: Connection, viewer: Viewer, person_id: int | None = None, month: date | None = None, branch: str | None = None
) -> PersonStanding:
    """How a person (None: oneself) stands today, or in the month that `month` lies in.

    Oneself in the branch worked on, or in the one named (contract 2.2). Raises NotAllowed for somebody or somewhere the
    viewer may not ask for (contract, part 3), NotFound for a number nobody has.
    """
    person, scope = _resolve(tx, viewer, person_id, branch)
    today = clock.today(find_branch_zone(tx, viewer.company, scope.branch_id))
    shown = month_of(month or today)
    is_present = shown.start <= today < shown.end
    plan = _read_plan(tx, viewer, scope, person, shown)
    whole = _read(tx, viewer, scope, _find_months(shown, today), plan)
    return PersonStanding(
        person,
        person.id == viewer.person_id,
        name_scope(tx, viewer, scope),
        f"{shown.start:%Y-%m}",
        _read(tx, viewer, scope, _find_days(today), plan) if is_present else None,
        _read(tx, viewer, scope, _find_weeks(today, viewer.company.calendar), plan) if is_present else None,
        whole,
        _judge_month(whole.revenue_e4, plan, shown, today, viewer.company.currency),
        _find_best_product(tx, viewer, person.id, scope, shown, branch),
        viewer.company.currency,
        _read_elsewhere(tx, viewer, scope, person, whole) if person.id == viewer.person_id else (),
    )


def _read_elsewhere(
    tx: Connection, viewer: Viewer, scope: Scope, person: Person, here: Stretch
) -> tuple[tuple[str, int], ...]:
    """What one sold oneself in the other branches: asked of each only where there is anything."""

    count = partial(count_own, tx, viewer.company, person.id, period=here.period)
    if scope.branch_id is None or count(branch_id=None) == here.revenue_e4:
        return ()
    others = select(branches.c.id, branches.c.name).where(branches.c.company_id == scope.company_id)
    sold = [
        (row.name, count(branch_id=row.id))
        for row in tx.execute(others.order_by(branches.c.id))
        if row.id != scope.branch_id
    ]
    return tuple((name, revenue_e4) for name, revenue_e4 in sold if revenue_e4)


def read_days_of(
    tx: Connection, viewer: Viewer, person_id: int | None = None, month: date | None = None, branch: str | None = None
) -> tuple[Day, ...]:
    """Every day of a month for a person: the calendar of contract 1.4. Raises as `read_standing_of`."""
    person, scope = _resolve(tx, viewer, person_id, branch)
    shown = month_of(month or clock.today(find_branch_zone(tx, viewer.company, scope.branch_id)))
    rows = _split(tx, viewer, person.id, scope, shown, "day", branch)
    sold = {row.labels[-1]: int(row.values["revenue"] or 0) for row in rows}
    plan = _read_plan(tx, viewer, scope, person, shown)
    shares: dict[date, int] = {}
    if plan.month_target_e4 is not None:
        shares = share_over_days(plan.month_target_e4, shown, viewer.company.currency, plan.workdays)
    days = (shown.start + timedelta(days=number) for number in range(shown.days))
    return tuple(Day(day, sold.get(day.isoformat(), 0), shares.get(day)) for day in days)


def _judge_month(revenue_e4: int, plan: _Plan, month: Period, today: date, currency: str) -> Status | None:
    if plan.month_target_e4 is None:
        return None
    shares = share_over_days(plan.month_target_e4, month, currency, plan.workdays)
    expected_e4 = sum(share for day, share in shares.items() if day < today)
    return judge_target(revenue_e4, plan.month_target_e4, expected_e4, month, today)


def _read_plan(tx: Connection, viewer: Viewer, scope: Scope, person: Person, month: Period) -> _Plan:
    target = find_month_target(tx, viewer.company.id, scope.branch_id or 0, person.id, month.start)
    if target is None:
        return _Plan(None, Workdays())
    return _Plan(target.target, read_calendar(tx, viewer.company.id).find(scope.branch_id, month.start))


def _resolve(tx: Connection, viewer: Viewer, person_id: int | None, branch: str | None) -> tuple[Person, Scope]:
    """Who is meant, and in which branch: oneself in the branch one works on, another where they are employed."""
    if person_id in (None, viewer.person_id):
        if viewer.person_id is None:
            raise InvalidInput("Say whose numbers.", field="person", hint="@ann")
        if is_all_branches(branch):
            raise NotAllowed("Your own numbers are those of one branch.", field="branch")
        asked = find_seen_branch(tx, viewer, branch) if branch is not None else None
        return get_person(tx, viewer, viewer.person_id), resolve_scope(viewer, Reach.MY, asked)
    resolve_scope(viewer, Reach.TEAM, person_id=person_id)  # refuses "others" before it tells anything about them
    person = get_person(tx, viewer, person_id or 0)
    return person, resolve_scope(viewer, Reach.TEAM, person.branch_id, person_id=person.id)


def _one_day(day: date) -> Period:
    return Period(day, day + timedelta(days=1))


def _read(tx: Connection, viewer: Viewer, scope: Scope, periods: tuple[Period, Period], plan: _Plan) -> Stretch:
    period, before = periods
    values = count_totals(tx, viewer.company, scope, MEASURES, period)
    revenue, orders, units = (int(values[name] or 0) for name in MEASURES)
    revenue_before = int(count_totals(tx, viewer.company, scope, ("revenue",), before)["revenue"] or 0)
    target_e4 = None
    if plan.month_target_e4 is not None:
        month = month_of(period.start)
        target_e4 = share_target(plan.month_target_e4, month, period, viewer.company.currency, plan.workdays)
    return Stretch(period, revenue, orders, units, target_e4, before, revenue_before)


def _find_days(today: date) -> tuple[Period, Period]:
    return _one_day(today), _one_day(today - timedelta(days=1))


def _find_weeks(today: date, calendar: Calendar) -> tuple[Period, Period]:
    """The week in the month (contract 1.4), and as many of its days as are here, a week earlier."""
    week, month = week_of(today, calendar), month_of(today)
    start = max(week.start, month.start)
    a_week = timedelta(days=7)
    return Period(start, min(week.end, month.end)), Period(start - a_week, today + timedelta(days=1) - a_week)


def _find_months(month: Period, today: date) -> tuple[Period, Period]:
    """A month, and the one before: to the same day while the month lasts."""
    before = month_of(month.start, -1)
    if month.start <= today < month.end:
        return month, Period(before.start, min(before.start + timedelta(days=today.day), before.end))
    return month, before


def _find_best_product(
    tx: Connection, viewer: Viewer, person_id: int, scope: Scope, month: Period, branch: str | None
) -> BestProduct | None:
    for row in _split(tx, viewer, person_id, scope, month, "product", branch):
        name, revenue = row.labels[-1], int(row.values["revenue"] or 0)
        if name is not None and revenue > 0:
            return BestProduct(name, revenue, int(row.values["units"] or 0))
    return None


def _split(
    tx: Connection, viewer: Viewer, person_id: int, scope: Scope, period: Period, dimension: str, branch: str | None
) -> list[AnswerRow]:
    """A person's revenue and units by one dimension, in the order of the answer."""
    if person_id == viewer.person_id:
        question = Question(("revenue", "units"), period, by=(dimension,), reach=Reach.MY, branch=branch)
        return list(ask(tx, viewer, question).rows)
    there = replace(viewer, working_branch_id=scope.branch_id)
    question = Question(("revenue", "units"), period, by=("person", dimension))
    return [row for row in ask(tx, there, question).rows if row.keys[0] == person_id]
