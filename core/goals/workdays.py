"""Which days a month's target falls on. One rule: equal days until somebody says otherwise; a closed day bears nothing.

Weights and closed days hold for a branch, else for the whole company; they hold for every month, past ones too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, or_, select
from sqlalchemy.engine import Connection

from core.access import Permission, Reach, Viewer, resolve_scope
from core.company import lock_company
from core.errors import InvalidInput
from core.models.goals import target_days, target_weights
from core.money import E3
from core.periods import Period

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


def read_workdays(tx: Connection, company_id: int, branch_id: int | None) -> Workdays:
    """The workdays of a branch: its own, where it has any, before the company's; None: the company's."""
    weights = {(row.branch_id, row.weekday): row.weight_e3 for row in _read(tx, target_weights, company_id, branch_id)}
    owner = branch_id if (branch_id, 0) in weights else None
    is_open: dict[date, bool] = {}
    for row in sorted(_read(tx, target_days, company_id, branch_id), key=lambda row: row.branch_id is not None):
        is_open[row.day] = row.is_open  # the branch's own word comes last
    return Workdays(
        tuple(weights.get((owner, weekday), E3) for weekday in range(7)),
        frozenset(day for day, opens in is_open.items() if not opens),
    )


def _read(tx: Connection, table: Table, company_id: int, branch_id: int | None) -> list[Any]:
    """The rows of a branch and of the company."""
    concerned = or_(table.c.branch_id.is_(None), table.c.branch_id == branch_id)
    return list(tx.execute(select(table).where(table.c.company_id == company_id, concerned)))


def find_workdays(tx: Connection, viewer: Viewer, *, everywhere: bool = False) -> Workdays:
    """Those of the branch the viewer works on, or of the whole company. Raises NotAllowed where the role stops."""
    branch_id = resolve_scope(viewer, Reach.TEAM, every_branch=everywhere).branch_id
    return read_workdays(tx, viewer.company.id, branch_id)


def set_weights(tx: Connection, viewer: Viewer, weights_e3: Mapping[int, int], *, everywhere: bool = False) -> Workdays:
    """Give weekdays (Monday 0 … Sunday 6) another weight, in the branch worked on, or in the whole company.

    Weekdays not named keep theirs. Raises NotAllowed, or InvalidInput naming `weights` where nothing would be left.
    """
    branch_id = _resolve_owner(tx, viewer, everywhere=everywhere)
    before = read_workdays(tx, viewer.company.id, branch_id)
    after = [weights_e3.get(weekday, weight) for weekday, weight in enumerate(before.weights_e3)]
    if not all(0 <= weight <= HEAVIEST_E3 for weight in after):
        raise InvalidInput(f"A weight is from 0 to {HEAVIEST_E3 // E3}.", field="weights", hint="/goal weights sat 2")
    if not any(after):
        raise InvalidInput("One weekday at least has to bear something.", field="weights", hint="/goal weights sat 1")
    tx.execute(delete(target_weights).where(*_owned_by(target_weights, viewer, branch_id)))
    owner = {"company_id": viewer.company.id, "branch_id": branch_id}
    rows = [{**owner, "weekday": weekday, "weight_e3": weight} for weekday, weight in enumerate(after)]
    tx.execute(insert(target_weights), rows)
    return read_workdays(tx, viewer.company.id, branch_id)


def set_days(tx: Connection, viewer: Viewer, days: Period, *, is_open: bool, everywhere: bool = False) -> Workdays:
    """Close days, or open them again, in the branch worked on, or in the whole company. Raises as `set_weights`."""
    branch_id = _resolve_owner(tx, viewer, everywhere=everywhere)
    if days.days > MOST_DAYS_AT_ONCE:
        raise InvalidInput(
            f"{days.days} days are too many at once.", field="day", hint=f"/goal closed {days.start.isoformat()}"
        )
    table, owner = target_days, {"company_id": viewer.company.id, "branch_id": branch_id}
    is_among = table.c.day >= days.start, table.c.day < days.end
    tx.execute(delete(table).where(*_owned_by(table, viewer, branch_id), *is_among))
    each = (days.start + timedelta(days=number) for number in range(days.days))
    tx.execute(insert(table), [{**owner, "day": day, "is_open": is_open} for day in each])
    return read_workdays(tx, viewer.company.id, branch_id)


def _resolve_owner(tx: Connection, viewer: Viewer, *, everywhere: bool) -> int | None:
    """The branch a change is for (None: the company); others who change the same wait, as NULL is never a duplicate."""
    viewer.require(Permission.SET_GOALS)
    branch_id = resolve_scope(viewer, Reach.TEAM, every_branch=everywhere).branch_id
    lock_company(tx, viewer.company.id)
    return branch_id


def _owned_by(table: Table, viewer: Viewer, branch_id: int | None) -> tuple[Any, ...]:
    return table.c.company_id == viewer.company.id, table.c.branch_id.is_not_distinct_from(branch_id)
