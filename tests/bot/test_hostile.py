"""Strings made to break programs, as message, product, note and name. One rule: answered, and shown as they are."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from telegram import Update

from bot.sandbox import acts
from bot.sandbox.correspondent import Answer, Answers, Correspondent
from bot.sandbox.entities import clean_text
from bot.sandbox.world import outbox
from core.access import Role, load_viewer
from core.catalog.products import add_product
from core.errors import InvalidInput
from core.models.people import people
from core.people.invitations import invite
from core.people.members import add_person
from core.text import clean_name, clean_note
from tests.bot.conftest import Chat

# What no list of strings in UTF-8 can hold, and what Telegram itself would never bring.
IMPOSSIBLE = ["a\x00b", "\x00", "\ud800", "x\udfffy", "\u202egnp.exe\u202c", "\u2066\u2067x", "a\u2028b\u2029c"]
LONG = ["<" * 4000, "&" * 199, "😀" * 150, "ﷺ" * 150, "<b>" * 60]
# What Telegram finds in any text by itself: it looks like a link, and leads where it says.
DETECTED = {"url", "email", "bot_command", "mention", "hashtag", "cashtag", "phone_number"}
MARKS = re.compile("[\u2028-\u202e\u2066-\u2069]")  # of direction: a chat may add or drop them


@pytest.fixture(scope="module")
def naughty(shared_data: Path) -> list[str]:
    strings: list[str] = json.loads((shared_data / "adversarial" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 485
    return [*strings, *IMPOSSIBLE, *LONG]


def check_answered(answers: Iterable[Answer], said: str) -> None:
    """Somebody answered, nothing broke, and no link came from outside."""
    answers = list(answers)
    assert answers, f"no answer to {said!r}"
    for answer in answers:
        assert "went wrong" not in answer.text, said
        assert "Traceback" not in answer.text, said
        kinds = {entity["type"] for entity in answer.entities}
        assert kinds <= DETECTED | {"bold", "italic", "code"}, (said, kinds)


def check_literal(answer: Answer, words: str, *kinds: str) -> None:
    """Some place of the answer shows the words as they are (or how they begin), and no mark begins or ends in there.

    Marks of `kinds` may cover exactly that place.
    """
    for shown in _cut(MARKS.sub("", clean_text(words)).strip()):
        for start, end in _find(answer.text, shown):
            spans = [span for span in _read_spans(answer) if span[0] < end and span[1] > start]
            if all(kind in kinds and _is_only_marks(answer.text, span, (start, end)) for *span, kind in spans):
                return
    raise AssertionError(f"{words!r} is not shown as it is in {answer.text!r}: {answer.entities}")


def _cut(words: str) -> Iterator[str]:
    yield words
    for length in range(len(words) - 1, 15, -1):
        yield words[:length].rstrip() + "…"
        yield words[:length]


def _find(text: str, shown: str) -> Iterator[tuple[int, int]]:
    """The places of `shown` in `text`, marks of direction not counted."""
    places = [index for index, letter in enumerate(text) if not MARKS.match(letter)]
    plain = "".join(text[index] for index in places)
    for found in re.finditer(re.escape(shown), plain) if shown else ():
        yield places[found.start()], places[found.end() - 1] + 1


def _read_spans(answer: Answer) -> Iterator[tuple[int, int, str]]:
    raw = answer.text.encode("utf-16-le")
    for entity in answer.entities:
        if entity["type"] not in DETECTED:
            start = len(raw[: entity["offset"] * 2].decode("utf-16-le"))
            yield start, start + len(_read_entity(raw, entity)), entity["type"]


def _read_entity(raw: bytes, entity: dict[str, Any]) -> str:
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def _is_only_marks(text: str, span: list[int], place: tuple[int, int]) -> bool:
    around = text[span[0] : place[0]] + text[place[1] : span[1]]
    return span[0] <= place[0] and span[1] >= place[1] and not MARKS.sub("", around).strip()


async def send_raw(writer: Correspondent, text: str) -> Answers:
    """Bring a message as it is, also one that Telegram would have cleaned or refused."""
    update = acts.send_text(writer.world, writer.user_id, writer.chat_id, "x").update
    assert update is not None
    update["message"]["text"] = text
    collected: list[Any] = []
    token = outbox.set(collected)
    try:
        await writer.application.process_update(Update.de_json(update, writer.application.bot))
    finally:
        outbox.reset(token)
    return writer._read(collected)


async def test_it_answers_every_message(chat: Chat, naughty: list[str]) -> None:
    for said in naughty:
        check_answered(await send_raw(chat.bob, said), said)
        check_answered(await send_raw(chat.bob, f"/sale {said}"), said)


async def test_it_takes_every_word_of_a_command(chat: Chat, naughty: list[str]) -> None:
    commands = (
        "me",
        "sales",
        "leaderboard",
        "goal",
        "stock",
        "digest",
        "invite",
        "teams",
        "branch",
        "company",
        "start",
    )
    for number, said in enumerate(naughty):
        check_answered(await send_raw(chat.sam, f"/{commands[number % len(commands)]} {said}"), said)


async def test_it_shows_every_note_as_it_is(chat: Chat, naughty: list[str]) -> None:
    for said in naughty:
        note = clean_note(said)
        answers = await send_raw(chat.bob, f"/sale 1 GAM-2211 -- {said}")
        check_answered(answers, said)
        if note.strip() and len(note) < 300 and said not in IMPOSSIBLE:
            check_literal(answers[0], note, "italic")


BUTTONS = [
    "",
    ":",
    "pick:",
    "pick:x=y",
    "pick:0=1=2",
    "pick:0=-1",
    f"pick:0={9**30}",
    f"undo:{9**30}",
    "undo:٣",
    "page:x",
]
BUTTONS += ["page:-1", f"page:{9**30}", "edit:", "note:0", "restore:1e3", "nothing:1", "undo:1;DROP TABLE documents"]


async def test_a_button_of_another_time_is_refused_politely(chat: Chat, naughty: list[str]) -> None:
    await chat.bob.send("/sale 5.00")
    (receipt,) = await chat.bob.send("/sales")
    keyboard = receipt.message.setdefault("reply_markup", {"inline_keyboard": [[]]})["inline_keyboard"]
    for data in BUTTONS + [f"pick:{said}"[:60] for said in naughty[::20]]:
        keyboard[0] = [{"text": "x", "callback_data": data}]
        answers = await chat.bob.press("x", message_id=receipt.message_id)
        check_answered(answers, data)
        assert answers.toast, data


def choose(chat: Chat, strings: list[str]) -> list[str]:
    """All of them on SQLite; on PostgreSQL, several times as slow in tests, a third here and all in the slow tests."""
    return strings if chat.database.is_sqlite else strings[::3]


async def test_it_sells_every_product_name(chat: Chat, naughty: list[str]) -> None:
    await sell_products_named(chat, choose(chat, naughty))


async def test_it_shows_every_name_of_a_person(chat: Chat, naughty: list[str]) -> None:
    await employ_people_named(chat, choose(chat, naughty))


@pytest.mark.slow
async def test_it_sells_and_employs_every_name(chat: Chat, naughty: list[str]) -> None:
    await sell_products_named(chat, naughty)
    await employ_people_named(chat, naughty)


async def sell_products_named(chat: Chat, naughty: list[str]) -> None:
    names = {}
    with chat.database.begin() as tx:
        for number, said in enumerate(naughty):
            try:
                product = add_product(
                    tx, chat.shop.alice, sku=f"N-{number}", name=said, price_e4=10_000, stock_e3=9_000
                )
            except InvalidInput:
                continue
            names[product.sku] = product.name
    assert len(names) >= len(naughty) - 12
    for number, (sku, name) in enumerate(names.items()):
        (receipt,) = await chat.bob.send(f"/sale 1 {sku}")
        check_answered([receipt], name)
        check_literal(receipt, name, "bold")
        if number % 5 == 0:
            check_answered(await send_raw(chat.bob, f"/sale 1 {name}"), name)
        (stock,) = await chat.bob.send(f"/stock {sku}")
        check_literal(stock, name)
    await check_log(chat, list(names.values()))
    check_answered(await chat.bob.send("/stock"), "/stock")


async def check_log(chat: Chat, names: list[str]) -> None:
    """Every page of the log, each name in one of them."""
    (page,) = await chat.bob.send("/sales")
    pages = [page]
    while any("Older" in label for label in pages[-1].buttons):
        pages.append((await chat.bob.press("Older", message_id=page.message_id)).messages[0])
    shown = "\n".join(MARKS.sub("", one.text) for one in pages)
    missing = [name for name in names if MARKS.sub("", clean_text(name)).strip()[:40].strip() not in shown]
    assert not missing
    check_answered(pages, "/sales")
    assert all(entity["type"] in DETECTED | {"bold", "code"} for one in pages for entity in one.entities)


async def employ_people_named(chat: Chat, naughty: list[str]) -> None:
    with chat.database.begin() as tx:
        code = invite(tx, chat.shop.alice, Role.EMPLOYEE, uses=None).code
    latest: list[str] = []
    for number, said in enumerate(naughty):
        user_id = 50_000 + number
        chat.world.add_person(user_id, "x")
        chat.world.people[user_id].user["first_name"] = said
        newcomer = Correspondent(chat.world, user_id, chat.application)
        (welcome,) = await newcomer.send(f"/start {code}")
        check_answered([welcome], said)
        with chat.database.begin_read() as tx:
            name = load_viewer(tx, tx.execute(select(people.c.id).order_by(people.c.id.desc())).scalars().first()).name
        await newcomer.send(f"/sale SAR {number + 1}")
        latest.append(name)
        if number % 15 == 14:
            (board,) = await chat.alice.send("/leaderboard")
            for shown in latest[-10:]:
                check_literal(board, shown)
            check_literal((await newcomer.send("/leaderboard"))[0], name, "bold")
    for command in ("/team", "/people", "/leaderboard"):
        check_answered(await chat.alice.send(command), command)


def test_it_knows_when_something_is_not_shown_as_it_is() -> None:
    """The check of these tests can fail."""

    def tell(text: str, *entities: tuple[str, int, int]) -> Answer:
        marks = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in entities]
        return Answer("message", {"text": text, "entities": marks}, None)  # type: ignore[arg-type]

    check_literal(tell("see <b>x</b> here"), "<b>x</b>")
    check_literal(tell("see <b>x</b> here", ("bold", 4, 8)), "<b>x</b>", "bold")
    for wrong in (
        tell("see x here", ("bold", 4, 1)),
        tell("see <b>x</b> here", ("bold", 7, 1)),
        tell("see <b>x</b> here", ("bold", 4, 8)),
        tell("see <b>x</b> here", ("italic", 0, 17)),
        tell("see &lt;b>x</b> here"),
    ):
        with pytest.raises(AssertionError):
            check_literal(wrong, "<b>x</b>")
    assert clean_name("a\x00b", "name") == "ab"


@pytest.mark.parametrize(
    "name", ['<a href="https://evil.example">Click</a>', "<b>Bold", "A & B", "</b>", "<code>x</code>"]
)
async def test_a_sale_is_given_to_somebody_of_that_name(chat: Chat, name: str) -> None:
    with chat.database.begin() as tx:
        add_person(tx, chat.shop.alice, name, Role.EMPLOYEE, handle="odd")
    (receipt, *_) = await chat.alice.send("/sale 5.00")
    given = await chat.alice.send(f"/give @odd #{receipt.text.partition('#')[2].split()[0]}")
    assert f"Now {name}’s sale" in given.text
    assert not [entity for one in given for entity in one.entities if entity["type"] == "text_link"]
