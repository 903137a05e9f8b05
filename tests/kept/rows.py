"""Rows as text: written from an SQLite file, loaded into either kind of database, and the same in both."""

from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Table
from sqlalchemy.engine import Connection

from core.db import Database
from core.migrations.scripts import upgrade
from core.models import metadata

# Whoever inserts the next row gets the next number.
COUNT_ON = """
DO $$ DECLARE named text; BEGIN
  FOR named IN SELECT table_name FROM information_schema.columns
               WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%' LOOP
    EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), max(id)) FROM %I', named, named);
  END LOOP;
END $$
"""


def write_rows(tx: Connection) -> str:
    """Every row of an SQLite database as INSERT statements, tables and rows in an order in which they may be loaded."""
    return "\n\n".join(filter(None, (_write_table(tx, table) for table in metadata.sorted_tables))) + "\n"


def _write_table(tx: Connection, table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(column.name for column in table.primary_key)
    found = tx.exec_driver_sql(f"SELECT {names} FROM {table.name} ORDER BY {order}").all()
    rows = (map(_write_value, row, (isinstance(column.type, Boolean) for column in table.columns)) for row in found)
    written = ",\n".join(f"({', '.join(row)})" for row in rows)
    return f"INSERT INTO {table.name} ({names}) VALUES\n{written};" if written else ""


def _write_value(value: object, is_boolean: bool) -> str:
    if value is None:
        return "NULL"
    if is_boolean:
        return "TRUE" if value else "FALSE"
    if isinstance(value, bytes):
        return f"decode('{value.hex()}', 'hex')"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def load_rows(database: Database, revision: str, path: Path) -> None:
    """Give an empty database the shape of `revision`, by its own migrations alone, and the rows of a file."""
    with database.begin() as tx:
        upgrade(tx, to=revision)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        rows = path.read_text(encoding="utf-8")
        if database.is_sqlite:
            driver.create_function("decode", 2, lambda written, _: bytes.fromhex(written))
            driver.executescript(f"BEGIN; {rows} COMMIT;")
        else:
            driver.execute("SET LOCAL TIME ZONE 'UTC'")
            driver.execute(rows)
            driver.execute(COUNT_ON)
            driver.commit()
