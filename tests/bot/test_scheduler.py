"""The clock: what is due is done at its time, and nothing stops it but the end, which is clean."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
import time_machine
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot import scheduler
from bot.delivery import deliver_due
from bot.scheduler import Every, Job, JobContext, post_due_digests
from core.access import Viewer
from core.db import Database
from core.errors import Unavailable
from core.models.outbox import outbox, subscriptions
from core.reports import posting
from core.reports.digest import Digest, compose_digest
from core.reports.subscriptions import subscribe
from tests.bot.conftest import Chat
from tests.bot.jobs import NAMED, hurry, scheduling
from tests.shop import TELEGRAM_IDS

SIX = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)  # 18:00 in Riyadh
BOB = TELEGRAM_IDS["bob"]


@pytest.fixture
def before_six(chat: Chat):  # type: ignore[no-untyped-def]
    """Five in the afternoon, standing still; Alice, Bob and Charlie have asked for a digest at six."""
    with time_machine.travel(SIX - timedelta(hours=1), tick=False) as traveller:
        with chat.database.begin() as tx:
            for name in ("alice", "bob", "charlie"):
                viewer, chat_id = getattr(chat.shop, name), TELEGRAM_IDS[name]
                subscribe(tx, viewer, chat_id, is_group=False, cadence="daily", local_minute=1080)
        yield traveller


async def test_everybody_gets_theirs_and_nobody_anothers(chat: Chat, before_six: time_machine.Traveller) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    assert await post_due_digests(chat.database) == 0
    before_six.move_to(SIX)
    assert await post_due_digests(chat.database) == 3
    await deliver_due(chat.database, chat.application.bot)

    alice, bob, charlie = (
        list(chat.world.chats[TELEGRAM_IDS[name]].messages.values())[-1]["text"] for name in ("alice", "bob", "charlie")
    )
    assert "The branch, against Tue, 14 Jul 2026\nRevenue: SAR 49.98 new" in alice
    assert "Your sales, against Tue, 14 Jul 2026\nRevenue: SAR 49.98 new" in bob
    assert "🥇 Bob (you): SAR 49.98" in bob
    assert "Revenue: SAR 0.00\n" in charlie
    assert "Bob" not in charlie


async def test_one_that_cannot_be_timed_does_not_keep_the_others_back(
    chat: Chat, before_six: time_machine.Traveller
) -> None:
    with chat.database.begin() as tx:
        tx.execute(update(subscriptions).where(subscriptions.c.chat_id == BOB).values(time_zone="Europe/Atlantis"))
    before_six.move_to(SIX)

    assert await post_due_digests(chat.database) == 2


async def test_one_that_cannot_be_composed_does_not_keep_the_others_back(
    chat: Chat, before_six: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compose_but_not_for_bob(tx: Connection, viewer: Viewer, *args: Any, **kwargs: Any) -> Digest:
        if viewer.handle == "bob":
            raise RuntimeError("a fault of ours")
        return compose_digest(tx, viewer, *args, **kwargs)

    monkeypatch.setattr(posting, "compose_digest", compose_but_not_for_bob)
    before_six.move_to(SIX)

    assert await post_due_digests(chat.database) == 2
    with chat.database.begin_read() as tx:
        assert BOB not in set(tx.execute(select(outbox.c.chat_id)).scalars())
    monkeypatch.undo()
    assert await post_due_digests(chat.database) == 1


async def test_it_posts_by_itself_and_wakes_the_delivery(chat: Chat, before_six: time_machine.Traveller) -> None:
    wake = asyncio.Event()
    async with scheduling(JobContext(chat.database, wake), *hurry(0.05, NAMED["digests"])):
        await asyncio.sleep(0.3)
        assert not wake.is_set()
        before_six.move_to(SIX)
        await asyncio.wait_for(wake.wait(), 10)


async def test_it_goes_on_when_the_database_was_away(
    chat: Chat, before_six: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake, failures, read = asyncio.Event(), [Unavailable("away"), RuntimeError("a fault of ours")], Database.read

    async def fail_twice(self: Database, *args: object, **kwargs: object) -> object:
        if failures:
            raise failures.pop()
        return await read(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "read", fail_twice)
    before_six.move_to(SIX, tick=True)
    async with scheduling(JobContext(chat.database, wake), *hurry(0.05, NAMED["digests"])):
        await asyncio.wait_for(wake.wait(), 10)

    assert failures == []


# ---- the jobs' times ------------------------------------------------------------------------------------------------


@pytest.fixture
def context(tmp_path: Path) -> Iterator[JobContext]:
    """What jobs work on that do not touch it."""
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield JobContext(database, asyncio.Event())
    database.close()


class Counting:
    """A job that counts how often it is run and how many of it run at once; `work` is what each run does."""

    def __init__(self, work: Callable[[], Awaitable[None]] | None = None) -> None:
        self.work = work
        self.begun = self.ended = self.most_at_once = 0

    async def run(self, _context: JobContext) -> None:
        self.begun += 1
        self.most_at_once = max(self.most_at_once, self.begun - self.ended)
        try:
            if self.work is not None:
                await self.work()
        finally:
            self.ended += 1

    async def wait_for(self, count: int) -> None:
        """Until so many have begun."""
        async with asyncio.timeout(10):
            while self.begun < count:  # noqa: ASYNC110 - a job sets no event
                await asyncio.sleep(0.01)


def test_an_interval_is_counted_by_the_clock_and_the_first_time_is_now() -> None:
    now = datetime(2026, 7, 15, 15, 0, 7, 150_000, tzinfo=UTC)
    assert Every(seconds=15).get_next_fire_time(None, now) == now
    assert Every(seconds=15).get_next_fire_time(now, now) == now.replace(second=15, microsecond=0)
    for seconds in (0.05, 0.1, 15, 3600):
        at = Every(seconds=seconds).get_next_fire_time(now, now)
        assert at < Every(seconds=seconds).get_next_fire_time(at, at) == at + timedelta(seconds=seconds)


@pytest.mark.parametrize("jump", [timedelta(days=11_000), timedelta(days=-11_000)], ids=["ahead", "back"])
async def test_a_clock_that_is_set_ahead_or_back_stops_nothing(context: JobContext, jump: timedelta) -> None:
    counting = Counting()
    with time_machine.travel(SIX) as traveller:
        async with scheduling(context, Job("counting", Every(seconds=0.05), counting.run)):
            await counting.wait_for(2)
            traveller.shift(jump)
            await counting.wait_for(counting.begun + 5)


async def test_a_cron_job_comes_at_its_time_after_the_clock_was_set_back_too(context: JobContext) -> None:
    counting = Counting()
    job = Job("counting", CronTrigger(minute=50, timezone=UTC), counting.run)
    almost = SIX + timedelta(minutes=49, seconds=59.7)
    with time_machine.travel(almost) as traveller:
        async with scheduling(context, job, Job("other", Every(seconds=0.05), Counting().run)):
            await asyncio.sleep(0.1)
            assert counting.begun == 0
            await counting.wait_for(1)
            traveller.move_to(almost - timedelta(hours=1))
            await counting.wait_for(2)
            await asyncio.sleep(0.2)
            assert counting.begun == 2


async def test_a_job_that_fails_is_logged_and_runs_again(context: JobContext) -> None:
    failures = [Unavailable("away"), RuntimeError("a fault of ours")]

    async def fail_twice() -> None:
        if failures:
            raise failures.pop(0)

    counting = Counting(fail_twice)
    with structlog.testing.capture_logs() as logs:
        async with scheduling(context, Job("counting", Every(seconds=0.05), counting.run)):
            await counting.wait_for(4)
    told = [{name: entry.get(name) for name in ("event", "job", "reason", "log_level")} for entry in logs]
    assert told == [
        {"event": "job put off", "job": "counting", "reason": "away", "log_level": "warning"},
        {"event": "job failed", "job": "counting", "reason": None, "log_level": "error"},
    ]


async def test_a_job_that_takes_longer_than_its_interval_runs_one_at_a_time(context: JobContext) -> None:
    slow, quick = Counting(lambda: asyncio.sleep(0.2)), Counting()
    jobs = (Job(name, Every(seconds=0.05), one.run) for name, one in (("slow", slow), ("quick", quick)))
    async with scheduling(context, *jobs):
        await slow.wait_for(3)
    assert slow.most_at_once == 1
    assert quick.begun > slow.begun


# ---- the end --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_is_left(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """APScheduler finds no fault with any of it."""
    yield
    assert [entry for entry in caplog.records if entry.levelno > logging.WARNING] == []


@pytest.mark.parametrize("turns", range(8))
async def test_it_can_be_ended_at_any_moment_and_what_was_begun_is_finished(context: JobContext, turns: int) -> None:
    counting = Counting(lambda: asyncio.sleep(0.05))
    async with scheduling(context, *(Job(f"{n}", Every(hours=1), counting.run) for n in range(3))):
        for _ in range(turns):
            await asyncio.sleep(0)
    assert counting.begun == counting.ended
    assert counting.begun in (0, 3)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_what_does_not_finish_is_cancelled(context: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "PARTING_SECONDS", 0.1)
    counting = Counting(lambda: asyncio.sleep(3600))
    with structlog.testing.capture_logs() as logs:
        async with scheduling(context, Job("counting", Every(seconds=0.05), counting.run)):
            await counting.wait_for(1)
    assert [(entry["event"], entry["job"]) for entry in logs] == [("job cancelled", "counting")]
    assert counting.ended == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}
