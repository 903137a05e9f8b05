"""What every test may ask for. One rule: real databases; only the wire and the clock are stood in for."""

import itertools
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, make_url

from core.db import Database
from core.migrations import migrate
from tests.postgres import ADDRESS_VARIABLE, run_postgres
from tests.shop import Shop, open_shop

_numbers = itertools.count(1)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """A PostgreSQL to make databases on; None, said loudly, where there is none."""
    with run_postgres() as url:
        if url is None and os.environ.get("SALESBELL_TEST_NEEDS_POSTGRES"):
            pytest.fail("no PostgreSQL, and this run may not do without")
        if url is None:
            warnings.warn(
                f"NO POSTGRESQL: half of the tests are skipped. Install it or set {ADDRESS_VARIABLE}.", stacklevel=1
            )
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str | None) -> str | None:
    """The name of a migrated, empty PostgreSQL database to copy."""
    if postgres_url is None:
        return None
    name = _create_postgres(postgres_url, "template1")
    database = Database(str(make_url(postgres_url).set(database=name).render_as_string(hide_password=False)))
    migrate(database)
    database.close()
    return name


def _create_postgres(url: str, template: str) -> str:
    name = f"salesbell_test_{next(_numbers)}"
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return name


def _drop_postgres(url: str, name: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    url, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    if url is None:
        pytest.skip("no PostgreSQL on this machine")
    name = _create_postgres(url, template)
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    _drop_postgres(url, name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database, once of each kind."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def tx(database: Database) -> Iterator[Connection]:
    """A transaction on it, taken back at the end."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real third-party data; tests that need it are skipped, loudly, where it is absent."""
    if not SHARED_DATA.is_dir():
        warnings.warn(f"NO REAL DATA at {SHARED_DATA}: the tests on it are skipped.", stacklevel=1)
        pytest.skip("no shared data here")
    return SHARED_DATA


@pytest.fixture
def shop(tx: Connection) -> Shop:
    """The shop of Alice, Bob and Charlie, inside `tx`."""
    return open_shop(tx)
