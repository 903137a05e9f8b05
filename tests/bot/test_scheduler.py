"""The clock: what is due is looked for at every tick, and nothing stops it from ticking."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.delivery import deliver_due
from bot.scheduler import post_due_digests, schedule_forever
from core.access import Viewer
from core.db import Database
from core.errors import Unavailable
from core.models.outbox import outbox, subscriptions
from core.reports import posting
from core.reports.digest import Digest, compose_digest
from core.reports.subscriptions import subscribe
from tests.bot.conftest import Chat
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
    running = asyncio.create_task(schedule_forever(chat.database, wake, every_seconds=0.05))
    await asyncio.sleep(0.3)
    assert not wake.is_set()
    before_six.move_to(SIX)
    await asyncio.wait_for(wake.wait(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_goes_on_when_the_database_was_away(
    chat: Chat, before_six: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake, failures, read = asyncio.Event(), [Unavailable("away"), RuntimeError("a fault of ours")], Database.read

    async def fail_twice(self: Database, *args: object, **kwargs: object) -> object:
        if failures:
            raise failures.pop()
        return await read(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Database, "read", fail_twice)
    before_six.move_to(SIX)
    running = asyncio.create_task(schedule_forever(chat.database, wake, every_seconds=0.05))
    await asyncio.wait_for(wake.wait(), 10)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert failures == []
