"""`import counters`. One rule: what was understood is shown first, and what was not is kept beside the file."""

import sys
from pathlib import Path

import click
from rich.console import Console

from bot.cli.counting import count_things
from bot.cli.opening import open_database
from bot.cli.setup import company_option, find_actor
from core.imports import ImportOptions, ImportResult, run_import
from core.imports.counters.taking import understand_counters
from core.money import E3, write_amount


@click.command("counters")
@click.argument("file", type=click.Path(path_type=Path))
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Who imports; the operator if left out.")
@click.option("--branch", help="The branch the sales count for.")
@click.option("--person", help="The person they count for.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each counter, and write nothing.")
def counters(
    file: Path, company_handle: str | None, handle: str | None, branch: str | None, person: str | None, dry_run: bool
) -> None:
    """Import the old qty_sold counters: {"qty_sold_12": 5}, a dump of localStorage, or rows of product,qty_sold.

    Each becomes one sale on the day its product was made, at the product's price, on the platform "Migrated". The same
    file again changes nothing; `import --undo ID` takes it back.
    """
    options = ImportOptions(branch=branch, person=person)
    with open_database() as database:
        plan = understand_counters(file, options)
        told = f"{file.name}: {count_things(plan.units, 'counter')} of what was sold, {plan.written}"
        Console(stderr=True).print(told, highlight=False, markup=False)
        viewer = find_actor(database, handle, company_handle)
        result = run_import(database, viewer, plan, is_trial=dry_run)
    _show_result(result, viewer.company.currency, is_trial=dry_run)
    if result.rejected:
        sys.exit(1)


def _show_result(result: ImportResult, currency: str, *, is_trial: bool) -> None:
    if is_trial:
        click.echo("Nothing was written. It would be:")
    counts = (
        f"{result.recorded:,} recorded, {result.already_there:,} there before, {result.counts['empty']:,} of nothing"
    )
    click.echo(f"Read {count_things(result.read, 'counter')}: {counts}, {result.rejected:,} rejected.")
    if result.recorded:
        units = f"{result.counts['units_e3'] / E3:,g}"
        click.echo(f"New: {units} units, {write_amount(result.counts['amount_e4'], currency)} {currency}.")
    if result.id and result.recorded:
        click.echo(f"`salesbell import --undo {result.id}` takes it back.")
    if result.rejects_path:
        click.echo(f"Rejected counters, each with its reason: {result.rejects_path}")
