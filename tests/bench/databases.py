"""Databases to race on: a fresh one for each side, both at full durability where anything is written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.postgres import run_postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_numbers = count(1)


class Databases:
    """Where to make databases: a folder for SQLite, and a PostgreSQL if the machine has one."""

    def __init__(self, folder: Path, postgres_url: str | None) -> None:
        self._folder = folder
        self._postgres_url = postgres_url

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that can be had."""
        return (SQLITE, POSTGRESQL) if self._postgres_url else (SQLITE,)

    def make(self, kind: str) -> str:
        """The address of a new, empty database."""
        name = f"salesbell_bench_{next(_numbers)}"
        if kind == SQLITE or self._postgres_url is None:
            return f"sqlite:///{self._folder / name}.sqlite3"
        server = make_url(self._postgres_url)
        engine = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return server.set(database=name).render_as_string(hide_password=False)


@contextmanager
def open_databases(*, is_durable: bool = True) -> Iterator[Databases]:
    """A place for databases, gone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="salesbell-bench-") as folder,
        run_postgres(is_durable=is_durable) as postgres_url,
    ):
        yield Databases(Path(folder), postgres_url)
