"""Answers and buttons that are too long for Telegram. One rule: they are shortened between letters, never refused."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import read_text
from bot.views.fitting import clip_html
from core.access import Role
from core.catalog.products import add_product
from core.people.members import add_person
from tests.bot.conftest import Chat

PIECES = st.lists(st.tuples(st.sampled_from(["", "b", "i", "code", "pre"]), st.text(max_size=30)), max_size=12)


def mark(pieces: list[tuple[str, str]]) -> str:
    return "".join(f"<{tag}>{html.escape(text)}</{tag}>" if tag else html.escape(text) for tag, text in pieces)


@given(PIECES, st.integers(1, 120))
def test_it_shortens_between_letters_and_closes_every_mark(pieces: list[tuple[str, str]], longest: int) -> None:
    text, plain = mark(pieces), "".join(text for _, text in pieces)
    clipped = clip_html(text, longest)
    shown = html.unescape(re.sub(r"</?(?:b|i|code|pre)>", "", clipped))
    assert shown == plain if len(plain) <= longest else (len(shown), shown[:-1]) == (longest, plain[: longest - 1])
    for tag in ("b", "i", "code", "pre"):
        assert clipped.count(f"<{tag}>") == clipped.count(f"</{tag}>")
    read_text(clipped, "HTML", None)


def test_it_closes_marks_inside_marks_in_their_order() -> None:
    assert clip_html("<b>one <i>two three</i></b> four", 6) == "<b>one <i>t…</i></b>"
    assert clip_html("&lt;&amp;&gt;" * 3, 4) == "&lt;&amp;&gt;…"
    assert clip_html("short", 5) == "short"


async def test_a_list_that_is_too_long_is_still_an_answer(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for number in range(150):
            add_person(
                tx,
                chat.shop.operator,
                f"Somebody with a rather long name, number {number}",
                Role.EMPLOYEE,
                chat.shop.mall_id,
            )
    for command in ("/people", "/team", "/leaderboard"):
        (answer,) = await chat.sam.send(command)
        assert 0 < len(answer.text) <= 4096
        assert "went wrong" not in answer.text


@pytest.mark.parametrize("lines", [2, 20])
async def test_many_unclear_products_end_in_a_sale_or_a_clear_word(chat: Chat, lines: int) -> None:
    """What was chosen so far travels in the button, and a button carries 64 bytes."""
    with chat.database.begin() as tx:
        for number in range(lines):
            for colour in ("Blue", "Green"):
                add_product(
                    tx,
                    chat.shop.alice,
                    sku=f"MAT-{number}-{colour}",
                    name=f"Yoga Mat{chr(97 + number) * 5} {colour}",
                    price_e4=10_000,
                )
    said = "/sale " + "\n".join(f"1 yoga mat{chr(97 + number) * 5}" for number in range(lines))
    answer = (await chat.bob.send(said))[0]
    toast = ""
    while "Which one" in answer.text and not toast.startswith("So many"):
        pressed = await chat.bob.press(answer.buttons[0])
        toast, answer = pressed.toast or "", pressed.messages[0] if pressed.messages else answer
    assert "Sale recorded" in answer.text or "use the codes" in answer.text + toast
    assert ("Sale recorded" in answer.text) == (lines == 2)
