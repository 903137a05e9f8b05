"""What tests of trouble share. One rule: real trouble where a machine can make it."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.bot.conftest import chat, chat_database

__all__ = ["chat", "chat_database"]


@pytest.fixture
def empty_postgres_url(postgres_url: str | None) -> Iterator[str]:
    """A PostgreSQL database in which nothing was ever made, not even a table."""
    if postgres_url is None:
        pytest.skip("no PostgreSQL on this machine")
    address, name = make_url(postgres_url), f"salesbell_empty_{secrets.token_hex(6)}"
    engine = create_engine(address.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    yield address.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing was ever made, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url
