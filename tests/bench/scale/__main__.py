"""`python -m tests.bench.scale`: companies of each size on each kind of database, questions asked, operations done."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import uvloop
from rich.console import Console

from core.db import Database
from tests.bench.databases import POSTGRESQL, SQLITE, open_databases
from tests.bench.race import run_contest
from tests.bench.report import show_results, write_line
from tests.bench.scale.figures import FEWEST_LINES, list_scale_contests, open_sizes
from tests.bench.scale.filling import fill_database
from tests.bench.scale.growth import Sized, measure_growth, show_courses, write_course

FEWEST = 10_000  # lines: fewer have no 500 pages
SIZES = (FEWEST, 1_000_000)


def _ask_questions(filled: Mapping[tuple[str, int], Database], folder: Path, kinds: Sequence[str], rounds: int) -> None:
    results = []
    with open_sizes(filled, folder) as opened:
        smallest = {one.kind: one for one in reversed(opened)}
        for one in (one for one in opened if one.kind in kinds):
            for contest in list_scale_contests(one, smallest[one.kind]):
                results.append(uvloop.run(run_contest(contest, rounds)))
                click.echo(write_line(results[-1]))
    if results:
        show_results(results, Console(width=200))


def _do_operations(sizes: Sequence[Sized], rounds: int, only: str) -> None:
    courses = []
    for course in measure_growth(sizes, rounds, only):
        courses.append(course)
        click.echo(write_course(course))
    show_courses(courses, Console(width=200))


@click.command()
@click.option("--lines", "sizes", type=click.IntRange(FEWEST), multiple=True, default=SIZES, show_default=True)
@click.option("--rounds", default=11, show_default=True, help="turns of each side")
@click.option("--on", "kinds", multiple=True, help="sqlite, postgresql; both if left out")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="A folder for the SQLite files.")
@click.option("--questions/--no-questions", default=True, help=f"of companies of at least {FEWEST_LINES:,} lines")
@click.option("--operations/--no-operations", default=True)
@click.option("--only", default="", help="operations with this in their name")
def scale(
    sizes: tuple[int, ...],
    rounds: int,
    kinds: tuple[str, ...],
    keep: Path | None,
    questions: bool,
    operations: bool,
    only: str,
) -> None:
    """Run the bench of scale."""
    with open_databases(is_durable=False) as databases, TemporaryDirectory(prefix="salesbell-scale-") as temporary:
        kinds, folder = kinds or databases.kinds, keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        urls = {}
        if SQLITE in kinds or questions:  # scans read the SQLite file
            urls |= {(SQLITE, size): f"sqlite:///{folder / f'lines_{size}.sqlite3'}" for size in sorted(sizes)}
        if POSTGRESQL in kinds:
            urls |= {(POSTGRESQL, size): databases.make(POSTGRESQL) for size in sorted(sizes)}
        filled = {(kind, size): fill_database(url, size) for (kind, size), url in urls.items()}
        if questions:
            _ask_questions(filled, Path(temporary), kinds, rounds)
        if operations:
            wanted = [Sized(kind, size, url) for (kind, size), url in urls.items() if kind in kinds]
            _do_operations(wanted, rounds, only)
        for database in filled.values():
            database.close()


if __name__ == "__main__":
    scale()
