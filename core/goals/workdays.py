"""Which days a month's target falls on. One rule: equal days until somebody says otherwise; a closed day bears nothing.

Weights and closed days hold for a branch, else for the whole company. A month that is over stays as it was reported:
weights hold from the month in which they are set, and its days are neither closed nor opened any more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, find_branch_zone, resolve_scope
from core.company import lock_company
from core.errors import InvalidInput
from core.models.goals import target_days, target_weights
from core.money import E3
from core.periods import Period, month_of

HEAVIEST_E3 = 1_000 * E3
MOST_DAYS_AT_ONCE = 366
EQUAL_E3 = (E3,) * 7


@dataclass(frozen=True, slots=True)
class Workdays:
    """The weight of each weekday (thousandths, Monday first) and the days on which nothing is to be sold."""

    weights_e3: tuple[int, ...] = EQUAL_E3
    closed: frozenset[date] = frozenset()

    def weigh(self, day: date) -> int:
        """How much a day bears beside the others, in thousandths."""
        return 0 if day in self.closed else self.weights_e3[day.weekday()]


@dataclass(frozen=True)
class WorkCalendar:
    """The workdays of every branch of a company, in every month. An owner is a branch, or (None) the company."""

    weights_e3: Mapping[int | None, Mapping[date, tuple[int, ...]]] = field(default_factory=dict)  # from which day on
    days: Mapping[int | None, Mapping[date, bool]] = field(default_factory=dict)  # whether it is open

    def find(self, branch_id: int | None, day: date) -> Workdays:
        """The workdays of a branch in the month of a day: its own, where it had any then, before the company's."""
        return Workdays(self._find_weights(branch_id, day), self._find_closed(branch_id))

    def list_weights(self, branch_id: int, period: Period) -> list[int]:
        """How much each day of a period bears in a branch, in thousandths; equal ones where none bears anything."""
        months: dict[date, Workdays] = {}
        weights = []
        for number in range(period.days):
            day = period.start + timedelta(days=number)
            first = day.replace(day=1)
            if first not in months:
                months[first] = self.find(branch_id, day)
            weights.append(months[first].weigh(day))
        return weights if any(weights) else [E3] * period.days

    def _find_weights(self, branch_id: int | None, day: date) -> tuple[int, ...]:
        for owner in dict.fromkeys((branch_id, None)):
            begun = [first for first in self.weights_e3.get(owner, ()) if first <= day.replace(day=1)]
            if begun:
                return self.weights_e3[owner][max(begun)]
        return EQUAL_E3

    def _find_closed(self, branch_id: int | None) -> frozenset[date]:
        is_open = {**self.days.get(None, {}), **self.days.get(branch_id, {})}  # the branch's own word comes last
        return frozenset(day for day, opens in is_open.items() if not opens)


def read_calendar(tx: Connection, company_id: int) -> WorkCalendar:
    """The calendar of a company."""
    weights: dict[int | None, dict[date, list[int]]] = {}
    for row in _read(tx, target_weights, company_id):
        week = weights.setdefault(row.branch_id, {}).setdefault(row.from_day, list(EQUAL_E3))
        week[row.weekday] = row.weight_e3
    days: dict[int | None, dict[date, bool]] = {}
    for row in _read(tx, target_days, company_id):
        days.setdefault(row.branch_id, {})[row.day] = row.is_open
    fixed = {owner: {first: tuple(week) for first, week in weeks.items()} for owner, weeks in weights.items()}
    return WorkCalendar(fixed, days)


def _read(tx: Connection, table: Table, company_id: int) -> Iterable[Any]:
    return tx.execute(select(table).where(table.c.company_id == company_id))


def find_workdays(tx: Connection, viewer: Viewer, *, everywhere: bool = False) -> Workdays:
    """Those of the branch the viewer works on, or of the whole company. Raises NotAllowed where the role stops."""
    branch_id = resolve_scope(viewer, Reach.TEAM, every_branch=everywhere).branch_id
    return _find_present(tx, viewer, branch_id)


def set_weights(tx: Connection, viewer: Viewer, weights_e3: Mapping[int, int], *, everywhere: bool = False) -> Workdays:
    """Give weekdays (Monday 0 … Sunday 6) another weight from this month on, in the branch worked on, or everywhere.

    Weekdays not named keep theirs. Raises NotAllowed, or InvalidInput naming `weights` where nothing would be left.
    """
    branch_id = _resolve_owner(tx, viewer, everywhere=everywhere)
    before = _find_present(tx, viewer, branch_id)
    after = [weights_e3.get(weekday, weight) for weekday, weight in enumerate(before.weights_e3)]
    if not all(0 <= weight <= HEAVIEST_E3 for weight in after):
        raise InvalidInput(f"A weight is from 0 to {HEAVIEST_E3 // E3}.", field="weights", hint="/goal weights sat 2")
    if not any(after):
        raise InvalidInput("One weekday at least has to bear something.", field="weights", hint="/goal weights sat 1")
    first = _find_first_open_day(tx, viewer, branch_id)
    same = *_owned_by(target_weights, viewer, branch_id), target_weights.c.from_day == first
    tx.execute(delete(target_weights).where(*same))
    owner = {"company_id": viewer.company.id, "branch_id": branch_id, "from_day": first}
    rows = [{**owner, "weekday": weekday, "weight_e3": weight} for weekday, weight in enumerate(after)]
    tx.execute(insert(target_weights), rows)
    return _find_present(tx, viewer, branch_id)


def set_days(tx: Connection, viewer: Viewer, days: Period, *, is_open: bool, everywhere: bool = False) -> Workdays:
    """Close days, or open them again, in the branch worked on, or in the whole company.

    Raises NotAllowed, or InvalidInput naming `day` for too many, or those of a month that is over.
    """
    branch_id = _resolve_owner(tx, viewer, everywhere=everywhere)
    if days.days > MOST_DAYS_AT_ONCE:
        raise InvalidInput(
            f"{days.days} days are too many at once.", field="day", hint=f"/goal closed {days.start.isoformat()}"
        )
    first = _find_first_open_day(tx, viewer, branch_id)
    if days.start < first:
        raise InvalidInput(
            f"{days.start} is in a month that is over: its targets stay as they were reported.",
            field="day",
            hint=f"/goal closed {max(days.last_day, first).isoformat()}",
        )
    table, owner = target_days, {"company_id": viewer.company.id, "branch_id": branch_id}
    is_among = table.c.day >= days.start, table.c.day < days.end
    tx.execute(delete(table).where(*_owned_by(table, viewer, branch_id), *is_among))
    each = (days.start + timedelta(days=number) for number in range(days.days))
    tx.execute(insert(table), [{**owner, "day": day, "is_open": is_open} for day in each])
    return _find_present(tx, viewer, branch_id)


def _find_first_open_day(tx: Connection, viewer: Viewer, branch_id: int | None) -> date:
    """The first day of the month that goes on in a branch, or where the company is."""
    return month_of(clock.today(find_branch_zone(tx, viewer.company, branch_id))).start


def _find_present(tx: Connection, viewer: Viewer, branch_id: int | None) -> Workdays:
    day = _find_first_open_day(tx, viewer, branch_id)
    return read_calendar(tx, viewer.company.id).find(branch_id, day)


def _resolve_owner(tx: Connection, viewer: Viewer, *, everywhere: bool) -> int | None:
    """The branch a change is for (None: the company); others who change the same wait, as NULL is never a duplicate."""
    viewer.require(Permission.SET_GOALS)
    branch_id = resolve_scope(viewer, Reach.TEAM, every_branch=everywhere).branch_id
    lock_company(tx, viewer.company.id)
    return branch_id


def _owned_by(table: Table, viewer: Viewer, branch_id: int | None) -> tuple[Any, ...]:
    return table.c.company_id == viewer.company.id, table.c.branch_id.is_not_distinct_from(branch_id)
