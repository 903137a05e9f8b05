"""What is asked of databases. One rule: listened to at the driver, so that nothing goes by unheard."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
def hear_core() -> Iterator[dict[str, Asked]]:
    """Every different statement of core's, by its text, on any database that is opened while the block lasts."""
    heard: dict[str, Asked] = {}

    def hear(sql: Any, values: Any) -> None:
        if isinstance(sql, str) and sql not in heard and (asker := _find_asker(sys._getframe(1))):
            heard[sql] = Asked(sql, values, asker)

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

    class Psycopg(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            hear(query, params)
            return super().execute(query, params, **options)

        def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
            rows = list(params_seq)
            hear(query, rows[0] if rows else None)
            super().executemany(query, rows, **options)

    class PsycopgServer(psycopg.ServerCursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            hear(query, params)
            return super().execute(query, params, **options)

    def connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        options |= {"factory": Sqlite} if _dialect.name == "sqlite" else {"cursor_factory": Psycopg}

    def prepare(connection: Any, _record: Any) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.server_cursor_factory = PsycopgServer

    event.listen(Engine, "do_connect", connect)
    event.listen(Engine, "connect", prepare)
    try:
        with _hear_trips(hear):
            yield heard
    finally:
        event.remove(Engine, "do_connect", connect)
        event.remove(Engine, "connect", prepare)


_CARRIERS = ("core.statements", "core.trips", "core.db")  # they carry what others ask


def _find_asker(frame: FrameType | None) -> str | None:
    """The innermost function of core on the way here, without those that only carry statements."""
    while frame is not None:
        module = frame.f_globals["__name__"]
        if module.startswith("core.") and not module.startswith(_CARRIERS):
            return f"{module}.{frame.f_code.co_qualname.partition('.<locals>')[0]}"
        frame = frame.f_back
    return None
