"""The table of jobs for tests that cannot wait. One rule: the jobs are as they are; only the times are others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from bot.scheduler import JOBS, Every, Job, JobContext, schedule_forever

NAMED = {job.name: job for job in JOBS}


def hurry(seconds: float, *jobs: Job) -> list[Job]:
    """Those jobs, else all of the table, every so many seconds."""
    return [replace(job, trigger=Every(seconds=seconds)) for job in jobs or JOBS]


@asynccontextmanager
async def scheduling(context: JobContext, *jobs: Job) -> AsyncIterator[None]:
    """Those jobs, run as their triggers say for as long as the block lasts."""
    running = asyncio.create_task(schedule_forever(context, jobs))
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
