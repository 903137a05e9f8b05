"""`export`. One rule: the file is what chat and API would give to the same eyes."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot.cli.opening import open_database
from bot.cli.setup import company_option
from core import clock
from core.access import Reach, Viewer, act_as_operator, find_company, find_viewer
from core.errors import InvalidInput
from core.exports import EXPORTS, Exported, Format, Wanted, export_file, find_export, find_format
from core.exports.ledger import require_document_kind
from core.metrics.wording import parse_question

STANDARD_OUTPUT = "-"


@click.command("export", epilog=f"NAME is {', '.join(f'{one.name} ({one.about})' for one in EXPORTS.values())}.")
@click.argument("name", metavar="NAME")
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Whose eyes; the operator sees everything.")
@click.option("--format", "file_format", metavar="FORMAT", help="csv, xlsx or pdf; that of --out if left out.")
@click.option("--out", metavar="FILE", help="Where to; a name of its own here if left out, - for standard output.")
@click.option("--from", "first", metavar="DAY", help="First day, YYYY-MM-DD.")
@click.option("--to", "last", metavar="DAY", help="Last day, included.")
@click.option("--period", help="Instead of days: month, last week, 7d, 2025-06, …")
@click.option("--branch", help="A branch, or all.")
@click.option("--view", help="my or team")
@click.option("--person", help="Of this person, by handle or name.")
@click.option("--sku", help="With the products of this code.")
@click.option("--category", help="With products of this category.")
@click.option("--platform", help="Sold on this platform.")
@click.option("--coupon", help="With this coupon.")
@click.option("--customer", help="Sold to this customer.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="sale, return, exchange or guest; may be repeated."
)
@click.option("--measures", help="Of a question: comma-separated, e.g. revenue,orders")
@click.option("--by", help="Of a question: comma-separated dimensions, e.g. month,region")
@click.option("--where", multiple=True, metavar="DIM=VALUE", help="May be repeated.")
@click.option("--window", help="Of a question: as `salesbell ask` has it.")
@click.option("--as-of", help="What the ledger said at an instant.")
@click.option("--limit", type=click.IntRange(1), help="Only the first rows.")
@click.option("--measure", help="What the leaderboard goes by: revenue, orders or units.")
@click.option("--chart", help="Which chart, by name.")
@click.option("--search", help="Of products and stock: what their name or code contains.")
@click.option("--low", is_flag=True, help="Of stock: only what is below its reorder point.")
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark by which spreadsheets know UTF-8.")
def export(
    name: str, company_handle: str | None, handle: str | None, file_format: str | None, out: str | None, **said: Any
) -> None:
    """Write a list or report to a file."""
    chosen = _choose_format(find_export(name).name, file_format, out)
    with open_database() as database, database.begin_read() as tx:
        if handle:
            viewer = find_viewer(tx, handle, company_handle)
        else:
            viewer = act_as_operator(find_company(tx, company_handle))
        made = export_file(tx, viewer, name, _read_wanted(viewer, said), chosen, has_mark=said["bom"])
    try:
        asyncio.run(made.finish())
        _deliver(made, out)
    finally:
        made.discard()


def _read_wanted(viewer: Viewer, said: Mapping[str, Any]) -> Wanted:
    """What the options narrow it to."""
    question = parse_question(
        measures=said["measures"] or "",
        by=said["by"],
        where=said["where"],
        first=said["first"],
        last=said["last"],
        period=said["period"],
        reach=said["view"] or Reach.TEAM,
        as_of=said["as_of"],
        today=clock.today(viewer.time_zone),
        calendar=viewer.company.calendar,
    )
    same = (
        "branch",
        "window",
        "limit",
        "chart",
        "person",
        "platform",
        "coupon",
        "customer",
        "search",
        "sku",
        "category",
    )
    return Wanted(
        period=question.period if said["first"] or said["last"] or said["period"] else None,
        reach=question.reach if said["view"] else None,
        measures=question.measures,
        by=question.by,
        where=question.where,
        as_of=question.as_of,
        rank_by=said["measure"],
        kinds=tuple(require_document_kind(kind) for kind in said["kinds"]),
        is_low=said["low"],
        **{option: said[option] for option in same},
    )


def _choose_format(name: str, said: str | None, out: str | None) -> Format:
    suffix = Path(out).suffix if out and out != STANDARD_OUTPUT else ""
    if said is None and not suffix:
        raise InvalidInput("Which format?", field="--format", hint=f"salesbell export {name} --format xlsx")
    return find_format(said or suffix)


def _deliver(made: Exported, out: str | None) -> None:
    """Put the file where it was wanted, and say so where that is not the file itself."""
    if out == STANDARD_OUTPUT:
        with made.path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    target = Path(out) if out else Path(made.name)
    try:
        shutil.copyfile(made.path, target)
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written: {error.strerror}.", field="--out", hint=made.name) from error
    rows = f"{made.rows:,} {'row' if made.rows == 1 else 'rows'}"
    click.echo(f"{target}: {rows if made.rows else made.nothing}")
