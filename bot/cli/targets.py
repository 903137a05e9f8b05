"""`import targets`. One rule: as with sales, what was understood is shown first, what was not is kept."""

import sys
from pathlib import Path

import click
from rich.console import Console

from bot.cli.counting import count_things
from bot.cli.opening import open_database
from bot.cli.setup import company_option, find_actor
from core.errors import InvalidInput
from core.imports import ImportOptions, ImportResult, Plan, run_import
from core.imports.targets import TARGETS, TargetsReading, understand_targets


@click.command("targets")
@click.argument("file", type=click.Path(path_type=Path))
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Who imports; the operator if left out.")
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help=f"May be repeated: {', '.join(TARGETS.columns)}"
)
@click.option("--decimal", help="The decimal mark, if it cannot be told: . or ,")
@click.option("--encoding", help="e.g. utf-8 or cp1252; found out if left out.")
@click.option("--delimiter", help="e.g. ; or tab; found out if left out.")
@click.option("--sheet", help="Which sheet of a workbook; the first if left out.")
@click.option("--branch", help="The branch of rows that name none.")
@click.option("--person", help="The person of rows that name none.")
def targets(
    file: Path,
    company_handle: str | None,
    handle: str | None,
    mapping: tuple[str, ...],
    decimal: str | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
    branch: str | None,
    person: str | None,
) -> None:
    """Import a file of monthly targets: columns for month and target, and category, product, person or branch.

    The same file again changes nothing; a target that changed takes the place of the one before.
    """
    options = ImportOptions(
        mapping=read_mapping(mapping),
        decimal=decimal,
        encoding=encoding,
        delimiter="\t" if delimiter == "tab" else delimiter,
        sheet=sheet,
        branch=branch,
        person=person,
    )
    with open_database() as database:
        plan = understand_targets(file, options)
        _show_understanding(plan)
        result = run_import(database, find_actor(database, handle, company_handle), plan)
    _show_result(result)
    if result.rejected:
        sys.exit(1)


def read_mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """What `--map FIELD=COLUMN` says; InvalidInput names the one that says nothing."""
    mapping = {}
    for pair in pairs:
        name, separator, column = pair.partition("=")
        if not separator or not column:
            raise InvalidInput(f"“{pair}” is not a mapping.", field="--map", hint="--map sku=Product")
        mapping[name.strip()] = column.strip()
    return mapping


def _show_understanding(plan: Plan[TargetsReading]) -> None:
    console = Console(stderr=True)
    rows = (
        f"{plan.files[0].path.name}: {count_things(plan.units, 'row')} of targets, {plan.written}",
        "  " + ", ".join(f"{name} ← {column}" for name, column in plan.columns),
    )
    for row in rows:
        console.print(row, highlight=False, markup=False)


def _show_result(result: ImportResult) -> None:
    counts = (
        f"{result.counts['set']:,} new, {result.counts['changed']:,} changed, {result.already_there:,} there before"
    )
    click.echo(f"Read {count_things(result.read, 'row')}: {counts}, {result.rejected:,} rejected.")
    if result.period is not None:
        click.echo(f"Months: {result.period.start:%Y-%m} to {result.period.last_day:%Y-%m}.")
    if rounded := result.counts["rounded"]:
        click.echo(f"{count_things(rounded, 'target')} of more than four decimals, rounded half to even.")
    if result.rejects_path:
        click.echo(f"Rejected rows, each with its reason: {result.rejects_path}")
