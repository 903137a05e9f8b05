"""`python -m tests.bench.posting`: sales over HTTP alone; `--sales 100000 --rounds 20` shows whether it stays flat."""

import click
import uvloop
from rich.console import Console

from tests.bench.databases import open_databases
from tests.bench.posting.contests import SALES_A_LAP, list_posting
from tests.bench.race import run_field
from tests.bench.report import show_results, write_line


@click.command()
@click.option("--sales", default=7 * SALES_A_LAP, show_default=True, help="of ours in all; 100000 takes a while")
@click.option("--rounds", default=7, show_default=True, help="turns of each side")
@click.option("--on", "kind", default="", help="sqlite or postgresql; both if left out")
def posting(sales: int, rounds: int, kind: str) -> None:
    """Run the bench of sales over HTTP."""
    results = []
    with open_databases() as databases:
        for field in list_posting(databases, sales // rounds):
            if kind in field.pairings[0].storage:
                results.extend(uvloop.run(run_field(field, rounds)))
                for result in results[-len(field.pairings) :]:
                    click.echo(write_line(result))
    show_results(results, Console(width=200))


if __name__ == "__main__":
    posting()
