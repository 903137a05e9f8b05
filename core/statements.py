"""Statements that run with every message: compiled once, run on the driver. One rule: they mean what tx.execute means.

What SQLAlchemy does around an execution takes several times as long as SQLite takes to answer, and it compiles an
upsert anew every time. Most statements can bear that; a sale has a dozen and more of them.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NoReturn

from sqlalchemy import JSON, Table, select
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import cloned_traverse
from sqlalchemy.types import TypeEngine

from core.trips import Answer, Trips, find_trips

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
_PLACE = re.compile(r"%\((.+?)\)s(::\w+)?|%%")  # of a value by its name and type; PostgreSQL itself counts them


class Statement:
    """A statement ready for whichever database it meets; its values are given by the names of its bound parameters.

    What each dialect writes in its own way (an upsert) is given as a mapping by dialect name. Errors are those of
    SQLAlchemy. A list of values of unknown length (`expanding=True`) is not for here.
    """

    def __init__(self, built: Any) -> None:
        self.built = built
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, tx: Connection, values: Values) -> list[Any]:
        """Every row, as a named tuple of its columns."""
        return self._compile(tx.dialect, values).fetch(tx, (values,))

    def row(self, tx: Connection, values: Values) -> Any:
        """The first row, or None."""
        found = self.rows(tx, values)
        return found[0] if found else None

    def rows_of_each(self, tx: Connection, rows: Sequence[Values]) -> list[Any]:
        """What executing it with each of `rows`, which have the same names, returns, in their order."""
        return self._compile(tx.dialect, rows[0]).fetch(tx, rows) if rows else []

    def ask(self, tx: Connection, values: Values) -> Callable[[], list[Any]]:
        """Execute it; its rows, to be called for when they are needed: until then a batch need not wait for them."""
        return self.ask_each(tx, (values,))

    def ask_each(self, tx: Connection, rows: Sequence[Values]) -> Callable[[], list[Any]]:
        """The same for `rows_of_each`."""
        return self._compile(tx.dialect, rows[0]).ask(tx, rows) if rows else list

    def run(self, tx: Connection, values: Values) -> None:
        """Execute it; what it may return is not wanted."""
        self._compile(tx.dialect, values).execute(tx, values)

    def run_each(self, tx: Connection, rows: Sequence[Values]) -> None:
        """Execute it with each of `rows`, which have the same names in the same order."""
        if len(rows) == 1:
            self.run(tx, rows[0])
        elif rows:
            self._compile(tx.dialect, rows[0]).execute_each(tx, rows)

    def _compile(self, dialect: Dialect, values: Values) -> "_Compiled":
        """An INSERT has the columns it is given values for, hence the names."""
        key = (dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            built = self.built[dialect.name] if isinstance(self.built, Mapping) else self.built
            compiled = self._compiled[key] = _Compiled(built, dialect, list(values))
        return compiled


class _Compiled:
    """A statement as one dialect writes it, and how values become what the driver takes and gives."""

    def __init__(self, built: Any, dialect: Dialect, names: list[str]) -> None:
        compiled = built.compile(dialect=dialect, column_keys=names)
        self._sql = str(compiled)
        places: dict[tuple[str, str | None], int] = {}
        self._numbered = _number_places(self._sql, places) if dialect.name == "postgresql" else ""
        self._names = tuple(name for name, _ in places)
        self._writers = tuple(_list_writers(compiled.bind_names, dialect))
        self._constants = {name: value for name, value in compiled.params.items() if name not in names}
        columns = tuple(getattr(built, "exported_columns", ()))
        self._readers = tuple(_list_readers(columns, dialect))
        self._make_row = _make_row_class(tuple(column.key for column in columns))._make

    def _add(self, trips: Trips, values: Values) -> Answer:
        written = self._write(values)
        return trips.add(self._numbered, [written[name] for name in self._names])

    def execute(self, tx: Connection, values: Values) -> None:
        if (trips := find_trips(tx)) is not None:
            self._add(trips, values)
            return
        try:
            tx.connection.cursor().execute(self._sql, self._write(values))
        except tx.dialect.loaded_dbapi.Error as error:
            raise_as_sqlalchemy(tx, error, self._sql, values)

    def execute_each(self, tx: Connection, rows: Sequence[Values]) -> None:
        if (trips := find_trips(tx)) is not None:
            for values in rows:
                self._add(trips, values)
            return
        try:
            tx.connection.cursor().executemany(self._sql, [self._write(values) for values in rows])
        except tx.dialect.loaded_dbapi.Error as error:
            raise_as_sqlalchemy(tx, error, self._sql, rows)

    def ask(self, tx: Connection, rows: Sequence[Values]) -> Callable[[], list[Any]]:
        trips = find_trips(tx)
        if trips is None:
            found = self.fetch(tx, rows)
            return lambda: found
        answers = [self._add(trips, values) for values in rows]
        return lambda: self._collect(tx, answers)

    def _collect(self, tx: Connection, answers: Sequence[Answer]) -> list[Any]:
        try:
            return [self._read(row) for answer in answers for row in answer.fetch()]
        except tx.dialect.loaded_dbapi.Error as error:
            raise_as_sqlalchemy(tx, error, self._sql)

    def fetch(self, tx: Connection, rows: Sequence[Values]) -> list[Any]:
        if (trips := find_trips(tx)) is not None:
            return self._collect(tx, [self._add(trips, values) for values in rows])
        cursors = [tx.connection.cursor() for _ in rows]
        try:
            for cursor, values in zip(cursors, rows, strict=True):
                cursor.execute(self._sql, self._write(values))
            return [self._read(row) for cursor in cursors for row in cursor.fetchall()]
        except tx.dialect.loaded_dbapi.Error as error:
            raise_as_sqlalchemy(tx, error, self._sql, rows)

    def _read(self, row: Sequence[Any]) -> Any:
        if self._readers:
            row = list(row)
            for index, convert in self._readers:
                row[index] = convert(row[index])
        return self._make_row(row)

    def _write(self, values: Values) -> dict[str, Any]:
        written = {**self._constants, **values}
        for name, convert in self._writers:
            written[name] = convert(written[name])
        return written


def _number_places(sql: str, places: dict[tuple[str, str | None], int]) -> str:
    """A value has one number, as what is grouped by must be what is selected; as another type it is another value."""

    def number(place: re.Match[str]) -> str:
        if place[1] is None:
            return "%"
        return f"${places.setdefault((place[1], place[2]), len(places) + 1)}{place[2] or ''}"

    return _PLACE.sub(number, sql)


def load_rows(
    tx: Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    meanwhile: Callable[[], object] | None = None,
) -> None:
    """Write rows whose values are as the database keeps them, in the driver's own fastest way. Errors as above.

    `meanwhile` is run while PostgreSQL checks what the rows refer to, which takes longer than telling it of them.
    SQLite works in this very process, so there it is not run at all.
    """
    named = ", ".join(columns)
    cursor = tx.connection.cursor()
    try:
        if tx.dialect.name == "postgresql":
            with ThreadPoolExecutor(1) as beside, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
                if meanwhile is not None:  # not sooner: two threads of Python only keep each other waiting
                    beside.submit(meanwhile)
        else:
            places = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({named}) VALUES ({places})", rows)  # noqa: S608
    except tx.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(tx, error, f"load {table}")


def run_rows(tx: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run SQL of any length with each of `rows`, whose values it has as ? on SQLite, $1, $2 … on PostgreSQL."""
    if (trips := find_trips(tx)) is not None:
        for row in rows:
            trips.add(sql, row)
        return
    try:
        if tx.dialect.name == "sqlite":
            tx.connection.cursor().executemany(sql, rows)
            return
        make_cursor = tx.dialect.loaded_dbapi.RawCursor
        for row in rows:
            make_cursor(tx.connection.driver_connection).execute(sql, row)
    except tx.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(tx, error, sql, rows)


def finish_trips(tx: Connection) -> None:
    """Have PostgreSQL do what it was to be told, if any of it still waits. Errors as above."""
    try:
        if (trips := find_trips(tx)) is not None and trips.is_waited_for:
            trips.go()
    except tx.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(tx, error)


def send(tx: Connection, commands: str) -> str | None:
    """Run commands that take no values, such as SAVEPOINT, in one trip; the one value the last gave. Errors as above.

    Not by a cursor of psycopg's: at every ROLLBACK TO that forgets which statements it has prepared.
    """
    driver: Any = tx.connection.driver_connection
    try:
        if tx.dialect.name == "sqlite":
            for command in commands.split("; "):
                driver.execute(command)
            return None
        result = driver.pgconn.exec_(commands.encode())
        if result.error_message:
            raise tx.dialect.loaded_dbapi.errors.error_from_result(result)
    except tx.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(tx, error, commands)
    value = result.get_value(0, 0) if result.ntuples else None
    return None if value is None else value.decode()


def load_columns(
    tx: Connection,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    meanwhile: Callable[[], object] | None = None,
) -> None:
    """Write rows that are given by column, values as Python has them but for JSON, which is text.

    Errors and `meanwhile` as above.
    """
    told = {name: values for name, values in columns.items() if not _is_empty(values)}
    kept = (_write_as_kept(tx.dialect, table.c[name].type, values) for name, values in told.items())
    load_rows(tx, table.name, tuple(told), list(zip(*kept, strict=True)), meanwhile)


def _is_empty(values: Sequence[Any]) -> bool:
    """Whether no row has anything there, so that the column need not be written at all."""
    return bool(values) and values[0] is None and values.count(None) == len(values)


def _write_as_kept(dialect: Dialect, type_: TypeEngine[Any], values: Sequence[Any]) -> Iterable[Any]:
    convert = None if isinstance(type_, JSON) else type_.dialect_impl(dialect).bind_processor(dialect)
    return values if convert is None else map(lru_cache(maxsize=8_192)(convert), values)


def raise_as_sqlalchemy(tx: Connection, error: Exception, sql: str | None = None, parameters: Any = None) -> NoReturn:
    """Raise what the driver raised as SQLAlchemy does; a connection that is gone is not given to anybody else."""
    dialect = tx.dialect
    is_gone = dialect.is_disconnect(error, tx.connection, None)  # type: ignore[arg-type]
    if is_gone:
        tx.invalidate(error)
    drop_values(error)
    raise DBAPIError.instance(
        sql,
        parameters,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    ) from error


def drop_values(error: BaseException) -> None:
    """Take out of an error of PostgreSQL's the lines that quote a row's values: errors are logged, and rows are not."""
    error.args = tuple(one.partition("\nDETAIL:")[0] if isinstance(one, str) else one for one in error.args)


@contextmanager
def without_waiting(tx: Connection) -> Iterator[None]:
    """PostgreSQL is told everything that is run in this block before anybody waits for its answers.

    Round trips are most of what a statement costs there. What is wrong with one is raised by the end of the block, or
    where a row is waited for. Statements of this module only.
    """
    driver: Any = tx.connection.driver_connection
    if tx.dialect.name != "postgresql" or find_trips(tx) is not None:
        yield
        return
    try:
        with driver.pipeline():
            yield
    except tx.dialect.loaded_dbapi.Error as error:
        raise_as_sqlalchemy(tx, error)


@lru_cache(maxsize=512)
def join_values(statements: tuple[Statement, ...]) -> Statement:
    """One statement for several of one value each: a row of these values. What the n-th calls `x` is called `x_n`."""
    values = (_number(statement.built, number).scalar_subquery() for number, statement in enumerate(statements))
    return Statement(select(*(value.label(f"value_{number}") for number, value in enumerate(values))))


def _number(built: Any, number: int) -> Any:
    def rename(bind: Any) -> None:
        if not bind.unique:
            bind.key = f"{bind.key}_{number}"

    return cloned_traverse(built, {}, {"bindparam": rename})


def _list_writers(bind_names: Mapping[Any, str], dialect: Dialect) -> Iterator[tuple[str, Convert]]:
    by_name = {name: bind for bind, name in bind_names.items()}  # one value may stand in several places
    for name, bind in by_name.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            yield name, convert


def _list_readers(columns: Sequence[Any], dialect: Dialect) -> Iterator[tuple[int, Convert]]:
    for index, column in enumerate(columns):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            yield index, convert


def _make_row_class(names: tuple[str, ...]) -> Any:
    """A named tuple that gives its values by name too, as SQLAlchemy's rows do."""
    make_class: Any = namedtuple  # mypy wants the names in writing, and they are known only now
    row_class = make_class("StatementRow", names, rename=True)
    row_class._mapping = property(lambda row: dict(zip(names, row, strict=True)))
    return row_class
