"""What makes loading rows by the hundred thousand safe and fast on either database."""

from sqlalchemy import func, select, text
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


def count_anew(tx: Connection) -> None:
    """Let PostgreSQL look at what its tables hold now, which it would do in a minute, and plan by guesses till then."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("ANALYZE"))
