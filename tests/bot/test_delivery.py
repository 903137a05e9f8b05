"""From the outbox to the chat: once, in order, patiently; and what Telegram's refusals mean."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from bot import delivery
from bot.delivery import deliver_due, deliver_forever
from bot.sandbox.acts import migrate_group
from bot.sandbox.errors import BotApiError
from bot.scheduler import JobContext, post_due_digests
from core import clock
from core.access import act_as_operator
from core.company import change_company, create_company
from core.models.outbox import outbox
from core.outbox import CLAIM_LASTS, MOST_ATTEMPTS, claim_notices, post_notices
from core.reports.subscriptions import list_subscriptions, subscribe
from core.sales.ledger import reactions
from tests.bot.conftest import GROUP_ID, Chat
from tests.bot.jobs import NAMED, hurry, scheduling
from tests.entries import make_entry
from tests.shop import TELEGRAM_IDS, set_target

# Telling to wait is told by python-telegram-bot 22 with a warning about the type it tells it in.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

ALICE, BOB, CHARLIE = (TELEGRAM_IDS[name] for name in ("alice", "bob", "charlie"))
SIX = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)  # 18:00 in Riyadh
GOAL_MET = {
    "goal_id": 1,
    "measure": "revenue",
    "target": 500_000_000,
    "person": "Bob <b>&amp;",
    "product": None,
    "start": "2026-07-01",
    "last": "2026-07-31",
    "currency": "SAR",
}


@pytest.fixture
def at_six(chat: Chat) -> time_machine.Traveller:  # type: ignore[misc]
    """Six in the evening, standing still."""
    with time_machine.travel(SIX, tick=False) as traveller:
        yield traveller


def _post(chat: Chat, *chat_ids: int, count: int = 1) -> None:
    with chat.database.begin() as tx:
        for number in range(count):
            content = GOAL_MET | {"target": (number + 1) * 10_000}
            post_notices(tx, chat.shop.company.id, "goal_met", list(chat_ids), content)


def _read(chat: Chat, chat_id: int) -> list[str]:
    """What the bot wrote in a chat."""
    written = chat.world.chats[chat_id].messages.values()
    return [message["text"] for message in written if "text" in message and message["from"]["is_bot"]]


def _list_rows(chat: Chat) -> list[dict[str, object]]:
    with chat.database.begin_read() as tx:
        return [dict(row._mapping) for row in tx.execute(select(outbox).order_by(outbox.c.id))]


async def _deliver(chat: Chat) -> int:
    return await deliver_due(chat.database, chat.application.bot)


async def test_a_notice_is_sent_once_to_each_chat(chat: Chat) -> None:
    _post(chat, ALICE, BOB)

    assert [await _deliver(chat), await _deliver(chat)] == [2, 0]

    for chat_id in (ALICE, BOB):
        assert _read(chat, chat_id) == ["🏆 Goal met · July 2026\nBob <b>&amp; has reached SAR 1.00 in sales."]
    assert _read(chat, CHARLIE) == []
    assert all(row["delivered_at"] and not row["failure"] for row in _list_rows(chat))


async def test_the_pages_reaction_tells_a_branchs_managers_of_a_large_sale(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = make_entry("telling reaction", reactions)
    monkeypatch.setattr(reactions, "REACTIONS", (*reactions.REACTIONS, entry))
    for event, view in make_entry("notice", delivery).items():
        monkeypatch.setitem(delivery.VIEWS, event, view)
    for said in ("10 SOL-3077 @99.99", "10 SOL-3077 @100"):
        await chat.bob.send(said)
    await chat.alice.send("10 SOL-3077 @100")  # she did it, and saw it
    assert await _deliver(chat) == 1
    assert _read(chat, ALICE)[-1] == "💰 Sale #2: SAR 1,000.00"
    assert _read(chat, CHARLIE) == []


async def test_a_notice_is_written_as_its_company_writes_figures(chat: Chat) -> None:
    with chat.database.begin() as tx:
        umbra = create_company(tx, "Umbra", currency="INR", time_zone="Asia/Kolkata")
        change_company(tx, act_as_operator(umbra), locale="en-IN")
        for company_id, chat_id in ((umbra.id, ALICE), (chat.shop.company.id, BOB)):
            post_notices(
                tx, company_id, "goals_met", [chat_id], {"goals": [GOAL_MET | {"target": 10**10, "currency": "INR"}]}
            )
    assert await _deliver(chat) == 2
    assert "reached ₹10,00,000.00 in sales" in _read(chat, ALICE)[0]
    assert "reached INR 1,000,000.00 in sales" in _read(chat, BOB)[0]


async def test_a_sale_that_meets_a_goal_is_told_to_whom_it_concerns(chat: Chat) -> None:
    with chat.database.begin() as tx:
        set_target(tx, chat.shop, 20, clock.today("Asia/Riyadh"), person=chat.shop.bob)
    await chat.bob.send("/sale 1 SOL-3077")
    await _deliver(chat)

    assert len(_read(chat, BOB)) == 1  # the receipt said so already
    assert "Bob has reached SAR 20.00 in sales" in _read(chat, ALICE)[-1]
    assert _read(chat, CHARLIE) == []


async def test_each_chat_gets_its_notices_in_order(chat: Chat) -> None:
    _post(chat, ALICE, BOB, count=8)
    while await _deliver(chat):
        pass

    for chat_id in (ALICE, BOB):
        assert [text.split()[-3] for text in _read(chat, chat_id)] == [f"{number}.00" for number in range(1, 9)]


async def test_it_waits_as_long_as_telegram_says(chat: Chat, at_six: time_machine.Traveller) -> None:
    _post(chat, BOB)
    chat.world.faults.slow_down("sendMessage", 37, times=2 * MOST_ATTEMPTS)
    for _ in range(2 * MOST_ATTEMPTS):
        assert await _deliver(chat) == 1
        at_six.shift(36)
        assert await _deliver(chat) == 0
        at_six.shift(1)

    assert await _deliver(chat) == 1
    assert len(_read(chat, BOB)) == 1


async def test_it_tries_again_less_and_less_often_and_gives_up_in_the_end(
    chat: Chat, at_six: time_machine.Traveller
) -> None:
    _post(chat, BOB)
    chat.world.faults.refuse("sendMessage", BotApiError(502, "Bad Gateway"), times=1000)
    tries = []
    for _ in range(24 * 60 * 12):  # a day, every five seconds
        if await _deliver(chat):
            tries.append(clock.now() - SIX)
        at_six.shift(5)
        if len(tries) == MOST_ATTEMPTS:
            break

    assert tries[:4] == [timedelta(seconds=seconds) for seconds in (0, 5, 15, 35)]
    assert tries[-1] > timedelta(hours=11)
    (row,) = _list_rows(chat)
    assert row["dropped_at"]
    assert "Bad Gateway" in str(row["failure"])
    chat.world.faults.clear()
    at_six.shift(24 * 3600)
    assert await _deliver(chat) == 0


@pytest.mark.parametrize("chat_id", [BOB, 777_777])
async def test_it_does_not_insist_where_it_is_blocked_or_unknown(chat: Chat, chat_id: int) -> None:
    chat.world.people[BOB].has_blocked = True
    _post(chat, chat_id, ALICE)

    assert [await _deliver(chat), await _deliver(chat)] == [2, 0]

    assert len(_read(chat, ALICE)) == 1
    dropped = next(row for row in _list_rows(chat) if row["chat_id"] == chat_id)
    assert dropped["dropped_at"]
    assert str(dropped["failure"]).startswith(("Forbidden", "BadRequest"))


async def test_it_follows_a_group_that_moved(chat: Chat, at_six: time_machine.Traveller) -> None:
    at_six.move_to(SIX - timedelta(hours=1))
    group_id = -4001
    chat.world.add_group(group_id, "Team", [ALICE, BOB])
    with chat.database.begin() as tx:
        for cadence, on_day in (("daily", None), ("weekly", 2)):
            subscribe(tx, chat.shop.alice, group_id, is_group=True, cadence=cadence, local_minute=1080, on_day=on_day)
    new_id, _ = migrate_group(chat.world, ALICE, group_id)
    at_six.move_to(SIX)

    assert await post_due_digests(chat.database) == 2
    while await _deliver(chat):
        pass

    assert sorted(text.split(" · ")[0] for text in _read(chat, new_id)) == ["📊 Daily digest", "📊 Weekly digest"]
    with chat.database.begin() as tx:
        assert list_subscriptions(tx, chat.shop.alice, group_id) == ()
        assert len(list_subscriptions(tx, chat.shop.alice, new_id)) == 2
    at_six.move_to(SIX + timedelta(days=1))
    assert await post_due_digests(chat.database) == 1
    await _deliver(chat)
    assert len(_read(chat, new_id)) == 3


async def test_a_claim_holds_while_it_lasts(chat: Chat, at_six: time_machine.Traveller) -> None:
    """A process that died before it sent anything: another one sends it, later."""
    _post(chat, BOB)
    assert len(await chat.database.write(claim_notices)) == 1

    assert await _deliver(chat) == 0
    at_six.shift(CLAIM_LASTS)
    assert await _deliver(chat) == 0
    at_six.shift(1)
    assert await _deliver(chat) == 1
    assert len(_read(chat, BOB)) == 1


async def test_two_that_deliver_at_once_send_nothing_twice(chat: Chat) -> None:
    _post(chat, ALICE, BOB, count=30)

    while sum(await asyncio.gather(*(_deliver(chat) for _ in range(4)))):
        pass

    for chat_id in (ALICE, BOB):
        texts = _read(chat, chat_id)
        assert len(texts) == len(set(texts)) == 30


async def test_it_leaves_to_others_what_it_does_not_know_how_to_show(chat: Chat) -> None:
    _post(chat, BOB)
    with chat.database.begin() as tx:
        tx.execute(update(outbox).values(event="of_a_newer_version"))

    assert await _deliver(chat) == 1

    (row,) = _list_rows(chat)
    assert row["delivered_at"] is row["dropped_at"] is row["claimed_at"] is None
    assert _read(chat, BOB) == []


async def test_it_is_woken_and_otherwise_looks_by_itself(chat: Chat) -> None:
    wake = asyncio.Event()
    running = asyncio.create_task(deliver_forever(chat.database, chat.application.bot, wake))
    await asyncio.sleep(0.5)
    _post(chat, BOB)
    wake.set()
    await _wait_for(lambda: len(_read(chat, BOB)) == 1)

    async with scheduling(JobContext(chat.database, wake), *hurry(0.05, NAMED["delivery"])):
        await asyncio.sleep(0.5)
        _post(chat, BOB)
        await _wait_for(lambda: len(_read(chat, BOB)) == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_stopping_waits_for_what_is_on_its_way(chat: Chat) -> None:
    """What Telegram has taken must be settled, or it would be sent again after a restart."""
    chat.world.faults.delay("sendMessage", 0.5)
    _post(chat, BOB)
    running = asyncio.create_task(deliver_forever(chat.database, chat.application.bot, asyncio.Event()))
    await asyncio.sleep(0.3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert len(_read(chat, BOB)) == 1
    assert _list_rows(chat)[0]["delivered_at"]


async def test_without_a_bot_it_waits_and_loses_nothing(chat: Chat) -> None:
    _post(chat, BOB)
    running = asyncio.create_task(deliver_forever(chat.database, None, asyncio.Event()))
    await asyncio.sleep(0.2)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert await _deliver(chat) == 1
    assert len(_read(chat, BOB)) == 1


async def _wait_for(is_true) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(10):
        while not is_true():  # noqa: ASYNC110 - the sandbox sets no event
            await asyncio.sleep(0.02)


async def test_group_digests_go_to_the_group(chat: Chat, at_six: time_machine.Traveller) -> None:
    at_six.move_to(SIX - timedelta(hours=1))
    await chat.alice.within(GROUP_ID).send("/digest daily 18:00")
    await chat.bob.send("/sale 2 SOL-3077")
    at_six.move_to(SIX)

    assert await post_due_digests(chat.database) == 1
    assert await post_due_digests(chat.database) == 0
    await _deliver(chat)

    assert _read(chat, GROUP_ID)[-1].startswith("📊 Daily digest · Mall\nWed, 15 Jul 2026 · so far\n\nThe branch")
    assert "🥇 Bob: SAR 49.98" in _read(chat, GROUP_ID)[-1]
