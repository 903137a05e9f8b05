"""Setting and following goals. One rule: a month's target is the revenue goal of exactly that month."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import Company, Permission, Reach, Scope, Viewer, resolve_scope
from core.errors import InvalidInput, NotAllowed, NotFound
from core.metrics.count import count_totals
from core.metrics.measures import Unit, Value, divide, find_measure
from core.models.catalog import products
from core.models.goals import goals
from core.models.people import people
from core.periods import Period, month_of
from core.statements import Statement

GOAL_MEASURES = ("revenue", "units", "orders", "profit", "customers")


class Status(StrEnum):
    """How a goal stands: reached, or its progress against the share of its days that are over."""

    ACHIEVED = "achieved"
    ON_TRACK = "on track"
    BEHIND = "behind"
    AT_RISK = "at risk"


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure to reach in a period; of one person or (None) the branch, of one product or (None) everything."""

    id: int
    branch_id: int
    person_id: int | None
    person_name: str | None
    product_id: int | None
    product_name: str | None
    measure: str
    target: int
    period: Period
    met_at: datetime | None

    @property
    def is_target(self) -> bool:
        """Whether it is a month's target: revenue of everything in one calendar month."""
        month = month_of(self.period.start)
        is_month = (self.period.start, self.period.end) == (month.start, month.end)
        return self.measure == "revenue" and self.product_id is None and is_month


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


# Every goal that was not dropped or replaced, with the names of whom and what it is about.
GOAL_ROWS = (
    select(goals, people.c.name.label("person_name"), products.c.name.label("product_name"))
    .select_from(
        goals.outerjoin(people, people.c.id == goals.c.person_id).outerjoin(
            products, products.c.id == goals.c.product_id
        )
    )
    .where(goals.c.dropped_at.is_(None))
    .order_by(goals.c.start_day, goals.c.person_id.is_not(None), goals.c.id)
)
_MONTH_TARGET = Statement(
    GOAL_ROWS.where(
        goals.c.company_id == bindparam("company"),
        goals.c.branch_id == bindparam("branch"),
        goals.c.person_id.is_not_distinct_from(bindparam("person")),
        goals.c.product_id.is_(None),
        goals.c.measure == "revenue",
        goals.c.start_day == bindparam("start"),
        goals.c.end_day == bindparam("end"),
    )
)


def read_goal(row: Row[tuple[object, ...]]) -> Goal:
    """A Goal from a row of GOAL_ROWS."""
    fields = row._mapping
    return Goal(
        fields["id"],
        fields["branch_id"],
        fields["person_id"],
        fields["person_name"],
        fields["product_id"],
        fields["product_name"],
        fields["measure"],
        fields["target"],
        Period(fields["start_day"], fields["end_day"]),
        fields["met_at"],
    )


def set_goal(
    tx: Connection,
    viewer: Viewer,
    *,
    measure: str,
    target: int,
    period: Period,
    person_id: int | None = None,
    product_id: int | None = None,
) -> Goal:
    """Set a goal for a person, or for the branch one works on; it takes the place of the same one set before.

    `target` is in the measure's own unit (money e4, quantity e3, counts plain). Raises NotAllowed or InvalidInput.
    """
    viewer.require(Permission.SET_GOALS)
    if measure not in GOAL_MEASURES:
        raise InvalidInput(f"“{measure}” cannot be a goal.", field="measure", hint=", ".join(GOAL_MEASURES))
    if target <= 0:
        raise InvalidInput("A goal must be more than zero.", field="target", hint="/goal 50000")
    branch_id = _find_branch_for(tx, viewer, person_id)
    same = (
        goals.c.company_id == viewer.company.id,
        goals.c.branch_id == branch_id,
        goals.c.measure == measure,
        goals.c.person_id.is_not_distinct_from(person_id),
        goals.c.product_id.is_not_distinct_from(product_id),
        goals.c.start_day == period.start,
        goals.c.end_day == period.end,
        goals.c.dropped_at.is_(None),
    )
    now = clock.now()
    tx.execute(update(goals).where(*same).values(dropped_at=now))
    row = {
        "company_id": viewer.company.id,
        "branch_id": branch_id,
        "person_id": person_id,
        "product_id": product_id,
        "measure": measure,
        "target": target,
        "start_day": period.start,
        "end_day": period.end,
        "set_by": viewer.person_id,
        "set_at": now,
    }
    goal_id = tx.execute(insert(goals).returning(goals.c.id), row).scalar_one()
    return read_goal(tx.execute(GOAL_ROWS.where(goals.c.id == goal_id)).one())


def _find_branch_for(tx: Connection, viewer: Viewer, person_id: int | None) -> int:
    if person_id is None:
        scope = resolve_scope(viewer, Reach.TEAM)
    else:
        own = people.c.company_id == viewer.company.id, people.c.id == person_id
        branch_id = tx.execute(select(people.c.branch_id).where(*own)).scalar()
        if branch_id is None:
            raise NotFound("There is no such person here.", field="person")
        scope = resolve_scope(viewer, Reach.TEAM, branch_id, person_id=person_id)
    if scope.branch_id is None:
        raise NotAllowed("Choose the branch the goal is for.", field="branch")
    return scope.branch_id


def list_goals(tx: Connection, viewer: Viewer, day: date, *, person_id: int | None = None) -> list[Goal]:
    """The goals that a day lies in, as far as the viewer sees, or those of one person.

    The goal of one's own branch is everybody's to see. Raises NotAllowed for somebody out of reach.
    """
    scope = resolve_scope(viewer, Reach.TEAM, every_branch=viewer.person_id is None, person_id=person_id)
    query = GOAL_ROWS.where(goals.c.company_id == scope.company_id, goals.c.start_day <= day, goals.c.end_day > day)
    if scope.branch_id is not None:
        query = query.where(goals.c.branch_id == scope.branch_id)
    if person_id is not None:
        query = query.where(goals.c.person_id == person_id)
    elif scope.person_id is not None:
        query = query.where(or_(goals.c.person_id == scope.person_id, goals.c.person_id.is_(None)))
    return [read_goal(row) for row in tx.execute(query)]


def find_month_target(tx: Connection, company_id: int, branch_id: int, person_id: int | None, day: date) -> Goal | None:
    """The target of the month a day lies in, of a person in a branch, or (None) of the branch."""
    month = month_of(day)
    whose = {"company": company_id, "branch": branch_id, "person": person_id}
    row = _MONTH_TARGET.row(tx, {**whose, "start": month.start, "end": month.end})
    return read_goal(row) if row else None


def measure_goal(tx: Connection, company: Company, goal: Goal, today: date) -> Progress:
    """How far a goal is, and how it stands today."""
    scope = Scope(company.id, goal.branch_id, goal.person_id)
    value = count_totals(tx, company, scope, (goal.measure,), goal.period, goal.product_id)[goal.measure]
    return Progress(goal, value, judge(Fraction(value or 0), goal.target, goal.period, today))


def judge(value: Fraction, target: int, period: Period, today: date) -> Status:
    """Achieved at 100 %; else by the share of what was to be expected by now: 75 % on track, 50 % behind, less at risk.

    The steps are those of the performance document; measured against the days gone by, or the first of every month
    would find everybody at risk. A day counts once it is over.
    """
    if value >= target:
        return Status.ACHIEVED
    days_over = min(max((today - period.start).days, 0), period.days)
    expected = Fraction(target * days_over, period.days)
    if value * 4 >= expected * 3:
        return Status.ON_TRACK
    return Status.BEHIND if value * 2 >= expected else Status.AT_RISK


def unit_of(goal: Goal) -> Unit:
    """What the goal's target counts."""
    return find_measure(goal.measure).unit
