"""A company so large that a database plans as it would for a million lines: invented sales, and rows in every table."""

from datetime import UTC, date, datetime
from random import Random
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, LargeBinary, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.db import Database
from core.generation import Size, generate_company
from core.models import metadata
from core.models.columns import Instant

LAST_DAY = date(2026, 6, 30)
MOST_REFERRED_TO = 20_000
# Tables with as many rows as there are people, products, branches, or days and months: no sale adds to them.
SMALL = frozenset(
    {
        "accounts", "api_keys", "branch_memberships", "branches", "card_choices", "card_refusals", "categories",
        "companies", "custom_cards", "custom_fields", "dashboards", "dialogues", "exchange_rates", "filings",
        "former_costs", "guests", "import_presets", "invitations", "people", "products", "recalculations",
        "setup_codes", "stock_levels", "subscriptions", "tally_settings", "target_days",
        "target_weights", "team_members", "teams", "templates", "variants", "rollup_branch_customers_month",
        "rollup_branch_day", "rollup_customers_month", "rollup_customers_year", "rollup_person_month",
    }
)  # fmt: skip
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


WHOLE = frozenset({"companies", "accounts"})  # there are as many as there shall be


class Broad(Size):
    """More people and branches than so few lines would have: none of them is most of the company."""

    people, branches, products, customers = 60, 6, 200, 2_000  # type: ignore[assignment]


def fill_database(database: Database, lines: int) -> None:
    """Two companies, one with so many lines; rows in every other table; and statistics of all of it."""
    with database.begin() as tx:
        generate_company(tx, "Large", Broad(lines, LAST_DAY))
        generate_company(tx, "Small", Broad(lines // 4, LAST_DAY))
        for table in metadata.sorted_tables:
            if table.name not in WHOLE and tx.execute(select(table).limit(1)).first() is None:
                _fill(tx, table, 20 if table.name in SMALL else lines // 4)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("ANALYZE")


def _fill(tx: Connection, table: Table, count: int) -> None:
    rng = Random(table.name)
    there = {name: _read_numbers(tx, column) for name, column in _list_references(table)}
    rows = [
        {
            column.name: rng.choice(there[column.name]) if column.name in there else _invent(column, number)
            for column in table.c
            if not (column.primary_key and column.autoincrement is True)
        }
        for number in range(count)
    ]
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _list_references(table: Table) -> list[tuple[str, Column[Any]]]:
    return [(column.name, key.column) for column in table.c for key in column.foreign_keys]


def _read_numbers(tx: Connection, column: Column[Any]) -> list[int | None]:
    """What there is to refer to; of what is still empty, nothing."""
    return list(tx.execute(select(column).limit(MOST_REFERRED_TO)).scalars()) or [None]


def _invent(column: Column[Any], number: int) -> Any:
    """A value that no other row has, as far as the type allows; most of what may be unknown is."""
    match column.type:
        case Boolean():
            return number % 100 == 0
        case Date():
            return date.fromordinal(LAST_DAY.toordinal() - number % 1_000)
        case Instant():
            return NOW
        case BigInteger():
            return number + 1
        case Integer():
            return number % 1_000 + 1
        case String():
            return f"{number} {column.name}"[: column.type.length]
        case JSON():
            return {}
        case LargeBinary():
            return b""
    raise TypeError(f"nothing to invent for {column}")
