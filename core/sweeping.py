"""Letting go of rows that are done with, the oldest first, a few at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, select
from sqlalchemy.engine import Connection

MOST_AT_ONCE = 1_000
FROM_THE_FIRST = 0


def sweep_oldest(
    tx: Connection,
    told_at: Column[datetime],
    before: datetime,
    is_done: Callable[[Any], ColumnElement[bool]],
    after: int,
) -> int | None:
    """Delete those of a table's oldest rows that are done with; where to go on from, None where nothing old is left.

    `told_at` is when a row was written, `is_done` says of the columns of a row that it can go. Rows are walked by their
    numbers, MOST_AT_ONCE in a transaction, so that it takes no index and never long; a row that stays for good keeps
    none behind it, and the walk ends where rows are younger than `before`.
    """
    table: Table = told_at.table
    walked = select(table.c.id, told_at).where(table.c.id > after).order_by(table.c.id).limit(MOST_AT_ONCE).subquery()
    sums = func.max(walked.c.id), func.max(walked.c[told_at.name]), func.count()
    last, youngest, count = tx.execute(select(*sums)).one()
    if not count:
        return None
    tx.execute(delete(table).where(table.c.id > after, table.c.id <= last, is_done(table.c)))
    return last if count == MOST_AT_ONCE and youngest < before else None
