"""What /goal is asked for or told. One rule: a goal has one number, of money or of units, for one calendar month."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.parsing.currencies import money_pattern, read_money_e4
from bot.parsing.numbers import read_number, scale_number
from bot.parsing.refusals import hinting, refuse, refuse_two
from bot.parsing.sale import Reading
from bot.parsing.words import HANDLE_WORD, LONGEST_PERIOD_WORDS, Word, split_words, take_period
from core.goals.months import find_month
from core.money import E3
from core.periods import Calendar, Period, month_of

HINT = "@ann 20000 2026-12"
NAMES = {"period": "months", "handle": "people", "number": "numbers", "product_words": "products or categories"}
_UNITS = ("units", "unit", "pcs", "pc", "pieces", "piece", "items")
_WHOLE_YEAR = re.compile(r"[^\d]\d{4}$|^\d{4}[^\d]")
ENDINGS = ("off", "none", "remove", "delete", "drop")
_FILLERS = ("for", "of", "in", "by", "to")


@dataclass(frozen=True, slots=True)
class GoalWords:
    """A goal to see (neither number is set), to set, or to take away (`ends`), for a month.

    `handle` None means the asker's branch. One of `amount_e4` (revenue) and `quantity_e3` (units) at most.
    `product_words` narrows it to a product or category. `period` is always one calendar month, this one unless said.
    """

    period: Period
    handle: str | None = None
    amount_e4: int | None = None
    quantity_e3: int | None = None
    product_words: str | None = None
    ends: bool = False

    @property
    def is_question(self) -> bool:
        """Whether nothing is to be set or taken away."""
        return self.amount_e4 is None and self.quantity_e3 is None and not self.ends


def parse_goal(text: str, reading: Reading, calendar: Calendar) -> GoalWords:
    """The words after /goal: nothing, `50000`, `@ann 200 units SOL-3077`, `Furniture 10400 april`, `@ann 2026-06`.

    A month without a year is the one that is or comes when a goal is set, the one that is or was when one is asked
    for. Raises InvalidInput naming the word that is not understood, impossible or one too many.
    """
    words = split_words(text)
    ends = len(words) > 0 and any(not word.is_quoted and word.text.lower() in ENDINGS for word in (words[0], words[-1]))
    words = [word for word in words if not ends or word.is_quoted or word.text.lower() not in ENDINGS]
    is_set = ends or any(not word.is_quoted and _is_money(word.text, reading.currency) for word in words)
    said: dict[str, Any] = {}
    heard: dict[str, str] = {}
    while words:
        first = words[0].text
        what, value = _take_part(words, reading, calendar, ahead=is_set)
        if what in said:
            refuse_two(NAMES[what], heard[what], first, HINT)
        said[what], heard[what] = value, first
    if ends and "number" in said:
        refuse(heard["number"], "is a goal to set; one is taken away without a number.", "@ann off")
    period = said.get("period") or month_of(reading.today)
    amount_e4, quantity_e3 = said.get("number", (None, None))
    return GoalWords(period, said.get("handle"), amount_e4, quantity_e3, said.get("product_words"), ends)


def _take_part(words: list[Word], reading: Reading, calendar: Calendar, *, ahead: bool) -> tuple[str, Any]:
    """One part from the front of the list: its name and value."""
    first = words[0]
    if first.text.lower() in _FILLERS and len(words) > 1 and not first.is_quoted:
        words.pop(0)
        return _take_part(words, reading, calendar, ahead=ahead)
    if first.is_quoted:
        return "product_words", words.pop(0).text
    if HANDLE_WORD.fullmatch(first.text):
        return "handle", words.pop(0).text[1:]
    if money := _take_money(words, reading.currency):
        return "number", _read_goal(money, words, reading.currency)
    if period := _take_month(words, reading, calendar, ahead=ahead):
        return "period", _check_month(period, first.text)
    return "product_words", _take_name(words, reading, calendar)


def _take_month(words: list[Word], reading: Reading, calendar: Calendar, *, ahead: bool) -> Period | None:
    """A month as files write it ("Apr-2018", "04/2018"), else the period the first words say.

    Not with a year of two digits: APR-18 may as well be a product's code.
    """
    is_whole = _WHOLE_YEAR.search(words[0].text) is not None
    month = find_month(words[0].text) if is_whole else None
    if month is None:
        return take_period(words, reading, calendar, ahead=ahead)
    words.pop(0)
    return month


def _take_money(words: list[Word], currency: str) -> str | None:
    """The longest phrase at the front that is an amount: "20000", "50 000", "2 lakh", "SAR 20000"."""
    for count in range(min(3, len(words)), 0, -1):
        phrase = " ".join(word.text for word in words[:count])
        if _is_money(phrase, currency) and not any(word.is_quoted for word in words[:count]):
            del words[:count]
            return phrase
    return None


@lru_cache(maxsize=64)
def _money(currency: str) -> re.Pattern[str]:
    return re.compile(money_pattern(currency), re.IGNORECASE)


def _is_money(phrase: str, currency: str) -> bool:
    return _money(currency).fullmatch(phrase) is not None


def _read_goal(money: str, words: list[Word], currency: str) -> tuple[int | None, int | None]:
    """The amount in ten-thousandths, or the quantity in thousandths when a word for units follows."""
    if words and words[0].text.lower() in _UNITS:
        words.pop(0)
        amount_e4, quantity_e3 = None, _read_units(money)
    else:
        amount_e4, quantity_e3 = _read_money(money, currency), None
    if not amount_e4 and not quantity_e3:
        refuse(money, "is nothing to reach.", HINT)
    return amount_e4, quantity_e3


def _read_units(number: str) -> int:
    with hinting("@ann 200 units SOL-3077"):
        return scale_number(read_number(number), E3, number)


def _read_money(money: str, currency: str) -> int:
    with hinting(HINT):
        return read_money_e4(money, currency)


def _check_month(period: Period, words: str) -> Period:
    month = month_of(period.start)
    if (period.start, period.end) != (month.start, month.end):
        refuse(words, "is not a calendar month, which goals are for.", HINT)
    return month


def _take_name(words: list[Word], reading: Reading, calendar: Calendar) -> str:
    """Words up to the next that is a person, a number, a month or a phrase in quotes."""
    name = [words.pop(0).text]
    while words and not words[0].is_quoted:
        text = words[0].text
        is_other = HANDLE_WORD.fullmatch(text) or _is_money(text, reading.currency) or text.lower() in _FILLERS
        if is_other or _take_month(words[:LONGEST_PERIOD_WORDS], reading, calendar, ahead=True):
            break
        name.append(words.pop(0).text)
    return " ".join(name)
