"""What came back, in words. One rule: items are told as in a sale; what went out for them stands after "for"."""

import re
from dataclasses import dataclass

from bot.parsing.reader import parse_sale
from bot.parsing.refusals import refuse
from bot.parsing.sale import ParsedLine, ParsedSale, Reading
from bot.parsing.tokens import split_note

_WRITTEN_OFF = re.compile(r"(?<!\S)(?:broken|damaged|written off|write off|no stock)(?!\S)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:of )?(?:sale )?#(\d{1,18})\b", re.ASCII | re.IGNORECASE)
_OUT = re.compile(r"\s(?:for|against|->|→)\s+(?=\d|an? |one |two |three )", re.IGNORECASE)
_ALL = ("", "all", "everything", "it", "it all")
HINT = "1 SOL-3077"


@dataclass(frozen=True, slots=True)
class ParsedReturn:
    """What came back: of a sale's number where one is named, all of it where no item is; and what went out for it."""

    told: ParsedSale | None
    original_id: int | None
    writes_off: bool
    out: str | None = None
    note: str | None = None

    @property
    def lines(self) -> tuple[ParsedLine, ...]:
        """The items; none: everything there is."""
        return self.told.lines if self.told is not None else ()


def parse_return(text: str, reading: Reading, *, exchanges: bool = False) -> ParsedReturn:
    """The words after /return or /exchange: `1 SOL-3077`, `1 SOL-3077 @24.99 damaged`, `#12`, `1 caps for 1 hat`.

    Raises InvalidInput naming the words at fault.
    """
    rest, note = split_note(text)
    named = _NUMBER.search(rest)
    rest = f"{rest[: named.start()]} {rest[named.end() :]}" if named else rest
    off = _WRITTEN_OFF.search(rest)
    rest = f"{rest[: off.start()]} {rest[off.end() :]}" if off else rest
    out = None
    if exchanges:
        rest, out = _split_out(f" {rest.strip()}")
    items = rest.strip(" ,;")
    told = None if items.casefold() in _ALL else parse_sale(items, reading)
    return ParsedReturn(told, int(named[1]) if named else None, off is not None, out, note)


def _split_out(text: str) -> tuple[str, str]:
    found = _OUT.search(text)
    if found is None:
        refuse(text.strip() or "/exchange", "does not say what went out for it.", "1 SOL-3077 for 1 GAM-2211")
    return text[: found.start()], text[found.end() :]
