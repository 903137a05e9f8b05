"""Forum topics, and what cannot be delivered: the topic is kept; who ordered it hears of it once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot.delivery import deliver_due
from bot.sandbox.errors import BotApiError, bad_request, forbidden
from bot.scheduler import post_due_digests
from core.reports.subscriptions import list_subscriptions
from tests.bot.conftest import GROUP_ID, Chat, sell_for_everybody
from tests.shop import TELEGRAM_IDS

TOPIC = 77
FIVE = datetime(2026, 7, 15, 14, 0, tzinfo=UTC)  # 17:00 in Riyadh
DAY = timedelta(days=1)
ALICE, BOB = TELEGRAM_IDS["alice"], TELEGRAM_IDS["bob"]


@pytest.fixture
def at_five() -> time_machine.Traveller:  # type: ignore[misc]
    with time_machine.travel(FIVE, tick=False) as traveller:
        yield traveller


async def _deliver(chat: Chat) -> None:
    await post_due_digests(chat.database)
    while await deliver_due(chat.database, chat.application.bot):
        pass


def _list_sent(chat: Chat, chat_id: int) -> list[tuple[str, int | None]]:
    """What the bot wrote in a chat, and in which topic."""
    written = [one for one in chat.world.chats[chat_id].messages.values() if one["from"]["is_bot"]]
    return [(one.get("text") or one.get("caption", ""), one.get("message_thread_id")) for one in written]


def _list_warnings(chat: Chat, chat_id: int) -> list[str]:
    return [text for text, _ in _list_sent(chat, chat_id) if text.startswith("⚠️")]


async def test_answers_pictures_and_files_go_to_the_topic_they_were_asked_in(chat: Chat) -> None:
    sell_for_everybody(chat)
    asked = chat.alice.within(GROUP_ID, TOPIC)
    for words in ("/sale 2 SOL-3077", "/leaderboard", "/chart revenue by person", "/export sales csv", "/nonsense"):
        assert (await asked.send(words)).messages, words
    await asked.press("Note")
    assert {topic for _, topic in _list_sent(chat, GROUP_ID)} == {TOPIC}
    await chat.alice.within(GROUP_ID).send("/leaderboard")
    assert _list_sent(chat, GROUP_ID)[-1][1] is None


async def test_an_answer_of_a_topic_stays_there_when_the_question_is_gone(chat: Chat) -> None:
    asked = chat.alice.within(GROUP_ID, TOPIC)
    await asked.send("/sale 2 SOL-3077")
    group = chat.world.chats[GROUP_ID]
    receipt = max(group.messages)
    chat.world.remove(group, receipt - 1)
    await asked.press("Note", message_id=receipt)
    assert _list_sent(chat, GROUP_ID)[-1][1] == TOPIC


async def test_a_digest_comes_to_the_topic_it_was_asked_for_in(chat: Chat, at_five: time_machine.Traveller) -> None:
    await chat.alice.within(GROUP_ID, TOPIC).send("/digest daily 18:00")
    at_five.shift(timedelta(hours=1, seconds=1))
    await _deliver(chat)
    assert _list_sent(chat, GROUP_ID)[-1][0].startswith("📊")
    assert _list_sent(chat, GROUP_ID)[-1][1] == TOPIC

    await chat.alice.within(GROUP_ID, 78).send("/digest daily 18:00")
    at_five.shift(DAY)
    await _deliver(chat)
    assert [topic for text, topic in _list_sent(chat, GROUP_ID) if "Mall" in text] == [TOPIC, 78]


REFUSALS = {
    "is closed": bad_request("TOPIC_CLOSED"),
    "not there any more": bad_request("message thread not found"),
    "not in that chat": forbidden("bot was kicked from the supergroup chat"),
    "may not write there": bad_request("not enough rights to send text messages to the chat"),
    "chat is not there": bad_request("chat not found"),
    "does not take it": bad_request("PAYMENT_REQUIRED"),
}


@pytest.mark.parametrize("reason", REFUSALS)
async def test_who_ordered_a_digest_hears_once_that_it_cannot_arrive(
    chat: Chat, at_five: time_machine.Traveller, reason: str
) -> None:
    refusal: BotApiError = REFUSALS[reason]
    await chat.alice.within(GROUP_ID, TOPIC).send("/digest daily 18:00")
    at_five.shift(timedelta(hours=1, seconds=1))
    for _ in range(3):
        chat.world.faults.refuse(None, refusal, chat_id=GROUP_ID)
        await _deliver(chat)
        at_five.shift(DAY)

    (told,) = _list_warnings(chat, ALICE)
    assert reason in told
    assert "daily digest for Lumina team" in told
    assert not any("Mall" in text for text, _ in _list_sent(chat, GROUP_ID))
    assert not _list_warnings(chat, BOB)
    assert not _list_warnings(chat, TELEGRAM_IDS["charlie"])

    await _deliver(chat)  # it works again, and comes by itself
    assert "Mall" in _list_sent(chat, GROUP_ID)[-1][0]
    at_five.shift(DAY)
    chat.world.faults.refuse(None, refusal, chat_id=GROUP_ID)
    await _deliver(chat)  # and later fails anew
    assert len(_list_warnings(chat, ALICE)) == 2


async def test_a_digest_ordered_again_is_told_of_again(chat: Chat, at_five: time_machine.Traveller) -> None:
    for _ in range(2):
        await chat.alice.within(GROUP_ID, TOPIC).send("/digest daily 18:00")
        chat.world.chats[GROUP_ID].closed_topics = {TOPIC}
        at_five.shift(DAY)
        await _deliver(chat)
        chat.world.chats[GROUP_ID].closed_topics = set()
    assert len(_list_warnings(chat, ALICE)) == 2
    with chat.database.begin_read() as tx:
        (kept,) = list_subscriptions(tx, chat.shop.alice, GROUP_ID)
    assert kept.topic_id == TOPIC


async def test_two_processes_tell_once(chat: Chat, at_five: time_machine.Traveller) -> None:
    await chat.alice.within(GROUP_ID, TOPIC).send("/digest daily 18:00")
    chat.world.chats[GROUP_ID].bot_status = "kicked"
    for _ in range(2):
        at_five.shift(DAY)
        for _ in range(2):
            await post_due_digests(chat.database)
        assert await deliver_due(chat.database, chat.application.bot) == 1
        while await deliver_due(chat.database, chat.application.bot):
            pass
    assert len(_list_warnings(chat, ALICE)) == 1


async def test_who_blocked_the_bot_is_not_written_to_about_it(chat: Chat, at_five: time_machine.Traveller) -> None:
    await chat.bob.send("/digest daily 18:00")
    chat.world.people[BOB].has_blocked = True
    at_five.shift(DAY)
    await _deliver(chat)
    chat.world.people[BOB].has_blocked = False
    at_five.shift(DAY)
    await _deliver(chat)
    assert _list_sent(chat, BOB)[-1][0].startswith("📊")
    assert not _list_warnings(chat, BOB)


async def test_who_asks_somebody_that_cannot_be_reached_hears_of_it(chat: Chat) -> None:
    chat.world.people[TELEGRAM_IDS["dana"]].has_blocked = True
    await chat.bob.send("/sale 2 SOL-3077 with @dana 50%")
    await _deliver(chat)
    (told,) = _list_warnings(chat, BOB)
    assert "could not ask Dana about sale #" in told
    assert "blocked" in told


@pytest.mark.parametrize("refusal", [bad_request("TOPIC_CLOSED"), forbidden("bot was kicked from the group chat")])
async def test_an_answer_that_cannot_be_given_in_a_group_is_given_in_private(chat: Chat, refusal: BotApiError) -> None:
    chat.world.faults.refuse(None, refusal, chat_id=GROUP_ID)
    answers = await chat.bob.within(GROUP_ID, TOPIC).send("/sale 2 SOL-3077")
    assert [one.chat_id for one in answers.messages] == [BOB]
    assert answers.text.startswith("In the group ")
    assert "Sale recorded" in answers.text
