"""Chats in process through a real Application. One rule: only what a person sees is looked at."""

import json
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TimedOut
from telegram.ext import Application, TypeHandler

from bot.sandbox import acts
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.methods.profile import find_commands
from bot.sandbox.world import World
from tests.bot.sandbox.small_bot import AnyApplication, add_handlers, build_png

ALICE, BOB, CHARLIE, TEAM = 101, 102, 103, -5001
FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "telegram"


@dataclass
class Stage:
    world: World
    application: AnyApplication
    alice: Correspondent
    bob: Correspondent
    charlie: Correspondent

    @property
    def bot(self) -> Any:
        return self.application.bot


def populate(world: World) -> World:
    for user_id, name in ((ALICE, "Alice Owner"), (BOB, "Bob"), (CHARLIE, "Charlie")):
        world.add_person(user_id, name, name.split()[0].lower())
    world.add_group(TEAM, "Team", [ALICE, BOB])
    return world


async def open_stage(world: World) -> Stage:
    request = SandboxRequest(world)
    application = add_handlers(Application.builder().token(world.token).request(request))
    await application.initialize()
    return Stage(world, application, *(Correspondent(world, who, application) for who in (ALICE, BOB, CHARLIE)))


@pytest.fixture(autouse=True)
def durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns about waiting times as plain numbers unless told so."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    opened = await open_stage(populate(World()))
    yield opened
    await opened.application.shutdown()


async def test_it_answers_a_message_with_text_entities_and_buttons(stage: Stage) -> None:
    answers = await stage.alice.send("/sale 2 SOL-3077")
    assert answers[0].text == "👍 Sale recorded"
    assert answers[0].entities == [{"type": "bold", "offset": 3, "length": 4}]
    assert answers[0].button_rows == [["Undo", "Why?"], ["Open"]]
    assert [answer.text for answer in stage.charlie.messages] == []


async def test_it_numbers_messages_per_chat_and_updates_overall(stage: Stage) -> None:
    first = await stage.alice.send("a")
    update_id = stage.alice.last_update["update_id"]
    await stage.bob.send("b")
    assert (first[0].message_id, stage.bob.received[0].message_id) == (2, 2)
    assert stage.bob.last_update["update_id"] == update_id + 1
    assert isinstance(first[0].message["date"], int)


async def test_it_edits_the_message_whose_button_is_pressed(stage: Stage) -> None:
    sent = (await stage.alice.send("/sale 1 x"))[0]
    answers = await stage.alice.press("Undo")
    assert answers.toast == "Undone."
    edit = answers.messages[0]
    assert (edit.is_edit, edit.message_id, edit.text, edit.buttons) == (True, sent.message_id, "Sale", [])
    assert edit.message["edit_date"] >= edit.message["date"]
    with pytest.raises(LookupError, match="there is no button 'Undo'; there are: none"):
        await stage.alice.press("Undo")


async def test_it_shows_an_alert_and_names_the_chat_by_its_instance(stage: Stage) -> None:
    await stage.alice.send("/sale 1 x")
    answers = await stage.alice.press("why")
    first = stage.alice.last_update["callback_query"]
    await stage.alice.press("Why?")
    second = stage.alice.last_update["callback_query"]
    assert (answers.toast, answers[0].is_alert) == ("Because.", True)
    assert first["chat_instance"] == second["chat_instance"]
    assert first["id"] != second["id"]
    with pytest.raises(LookupError, match=r"opens https://example.com"):
        await stage.alice.press("Open")


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
    from telegram import InputMediaPhoto

    sent = (await stage.alice.send("/chart"))[0]
    await stage.bot.edit_message_media(InputMediaPhoto(build_png(5, 5), caption="New"), ALICE, sent.message_id)
    await stage.bot.edit_message_caption(ALICE, sent.message_id, caption="Newer")
    now = stage.alice.received[-1]
    assert (now.message["photo"][-1]["width"], now.text) == (5, "Newer")
    with pytest.raises(BadRequest, match=r"[Tt]here is no text in the message to edit"):
        await stage.bot.edit_message_text("x", ALICE, sent.message_id)


async def test_it_corrects_ones_own_message_only(stage: Stage) -> None:
    await stage.alice.send("one")
    answers = await stage.alice.edit(stage.alice.last_message_id, "two")
    assert answers[0].text == "corrected to two"
    assert stage.alice.messages[0].text == "two"
    with pytest.raises(acts.ActRefused, match="one's own"):
        await stage.alice.edit(answers[0].message_id, "mine")


async def test_it_delivers_the_very_same_update_again(stage: Stage) -> None:
    await stage.alice.send("once")
    first = dict(stage.alice.last_update)
    again = await stage.alice.redeliver()
    assert stage.alice.last_update == first
    assert len(stage.alice.received) == 2
    assert again[0].text == "you said once"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4097])
async def test_it_does_not_let_people_write_what_telegram_would_not_take(stage: Stage, text: str) -> None:
    with pytest.raises(acts.ActRefused):
        await stage.alice.send(text)


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
async def test_it_refuses_bad_messages_in_telegrams_words(
    stage: Stage, arguments: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        await stage.bot.send_message(**{"chat_id": ALICE, **arguments})
    assert reason.lower() in refused.value.message.lower()


async def test_it_refuses_bad_buttons(stage: Stage) -> None:
    from telegram import InlineKeyboardButton as Button
    from telegram import InlineKeyboardMarkup as Markup

    await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button("a", callback_data="é" * 32)]]))
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button("a", callback_data="é" * 33)]]))
    with pytest.raises(BadRequest, match=r"(?i)text must be non-empty"):
        await stage.bot.send_message(ALICE, "x", reply_markup=Markup([[Button(" ", callback_data="a")]]))
    with pytest.raises(BadRequest, match=r"(?i)reply markup is too long"):
        await stage.bot.send_message(
            ALICE, "x", reply_markup=Markup([[Button("a", callback_data="a")] * 8] * 13)
        )


async def test_it_refuses_edits_that_change_nothing_or_find_nothing(stage: Stage) -> None:
    sent = await stage.bot.send_message(ALICE, "<b>x</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match=r"(?i)message is not modified: specified new message content"):
        await stage.bot.edit_message_text("*x*", ALICE, sent.message_id, parse_mode="MarkdownV2")
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


async def test_it_lets_only_commands_mentions_and_replies_through_in_a_group(stage: Stage) -> None:
    alice = stage.alice.within(TEAM)
    assert list(await alice.send("just talking")) == []
    assert alice.last_update is None
    assert (await alice.send("/sale 1 x"))[0].chat_id == TEAM
    assert list(await alice.send("/sale@other_bot 1 x")) == []
    assert (await alice.send("hey @Salesbell_bot!"))[0].text == "you said hey @Salesbell_bot!"
    reply = await alice.send("and this", reply_to=alice.received[-1].message_id)
    assert reply[0].text == "you said and this"
    with pytest.raises(acts.ActRefused, match="Only members"):
        await stage.charlie.within(TEAM).send("/sale 1 x")
    stage.world.reads_all_group_messages = True
    assert (await alice.send("just talking"))[0].text == "you said just talking"


async def test_it_moves_a_group_to_a_supergroup(stage: Stage) -> None:
    await stage.bob.within(TEAM).send("/sale 1 x")
    new_id, updates = acts.migrate_group(stage.world, ALICE, TEAM)
    assert [update["message"].get("migrate_to_chat_id") for update in updates] == [new_id, None]
    assert updates[1]["message"]["migrate_from_chat_id"] == TEAM
    with pytest.raises(ChatMigrated) as moved:
        await stage.bot.send_message(TEAM, "x")
    assert moved.value.new_chat_id == new_id
    assert (await stage.bob.within(new_id).send("/sale 1 x"))[0].chat_id == new_id


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


async def test_it_goes_on_from_a_saved_world(stage: Stage) -> None:
    await stage.alice.send("/sale 1 x")
    await stage.alice.send("/export")
    await stage.bot.set_my_commands([("me", "Mine")])
    await stage.bot.set_message_reaction(ALICE, 1, "👍")
    saved = json.loads(json.dumps(stage.world.dump()))
    later = await open_stage(World.load(saved))
    assert later.world.dump() == saved
    assert later.alice.received[-1].file.content == b"a,b\n1,2\n"
    answers = await later.alice.press("Undo")
    assert answers.messages[0].text == "Sale"
    assert (await later.alice.send("next"))[0].message_id == 6
    assert later.alice.last_update["update_id"] > stage.alice.last_update["update_id"]
    with pytest.raises(ValueError, match="version 0"):
        World.load({**saved, "version": 0})


async def test_it_collects_only_what_this_act_brought_about(stage: Stage) -> None:
    import asyncio

    everybody = (stage.alice, stage.bob, stage.charlie)
    answers = await asyncio.gather(*(person.send(str(person.user_id)) for person in everybody for _ in range(20)))
    assert [found[0].text for found in answers] == [
        f"you said {person.user_id}" for person in everybody for _ in range(20)
    ]
    assert {len(found) for found in answers} == {1}


def describe(update: Update) -> dict[str, Any]:
    """The facts of an update in the words of expected.json."""
    kind = next(name for name in update.to_dict() if name != "update_id")
    payload = getattr(update, kind)
    chat, user = update.effective_chat, getattr(payload, "from_user", None) or getattr(payload, "user", None)
    facts: dict[str, Any] = {"update_id": update.update_id, "kind": kind}
    facts |= {"chat_id": chat.id, "chat_type": chat.type} if chat else {}
    facts |= {"from_id": user.id} if user else {}
    for ours, theirs in (("text", "text"), ("data", "data"), ("query", "query"), ("thread", "message_thread_id"),
                         ("migrate_to_chat_id", "migrate_to_chat_id")):  # fmt: skip
        if getattr(payload, theirs, None) is not None:
            facts[ours] = getattr(payload, theirs)
    for name in ("date", "edit_date"):
        if getattr(payload, name, None) is not None:
            facts[name] = int(getattr(payload, name).timestamp())
    if kind == "message_reaction":
        both = (payload.old_reaction, payload.new_reaction)
        facts["reaction"] = [[one.to_dict() for one in listed] for listed in both]
    if kind == "my_chat_member":
        facts["status_change"] = [payload.old_chat_member.status, payload.new_chat_member.status]
    return facts


async def test_it_feeds_recorded_updates_through_a_real_application(stage: Stage) -> None:
    if not FIXTURES.exists():
        warnings.warn(f"NO RECORDED UPDATES at {FIXTURES}: this test is skipped.", stacklevel=1)
        pytest.skip("recorded updates are not on this machine")
    expected = json.loads((FIXTURES / "expected.json").read_text())["files"]
    seen: list[dict[str, Any]] = []

    async def note(update: Update, _context: Any) -> None:
        seen.append(describe(update))

    application = Application.builder().token(stage.world.token).request(SandboxRequest(stage.world)).build()
    application.add_handler(TypeHandler(Update, note))
    await application.initialize()
    for name in expected:
        recorded = json.loads((FIXTURES / name).read_text())
        if "poll" in recorded:  # recorded before Bot API 10 made this part obligatory
            recorded["poll"].setdefault("members_only", False)
        await application.process_update(Update.de_json(recorded, application.bot))
    assert len(expected) == 30
    assert dict(zip(expected, seen, strict=True)) == expected
