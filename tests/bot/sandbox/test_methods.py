"""What the Bot API's methods do and refuse. One rule: called by python-telegram-bot, never by hand."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
)
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Markup
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TimedOut
from telegram.ext import Application

from bot.sandbox import acts
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.methods.profile import find_commands
from tests.bot.sandbox.small_bot import build_png
from tests.bot.sandbox.stage import ALICE, BOB, CHARLIE, TEAM, Stage, open_stage


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    # python-telegram-bot warns about waiting times as plain numbers unless told so.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with open_stage() as opened:
        yield opened


async def test_it_passes_pictures_and_files_both_ways(stage: Stage) -> None:
    picture = (await stage.alice.send("/chart"))[0]
    assert (picture.photo, picture.text) == (build_png(), "Week")
    assert (picture.message["photo"][-1]["width"], picture.message["photo"][-1]["height"]) == (3, 2)
    file = (await stage.alice.send("/export"))[0].file
    assert (file.name, file.content, file.mime_type) == ("sales.csv", b"a,b\n1,2\n", "text/csv")
    answers = await stage.alice.send_document("in.csv", b"x;y\n")
    assert answers[0].text == "4 bytes: b'x;y\\n'"
    again = await stage.bot.send_photo(ALICE, picture.message["photo"][-1]["file_id"])
    assert again.photo[-1].file_id == picture.message["photo"][-1]["file_id"]
    with pytest.raises(BadRequest, match=r"(?i)IMAGE_PROCESS_FAILED"):
        await stage.bot.send_photo(ALICE, b"no picture")
    with pytest.raises(BadRequest, match=r"[Ww]rong file identifier"):
        await stage.bot.send_document(ALICE, "BQACnonsense")


async def test_it_replaces_a_picture_and_its_caption(stage: Stage) -> None:
    sent = (await stage.alice.send("/chart"))[0]
    await stage.bot.edit_message_media(InputMediaPhoto(build_png(5, 5), caption="New"), ALICE, sent.message_id)
    await stage.bot.edit_message_caption(ALICE, sent.message_id, caption="Newer")
    now = stage.alice.received[-1]
    assert (now.message["photo"][-1]["width"], now.text) == (5, "Newer")
    with pytest.raises(BadRequest, match=r"[Tt]here is no text in the message to edit"):
        await stage.bot.edit_message_text("x", ALICE, sent.message_id)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"text": "  "}, "Text must be non-empty"),
        ({"text": ""}, "Message text is empty"),
        ({"text": "x" * 4097}, "Message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't parse entities: Can't find end tag"),
        ({"chat_id": 999, "text": "x"}, "Chat not found"),
        ({"text": "x", "reply_to_message_id": 77}, "Message to be replied not found"),
    ],
)
async def test_it_refuses_bad_messages_in_telegrams_words(stage: Stage, arguments: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await stage.bot.send_message(**{"chat_id": ALICE, **arguments})
    assert reason.lower() in refused.value.message.lower()


async def test_it_refuses_bad_buttons(stage: Stage) -> None:
    await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button("a", callback_data="é" * 32)]]))
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button("a", callback_data="é" * 33)]]))
    with pytest.raises(BadRequest, match=r"(?i)text must be non-empty"):
        await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button(" ", callback_data="a")]]))
    with pytest.raises(BadRequest, match=r"(?i)reply markup is too long"):
        await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button("a", callback_data="a")] * 8] * 13))


async def test_it_refuses_edits_that_change_nothing_or_find_nothing(stage: Stage) -> None:
    sent = await stage.bot.send_message(ALICE, "<b>x</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match=r"(?i)message is not modified: specified new message content"):
        await stage.bot.edit_message_text("<b>x</b> ", ALICE, sent.message_id, parse_mode="HTML")
    await stage.bot.edit_message_text("x", ALICE, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await stage.bot.edit_message_reply_markup(ALICE, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await stage.bot.edit_message_text("x", ALICE, 4711)
    await stage.alice.send("mine")
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await stage.bot.edit_message_text("x", ALICE, stage.alice.last_message_id)


async def test_it_deletes_once(stage: Stage) -> None:
    sent = await stage.bot.send_message(ALICE, "x")
    assert await stage.bot.delete_message(ALICE, sent.message_id)
    assert len(stage.alice.messages) == 0
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await stage.bot.delete_message(ALICE, sent.message_id)


async def test_it_knows_no_query_it_did_not_open(stage: Stage) -> None:
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired or query ID is invalid"):
        await stage.bot.answer_callback_query("123")


async def test_it_forbids_writing_to_who_blocked_or_never_started(stage: Stage) -> None:
    change = acts.block_bot(stage.world, BOB)
    assert change.update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await stage.bot.send_message(BOB, "x")
    acts.block_bot(stage.world, BOB, is_blocked=False)
    await stage.bot.send_message(BOB, "x")
    stage.world.add_person(200, "New", has_started=False)
    with pytest.raises(Forbidden, match=r"can't initiate conversation"):
        await stage.bot.send_message(200, "x")
    await Correspondent(stage.world, 200, stage.application).send("hello")
    await stage.bot.send_message(200, "x")


async def test_it_tells_who_is_in_a_chat(stage: Stage) -> None:
    assert (await stage.bot.get_chat(TEAM)).title == "Team"
    assert (await stage.bot.get_chat_member(TEAM, ALICE)).status == "creator"
    assert (await stage.bot.get_chat_member(TEAM, CHARLIE)).status == "left"
    assert [one.user.id for one in await stage.bot.get_chat_administrators(TEAM)] == [ALICE]
    assert await stage.bot.get_chat_member_count(TEAM) == 3
    assert await stage.bot.leave_chat(TEAM)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await stage.bot.send_message(TEAM, "x")


async def test_it_offers_commands_by_scope_and_language(stage: Stage) -> None:
    everybody, private = [BotCommand("help", "Help")], [BotCommand("me", "Mine")]
    await stage.bot.set_my_commands(everybody)
    await stage.bot.set_my_commands(private, scope=BotCommandScopeAllPrivateChats())
    await stage.bot.set_my_commands([("team", "Ours")], scope=BotCommandScopeChat(ALICE), language_code="en")
    await stage.bot.set_my_commands([("equipe", "Ours")], scope=BotCommandScopeChat(ALICE), language_code="fr")

    def names(user_id: int, chat_id: int) -> list[str]:
        return [command["command"] for command in find_commands(stage.world, user_id, chat_id)]

    assert names(ALICE, ALICE) == ["team"]
    assert names(BOB, BOB) == ["me"]
    assert names(BOB, TEAM) == ["help"]
    assert await stage.bot.get_my_commands(scope=BotCommandScopeAllPrivateChats()) == tuple(private)
    await stage.bot.delete_my_commands(scope=BotCommandScopeAllPrivateChats())
    assert names(BOB, BOB) == ["help"]
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await stage.bot.set_my_commands([("Bad Name", "x")])


async def test_it_keeps_the_bots_texts(stage: Stage) -> None:
    await stage.bot.set_my_description("Counts sales")
    await stage.bot.set_my_short_description("Counts", language_code="en")
    assert (await stage.bot.get_my_description()).description == "Counts sales"
    assert (await stage.bot.get_my_short_description("en")).short_description == "Counts"
    assert (await stage.bot.get_my_name()).name == "Salesbell"


async def test_it_makes_trouble_on_demand(stage: Stage) -> None:
    faults = stage.world.faults
    faults.slow_down("sendMessage", 14, times=1)
    with pytest.raises(RetryAfter) as slow:
        await stage.bot.send_message(ALICE, "x")
    assert slow.value.retry_after == timedelta(seconds=14)
    await stage.bot.send_message(ALICE, "arrives")
    faults.lose_answer("sendMessage")
    with pytest.raises(TimedOut):
        await stage.bot.send_message(ALICE, "arrives too")
    assert [answer.text for answer in stage.alice.received] == ["arrives", "arrives too"]


async def test_it_limits_a_group_to_twenty_messages_a_minute(stage: Stage) -> None:
    stage.world.faults.limit_rates(overall_per_second=1000, group_per_minute=20)
    for number in range(20):
        await stage.bot.send_message(TEAM, str(number))
    with pytest.raises(RetryAfter):
        await stage.bot.send_message(TEAM, "21")
    await stage.bot.send_message(ALICE, "still fine")


async def test_it_refuses_a_wrong_token(stage: Stage) -> None:
    stranger = Application.builder().token("1:wrong").request(SandboxRequest(stage.world)).build()
    with pytest.raises(InvalidToken):
        await stranger.initialize()


async def test_what_a_search_offers_is_chosen_by_who_asked_and_sent_by_way_of_the_bot(stage: Stage) -> None:
    asked = acts.ask_inline(stage.world, ALICE, "lamp").result["id"]
    lamp = InlineQueryResultArticle("7", "Lamp", InputTextMessageContent("SOL-1"), description="24.99")
    with pytest.raises(BadRequest, match=r"(?i)RESULT_ID_DUPLICATE"):
        await stage.bot.answer_inline_query(asked, [lamp, lamp])
    await stage.bot.answer_inline_query(asked, [lamp], is_personal=True)
    sent = acts.choose_result(stage.world, ALICE, ALICE, asked, "7")
    assert (sent.result["text"], sent.result["via_bot"]["id"]) == ("SOL-1", stage.world.bot["id"])
    assert sent.update is not None
    for who, query, result in ((BOB, asked, "7"), (ALICE, asked, "8"), (ALICE, "1", "7")):
        with pytest.raises(acts.ActRefused, match="not offered"):
            acts.choose_result(stage.world, who, who, query, result)
    with pytest.raises(BadRequest, match="Query is too old"):
        await stage.bot.answer_inline_query("1", [lamp])
