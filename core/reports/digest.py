"""What a digest says. One rule: to a group it says only what everybody in the branch may see."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Viewer, resolve_scope
from core.goals.goals import Goal, list_goals
from core.goals.progress import Progress, Status, measure_goals
from core.leaderboard.ranking import Ranking, rank_people
from core.metrics import Question, ask
from core.metrics.measures import Derived, Unit, Value, divide, find_measure
from core.models.company import branches
from core.periods import Calendar, Period, month_of, week_of
from core.reports.standing import BestProduct

KPIS = ("revenue", "orders", "units", "average_order_value", "customers")
# What the ranking shows to everybody, and what follows from that.
GROUP_KPIS = ("revenue", "orders", "units", "average_order_value")
LONGEST_RANKING, LONGEST_GOALS = 10, 12
LATE_AFTER = timedelta(minutes=5)
URGENCY = (Status.MISSED, Status.AT_RISK, Status.BEHIND, Status.ON_TRACK, Status.NOT_BEGUN, Status.ACHIEVED)


@dataclass(frozen=True, slots=True)
class Kpi:
    """A measure's value in the digest's period and in the one before, in its own unit."""

    measure: str
    label: str
    unit: Unit
    value: Value
    before: Value

    @property
    def change_percent(self) -> Value:
        """Against the period before; None where there was nothing then."""
        if self.value is None or self.before is None:
            return None
        return divide(self.value - self.before, self.before, 100)


@dataclass(frozen=True, slots=True)
class Digest:
    """A summary as it is to be read: whole, without asking anything more. Amounts e4, quantities e3.

    `is_own`: the figures are the reader's own sales, not the branch's. `is_so_far`: the day, week or month goes on.
    """

    cadence: str
    title: str
    is_own: bool
    period: Period
    before: Period
    is_so_far: bool
    kpis: tuple[Kpi, ...]
    ranking: Ranking
    more_ranks: int
    goals: tuple[Progress, ...]
    more_goals: int
    best_product: BestProduct | None
    currency: str
    due_at: datetime
    time_zone: str  # of the subscription: by whose clock it was due

    def is_late(self, now: datetime) -> bool:
        """Whether it is read so long after it was due that it must say so."""
        return now - self.due_at > LATE_AFTER


_DIGESTS = TypeAdapter(Digest)


def write_digest(digest: Digest) -> dict[str, Any]:
    """A digest as JSON values, exact."""
    written: dict[str, Any] = _DIGESTS.dump_python(digest, mode="json")
    return written


def read_digest(content: dict[str, Any]) -> Digest:
    """The digest that `write_digest` wrote."""
    return _DIGESTS.validate_python(content)


def compose_digest(
    tx: Connection, viewer: Viewer, cadence: str, due_at: datetime, *, is_group: bool = False, time_zone: str = ""
) -> Digest:
    """The digest due at an instant, for the viewer's eyes: an employee's own sales, others' branch.

    For a group, of the branch the viewer works on: its totals, its ranking, its own goals; never profit.
    """
    local = due_at.astimezone(clock.find_zone(viewer.time_zone))
    period, before, is_so_far = choose_periods(cadence, local, viewer.company.calendar)
    reach = Reach.BOARD if is_group else Reach.TEAM
    ranking, more_ranks = _cut_ranking(rank_people(tx, viewer, period), is_group=is_group)
    goals = _measure_goals(tx, viewer, period, local.date(), is_group=is_group)
    scope = resolve_scope(viewer, reach)
    return Digest(
        cadence,
        str(tx.execute(select(branches.c.name).where(branches.c.id == scope.branch_id)).scalar_one()),
        scope.person_id is not None,
        period,
        before,
        is_so_far,
        _read_kpis(tx, viewer, reach, period, before),
        ranking,
        more_ranks,
        tuple(goals[:LONGEST_GOALS]),
        max(0, len(goals) - LONGEST_GOALS),
        _find_best_product(tx, viewer, reach, period),
        viewer.company.currency,
        due_at,
        time_zone or viewer.time_zone,
    )


def _cut_ranking(ranking: Ranking, *, is_group: bool) -> tuple[Ranking, int]:
    """The first of a ranking, and the reader, and how many are left out; in a group nobody is the reader."""
    shown = [rank for index, rank in enumerate(ranking.ranks) if index < LONGEST_RANKING or rank.is_viewer]
    if is_group:
        shown = [replace(rank, is_viewer=False) for rank in shown[:LONGEST_RANKING]]
    return replace(ranking, ranks=tuple(shown)), len(ranking.ranks) - len(shown)


def choose_periods(cadence: str, local: datetime, calendar: Calendar) -> tuple[Period, Period, bool]:
    """The days to tell of, those to compare with, and whether the former go on.

    In its first half a day, week or month has little to tell yet, so the one before is told, complete. In its second
    half it is told so far, and compared with the same part of the one before. `local` is on the branch's clock.
    """
    day = local.date()
    if cadence == "daily":
        return _choose_day(day, is_early=local.hour < 12)
    if cadence == "weekly":
        week = week_of(day, calendar)
        return _choose(week, week_of(day, calendar, -1), week_of(day, calendar, -2), day)
    month = month_of(day)
    return _choose(month, month_of(day, -1), month_of(day, -2), day)


def _choose_day(day: date, *, is_early: bool) -> tuple[Period, Period, bool]:
    today, yesterday, before = (
        Period(day - timedelta(days=ago), day - timedelta(days=ago - 1), "day") for ago in range(3)
    )
    return (yesterday, before, False) if is_early else (today, yesterday, True)


def _choose(this: Period, last: Period, before: Period, day: date) -> tuple[Period, Period, bool]:
    days = (day - this.start).days + 1
    if days * 2 <= this.days:
        return last, before, False
    if days == this.days:
        return this, last, True
    same_part = Period(last.start, min(last.start + timedelta(days=days), last.end), last.name)
    return Period(this.start, this.start + timedelta(days=days), this.name), same_part, True


def _read_kpis(tx: Connection, viewer: Viewer, reach: Reach, period: Period, before: Period) -> tuple[Kpi, ...]:
    names = GROUP_KPIS if reach is Reach.BOARD else KPIS
    now, then = (_ask_kpis(tx, viewer, reach, names, days) for days in (period, before))
    found = (find_measure(name) for name in names)
    return tuple(Kpi(one.name, one.label, one.unit, now[one.name], then[one.name]) for one in found)


def _ask_kpis(tx: Connection, viewer: Viewer, reach: Reach, names: tuple[str, ...], period: Period) -> dict[str, Value]:
    """The totals; what follows from them (average order) is worked out by the measure's own formula."""
    found = [find_measure(name) for name in names]
    derived = [one for one in found if isinstance(one, Derived)]
    asked = tuple(one.name for one in found if one not in derived)
    totals = ask(tx, viewer, Question(asked, period, reach=reach)).totals
    return totals | {one.name: one.formula(totals) for one in derived}


def _measure_goals(tx: Connection, viewer: Viewer, period: Period, today: date, *, is_group: bool) -> list[Progress]:
    """The goals of the period's last day, those in danger first; of a group, the branch's own."""
    shown = [goal for goal in list_goals(tx, viewer, period.last_day) if _may_tell(goal, viewer, is_group=is_group)]
    measured = measure_goals(tx, viewer.company, shown, min(today, period.end))
    return sorted(measured, key=lambda one: (URGENCY.index(one.status), one.goal.person_id is not None))


def _may_tell(goal: Goal, viewer: Viewer, *, is_group: bool) -> bool:
    permission = find_measure(goal.measure).permission
    if is_group:
        return goal.person_id is None and permission is None
    return permission is None or viewer.may(permission)


def _find_best_product(tx: Connection, viewer: Viewer, reach: Reach, period: Period) -> BestProduct | None:
    question = Question(("revenue", "units"), period, by=("product",), reach=reach, limit=2)  # one may be unknown
    for row in ask(tx, viewer, question).rows:
        name, revenue = row.labels[0], int(row.values["revenue"] or 0)
        if name is not None and revenue > 0:
            return BestProduct(name, revenue, int(row.values["units"] or 0))
    return None
