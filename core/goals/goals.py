"""Setting goals and finding them. One rule: a month's target is the revenue goal of exactly that month."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import Permission, Reach, Viewer, resolve_scope
from core.company import lock_company, settle_branch
from core.errors import InvalidInput, NotAllowed, NotFound
from core.goals.categories import list_spellings
from core.metrics.measures import Unit, find_measure
from core.models.catalog import products
from core.models.goals import goals
from core.models.people import people
from core.money import LARGEST_E4
from core.periods import Period, month_of
from core.statements import Statement
from core.text import clean_name, fold

GOAL_MEASURES = ("revenue", "units", "orders", "profit", "customers")


@dataclass(frozen=True, slots=True)
class Goal:
    """A measure to reach in a period, of one person or (None) the branch.

    Of everything sold, or of one product, or of the products of one category.
    """

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
    category: str | None = None

    @property
    def about(self) -> str | None:
        """The product or category it is of; None: everything sold."""
        return self.product_name or self.category

    @property
    def is_target(self) -> bool:
        """Whether it is a month's target: revenue of everything in one calendar month."""
        month = month_of(self.period.start)
        is_month = (self.period.start, self.period.end) == (month.start, month.end)
        return self.measure == "revenue" and self.about is None and is_month


@dataclass(frozen=True, slots=True)
class GoalSet:
    """A goal that was set, and the one whose place it took (None: there was none); the same one where it stood so."""

    goal: Goal
    before: Goal | None

    @property
    def is_changed(self) -> bool:
        """Whether anything is different now."""
        return self.before is None or self.before.id != self.goal.id


# Every goal, with the names of whom and what it is about.
_ROWS = (
    select(goals, people.c.name.label("person_name"), products.c.name.label("product_name"))
    .select_from(
        goals.outerjoin(people, people.c.id == goals.c.person_id).outerjoin(
            products, products.c.id == goals.c.product_id
        )
    )
    .order_by(goals.c.start_day, goals.c.person_id.is_not(None), goals.c.id)
)
# Those that were not dropped or replaced.
GOAL_ROWS = _ROWS.where(goals.c.dropped_at.is_(None))
_MONTH_TARGET = Statement(
    GOAL_ROWS.where(
        goals.c.company_id == bindparam("company"),
        goals.c.branch_id == bindparam("branch"),
        goals.c.person_id.is_not_distinct_from(bindparam("person")),
        goals.c.product_id.is_(None),
        goals.c.category.is_(None),
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
        fields["category"],
    )


def read_goals(tx: Connection, company_id: int, numbers: Collection[int]) -> list[Goal]:
    """The company's goals of those numbers, as they are in force."""
    if not numbers:
        return []
    return [
        read_goal(row) for row in tx.execute(GOAL_ROWS.where(goals.c.company_id == company_id, goals.c.id.in_(numbers)))
    ]


def set_goal(
    tx: Connection,
    viewer: Viewer,
    *,
    measure: str,
    target: int,
    period: Period,
    person_id: int | None = None,
    product_id: int | None = None,
    category: str | None = None,
    branch_id: int | None = None,
) -> GoalSet:
    """Set a goal for a person, or for a branch (None: the one worked on), in place of the same one set before.

    `target` is in the measure's own unit (money e4, quantity e3, counts plain). A category is written as the products
    have it. The same goal again changes nothing. Raises NotAllowed, NotFound (person), or InvalidInput naming
    `measure`, `target` or `category`.
    """
    viewer.require(Permission.SET_GOALS)
    _check(measure, target, product_id, category)
    home = _find_branch_for(tx, viewer, person_id, branch_id)
    row = _lock_goals(tx, viewer, period, home, person_id, product_id, category) | {"measure": measure}
    same = *_match(row), goals.c.dropped_at.is_(None)
    found = tx.execute(GOAL_ROWS.where(*same)).first()
    before = read_goal(found) if found else None
    if before is not None and before.target == target:
        return GoalSet(before, before)
    now = clock.now()
    tx.execute(update(goals).where(*same).values(dropped_at=now))
    row |= {"target": target, "set_by": viewer.person_id, "set_at": now}
    goal_id = tx.execute(insert(goals).returning(goals.c.id), row).scalar_one()
    return GoalSet(read_goal(tx.execute(GOAL_ROWS.where(goals.c.id == goal_id)).one()), before)


def drop_goal(
    tx: Connection,
    viewer: Viewer,
    *,
    period: Period,
    person_id: int | None = None,
    product_id: int | None = None,
    category: str | None = None,
) -> Goal:
    """Take a goal away, in money or else in units: it counts from now on for nothing; what it was stays written down.

    Of a person, or of the branch worked on. Raises NotAllowed, NotFound where there is none such.
    """
    viewer.require(Permission.SET_GOALS)
    home = _find_branch_for(tx, viewer, person_id, None)
    said = _lock_goals(tx, viewer, period, home, person_id, product_id, category)
    standing = *_match(said), goals.c.dropped_at.is_(None)
    found = tx.execute(GOAL_ROWS.where(*standing).order_by(goals.c.measure, goals.c.id)).first()  # revenue before units
    if found is None:
        raise NotFound("There is no such goal.", field="goal", hint="/goal")
    goal = read_goal(found)
    tx.execute(update(goals).where(goals.c.id == goal.id).values(dropped_at=clock.now()))
    return goal


def _lock_goals(
    tx: Connection,
    viewer: Viewer,
    period: Period,
    branch_id: int,
    person_id: int | None,
    product_id: int | None,
    category: str | None,
) -> dict[str, Any]:
    """Whose goal, of what and when, as its row says so; nobody else changes any meanwhile."""
    lock_company(tx, viewer.company.id)
    return {
        "company_id": viewer.company.id,
        "branch_id": branch_id,
        "person_id": person_id,
        "product_id": product_id,
        "category": _spell(tx, viewer.company.id, category) if category is not None else None,
        "start_day": period.start,
        "end_day": period.end,
    }


def _match(said: Mapping[str, object]) -> Iterator[ColumnElement[bool]]:
    """Goals that say the same, NULLs included."""
    return (goals.c[name].is_(None) if value is None else goals.c[name] == value for name, value in said.items())


def _check(measure: str, target: int, product_id: int | None, category: str | None) -> None:
    if measure not in GOAL_MEASURES:
        raise InvalidInput(f"“{measure}” cannot be a goal.", field="measure", hint=", ".join(GOAL_MEASURES))
    if target <= 0:
        raise InvalidInput("A goal must be more than zero.", field="target", hint="50000")
    if target > LARGEST_E4:
        raise InvalidInput("A goal that large cannot be kept.", field="target", hint="50000")
    if product_id is not None and category is not None:
        raise InvalidInput("A goal is of a product or of a category, not of both.", field="category")


def _spell(tx: Connection, company_id: int, category: str) -> str:
    """A category as the products write it; as it is where none is in it yet."""
    known = list_spellings(tx, company_id).get(fold(category))
    return known[0] if known else clean_name(category, "category")


def _find_branch_for(tx: Connection, viewer: Viewer, person_id: int | None, branch_id: int | None) -> int:
    if person_id is None:
        return settle_branch(tx, viewer, branch_id)
    if branch_id is None:
        own = people.c.company_id == viewer.company.id, people.c.id == person_id
        branch_id = tx.execute(select(people.c.branch_id).where(*own)).scalar()
        if branch_id is None:
            raise NotFound("There is no such person here.", field="person")
    scope = resolve_scope(viewer, Reach.TEAM, branch_id, person_id=person_id)
    if scope.branch_id is None:
        raise NotAllowed("Choose the branch the goal is for.", field="branch")
    return scope.branch_id


def list_goals(
    tx: Connection, viewer: Viewer, day: date, *, person_id: int | None = None, branch_id: int | None = None
) -> list[Goal]:
    """The goals that a day lies in, as far as the viewer sees, or those of one person, or of a branch named.

    The goal of one's own branch is everybody's to see. Raises NotAllowed for somebody or somewhere out of reach.
    """
    every_branch = viewer.person_id is None and branch_id is None
    scope = resolve_scope(viewer, Reach.TEAM, branch_id, every_branch=every_branch, person_id=person_id)
    query = GOAL_ROWS.where(goals.c.company_id == scope.company_id, goals.c.start_day <= day, goals.c.end_day > day)
    if scope.branch_id is not None:
        query = query.where(goals.c.branch_id == scope.branch_id)
    if person_id is not None:
        query = query.where(goals.c.person_id == person_id)
    elif scope.person_id is not None:
        query = query.where(or_(goals.c.person_id == scope.person_id, goals.c.person_id.is_(None)))
    return [read_goal(row) for row in tx.execute(query)]


def list_before(tx: Connection, goal: Goal) -> list[tuple[int, datetime]]:
    """What was to be reached before, and until when; the latest first."""
    row = tx.execute(select(goals).where(goals.c.id == goal.id)).one()._mapping
    names = "company_id", "branch_id", "person_id", "product_id", "category", "measure", "start_day", "end_day"
    same = _match({name: row[name] for name in names})
    query = select(goals.c.target, goals.c.dropped_at).where(*same, goals.c.dropped_at.is_not(None))
    return [(each.target, each.dropped_at) for each in tx.execute(query.order_by(goals.c.id.desc()))]


def find_month_target(tx: Connection, company_id: int, branch_id: int, person_id: int | None, day: date) -> Goal | None:
    """The target of the month a day lies in, of a person in a branch, or (None) of the branch."""
    month = month_of(day)
    whose = {"company": company_id, "branch": branch_id, "person": person_id}
    row = _MONTH_TARGET.row(tx, {**whose, "start": month.start, "end": month.end})
    return read_goal(row) if row else None


def unit_of(goal: Goal) -> Unit:
    """What the goal's target counts."""
    return find_measure(goal.measure).unit
