"""What a transaction asks of its database. One rule: listened to at the driver, so that nothing goes by unheard."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import Connection


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

    plain = driver.cursor_factory
    driver.cursor_factory = Listening
    yield heard
    driver.cursor_factory = plain
