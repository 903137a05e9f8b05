"""What /kpi, /chart and /why are asked for. One rule: a period at the end is one, whatever stands before is a name."""

from dataclasses import dataclass

from bot.parsing.refusals import refuse
from bot.parsing.sale import Reading
from bot.parsing.words import Word, split_words, take_period
from core.periods import Calendar, Period

PROFIT_CARDS = ("total_profit", "profit_margin", "avg_profit_per_order")
_TURNS = {"show": True, "hide": False}
_STATES = {"on": True, "off": False}


@dataclass(frozen=True, slots=True)
class CardWords:
    """Names and a period, either of which may be missing."""

    names: tuple[str, ...]
    period: Period | None = None

    @property
    def text(self) -> str:
        """The names as one."""
        return " ".join(self.names)


@dataclass(frozen=True, slots=True)
class Turned:
    """Cards to be turned on or off, by their names."""

    cards: tuple[str, ...]
    is_on: bool


def parse_card_words(text: str, reading: Reading, calendar: Calendar) -> CardWords:
    """The words after /chart and /why: `country`, `top items last month`, `2026`.

    What is a period from some word on to the end is the period; a period alone is one. Raises InvalidInput for a day
    or month that is impossible.
    """
    words = split_words(text)
    for index in range(len(words)):
        rest: list[Word] = list(words[index:])
        period = take_period(rest, reading, calendar)
        if period is not None and not rest:
            return CardWords(tuple(word.text for word in words[:index]), period)
    return CardWords(tuple(word.text for word in words))


def parse_kpi(text: str, reading: Reading, calendar: Calendar) -> CardWords | Turned:
    """The words after /kpi: a period, or `profit on`, `show NAME`, `hide NAME`; InvalidInput names any other."""
    words = [word.text for word in split_words(text)]
    if len(words) > 1 and words[0].lower() in _TURNS:
        return Turned((" ".join(words[1:]),), _TURNS[words[0].lower()])
    if len(words) > 1 and words[-1].lower() in _STATES:
        name, is_on = " ".join(words[:-1]), _STATES[words[-1].lower()]
        return Turned(PROFIT_CARDS if name.lower() == "profit" else (name,), is_on)
    said = parse_card_words(text, reading, calendar)
    if said.names:
        refuse(said.text, "is neither a period nor a card to show or hide.", "last month")
    return said
