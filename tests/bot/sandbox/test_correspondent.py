"""Chats in process through a real Application. One rule: only what a person sees is looked at."""

import asyncio
import json
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import ChatMigrated
from telegram.ext import Application, TypeHandler

from bot.sandbox import acts
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import World
from tests.bot.sandbox.stage import ALICE, TEAM, Stage, open_stage

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "telegram"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        yield opened


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


async def test_it_goes_on_from_a_saved_world(stage: Stage) -> None:
    await stage.alice.send("/sale 1 x")
    await stage.alice.send("/export")
    await stage.bot.set_my_commands([("me", "Mine")])
    await stage.bot.set_message_reaction(ALICE, 1, "👍")
    saved = json.loads(json.dumps(stage.world.dump()))
    async with open_stage(World.load(saved)) as later:
        assert later.world.dump() == saved
        assert later.alice.received[-1].file.content == b"a,b\n1,2\n"
        answers = await later.alice.press("Undo")
        assert answers.messages[0].text == "Sale"
        assert (await later.alice.send("next"))[0].message_id == 6
        assert later.alice.last_update["update_id"] > stage.alice.last_update["update_id"]
    with pytest.raises(ValueError, match="version 0"):
        World.load({**saved, "version": 0})


async def test_it_collects_only_what_this_act_brought_about(stage: Stage) -> None:
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
