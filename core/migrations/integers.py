"""No table of SQLite holds anything but integers where integers belong.

SQLite keeps what it is given: a sum beyond 64 bits becomes a float, and stays one unless the table refuses it. So every
table gets a check of all its integers, written into its declaration where it stands, as SQLite's manual describes for
changes that touch no row: no table is copied. PostgreSQL refuses by itself.
"""

import re

from sqlalchemy import text
from sqlalchemy.engine import Connection

from core.errors import Unavailable

_TABLES = text("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
# A column `id` is the number of a row, of which SQLite takes no other kind anyway.
_INTEGERS = text("SELECT name FROM pragma_table_info(:table) WHERE type IN ('INTEGER', 'BIGINT') AND name <> 'id'")
_DECLARE = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table")
_CHECK = re.compile(r", \n\tCONSTRAINT ck_\w+_integers CHECK \(.*\)")


def require_integers(tx: Connection) -> None:
    """Let every table check all its integers, also those that got columns or were copied since they did.

    Raises Unavailable where a row has another kind of number already.
    """
    declared = {table: (sql, _declare_check(tx, table, sql)) for table, sql in tx.execute(_TABLES).all()}
    changes = [{"table": table, "sql": new} for table, (old, new) in declared.items() if old != new]
    if not changes:
        return
    version = tx.exec_driver_sql("PRAGMA schema_version").scalar_one()
    tx.exec_driver_sql("PRAGMA writable_schema = ON")
    try:
        tx.execute(_DECLARE, changes)
        tx.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # so that other connections read it anew
    finally:
        tx.exec_driver_sql("PRAGMA writable_schema = RESET")  # and this one


def _declare_check(tx: Connection, table: str, sql: str) -> str:
    """The declaration of a table with its check in the last place, as SQLAlchemy would write it."""
    bare = _CHECK.sub("", sql)
    columns = sorted(tx.execute(_INTEGERS, {"table": table}).scalars())
    if not columns:
        return bare
    check = " AND ".join(f'"{column}" = CAST("{column}" AS INTEGER)' for column in columns)  # NULL is no violation
    new = re.sub(r"\s*\)(\s*(WITHOUT ROWID)?\s*)$", rf", \n\tCONSTRAINT ck_{table}_integers CHECK ({check})\n)\1", bare)
    if new != sql and tx.exec_driver_sql(f'SELECT 1 FROM "{table}" WHERE NOT ({check}) LIMIT 1').first():  # noqa: S608
        raise Unavailable(
            f"The database could not be upgraded: a number in its table {table} is no integer. Nothing was changed."
            " Where it is a sum, `salesbell verify --rebuild` of the version that wrote it puts it right."
        )
    return new
