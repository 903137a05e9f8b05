"""Letting go of rows that are done with, the oldest first, a few at a time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select
from sqlalchemy.engine import Connection

MOST_AT_ONCE = 1_000


def sweep_oldest(tx: Connection, table: Table, is_done: Callable[[Any], ColumnElement[bool]]) -> int:
    """Delete those of a table's oldest rows that are done with; how many.

    `is_done` says so of the columns of a row. Only MOST_AT_ONCE rows are looked at, by their numbers, so that it takes
    no index and never long; whoever calls goes on while anything is deleted.
    """
    oldest = select(table).order_by(table.c.id).limit(MOST_AT_ONCE).subquery()
    done = select(oldest.c.id).where(is_done(oldest.c))
    return tx.execute(delete(table).where(table.c.id.in_(done))).rowcount
