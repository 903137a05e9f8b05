"""The hop from an event loop to the database: what is answered is durable, and one failure is nobody else's."""

import asyncio
import threading
import time
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from core.db import Database
from core.errors import InvalidInput
from core.group_commit import BATCH_SECONDS
from core.models.company import setup_codes


def _write_code(tx: Connection, number: int, failure: Exception | None = None) -> int:
    tx.execute(insert(setup_codes), {"id": number, "code_hash": str(number)})
    if failure is not None:
        raise failure
    return number


def _count(tx: Connection) -> int:
    return tx.execute(select(func.count()).select_from(setup_codes)).scalar_one()


async def _hold_writer(database: Database) -> threading.Event:
    """Keep the writer busy, so that what comes meanwhile has to share a commit."""
    begun, go = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def wait(_tx: Connection) -> None:
        loop.call_soon_threadsafe(begun.set)
        go.wait(5)
        time.sleep(BATCH_SECONDS)  # nothing joins the batch it is in

    holding = asyncio.ensure_future(database.write(wait))
    await begun.wait()
    holding.add_done_callback(lambda _: None)
    return go


async def test_it_keeps_what_was_written_and_says_what_it_gave(database: Database) -> None:
    numbers = await asyncio.gather(*(database.write(_write_code, number) for number in range(1, 41)))
    assert numbers == list(range(1, 41))
    assert await database.read(_count) == 40


async def test_it_takes_back_only_the_write_that_failed(database: Database) -> None:
    go = await _hold_writer(database)
    refusal = InvalidInput("No.", field="number")
    writes = [database.write(_write_code, number, refusal if number % 3 == 0 else None) for number in range(1, 10)]
    waiting = asyncio.gather(*writes, return_exceptions=True)
    await asyncio.sleep(0.05)
    go.set()
    assert await waiting == [number if number % 3 else refusal for number in range(1, 10)]
    assert await database.read(_count) == 6


async def test_it_commits_what_is_waiting_together(database: Database) -> None:
    go = await _hold_writer(database)
    seen: list[Any] = []
    waiting = asyncio.gather(*(database.write(seen.append) for _ in range(5)))
    await asyncio.sleep(0.05)
    go.set()
    await waiting
    assert len({id(tx) for tx in seen}) == 1


async def test_it_does_not_do_what_nobody_waits_for_any_more(database: Database) -> None:
    go = await _hold_writer(database)
    given_up = asyncio.ensure_future(database.write(_write_code, 1))
    await asyncio.sleep(0.05)
    given_up.cancel()
    await asyncio.sleep(0)
    go.set()
    await database.write(_write_code, 2)
    assert await database.read(_count) == 1


async def test_it_reads_while_somebody_writes(database: Database) -> None:
    go = await _hold_writer(database)
    assert await asyncio.wait_for(database.read(_count), 5) == 0
    go.set()


async def test_it_finishes_what_is_waiting_before_it_closes(database_url: str) -> None:
    database = Database(database_url)
    waiting = asyncio.gather(*(database.write(_write_code, number) for number in range(1, 21)))
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    assert len(await waiting) == 20
    opened = Database(database_url)
    assert await opened.read(_count) == 20
    opened.close()
