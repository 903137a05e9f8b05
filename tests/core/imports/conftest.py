"""What the tests of imports may ask for. One rule: the real file where there is one, in every dialect."""

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from core.db import Database
from tests.core.imports.shop import Rows, Shop, open_shop


@pytest.fixture(scope="session")
def shared_data(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real files, copied: a file is imported by one process at a time, and tests run in several."""
    copy = tmp_path_factory.mktemp("real")
    for name in ("retail_superstore", "adversarial", "reported"):
        shutil.copytree(shared_data / name, copy / name)
    return copy


@pytest.fixture
def shop(database: Database) -> Shop:
    """The shop on each kind of database, empty."""
    return open_shop(database)


@pytest.fixture
def sqlite_shop(sqlite_template: Path, tmp_path: Path) -> Iterator[Shop]:
    """The shop on SQLite only, where the kind of database does not matter."""
    shutil.copy(sqlite_template, tmp_path / "shop.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'shop.sqlite3'}")
    yield open_shop(database)
    database.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def superstore(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_data: Path):
    """The shop with Superstore in it, imported once for all tests of a module, on each kind of database."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("superstore") / "shop.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        address = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_url")
        if url is None:
            pytest.skip("no PostgreSQL on this machine")
        address = _create_postgres(url, request.getfixturevalue("postgres_template"))
    database = Database(address)
    shop = open_shop(database)
    result = shop.take(shared_data / "retail_superstore" / "orders.csv")
    yield shop, result
    database.close()


def _create_postgres(url: str, template: str) -> str:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS salesbell_imports WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE salesbell_imports TEMPLATE {template}"))
    engine.dispose()
    return make_url(url).set(database="salesbell_imports").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def orders(shared_data: Path) -> Rows:
    """Superstore's rows, read by plain means."""
    with (shared_data / "retail_superstore" / "orders.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def sales(orders: Rows) -> Rows:
    """The same rows with their dates in ISO, so that a few of them can be read without asking."""
    dates = {row["Order Date"]: datetime.strptime(row["Order Date"], "%d/%m/%y").date() for row in orders}
    return [row | {"Order Date": dates[row["Order Date"]].isoformat()} for row in orders]


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a file of any dialect."""

    def write(rows: Rows, name: str = "orders.csv", encoding: str = "utf-8", **dialect) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), **dialect)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture(scope="session")
def reported(shared_data: Path) -> Path:
    """The small files that once were read wrongly, copied."""
    return shared_data / "reported"
