"""Rows into tables by the hundred thousand. One rule: the driver's own fastest way, past SQLAlchemy."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.engine import Connection

from core.models.sales import documents


def reserve_numbers(tx: Connection, count: int) -> int:
    """The first of `count` numbers for documents that nobody else is given: on SQLite while this transaction lasts."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE documents IN EXCLUSIVE MODE"))
        sequence = "pg_get_serial_sequence('documents', 'id')"
        first = int(tx.execute(text(f"SELECT nextval({sequence})")).scalar_one())
        tx.execute(text(f"SELECT setval({sequence}, :last)"), {"last": first + count - 1})
        return first
    return int(tx.execute(select(func.coalesce(func.max(documents.c.id), 0))).scalar_one()) + 1


def load_rows(tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows whose values are as the database keeps them."""
    named = ", ".join(columns)
    cursor = tx.connection.cursor()
    if tx.dialect.name == "postgresql":
        with cursor.copy(f"COPY {table.name} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join("?" * len(columns))
    cursor.executemany(f"INSERT INTO {table.name} ({named}) VALUES ({places})", rows)  # noqa: S608


def trust_references(tx: Connection) -> None:
    """On PostgreSQL, for this transaction: do not look up what every row refers to. Only where one is allowed to."""
    if tx.dialect.name != "postgresql":
        return
    if tx.execute(text("SELECT current_setting('is_superuser')")).scalar_one() == "on":
        tx.execute(text("SET LOCAL session_replication_role = replica"))


def count_anew(tx: Connection) -> None:
    """Let PostgreSQL look at what its tables hold now, which it would do in a minute, and plan by guesses till then."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("ANALYZE"))
