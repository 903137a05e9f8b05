"""How goals stand. One rule: measured by core.goals, as in chat; the words are those of the live pages."""

from collections import Counter
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_money, show_percent, show_quantity
from api.routes.sales import find_seller
from api.routing import Example, Outcome, RouteTable
from api.schemas.analytics import GoalsAnswer, GoalsQuery
from api.schemas.envelope import Success
from core import clock
from core.access import Permission, Viewer, find_seen_branch
from core.catalog.products import Product, read_products
from core.company import list_branches
from core.goals.goals import Goal, list_goals, unit_of
from core.goals.progress import Progress, Status, measure_goals
from core.metrics.filters import is_all_branches
from core.metrics.measures import Unit, find_measure
from core.text import fold

table = RouteTable("Goals", "Goals, and how far they are.")
# The live pages know three words; how far behind one is, is told beside them.
WORDS = {
    Status.ACHIEVED: "Completed",
    Status.ON_TRACK: "On track",
    Status.NOT_BEGUN: "On track",
    Status.BEHIND: "At risk",
    Status.AT_RISK: "At risk",
    Status.MISSED: "At risk",
}


@table.declare(
    "GET",
    "/api/goals/status",
    answer=Success[GoalsAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"day": "2024-01-15"}),
)
def show_goals(tx: Connection, viewer: Viewer, query: GoalsQuery) -> Outcome:
    """Read how goals stand.

    Those a day lies in: one's own and the branch's, for a manager everybody's. Progress is counted from the sales as
    they are now.
    """
    today = clock.today(viewer.time_zone)
    day = query.day or today
    found = _find(tx, viewer, query)
    numbers = [goal.product_id for goal in found if goal.product_id is not None]
    products = read_products(tx, viewer.company.id, numbers) if numbers else {}
    if query.sku is not None:
        wanted = fold(query.sku)
        found = [one for one in found if one.product_id in products and fold(products[one.product_id].sku) == wanted]
    progress = measure_goals(tx, viewer.company, found, today)
    shown = [_show(viewer, one, products) for one in progress]
    count = Counter(one["status"] for one in shown)
    return Outcome(
        {
            "day": day,
            "currency": viewer.company.currency,
            "goals": shown,
            "completed": count["Completed"],
            "onTrack": count["On track"],
            "atRisk": count["At risk"],
        }
    )


def _find(tx: Connection, viewer: Viewer, query: GoalsQuery) -> list[Goal]:
    day = query.day or clock.today(viewer.time_zone)
    branch = query.choose_branch()
    person_id = find_seller(tx, viewer, query.person)
    if is_all_branches(branch):
        viewer.require(Permission.SEE_EVERY_BRANCH, field="branch")
        numbers: list[int | None] = [one.id for one in list_branches(tx, viewer)]
    else:
        numbers = [None if branch is None else find_seen_branch(tx, viewer, branch)]
    return [goal for number in numbers for goal in list_goals(tx, viewer, day, person_id=person_id, branch_id=number)]


def _show(viewer: Viewer, one: Progress, products: dict[int, Product]) -> dict[str, Any]:
    goal, measure = one.goal, find_measure(one.goal.measure)
    product = products.get(goal.product_id) if goal.product_id is not None else None
    is_hidden = measure.permission is not None and not viewer.may(measure.permission)
    return {
        "id": goal.id,
        "title": f"{measure.label} of {goal.about}" if goal.about else measure.label,
        "type": goal.measure,
        "sku": product.sku if product else None,
        "category": goal.category,
        "person": goal.person_name,
        "startDate": goal.period.start,
        "endDate": goal.period.last_day,
        "timeFrame": f"{goal.period.days}d",
        "targetValue": _show_value(goal, goal.target, viewer.company.currency),
        "currentProgress": None if is_hidden else _show_value(goal, int(one.value or 0), viewer.company.currency),
        "percent": None if is_hidden else show_percent(one.percent, 1),
        "status": WORDS[one.status],
        "standing": one.status.value,
        "metAt": goal.met_at,
    }


def _show_value(goal: Goal, value: int, currency: str) -> Any:
    unit = unit_of(goal)
    if unit is Unit.MONEY:
        return show_money(value, currency)
    return show_quantity(value) if unit is Unit.QUANTITY else value
