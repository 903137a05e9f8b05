"""`sync`. One rule: what was understood of Tally's files is shown before anything is written."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.opening import open_database
from bot.cli.setup import company_option
from core.access import Viewer, act_as_operator, find_company, find_viewer
from core.db import Database
from core.errors import InvalidInput
from core.imports.tally import (
    Preview,
    Sync,
    SyncProgress,
    SyncResult,
    TallyOptions,
    Understanding,
    preview_exports,
    read_company_progress,
)
from core.money import write_amount


@click.command("sync")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Who syncs; the operator if left out.")
@click.option(
    "--salesperson",
    metavar="FORMULA",
    help="e.g. first_of(udf:salesperson, reference); as last time if left out.",
)
@click.option("--field", "fields", multiple=True, metavar="NAME=PATH", help="One more field to keep; may be repeated.")
@click.option("--type", "types", multiple=True, metavar="TYPE=PARENT", help="What a voucher type is a kind of.")
@click.option("--source-company", help="The company of Tally, where the files do not say.")
@click.option("--source-guid", help="Its GUID, where the files do not say.")
@click.option("--location-id", help="Its Tally location id.")
@click.option("--branch", help="The branch its sales count for; the first if left out.")
@click.option("--name", default="tally", show_default=True, help="Tells one Tally from another of the same GUIDs.")
@click.option("--encoding", help="e.g. utf-16 or cp1252; found out if left out.")
@click.option("--list-fields", is_flag=True, help="Show the fields the vouchers have, and stop.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken in, and stop.")
@click.option("--status", is_flag=True, help="Show how far each company is, and when it was last updated.")
def sync(
    paths: tuple[Path, ...],
    company_handle: str | None,
    handle: str | None,
    salesperson: str | None,
    fields: tuple[str, ...],
    types: tuple[str, ...],
    source_company: str | None,
    source_guid: str | None,
    location_id: str | None,
    branch: str | None,
    name: str,
    encoding: str | None,
    list_fields: bool,
    dry_run: bool,
    status: bool,
) -> None:
    """Take in what Tally exported: XML or JSON files, or folders of them.

    The same again changes nothing, a voucher altered in Tally is corrected here, and a sync that was stopped goes on
    where it was.
    """
    if not paths and not status:
        raise InvalidInput("Which files?", field="PATHS", hint="salesbell sync DayBook.xml")
    options = TallyOptions(
        salesperson=salesperson,
        fields=_read_pairs(fields, "--field", "godown=allinventoryentries.batchallocations.godownname"),
        types=_read_pairs(types, "--type", "Tax Invoice=Sales"),
        encoding=encoding,
        company=source_company,
        guid=source_guid,
        location_id=location_id,
        branch=branch,
        name=name,
    )
    with open_database() as database:
        viewer = _find_viewer(database, company_handle, handle)
        if status:
            with database.begin_read() as tx:
                _show_status(read_company_progress(tx, viewer))
            return
        manager = Sync(database, viewer)
        plan = manager.understand(paths, options)
        if list_fields:
            _show_fields(plan)
            return
        _show_understanding(plan)
        if dry_run:
            _show_preview(preview_exports(plan), viewer)
            return
        result = _run(manager, paths, options, plan)
    _show_result(result)
    if result.rejects:
        sys.exit(1)


def _find_viewer(database: Database, company_handle: str | None, handle: str | None) -> Viewer:
    with database.begin_read() as tx:
        if handle:
            return find_viewer(tx, handle, company_handle)
        return act_as_operator(find_company(tx, company_handle))


def _read_pairs(pairs: tuple[str, ...], option: str, example: str) -> dict[str, str]:
    read = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name.strip() or not value.strip():
            raise InvalidInput(f"“{pair}” is not name=value.", field=option, hint=f'{option} "{example}"')
        read[name.strip()] = value.strip()
    return read


def _run(manager: Sync, paths: tuple[Path, ...], options: TallyOptions, plan: Understanding) -> SyncResult:
    columns = TextColumn("  {task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {}

        def show(progress: SyncProgress) -> None:
            if progress.company not in tasks:
                tasks[progress.company] = bar.add_task(progress.company)
            bar.update(tasks[progress.company], completed=progress.current, total=progress.total)

        end = manager.subscribe(show)
        try:
            return manager.run(paths, options, plan)
        finally:
            end()


def _show_understanding(plan: Understanding) -> None:
    console = Console(stderr=True)
    rows = [
        f"{export.source.path.name}: {export.vouchers:,} vouchers of {export.company.label}, {export.source.encoding}"
        for export in plan.exports
    ]
    rows += [f"  {one.vouchers:,} {one.name}: {one.meaning.value} ({one.how})" for one in plan.types]
    rows += [f"  masters: {', '.join(f'{count:,} {kind}' for kind, count in plan.learned.items())}"] * bool(
        plan.learned
    )
    if plan.options.salesperson:
        rows.append(f"  salesperson: {plan.options.salesperson}")
    rows += [f"  {name} ← {path}" for name, path in plan.options.fields.items()]
    rows += [f"  {note}" for note in plan.notes]
    for row in rows:
        console.print(row, highlight=False, markup=False, soft_wrap=True)


def _show_fields(plan: Understanding) -> None:
    group = ""
    for one in plan.fields:
        if one.group != group:
            group = one.group
            click.echo(group)
        mark = " (user defined)" if one.is_user_defined else ""
        click.echo(f"  {one.path}{mark}: {one.example}")


def _show_preview(seen: Preview, viewer: Viewer) -> None:
    currency = viewer.company.currency
    click.echo(
        f"It would take in {seen.sales:,} sales of {write_amount(seen.invoiced_e4, currency)} {currency} and "
        f"{seen.returns:,} returns of {write_amount(seen.returned_e4, currency)} {currency}; {seen.passed_over:,} "
        f"vouchers are no sales, {seen.rejected:,} would be rejected."
    )
    for refusal in seen.refusals:
        click.echo(f"  {refusal}")


def _show_status(companies: tuple[SyncProgress, ...]) -> None:
    for one in companies:
        updated = f"{one.last_updated:%Y-%m-%d %H:%M} UTC" if one.last_updated else "never"
        click.echo(f"{one.company}: {one.percentage} % ({one.message}), {one.state.value}, last updated {updated}")
    if not companies:
        click.echo("Nothing was synced yet. Try: salesbell sync DayBook.xml")


def _show_result(result: SyncResult) -> None:
    taken = result.taken
    resumed = f" (went on after {result.resumed_at:,})" if result.resumed_at else ""
    click.echo(
        f"Read {result.read:,} vouchers{resumed}: {taken.recorded:,} recorded, {taken.corrected:,} corrected, "
        f"{taken.withdrawn:,} withdrawn, {taken.unchanged:,} there before, {taken.passed_over:,} no sales, "
        f"{taken.refused:,} rejected."
    )
    made = "".join(f", {count:,} {what}" for what, count in result.created.items() if count)
    click.echo(f"New: {taken.sales:,} sales, {taken.returns:,} returns{made}.")
    if taken.differing:
        click.echo(
            f"{taken.differing:,} vouchers do not add up to what the party owes: the difference has its own line."
        )
    for note in result.notes:
        click.echo(note)
    for path in result.rejects:
        click.echo(f"Rejected vouchers, each with its reason: {path}")
