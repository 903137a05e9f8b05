"""Group commit: writes that wait at the same time share one transaction and one durable commit.

Each runs under a savepoint, so that its failure takes nothing else back; nobody is answered before the commit. Batches
of several processes take turns on PostgreSQL, because two transactions of many sales each would deadlock over the rows
that both update. A write that would keep its batch waiting, for a row or by long work, is taken back and runs by itself
on another connection; so does every write of a batch that could not be committed.
"""

import asyncio
import math
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from core.errors import Unavailable
from core.outages import explain_outage, find_outage
from core.statements import finish_trips, send
from core.trips import Trips, open_trips

log = structlog.get_logger()

Begin = Callable[[], AbstractContextManager[Connection]]

LARGEST_BATCH = 64  # writes that may share one commit
BATCH_SECONDS = 0.05  # after which no other write joins a batch
JOB_SECONDS = 0.5  # that a write may take in a batch on PostgreSQL
ATTEMPTS = 5  # of a transaction that lost a race or its connection
PARTING_SECONDS = 5.0  # for what is waiting when the database is closed
REST_SECONDS = 0.02  # before the next of them, so that whoever won the race is gone by then
# Serialization failure, deadlock: somebody else was in the way, and the same thing again will work.
TRANSIENT_STATES = {"40001", "40P01"}
TURN = 5_317_042  # any number but that of migrations, the same in every process
BEGIN_ALONE = "BEGIN; SELECT pg_current_xact_id()"
# A wait for the turn or for a row is over before PostgreSQL looks for deadlocks, so that no other transaction is ended.
BEGIN_BATCH = (
    "BEGIN; SET LOCAL lock_timeout = '250ms'; SET LOCAL statement_timeout = '500ms'; "
    f"SELECT pg_advisory_xact_lock({TURN}); SAVEPOINT job; SELECT pg_current_xact_id()"
)
NEXT_JOB, TAKE_JOB_BACK = ("RELEASE job", "SAVEPOINT job"), "ROLLBACK TO job"


@dataclass(slots=True, eq=False)
class Job:
    """A function to run in a transaction, how to begin one for it alone, and who waits for it in an event loop."""

    function: Callable[[Connection], Any]
    begin: Begin
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


class Threads:
    """Threads that take jobs in the order they came; `do` gets one and what waits behind it, and returns those done."""

    def __init__(self, name: str, count: int, do: Callable[[Iterator[Job]], list[Job]]) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._do = do
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[[Connection], Any], begin: Begin) -> "asyncio.Future[Any]":
        """The result of `function`, to be awaited in the running loop."""
        job = Job(function, begin, asyncio.get_running_loop().create_future())
        self.add(job)
        return job.waiting

    def add(self, job: Job) -> None:
        """Take a job over from other threads."""
        self._jobs.put(job)

    def close(self) -> None:
        """Finish what is waiting; a thread that a database without a word holds up is left behind."""
        self._jobs.put(None)
        deadline = time.monotonic() + PARTING_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while (first := self._take(block=True)) is not None:
            done = self._do(self._follow(first))
            for loop in {job.waiting.get_loop() for job in done}:
                with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                    loop.call_soon_threadsafe(_settle, [job for job in done if job.waiting.get_loop() is loop])

    def _follow(self, first: Job) -> Iterator[Job]:
        job: Job | None = first
        while job is not None:
            yield job
            job = self._take(block=False)

    def _take(self, *, block: bool) -> Job | None:
        """The next job somebody waits for; None where there is none, or none will come any more."""
        while True:
            try:
                job = self._jobs.get(block)
            except queue.Empty:
                return None
            if job is None:
                self._jobs.put(None)  # to be found by every thread
            if job is None or not job.waiting.cancelled():
                return job


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


def run_alone(jobs: Iterator[Job]) -> list[Job]:
    """Run the first job in a transaction of its own."""
    job = next(jobs)
    try:
        job.result, job.failure = _run_until_done(job), None
    except BaseException as error:
        job.failure = error
    return [job]


def _run_until_done(job: Job) -> Any:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with job.begin() as tx:
                return job.function(tx)
        except DBAPIError as error:
            if attempt == ATTEMPTS or not _is_transient(error):
                raise _explain(error) from error
            time.sleep(REST_SECONDS * attempt * random.uniform(0.5, 1.5))
    raise AssertionError("unreachable")


def _is_transient(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRANSIENT_STATES


def _explain(error: DBAPIError) -> Exception:
    """A database away or full is the installation's trouble; anything else is a fault of ours, told as it is."""
    outage = find_outage(error)
    if outage is None:
        return error
    log.error("database unavailable", outage=outage.name, reason=" ".join(str(error.orig).split()))
    return explain_outage(outage)


class _TakesLong(Exception):
    """A job is over the time it may take in a batch."""


class Batches:
    """Commits jobs together; `apart` takes over those that have to run alone."""

    def __init__(self, engine: Engine, apart: Callable[[Job], None]) -> None:
        self._engine, self._apart = engine, apart
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._opening = "SAVEPOINT job" if self._is_sqlite else BEGIN_BATCH
        self._deadline = math.inf
        self._trips: Trips | None = None

    def run(self, jobs: Iterator[Job]) -> list[Job]:
        """Run jobs as long as there are any and a batch has room, and commit; those that are answered now."""
        batch: list[Job] = []
        aside: list[Job] = []
        try:
            with begin_certainly(self._engine, self._opening) as tx, self._limiting(tx):
                for job in _limit(jobs):
                    if batch:
                        self._begin_next(tx)
                    batch.append(job)
                    if not self._attempt(tx, job):
                        aside.append(job)
        except BaseException as error:
            batch = batch or list(_limit(jobs))
            if isinstance(error, Unavailable) or (self._is_sqlite and isinstance(error, OperationalError)):
                return _fail(batch, error)
            aside = batch
        for job in aside:
            self._apart(job)
        return [job for job in batch if job not in aside]

    def _begin_next(self, tx: Connection) -> None:
        """On PostgreSQL the savepoint goes with the first of the job's own statements."""
        if self._trips is not None:
            self._trips.begin_with(NEXT_JOB)
        else:
            send(tx, "; ".join(NEXT_JOB))

    def _attempt(self, tx: Connection, job: Job) -> bool:
        """Run one job under its savepoint; False where it was in the way of the others."""
        self._deadline = time.monotonic() + JOB_SECONDS
        try:
            job.result = job.function(tx)
            finish_trips(tx)
        except (OperationalError, _TakesLong) as error:
            if self._is_sqlite or getattr(error, "connection_invalidated", False):
                raise  # the whole batch is lost
            self._deadline = math.inf
            self._take_back(tx)
            return False
        except BaseException as error:
            job.failure = error
            self._take_back(tx)
        return True

    def _take_back(self, tx: Connection) -> None:
        """Undo what a job did; where its savepoint was not even told of, it did nothing."""
        if self._trips is not None:
            self._trips.drop()
            if not self._trips.has_begun:
                return
        send(tx, TAKE_JOB_BACK)

    @contextmanager
    def _limiting(self, tx: Connection) -> Iterator[None]:
        """Let statements wait for one another, and no job of a batch begin one once it is over its time."""
        if self._is_sqlite:
            yield
            return
        try:
            with open_trips(tx, self._require_time) as self._trips:
                yield
        finally:
            self._trips = None

    def _require_time(self) -> None:
        if time.monotonic() > self._deadline:
            self._deadline = math.inf  # what takes it back needs statements too
            raise _TakesLong


def _limit(jobs: Iterator[Job]) -> Iterator[Job]:
    begun = time.monotonic()
    for number, job in enumerate(jobs, 1):
        yield job
        if number == LARGEST_BATCH or time.monotonic() > begun + BATCH_SECONDS:
            return


def _fail(jobs: list[Job], error: BaseException) -> list[Job]:
    problem = _explain(error) if isinstance(error, DBAPIError) else error
    for job in jobs:
        job.failure = problem
    return jobs


@contextmanager
def begin_certainly(engine: Engine, opening: str) -> Iterator[Connection]:
    """A transaction that raises nothing if it was committed, even where the connection was lost before we heard of it.

    `opening` begins it and, on PostgreSQL, ends with its number. Raises Unavailable where its end cannot be learnt.
    """
    with engine.connect() as tx:
        transaction = tx.begin()
        number = send(tx, opening)
        yield tx
        try:
            transaction.commit()
            return
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            lost = error
    if not _was_committed(engine, number):
        raise lost


def _was_committed(engine: Engine, number: str | None) -> bool:
    for attempt in range(1, ATTEMPTS + 1):
        with suppress(DBAPIError), engine.connect() as connection:
            found = connection.execute(text("SELECT pg_xact_status(CAST(:number AS xid8))"), {"number": number})
            status = found.scalar()
            if status != "in progress":
                return bool(status == "committed")
        time.sleep(REST_SECONDS * attempt**2)
    raise Unavailable(
        "The database went away while this was saved, so it may be recorded or not.", hint="look before you repeat it"
    )
