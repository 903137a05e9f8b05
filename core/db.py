"""The database: one SQLite file or one PostgreSQL. One rule: a change is one function run in one transaction.

Core is plain synchronous code; whoever lives in an event loop (chat, API) hops to a thread once per request.
SQLite has one writer anyway, so its writes go to one thread that commits whatever is waiting in one go: full
durability at a fraction of the cost. On PostgreSQL a small pool of threads holds a connection each.
"""

import asyncio
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from core.errors import InvalidInput, Unavailable
from core.statements import Statement

T = TypeVar("T")
P = ParamSpec("P")
Job = tuple[Callable[..., Any], tuple[Any, ...], "Future[Any]"]

log = structlog.get_logger()

READERS = 4  # threads that read from SQLite beside its writer
LARGEST_BATCH = 64  # writes that may share one commit
ATTEMPTS = 5  # of a PostgreSQL transaction that lost a race or its connection
REST_SECONDS = 0.02  # before the next of them, so that whoever won the race is gone by then
READ_ONLY = {"read_only": True}
_BEGIN_JOB, _END_JOB = Statement(text("SAVEPOINT job")), Statement(text("RELEASE job"))
_TAKE_JOB_BACK = Statement(text("ROLLBACK TO job"))
# Serialization failure, deadlock: somebody else was in the way, and the same thing again will work.
TRANSIENT_STATES = {"40001", "40P01"}


class Database:
    """One database, opened. `read` and `write` are for event loops, `begin` for plain code."""

    def __init__(self, url: str, *, threads: int = 8) -> None:
        """Open `url` (sqlite:///FILE or postgresql://…); InvalidInput names SALESBELL_DATABASE_URL if it is not one."""
        self.engine = _create_engine(url, threads)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._readers = ThreadPoolExecutor(READERS if self.is_sqlite else threads, "database")
        self._writer = _Writer(self.engine) if self.is_sqlite else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One writing transaction; commits at the end, rolls back on any error."""
        with self.engine.begin() as tx:
            yield tx

    @contextmanager
    def begin_read(self) -> Iterator[Connection]:
        """One transaction that only reads: a consistent view, in nobody's way."""
        with self.engine.connect().execution_options(**READ_ONLY) as tx, tx.begin():
            yield tx

    async def read(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a reading transaction on another thread. Raises Unavailable."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: _in_transaction(self.begin_read, function, *args, **kwargs)
        )

    async def write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a transaction on another thread; when this returns, it is durable.

        `function` may be run again after a lost race, so it must do nothing but use `tx`. Raises Unavailable.
        """
        if self._writer is not None:
            return await asyncio.wrap_future(self._writer.submit(lambda tx: function(tx, *args, **kwargs)))
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: _in_transaction(self.begin, function, *args, **kwargs)
        )

    def close(self) -> None:
        """Finish what is waiting and let go of every connection."""
        if self._writer is not None:
            self._writer.close()
        self._readers.shutdown()
        self.engine.dispose()


def _in_transaction(begin: Callable[[], Any], function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with begin() as tx:
                return function(tx, *args, **kwargs)
        except DBAPIError as error:
            if attempt == ATTEMPTS or not _is_transient(error):
                raise _explain(error) from error
            time.sleep(REST_SECONDS * attempt * random.uniform(0.5, 1.5))
    raise AssertionError("unreachable")


def _is_transient(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRANSIENT_STATES


def _explain(error: SQLAlchemyError) -> Exception:
    """A database away or full is the installation's trouble; anything else is a fault of ours, told as it is."""
    if not isinstance(error, OperationalError):
        return error
    log.error("database unavailable", reason=str(error.orig))
    return Unavailable(
        "The database cannot be reached just now, so nothing was recorded.", hint="try again in a minute"
    )


class _Writer:
    """The one thread that writes to SQLite, committing whatever is waiting together (group commit)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, function: Callable[[Connection], T]) -> "Future[T]":
        future: Future[T] = Future()
        self._jobs.put((function, (), future))
        return future

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch: list[Job] = []
            is_open = self._collect(batch)
            batch = [job for job in batch if job[2].set_running_or_notify_cancel()]
            if batch:
                self._commit(batch)

    def _collect(self, batch: list[Job]) -> bool:
        """Wait for one job and take what else is waiting; False once the queue is closed."""
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == LARGEST_BATCH or self._jobs.empty():
                return True
            job = self._jobs.get()
        return False

    def _commit(self, batch: list[Job]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self._engine.begin() as tx:
                outcomes = [_attempt(tx, job, alone=len(batch) == 1) for job in batch]
        except BaseException as error:
            problem = _explain(error) if isinstance(error, SQLAlchemyError) else error
            outcomes = [(future, None, problem) for _, _, future in batch]
        for future, result, failure in outcomes:
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(result)


def _attempt(tx: Connection, job: Job, *, alone: bool) -> tuple["Future[Any]", Any, BaseException | None]:
    """Run one job of a batch under a savepoint, so that its failure is its own; alone, the transaction is enough."""
    function, args, future = job
    if alone:
        return future, function(tx, *args), None
    _BEGIN_JOB.run(tx, {})
    try:
        result = function(tx, *args)
    except OperationalError:
        raise  # the disk or the lock: the whole batch is lost
    except BaseException as error:
        _TAKE_JOB_BACK.run(tx, {})
        _END_JOB.run(tx, {})
        return future, None, error
    _END_JOB.run(tx, {})
    return future, result, None


def _create_engine(url: str, threads: int) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise InvalidInput(
            "SALESBELL_DATABASE_URL is not a database address.",
            field="SALESBELL_DATABASE_URL",
            hint="sqlite:///salesbell.sqlite3",
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        # Parameters by name, as on PostgreSQL: core.statements gives the driver one mapping on both.
        address = parsed.set(drivername="sqlite+pysqlite")
        engine = create_engine(address, paramstyle="named", connect_args={"timeout": 30, "cached_statements": 512})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend in ("postgresql", "postgres"):
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_size=threads, max_overflow=2, pool_recycle=1800
        )
    raise InvalidInput(
        f"Salesbell runs on SQLite or PostgreSQL, not on “{backend}”.",
        field="SALESBELL_DATABASE_URL",
        hint="postgresql://salesbell@localhost/salesbell",
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns to writing is refused at once when another process writes: say so first.
    deferred = connection.get_execution_options().get("read_only")
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
