"""What is asked of databases. One rule: listened to at the driver, so that nothing goes by unheard."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from core.trips import Answer, Trips


class Heard(str):
    """A statement as the driver was given it; on SQLite its values are written out in it, else they are `values`."""

    values: Any = None


@contextmanager
def record_statements(tx: Connection) -> Iterator[list[Heard]]:
    """The statements executed while the block lasts, in order."""
    heard: list[Heard] = []
    driver: Any = tx.connection.driver_connection
    if tx.dialect.name == "sqlite":
        driver.set_trace_callback(lambda statement: heard.append(Heard(statement)))
        yield heard
        driver.set_trace_callback(None)
        return

    class Listening(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            heard.append(Heard(query))
            heard[-1].values = params
            return super().execute(query, params, **options)

    def hear(sql: str, values: Any) -> None:
        heard.append(Heard(sql))
        heard[-1].values = values

    plain = driver.cursor_factory
    driver.cursor_factory = Listening
    with _hear_trips(hear):
        yield heard
    driver.cursor_factory = plain


@contextmanager
def _hear_trips(hear: Callable[[str, Any], None]) -> Iterator[None]:
    """What waits for others is told by no cursor."""
    plain = Trips.add

    def add(trips: Trips, sql: str, values: Any) -> Answer:
        hear(sql, list(values))
        return plain(trips, sql, values)

    with patch.object(Trips, "add", add):
        yield


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement with values it was given once, and the function of core that asked: "core.sales.log.read_entries"."""

    sql: str
    values: Any
    asker: str


@contextmanager
def hear_core() -> Iterator[dict[tuple[str, str], Asked]]:
    """Every different statement of core's, by its text, on any database that is opened while the block lasts."""
    heard: dict[tuple[str, str], Asked] = {}

    def hear(sql: Any, values: Any) -> None:
        if isinstance(sql, str) and (asker := _find_asker(sys._getframe(1))) and (sql, asker) not in heard:
            heard[sql, asker] = Asked(sql, values, asker)

    class SqliteCursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = (), /) -> "SqliteCursor":
            hear(sql, values)
            return super().execute(sql, values)

        def executemany(self, sql: str, rows: Any, /) -> "SqliteCursor":
            rows = list(rows)
            hear(sql, rows[0] if rows else ())
            return super().executemany(sql, rows)

    class Sqlite(sqlite3.Connection):
        def cursor(self, _factory: Any = None) -> Any:
            return super().cursor(SqliteCursor)

    def connect(dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            options["factory"] = Sqlite

    event.listen(Engine, "do_connect", connect)
    try:
        with _hear_trips(hear), _hear_cursors(hear):
            yield heard
    finally:
        event.remove(Engine, "do_connect", connect)


@contextmanager
def _hear_cursors(hear: Callable[[Any, Any], None]) -> Iterator[None]:
    """What PostgreSQL's cursors are given, also those of transactions that share a commit."""

    def listen(plain: Any, *, of_many: bool = False) -> Any:
        def execute(cursor: Any, query: Any, values: Any = None, **options: Any) -> Any:
            if of_many:
                values = list(values)
            hear(query, values[0] if of_many and values else None if of_many else values)
            return plain(cursor, query, values, **options)

        return execute

    with ExitStack() as patches:
        for kind in (psycopg.Cursor, psycopg.ServerCursor):
            patches.enter_context(patch.object(kind, "execute", listen(kind.execute)))
        patches.enter_context(patch.object(psycopg.Cursor, "copy", listen(psycopg.Cursor.copy)))
        many = listen(psycopg.Cursor.executemany, of_many=True)
        patches.enter_context(patch.object(psycopg.Cursor, "executemany", many))
        yield


CARRIERS = ("core.statements", "core.trips", "core.db")  # they carry what others ask


def _find_asker(frame: FrameType | None) -> str | None:
    """The innermost function of core on the way here, without those that only carry statements."""
    while frame is not None:
        module = frame.f_globals["__name__"]
        if module.startswith("core.") and not module.startswith(CARRIERS):
            return f"{module}.{frame.f_code.co_qualname.partition('.<locals>')[0]}"
        frame = frame.f_back
    return None
