"""What a reply to one of the bot's messages means, through the real bot: the message it answers says, and no text."""

import pytest

from bot.delivery import deliver_due
from bot.sandbox import acts
from bot.sandbox.correspondent import Answer, Correspondent
from bot.sandbox.errors import JSON
from bot.sandbox.world import World
from core.access import Role, act_as_operator
from core.company import create_company
from core.people.accounts import Visitor, link_account
from core.people.members import add_person
from core.sales.history import read_history
from core.sales.photographs import list_photographs
from core.sales.receipt import Receipt, read_receipt
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application
from tests.bot.sandbox.small_bot import build_png
from tests.bot.test_recording import count
from tests.shop import TELEGRAM_IDS

CANNOT_TELL = "I cannot tell which sale that message is about"
LIGHTS, DUMBBELLS = 249_900, 1_199_900


def read(chat: Chat, document_id: int) -> Receipt:
    with chat.database.begin_read() as tx:
        return read_receipt(tx, chat.shop.operator, document_id)


def list_changes(chat: Chat, document_id: int) -> list[str]:
    with chat.database.begin_read() as tx:
        return [change.action for change in read_history(tx, chat.shop.operator, document_id)]


async def sell_twice(chat: Chat) -> tuple[Answer, Answer]:
    """Bob's two sales, #1 and #2, and their receipts."""
    (first,) = await chat.bob.send("/sale 2 SOL-3077")
    (second,) = await chat.bob.send("/sale 1 GAM-2211")
    return first, second


def rewrite(chat: Chat, message: Answer, text: str) -> None:
    """Make a message of the bot say something else in the person's Telegram."""
    chat.world.chats[message.chat_id].messages[message.message_id]["text"] = text


# ---- messages about no one sale -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["/sales", "/why revenue today", "/help", "/sale 1 NOSUCH-1"])
async def test_a_reply_to_what_is_about_no_one_sale_corrects_and_notes_none(chat: Chat, command: str) -> None:
    await sell_twice(chat)
    for writer in (chat.bob, chat.alice):
        listed = (await writer.send(command))[-1]
        (refused,) = await writer.send("3 SOL-3077 @5", reply_to=listed.message_id)
        assert CANNOT_TELL in refused.text
        assert "/sale 3 SOL-3077 @5" in refused.text
        (refused,) = await writer.send("-- gift", reply_to=listed.message_id)
        assert CANNOT_TELL in refused.text
    assert await count(chat) == (2 * LIGHTS + DUMBBELLS, 2)
    assert [list_changes(chat, number) for number in (1, 2)] == [["recorded"], ["recorded"]]


async def test_a_digest_is_about_no_one_sale(chat: Chat) -> None:
    await sell_twice(chat)
    await chat.alice.send("/digest now")
    await deliver_due(chat.database, chat.application.bot)
    digest = chat.alice.received[-1]
    rewrite(chat, digest, f"{digest.text}\nBest sale: #1")
    assert CANNOT_TELL in (await chat.alice.send("3 SOL-3077 @5", reply_to=digest.message_id)).text
    assert await count(chat) == (2 * LIGHTS + DUMBBELLS, 2)


async def test_a_reply_that_says_that_something_was_sold_is_a_sale_of_its_own(chat: Chat) -> None:
    await sell_twice(chat)
    (listed,) = await chat.bob.send("/sales")
    (receipt,) = await chat.bob.send("sold 3 SOL-3077 @5", reply_to=listed.message_id)
    assert "Sale recorded · #3" in receipt.text
    (receipt,) = await chat.bob.send("/sale 3 SOL-3077 @5", reply_to=listed.message_id)
    assert "Sale recorded · #4" in receipt.text
    assert [list_changes(chat, number) for number in (1, 2)] == [["recorded"], ["recorded"]]


async def test_talk_in_reply_is_answered_in_private_only(chat: Chat) -> None:
    (listed,) = await chat.bob.send("/sales")
    assert "replies to its own receipt" in (await chat.bob.send("thanks", reply_to=listed.message_id)).text
    (listed,) = await chat.bob.within(GROUP_ID).send("/sales")
    assert await chat.bob.within(GROUP_ID).send("thanks", reply_to=listed.message_id) == []


@pytest.mark.parametrize(
    ("command", "named"),
    [
        ("/again", "/again #1"),
        ("/give @dana", "/give @dana #1"),
        ("/return", "/return #1"),
        ("/return 1 SOL-3077", "/return 1 SOL-3077 #1"),
        ("/exchange 1 SOL-3077 for 1 GAM-2211", "/exchange 1 SOL-3077 #1 for 1 GAM-2211"),
        ("/history", "/history #1"),
    ],
)
async def test_a_command_in_reply_to_a_list_names_its_sale(chat: Chat, command: str, named: str) -> None:
    await sell_twice(chat)
    (listed,) = await chat.alice.send("/sales")
    (refused,) = await chat.alice.send(command, reply_to=listed.message_id)
    assert CANNOT_TELL in refused.text
    assert "#12" in refused.text
    assert await count(chat) == (2 * LIGHTS + DUMBBELLS, 2)
    assert [list_changes(chat, number) for number in (1, 2)] == [["recorded"], ["recorded"]]
    assert not (await chat.alice.send(named, reply_to=listed.message_id)).text.startswith("🤔")


async def test_a_reply_to_what_somebody_wrote_is_what_it_is_without(chat: Chat) -> None:
    chat.world.reads_all_group_messages = True
    bob, dana = chat.bob.within(GROUP_ID), chat.dana.within(GROUP_ID)
    await bob.send("/sale 2 SOL-3077")
    (receipt,) = await dana.send("1 SOL-3077", reply_to=bob.last_message_id)
    assert "Sale recorded · #2" in receipt.text
    assert await dana.send("-- gift", reply_to=bob.last_message_id) == []
    assert await count(chat) == (3 * LIGHTS, 2)


# ---- messages about one document ------------------------------------------------------------------------------------


async def test_every_message_about_a_sale_finds_it_and_the_latest_receipt_is_edited(chat: Chat) -> None:
    receipt, other = await sell_twice(chat)
    (history,) = await chat.bob.send("/history #1")
    (given,) = await chat.alice.send("/give @bob #1")
    prompt = (await chat.bob.press("Edit", message_id=receipt.message_id)).messages[0]
    for quantity, message in enumerate((receipt, history, prompt), 3):
        corrected = await chat.bob.send(f"{quantity} SOL-3077", reply_to=message.message_id)
        assert [one.message_id for one in corrected.messages] == [receipt.message_id]
        assert read(chat, 1).total_e4 == quantity * LIGHTS
    (unsure,) = (await chat.bob.edit(int(receipt.message_id) - 1, "never mind")).messages
    assert "Sale #1 stays as it was" in unsure.text
    await chat.bob.send("7 SOL-3077", reply_to=unsure.message_id)
    await chat.alice.send("8 SOL-3077", reply_to=given.message_id)
    assert read(chat, 1).total_e4 == 8 * LIGHTS
    assert read(chat, 2).total_e4 == DUMBBELLS
    await chat.bob.send("2 GAM-2211", reply_to=other.message_id)
    assert read(chat, 2).total_e4 == 2 * DUMBBELLS


async def test_a_receipt_that_is_gone_is_replaced_and_both_find_the_sale(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    sent = chat.bob.last_message_id or 0
    del chat.world.chats[receipt.chat_id].messages[receipt.message_id]
    (anew,) = (await chat.bob.edit(sent, "/sale 3 SOL-3077")).messages
    assert anew.message_id > receipt.message_id
    corrected = await chat.bob.send("4 SOL-3077", reply_to=anew.message_id)
    assert [one.message_id for one in corrected.messages] == [anew.message_id]
    assert read(chat, 1).total_e4 == 4 * LIGHTS


async def test_what_a_question_is_for_is_not_read_from_its_words(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    prompt = (await chat.bob.press("Note")).messages[0]
    rewrite(chat, prompt, "Something else about sale #77.")
    noted = await chat.bob.send("3 SOL-3077", reply_to=prompt.message_id)
    assert "Note taken" in noted.text
    assert (read(chat, 1).note, read(chat, 1).total_e4) == ("3 SOL-3077", 2 * LIGHTS)
    (listed,) = await chat.bob.send("/sales")
    rewrite(chat, listed, "📝 Reply with the note for sale #1.")
    await chat.bob.send("4 SOL-3077", reply_to=listed.message_id)
    assert read(chat, 1).note == "3 SOL-3077"


async def test_words_in_reply_to_what_came_back_are_a_return(chat: Chat) -> None:
    await chat.bob.send("/sale 3 SOL-3077")
    prompt = (await chat.bob.press("Return")).messages[0]
    (back,) = await chat.bob.send("1 SOL-3077 damaged", reply_to=prompt.message_id)
    assert "Return recorded" in back.text
    (back,) = await chat.bob.send("/return 1 SOL-3077", reply_to=prompt.message_id)
    assert "of #1" in back.text
    (refused,) = await chat.bob.send("thanks", reply_to=prompt.message_id)
    assert "/return" in refused.text
    (back,) = await chat.bob.send("all", reply_to=prompt.message_id)
    assert "of #1" in back.text
    sale = read(chat, 1)
    assert sale.total_e4 == sum(read(chat, number).total_e4 for number in sale.returns) == 3 * LIGHTS


async def test_all_of_each_sale_comes_back_by_its_own_button(chat: Chat) -> None:
    receipts = await sell_twice(chat)
    for number, receipt in enumerate(receipts, 1):
        prompt = (await chat.bob.press("Return", message_id=receipt.message_id)).messages[0]
        back = await chat.bob.press("All of it", message_id=prompt.message_id)
        assert f"of #{number}" in back.text
        await chat.bob.redeliver()
    assert [len(read(chat, number).returns) for number in (1, 2)] == [1, 1]
    assert await count(chat) == (2 * LIGHTS + DUMBBELLS, 2)


async def test_a_refused_correction_may_be_put_right_in_reply_to_the_refusal(chat: Chat) -> None:
    receipt, _ = await sell_twice(chat)
    (refused,) = await chat.bob.send("3 NOSUCH-1", reply_to=receipt.message_id)
    assert "Sale #1 stays as it was" in refused.text
    await chat.bob.send("3 SOL-3077", reply_to=refused.message_id)
    assert [read(chat, number).total_e4 for number in (1, 2)] == [3 * LIGHTS, DUMBBELLS]


async def test_a_correction_that_is_edited_corrects_again_and_records_nothing_new(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)
    await chat.bob.edit(chat.bob.last_message_id or 0, "4 SOL-3077")
    await chat.bob.redeliver()
    assert await count(chat) == (4 * LIGHTS, 1)
    assert list_changes(chat, 1) == ["recorded", "edited", "edited"]


async def test_pictures_go_with_the_sale_of_the_message_they_answer(chat: Chat) -> None:
    await sell_twice(chat)
    (history,) = await chat.bob.send("/history #1")
    assert "Photograph kept" in (await chat.bob.send_photo(build_png(3, 2), reply_to=history.message_id)).text
    await chat.bob.press("Photo")
    picture = chat.bob.received[-1]
    assert picture.photo is not None
    await chat.bob.send_photo(build_png(4, 2), reply_to=picture.message_id)
    (listed,) = await chat.bob.send("/sales")
    assert "Whose receipt" in (await chat.bob.send_photo(build_png(5, 2), reply_to=listed.message_id)).text
    with chat.database.begin_read() as tx:
        assert [len(list_photographs(tx, chat.shop.operator, number)) for number in (1, 2)] == [2, 0]


# ---- other eyes, other chats ----------------------------------------------------------------------------------------


async def test_a_receipt_in_another_chat_is_made_for_other_eyes(chat: Chat) -> None:
    (own,) = await chat.bob.send("/sale 2 SOL-3077")
    (history,) = await chat.alice.send("/history #1")
    (corrected,) = await chat.alice.send("3 SOL-3077", reply_to=history.message_id)
    assert corrected.chat_id == chat.alice.chat_id
    assert "Profit" in corrected.text
    assert "Profit" not in "".join(one.text for one in chat.bob.received)
    again = await chat.alice.send("4 SOL-3077", reply_to=history.message_id)
    assert again.messages[0].message_id == corrected.message_id
    assert (await chat.bob.send("5 SOL-3077", reply_to=own.message_id)).messages[0].message_id == own.message_id


async def test_whoever_shares_in_a_sale_has_a_receipt_of_their_own(chat: Chat) -> None:
    (own,) = await chat.alice.send("/sale 2 SOL-3077 with @dana 30%")
    sent = chat.alice.last_message_id or 0
    await deliver_due(chat.database, chat.application.bot)
    asked = chat.dana.received[-1]
    assert "Recorded" in (await chat.dana.send("/history", reply_to=asked.message_id)).text
    agreed = (await chat.dana.press("Agree")).messages[0]
    assert agreed.message_id == asked.message_id
    corrected = await chat.alice.edit(sent, "/sale 3 SOL-3077 with @dana 30%")
    assert [one.message_id for one in corrected.messages] == [own.message_id]
    assert corrected.messages[0].chat_id == chat.alice.chat_id
    assert "Profit" not in "".join(one.text for one in chat.dana.received)


async def test_charlie_reaches_nothing_by_replying(chat: Chat) -> None:
    group, charlie = chat.bob.within(GROUP_ID), chat.charlie.within(GROUP_ID)
    (receipt,) = await group.send("/sale 2 SOL-3077")
    prompt = (await group.press("Note")).messages[0]
    for words in ("3 SOL-3077", "-- mine", "/history", "/again", "/return", "/give @charlie"):
        (refused,) = await charlie.send(words, reply_to=receipt.message_id)
        assert refused.text.startswith("🔒"), words
        assert "SolarGlow" not in refused.text
    assert (await charlie.send("mine", reply_to=prompt.message_id)).text.startswith("🔒")
    assert await count(chat) == (2 * LIGHTS, 1)
    assert list_changes(chat, 1) == ["recorded"]


async def test_the_same_number_in_another_chat_is_another_message(chat: Chat) -> None:
    """Every private chat numbers its messages from one."""
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    (helped,) = await chat.charlie.send("/help")
    assert helped.message_id == receipt.message_id
    assert CANNOT_TELL in (await chat.charlie.send("3 GAM-2211", reply_to=helped.message_id)).text
    assert await count(chat) == (2 * LIGHTS, 1)


async def test_a_sale_of_the_company_left_behind_is_not_found(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    with chat.database.begin() as tx:
        umbra = create_company(tx, "Umbra", currency="EUR", time_zone="Europe/Paris", first_branch="Rue Cler")
        person = add_person(tx, act_as_operator(umbra), "Robert", Role.MANAGER, None, handle="bob")
        link_account(tx, Visitor(TELEGRAM_IDS["bob"], "Bob"), person.id)
    await chat.bob.send("/switch Umbra")
    (euros,) = await chat.bob.send("/sale 5.00")
    assert CANNOT_TELL in (await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)).text
    assert CANNOT_TELL in (await chat.bob.send("/history", reply_to=receipt.message_id)).text
    await chat.bob.send("/switch lumina")
    assert CANNOT_TELL in (await chat.bob.send("3 SOL-3077", reply_to=euros.message_id)).text
    await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)
    assert await count(chat) == (3 * LIGHTS, 1)


async def test_a_group_that_becomes_a_supergroup_mixes_nothing_up(chat: Chat) -> None:
    chat.world.add_group(-77, "Old group", [chat.bob.user_id, chat.alice.user_id])
    before = chat.bob.within(-77)
    old = [(await before.send(f"/sale {quantity} SOL-3077"))[0] for quantity in (1, 2, 3)]
    new_id, updates = acts.migrate_group(chat.world, chat.bob.user_id, -77)
    for update in updates:
        await before.redeliver(update)
    after = chat.bob.within(new_id)
    (receipt,) = await after.send("/sale 4 SOL-3077")
    chat.world.chats[new_id].last_message_id = old[2].message_id - 2
    (helped,) = await after.send("/help")
    assert helped.message_id == old[2].message_id
    (refused,) = await after.send("9 SOL-3077", reply_to=helped.message_id)
    assert CANNOT_TELL in refused.text
    await after.send("5 SOL-3077", reply_to=receipt.message_id)
    assert await count(chat) == ((1 + 2 + 3 + 5) * LIGHTS, 4)


async def test_in_a_topic_what_replies_to_nothing_is_no_reply(chat: Chat) -> None:
    """Telegram brings every message of a topic as a reply to its beginning, which the bot itself may have made."""
    bob = chat.bob.within(GROUP_ID)
    beginning: JSON = {
        "message_id": 4000,
        "date": 1,
        "from": chat.world.bot,
        "chat": {"id": GROUP_ID, "type": "supergroup"},
    }
    beginning |= {"forum_topic_created": {"name": "Sales", "icon_color": 7322096}}

    async def write(text: str, reply_to: int | None = None) -> Answer:
        chat.world.reads_all_group_messages = True
        sent = acts.send_text(chat.world, bob.user_id, GROUP_ID, text, reply_to=reply_to).update or {}
        message = (
            {"reply_to_message": beginning} | sent["message"] | {"message_thread_id": 4000, "is_topic_message": True}
        )
        return (await bob.redeliver(sent | {"message": message})).messages[0]

    receipt = await write("2 SOL-3077")
    assert "Sale recorded" in receipt.text
    assert (await write("3 SOL-3077", receipt.message_id)).message_id == receipt.message_id
    assert await count(chat) == (3 * LIGHTS, 1)


async def test_another_bots_messages_of_the_same_numbers_are_others(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    world = World(token="4300000000:another")
    world.add_person(chat.bob.user_id, "Bob", "bob")
    application = build_chat_application(chat.database, world)
    async with application:
        bob = Correspondent(world, chat.bob.user_id, application)
        (helped,) = await bob.send("/help")
        assert helped.message_id == receipt.message_id
        assert CANNOT_TELL in (await bob.send("3 SOL-3077", reply_to=helped.message_id)).text
    await chat.bob.send("4 SOL-3077", reply_to=receipt.message_id)
    assert await count(chat) == (4 * LIGHTS, 1)


async def test_buttons_read_nothing_of_what_the_bot_wrote(chat: Chat) -> None:
    """What a press brings is the message its own answers: in a group that may be one of the bot's."""
    alice = chat.alice.within(GROUP_ID)
    await alice.send("/sale 2 SOL-3077 etsy")
    (other,) = await alice.send("/kpi platform=etsy")
    (shown,) = await alice.send("/kpi platform=etsy")
    rewrite(chat, other, "/kpi revenue")
    shown.message["reply_to_message"] = chat.world.quote(other.message)
    pressed = await alice.press("Week", message_id=shown.message_id)
    assert "no longer see what was asked" in str(pressed.toast)
