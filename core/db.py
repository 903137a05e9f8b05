"""The database: one SQLite file or one PostgreSQL. One rule: a change is one function run in one transaction.

Core is plain synchronous code; whoever lives in an event loop (chat, API) hops to a thread once per request. Writes go
to one thread, which commits whatever is waiting together: full durability at a fraction of the cost, and people who
sell at the same moment do not wait for one another's rows. What only reads has threads and connections of its own.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import Connection, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from core.errors import InvalidInput, Unavailable
from core.group_commit import BEGIN_ALONE, Batches, Threads, begin_certainly, run_alone
from core.outages import AWAY, explain_outage
from core.statements import Statement, drop_values
from core.trips import listen_to_rollbacks

T = TypeVar("T")
P = ParamSpec("P")

BACKENDS = ("sqlite", "postgresql", "postgres")
READERS = 4  # threads that read from SQLite beside its writer
READ_ONLY, PATIENT = {"read_only": True}, {"patient": True}
# How long somebody in an event loop waits for an answer, whatever the database does: even one that was stopped, and
# keeps its connections without a word. Statements of theirs end sooner; plain code (commands, imports) has no limit.
ANSWER_SECONDS = 10.0
LONG_SECONDS = 600.0  # for what is long by its nature: files of everything there is
STATEMENT_SECONDS = 8.0
LOCK_SECONDS = 7.0
PATIENT_LOCK_SECONDS = 60.0  # for plain code
CONNECT_SECONDS = 4
_STEPS = 500_000  # of SQLite's machine, some milliseconds, between two looks at the clock
_WITHOUT_LIMIT = text(f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{PATIENT_LOCK_SECONDS:.0f}s'")
_BEGIN, _BEGIN_WRITING = Statement(text("BEGIN")), Statement(text("BEGIN IMMEDIATE"))


class Database:
    """One database, opened. `read` and `write` are for event loops, `begin` for plain code."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        """Open `url` (sqlite:///FILE or postgresql://…); InvalidInput names SALESBELL_DATABASE_URL if it is not one."""
        self.engine = _create_engine(url, threads)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine.execution_options(**READ_ONLY)
        self._patient = self.engine.execution_options(**PATIENT)
        self._threads = Threads("database", READERS if self.is_sqlite else max(threads - 1, 1), run_alone)
        self._writer = Threads("database-writer", 1, Batches(self.engine, self._threads.add).run)
        self._begin_alone = self.begin if self.is_sqlite else partial(begin_certainly, self.engine, BEGIN_ALONE)

    def share_file(self) -> None:
        """Let SQLite's readers and writer work at the same time; the file says so from then on (WAL)."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA journal_mode=WAL")

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One writing transaction without a limit of time; commits at the end, rolls back on any error."""
        with self._patient.begin() as tx:
            self._lift_limit(tx)
            yield tx

    @contextmanager
    def begin_read(self) -> Iterator[Connection]:
        """One transaction that only reads, without a limit of time: a consistent view, in nobody's way."""
        with self._reading.begin() as tx:
            self._lift_limit(tx)
            yield tx

    async def read(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a reading transaction on another thread. Raises Unavailable."""
        call = _Call(lambda tx: function(tx, *args, **kwargs))
        result: T = await call.wait(self._threads.submit(call, self._begin_short_read), ANSWER_SECONDS)
        return result

    async def read_long(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `read`, for what may take minutes."""
        call = _Call(lambda tx: function(tx, *args, **kwargs))
        result: T = await call.wait(self._threads.submit(call, self.begin_read), LONG_SECONDS)
        return result

    async def write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a transaction on another thread; when this returns, it is durable.

        `function` may be run again, after a lost race or where it was in the way of others, so it must do nothing but
        use `tx`. Raises Unavailable.
        """
        call = _Call(lambda tx: function(tx, *args, **kwargs))
        result: T = await call.wait(self._writer.submit(call, self._begin_alone), ANSWER_SECONDS)
        return result

    @contextmanager
    def _begin_short_read(self) -> Iterator[Connection]:
        with self._reading.begin() as tx:
            if not self.is_sqlite:  # elsewhere the session has the limit
                yield tx
                return
            deadline = monotonic() + STATEMENT_SECONDS
            driver: Any = tx.connection.driver_connection
            driver.set_progress_handler(lambda: monotonic() > deadline, _STEPS)
            try:
                yield tx
            finally:
                driver.set_progress_handler(None, 0)

    def _lift_limit(self, tx: Connection) -> None:
        if not self.is_sqlite:
            tx.execute(_WITHOUT_LIMIT)

    def close(self) -> None:
        """Finish what is waiting and let go of every connection."""
        self._writer.close()
        self._threads.close()
        self.engine.dispose()


class _Call:
    """A function that somebody waits for; once they have given up, it is not begun any more."""

    def __init__(self, function: Callable[[Connection], Any]) -> None:
        self._function = function
        self._has_begun = self._is_given_up = False

    def __call__(self, tx: Connection) -> Any:
        self._has_begun = True  # before the look: whoever gives up looks the other way round
        if self._is_given_up:
            raise explain_outage(AWAY)
        return self._function(tx)

    async def wait(self, answer: Awaitable[Any], seconds: float) -> Any:
        """The answer; Unavailable where there is none in time, and whether something may have been recorded."""
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            self._is_given_up = True
            if not self._has_begun:
                raise explain_outage(AWAY) from None
            raise Unavailable(
                "The database does not answer, so it may be recorded or not.", hint="look before you repeat it"
            ) from None


def name_outage(error: OperationalError) -> str:
    """What befell the database while it was written to, as the beginning of a sentence."""
    said = str(error.orig).lower()
    is_full = "disk is full" in said or "no space left" in said
    return "The disk got full" if is_full else "The database went away"


def read_address(url: str) -> URL:
    """A database's address; InvalidInput names SALESBELL_DATABASE_URL where it is none, or one we do not run on."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise InvalidInput(
            "SALESBELL_DATABASE_URL is not a database address.",
            field="SALESBELL_DATABASE_URL",
            hint="sqlite:///salesbell.sqlite3",
        ) from error
    if parsed.get_backend_name() not in BACKENDS:
        raise InvalidInput(
            f"Salesbell runs on SQLite or PostgreSQL, not on “{parsed.get_backend_name()}”.",
            field="SALESBELL_DATABASE_URL",
            hint="postgresql://salesbell@localhost/salesbell",
        )
    return parsed


def _create_engine(url: str, threads: int) -> Engine:
    parsed = read_address(url)
    if parsed.get_backend_name() == "sqlite":
        # Parameters by name, as on PostgreSQL: core.statements gives the driver one mapping on both.
        address = parsed.set(drivername="sqlite+pysqlite")
        _create_private(address.database)
        limits = {"timeout": LOCK_SECONDS, "cached_statements": 512}
        engine = create_engine(address, paramstyle="named", connect_args=limits, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    address = parsed.set(drivername="postgresql+psycopg")
    # A server behind a network that was cut is noticed by its silence.
    silence = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 8000, "keepalives_idle": 30}
    settings = {name: value for name, value in silence.items() if name not in address.query}
    engine = create_engine(
        address,
        pool_size=threads,
        max_overflow=2,
        pool_recycle=1800,
        connect_args=settings,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "handle_error", _hide_values)
    listen_to_rollbacks(engine)
    return engine


def _create_private(path: str | None) -> None:
    """Make the file, where there is none, for its owner only; what SQLite puts beside it is as private as it is."""
    if path and path != ":memory:" and not path.startswith("file:"):
        with suppress(OSError):  # it is there, or cannot be: opening it tells why
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: see _begin_sqlite
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _hide_values(context: ExceptionContext) -> None:
    drop_values(context.original_exception)
    if context.sqlalchemy_exception is not None:
        drop_values(context.sqlalchemy_exception)


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """What makes PostgreSQL find a month among ten million lines by its index: 0.1 s instead of 2.5.

    Its own defaults are for disks with an arm, and for questions that are worth compiling.
    """
    connection.execute("SET random_page_cost = 1.1")
    connection.execute("SET jit = off")
    connection.execute(f"SET statement_timeout = {int(STATEMENT_SECONDS * 1000)}")
    connection.execute(f"SET lock_timeout = {int(LOCK_SECONDS * 1000)}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns to writing is refused at once when another process writes: say so first.
    options = connection.get_execution_options()
    _limit_wait(connection, PATIENT_LOCK_SECONDS if options.get("patient") else LOCK_SECONDS)
    deferred = options.get("read_only")
    (_BEGIN if deferred else _BEGIN_WRITING).run(connection, {})


def _limit_wait(connection: Connection, seconds: float) -> None:
    """How long the connection waits for others' locks."""
    if connection.info.get("waits_seconds", LOCK_SECONDS) != seconds:
        connection.info["waits_seconds"] = seconds
        connection.connection.cursor().execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
