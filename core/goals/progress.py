"""How far goals are. One rule: a day counts by its weight once it is over, as the targets of days do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from sqlalchemy.engine import Connection

from core.access import Company, Scope
from core.goals.categories import list_spellings, spell_every_way
from core.goals.goals import Goal
from core.goals.workdays import WorkCalendar, read_calendar
from core.metrics.count import count_totals
from core.metrics.measures import Value, divide
from core.periods import Period


class Status(StrEnum):
    """How a goal stands: reached or, once its time is over, not; till then by what was to be expected by now."""

    ACHIEVED = "achieved"
    ON_TRACK = "on track"
    BEHIND = "behind"
    AT_RISK = "at risk"
    MISSED = "missed"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal, how far it is, in the unit of its measure, and how it stands on a day."""

    goal: Goal
    value: Value
    status: Status

    @property
    def percent(self) -> Fraction:
        """How much of the target is reached, exactly."""
        return Fraction(divide(self.value, self.goal.target, 100) or 0)


@dataclass(frozen=True, slots=True)
class Together:
    """What the categories that have a revenue goal are to reach together, and have reached. E4."""

    value_e4: int
    target_e4: int
    status: Status

    @property
    def percent(self) -> Fraction:
        """How much of the target is reached, exactly."""
        return Fraction(divide(self.value_e4, self.target_e4, 100) or 0)


Owner = tuple[int, int | None, Period]  # branch, person or (None) everybody there, and when


def judge(value: Fraction | int, target: int, expected: Fraction | int, period: Period, today: date) -> Status:
    """Achieved at 100 %; missed once the period is over; till then by the share of what was to be expected by now.

    From 75 % on it is on track, from 50 % behind, below that at risk.
    The steps are those of the performance document; measured against the days gone by, or the first of every month
    would find everybody at risk.
    """
    if value >= target:
        return Status.ACHIEVED
    if today >= period.end:
        return Status.MISSED
    if today < period.start:
        return Status.NOT_BEGUN
    if value * 4 >= expected * 3:
        return Status.ON_TRACK
    return Status.BEHIND if value * 2 >= expected else Status.AT_RISK


def measure_goals(tx: Connection, company: Company, wanted: Sequence[Goal], today: date) -> list[Progress]:
    """How far goals are, and how each stands today, by the days of its branch."""
    if not wanted:
        return []
    calendar, spellings = read_calendar(tx, company.id), find_spellings(tx, company, wanted)
    return [_measure(tx, company, goal, today, calendar, spellings) for goal in wanted]


def find_spellings(tx: Connection, company: Company, wanted: Sequence[Goal]) -> Mapping[str, tuple[str, ...]]:
    """The categories there are; none where no goal is of one."""
    return list_spellings(tx, company.id) if any(goal.category for goal in wanted) else {}


def _measure(
    tx: Connection,
    company: Company,
    goal: Goal,
    today: date,
    calendar: WorkCalendar,
    spellings: Mapping[str, tuple[str, ...]],
) -> Progress:
    scope = Scope(company.id, goal.branch_id, goal.person_id)
    categories = spell_every_way(goal.category, spellings) if goal.category else ()
    totals = count_totals(tx, company, scope, (goal.measure,), goal.period, goal.product_id, categories)
    value = totals[goal.measure]
    expected = goal.target * find_share_over(calendar, goal.branch_id, goal.period, today)
    return Progress(goal, value, judge(Fraction(value or 0), goal.target, expected, goal.period, today))


def find_share_over(calendar: WorkCalendar, branch_id: int, period: Period, today: date) -> Fraction:
    """The part of what a period is to bring that falls on its days before today."""
    weights = calendar.list_weights(branch_id, period)
    days_over = min(max((today - period.start).days, 0), period.days)
    return Fraction(sum(weights[:days_over]), sum(weights))


def is_of_category(goal: Goal) -> bool:
    """Whether it is one of those that are told together: revenue of a category."""
    return goal.category is not None and goal.measure == "revenue"


def add_up_categories(
    tx: Connection, company: Company, progress: Sequence[Progress], today: date
) -> dict[Owner, Together]:
    """Target and revenue of all categories with a goal, by whose goals they are; of those who have several.

    The revenue is asked for at once, not added up.
    """
    owners: dict[Owner, list[Goal]] = {}
    for goal in (one.goal for one in progress if is_of_category(one.goal)):
        owners.setdefault((goal.branch_id, goal.person_id, goal.period), []).append(goal)
    owners = {owner: wanted for owner, wanted in owners.items() if len(wanted) > 1}
    if not owners:
        return {}
    spellings, calendar = list_spellings(tx, company.id), read_calendar(tx, company.id)
    together = {}
    for (branch_id, person_id, period), wanted in owners.items():
        names = {name for goal in wanted for name in spell_every_way(goal.category or "", spellings)}
        scope = Scope(company.id, branch_id, person_id)
        totals = count_totals(tx, company, scope, ("revenue",), period, categories=tuple(sorted(names)))
        value, target = int(totals["revenue"] or 0), sum(goal.target for goal in wanted)
        expected = target * find_share_over(calendar, branch_id, period, today)
        status = judge(value, target, expected, period, today)
        together[branch_id, person_id, period] = Together(value, target, status)
    return together
