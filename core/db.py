"""The database: one SQLite file or one PostgreSQL. One rule: a change is one function run in one transaction.

Core is plain synchronous code; whoever lives in an event loop (chat, API) hops to a thread once per request. Writes go
to one thread, which commits whatever is waiting together: full durability at a fraction of the cost, and people who
sell at the same moment do not wait for one another's rows. What only reads has threads and connections of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from core.errors import InvalidInput
from core.group_commit import BEGIN_ALONE, Batches, Threads, begin_certainly, run_alone
from core.statements import Statement
from core.trips import listen_to_rollbacks

T = TypeVar("T")
P = ParamSpec("P")

BACKENDS = ("sqlite", "postgresql", "postgres")
READERS = 4  # threads that read from SQLite beside its writer
READ_ONLY = {"read_only": True}
_BEGIN, _BEGIN_WRITING = Statement(text("BEGIN")), Statement(text("BEGIN IMMEDIATE"))


class Database:
    """One database, opened. `read` and `write` are for event loops, `begin` for plain code."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        """Open `url` (sqlite:///FILE or postgresql://…); InvalidInput names SALESBELL_DATABASE_URL if it is not one."""
        self.engine = _create_engine(url, threads)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine.execution_options(**READ_ONLY)
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
        """One writing transaction; commits at the end, rolls back on any error."""
        with self.engine.begin() as tx:
            yield tx

    @contextmanager
    def begin_read(self) -> Iterator[Connection]:
        """One transaction that only reads: a consistent view, in nobody's way."""
        with self._reading.begin() as tx:
            yield tx

    async def read(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a reading transaction on another thread. Raises Unavailable."""
        result: T = await self._threads.submit(lambda tx: function(tx, *args, **kwargs), self.begin_read)
        return result

    async def write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a transaction on another thread; when this returns, it is durable.

        `function` may be run again, after a lost race or where it was in the way of others, so it must do nothing but
        use `tx`. Raises Unavailable.
        """
        result: T = await self._writer.submit(lambda tx: function(tx, *args, **kwargs), self._begin_alone)
        return result

    def close(self) -> None:
        """Finish what is waiting and let go of every connection."""
        self._writer.close()
        self._threads.close()
        self.engine.dispose()


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
        engine = create_engine(address, paramstyle="named", connect_args={"timeout": 30, "cached_statements": 512})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    address = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(address, pool_size=threads, max_overflow=2, pool_recycle=1800)
    event.listen(engine, "connect", _prepare_postgresql)
    listen_to_rollbacks(engine)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: see _begin_sqlite
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """What makes PostgreSQL find a month among ten million lines by its index: 0.1 s instead of 2.5.

    Its own defaults are for disks with an arm, and for questions that are worth compiling.
    """
    connection.execute("SET random_page_cost = 1.1")
    connection.execute("SET jit = off")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns to writing is refused at once when another process writes: say so first.
    deferred = connection.get_execution_options().get("read_only")
    (_BEGIN if deferred else _BEGIN_WRITING).run(connection, {})
