"""Trips to PostgreSQL: what it is to be told goes with the next question, and all the answers come back together.

A trip costs more than most statements of a sale: the server is woken for it, and so is everybody who waits for the
interpreter meanwhile. So while a batch is written its statements wait, in their order, until an answer is needed. They
are told by libpq itself, each prepared once a connection: the driver's own pipeline costs as much as going each time.
"""

import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

MOST_PREPARED = 300  # statements a connection; of others it is told every time what they say
OPEN, KEPT = "open trips", "trips"  # in what is known about a connection: where they are in use, and always


class Answer:
    """What a statement that may not have been told yet will give."""

    __slots__ = ("result", "sql", "trips", "values")

    def __init__(self, trips: "Trips", sql: str, values: Sequence[Any]) -> None:
        self.trips, self.sql, self.values = trips, sql, values
        self.result: Any = None

    def fetch(self) -> list[Any]:
        """Its rows; what waits is told first where it was not. Raises what the driver would."""
        if self.result is None:
            self.trips.go()
        return self.trips.load(self.result)


class Trips:
    """Those of one connection."""

    def __init__(self, driver: Any) -> None:
        from psycopg import errors, pq  # not where there is only SQLite
        from psycopg.adapt import PyFormat, Transformer

        self.check: Callable[[], None] = lambda: None
        self._pgconn, self._adapt = driver.pgconn, Transformer(driver)
        self._text, self._explain = PyFormat.TEXT, errors.error_from_result
        self._lost, self._is_well = errors.OperationalError, pq.ConnStatus.OK
        self._fine = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
        self._poll = select.poll()
        self._names: dict[str, bytes] = {}
        self._count = 0
        self._first: Sequence[str] = ()
        self._waiting: list[Answer] = []
        self.cursor_class = _make_cursor_class(self)

    def begin_with(self, commands: Sequence[str]) -> None:
        """Tell these before whatever is told next; if nothing is, they never are."""
        self._first = commands

    @property
    def has_begun(self) -> bool:
        """Whether anything was told since `begin_with`."""
        return not self._first

    @property
    def is_waited_for(self) -> bool:
        """Whether any statement is still to be told."""
        return bool(self._waiting)

    def add(self, sql: str, values: Sequence[Any]) -> Answer:
        """Have a statement wait, whose values are $1, $2 … in it."""
        written = self._adapt.dump_sequence(values, [self._text] * len(values)) if values else ()
        answer = Answer(self, sql, written)
        self._waiting.append(answer)
        return answer

    def drop(self) -> None:
        """Forget what waits: it is not wanted any more."""
        self._waiting.clear()

    def forget(self) -> None:
        """Forget what was prepared: psycopg gives up all of it when something is taken back."""
        self._names.clear()

    def go(self) -> None:
        """Tell everything that waits and hear every answer. Raises what is wrong with the first that fails."""
        if not self._waiting and not self._first:
            return
        self.check()
        waiting = [*(Answer(self, command, ()) for command in self._first), *self._waiting]
        self._first = ()
        self._waiting.clear()
        self._pgconn.enter_pipeline_mode()
        try:
            told = [one for answer in waiting for one in self._tell(answer)]
            self._pgconn.pipeline_sync()
            self._hear(told)
        finally:
            if self._pgconn.status == self._is_well:
                self._pgconn.exit_pipeline_mode()

    def make_way(self) -> None:
        """Before what is run by a cursor comes what waits."""
        self.check()
        self.go()

    def load(self, result: Any) -> list[Any]:
        """The rows of a result, as the driver gives them."""
        self._adapt.set_pgresult(result)
        rows: list[Any] = self._adapt.load_rows(0, result.ntuples, tuple)
        return rows

    def _tell(self, answer: Answer) -> Iterator[Answer | None]:
        """Each thing that PostgreSQL will answer, None for one whose answer says nothing."""
        name = self._names.get(answer.sql)
        if name is None and len(self._names) >= MOST_PREPARED:
            self._pgconn.send_query_params(answer.sql.encode(), answer.values)
            yield answer
            return
        if name is None:
            self._count += 1
            name = self._names[answer.sql] = b"trip_%d" % self._count
            self._pgconn.send_prepare(name, answer.sql.encode())
            yield None
        self._pgconn.send_query_prepared(name, answer.values)
        yield answer

    def _hear(self, told: Sequence[Answer | None]) -> None:
        self._send_off()
        failed = None
        for answer in told:
            result = self._await_result()
            if result is None:
                raise self._lost("the connection was lost")
            if failed is None and result.status not in self._fine:
                failed = result  # whatever was told after it was not done
            if answer is not None:
                answer.result = result
            self._await_result()  # each is followed by nothing
        self._await_result()
        if failed is not None:
            self.forget()
            raise self._explain(failed)

    def _send_off(self) -> None:
        """All of it may be more than the socket takes at once: what is answered meanwhile makes room."""
        while self._pgconn.flush():
            self._poll.register(self._pgconn.socket, select.POLLIN | select.POLLOUT)
            if any(happened & select.POLLIN for _, happened in self._poll.poll()):
                self._pgconn.consume_input()
        self._poll.register(self._pgconn.socket, select.POLLIN)

    def _await_result(self) -> Any:
        while self._pgconn.is_busy():
            self._poll.poll()
            self._pgconn.consume_input()
        return self._pgconn.get_result()


def find_trips(tx: Connection) -> Trips | None:
    """Those that statements of this transaction wait for, if it has any."""
    found: Trips | None = tx.info.get(OPEN)
    return found


@contextmanager
def open_trips(tx: Connection, check: Callable[[], None]) -> Iterator[Trips]:
    """Let statements on PostgreSQL wait for one another while the block lasts; what waits at its end is dropped.

    PostgreSQL must have been told of the transaction: psycopg does so with the first statement of a cursor. `check` is
    called before each trip and each statement run by a cursor, and may forbid it. Before the latter comes what waits.
    """
    known, driver = tx.info, _find_driver(tx)
    trips: Trips = known.get(KEPT) or known.setdefault(KEPT, Trips(driver))
    trips.check = check
    trips.begin_with(())
    known[OPEN] = trips
    plain, driver.cursor_factory = driver.cursor_factory, trips.cursor_class
    try:
        yield trips
    finally:
        trips.drop()
        known.pop(OPEN, None)
        driver.cursor_factory = plain


def _find_driver(tx: Connection) -> Any:
    return tx.connection.driver_connection


def _make_cursor_class(trips: Trips) -> Any:
    from psycopg import Cursor

    class WaitingCursor(Cursor[Any]):
        def execute(self, *values: Any, **options: Any) -> Any:
            trips.make_way()
            return super().execute(*values, **options)

        def executemany(self, *values: Any, **options: Any) -> None:
            trips.make_way()
            super().executemany(*values, **options)

        def copy(self, *values: Any, **options: Any) -> Any:
            trips.make_way()
            return super().copy(*values, **options)

        def stream(self, *values: Any, **options: Any) -> Any:
            trips.make_way()
            return super().stream(*values, **options)

    return WaitingCursor


def listen_to_rollbacks(engine: Engine) -> None:
    """What is taken back is not told any more, and nothing is prepared after it."""

    def forget(tx: Connection, *_: Any) -> None:
        trips: Trips | None = None if tx.invalidated or tx.closed else tx.info.get(KEPT)
        if trips is not None:
            trips.drop()
            trips.forget()

    event.listen(engine, "rollback", forget)
    event.listen(engine, "rollback_savepoint", forget)
