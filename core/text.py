"""Words from people, made storable. One rule: nothing is escaped here; whoever shows it, escapes it."""

import re
import unicodedata

from core.errors import InvalidInput

ACCOUNT_MARK = "tg."  # before the Telegram number of whom a message names by touching; no handle has a dot
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs by Unicode, and yet nothing to see
_HANDLE_GAPS = re.compile(r"[^a-z0-9]+")
# Marks that steer how text is shown and are typed by no one; joiners inside names and emoji (U+200C, U+200D) stay.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f\u20e3]"
)
# Signs that stand for an ASCII one in other scripts and on phones; full-width forms follow by arithmetic.
_SIGNS = {
    ord(sign): plain
    for signs, plain in (("−–‐‑‒", "-"), ("،、", ","), ("؛", ";"), ("٪", "%"), ("＇", "'"), ("⁄", "/"))
    for sign in signs
} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if not chr(code).isalnum()}


def clean_name(text: str, field: str, longest: int = 200) -> str:
    """One line of text without control characters and with single spaces; InvalidInput if empty or too long."""
    storable = make_storable(text, keep="")
    cleaned = " ".join(drop_invisible(storable).split())
    if not storable.strip():
        raise InvalidInput(f"The {field} is empty.", field=field)
    if not any(is_visible(character) for character in cleaned):
        raise InvalidInput(f"The {field} has only characters that nobody can see.", field=field)
    return _limit(cleaned, field, longest)


def is_visible(character: str) -> bool:
    """Whether a character shows by itself: not one of format, a space, or a mark upon another one."""
    return unicodedata.category(character)[0] in "LNPS" and character not in _BLANK


def clean_note(text: str, field: str = "note", longest: int = 4000) -> str:
    """Text of several lines without other control characters; may be empty."""
    return _limit(make_storable(text, keep="\n\t").strip(), field, longest)


def make_handle(name: str) -> str:
    """A short word to call something by ("Riyadh Mall" is riyadh_mall); empty if nothing Latin is in the name."""
    ascii_name = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _HANDLE_GAPS.sub("_", ascii_name).strip("_")[:48]


def fold(text: str) -> str:
    """The form in which names are compared: case, width and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def make_storable(text: str, keep: str = "") -> str:
    """Without NUL and its like, which PostgreSQL refuses, and without halves of characters, which UTF-8 refuses.

    What divides words, such as a tab, is a space instead; what is only in the way leaves no gap.
    """
    return "".join(
        character if character in keep or unicodedata.category(character) not in ("Cc", "Cs") else _stand_in(character)
        for character in text
    )


def _stand_in(character: str) -> str:
    return " " if character.isspace() or unicodedata.category(character) == "Cs" else ""


def drop_invisible(text: str) -> str:
    """Without marks that steer how text is shown; joiners inside names and emoji stay."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def make_plain(text: str) -> str:
    """The text, as long as before, with decimal digits of every script and signs of other keyboards made ASCII."""
    if text.isascii():
        return text
    table: dict[int, str] = {}
    for character in set(text):
        code = ord(character)
        if code in _SIGNS:
            table[code] = _SIGNS[code]
        elif code > 127 and character.isdecimal():
            table[code] = str(unicodedata.decimal(character))
    return text.translate(table)


def _limit(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise InvalidInput(f"The {field} is longer than {longest} characters.", field=field)
    return text
