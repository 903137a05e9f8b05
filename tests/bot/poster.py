"""A process that schedules and delivers, for tests that need real ones: python -m tests.bot.poster. One rule: nothing
but the clock's offset and how long a claim lasts differ from the real thing."""

import asyncio
import sys
from datetime import timedelta

import time_machine
from telegram import Bot

import core.outbox
from bot.delivery import deliver_forever
from bot.request import AiohttpRequest
from bot.scheduler import JobContext, schedule_forever
from core import clock
from core.db import Database
from tests.bot.jobs import hurry


async def run(database: Database, api_url: str, token: str) -> None:
    """Until killed."""
    request, wake = AiohttpRequest(), asyncio.Event()
    await request.initialize()
    bot = Bot(token, base_url=f"{api_url}/bot", request=request)
    print("ready", flush=True)
    await asyncio.gather(
        schedule_forever(JobContext(database, wake), hurry(0.25)), deliver_forever(database, bot, wake)
    )


def main(database_url: str, api_url: str, token: str, ahead_seconds: str, claim_seconds: str) -> None:
    """`ahead_seconds`: how far this process's clock is ahead."""
    core.outbox.CLAIM_LASTS = timedelta(seconds=float(claim_seconds))
    with time_machine.travel(clock.now() + timedelta(seconds=float(ahead_seconds)), tick=True):
        asyncio.run(run(Database(database_url), api_url, token))


if __name__ == "__main__":
    main(*sys.argv[1:])
