"""Who writes, whom they name, and what of a message is words."""

from typing import Any

import pytest

from bot.sandbox import acts
from bot.sandbox.correspondent import Answers, Correspondent
from tests.bot.conftest import GROUP_ID, Chat
from tests.bot.test_recording import count
from tests.shop import STRANGER_ID, TELEGRAM_IDS

JSON = dict[str, Any]
DANA = TELEGRAM_IDS["dana"]


async def send(person: Correspondent, text: str, **changes: Any) -> Answers:
    """A message, with what else Telegram says of it."""
    person.world.reads_all_group_messages = True
    act = acts.send_text(person.world, person.user_id, person.chat_id, text, topic_id=person.topic_id)
    assert act.update is not None
    return await person.redeliver(act.update | {"message": act.update["message"] | changes})


def _touch(text: str, name: str, user_id: int) -> JSON:
    """The entity of a name that was touched."""
    offset = len(text[: text.index(name)].encode("utf-16-le")) // 2
    length = len(name.encode("utf-16-le")) // 2
    user = {"id": user_id, "is_bot": False, "first_name": name}
    return {"entities": [{"type": "text_mention", "offset": offset, "length": length, "user": user}]}


async def say(person: Correspondent, text: str, name: str, user_id: int) -> Answers:
    return await send(person, text, **_touch(text, name, user_id))


@pytest.mark.parametrize("words", ["sold 2 griparm for Dunya", "/sale 2 griparm by Dunya"])
async def test_a_name_that_was_touched_is_that_very_person(chat: Chat, words: str) -> None:
    words = words.replace("😀 ", "")
    sold = await say(chat.alice, words, "Dunya", DANA)
    assert "Sale recorded" in sold.text
    assert "for Dana" in sold.text


async def test_touched_names_in_commands(chat: Chat) -> None:
    await chat.alice.send("sold 1 griparm")
    assert "Now Dana’s sale" in (await say(chat.alice, "/give 😀 Dunya".replace("😀 ", ""), "Dunya", DANA)).text
    assert "Charlie" in (await say(chat.alice, "/guests Chas", "Chas", TELEGRAM_IDS["charlie"])).text
    goal = await say(chat.alice, "/goal Dunya 5000", "Dunya", DANA)
    assert "Dana" in goal.text
    assert "5,000" in goal.text
    assert "Bob" in (await say(chat.sam, "/people Bobby", "Bobby", TELEGRAM_IDS["bob"])).text
    shared = await say(chat.bob, "sold 2 griparm with Dunya 30%", "Dunya", DANA)
    assert "Dana: 30 %" in shared.text


async def test_a_touched_customer_or_note_stays_a_name(chat: Chat) -> None:
    assert "👤 Dunya" in (await say(chat.bob, "sold 2 griparm to Dunya", "Dunya", DANA)).text
    assert "thanks Dunya" in (await say(chat.bob, "sold 2 griparm -- thanks Dunya", "Dunya", DANA)).text


async def test_a_touched_stranger_is_not_somebody_else(chat: Chat) -> None:
    refused = await say(chat.alice, "sold 2 griparm for Dana", "Dana", STRANGER_ID)
    assert "has not come to me yet" in refused.text
    refused = await say(chat.bob, "sold 2 nonsense for Charlie", "Charlie", TELEGRAM_IDS["charlie"])
    assert "tg." not in refused.text
    assert await count(chat) == (0, 0)


MARKS = ["\u200e", "\u200f", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\u200b", "\u200c", "\u200d", "\u2060"]


@pytest.mark.parametrize("mark", MARKS, ids=[f"{ord(mark):x}" for mark in MARKS])
async def test_marks_that_nobody_sees_hide_no_command(chat: Chat, mark: str) -> None:
    for words in (f"{mark}/me", f"/{mark}me", f"/m{mark}e", f"/me{mark}", f" {mark}/me{mark}"):
        assert "Your numbers" in (await chat.bob.send(words)).text, ascii(words)
    assert "every day at 18:00" in (await chat.bob.send(f"{mark}/digest{mark} daily 18:00")).text
    assert "Sale recorded" in (await chat.bob.send(f"{mark}/sale 2 griparm")).text


ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
CHANNEL = {"id": -100_777, "type": "channel", "title": "Lumina news"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


async def test_who_hides_behind_a_group_or_a_channel_is_told_what_to_do(chat: Chat) -> None:
    group = chat.alice.within(GROUP_ID, 77)
    own = chat.world.chats[GROUP_ID].chat
    for said in ("/sale 2 griparm", "sold 2 griparm for 200", "@salesbell_bot hello", "/me"):
        told = await send(group, said, **{"from": ANONYMOUS, "sender_chat": own})
        assert "anonymous admin" in told.text, said
        assert "Remain anonymous" in told.text
        assert told.messages[0].message["message_thread_id"] == 77
        told = await send(group, said, **{"from": AS_CHANNEL, "sender_chat": CHANNEL})
        assert "write as a channel" in told.text, said
    assert not (await send(group, "good morning", **{"from": ANONYMOUS, "sender_chat": own})).messages
    assert not (await send(group, "/me@other_bot", **{"from": ANONYMOUS, "sender_chat": own})).messages
    assert await count(chat) == (0, 0)


async def test_what_a_channel_forwards_by_itself_is_not_answered(chat: Chat) -> None:
    for said in ("/start", "sold 2 griparm for 200", "hello", "@salesbell_bot hello", "/sale 2 griparm"):
        changes = {"from": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True}
        assert not (await send(chat.alice.within(GROUP_ID), said, **changes)).messages, said
    assert await count(chat) == (0, 0)


@pytest.mark.parametrize("topic", [None, 77])
async def test_the_bot_is_told_of_a_sale_by_its_name(chat: Chat, topic: int | None) -> None:
    chat.world.reads_all_group_messages = False
    group = chat.bob.within(GROUP_ID, topic)
    for said in ("@salesbell_bot sold 1 griparm", "@Salesbell_Bot, sold 1 griparm", "sold 1 griparm @salesbell_bot"):
        sold = await group.send(said)
        assert "Sale recorded" in sold.text, said
        assert sold.messages[0].message.get("message_thread_id") == topic
    assert (await count(chat))[1] == 3
    assert "Your numbers" in (await group.send("@salesbell_bot /me")).text
    assert "did not understand" in (await group.send("@salesbell_bot good morning")).text
    asked = await group.send("@salesbell_bot sold 1 so")
    assert "Sale recorded" in asked.text or asked.text


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800", "\u115f\u1160", "\u200e\u200f", "\u00ad"])
@pytest.mark.parametrize("username", ["fatima", None])
async def test_a_name_nobody_sees_gets_one_that_shows(chat: Chat, name: str, username: str | None) -> None:
    link = next(word for word in (await chat.sam.send("/invite employee")).text.split() if "start=" in word)
    code = link.partition("start=")[2].strip("<>\"'.")
    chat.world.add_person(STRANGER_ID, "x", username)
    chat.world.people[STRANGER_ID].user["first_name"] = name
    await chat.stranger.send(f"/start {code}")
    seen = username or "Somebody"
    assert seen in (await chat.sam.send("/people")).text
    await chat.stranger.send("sold 2 griparm")
    assert seen in (await chat.sam.send("/leaderboard")).text


async def test_naming_somebody_who_left_says_so(chat: Chat) -> None:
    await chat.bob.send("sold 1 griparm")
    await chat.sam.send("/people @bob leaves")
    chat.world.reads_all_group_messages = True
    for said in ("sold 2 griparm for @bob", "/give @bob", "sold 2 griparm with @bob 30%", "/goal @bob 2000"):
        if said.startswith("/give"):
            await chat.alice.send("sold 1 griparm")
        refused = (await chat.alice.send(said)).text
        assert "@bob left on " in refused, said
        assert "You no longer have access" not in refused
    assert "@bob left on " in (await chat.alice.send("/sales @bob")).text
    assert "/people @bob returns" in (await chat.sam.send("sold 2 griparm for @bob")).text
    await chat.sam.send("/people @bob returns")
    assert "Sale recorded" in (await chat.alice.send("sold 2 griparm for @bob")).text
