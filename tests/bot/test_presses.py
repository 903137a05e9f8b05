"""Every button that writes, pressed twice under each of two messages: done once for each, wherever it stands.

A press is named by the message it is under and by what the button says, never by what that message happens to quote.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions import ACTIONS, READING_ACTIONS
from bot.delivery import deliver_due
from bot.sandbox import acts
from bot.sandbox.correspondent import Answer, Correspondent
from core import clock
from core.catalog.products import add_product
from core.models.people import api_keys, invitations
from core.models.sales import revisions, shares
from core.money import E4
from core.people.keys import create_key
from tests.bot.conftest import GROUP_ID, Chat
from tests.bot.test_events import forward

JSON = dict[str, Any]
Prepare = Callable[[Chat, Correspondent], Awaitable[tuple[Correspondent, Answer, str]]]
TOPIC_ID = 4000
PROMPTS = {"edit", "note"}  # they ask for words, which come in a message of their own
LEAVES = {"notmine"}  # what was forwarded as it is
STEPS = {"draft"}  # tells a draft step by step; what is recorded of it: test_drafts
OF_FILES = {"file", "takeback"}  # pressed twice in test_importing and test_import_killed
DRAWN = {"draw", "theme"}  # keeps which picture a message shows


async def prepare_undo(_chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    return bob, (await bob.send("/sale 2 SOL-3077"))[0], "Undo"


async def prepare_restore(chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    _, receipt, label = await prepare_undo(chat, bob)
    return bob, (await bob.press(label, message_id=receipt.message_id)).messages[0], "Restore"


async def prepare_return(chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    _, receipt, _ = await prepare_undo(chat, bob)
    return bob, (await bob.press("Return", message_id=receipt.message_id)).messages[0], "All of it"


async def prepare_choice(_chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    return bob, (await bob.send("/sale 1 lamp"))[0], "Floor lamp"


async def prepare_doubt(_chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    return bob, (await bob.send("/sale 1 SOL-3077 for 99999"))[0], "Record"


async def prepare_forwarded(_chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    return bob, (await forward(bob, "sold 1 SOL-3077", None))[0], "Record as mine"


async def prepare_share(chat: Chat, bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    await bob.send("/sale 2 SOL-3077 @50 with @dana 30%")
    await deliver_due(chat.database, chat.application.bot)
    return chat.dana, chat.dana.messages[-1], "Agree"


async def prepare_bulk(chat: Chat, _bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    return chat.bob, (await chat.bob.send("/bulk\n1 SOL-3077\n2 SOL-3077"))[0], "Undo all of them"


async def prepare_dialogue(chat: Chat, _bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    return chat.bob, (await chat.bob.send("/new 1 SOL-3077"))[0], "Record"


async def prepare_key(chat: Chat, _bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    with chat.database.begin() as tx:
        create_key(tx, chat.shop.sam, chat.shop.sam.person_id or 0, ("sales:read",), "till")
    shown = (await chat.sam.send("/keys"))[0]
    return chat.sam, shown, shown.buttons[0]


async def prepare_invitation(chat: Chat, _bob: Correspondent) -> tuple[Correspondent, Answer, str]:
    await chat.sam.send("/invite employee")
    shown = (await chat.sam.send("/invitations"))[0]
    return chat.sam, shown, shown.buttons[0]


PREPARED: dict[str, Prepare] = {
    "undo": prepare_undo,
    "restore": prepare_restore,
    "back": prepare_return,
    "sure": prepare_doubt,
    "pick": prepare_choice,
    "mine": prepare_forwarded,
    "share": prepare_share,
    "unbulk": prepare_bulk,
    "new": prepare_dialogue,
    "unkey": prepare_key,
    "uninvite": prepare_invitation,
}


def test_every_button_that_writes_is_pressed_here_or_said_why_not() -> None:
    assert set(PREPARED) | PROMPTS | LEAVES | STEPS | OF_FILES | DRAWN == set(ACTIONS) - READING_ACTIONS


def count_written(chat: Chat) -> int:
    """Steps of documents, answers to those who share, and what let somebody in and was ended."""
    with chat.database.begin_read() as tx:
        steps = tx.execute(select(func.count()).select_from(revisions)).scalar_one()
        answered = select(func.count()).select_from(shares).where(shares.c.state != "pending")
        ended = select(func.count()).select_from(api_keys).where(api_keys.c.revoked_at.is_not(None))
        closed = select(func.count()).select_from(invitations).where(invitations.c.expires_at <= clock.now())
        return int(steps) + sum(int(tx.execute(query).scalar_one()) for query in (answered, ended, closed))


def press_in(chat: Chat, place: str, presser: Correspondent, shown: Answer, label: str) -> JSON:
    """The update of a press, as Telegram brings it there."""
    message, data = presser.find_button(label, shown.message_id)
    update = acts.press_button(chat.world, presser.user_id, presser.chat_id, message["message_id"], data).update
    assert update is not None
    query: JSON = update["callback_query"]
    pressed = dict(query["message"])
    if place == "old":  # Telegram gives no more of a message than its number after two days
        pressed = {"chat": pressed["chat"], "message_id": pressed["message_id"], "date": 0}
    if place == "quoting nothing":
        pressed.pop("reply_to_message", None)
    if place == "topic" and presser.chat_id == GROUP_ID:
        begun = {"message_id": TOPIC_ID, "date": 1, "from": chat.world.bot, "chat": pressed["chat"]}
        begun |= {"forum_topic_created": {"name": "Sales", "icon_color": 7322096}}
        pressed = {"reply_to_message": begun} | pressed
        pressed |= {"message_thread_id": TOPIC_ID, "is_topic_message": True}
    return update | {"callback_query": query | {"message": pressed}}


@pytest.mark.parametrize("place", ["private", "quoting nothing", "old", "group", "topic"])
@pytest.mark.parametrize("action", PREPARED)
async def test_a_press_is_done_once_for_each_document(chat: Chat, action: str, place: str) -> None:
    with chat.database.begin() as tx:
        for sku, name in (("LMP-1", "Floor lamp"), ("LMP-2", "Desk lamp")):
            add_product(tx, chat.shop.operator, sku=sku, name=name, price_e4=50 * E4)
    bob = chat.bob.within(GROUP_ID) if place in ("group", "topic") else chat.bob
    for _ in range(2):
        presser, shown, label = await PREPARED[action](chat, bob)
        press = press_in(chat, place, presser, shown, label)
        before = count_written(chat)
        await presser.redeliver(press)
        once = count_written(chat)
        if action in ("pick", "sure", "mine") and place in ("old", "quoting nothing"):
            assert once == before, "what was told can no longer be seen"
            continue
        assert once > before
        again = press | {"update_id": press["update_id"] + 1}
        await presser.redeliver(again)
        assert count_written(chat) == once
