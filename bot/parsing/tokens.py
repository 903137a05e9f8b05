"""Text made ready for reading. One rule: every character keeps its place, so that names are cut from what was typed."""

import re

from core.text import drop_invisible
from core.text import make_plain as make_plain  # noqa: PLC0414 - whoever reads tokens has it from here

_NOTE = re.compile(
    r'(?<!\S)(?:"[^"\n]*"|“[^“”\n]*”)(?!\S)|(?P<dash>(?<!\S)(?:--|—))|(?P<line>^[^\S\n]*note ?:)',
    re.IGNORECASE | re.MULTILINE,
)
_BREAKS = re.compile(r"\s*[\n\u2028\u2029]\s*")
_SPACES = re.compile(r"(?:[^\S\n\u2028\u2029]|[\x00-\x08\x0e-\x1f\x7f])+")


def split_note(text: str) -> tuple[str, str | None]:
    """The text before `--`, `—` or a line beginning `note:`, and the note after it.

    The note is kept verbatim but for outer spaces and NUL, which no database takes.
    """
    for mark in _NOTE.finditer(text):
        if mark.lastgroup:
            return text[: mark.start()], text[mark.end() :].replace("\0", "").strip() or None
    return text, None


def clean_text(text: str) -> str:
    """The text with single spaces, single line breaks and nothing invisible; letters and signs stay as typed."""
    return _BREAKS.sub("\n", _SPACES.sub(" ", drop_invisible(text))).strip()


def fold_case(text: str) -> str:
    """The text in lower case, as long as before (one Turkish letter would become two, and stays)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
