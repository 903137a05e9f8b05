"""Everything that is done periodically: JOBS, a table that APScheduler runs in memory.

What is due and what was missed is read from the database, and a row decides which process does it, so any number of
processes may run the table.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.engine import Connection

from bot.importing import Importing
from core import clock
from core.db import Database
from core.errors import SalesbellError
from core.imports.received import forget_ignored
from core.metrics.recalculation import do_recalculations
from core.outbox import sweep_notices
from core.people.guessing import sweep_wrong_codes
from core.people.requests import sweep_requests
from core.reports.posting import find_due_digests, post_digest, sweep_digests
from core.sweeping import FROM_THE_FIRST

log = structlog.get_logger()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DEFAULTS = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
PARTING_SECONDS = 5.0  # that a job may take to end in


class Every(BaseTrigger):
    """At once, and at every whole multiple of an interval by the clock.

    IntervalTrigger goes through what was missed one interval at a time, which holds up the process for minutes where a
    clock is set ahead by years, as at the start of a machine that keeps none.
    """

    def __init__(self, **interval: float) -> None:
        """`interval` as timedelta takes it."""
        self.interval = timedelta(**interval)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The first time after `now`; `now` itself where there was none before."""
        return now if previous_fire_time is None else now + self.interval - (now - EPOCH) % self.interval


@dataclass
class JobContext:
    """What jobs work on."""

    database: Database
    wake: asyncio.Event  # set when something was left for delivery
    importing: Importing | None = None  # there once Telegram was reached


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done periodically; `trigger` is Every(…) or CronTrigger(…, timezone=UTC)."""

    name: str
    trigger: BaseTrigger
    run: Callable[[JobContext], Coroutine[Any, Any, None]]


def in_transaction(function: Callable[[Connection], object]) -> Callable[[JobContext], Coroutine[Any, Any, None]]:
    """A job that is one writing transaction."""

    async def run(context: JobContext) -> None:
        await context.database.write(function)

    return run


def while_any(sweep: Callable[[Connection, int], int | None]) -> Callable[[JobContext], Coroutine[Any, Any, None]]:
    """A job that lets go of old rows, a writing transaction for every few of them, until it is past them all."""

    async def run(context: JobContext) -> None:
        after: int | None = FROM_THE_FIRST
        while after is not None:
            after = await context.database.write(sweep, after)

    return run


async def post_due_digests(database: Database) -> int:
    """Put every digest that is due in the outbox, each in a transaction of its own; how many this process posted."""
    posted = 0
    for wanted in await database.read(find_due_digests, clock.now()):
        try:
            if await database.write(post_digest, wanted):
                posted += 1
                log.info("digest posted", subscription=wanted.subscription_id, due_at=wanted.due.at.isoformat())
        except Exception:  # one that cannot be composed must not keep the others back
            log.exception("failed to post a digest", subscription=wanted.subscription_id)
    return posted


async def _post_digests(context: JobContext) -> None:
    if await post_due_digests(context.database):
        context.wake.set()


async def _wake_delivery(context: JobContext) -> None:
    context.wake.set()


async def _resume_imports(context: JobContext) -> None:
    if context.importing is not None:
        await context.importing.look_for_work()


async def _recalculate(context: JobContext) -> None:
    await do_recalculations(context.database)


HOURLY = CronTrigger(minute=50, timezone=UTC)  # not on the hour, when digests are due

JOBS = (
    Job("digests", Every(seconds=15), _post_digests),
    Job("delivery", Every(seconds=5), _wake_delivery),  # what another process left, and what is tried again
    Job("imports", Every(seconds=5), _resume_imports),  # what another process left
    Job("recalculations", Every(seconds=5), _recalculate),
    # Rows that are kept for a time only.
    Job("ignored files", HOURLY, in_transaction(forget_ignored)),
    Job("old notices", HOURLY, while_any(sweep_notices)),
    Job("old wrong codes", HOURLY, while_any(sweep_wrong_codes)),
    Job("old requests", HOURLY, while_any(sweep_requests)),
    Job("old digests", HOURLY, while_any(sweep_digests)),
)


async def schedule_forever(context: JobContext, jobs: Sequence[Job] = JOBS) -> None:
    """Run each job when it is due until cancelled; what is running then may end within PARTING_SECONDS."""
    scheduler = _Scheduler(timezone=UTC, job_defaults=DEFAULTS)
    running: set[asyncio.Task[None]] = set()
    for job in jobs:
        scheduler.add_job(_run, job.trigger, (job, context, running), id=job.name, name=job.name)
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        await _stop(scheduler, running)


class _Scheduler(AsyncIOScheduler):
    """Follows a clock that is set back; APScheduler itself would find nothing due until it has caught up."""

    def wakeup(self) -> None:
        """Start what is due and sleep until the next is; a sleep does not depend on the clock."""
        now = clock.now()
        for job in self.get_jobs():
            next_run_time = job.trigger.get_next_fire_time(now, now)
            if next_run_time < job.next_run_time:
                job.modify(next_run_time=next_run_time)
        super().wakeup()


async def _run(job: Job, context: JobContext, running: set[asyncio.Task[None]]) -> None:
    """Run a job once; whatever becomes of it, it is run again when it is due."""
    task = asyncio.create_task(job.run(context))
    running.add(task)
    try:
        await task
    except SalesbellError as error:
        log.warning("job put off", job=job.name, reason=error.message)
    except asyncio.CancelledError:
        log.warning("job cancelled", job=job.name)
    except Exception:
        log.exception("job failed", job=job.name)
    finally:
        running.discard(task)


async def _stop(scheduler: _Scheduler, running: set[asyncio.Task[None]]) -> None:
    """Let what runs end, then shut down: by itself APScheduler cancels what runs, and does not wait for it."""
    scheduler.pause()
    await asyncio.sleep(0)  # what was submitted just now begins
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), PARTING_SECONDS)
    scheduler.shutdown()
