"""Markup and entities. One rule: offsets are checked by cutting the text out in UTF-16, as a client would."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import clean_text, read_text
from bot.sandbox.errors import BotApiError


def cut(text: str, entity: dict[str, object]) -> str:
    units = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return units[start : start + entity["length"] * 2].decode("utf-16-le")


def read(source: str, mode: str | None) -> tuple[str, list[tuple[str, str]]]:
    text, entities = read_text(source, mode, None)
    return text, [(entity["type"], cut(text, entity)) for entity in entities]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<b>bold</b> &lt;&amp;&gt;&quot;", 'bold <&>"', [("bold", "bold")]),
        ("👍<strong>ab</strong>", "👍ab", [("bold", "ab")]),
        ("👩‍👩‍👧 <i>é<b>x</b></i>", "👩‍👩‍👧 éx", [("italic", "éx"), ("bold", "x")]),
        ("<u>u</u><s>s</s><del>d</del>", "usd", [("underline", "u"), ("strikethrough", "s"), ("strikethrough", "d")]),
        ('<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", [("spoiler", "x"), ("spoiler", "y")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ("<code>/me @bob_b #x</code>", "/me @bob_b #x", [("code", "/me @bob_b #x")]),
        ('<a href="example.com/x?a&amp;b">l</a>', "l", [("text_link", "l")]),
        ("<a href='nowhere'>l</a>", "l", []),
        ("<b></b>plain", "plain", []),
        ("  <b> x</b>  ", "x", [("bold", "x")]),
        ("&#128077; &#x41; &nope;", "👍 A &nope;", []),
        ("<i>a</>", "a", [("italic", "a")]),
    ],
)
def test_it_reads_html(source: str, text: str, found: list[tuple[str, str]]) -> None:
    assert read(source, "HTML") == (text, found)


def test_it_names_the_language_of_a_code_block() -> None:
    _, entities = read_text('<pre><code class="language-python">x = 1</code></pre>', "HTML", None)
    assert entities == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


def test_it_completes_the_address_of_a_link() -> None:
    _, entities = read_text('<a href="example.com">l</a><a href="tg://user?id=7">m</a>', "HTML", None)
    assert entities[0]["url"] == "http://example.com/"
    assert (entities[1]["type"], entities[1]["user"]["id"]) == ("text_mention", 7)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("👍<b>x</i>", 'Unmatched end tag at byte offset 8, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a <table>", 'Unsupported start tag "table" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("1 <b", "Unclosed start tag at byte offset 2"),
        ('<b class="x', "Unclosed start tag at byte offset 0"),
        ("<b>x</b ", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_it_refuses_bad_html_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(BotApiError) as refused:
        read_text(source, "html", None)
    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_it_finds_what_telegram_finds_by_itself() -> None:
    text = "👍 /sale@salesbell_bot for @ann_a #etsy $USD 1/2 a@b.co https://shop.example/x?y=1. shop.com (see x.com/a)"
    assert read(text, None)[1] == [
        ("bot_command", "/sale@salesbell_bot"), ("mention", "@ann_a"), ("hashtag", "#etsy"), ("cashtag", "$USD"),
        ("email", "a@b.co"), ("url", "https://shop.example/x?y=1"), ("url", "shop.com"), ("url", "x.com/a"),
    ]  # fmt: skip


def test_it_keeps_the_entities_a_bot_gives_and_finds_the_rest_itself() -> None:
    given_entities = [{"type": "italic", "offset": 2, "length": 2}, {"type": "bot_command", "offset": 0, "length": 1}]
    text, entities = read_text("  👍 /me", None, given_entities)
    assert [(entity["type"], cut(text, entity)) for entity in entities] == [("italic", "👍"), ("bot_command", "/me")]


def test_it_refuses_an_unknown_parse_mode() -> None:
    for mode in ("XML", "MarkdownV2"):  # the bot sends HTML, and nothing else is read here
        with pytest.raises(BotApiError, match="unsupported parse_mode"):
            read_text("x", mode, None)


@given(st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_it_gives_back_escaped_text_and_finds_the_bold_part_anywhere(before: str, bold: str) -> None:
    source = f"x{html.escape(before)}<b>b{html.escape(bold)}b</b>"
    text, entities = read_text(source, "HTML", None)
    assert text == clean_text(f"x{before}b{bold}b")
    assert [cut(text, entity) for entity in entities if entity["type"] == "bold"] == [clean_text(f"b{bold}b")]


@given(st.text(max_size=80), st.sampled_from([None, "HTML"]))
def test_it_reads_or_refuses_any_text_and_its_entities_lie_within(source: str, mode: str | None) -> None:
    try:
        text, entities = read_text(source, mode, None)
    except BotApiError:
        return  # refused in Telegram's words; anything else would fail this test
    assert all(cut(text, entity) for entity in entities)
