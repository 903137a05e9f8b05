"""How a seller stands: today, this month, against the goals. One rule: one read of the goals and one of the sums."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter

from sqlalchemy import and_, bindparam, or_, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Company
from core.goals.categories import spell_every_way
from core.goals.goals import GOAL_ROWS, Goal, read_goal
from core.goals.progress import find_spellings
from core.metrics.count import Count, count_each
from core.models.goals import goals
from core.periods import Period, month_of
from core.statements import Statement
from core.text import fold

# The goals of a seller and of the branch that either of two days lies in, met or not.
_IN_FORCE = Statement(
    GOAL_ROWS.where(
        goals.c.company_id == bindparam("company"),
        goals.c.branch_id == bindparam("branch"),
        or_(goals.c.person_id.is_(None), goals.c.person_id == bindparam("person")),
        or_(
            and_(goals.c.start_day <= bindparam("day"), goals.c.end_day > bindparam("day")),
            and_(goals.c.start_day <= bindparam("today"), goals.c.end_day > bindparam("today")),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A seller's revenue of today and of this month, and the month's target if one is set; in ten-thousandths."""

    today_e4: int
    month_e4: int
    target_e4: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sells, and where."""

    company: Company
    branch_id: int
    person_id: int


def read_standing(tx: Connection, seat: Seat, today: date) -> Standing:
    """How a seller stands today."""
    return _stand(tx, seat, today, _ask_goals(tx, seat, today, today)(), ())[0]


def begin_marking(
    tx: Connection, seat: Seat, day: date, today: date, categories: Iterable[str | None]
) -> Callable[[], tuple[Standing, list[Goal]]]:
    """How a seller stands after a sale on `day`, and the goals it has just met: each is marked, and so told, once.

    `categories` are those of the products sold: no goal of another one is met by it. Both are to be called for when
    they are needed; nothing is marked before.
    """
    find_goals, sold = _ask_goals(tx, seat, day, today), {fold(name) for name in categories if name}
    return lambda: _mark_goals(tx, seat, day, today, find_goals(), sold)


def _mark_goals(
    tx: Connection, seat: Seat, day: date, today: date, in_force: tuple[Goal, ...], sold: Collection[str]
) -> tuple[Standing, list[Goal]]:
    unmet = tuple(
        goal
        for goal in in_force
        if goal.met_at is None
        and goal.period.start <= day < goal.period.end
        and (goal.category is None or fold(goal.category) in sold)
    )
    standing, values = _stand(tx, seat, today, in_force, unmet)
    now = clock.now()
    met = [
        replace(goal, met_at=now)
        for goal, value in zip(unmet, values, strict=True)
        if value >= goal.target and _mark(tx, goal, now)
    ]
    return standing, met


Sold = tuple[int, int, date]  # in a branch, by a person, on a day


def mark_goals_of_many(tx: Connection, company: Company, sold: Collection[Sold]) -> list[Goal]:
    """The goals met by now among those that sales so spread can have moved; each is marked, and so told, once."""
    if not sold:
        return []
    days: dict[tuple[int, int | None], list[date]] = {}
    for branch_id, person_id, day in sorted(sold, key=itemgetter(2)):
        days.setdefault((branch_id, person_id), []).append(day)
        days.setdefault((branch_id, None), []).append(day)
    now, met = clock.now(), []
    for goal in _read_unmet_goals(tx, company, {branch_id for branch_id, _ in days}, days):
        count = next(_list_counts(tx, company, (goal,)))
        if count_each(tx, company, goal.branch_id, (count,))[0] >= goal.target and _mark(tx, goal, now):
            met.append(replace(goal, met_at=now))
    return met


def _read_unmet_goals(
    tx: Connection, company: Company, branch_ids: Collection[int], days: Mapping[tuple[int, int | None], list[date]]
) -> list[Goal]:
    """The goals not met whose period one of its seller's or branch's days (in their order) lies in."""
    every = [day for of_seat in days.values() for day in (of_seat[0], of_seat[-1])]
    in_reach = goals.c.start_day <= max(every), goals.c.end_day > min(every)
    own = goals.c.company_id == company.id, goals.c.branch_id.in_(branch_ids), goals.c.met_at.is_(None)
    unmet = (read_goal(row) for row in tx.execute(GOAL_ROWS.where(*own, *in_reach)))
    return [goal for goal in unmet if _is_moved(goal, days.get((goal.branch_id, goal.person_id), []))]


def _is_moved(goal: Goal, days: list[date]) -> bool:
    first = bisect_left(days, goal.period.start)
    return first < len(days) and days[first] < goal.period.end


def _ask_goals(tx: Connection, seat: Seat, day: date, today: date) -> Callable[[], tuple[Goal, ...]]:
    whose = {"company": seat.company.id, "branch": seat.branch_id, "person": seat.person_id}
    find_rows = _IN_FORCE.ask(tx, {**whose, "day": day, "today": today})
    return lambda: tuple(read_goal(row) for row in find_rows())


def _stand(
    tx: Connection, seat: Seat, today: date, in_force: tuple[Goal, ...], measured: tuple[Goal, ...]
) -> tuple[Standing, list[int]]:
    """The standing, and the values of the goals in `measured`."""
    first, end = month_of(today).start, month_of(today).end
    periods = Period(today, date.fromordinal(today.toordinal() + 1)), Period(first, end)
    own = (Count("revenue", period, seat.person_id) for period in periods)
    wanted = [*own, *_list_counts(tx, seat.company, measured)]
    today_e4, month_e4, *values = count_each(tx, seat.company, seat.branch_id, wanted)
    targets = (goal for goal in in_force if goal.is_target and goal.person_id == seat.person_id)
    target = next((goal.target for goal in targets if goal.period.start == first), None)
    return Standing(today_e4, month_e4, target), values


def _list_counts(tx: Connection, company: Company, measured: tuple[Goal, ...]) -> Iterator[Count]:
    spellings = find_spellings(tx, company, measured)
    for goal in measured:
        categories = spell_every_way(goal.category, spellings) if goal.category else ()
        yield Count(goal.measure, goal.period, goal.person_id, goal.product_id, categories)


def _mark(tx: Connection, goal: Goal, now: datetime) -> bool:
    """Whether nobody else was first."""
    unmarked = goals.c.id == goal.id, goals.c.met_at.is_(None)
    return bool(tx.execute(update(goals).where(*unmarked).values(met_at=now)).rowcount)
