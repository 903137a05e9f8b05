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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from core.errors import InvalidInput, Unavailable
from core.statements import Statement

T = TypeVar("T")
P = ParamSpec("P")

log = structlog.get_logger()

BACKENDS = ("sqlite", "postgresql", "postgres")
READERS = 4  # threads that read from SQLite beside its writer
LARGEST_BATCH = 64  # writes that may share one commit
ATTEMPTS = 5  # of a PostgreSQL transaction that lost a race or its connection
REST_SECONDS = 0.02  # before the next of them, so that whoever won the race is gone by then
READ_ONLY = {"read_only": True}
_BEGIN, _BEGIN_WRITING = Statement(text("BEGIN")), Statement(text("BEGIN IMMEDIATE"))
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
        self._reading = self.engine.execution_options(**READ_ONLY)
        self._threads = _Threads("database", READERS if self.is_sqlite else threads, 1, _do_each)
        together = partial(_do_together, self.engine)
        self._writer = _Threads("database-writer", 1, LARGEST_BATCH, together) if self.is_sqlite else None

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
        result: T = await self._threads.submit(partial(_in_transaction, self.begin_read, function, *args, **kwargs))
        return result

    async def write(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(tx, …)` in a transaction on another thread; when this returns, it is durable.

        `function` may be run again after a lost race, so it must do nothing but use `tx`. Raises Unavailable.
        """
        result: T
        if self._writer is not None:
            result = await self._writer.submit(lambda tx: function(tx, *args, **kwargs))
        else:
            result = await self._threads.submit(partial(_in_transaction, self.begin, function, *args, **kwargs))
        return result

    def close(self) -> None:
        """Finish what is waiting and let go of every connection."""
        if self._writer is not None:
            self._writer.close()
        self._threads.close()
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


def name_outage(error: OperationalError) -> str:
    """What befell the database while it was written to, as the beginning of a sentence."""
    said = str(error.orig).lower()
    is_full = "disk is full" in said or "no space left" in said
    return "The disk got full" if is_full else "The database went away"


def _explain(error: SQLAlchemyError) -> Exception:
    """A database away or full is the installation's trouble; anything else is a fault of ours, told as it is."""
    if not isinstance(error, OperationalError):
        return error
    log.error("database unavailable", reason=str(error.orig))
    return Unavailable(
        "The database cannot be reached just now, so nothing was recorded.", hint="try again in a minute"
    )


@dataclass(slots=True, eq=False)
class _Job:
    """Something to do, and who waits for it in an event loop."""

    function: Callable[..., Any]
    waiting: "asyncio.Future[Any]"
    result: Any = None
    failure: BaseException | None = None

    def settle(self) -> None:
        """Tell who waits, unless they have gone."""
        if self.waiting.done():
            return
        if self.failure is not None:
            self.waiting.set_exception(self.failure)
        else:
            self.waiting.set_result(self.result)


class _Threads:
    """Threads that take jobs in the order they came, up to `most` of those waiting at once, and give them to `do`."""

    def __init__(self, name: str, count: int, most: int, do: Callable[[list[_Job]], None]) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._most, self._do = most, do
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[..., Any]) -> "asyncio.Future[Any]":
        job = _Job(function, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        return job.waiting

    def close(self) -> None:
        """Finish what is waiting."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while jobs := self._take():
            self._do(jobs)
            for loop in {job.waiting.get_loop() for job in jobs}:
                with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                    loop.call_soon_threadsafe(_settle, [job for job in jobs if job.waiting.get_loop() is loop])

    def _take(self) -> list[_Job]:
        """Wait for a job and take what else is waiting; none once it is closed."""
        jobs: list[_Job] = []
        while not jobs or (len(jobs) < self._most and not self._jobs.empty()):
            job = self._jobs.get()
            if job is None:
                if jobs:
                    self._jobs.put(None)  # to be found again when these are done
                return jobs
            if not job.waiting.cancelled():
                jobs.append(job)
        return jobs


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


def _do_each(jobs: list[_Job]) -> None:
    for job in jobs:
        try:
            job.result = job.function()
        except BaseException as error:
            job.failure = error


def _do_together(engine: Engine, jobs: list[_Job]) -> None:
    """Do them in one transaction of SQLite's one writer (group commit); nobody hears of theirs before it is durable."""
    try:
        with engine.begin() as tx:
            for job in jobs:
                _attempt(tx, job, alone=len(jobs) == 1)
    except BaseException as error:
        problem = _explain(error) if isinstance(error, SQLAlchemyError) else error
        for job in jobs:
            job.failure = problem


def _attempt(tx: Connection, job: _Job, *, alone: bool) -> None:
    """Run one job under a savepoint, so that its failure is its own; alone, the transaction is enough."""
    if alone:
        job.result = job.function(tx)
        return
    _BEGIN_JOB.run(tx, {})
    try:
        job.result = job.function(tx)
    except OperationalError:
        raise  # the disk or the lock: the whole batch is lost
    except BaseException as error:
        job.failure = error
        _TAKE_JOB_BACK.run(tx, {})
    _END_JOB.run(tx, {})


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
