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
from sqlalchemy.pool import NullPool

from core.db import Database
from core.migrations import migrate
from core.models import metadata
from tests.postgres import ADDRESS_VARIABLE, run_postgres
from tests.shop import Shop, open_shop

_numbers = itertools.count(1)
_PUT_OTHERS_OUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
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
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")  # several may share one server
    name = f"salesbell_test_{worker}_{next(_numbers)}"
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return name


@pytest.fixture(scope="session")
def postgres_address(postgres_url: str | None, postgres_template: str | None) -> str | None:
    """A migrated PostgreSQL database for one test after the other; making one anew for each takes a second."""
    if postgres_url is None or postgres_template is None:
        return None
    name = _create_postgres(postgres_url, postgres_template)
    return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


def _empty_postgres(address: str) -> None:
    """Put everybody out, delete every row, and count from one again."""
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(_PUT_OTHERS_OUT)
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
        connection.execute(text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))


@pytest.fixture(scope="session")
def bare_postgres(postgres_url: str | None) -> str | None:
    """A PostgreSQL database without tables, for one test after the other."""
    if postgres_url is None:
        return None
    name = _create_postgres(postgres_url, "template1")
    return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


def _clear_postgres(address: str) -> None:
    """Put everybody out, and drop every table."""
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(_PUT_OTHERS_OUT)
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    address: str | None = request.getfixturevalue("bare_postgres")
    if address is None:
        pytest.skip("no PostgreSQL on this machine")
    _clear_postgres(address)
    return address


@pytest.fixture
def bare_database(bare_url: str) -> Iterator[Database]:
    """A database without a table, once of each kind."""
    opened = Database(bare_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated, empty database, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    address: str | None = request.getfixturevalue("postgres_address")
    if address is None:
        pytest.skip("no PostgreSQL on this machine")
    _empty_postgres(address)
    return address


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database, once of each kind."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def lasting_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A migrated database, once of each kind, in which nothing is ever committed."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("lasting") / "test.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
        if server is None:
            pytest.skip("no PostgreSQL on this machine")
        name = _create_postgres(server, template)
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def tx(lasting_database: Database) -> Iterator[Connection]:
    """A transaction, taken back at the end."""
    with lasting_database.engine.connect() as connection:
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
