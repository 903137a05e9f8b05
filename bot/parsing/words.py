"""Short commands (/sales, /goal, /stock …) as words and periods. One rule: a phrase in quotes is one word, a name."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from bot.parsing.dates import MONTH, MONTHS, read_day
from bot.parsing.refusals import hinting, refuse
from bot.parsing.sale import Reading
from bot.parsing.tokens import clean_text, make_plain
from core.errors import InvalidInput
from core.periods import PERIOD_HINT, Calendar, Period, month_of, parse_period

_WORD = re.compile(r'(?<!\S)["“„«]([^"“”„«»]+)["”“»](?!\S)|(\S+)')
_MONTH = re.compile(rf"({MONTH})(?: (\d{{4}}))?", re.IGNORECASE)
_PERIOD_LIKE = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?|\d+ ?d(?:ays?)?|\S+\.\.\S+", re.IGNORECASE)
LONGEST_PERIOD_WORDS = 7  # same financial year to date last year
HANDLE_WORD = re.compile(r"@[^\W\d][\w.-]{0,63}")


class Word(NamedTuple):
    """A word as typed (digits made plain), or a phrase that stood in quotes."""

    text: str
    is_quoted: bool = False


def split_words(text: str) -> list[Word]:
    """The words of a command's argument; digits of any script are ASCII, commas that end a word are dropped."""
    found = _WORD.finditer(make_plain(clean_text(text)))
    words = [Word(match[1].strip(), True) if match[1] else Word(match[0].rstrip(",;")) for match in found]
    return [word for word in words if word.text]


def take_period(words: list[Word], reading: Reading, calendar: Calendar, *, ahead: bool = False) -> Period | None:
    """Take the period that the first words say off the list: the longest phrase that is one; None when none is.

    `ahead` says which July a bare "july" is: the one that is or comes (a goal), else the one that is or was.
    Raises InvalidInput for a day or month that is impossible.
    """
    for count in range(min(LONGEST_PERIOD_WORDS, len(words)), 0, -1):
        if any(word.is_quoted for word in words[:count]):
            continue
        phrase = " ".join(word.text for word in words[:count])
        if period := read_period(phrase, reading, calendar, ahead=ahead):
            del words[:count]
            return period
    return None


def take_last_period(words: list[Word], reading: Reading, calendar: Calendar) -> Period | None:
    """Take the period that the last words say off the list; None where they say none."""
    for start in range(max(0, len(words) - LONGEST_PERIOD_WORDS), len(words)):
        last = words[start:]
        period = take_period(last, reading, calendar)
        if period is not None and not last:
            del words[start:]
            return period
    return None


def read_period(phrase: str, reading: Reading, calendar: Calendar, *, ahead: bool = False) -> Period | None:
    """The period a phrase says: "7d", "last month", "2026-07", "july", "yesterday", "18/7"; None when it says none."""
    if month := _MONTH.fullmatch(phrase):
        return _named_month(month[1], month[2], reading.today, ahead=ahead)
    if phrase.lower() == "next month":  # core's periods are for figures, and there are none ahead; a goal may be
        return month_of(reading.today, 1)
    try:
        return parse_period(phrase, reading.today, calendar)
    except InvalidInput:
        if (day := _read_day(phrase, reading)) is not None:
            return Period(day, day + timedelta(days=1), day.isoformat())
        if _PERIOD_LIKE.fullmatch(phrase):
            refuse(phrase, "is not a period. Write " + PERIOD_HINT + ".", "30d", field="period")
        return None


def _read_day(phrase: str, reading: Reading) -> date | None:
    with hinting(reading.today.isoformat()):
        return read_day(phrase, reading)


def _named_month(name: str, year: str | None, today: date, *, ahead: bool) -> Period:
    number = MONTHS.index(name[:3].lower()) + 1
    if year is not None:
        return _month(max(int(year), 1900), number)
    turned = (number < today.month) if ahead else (number > today.month)
    return _month(today.year + (1 if ahead else -1) * turned, number)


def _month(year: int, number: int) -> Period:
    month = month_of(date(year, number, 1))
    return Period(month.start, month.end, f"{year}-{number:02}")


def find_platform(text: str, reading: Reading) -> str | None:
    """The platform of that name, as the company writes it."""
    return next((known for known in reading.platforms if known.casefold() == text.casefold()), None)
