"""`generate`. One rule: it makes a company of its own, and touches nobody else's."""

from datetime import datetime, timedelta

import click

from bot.cli.counting import count_things
from bot.cli.opening import open_database
from bot.cli.progress import make_teller, show_progress
from core import clock
from core.generation import Size, generate_company
from core.generation.cast import TIME_ZONE

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--lines", type=click.IntRange(1), required=True, metavar="N", help="How many lines it is to have.")
@click.option("--company", "name", default="Generated", show_default=True, help="What the new company is called.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another one gives another company.")
@click.option("--years", type=click.IntRange(1), default=3, show_default=True, help="Over how many years.")
@click.option("--until", type=DAY, metavar="DAY", help="The last day, YYYY-MM-DD; yesterday if left out.")
def generate(lines: int, name: str, seed: int, years: int, until: datetime | None) -> None:
    """Make a company with as many believable sales as wanted. The same seed and last day give the same ones.

    With receipts, stock, goals, digests and notices to match. Its chats do not exist: nobody is written to.
    """
    last_day = until.date() if until else clock.today(TIME_ZONE) - timedelta(days=1)
    size = Size(lines, last_day, years, seed)
    with open_database() as database, show_progress() as progress, database.begin() as tx:
        made = generate_company(tx, name, size, make_teller(progress))
    size_made = f"{count_things(made.lines, 'line')} in {count_things(made.documents, 'document')}"
    click.echo(f"{made.company.name} ({made.company.handle}): {size_made}.")
    for rollup, rows in made.rollups.items():
        click.echo(f"    {rollup}: {count_things(rows, 'row')}")
