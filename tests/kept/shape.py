"""The shape of a database: what a migrated one has to have in common with one made at once."""

from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from core.db import Database
from core.migrations import VERSION_TABLE
from core.models import metadata


def drop_tables(database: Database) -> None:
    """Leave a database as if it were new."""
    with database.begin() as tx:
        metadata.drop_all(tx)
        tx.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))


def read_shape(tx: Connection) -> dict[str, dict[str, Any]]:
    """Of every table but Alembic's own: columns with their types, keys, constraints and indexes, by name."""
    found = inspect(tx)
    return {table: _read_table(tx, found, table) for table in found.get_table_names() if table != VERSION_TABLE}


def _read_table(tx: Connection, found: Any, table: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (column["type"].compile(tx.dialect), column["nullable"], column["default"])
            for column in found.get_columns(table)
        },
        "primary key": (found.get_pk_constraint(table)["name"], found.get_pk_constraint(table)["constrained_columns"]),
        "unique": {one["name"]: one["column_names"] for one in found.get_unique_constraints(table)},
        "checks": {one["name"]: one["sqltext"] for one in found.get_check_constraints(table)},
        "references": {
            tuple(one["constrained_columns"]): (one["referred_table"], one["referred_columns"], _read_name(tx, one))
            for one in found.get_foreign_keys(table)
        },
        "indexes": {
            one["name"]: (one["column_names"], bool(one["unique"]), _read_condition(tx, one))
            for one in found.get_indexes(table)
            if "duplicates_constraint" not in one
        },
        "is its own index": _has_no_rowid(tx, table),
    }


def _read_name(tx: Connection, key: dict[str, Any]) -> str | None:
    """SQLite has a foreign key's name as text only, which SQLAlchemy does not find beside a column added later."""
    return key["name"] if tx.dialect.name == "postgresql" else None


def _read_condition(tx: Connection, index: dict[str, Any]) -> str | None:
    condition = index.get("dialect_options", {}).get(f"{tx.dialect.name}_where")
    return None if condition is None else str(condition)


def _has_no_rowid(tx: Connection, table: str) -> bool:
    if tx.dialect.name != "sqlite":
        return False
    written = tx.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}).scalar_one()
    return bool(written.rstrip().upper().endswith("WITHOUT ROWID"))
