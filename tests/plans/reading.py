"""What a plan reads: which tables, and by which of their columns; taken from what the database says itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, takewhile
from typing import Any

from psycopg import RawCursor
from sqlalchemy.engine import Connection

from core.models import metadata
from tests.statements import Asked

WHOLE = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Access:
    """A table that a plan reads, the columns by which it finds rows in it, and the line of the plan that says so."""

    table: str
    columns: frozenset[str]
    line: str


def explain(tx: Connection, asked: Asked) -> list[Access]:
    """Every access to a table of ours in the plan of a statement."""
    read = _explain_sqlite if tx.dialect.name == "sqlite" else _explain_postgresql
    return list(read(tx, asked))


# ---- SQLite ---------------------------------------------------------------------------------------------------------

_numbers = count()  # the driver keeps a statement of the same text, and with it the plan of before an index was dropped
_STEP = re.compile(r"(SCAN|SEARCH) (\S+)(?: USING (?:AUTOMATIC |PARTIAL |COVERING )*(?:INDEX|INTEGER PRIMARY KEY))?")
_NAMED = re.compile(r'(?:FROM|JOIN|INTO|UPDATE|,)\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?', re.IGNORECASE)
_BY = re.compile(r"(\w+)[=<>]")


def _explain_sqlite(tx: Connection, asked: Asked) -> Iterator[Access]:
    named = {alias or table: table for table, alias in _NAMED.findall(asked.sql) if table in metadata.tables}
    cursor, text = tx.connection.cursor(), f"EXPLAIN QUERY PLAN {asked.sql} -- {next(_numbers)}"
    values = asked.values or (None,) * asked.sql.count("?")  # one that was to be run for each of no rows
    for *_, line in cursor.execute(text, values).fetchall():  # type: ignore[arg-type]
        step = _STEP.match(line)
        if step and step[2] in named and line != f"SEARCH {step[2]}":  # so it says where the last row is all it reads
            by = line.partition("(")[2]
            yield Access(named[step[2]], frozenset(_BY.findall(by)), line)


# ---- PostgreSQL -----------------------------------------------------------------------------------------------------


_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) ORDER BY attnum"
# Days are a way in whichever index holds them: one goes by company and day alone, and the planner takes the smallest.
_EVERYWHERE = frozenset({"day"})


def _explain_postgresql(tx: Connection, asked: Asked) -> Iterator[Access]:
    cursor: Any = tx.connection.cursor()
    cursor.execute("SET LOCAL enable_seqscan = off")  # where there is a way in, it is taken; as in a larger table
    planned = cursor
    if isinstance(asked.values, list):  # those of a trip are numbered
        planned = RawCursor(cursor.connection)
    planned.execute(f"EXPLAIN (FORMAT JSON, VERBOSE) {asked.sql}", asked.values)
    (plan,) = planned.fetchone()[0]
    for access, index in _walk(plan["Plan"], ""):
        in_order = [name for (name,) in cursor.execute(_COLUMNS, (index,)).fetchall()] if index else []
        leading = takewhile(partial(_is_told, access), in_order)
        found_by = access.columns & (_EVERYWHERE | frozenset(leading)) if in_order else access.columns
        yield replace(access, columns=found_by)


def _is_told(access: Access, column: str) -> bool:
    """Whether a condition says what a column of an index is: behind the first that none does all is looked through."""
    return column in access.columns or column not in metadata.tables[access.table].c


def _walk(node: dict[str, Any], table: str) -> Iterator[tuple[Access, str | None]]:
    """Every access with the index it goes by; a bitmap's index is scanned below the node that names the table."""
    table = node.get("Relation Name", table)
    if table in metadata.tables and "Scan" in node["Node Type"] and node["Node Type"] != "Bitmap Heap Scan":
        index, condition = node.get("Index Name"), node.get("Index Cond", "")
        columns = (
            name
            for name in list(metadata.tables[table].columns.keys())
            if re.search(rf"\b{name}\b\S* (=|<|>|IS)", condition)
        )
        yield Access(table, frozenset(columns), f"{node['Node Type']} {table} {index or ''} {condition}"), index
    for below in node.get("Plans", ()):
        yield from _walk(below, table if node["Node Type"].startswith("Bitmap") else "")
