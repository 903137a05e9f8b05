"""`import`. One rule: what was understood is shown first, and what was not is kept beside the file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.cli.counters import counters
from bot.cli.counting import count_things
from bot.cli.opening import open_database
from bot.cli.setup import company_option, find_actor
from bot.cli.tally import sync
from bot.cli.targets import read_mapping, targets
from core import clock
from core.errors import InvalidInput
from core.imports import (
    EVERYTHING,
    PRESETS,
    ImportOptions,
    ImportResult,
    apply_saved_preset,
    find_format,
    list_imports,
    list_saved_presets,
    run_import,
    undo_import,
)
from core.imports import save_preset as keep_preset
from core.imports.formats import SALES
from core.imports.sales.guessing import complete_options

ALL = "all"


class Importing(click.Group):
    """`import FILE` without the kind of file: its columns tell."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named, else the one for the file named among the words."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        file = next((Path(word) for word in args if Path(word).is_file()), None)
        name = find_format(file, ImportOptions()).name if file is not None else SALES.name
        name = name if name in self.commands else SALES.name
        return name, self.commands[name], args


@click.group("import", cls=Importing, context_settings={"ignore_unknown_options": True})
def import_() -> None:
    """Bring files in: `import FILE` finds out what it is of."""


import_.add_command(targets)
import_.add_command(counters)
import_.add_command(sync, "tally")


@import_.command("sales")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Who imports; the operator if left out.")
@click.option("--preset", help=f"How a known kind of file is read: {', '.join(PRESETS)}, or one you saved.")
@click.option("--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="May be repeated.")
@click.option("--date-format", help="e.g. DD/MM/YYYY or %d/%m/%Y; found out and shown if left out.")
@click.option("--decimal", help="The decimal mark, if it cannot be told: . or ,")
@click.option("--encoding", help="e.g. utf-8 or cp1252; found out if left out.")
@click.option("--delimiter", help="e.g. ; or tab; found out if left out.")
@click.option(
    "--create-missing",
    is_flag=False,
    flag_value=ALL,
    metavar="[WHAT]",
    help=f"Make what is not there yet: {', '.join(sorted(EVERYTHING))}; all if nothing is named.",
)
@click.option("--name", help="Which system the file is from: its rows are known again by it.")
@click.option("--branch", help="The branch of rows that name none.")
@click.option("--person", help="The person of rows that name none.")
@click.option("--sheet", help="Which sheet of a workbook, where several have rows.")
@click.option(
    "--with", "beside", multiple=True, type=click.Path(path_type=Path), help="A file to join by a column both have."
)
@click.option("--save-preset", metavar="NAME", help="Keep all this under a name, for --preset.")
@click.option("--dry-run", is_flag=True, help="Say what would become of each row, and write nothing.")
@click.option("--yes", is_flag=True, help="Import without asking.")
@click.option("--undo", type=int, metavar="ID", help="Take a whole import back; `salesbell imports` lists them.")
def sales(
    file: Path | None,
    company_handle: str | None,
    handle: str | None,
    preset: str | None,
    mapping: tuple[str, ...],
    date_format: str | None,
    decimal: str | None,
    encoding: str | None,
    delimiter: str | None,
    create_missing: str | None,
    name: str | None,
    branch: str | None,
    person: str | None,
    sheet: str | None,
    beside: tuple[Path, ...],
    save_preset: str | None,
    dry_run: bool,
    yes: bool,
    undo: int | None,
) -> None:
    """Import a file of sales. The same file again changes nothing; a killed import goes on where it was."""
    if undo is not None:
        _undo(undo, handle, company_handle)
        return
    if file is None and create_missing and Path(create_missing).exists():
        file, create_missing = Path(create_missing), ALL  # a bare --create-missing just before the file
    if file is None:
        raise InvalidInput("Which file?", field="FILE", hint="salesbell import sales orders.csv")
    options = ImportOptions(
        preset,
        read_mapping(mapping),
        date_format,
        decimal,
        encoding,
        "\t" if delimiter == "tab" else delimiter,
        _read_kinds(create_missing),
        name,
        branch,
        person,
        sheet,
        beside,
    )
    console = Console(stderr=True)
    with open_database() as database:
        viewer = find_actor(database, handle, company_handle)
        with database.begin_read() as tx:
            options = apply_saved_preset(tx, viewer, options)
        format_ = find_format(file, options)
        if format_.name in import_.commands:  # it was said that its rows are sales
            format_ = SALES
        if format_ is SALES:
            with database.begin_read() as tx:
                options = complete_options(file, options, list_saved_presets(tx, viewer))
        plan = format_.understand(database, viewer, file, options)
        for number, words in enumerate(plan.words):
            console.print(f"  {words}" if number else words, highlight=False, markup=False, soft_wrap=True)
        if not (yes or dry_run) and sys.stdin.isatty() and console.is_terminal:
            click.confirm("Import it so?", default=True, abort=True, err=True)
        if save_preset is not None:
            with database.begin() as tx:
                saved = keep_preset(tx, viewer, save_preset, options)
            click.echo(f"Kept as --preset {saved.name}.", err=True)
        with _show_bar(console, "importing") as tell:
            result = run_import(database, viewer, plan, tell, is_trial=dry_run)
    _show_result(result, is_trial=dry_run)
    if result.rejected:
        sys.exit(1)


@click.command("imports")
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Who asks; the operator if left out.")
def imports(company_handle: str | None, handle: str | None) -> None:
    """List the imports there were, the latest first; `import --undo ID` takes one back."""
    with open_database() as database:
        viewer = find_actor(database, handle, company_handle)
        with database.begin_read() as tx:
            found, presets = list_imports(tx, viewer), list_saved_presets(tx, viewer)
    for one in found:
        when = one.started_at.astimezone(clock.find_zone(viewer.time_zone))
        done = f" ({one.percentage}%)" if one.state == "unfinished" else ""
        counts = f"{count_things(one.rows_recorded, 'row')} recorded, {one.rows_rejected:,} rejected"
        who = one.person or "the operator"
        click.echo(f"{one.id:>5}  {when:%Y-%m-%d %H:%M}  {one.state}{done}  {one.file_name}: {counts}, by {who}")
    if not found:
        click.echo("No imports yet.")
    for preset in presets:
        click.echo(f"preset {preset.name}")


def _undo(import_id: int, handle: str | None, company_handle: str | None) -> None:
    with open_database() as database:
        viewer = find_actor(database, handle, company_handle)
        with _show_bar(Console(stderr=True), "taking back") as tell:
            undone = undo_import(database, viewer, import_id, tell)
    gone = f"{count_things(undone.lines, 'line')} of {count_things(undone.documents, 'whole document')}"
    click.echo(f"Import {undone.id} of {undone.file_name} is undone: {gone} taken back.")


@contextmanager
def _show_bar(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal, and what moves it."""
    columns = TextColumn(f"  {what}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _read_kinds(words: str | None) -> frozenset[str]:
    if words is None:
        return frozenset()
    return EVERYTHING if words == ALL else frozenset(word.strip() for word in words.split(",") if word.strip())


def _count_made(count: int, what: str) -> str:
    """`what` as in `--create-missing`: products, people …"""
    one = {"people": "person", "branches": "branch"}.get(what, what.removesuffix("s"))
    return count_things(count, one, what)


def _show_result(result: ImportResult, *, is_trial: bool) -> None:
    if is_trial:
        click.echo("Nothing was written. It would be:")
    resumed = f" (went on at row {result.resumed_at + 1:,})" if result.resumed_at else ""
    counts = f"{result.recorded:,} recorded, {result.already_there:,} there before, {result.rejected:,} rejected"
    made = "".join(f", {_count_made(count, what)}" for what, count in result.created.items() if count)
    click.echo(f"Read {count_things(result.read, 'row')}{resumed}: {counts}.")
    orders, returns = result.counts["new_orders"], result.counts["new_returns"]
    click.echo(f"New: {count_things(orders, 'order')}, {count_things(returns, 'return')}{made}.")
    if rounded := result.counts["rounded"]:
        rows = count_things(rounded, "row")
        click.echo(f"{rows} had amounts of more than four decimals, rounded half to even.")
    for note in result.notes:
        click.echo(note)
    if result.rejects_path:
        click.echo(f"Rejected rows, each with its reason: {result.rejects_path}")
