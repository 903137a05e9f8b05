"""What may be told of a sale besides its items. One rule: each has a word of its own and is cut out, by one table.

`guest at Corniche`: sold while helping out in another branch. `with @sam 30%`: somebody shares in it. `+15% VAT`,
`tax 12.50`: a tax on top of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.parsing.currencies import marked_money_pattern, read_money_e4
from bot.parsing.numbers import NUMBER, read_percent_e2
from bot.parsing.refusals import refuse_all
from core.currencies import ANY, MARKS
from core.errors import InvalidInput
from core.sales.pricing import Tax

TAX = "vat|gst|tax"
WHOLE_E2 = 10_000
SHARE_EXAMPLE, TAX_EXAMPLE = "2 SOL-3077 with @sam 30%", "2 SOL-3077 +15% VAT"
_SHARER = r"@([^\W\d][\w.-]{0,63})(?: (?:for )?(\d[\d.,]* ?%))?"


@dataclass(frozen=True, slots=True)
class Extras:
    """What was told besides the items. `shares` are handles and hundredths of a per cent, None for an equal part."""

    guest_branch: str | None = None
    shares: tuple[tuple[str, int | None], ...] = ()
    taxes: tuple[Tax, ...] = ()

    def share_out(self) -> dict[str, int]:
        """The part of each who shares, in hundredths of a per cent: as said, else everybody's equal one."""
        equal = WHOLE_E2 // (len(self.shares) + 1)
        return {handle: equal if part is None else part for handle, part in self.shares}


def _read_guest(extras: Extras, found: re.Match[str], _currency: str) -> Extras:
    if extras.guest_branch is not None:
        refuse_all(found[0].strip(), "is a second branch.", "2 SOL-3077 guest at Corniche")
    return replace(extras, guest_branch=(found[1] or found[2]).rstrip(",;.").strip())


def _read_sharers(extras: Extras, found: re.Match[str], _currency: str) -> Extras:
    named = tuple(
        (sharer[1].rstrip("."), _read_part(sharer[2], SHARE_EXAMPLE) if sharer[2] else None)
        for sharer in re.finditer(_SHARER, found[0])
    )
    if len({handle for handle, _ in extras.shares + named}) < len(extras.shares + named):
        refuse_all(found[0].strip(), "names somebody twice.", SHARE_EXAMPLE)
    return replace(extras, shares=extras.shares + named)


def _read_tax(extras: Extras, found: re.Match[str], currency: str) -> Extras:
    name, value = (found["name"] or found["named"]).upper(), (found["percent"] or found["value"]).strip()
    name = "Tax" if name == "TAX" else name
    if value.endswith("%"):
        return replace(extras, taxes=(*extras.taxes, Tax(name, percent_e2=_read_part(value, TAX_EXAMPLE))))
    return replace(extras, taxes=(*extras.taxes, Tax(name, amount_e4=read_money_e4(value, currency))))


def _read_part(text: str, example: str) -> int:
    """A percentage up to a hundred, in hundredths of a per cent."""
    try:
        return read_percent_e2(text)
    except InvalidInput:
        return refuse_all(text.strip(), "is not a part of a hundred.", example)


def _refuse_bare_tax(told: str) -> None:
    """A tax that does not say how much is no part of a name."""
    bare = re.search(rf"\S\s+(?:\+ ?|plus |with )?({TAX})\s*$", told, re.IGNORECASE)
    if bare is not None:
        refuse_all(bare[1], "does not say how much.", TAX_EXAMPLE)


Reader = Callable[[Extras, re.Match[str], str], Extras]
READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r'(?<!\S)(?:as )?guest at (?:["“„«]([^"“”„«»]+)["”“»]|(\S+))', re.IGNORECASE), _read_guest),
    (re.compile(rf"(?<!\S)(?:shared )?with {_SHARER}(?:(?:,| and|,? &) ?{_SHARER})*", re.IGNORECASE), _read_sharers),
    (
        re.compile(
            rf"(?<!\S)(?:(?:\+ ?|plus |with )?(?P<percent>{NUMBER} ?%) (?P<name>{TAX})"
            rf"|(?:\+ ?|plus |with )?(?P<named>{TAX}):? (?P<value>{NUMBER} ?%|{NUMBER}))(?![\w%])",
            re.IGNORECASE,
        ),
        _read_tax,
    ),
)


def split_extras(text: str, currency: str) -> tuple[str, Extras]:
    """The words of a sale without what is told besides, and that. Not looked for in a note (after `--`) or in quotes.

    Raises InvalidInput naming the words at fault.
    """
    told, mark, note = _split_note(text)
    extras = Extras()
    for pattern, read in READERS:
        while found := pattern.search(told):
            extras = read(extras, found, currency)
            told = f"{told[: found.start()].rstrip()} {told[found.end() :].lstrip(' ,')}".strip()
    _refuse_bare_tax(told)
    return f"{told}{mark}{note}", extras


def _split_note(text: str) -> tuple[str, str, str]:
    found = re.search(r"\s(?:--|—)\s|\snote:", text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def list_foreign_currencies(text: str, own: str) -> list[tuple[str, ...]]:
    """For each amount that a text marks with another currency than the company's own: what the mark may stand for."""
    marked = (re.sub(NUMBER, "", found[0]).strip(" ./-=") for found in _find_marked(own).finditer(text.lower()))
    meant = (tuple(MARKS.get(mark, mark.upper()).split()) for mark in marked)
    return [codes for codes in meant if codes and own not in codes and ANY not in codes]


@lru_cache(maxsize=256)
def _find_marked(own: str) -> re.Pattern[str]:
    """Kept: making it takes longer than reading a sale."""
    return re.compile(marked_money_pattern(own))


def choose_currency(foreign: list[tuple[str, ...]], own: str, kept: tuple[str, ...]) -> str:
    """The currency amounts are in: the one of those the company keeps rates for that a mark stands for, else its own.

    Of a mark that could be several, or is none kept, the parser says that it is not understood.
    """
    for codes in foreign:
        fitting = [code for code in codes if code in kept]
        if len(fitting) == 1:
            return fitting[0]
    return own
