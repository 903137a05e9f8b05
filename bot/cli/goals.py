"""`goal`. One rule: a goal set here is the one chat sets, and stands as chat says it stands."""

import json
import sys
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.engine import Connection

from bot.cli.opening import open_database
from bot.cli.setup import company_option
from core import clock
from core.access import Viewer, act_as_operator, find_branch, find_branch_zone, find_company, find_viewer
from core.catalog.products import read_products_by_sku
from core.errors import InvalidInput, NotFound
from core.goals.goals import GOAL_MEASURES, Goal, GoalSet, list_before, list_goals, set_goal, unit_of
from core.goals.months import SPELLINGS, parse_month
from core.goals.progress import Progress, add_up_categories, measure_goals
from core.metrics.measures import Unit, find_measure
from core.metrics.wording import write_value
from core.money import parse_amount_e4, parse_quantity_e3
from core.people.members import find_person
from core.periods import Period, month_of

as_option = click.option("--as", "handle", metavar="HANDLE", help="Whose eyes; the operator sees everything.")
month_option = click.option("--month", metavar="MONTH", help=f"{SPELLINGS}; this one if left out.")
branch_option = click.option("--branch", help="The branch, if there are several.")


@click.group()
def goal() -> None:
    """Goals of a month: of the branch or a person, of everything, a category or a product."""


@goal.command("set")
@click.argument("target")
@month_option
@click.option("--category", help="Of the products of this category only.")
@click.option("--product", "sku", metavar="SKU", help="Of this product only.")
@click.option("--measure", default="revenue", show_default=True, help=", ".join(GOAL_MEASURES))
@click.option("--person", help="Whose goal it is; the branch's if left out.")
@branch_option
@as_option
@company_option
def set_one(
    target: str,
    month: str | None,
    category: str | None,
    sku: str | None,
    measure: str,
    person: str | None,
    branch: str | None,
    handle: str | None,
    company_handle: str | None,
) -> None:
    """Set what is to be reached in a month. The same again changes nothing; another TARGET takes its place."""
    with open_database() as database, database.begin() as tx:
        viewer = _find_viewer(tx, handle, company_handle)
        done = set_goal(
            tx,
            viewer,
            measure=measure,
            target=_read_target(target, measure),
            period=_read_month(tx, viewer, month),
            person_id=find_person(tx, viewer, person).id if person else None,
            product_id=_find_product(tx, viewer, sku) if sku else None,
            category=category,
            branch_id=find_branch(tx, viewer.company.id, branch) if branch else None,
        )
        click.echo(_word_done(done, viewer))


@goal.command("show")
@month_option
@branch_option
@click.option("--history", is_flag=True, help="Also what was to be reached before, and until when.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@as_option
@company_option
def show(
    month: str | None,
    branch: str | None,
    history: bool,
    as_json: bool,
    handle: str | None,
    company_handle: str | None,
) -> None:
    """Show how the goals of a month stand, and those of categories together."""
    with open_database() as database, database.begin_read() as tx:
        viewer = _find_viewer(tx, handle, company_handle)
        branch_id = find_branch(tx, viewer.company.id, branch) if branch else None
        period = _read_month(tx, viewer, month)
        today = _find_today(tx, viewer, branch_id)
        day = today if period.start <= today < period.end else period.start
        progress = measure_goals(tx, viewer.company, list_goals(tx, viewer, day, branch_id=branch_id), today)
        rows = [_write_row(tx, one, viewer, with_history=history) for one in progress]
        for (_, person_id, _), both in add_up_categories(tx, viewer.company, progress, today).items():
            name = next(one.goal.person_name for one in progress if one.goal.person_id == person_id)
            rows.append(_write_figures(name, "all categories", "revenue", both.target_e4, both.value_e4, both, viewer))
    if as_json:
        click.echo(json.dumps({"month": f"{period.start:%Y-%m}", "goals": rows}, ensure_ascii=False))
    else:
        _print_table(rows, with_history=history)


def _find_viewer(tx: Connection, handle: str | None, company_handle: str | None) -> Viewer:
    return find_viewer(tx, handle, company_handle) if handle else act_as_operator(find_company(tx, company_handle))


def _find_today(tx: Connection, viewer: Viewer, branch_id: int | None) -> Any:
    return clock.today(find_branch_zone(tx, viewer.company, branch_id or viewer.operational_branch_id))


def _read_month(tx: Connection, viewer: Viewer, words: str | None) -> Period:
    return parse_month(words) if words else month_of(_find_today(tx, viewer, None))


def _read_target(words: str, measure: str) -> int:
    unit = find_measure(measure).unit if measure in GOAL_MEASURES else Unit.MONEY
    if unit is Unit.MONEY:
        return parse_amount_e4(words, "TARGET")
    quantity_e3 = parse_quantity_e3(words, "TARGET")
    if unit is Unit.QUANTITY:
        return quantity_e3
    if quantity_e3 % 1000:
        raise InvalidInput(f"“{words}” is not a whole number.", field="TARGET", hint="200")
    return quantity_e3 // 1000


def _find_product(tx: Connection, viewer: Viewer, sku: str) -> int:
    found = read_products_by_sku(tx, viewer.company.id, sku)
    if len(found) != 1:
        what = "Several products have" if found else "No product has"
        raise NotFound(f"{what} the code “{sku}”.", field="product")
    return found[0].id


def _word_done(done: GoalSet, viewer: Viewer) -> str:
    goal_ = done.goal
    target = _write(goal_.target, goal_, viewer)
    what = f"{goal_.person_name or 'branch'}, {goal_.about or 'everything'}, {goal_.period.start:%Y-%m}"
    if not done.is_changed:
        return f"{what}: {target} already."
    return f"{what}: {target}" + (f", in place of {_write(done.before.target, goal_, viewer)}." if done.before else ".")


def _write(value: Any, goal_: Goal, viewer: Viewer) -> str:
    currency = viewer.company.currency
    written = write_value(find_measure(goal_.measure), value, currency)
    return f"{currency} {written}" if unit_of(goal_) is Unit.MONEY else f"{written} {goal_.measure}"


def _write_row(tx: Connection, one: Progress, viewer: Viewer, *, with_history: bool) -> dict[str, Any]:
    aim = one.goal
    row = _write_figures(aim.person_name, aim.about, aim.measure, aim.target, one.value, one, viewer)
    if with_history:
        measure, currency = find_measure(aim.measure), viewer.company.currency
        row["before"] = [
            {"target": write_value(measure, target, currency), "until": until.isoformat()}
            for target, until in list_before(tx, aim)
        ]
    return row


def _write_figures(
    person: str | None, about: str | None, measure: str, target: int, value: Any, stands: Any, viewer: Viewer
) -> dict[str, Any]:
    found, currency = find_measure(measure), viewer.company.currency
    return {
        "person": person,
        "of": about,
        "measure": measure,
        "target": write_value(found, target, currency),
        "actual": write_value(found, value or 0, currency),
        "percent": float(round(stands.percent, 2)),
        "status": stands.status.value,
    }


def _print_table(rows: list[dict[str, Any]], *, with_history: bool) -> None:
    if not rows:
        click.echo("No goals are set for that month.")
        return
    table = Table("whose", "of", "measure", box=None)
    for name in ("target", "actual", "%"):
        table.add_column(name, justify="right")
    table.add_column("stands")
    if with_history:
        table.add_column("before")
    for row in rows:
        before = ", ".join(f"{one['target']} until {one['until'][:10]}" for one in row.get("before", ()))
        cells = [escape(row["person"] or "branch"), escape(row["of"] or "everything"), row["measure"]]
        cells += [str(row["target"]), str(row["actual"]), str(row["percent"]), row["status"]]
        table.add_row(*cells, *([before] if with_history else []))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
