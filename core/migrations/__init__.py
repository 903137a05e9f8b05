"""Bringing a database to the present shape. One rule: any number of processes may start at once."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from core.db import Database
from core.models import metadata

ADVISORY_LOCK = 5_317_041  # any number, the same in every process


def _configure() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def migrate(database: Database) -> None:
    """Apply every migration not yet applied, in one transaction, under a lock (BEGIN IMMEDIATE on SQLite)."""
    config = _configure()
    with database.begin() as tx:
        if not database.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def find_drift(database: Database) -> list[object]:
    """What the tables in code have that the migrated database has not, or the other way round."""
    with database.begin() as tx:
        return list(compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata))


def write_migration(database: Database, message: str) -> None:
    """Write the next migration from the difference between `database` (migrated) and the tables in code."""
    config = _configure()
    with database.begin() as tx:
        config.attributes["connection"] = tx
        command.revision(config, message=message, autogenerate=True)
