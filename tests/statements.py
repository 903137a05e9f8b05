"""What a transaction asks of its database. One rule: listened to at the driver, so that nothing goes by unheard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import Connection


@contextmanager
def record_statements(tx: Connection) -> Iterator[list[str]]:
    """The statements executed while the block lasts, in order."""
    heard: list[str] = []
    driver: Any = tx.connection.driver_connection
    if tx.dialect.name == "sqlite":
        driver.set_trace_callback(heard.append)
        yield heard
        driver.set_trace_callback(None)
        return

    class Listening(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **options: Any) -> Any:
            heard.append(str(query))
            return super().execute(query, *args, **options)

    plain = driver.cursor_factory
    driver.cursor_factory = Listening
    yield heard
    driver.cursor_factory = plain
