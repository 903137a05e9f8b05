"""Rows that are kept for a time only: what is over is let go of, what somebody still needs is not."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Table, func, insert, select, update

from bot.delivery import deliver_due
from bot.scheduler import JobContext, post_due_digests
from core import outbox as notices
from core import sweeping
from core.models.outbox import digests, outbox
from core.outbox import post_notices
from core.reports import posting
from core.reports.subscriptions import subscribe
from tests.bot.conftest import Chat
from tests.bot.jobs import NAMED
from tests.shop import TELEGRAM_IDS

SIX = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)  # 18:00 in Riyadh
BOB = TELEGRAM_IDS["bob"]


@pytest.fixture
def at_six(chat: Chat) -> Iterator[time_machine.Traveller]:
    """Six in the evening, standing still; Bob's daily digest is due."""
    with time_machine.travel(SIX - timedelta(hours=1), tick=False) as traveller:
        with chat.database.begin() as tx:
            subscribe(tx, chat.shop.bob, BOB, is_group=False, cadence="daily", local_minute=1080)
        traveller.move_to(SIX)
        yield traveller


def _count(chat: Chat, table: Table) -> int:
    with chat.database.begin_read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


async def _run(chat: Chat, *names: str) -> None:
    for name in names:
        await NAMED[name].run(JobContext(chat.database, asyncio.Event()))


async def test_what_was_delivered_is_kept_for_a_month_and_what_waits_for_ever(
    chat: Chat, at_six: time_machine.Traveller
) -> None:
    await post_due_digests(chat.database)
    await deliver_due(chat.database, chat.application.bot)
    with chat.database.begin() as tx:
        post_notices(tx, chat.shop.company.id, "digest", [BOB], {})
    at_six.move_to(SIX + notices.KEPT)
    await _run(chat, "old notices")
    assert _count(chat, outbox) == 2
    at_six.move_to(SIX + notices.KEPT + timedelta(seconds=1))
    await _run(chat, "old notices")
    assert _count(chat, outbox) == 1
    with chat.database.begin_read() as tx:
        assert tx.execute(select(outbox.c.delivered_at)).scalar_one() is None


async def test_what_was_given_up_goes_too(chat: Chat, at_six: time_machine.Traveller) -> None:
    await post_due_digests(chat.database)
    with chat.database.begin() as tx:
        tx.execute(update(outbox).values(dropped_at=SIX))
    at_six.move_to(SIX + notices.KEPT + timedelta(days=1))
    await _run(chat, "old notices")
    assert _count(chat, outbox) == 0


async def test_a_digest_is_not_posted_again_once_its_mark_is_gone(chat: Chat, at_six: time_machine.Traveller) -> None:
    with chat.database.begin() as tx:
        subscribe(tx, chat.shop.bob, BOB, is_group=False, cadence="monthly", local_minute=1080, on_day=15)
    at_six.move_to(SIX + timedelta(days=31))
    assert await post_due_digests(chat.database) == 2
    at_six.shift(posting.KEPT + timedelta(days=1))
    assert await post_due_digests(chat.database) == 2
    await _run(chat, "old digests")
    assert _count(chat, digests) == 2
    assert await post_due_digests(chat.database) == 0


async def test_many_go_a_few_at_a_time(
    chat: Chat, at_six: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 3)
    company = {"company_id": chat.shop.company.id, "event": "digest", "chat_id": BOB, "content": {}, "attempts": 1}
    old = SIX - notices.KEPT - timedelta(days=1)
    row = {**company, "created_at": old, "next_attempt_at": old, "delivered_at": old}
    with chat.database.begin() as tx:
        tx.execute(insert(outbox), [row] * 10)
    await _run(chat, "old notices")
    assert _count(chat, outbox) == 0


async def test_what_stays_for_good_keeps_nothing_behind_it(
    chat: Chat, at_six: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 3)
    company = {"company_id": chat.shop.company.id, "event": "digest", "chat_id": BOB, "content": {}, "attempts": 1}
    old = SIX - notices.KEPT - timedelta(days=1)
    row = {**company, "created_at": old, "next_attempt_at": old}
    with chat.database.begin() as tx:
        tx.execute(insert(outbox), [row] * 7)
        tx.execute(insert(outbox), [row | {"delivered_at": old}] * 4)
    await _run(chat, "old notices")
    assert _count(chat, outbox) == 7


def test_the_walk_ends_where_rows_are_young(
    chat: Chat, at_six: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 3)
    company = {"company_id": chat.shop.company.id, "event": "digest", "chat_id": BOB, "content": {}, "attempts": 1}
    old = SIX - notices.KEPT - timedelta(days=1)
    rows = [{**company, "created_at": at, "next_attempt_at": at} for at in (*[old] * 4, *[SIX] * 8)]
    with chat.database.begin() as tx:
        tx.execute(insert(outbox), rows)
        first = notices.sweep_notices(tx)
        assert first is not None
        assert notices.sweep_notices(tx, first) is None
