"""`ask` and `verify`. One rule: figures come from core.metrics, to the letter as the API gives them."""

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from bot.cli.counting import count_things
from bot.cli.opening import open_database
from bot.cli.progress import make_teller, show_progress
from bot.cli.setup import company_option
from core import clock
from core.access import act_as_operator, find_company, find_viewer
from core.catalog.stock import verify_stock
from core.checks import FIELD, list_damage
from core.errors import Unavailable
from core.metrics.known import rebuild_values
from core.metrics.measures import MEASURES, Unit
from core.metrics.recount import rebuild_rollups, verify_rollups
from core.metrics.series import ask_window
from core.metrics.windows import WINDOW_HINT, parse_window
from core.metrics.wording import parse_question, write_answer
from core.money import write_amount


@click.command()
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Whose eyes; the operator sees everything.")
@click.option("--measures", required=True, help=f"Comma-separated: {', '.join(MEASURES)}")
@click.option("--by", help="Comma-separated dimensions, e.g. month,region")
@click.option("--where", multiple=True, metavar="DIM=VALUE", help="May be repeated.")
@click.option("--from", "first", metavar="DAY", help="First day, YYYY-MM-DD.")
@click.option("--to", "last", metavar="DAY", help="Last day, included.")
@click.option("--period", help="Instead of days: month, last week, 7d, 2025-06, …")
@click.option("--window", help=f"Further than a row's own days: {WINDOW_HINT}.")
@click.option("--branch", help="A branch, or all.")
@click.option("--view", default="team", show_default=True, help="my or team")
@click.option("--as-of", help="What the ledger said at an instant.")
@click.option("--limit", type=click.IntRange(1), help="Only the first rows.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def ask(
    company_handle: str | None,
    handle: str | None,
    measures: str,
    by: str | None,
    where: tuple[str, ...],
    first: str | None,
    last: str | None,
    period: str | None,
    window: str | None,
    branch: str | None,
    view: str,
    as_of: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Ask for figures."""
    with open_database() as database, database.begin_read() as tx:
        if handle:
            viewer = find_viewer(tx, handle, company_handle)
        else:
            viewer = act_as_operator(find_company(tx, company_handle))
        question = parse_question(
            measures=measures,
            by=by,
            where=where,
            first=first,
            last=last,
            period=period,
            branch=branch,
            reach=view,
            as_of=as_of,
            limit=limit,
            today=clock.today(viewer.time_zone),
            calendar=viewer.company.calendar,
        )
        answer = ask_window(tx, viewer, question, parse_window(window) if window else None)
    written = write_answer(answer)
    if as_json:
        click.echo(json.dumps(written, ensure_ascii=False))
        return
    table = Table(title=None, box=None, show_footer=bool(answer.dimensions))
    for index, dimension in enumerate(answer.dimensions):
        table.add_column(dimension.label, footer="" if index else "Total")
    for measure in answer.measures:
        unit = answer.currency if measure.unit is Unit.MONEY else "%" if measure.unit is Unit.PERCENT else ""
        footer = _show(written["totals"][measure.name])
        table.add_column(f"{measure.label} {unit}".strip(), footer=footer, justify="right")
    for row in written["rows"]:
        table.add_row(*(_show(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 240).print(table)


def _show(value: object) -> str:
    return "–" if value is None else str(value)


@click.command()
@company_option
@click.option("--rebuild", is_flag=True, help="Write every rollup anew from the ledger first.")
def verify(company_handle: str | None, rebuild: bool) -> None:
    """Recompute every rollup and stock level from the ledger, and print the proof. Exit code 1 if something differs."""
    is_balanced = True
    with open_database() as database, database.begin() as tx:
        if damage := list_damage(tx):
            raise Unavailable(f"The database is damaged: {'; '.join(damage)}. Restore a back-up.", field=FIELD)
        owner = find_company(tx, company_handle)
        with show_progress() as progress:
            tell = make_teller(progress)
            if rebuild:
                rebuild_rollups(tx, owner.id, tell)
                rebuild_values(tx, owner.id)
            proofs = verify_rollups(tx, owner.id, tell=tell)
        for proof in proofs:
            what = count_things(proof.rows, "row")
            if proof.revenue_e4 is not None:
                what += f", revenue {write_amount(proof.revenue_e4, owner.currency)} {owner.currency}"
            is_balanced &= _print_proof(f"rollup {proof.name}", what, proof.differences)
        stock = verify_stock(tx, owner.id)
        is_balanced &= _print_proof("stock", count_things(stock.levels, "level"), stock.differences)
    if not is_balanced:
        sys.exit(1)
    click.echo("Everything balances.")


def _print_proof(name: str, what: str, differences: tuple[str, ...]) -> bool:
    click.echo(f"{'✓' if not differences else '✗'} {name}: {what}")
    for difference in differences:
        click.echo(f"    differs at {difference}")
    return not differences
