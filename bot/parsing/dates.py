"""Days as people say them. One rule: a day that could be two days, or is none, is refused by name."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from bot.parsing.refusals import refuse
from bot.parsing.sale import Reading

Groups = tuple[str | None, ...]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
SHORT_WEEKDAY = "mon|tues?|wed|thur?s?|fri|sat|sun"
PART = "(?: (?:early|morning|noon|afternoon|evening|night))?"
AGO_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}


class DayRow(NamedTuple):
    """A way to say a day: what it looks like, how it is read, and whether it might as well be part of a name."""

    pattern: str
    read: Callable[[str, Groups, Reading], date]
    example: str
    soft: bool = False


def _today(_words: str, _groups: Groups, reading: Reading) -> date:
    return reading.today


def _days_before(count: int) -> Callable[[str, Groups, Reading], date]:
    return lambda _words, _groups, reading: reading.today - timedelta(days=count)


def _ago(words: str, groups: Groups, reading: Reading) -> date:
    count, unit = groups[0] or "", groups[1] or ""
    number = AGO_WORDS.get(count.lower()) or int(count)
    try:
        return reading.today - timedelta(days=number * (7 if unit.lower().startswith("week") else 1))
    except OverflowError:
        return refuse(words, "is before the calendar begins.", "2 days ago")


def _weekday(words: str, groups: Groups, reading: Reading) -> date:
    """The most recent one before today; only "last" makes today's own weekday clear."""
    back = (reading.today.weekday() - WEEKDAYS.index((groups[1] or "")[:3].lower())) % 7
    if back == 0 and (groups[0] or "").strip().lower() not in ("last", "past"):
        week_ago = reading.today - timedelta(days=7)
        refuse(
            words,
            f"is today or a week ago: write today or {week_ago}.",
            f"2 SOL-3077 {week_ago}",
            options=("today", f"{week_ago}"),
        )
    return reading.today - timedelta(days=back or 7)


def _written(words: str, groups: Groups, reading: Reading) -> date:
    year, month, day = groups
    return _build(words, int(year or 0), int(month or 0), int(day or 0), reading)


def _local(words: str, groups: Groups, reading: Reading) -> date:
    first, second = int(groups[0] or 0), int(groups[1] or 0)
    day, month = (first, second) if reading.day_first else (second, first)
    year = (groups[2] if len(groups) > 2 else None) or None
    if year is None:
        return _most_recent(words, month, day, reading)
    return _build(words, int(year) + (2000 if len(year) == 2 else 0), month, day, reading)


def _day_and_month(words: str, groups: Groups, reading: Reading) -> date:
    return _named(words, groups[0], groups[1], groups[2], reading)


def _month_and_day(words: str, groups: Groups, reading: Reading) -> date:
    return _named(words, groups[1], groups[0], groups[2], reading)


def _named(words: str, day: str | None, month: str | None, year: str | None, reading: Reading) -> date:
    number = MONTHS.index((month or "")[:3].lower()) + 1
    if year is None:
        return _most_recent(words, number, int(day or 0), reading)
    return _build(words, int(year), number, int(day or 0), reading)


def _no_single_day(words: str, _groups: Groups, reading: Reading) -> date:
    return refuse(words, "is not a day in the past I can be sure of.", f"2 SOL-3077 {reading.today}")


def _build(words: str, year: int, month: int, day: int, reading: Reading) -> date:
    try:
        if 1900 <= year <= 2999:
            return date(year, month, day)
    except ValueError:
        pass
    return _refuse_day(words, reading)


def _most_recent(words: str, month: int, day: int, reading: Reading) -> date:
    """The last time this day of the year came round, today included (29 February: up to eight years back)."""
    for year in range(reading.today.year, reading.today.year - 9, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= reading.today:
            return found
    return _refuse_day(words, reading)


def _refuse_day(words: str, reading: Reading) -> date:
    order = "day/month" if reading.day_first else "month/day"
    return refuse(words, f"is not a day of the calendar (numbers are read as {order}).", f"2 SOL-3077 {reading.today}")


_ORDINAL = "(?:st|nd|rd|th)?"
_YEAR = r"(?:,? ((?:19|20)\d\d))?"

# One way to say a day, one row. The grammar adds an optional "on" before and a word's end after each.
DAY_ROWS: tuple[DayRow, ...] = (
    DayRow(
        "(?:earlier )?today|(?:just|right) now|now|tonight|this (?:morning|afternoon|evening)|اليوم", _today, "today"
    ),
    DayRow("(?:the )?day before yesterday", _days_before(2), "day before yesterday"),
    DayRow(f"yesterday{PART}|last night|أمس|امس", _days_before(1), "yesterday"),
    DayRow("tomorrow", _days_before(-1), "tomorrow"),
    DayRow(rf"(\d{{1,4}}|{'|'.join(AGO_WORDS)}) (days?|weeks?) ago", _ago, "2 days ago"),
    DayRow(rf"(last |past )?({WEEKDAY}){PART}", _weekday, "monday", soft=True),
    DayRow(rf"(last |past |on )({SHORT_WEEKDAY}){PART}", _weekday, "on tue"),
    DayRow(rf"next (?:week|month|{WEEKDAY}|{SHORT_WEEKDAY})|(?:last|this) (?:week|month|year)", _no_single_day, ""),
    DayRow(r"\d{1,4} (?:hour|min(?:ute)?)s? ago", _no_single_day, ""),
    DayRow(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", _written, "2026-07-18"),
    DayRow(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", _local, "18/07/2026"),
    DayRow(r"(\d{1,2})/(\d{1,2})", _local, "18/7", soft=True),
    DayRow(rf"(\d{{1,2}}){_ORDINAL}(?: of)? ({MONTH})\.?{_YEAR}", _day_and_month, "18 July", soft=True),
    DayRow(rf"({MONTH})\.? (\d{{1,2}}){_ORDINAL}{_YEAR}", _month_and_day, "July 18", soft=True),
)

_COMPILED = tuple((re.compile(f"(?:on )?(?:{row.pattern})", re.IGNORECASE), row.read) for row in DAY_ROWS)


def read_day(words: str, reading: Reading) -> date | None:
    """The day that `words`, and nothing else, say; None when they do not look like a day.

    Raises InvalidInput for one that is impossible (30/2) or unclear (today's own weekday).
    """
    for pattern, read in _COMPILED:
        if found := pattern.fullmatch(words):
            return read(words, found.groups(), reading)
    return None
