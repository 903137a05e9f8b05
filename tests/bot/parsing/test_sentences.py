"""Telling a sale from talk, through `is_sale_sentence`. One rule: when in doubt it is talk."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.sentences import is_sale_sentence
from tests.bot.parsing.test_sale import NASTY_STRINGS


@pytest.mark.parametrize(
    "text",
    [
        "sold 2 SOL-3077",
        "Sold 3 griparm for 100 yesterday to John Doe",
        "sold a cap",
        "sold: two caps",
        "I sold 2 caps",
        "we've just sold a dozen caps",
        "I’ve sold 2 caps",
        "yesterday I sold 3 griparm",
        "sold SAR 1250",
        "sold 12k",
        "sold for @ann 2 caps",
        "2 SOL-3077",
        "2 SOL-3077 @24.99",
        "two sol-3077 etsy",
        "SOL-3077 x2",
        "2x griparm",
        "2 × griparm",
        "2 griparm @24.99",
        "2 griparm 24.99 each",
        "٢ SOL-٣٠٧٧ @٢٤٫٩٩",
        "  2 SOL-3077\n3 SOL-3078",
        "sold 2 caps -- was it worth it?",
    ],
)
def test_it_takes_a_sale_for_a_sale(text: str) -> None:
    assert is_sale_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "hi, how are you?",
        "thanks",
        "ok 👍",
        "1250",
        "2",
        "SOL-3077",
        "2 griparm",
        "2 minutes",
        "see you at 5",
        "2pm meeting",
        "sold out",
        "sold 2",
        "sold 50!",
        "sold it",
        "thanks, sold it to John",
        "not sold 2 caps",
        "I'll sell 2 caps",
        "sold 2 caps?",
        "did we sell 2 SOL-3077?",
        "is 2 SOL-3077 in stock?",
        "10% off today",
        "3 x 4 = 12",
        "@ann 2 caps",
        "call me on 0501234567",
        "how much is a cap @ 5",
    ],
)
def test_it_takes_talk_for_talk(text: str) -> None:
    assert not is_sale_sentence(text)


@given(st.text(max_size=300))
def test_it_answers_any_text(text: str) -> None:
    assert is_sale_sentence(text) in (True, False)


@pytest.mark.skipif(not NASTY_STRINGS.exists(), reason="the list of naughty strings is not on this machine")
def test_it_takes_no_naughty_string_for_a_sale() -> None:
    assert [text for text in json.loads(NASTY_STRINGS.read_text()) if is_sale_sentence(text)] == []


@pytest.mark.parametrize("piece", ["2 ", "sold ", "a-1", "1,", "2 a", "@", "111 "])
def test_it_is_quick_on_long_hostile_text(piece: str) -> None:
    start = time.process_time()
    is_sale_sentence((piece * 4096)[:4096])
    assert time.process_time() - start < 1  # what runs away takes minutes
