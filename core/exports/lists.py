"""Goals, stock and products as reports. One rule: what a list shows a viewer is what is exported for that viewer."""

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, find_seen_branch
from core.catalog.products import LARGEST_PAGE, Product, list_products
from core.catalog.stocktaking import list_stock
from core.company import settle_branch
from core.exports.answers import KINDS, find_period, judge_status
from core.exports.report import Column, Drawing, Figure, Kind, Report, Row, Typed
from core.exports.wanted import Wanted
from core.exports.wording import describe_period, describe_scope, find_style, may_see_profit, name_branch
from core.goals.goals import list_goals, unit_of
from core.goals.progress import Progress, Status, measure_goals
from core.people.members import find_seen_person

MOST_BARS = 12


def report_goals(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """The goals in force on the last day of a period that is over, else today or its first day: how far each is."""
    period, today = find_period(viewer, wanted), clock.today(viewer.time_zone)
    day = min(max(today, period.start), period.last_day)
    person_id = find_seen_person(tx, viewer, wanted.person).id if wanted.person else None
    branch_id = find_seen_branch(tx, viewer, wanted.branch) if wanted.branch else None
    found = list_goals(tx, viewer, day, person_id=person_id, branch_id=branch_id)
    progress = measure_goals(tx, viewer.company, found, today)
    places = {one.goal.branch_id: name_branch(tx, one.goal.branch_id) for one in progress}
    achieved = sum(one.status is Status.ACHIEVED for one in progress)
    bars = tuple((_name_goal(one, places), one.percent) for one in progress[:MOST_BARS])
    return Report(
        "goals",
        "Goal progress",
        viewer.company.name,
        describe_scope(tx, viewer, wanted.branch, person_id=person_id),
        viewer.company.currency,
        (
            Column("Whose", share=1.6),
            Column("Of", share=1.8),
            Column("Measure", share=1),
            Column("Days", share=2.2),
            Column("Target", Kind.COUNT, share=1.5),
            Column("Reached", Kind.COUNT, share=1.5),
            Column("Per cent", Kind.PERCENT),
            Column("Standing", share=1.1),
        ),
        iter([_show_goal(one, places) for one in progress]),
        period,
        wanted.told,
        figures=(
            Figure("Goals", len(progress), Kind.COUNT),
            Figure("Achieved", achieved, Kind.COUNT, is_good=True if achieved else None),
            *(
                Figure(_name_goal(one, places), one.percent, Kind.PERCENT, one.status.value, judge_status(one.status))
                for one in progress[:3]
            ),
        )
        if progress
        else (),
        drawing=Drawing("How far the goals are", bars, Kind.PERCENT) if len(bars) > 1 else None,
        nothing=f"No goals are set: {describe_period(period)}.",
        time_zone=viewer.time_zone,
        style=find_style(viewer),
    )


def _name_goal(one: Progress, places: dict[int, str]) -> str:
    names = (one.goal.person_name or places[one.goal.branch_id], one.goal.about)
    return " · ".join(name for name in names if name)


def _show_goal(one: Progress, places: dict[int, str]) -> Row:
    goal, kind = one.goal, KINDS[unit_of(one.goal)]
    return (
        goal.person_name or places[goal.branch_id],
        goal.about or "everything",
        goal.measure,
        describe_period(goal.period),
        Typed(goal.target, kind),
        Typed(one.value, kind),
        one.percent,
        one.status.value,
    )


def report_stock(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """What a branch has of every product whose stock is kept."""
    asked = find_seen_branch(tx, viewer, wanted.branch) if wanted.branch else None
    branch_id = settle_branch(tx, viewer, asked)
    rows = list_stock(tx, viewer, search=wanted.search, branch_id=branch_id, below_reorder_only=wanted.is_low)
    low = sum(row.is_low for row in rows)
    return Report(
        "stock",
        "Stock",
        viewer.company.name,
        name_branch(tx, branch_id),
        viewer.company.currency,
        (
            Column("SKU", share=1.4),
            Column("Product", share=3.4),
            Column("Category", share=1.6),
            Column("On hand", Kind.QUANTITY),
            Column("Reorder point", Kind.QUANTITY, share=1.1),
            Column("Price", Kind.MONEY, share=1.2),
            Column("Low", share=0.6, unknown=""),
        ),
        iter(
            [
                (
                    row.product.sku,
                    row.product.name,
                    row.product.category,
                    row.on_hand_e3,
                    row.product.reorder_point_e3,
                    row.product.price_e4,
                    "low" if row.is_low else None,
                )
                for row in rows
            ]
        ),
        told=_tell(wanted),
        figures=(
            Figure("Products", len(rows), Kind.COUNT),
            Figure("Low", low, Kind.COUNT, is_good=False if low else None),
        )
        if rows
        else (),
        nothing="No product whose stock is kept is like that.",
        time_zone=viewer.time_zone,
        style=find_style(viewer),
    )


def report_products(tx: Connection, viewer: Viewer, wanted: Wanted) -> Report:
    """The catalogue: the products there are to sell."""
    sees_cost = may_see_profit(viewer)
    return Report(
        "products",
        "Products",
        viewer.company.name,
        "Whole company",
        viewer.company.currency,
        (
            Column("SKU", share=1.4),
            Column("Product", share=3.4),
            Column("Category", share=1.6),
            Column("Subcategory", share=1.3),
            Column("Price", Kind.MONEY, share=1.2),
            *((Column("Cost", Kind.MONEY, share=1.2),) if sees_cost else ()),
            Column("Stock kept", share=0.8),
            Column("Reorder point", Kind.QUANTITY, share=1.1),
        ),
        _stream_products(tx, viewer, wanted, sees_cost=sees_cost),
        told=_tell(wanted),
        are_records=True,
        nothing="No product is like that.",
        time_zone=viewer.time_zone,
        style=find_style(viewer),
    )


def _stream_products(tx: Connection, viewer: Viewer, wanted: Wanted, *, sees_cost: bool) -> Iterator[Row]:
    after = 0
    while page := list_products(tx, viewer, search=wanted.search, after=after, limit=LARGEST_PAGE):
        yield from (_show_product(one, sees_cost=sees_cost) for one in page)
        after = page[-1].id


def _show_product(one: Product, *, sees_cost: bool) -> Row:
    return (
        one.sku,
        one.name,
        one.category,
        one.subcategory,
        one.price_e4,
        *((one.cost_e4,) if sees_cost else ()),
        "yes" if one.tracks_stock else "no",
        one.reorder_point_e3,
    )


def _tell(wanted: Wanted) -> tuple[str, ...]:
    like = (f"like “{wanted.search}”",) if wanted.search else ()
    return (*wanted.told, *like, *(("below the reorder point",) if wanted.is_low else ()))
