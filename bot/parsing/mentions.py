"""Whom a message names by touching, and what of its text is words. Pure: Telegram's entities come as plain values."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.parsing.tokens import split_note
from core.text import ACCOUNT_MARK, drop_invisible

# Before a person, wherever a sale is told; elsewhere a name is a customer's, or part of a sentence.
_NAMES_SELLER = re.compile(r"(?:^|\s)(?:for|by|on behalf of|with|and|,|of)\s*$|%\s*,?\s*$", re.IGNORECASE)
_NAMING_COMMAND = re.compile(r"\s*/(?!sale\b|bulk\b|return\b|exchange\b|note\b)\w", re.IGNORECASE)
_JOINERS = re.compile("[\u200c\u200d]")


class Mention(NamedTuple):
    """A person named by touching their name: where in the text, in characters, and their Telegram number."""

    start: int
    end: int
    telegram_id: int


def name_mentions(text: str, mentions: Iterable[Mention]) -> tuple[str, dict[str, str]]:
    """The text with a mark in place of each person named where somebody of the team is meant; the names by mark."""
    end_of_words = len(split_note(text)[0])
    names: dict[str, str] = {}
    for one in sorted(mentions, reverse=True):
        name = text[one.start : one.end]
        if one.end <= end_of_words and _means_colleague(text[: one.start]):
            mark = f"@{ACCOUNT_MARK}{one.telegram_id}"
            names[mark] = name
            text = f"{text[: one.start]}{mark}{text[one.end :]}"
    return text, names


def _means_colleague(before: str) -> bool:
    return _NAMING_COMMAND.match(drop_invisible(before)) is not None or _NAMES_SELLER.search(before) is not None


def read_words(text: str, bot_name: str) -> tuple[str, bool]:
    """What a message says, and whether it names the bot: without marks that nobody sees and without the bot's name.

    A note stays as it was written.
    """
    before = split_note(text)[0]
    note = text[len(before) :]
    words = drop_invisible(before)
    command = words.lstrip().partition(" ")[0]
    bare = _JOINERS.sub("", command)
    if bare.startswith("/") and bare != command:
        words = words.replace(command, bare, 1)
    called = re.sub(
        rf"^\s*@{re.escape(bot_name)}\b[\s,:]*|\s*@{re.escape(bot_name)}\s*$", "", words, flags=re.IGNORECASE
    )
    is_addressed = bool(bot_name) and called != words
    return (called if is_addressed else words) + note, is_addressed


def place_in_characters(text: str, spans: Iterable[tuple[int, int, int]]) -> Iterator[Mention]:
    """Mentions by characters, from Telegram's offsets and lengths, which count UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    for offset, length, telegram_id in spans:
        start = len(units[: offset * 2].decode("utf-16-le", "surrogatepass"))
        named = units[offset * 2 : (offset + length) * 2].decode("utf-16-le", "surrogatepass")
        yield Mention(start, start + len(named), telegram_id)
