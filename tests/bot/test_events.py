"""An event is not an intention, and a message's own time counts; what was forwarded is asked about first."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from bot.sandbox import acts
from bot.sandbox.correspondent import Answers, Correspondent
from bot.sandbox.files import Upload
from core.sales.receipt import Receipt, read_receipt
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application
from tests.bot.sandbox.small_bot import build_png
from tests.bot.test_recording import count
from tests.shop import TELEGRAM_IDS

JSON = dict[str, Any]
JULY = datetime(2026, 7, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def on_20_july(chat: Chat) -> time_machine.Traveller:  # type: ignore[misc]
    with time_machine.travel(JULY, tick=False) as traveller:
        yield traveller


@pytest.fixture(params=["remembered", "restarted"])
def restarts(request: pytest.FixtureRequest) -> bool:
    """Whether the process that read the message is still the one."""
    return bool(request.param == "restarted")


async def react(chat: Chat, person: Correspondent, message_id: int | None, *, restarts: bool) -> Answers:
    """What Telegram sends after a first reaction or a link's preview: an edit that changes nothing."""
    message = chat.world.chats[person.chat_id].messages[message_id or 0]
    update = chat.world.build_update("edited_message", message | {"edit_date": chat.world.now()})
    if not restarts:
        return await person.redeliver(update)
    async with build_chat_application(chat.database, chat.world) as anew:
        writer = Correspondent(chat.world, person.user_id, anew, chat_id=person.chat_id)
        return await writer.redeliver(update)


def _read(chat: Chat, number: int) -> Receipt:
    with chat.database.begin_read() as tx:
        return read_receipt(tx, chat.shop.sam, number)


async def test_a_reaction_undoes_no_correction(chat: Chat, restarts: bool) -> None:
    (receipt,) = await chat.bob.send("sold 3 griparm for 345")
    told = chat.bob.last_message_id
    await chat.bob.send("2 griparm for 300", reply_to=receipt.message_id)
    corrected = chat.bob.last_message_id
    for message_id in (told, corrected):
        assert not await react(chat, chat.bob, message_id, restarts=restarts)
    assert await count(chat) == (3_000_000, 1)

    await chat.bob.send("1 griparm for 150", reply_to=receipt.message_id)
    for message_id in (told, corrected):
        assert not await react(chat, chat.bob, message_id, restarts=restarts)
    assert await count(chat) == (1_500_000, 1)

    await chat.bob.edit(told or 0, "sold 3 griparm for 360")  # a real one still counts
    assert await count(chat) == (3_600_000, 1)
    assert not await react(chat, chat.bob, told, restarts=restarts)


async def test_a_reaction_a_day_later_moves_no_sale(
    chat: Chat, on_20_july: time_machine.Traveller, restarts: bool
) -> None:
    await chat.bob.send("sold 3 griparm for 345 yesterday")
    told = chat.bob.last_message_id or 0
    on_20_july.shift(timedelta(days=1))
    assert not await react(chat, chat.bob, told, restarts=restarts)
    assert _read(chat, 1).day.isoformat() == "2026-07-19"
    await chat.bob.edit(told, "sold 3 griparm for 345 yesterday to Hala")
    assert (_read(chat, 1).day.isoformat(), _read(chat, 1).customer) == ("2026-07-19", "Hala")


async def test_a_reaction_to_what_was_given_away_is_no_attempt(chat: Chat, restarts: bool) -> None:
    (receipt,) = await chat.bob.send("sold 3 griparm for 345")
    await chat.alice.send("/give @dana #1")
    assert receipt.text
    assert not await react(chat, chat.bob, chat.bob.last_message_id, restarts=restarts)
    assert _read(chat, 1).person_name == "Dana"


@pytest.mark.parametrize("words", ["/return 1 griparm #1", "/return #1", "/exchange 1 griparm #1 for 1 SOL-3077"])
async def test_a_reaction_to_a_return_is_silent(chat: Chat, restarts: bool, words: str) -> None:
    await chat.bob.send("sold 3 griparm for 345")
    assert (await chat.bob.send(words)).messages
    before = await count(chat)
    assert not await react(chat, chat.bob, chat.bob.last_message_id, restarts=restarts)
    assert await count(chat) == before


async def test_a_reaction_to_many_sales_undoes_no_correction(chat: Chat, restarts: bool) -> None:
    await chat.bob.send("/bulk\n2 griparm for 300\n1 SOL-3077")
    told = chat.bob.last_message_id or 0
    receipt = await chat.bob.send("/history #1")
    await chat.bob.send("2 griparm for 310", reply_to=receipt[0].message_id)
    before = await count(chat)
    assert not await react(chat, chat.bob, told, restarts=restarts)
    assert await count(chat) == before


async def test_a_preview_repeats_no_refusal(chat: Chat) -> None:
    assert "nothing" in (await chat.bob.send("sold 2 nothing https://example.com")).text
    assert not await react(chat, chat.bob, chat.bob.last_message_id, restarts=False)
    assert not await react(chat, chat.bob, chat.bob.last_message_id, restarts=False)
    assert "Sale recorded" in (await chat.bob.edit(chat.bob.last_message_id or 0, "sold 2 griparm")).text


async def test_a_sale_counts_when_it_was_written(chat: Chat) -> None:
    """Written on 31 July at 23:55 in Riyadh, handled twenty-five minutes later."""
    written = datetime(2026, 7, 31, 20, 55, tzinfo=UTC)
    days = {
        "sold 1 griparm": "2026-07-31",
        "sold 1 griparm yesterday": "2026-07-30",
        "sold 1 griparm today": "2026-07-31",
    }
    updates = []
    with time_machine.travel(written, tick=False):
        for words in (*days, "/bulk\n1 griparm\n1 griparm yesterday", "/return 1 griparm"):
            update = acts.send_text(chat.world, chat.bob.user_id, chat.bob.chat_id, words).update
            assert update is not None
            updates.append(update)
    with time_machine.travel(written + timedelta(minutes=25), tick=False):
        for update in updates:
            await chat.bob.redeliver(update)
    told = [_read(chat, number).day.isoformat() for number in range(1, 7)]
    assert told == [*days.values(), "2026-07-31", "2026-07-30", "2026-07-31"]
    assert _read(chat, 1).sold_at == written


async def test_a_choice_made_later_is_of_the_day_the_sale_was_told(chat: Chat) -> None:
    with chat.database.begin() as tx:
        from core.catalog.products import add_product

        add_product(tx, chat.shop.alice, sku="SOL-3078", name="SolarGlow Indoor Lights", price_e4=200_000)
    written = datetime(2026, 7, 31, 20, 55, tzinfo=UTC)
    with time_machine.travel(written, tick=False):
        assert "Which one" in (await chat.bob.send("sold 1 solarglow yesterday")).text
    with time_machine.travel(written + timedelta(hours=20), tick=False):
        await chat.bob.press("SOL-3078")
    assert _read(chat, 1).day.isoformat() == "2026-07-30"


def _forward(user_id: int | None, at: int) -> JSON:
    if user_id is None:
        return {"forward_origin": {"type": "hidden_user", "date": at, "sender_user_name": "Somebody"}}
    user = {"id": user_id, "is_bot": False, "first_name": "x"}
    return {"forward_origin": {"type": "user", "date": at, "sender_user": user}}


async def forward(person: Correspondent, text: str, user_id: int | None, **changes: Any) -> Answers:
    person.world.reads_all_group_messages = True
    act = acts.send_text(person.world, person.user_id, person.chat_id, text)
    assert act.update is not None
    message = act.update["message"] | _forward(user_id, changes.pop("at", person.world.now())) | changes
    person.world.chats[person.chat_id].messages[message["message_id"]] = message
    return await person.redeliver(act.update | {"message": message})


@pytest.mark.parametrize("words", ["sold 3 griparm for 345", "/sale 3 griparm for 345"])
@pytest.mark.parametrize("place", [None, GROUP_ID])
async def test_what_was_forwarded_is_recorded_when_one_says_so(chat: Chat, words: str, place: int | None) -> None:
    bob = chat.bob.within(place) if place else chat.bob
    asked = await forward(bob, words, TELEGRAM_IDS["charlie"])
    assert "not recorded yet" in asked.text
    assert "345.00" in asked.text
    assert asked.messages[0].buttons == ["Record as mine", "Not a sale"]
    assert await count(chat) == (0, 0)
    await bob.press("Record as mine")
    assert await count(chat) == (3_450_000, 1)
    assert _read(chat, 1).person_name == "Bob"


async def test_what_a_colleague_wrote_may_be_recorded_as_theirs(chat: Chat) -> None:
    written = int(datetime(2026, 7, 20, 9, tzinfo=UTC).timestamp())
    with time_machine.travel(JULY + timedelta(days=3), tick=False):
        asked = await forward(chat.alice, "sold 3 griparm for 345 yesterday", TELEGRAM_IDS["bob"], at=written)
        assert asked.messages[0].buttons == ["Record as mine", "Bob’s sale", "Not a sale"]
        await chat.alice.press("Bob’s sale")
    assert (_read(chat, 1).person_name, _read(chat, 1).day.isoformat()) == ("Bob", "2026-07-19")


async def test_what_was_forwarded_and_is_no_sale_stays_nothing(chat: Chat) -> None:
    await forward(chat.bob, "sold 3 griparm for 345", None)
    told = (await chat.bob.press("Not a sale")).messages
    assert "Nothing was recorded" in told.text
    for command in ("/return 1 griparm", "/bulk\n2 griparm", "/goal 5000"):
        assert "was forwarded" in (await forward(chat.alice, command, None)).text, command
    assert "Your numbers" in (await forward(chat.bob, "/me", None)).text
    assert await count(chat) == (0, 0)


async def send_album(person: Correspondent, captions: list[str], group: str = "A1") -> list[Answers]:
    """Pictures of one album, each a message."""
    answers = []
    for number, caption in enumerate(captions):
        upload = Upload("p.png", build_png(20 + number, 20), "image/png")
        act = acts.send_file(person.world, person.user_id, person.chat_id, upload, caption=caption, as_photo=True)
        assert act.update is not None
        message = act.update["message"] | {"media_group_id": group}
        person.world.chats[person.chat_id].messages[message["message_id"]] = message
        answers.append(await person.redeliver(act.update | {"message": message}))
    return answers


async def edit_caption(person: Correspondent, message_id: int, caption: str) -> Answers:
    message = dict(person.world.chats[person.chat_id].messages[message_id]) | {"caption": caption}
    if not caption:
        del message["caption"]
    return await person.redeliver(person.world.build_update("edited_message", message | {"edit_date": 1}))


WORDS = "sold 3 griparm for 345"


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_an_album_is_one_sale_wherever_its_caption_is(chat: Chat, place: int) -> None:
    await send_album(chat.bob, [WORDS if number == place else "" for number in range(3)])
    assert await count(chat) == (3_450_000, 1)
    first = min(one.message_id for one in chat.bob.messages if one.message.get("media_group_id"))
    items = [one.message_id for one in chat.bob.messages if one.message.get("media_group_id")]
    assert first == items[0]
    await edit_caption(chat.bob, items[place], "")
    assert not await edit_caption(chat.bob, items[(place + 1) % 3], WORDS)
    assert await count(chat) == (3_450_000, 1)
    await edit_caption(chat.bob, items[(place + 2) % 3], "sold 2 griparm for 230")
    assert await count(chat) == (2_300_000, 1)
    assert len((await chat.bob.press("Photo")).messages) == 3


async def test_a_picture_put_in_anothers_place_is_kept_and_a_reaction_is_not(chat: Chat, restarts: bool) -> None:
    await send_album(chat.bob, [WORDS])
    told = next(one.message_id for one in chat.bob.messages if one.message.get("media_group_id"))
    assert not await react(chat, chat.bob, told, restarts=restarts)
    upload = Upload("other.png", build_png(50, 50), "image/png")
    other = acts.send_file(chat.world, chat.bob.user_id, chat.bob.chat_id, upload, as_photo=True).result["photo"]
    message = chat.world.chats[chat.bob.chat_id].messages[told] | {"photo": other}
    kept = await chat.bob.redeliver(chat.world.build_update("edited_message", message))
    assert "Photograph kept" in kept.text
    assert len((await chat.bob.press("Photo")).messages) == 2


async def test_two_captions_of_an_album_are_two_sales(chat: Chat) -> None:
    await send_album(chat.bob, [WORDS, "sold 1 SOL-3077"])
    assert (await count(chat))[1] == 2
    await send_album(chat.bob, [WORDS], group="A2")
    assert (await count(chat))[1] == 3


async def test_the_same_words_under_each_picture_are_one_sale(chat: Chat) -> None:
    await send_album(chat.bob, [WORDS, WORDS])
    assert (await count(chat))[1] == 1


async def test_an_album_without_words_is_asked_about_once(chat: Chat) -> None:
    answers = await send_album(chat.bob, ["", "", ""])
    assert [bool(one.messages) for one in answers] == [True, False, False]
