"""What /kpi, /chart and /why are asked for. One rule: a period at the end is one, whatever stands before is a name."""

import re
from dataclasses import dataclass, replace

from bot.parsing.refusals import refuse
from bot.parsing.sale import Reading
from bot.parsing.tokens import clean_text, make_plain
from bot.parsing.words import Word, split_words, take_period
from core.periods import Calendar, Period

PROFIT_CARDS = ("total_profit", "profit_margin", "avg_profit_per_order")
# How a chart may be drawn, by the words for it: the type, and of a map the kind.
DRAWN_AS: dict[str, tuple[str, str | None]] = {
    "bar": ("bar", None),
    "bars": ("bar", None),
    "pie": ("pie", None),
    "line": ("line", None),
    "map": ("geoMap", "choropleth"),
    "choropleth": ("geoMap", "choropleth"),
    "bubble": ("geoMap", "bubble"),
    "bubbles": ("geoMap", "bubble"),
    "calendar": ("calendar", None),
    "card": ("sparkline", None),
}
_TURNS = {"show": True, "hide": False}
_STATES = {"on": True, "off": False}
_THEMES = [["light"], ["dark"]]
_FILTER = re.compile(r'(?<!\S)([A-Za-z][A-Za-z0-9_]*)=(?:["“„«]([^"“”„«»]+)["”“»]|(\S+))')
_DRAWN_AS = re.compile(rf"(?:^|\s)as ({'|'.join(DRAWN_AS)})(?=\s|$)", re.IGNORECASE)
_NO_PERIOD_AFTER = ("by", "financial")  # "revenue by month", "orders by financial year"


@dataclass(frozen=True, slots=True)
class CardWords:
    """Names and a period, either of which may be missing; filters `country=France`; how it is drawn; how many rows."""

    names: tuple[str, ...]
    period: Period | None = None
    where: tuple[tuple[str, str], ...] = ()
    drawn_as: str | None = None
    top: int | None = None

    @property
    def text(self) -> str:
        """The names as one."""
        return " ".join(self.names)


@dataclass(frozen=True, slots=True)
class Turned:
    """Cards to be turned on or off, by their names."""

    cards: tuple[str, ...]
    is_on: bool


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card of one's own: a measure, perhaps by a dimension, of what passes the filters."""

    name: str
    measure: str
    by: str | None
    where: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DroppedCard:
    """A card of one's own that is to go."""

    name: str


@dataclass(frozen=True, slots=True)
class ChosenTheme:
    """Pictures are to be light or dark."""

    theme: str


Change = Turned | NewCard | DroppedCard | ChosenTheme


def parse_card_words(text: str, reading: Reading, calendar: Calendar) -> CardWords:
    """The words after /kpi: a period, filters.

    What is a period from some word on to the end is the period; a period alone is one. Raises InvalidInput for a day
    or month that is impossible.
    """
    where = parse_filters(text)
    plain = _FILTER.sub(" ", make_plain(clean_text(text)))
    drawing = _DRAWN_AS.search(plain)
    drawn_as = drawing[1].lower() if drawing else None
    words = split_words(_DRAWN_AS.sub(" ", plain))
    for index in range(len(words)):
        if index and words[index - 1].text.lower() in _NO_PERIOD_AFTER:
            continue
        rest: list[Word] = list(words[index:])
        period = take_period(rest, reading, calendar)
        if period is not None and not rest:
            return CardWords(_read_texts(words[:index]), period, where, drawn_as)
    return CardWords(_read_texts(words), None, where, drawn_as)


def parse_named_card(text: str, reading: Reading, calendar: Calendar) -> CardWords:
    """The words after /chart and /why: `country`, `top items last month`, `orders by till as pie country=France`.

    A period that no name stands before is a name itself: `/chart month`. `top 5 customers` is how many rows. Raises
    what `parse_card_words` raises.
    """
    said = parse_card_words(text, reading, calendar)
    if len(said.names) > 2 and said.names[0].lower() == "top" and said.names[1].isdecimal():
        return replace(said, names=("top", *said.names[2:]), top=int(said.names[1]))
    if said.period is None or said.names:
        return said
    plain = _DRAWN_AS.sub(" ", _FILTER.sub(" ", make_plain(clean_text(text))))
    return replace(said, names=_read_texts(split_words(plain)), period=None)


def _read_texts(words: list[Word]) -> tuple[str, ...]:
    return tuple(word.text for word in words)


def parse_filters(text: str) -> tuple[tuple[str, str], ...]:
    """What stands before and after each `=`: `country=France`, `customer="Jane Doe"`."""
    found = _FILTER.finditer(make_plain(clean_text(text)))
    return tuple((match[1].lower(), (match[2] or match[3]).strip()) for match in found)


def parse_chart(text: str, reading: Reading, calendar: Calendar) -> CardWords:
    """The words after /chart; InvalidInput for a way to draw that is none, too."""
    said = parse_named_card(text, reading, calendar)
    if len(said.names) > 1 and said.names[-2].lower() == "as":
        refuse(said.names[-1], f"is no way to draw a chart: {', '.join(DRAWN_AS)}.", "country as map")
    return said


def parse_kpi(text: str, reading: Reading, calendar: Calendar) -> CardWords | Change:
    """The words after /kpi: a period and filters, or what changes cards; InvalidInput names any other.

    `profit on`, `show NAME` and `hide NAME` turn cards on and off; `add NAME MEASURE by DIMENSION` makes one and
    `drop NAME` takes it away; `dark` and `light` are how pictures look.
    """
    if changes_cards(text):
        return _parse_change(text)
    said = parse_card_words(text, reading, calendar)
    if said.names:
        refuse(said.text, "is neither a period nor a card to show or hide.", "last month")
    return replace(said, drawn_as=None)


def changes_cards(text: str) -> bool:
    """Whether the words after /kpi change anything."""
    words = [word.text.lower() for word in split_words(text)]
    return words in _THEMES or (len(words) > 1 and (words[0] in (*_TURNS, "add", "drop") or words[-1] in _STATES))


def chooses_drawing(text: str) -> bool:
    """Whether the words after /chart say how it is drawn from now on."""
    return _DRAWN_AS.search(text) is not None


def _parse_change(text: str) -> Change:
    where = parse_filters(text)
    words = [word.text for word in split_words(_FILTER.sub(" ", make_plain(clean_text(text))))]
    first, name = words[0].lower(), " ".join(words[1:])
    if [first] in _THEMES:
        return ChosenTheme(first)
    if first == "add":
        return _parse_new_card(words[1:], where)
    if first == "drop":
        return DroppedCard(name.lower())
    if first in _TURNS:
        return Turned((name,), _TURNS[first])
    name, is_on = " ".join(words[:-1]), _STATES[words[-1].lower()]
    return Turned(PROFIT_CARDS if name.lower() == "profit" else (name,), is_on)


def _parse_new_card(words: list[str], where: tuple[tuple[str, str], ...]) -> NewCard:
    name, *rest = words
    said = [word.lower() for word in rest]
    at = said.index("by") if "by" in said else len(said)
    measure, by = "_".join(rest[:at]), "_".join(rest[at + 1 :])
    if not measure:
        refuse(name, "needs a measure behind it.", "/kpi add etsy revenue by month platform=etsy")
    return NewCard(name.lower(), measure, by or None, where)
