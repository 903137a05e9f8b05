"""Text made ready for reading. One rule: every character keeps its place, so that names are cut from what was typed."""

import re
import unicodedata

_NOTE = re.compile(
    r'(?<!\S)(?:"[^"\n]*"|“[^“”\n]*”)(?!\S)|(?P<dash>(?<!\S)(?:--|—))|(?P<line>^[^\S\n]*note ?:)',
    re.IGNORECASE | re.MULTILINE,
)
# Marks that steer how text is shown and are typed by no one; joiners inside names and emoji (U+200C, U+200D) stay.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f\u20e3]"
)
_BREAKS = re.compile(r"\s*[\n\u2028\u2029]\s*")
_SPACES = re.compile(r"(?:[^\S\n\u2028\u2029]|[\x00-\x08\x0e-\x1f\x7f])+")

# Signs that stand for an ASCII one in other scripts and on phones; full-width forms follow by arithmetic.
_SIGNS = {
    ord(sign): plain
    for signs, plain in (("−–‐‑‒", "-"), ("،、", ","), ("؛", ";"), ("٪", "%"), ("＇", "'"), ("⁄", "/"))
    for sign in signs
} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if not chr(code).isalnum()}


def split_note(text: str) -> tuple[str, str | None]:
    """The text before `--`, `—` or a line beginning `note:`, and the note after it.

    The note is kept verbatim but for outer spaces and NUL, which no database takes.
    """
    for mark in _NOTE.finditer(text):
        if mark.lastgroup:
            return text[: mark.start()], text[mark.end() :].replace("\0", "").strip() or None
    return text, None


def drop_invisible(text: str) -> str:
    """The text without marks that steer how it is shown."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def clean_text(text: str) -> str:
    """The text with single spaces, single line breaks and nothing invisible; letters and signs stay as typed."""
    return _BREAKS.sub("\n", _SPACES.sub(" ", drop_invisible(text))).strip()


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


def fold_case(text: str) -> str:
    """The text in lower case, as long as before (one Turkish letter would become two, and stays)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
