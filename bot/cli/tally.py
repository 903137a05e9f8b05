"""`sync`. One rule: what was understood of Tally's files is shown before anything is written."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.opening import open_database
from bot.cli.setup import company_option, find_actor
from core.access import Viewer
from core.errors import InvalidInput
from core.imports import ImportResult, Plan, run_import
from core.imports.tally import SyncProgress, TallyOptions, TallyReading, read_company_progress
from core.imports.tally.sync import Sync
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
        viewer = find_actor(database, handle, company_handle)
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
            _show_preview(run_import(database, viewer, plan, is_trial=True), viewer)
            return
        result = _run(manager, paths, options, plan)
    _show_result(result)
    if result.rejects:
        sys.exit(1)


def _read_pairs(pairs: tuple[str, ...], option: str, example: str) -> dict[str, str]:
    read = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name.strip() or not value.strip():
            raise InvalidInput(f"“{pair}” is not name=value.", field=option, hint=f'{option} "{example}"')
        read[name.strip()] = value.strip()
    return read


def _run(manager: Sync, paths: tuple[Path, ...], options: TallyOptions, plan: Plan[TallyReading]) -> ImportResult:
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


def _show_understanding(plan: Plan[TallyReading]) -> None:
    console = Console(stderr=True)
    reading = plan.reading
    rows = [
        f"{export.source.path.name}: {export.vouchers:,} vouchers of {export.company.label}, {export.source.encoding}"
        for export in reading.exports
    ]
    rows += [f"  {one.vouchers:,} {one.name}: {one.meaning.value} ({one.how})" for one in reading.types]
    if reading.learned:
        rows.append(f"  masters: {', '.join(f'{count:,} {kind}' for kind, count in reading.learned.items())}")
    if reading.options.salesperson:
        rows.append(f"  salesperson: {reading.options.salesperson}")
    rows += [f"  {name} ← {path}" for name, path in reading.options.fields.items()]
    rows += [f"  {note}" for note in plan.notes]
    for row in rows:
        console.print(row, highlight=False, markup=False, soft_wrap=True)


def _show_fields(plan: Plan[TallyReading]) -> None:
    group = ""
    for one in plan.reading.fields:
        if one.group != group:
            group = one.group
            click.echo(group)
        mark = " (user defined)" if one.is_user_defined else ""
        click.echo(f"  {one.path}{mark}: {one.example}")


def _show_preview(seen: ImportResult, viewer: Viewer) -> None:
    currency, counts = viewer.company.currency, seen.counts
    click.echo(
        f"It would take in {counts['sales']:,} sales of {write_amount(counts['sales_e4'], currency)} {currency} and "
        f"{counts['returns']:,} returns of {write_amount(counts['returns_e4'], currency)} {currency}; "
        f"{counts['passed_over']:,} vouchers are no sales, {seen.rejected:,} would be rejected."
    )
    for refusal in seen.reasons:
        click.echo(f"  {refusal}")


def _show_status(companies: tuple[SyncProgress, ...]) -> None:
    for one in companies:
        updated = f"{one.last_updated:%Y-%m-%d %H:%M} UTC" if one.last_updated else "never"
        click.echo(f"{one.company}: {one.percentage} % ({one.message}), {one.state.value}, last updated {updated}")
    if not companies:
        click.echo("Nothing was synced yet. Try: salesbell sync DayBook.xml")


def _show_result(result: ImportResult) -> None:
    counts = result.counts
    resumed = f" (went on after {result.resumed_at:,})" if result.resumed_at else ""
    click.echo(
        f"Read {result.read:,} vouchers{resumed}: {counts['recorded']:,} recorded, {counts['corrected']:,} corrected, "
        f"{counts['withdrawn']:,} withdrawn, {counts['already_there']:,} there before, "
        f"{counts['passed_over']:,} no sales, {counts['rejected']:,} rejected."
    )
    made = "".join(f", {count:,} {what}" for what, count in result.created.items() if count)
    click.echo(f"New: {counts['new_orders']:,} sales, {counts['new_returns']:,} returns{made}.")
    if differing := counts["differing"]:
        click.echo(f"{differing:,} vouchers do not add up to what the party owes: the difference has its own line.")
    for note in result.notes:
        click.echo(note)
    for path in result.rejects:
        click.echo(f"Rejected vouchers, each with its reason: {path}")
