"""Periods: named stretches of business days. One rule: a period is half-open, start in, end out (contract, part 4)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import InvalidInput

FIRST_DAY, END_OF_DAYS = date(1900, 1, 1), date(3000, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The business days from `start` (included) to `end` (excluded), and the word it was asked by."""

    start: date
    end: date
    name: str = "custom"

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidInput(f"A period from {self.start} to before {self.end} is empty.", field="period")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day included."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a company counts: first weekday of its week (Monday 0 … Sunday 6) and first month of its financial year."""

    week_start: int = 5
    financial_year_month: int = 1


def month_of(day: date, shift: int = 0) -> Period:
    """The calendar month of a day, or the one `shift` months later."""
    start = _shift_months(day.replace(day=1), shift)
    return Period(start, _shift_months(start, 1), "month")


def week_of(day: date, calendar: Calendar, shift: int = 0) -> Period:
    """The company's week of a day (Saturday to Friday by default), or the one `shift` weeks later."""
    start = day - timedelta(days=(day.weekday() - calendar.week_start) % 7) + timedelta(weeks=shift)
    return Period(start, start + timedelta(days=7), "week")


def quarter_of(day: date, shift: int = 0) -> Period:
    """The calendar quarter of a day, or the one `shift` quarters later."""
    start = _shift_months(day.replace(month=day.month - (day.month - 1) % 3, day=1), 3 * shift)
    return Period(start, _shift_months(start, 3), "quarter")


def year_of(day: date, shift: int = 0, first_month: int = 1) -> Period:
    """The twelve months from `first_month` that a day lies in, or those `shift` years later."""
    start = _shift_months(day.replace(month=first_month, day=1), 12 * (shift - (day.month < first_month)))
    return Period(start, _shift_months(start, 12), "year" if first_month == 1 else "financial_year")


def _days_until(today: date, count: int) -> Period:
    return Period(today - timedelta(days=count - 1), today + timedelta(days=1), f"{count}d")


# One table: the word, and the period it means today.
PERIOD_WORDS: dict[str, Callable[[date, Calendar], Period]] = {
    "today": lambda today, _: _days_until(today, 1),
    "yesterday": lambda today, _: _days_until(today - timedelta(days=1), 1),
    "week": week_of,
    "last week": lambda today, calendar: week_of(today, calendar, -1),
    "month": lambda today, _: month_of(today),
    "last month": lambda today, _: month_of(today, -1),
    "quarter": lambda today, _: quarter_of(today),
    "last quarter": lambda today, _: quarter_of(today, -1),
    "year": lambda today, _: year_of(today),
    "last year": lambda today, _: year_of(today, -1),
    "financial year": lambda today, calendar: year_of(today, 0, calendar.financial_year_month),
    "all": lambda _today, _: Period(FIRST_DAY, END_OF_DAYS),
}
PERIOD_HINT = "today, yesterday, week, month, quarter, year, financial year, last month, 7d, 30d, 2025-06 or all"

_DAYS = re.compile(r"(\d{1,4})\s?d(?:ays?)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")


def parse_period(words: str, today: date, calendar: Calendar, field: str = "period") -> Period:
    """The period that words such as "month", "last week", "7d", "2025-06" or "2025-06-01..2025-06-14" mean today.

    Raises InvalidInput naming `field` and what would work.
    """
    text = " ".join(words.casefold().replace("_", " ").split()).removeprefix("this ")
    if text in PERIOD_WORDS:
        period = PERIOD_WORDS[text](today, calendar)
        return Period(period.start, period.end, text.replace(" ", "_"))
    try:
        return _parse_written(text, today, field)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"“{words}” is not a period.", field=field, hint=PERIOD_HINT) from error


def _parse_written(text: str, today: date, field: str) -> Period:
    if days := _DAYS.fullmatch(text):
        return _days_until(today, int(days[1]))
    if _DAY.fullmatch(text):
        return _days_until(date.fromisoformat(text), 1)
    if month := _MONTH.fullmatch(text):
        return Period(*_bounds(month_of(date(int(month[1]), int(month[2]), 1))), text)
    if _YEAR.fullmatch(text):
        return Period(*_bounds(year_of(date(int(text), 1, 1))), text)
    first, separator, last = text.partition("..")
    if not separator:
        raise ValueError(text)
    return span(date.fromisoformat(first.strip()), date.fromisoformat(last.strip()), field)


def span(first: date, last: date, field: str = "to") -> Period:
    """The days from `first` to `last`, both included; InvalidInput naming `field` when they are the wrong way round."""
    if last < first:
        raise InvalidInput(f"{last} is before {first}.", field=field, hint=f"{first} or later")
    if last >= END_OF_DAYS:
        raise InvalidInput(f"{last} is too far away.", field=field, hint="2026-12-31")
    return Period(first, last + timedelta(days=1))


def parse_day(text: str, field: str) -> date:
    """A day written as YYYY-MM-DD; InvalidInput names `field`."""
    try:
        return date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else _refuse_day(text, field)
    except ValueError:
        return _refuse_day(text, field)


def _refuse_day(text: str, field: str) -> date:
    raise InvalidInput(f"“{text}” is not a day written as YYYY-MM-DD.", field=field, hint="2025-06-01")


def previous(period: Period) -> Period:
    """The stretch just before: whole months before whole months, else as many days."""
    if period.start.day == 1 and period.end.day == 1:
        months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
        return Period(_shift_months(period.start, -months), period.start, "previous")
    return Period(period.start - timedelta(days=period.days), period.start, "previous")


def _bounds(period: Period) -> tuple[date, date]:
    return period.start, period.end


def _shift_months(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
