"""Texts a spreadsheet would take for formulas. One rule: what is disarmed can be rearmed to the very same text."""

import re

# What a formula begins with, also in full or small width; blanks and apostrophes before it do not count, so that a text
# which was disarmed stays one that has to be.
_BEFORE, _SIGNS = r"\s'\u200b-\u200f\u2060\ufeff", r"=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_ARMED = re.compile(f"[{_BEFORE}]*?[{_SIGNS}]")
GUARD = "'"


def disarm(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet that opens a CSV file would calculate it (OWASP's list)."""
    return GUARD + text if _ARMED.match(text) else text


def rearm(text: str) -> str:
    """The text that `disarm` was given."""
    return text[1:] if text.startswith(GUARD) and _ARMED.match(text[1:]) else text
