"""Databases filled with a generated company, for the bench of scale."""

import time

import click
from sqlalchemy import text

from core.db import Database
from core.generation import Size, generate_company
from core.migrations import migrate
from tests.bench.scale.questions import LAST_DAY


def fill_database(url: str, size: int) -> Database:
    """The database at `url` with a company of so many lines, which is made unless it is there."""
    database = Database(url)
    migrate(database)
    begun, steps = time.perf_counter(), dict[str, float]()
    with database.begin() as tx:
        if tx.execute(text("SELECT count(*) FROM companies")).scalar_one() == 0:
            made = generate_company(
                tx, "Generated", Size(size, LAST_DAY), lambda what, *_: steps.update({what: time.perf_counter()})
            )
            told, counted = steps["lines"] - begun, time.perf_counter() - steps["lines"]
            click.echo(
                f"{size:,} lines on {tx.dialect.name}: {told:.0f} s, {made.lines / told:,.0f} a second; "
                f"{len(made.rollups)} rollups, goals and notices: {counted:.0f} s"
            )
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return database
