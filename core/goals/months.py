"""Months as people and files write them. One rule: a spelling means one month, or it is refused."""

import re
from collections.abc import Callable
from datetime import date

from core.errors import InvalidInput
from core.periods import END_OF_DAYS, FIRST_DAY, Period, month_of

SPELLINGS = "2018-04, 04/2018, Apr-18 or April 2018"
_FIRST_HALF = "january", "february", "march", "april", "may", "june"
_NAMES = (*_FIRST_HALF, "july", "august", "september", "october", "november", "december")
_SPELLED: tuple[tuple[re.Pattern[str], Callable[[str, str], tuple[str, str]]], ...] = (
    (re.compile(r"(\d{4})[-/. ](\d{1,2})(?:[-/.]0?1)?"), lambda first, second: (first, second)),
    (re.compile(r"(\d{1,2})[-/. ](\d{4})"), lambda first, second: (second, first)),
    (re.compile(r"([a-z]{3,9})\.?[-/ ,']*(\d{4}|\d{2})"), lambda first, second: (second, first)),
    (re.compile(r"(\d{4})[-/ ]*([a-z]{3,9})\.?"), lambda first, second: (first, second)),
)


def parse_month(text: str, field: str = "month") -> Period:
    """The calendar month that "2018-04", "04/2018", "Apr-18", "Apr 2018" or "April 2018" means.

    Two digits of a year are those of 2000 to 2099. A first day (2018-04-01) is its month. InvalidInput names `field`.
    """
    month = find_month(text)
    if month is None:
        raise InvalidInput(f"“{text[:60]}” is not a month.", field=field, hint=SPELLINGS)
    return month


def find_month(text: str) -> Period | None:
    """As `parse_month`; None for what is no month."""
    plain = " ".join(text.casefold().split())
    for pattern, order in _SPELLED:
        if found := pattern.fullmatch(plain):
            year, month = order(found[1], found[2])
            return _build(int(year) if len(year) == 4 else 2000 + int(year), _number(month))
    return None


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return next((number for number, name in enumerate(_NAMES, 1) if name.startswith(word)), 0)


def _build(year: int, month: int) -> Period | None:
    if not 1 <= month <= 12 or not FIRST_DAY.year <= year < END_OF_DAYS.year:
        return None
    whole = month_of(date(year, month, 1))
    return Period(whole.start, whole.end, f"{year}-{month:02}", whole.unit)
