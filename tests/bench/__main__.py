"""`python -m tests.bench`: a line of JSON as each contest ends, a table at the end. One rule: nothing passes or fails.

What is printed depends on the machine; the ratios are what counts, and they hold from one machine to the next.
"""

import logging

import click
import structlog
import uvloop
from rich.console import Console

from tests.bench.answering import list_answering
from tests.bench.asking import list_asking
from tests.bench.databases import Databases, open_databases
from tests.bench.importing import list_importing
from tests.bench.posting.contests import list_posting
from tests.bench.race import Contest, Field, Result, run_contest, run_field
from tests.bench.report import show_results, write_line
from tests.bench.selling import list_selling

IMPORTED_ROWS = 20_000  # `python -m tests.bench.importing --lines 1000000` for more


def list_contests(databases: Databases) -> list[Contest | Field]:
    """Every contest there is."""
    return [
        *list_selling(databases),
        *list_posting(databases),
        *list_asking(databases),
        *list_answering(databases),
        *list_importing(databases, IMPORTED_ROWS),
    ]


async def _run(contest: Contest | Field, rounds: int) -> list[Result]:
    return await run_field(contest, rounds) if isinstance(contest, Field) else [await run_contest(contest, rounds)]


def _is_wanted(contest: Contest | Field, only: str) -> bool:
    pairings = contest.pairings if isinstance(contest, Field) else (contest,)
    return any(only in f"{one.name} {one.storage} {one.setting}" for one in pairings)


@click.command()
@click.option("--rounds", default=7, show_default=True, help="turns of each side")
@click.option("--only", default="", help="contests with this in their name, storage or setting")
def bench(rounds: int, only: str) -> None:
    """Run the benches."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console(width=200)
    results = []
    with open_databases() as databases:
        for contest in list_contests(databases):
            if _is_wanted(contest, only):
                found = uvloop.run(_run(contest, rounds))
                click.echo("\n".join(map(write_line, found)))
                results += found
    show_results(results, console)


if __name__ == "__main__":
    bench()
