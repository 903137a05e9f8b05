"""The clock that makes digests come. One rule: it only looks what is due; a row decides who posts.

A plain loop, not APScheduler: there is one job, what is due and what was missed is read from the database at every
tick, so nothing is left for a scheduler to remember; and it runs without a Telegram token, where there is no JobQueue.
"""

import asyncio

import structlog

from core import clock
from core.db import Database
from core.errors import SalesbellError
from core.reports.posting import find_due_digests, post_digest

log = structlog.get_logger()
TICK_SECONDS = 15.0


async def schedule_forever(database: Database, wake: asyncio.Event, *, every_seconds: float = TICK_SECONDS) -> None:
    """Post what is due, now and at every whole multiple of `every_seconds` by the clock, until cancelled.

    Any number of processes may do so on one database. `wake` is set when something was left for delivery.
    """
    while True:
        try:
            if await post_due_digests(database):
                wake.set()
        except SalesbellError as error:
            log.warning("cannot look for digests", reason=error.message)
        except Exception:
            log.exception("failed to look for digests")
        await asyncio.sleep(every_seconds - clock.now().timestamp() % every_seconds)


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
