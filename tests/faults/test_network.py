"""Telegram in trouble. One rule: the sale is recorded once, and the person hears of it in the end."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
import stamina
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.obstacles import choose_wait
from bot.outgoing import Outgoing
from bot.sandbox import acts
from bot.sandbox.correspondent import Answer, Correspondent
from bot.sandbox.errors import BotApiError, bad_request
from bot.sandbox.world import World
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application
from tests.bot.test_recording import count

SERVER_ERROR = BotApiError(500, "Internal Server Error")
BAD_GATEWAY = BotApiError(502, "Bad Gateway")


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    """Tries follow one another at once."""
    with stamina.set_testing(True, attempts=20, cap=True):
        yield


def read(writer: Correspondent) -> list[Answer]:
    """What the bot said in this chat, as it stands."""
    return list(writer.received)


@pytest.mark.parametrize("error", [SERVER_ERROR, BAD_GATEWAY])
async def test_it_tries_again_when_telegram_breaks(chat: Chat, error: BotApiError) -> None:
    chat.world.faults.refuse("sendMessage", error, times=3)
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    assert "Sale recorded" in receipt.text
    assert await count(chat) == (499_800, 1)


async def test_it_waits_as_long_as_telegram_asks(chat: Chat) -> None:
    chat.world.faults.slow_down("sendMessage", 1, times=2)
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    assert "Sale recorded" in receipt.text
    assert await count(chat) == (499_800, 1)


async def test_it_answers_again_when_the_answer_was_lost(chat: Chat) -> None:
    chat.world.faults.lose_answer("sendMessage")
    first, second = await chat.bob.send("/sale 2 SOL-3077")
    assert first.text == second.text, "Telegram has both: better twice than never"
    undone = await chat.bob.press("Undo")
    assert undone.messages[0].message_id == second.message_id
    assert await count(chat) == (0, 0)


async def test_it_edits_in_the_end(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    chat.world.faults.refuse("editMessageText", SERVER_ERROR, times=2)
    chat.world.faults.lose_answer("editMessageText")
    chat.world.faults.refuse("answerCallbackQuery", BAD_GATEWAY)
    undone = await chat.bob.press("Undo")
    assert undone.toast == "Undone"
    assert [answer.message_id for answer in read(chat.bob)] == [receipt.message_id]
    assert "Undone" in read(chat.bob)[0].text
    assert await count(chat) == (0, 0)


async def test_it_says_nothing_to_who_blocked_it_and_records(chat: Chat) -> None:
    chat.world.faults.block(chat.bob.user_id)
    assert not await chat.bob.send("/sale 2 SOL-3077")
    assert await count(chat) == (499_800, 1)
    chat.world.faults.clear()
    assert "Today: SAR 99.96" in (await chat.bob.send("/sale 2 SOL-3077")).text


async def test_it_sends_a_receipt_anew_when_the_message_is_gone(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    sent = chat.bob.last_message_id or 0
    chat.world.faults.refuse("editMessageText", bad_request("message to edit not found"))
    corrected = await chat.bob.edit(sent, "/sale 3 SOL-3077")
    anew = next(answer for answer in corrected if answer.kind == "message")
    assert "Sale corrected" in anew.text
    assert anew.message_id != receipt.message_id
    assert (await chat.bob.press("Undo", message_id=anew.message_id)).toast == "Undone"
    await chat.bob.edit(sent, "/sale 4 SOL-3077")
    assert await count(chat) == (0, 0), "an undone sale stays so until it is restored"


async def test_it_speaks_plainly_when_telegram_cannot_read_an_answer(chat: Chat) -> None:
    chat.world.faults.refuse("sendMessage", bad_request("can't parse entities: unsupported start tag"))
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    assert "Total: SAR 49.98" in receipt.text
    assert "<b>" not in receipt.text
    assert await count(chat) == (499_800, 1)


async def test_it_follows_a_group_that_becomes_a_supergroup_between_message_and_answer(chat: Chat) -> None:
    plain_group = -77
    chat.world.add_group(plain_group, "Old group", [chat.bob.user_id, chat.alice.user_id])
    before = chat.bob.within(plain_group)
    (receipt,) = await before.send("/sale 1 SOL-3077")
    assert "Sale recorded" in receipt.text
    act = acts.send_text(chat.world, chat.bob.user_id, plain_group, "/sale 2 SOL-3077")
    new_id, updates = acts.migrate_group(chat.world, chat.bob.user_id, plain_group)
    await before.redeliver(act.update)
    for update in updates:
        await before.redeliver(update)
    after = chat.bob.within(new_id)
    (moved,) = after.received
    assert "Total: SAR 49.98" in moved.text
    assert await count(chat) == (749_700, 2)
    assert (await after.press("Undo", message_id=moved.message_id)).toast == "Undone"
    assert await count(chat) == (249_900, 1)


async def test_message_numbers_that_begin_anew_change_nobody_elses_receipt(chat: Chat) -> None:
    plain_group = -77
    chat.world.add_group(plain_group, "Old group", [chat.bob.user_id, chat.alice.user_id])
    before = chat.bob.within(plain_group)
    for quantity in (1, 2, 3):
        await before.send(f"/sale {quantity} SOL-3077")
    new_id, updates = acts.migrate_group(chat.world, chat.bob.user_id, plain_group)
    for update in updates:
        await before.redeliver(update)
    after = chat.bob.within(new_id)
    receipts = [(await after.send(f"/sale {quantity} SOL-3077"))[0] for quantity in (4, 5, 6)]
    sent = after.last_message_id or 0
    corrected = await after.edit(sent, "/sale 7 SOL-3077")
    assert corrected.messages[0].message_id == receipts[-1].message_id
    assert "Total: SAR 99.96" in next(one.text for one in after.received if one.message_id == receipts[0].message_id)
    assert (await count(chat))[1] == 6


async def test_another_bot_on_the_same_database_mixes_nothing_up(chat: Chat) -> None:
    """A new bot counts its messages from one again; none of its sales is taken for one that was told to the old bot."""
    for quantity in (1, 2):
        await chat.bob.send(f"/sale {quantity} SOL-3077")
    world = World(token="4300000000:another")
    world.add_person(chat.bob.user_id, "Bob", "bob")
    application = build_chat_application(chat.database, world)
    async with application:
        bob = Correspondent(world, chat.bob.user_id, application)
        for quantity in (3, 4):
            (receipt,) = await bob.send(f"/sale {quantity} SOL-3077")
            assert "Sale recorded" in receipt.text
        assert await count(chat) == (249_900 * 10, 4)
        corrected = await bob.edit(bob.last_message_id or 0, "/sale 5 SOL-3077")
        assert corrected.messages[0].message_id == receipt.message_id
    assert await count(chat) == (249_900 * 11, 4)


async def test_trouble_in_one_chat_holds_up_no_other(chat: Chat) -> None:
    group = chat.bob.within(GROUP_ID)
    chat.world.faults.delay("sendMessage", 1.0)
    slow = asyncio.create_task(group.send("/sale 1 SOL-3077"))
    await asyncio.sleep(0.1)
    assert "Sale recorded" in (await chat.alice.send("/sale 2 SOL-3077")).text
    assert not slow.done()
    await slow
    assert await count(chat) == (749_700, 2)


async def test_answers_of_a_chat_keep_their_order_and_waiting_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.outgoing.PATIENCE_SECONDS", 0.01)
    outgoing, said, gate = Outgoing(), [], asyncio.Event()

    async def say(word: str) -> None:
        await gate.wait()
        said.append(word)

    for word in ("one", "two", "three"):
        await asyncio.wait_for(outgoing.bring(1, lambda word=word: say(word)), 1)
    assert said == []
    gate.set()
    await outgoing.finish(1)
    assert said == ["one", "two", "three"]
    await outgoing.bring(1, lambda: say("four"))
    assert said[-1] == "four"


def test_it_knows_what_is_worth_trying_again() -> None:
    assert choose_wait(RetryAfter(timedelta(seconds=7))) == 7.1
    assert choose_wait(RetryAfter(timedelta(hours=3))) is False
    assert choose_wait(TimedOut()) is True
    assert choose_wait(NetworkError("Bad Gateway")) is True
    for error in (BadRequest("no"), Forbidden("no"), InvalidToken("no"), ValueError("no")):
        assert choose_wait(error) is False
