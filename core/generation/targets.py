"""What an invented company wants to reach each month: a little more than the month before. Met or not by its sales."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from core.generation.cast import Cast, Place, find_chat
from core.generation.notices import Notice
from core.generation.size import Size
from core.goals.goals import GOAL_ROWS, read_goal
from core.models.goals import goals
from core.models.rollups import ROLLUPS
from core.money import E4
from core.periods import Period, month_of
from core.sales.ledger.telling import describe_goal

AMBITION_PERCENT, STEP_E4 = 105, 1_000 * E4
SET_AT, MET_AT = time(6, tzinfo=UTC), time(19, tzinfo=UTC)  # in the morning, and once the shops are closed
_PERSON_DAY = next(rollup.table for rollup in ROLLUPS if rollup.name == "person_day").c
# A branch's or (with a person) somebody's revenue in e4, by the first day of a month and the days of it.
Courses = dict[tuple[int, int | None], dict[date, dict[date, int]]]


def set_targets(tx: Connection, cast: Cast, size: Size, zone: str) -> list[Notice]:
    """Write a target for every branch and person and month but the first; who was told of those that were met."""
    courses = _read_courses(tx, cast.company.id)
    rows = [
        {"company_id": cast.company.id, "branch_id": place.id, "person_id": person_id, **target}
        for place in cast.places
        for person_id in (None, *place.people)
        for target in _list_targets(courses[place.id, person_id], size, place)
    ]
    if rows:
        tx.execute(insert(goals), rows)
    return list(_list_notices(tx, cast, zone))


def _read_courses(tx: Connection, company_id: int) -> Courses:
    courses: Courses = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    columns = _PERSON_DAY.branch_id, _PERSON_DAY.person_id, _PERSON_DAY.day, _PERSON_DAY.revenue_e4
    query = select(*columns).where(_PERSON_DAY.company_id == company_id).order_by(_PERSON_DAY.day)
    for branch_id, person_id, day, revenue_e4 in tx.execute(query):
        for owner in (None, person_id):
            courses[branch_id, owner][day.replace(day=1)][day] += revenue_e4
    return courses


def _list_targets(course: dict[date, dict[date, int]], size: Size, place: Place) -> Iterator[dict[str, Any]]:
    for before, month in pairwise(_list_months(size)):
        usual_e4 = sum(course[before.start].values())
        target_e4 = (usual_e4 * AMBITION_PERCENT // 100 // STEP_E4 + 1) * STEP_E4
        met_on = _find_day_met(course[month.start], target_e4)
        yield {
            "measure": "revenue",
            "target": target_e4,
            "start_day": month.start,
            "end_day": month.end,
            "set_by": place.manager_id,
            "set_at": datetime.combine(month.start, SET_AT),
            "met_at": met_on and datetime.combine(met_on, MET_AT),
        }


def _list_months(size: Size) -> Iterator[Period]:
    """Every month up to that of the day after the last."""
    month = month_of(size.days[0])
    while month.start <= size.last_day + timedelta(days=1):
        yield month
        month = month_of(month.end)


def _find_day_met(course: dict[date, int], target_e4: int) -> date | None:
    sold_e4 = 0
    for day, revenue_e4 in course.items():
        sold_e4 += revenue_e4
        if sold_e4 >= target_e4:
            return day
    return None


def _list_notices(tx: Connection, cast: Cast, zone: str) -> Iterator[Notice]:
    managers = {place.id: place.manager_id for place in cast.places}
    met = GOAL_ROWS.where(goals.c.company_id == cast.company.id, goals.c.met_at.is_not(None))
    for goal in map(read_goal, tx.execute(met)):
        at = f"{goal.met_at:%Y-%m-%d %H:%M:%S.%f}{zone}"
        content = {"goals": [describe_goal(goal, cast.company.currency)]}
        for person_id in {managers[goal.branch_id], goal.person_id or managers[goal.branch_id]}:
            yield Notice(at, "goals_met", None, find_chat(person_id), content)
