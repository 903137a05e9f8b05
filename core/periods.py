"""Periods: named stretches of business days. One rule: a period is half-open, start in, end out (contract, part 4).

The days are those of the branch: whoever asks says which day is `today` there (`clock.today(viewer.time_zone)`), and
the company's `Calendar` says where weeks and financial years begin. `previous` and `same_last_year` move a period:
  a day, N days and a week move by days; a week moves by 52 weeks to last year, so that weekdays meet their like;
  a month, quarter, year, and any stretch of whole months move by months;
  what is to date meets the same days of the one before (1 to 20 November: 1 to 20 October), and where that month is
  shorter its last day stands for the missing ones; once it has come to its end it is the whole, and so is the other;
  29 February meets 28 February.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from core.errors import InvalidInput

FIRST_DAY, END_OF_DAYS = date(1900, 1, 1), date(3000, 1, 1)
LONGEST_DAYS = 36_525  # a hundred years
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
DAYS_IN_A_LIKE_YEAR = 52 * 7


@dataclass(frozen=True, slots=True)
class Period:
    """The business days from `start` (included) to `end` (excluded), and the word it was asked by.

    `unit` is what it is one of, whole or to date: day (one or several), week, month, quarter, year; None: any days.
    """

    start: date
    end: date
    name: str = "custom"
    unit: str | None = field(default=None, compare=False)

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
    return Period(start, _shift_months(start, 1), "month", "month")


def week_of(day: date, calendar: Calendar, shift: int = 0) -> Period:
    """The company's week of a day (Saturday to Friday by default), or the one `shift` weeks later."""
    start = day - timedelta(days=(day.weekday() - calendar.week_start) % 7) + timedelta(weeks=shift)
    return Period(start, start + timedelta(days=7), "week", "week")


def quarter_of(day: date, shift: int = 0) -> Period:
    """The calendar quarter of a day, or the one `shift` quarters later."""
    start = _shift_months(day.replace(month=day.month - (day.month - 1) % 3, day=1), 3 * shift)
    return Period(start, _shift_months(start, 3), "quarter", "quarter")


def year_of(day: date, shift: int = 0, first_month: int = 1) -> Period:
    """The twelve months from `first_month` that a day lies in, or those `shift` years later."""
    start = _shift_months(day.replace(month=first_month, day=1), 12 * (shift - (day.month < first_month)))
    return Period(start, _shift_months(start, 12), "year" if first_month == 1 else "financial_year", "year")


def days_until(today: date, count: int) -> Period:
    """The `count` days of which `today` is the last."""
    return Period(today - timedelta(days=count - 1), today + timedelta(days=1), f"{count}d", "day")


def _cut(period: Period, today: date) -> Period:
    """A period up to today."""
    return Period(period.start, today + timedelta(days=1), period.name, period.unit)


Meaning = Callable[[date, Calendar], Period]
ALL_TIME = Period(FIRST_DAY, END_OF_DAYS)


def _financial_year(today: date, calendar: Calendar) -> Period:
    return year_of(today, 0, calendar.financial_year_month)


# One table: the units, each of which there is a last one of; the word is what it means today.
UNITS: dict[str, Meaning] = {
    "week": week_of,
    "month": lambda today, _: month_of(today),
    "quarter": lambda today, _: quarter_of(today),
    "year": lambda today, _: year_of(today),
    "financial year": _financial_year,
}
TO_DATE = {"wtd": "week", "mtd": "month", "qtd": "quarter", "ytd": "year", "fytd": "financial year"}


def _to_date(unit: str) -> Meaning:
    return lambda today, calendar: _cut(UNITS[unit](today, calendar), today)


# And another: every word a period may be asked by, before `previous` or `last year` move it.
PERIOD_WORDS: dict[str, Meaning] = {
    "today": lambda today, _: days_until(today, 1),
    "yesterday": lambda today, _: days_until(today - timedelta(days=1), 1),
    **UNITS,
    **{short: _to_date(unit) for short, unit in TO_DATE.items()},
    **{f"{unit} to date": _to_date(unit) for unit in UNITS},
    "all": lambda _today, _: ALL_TIME,
}
PERIOD_HINT = (
    "today, yesterday, week, month, quarter, year, financial year, mtd, last month, previous 30d, "
    "same month last year, 7d, 30d, 2025-06 or all"
)

_MOVED = re.compile(r"(this )?(?P<same>same )?(?P<before>previous |last )?(?P<base>.+?)(?P<year> last year)?")
_DAYS = re.compile(r"(\d{1,4})\s?d(?:ays?)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")


def parse_period(words: str, today: date, calendar: Calendar, field: str = "period") -> Period:
    """The period that words mean today: "month", "mtd", "last week", "previous 30d", "same month last year", "2025-06".

    Raises InvalidInput naming `field` and what would work: for what is no period, is not between 1900 and 3000, or is
    longer than a hundred years ("all" apart).
    """
    text = " ".join(words.casefold().replace("_", " ").split())
    try:
        return _parse_moved(text, today, calendar, field)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"“{words}” is not a period.", field=field, hint=PERIOD_HINT) from error


def _parse_moved(text: str, today: date, calendar: Calendar, field: str) -> Period:
    """The base, moved to the one before, or to last year, or both."""
    found = _MOVED.fullmatch(text)
    if found is None or (found["same"] and not found["year"]):
        raise ValueError(text)
    period = _parse_base(found["base"], today, calendar, field)
    is_word = found["base"] in PERIOD_WORDS
    if found["before"] == "last " and not (is_word and period.unit != "day"):
        if not _DAYS.fullmatch(found["base"]):
            raise ValueError(text)  # while the last 7 days are those up to today, as 7d is
    elif found["before"]:
        period, is_word = _move(period, previous), True
    if found["year"]:
        period, is_word = _move(period, same_last_year), True
    said = text.removeprefix("this ").replace(" ", "_")
    return Period(period.start, period.end, said if is_word else period.name, period.unit)


def _move(period: Period, mover: Callable[[Period], Period]) -> Period:
    if period.start == FIRST_DAY and period.end == END_OF_DAYS:
        raise ValueError("nothing is before everything")
    return mover(period)


def _parse_base(text: str, today: date, calendar: Calendar, field: str) -> Period:
    if text in PERIOD_WORDS:
        return PERIOD_WORDS[text](today, calendar)
    if days := _DAYS.fullmatch(text):
        return days_until(today, int(days[1]))
    written = _parse_written(text, field)
    if written.start < FIRST_DAY or written.end > END_OF_DAYS:
        raise ValueError(text)
    return written


def _parse_written(text: str, field: str) -> Period:
    if _DAY.fullmatch(text):
        return days_until(date.fromisoformat(text), 1)
    if month := _MONTH.fullmatch(text):
        whole = month_of(date(int(month[1]), int(month[2]), 1))
        return Period(whole.start, whole.end, text, whole.unit)
    if _YEAR.fullmatch(text):
        whole = year_of(date(int(text), 1, 1))
        return Period(whole.start, whole.end, text, whole.unit)
    first, separator, last = text.partition("..")
    if not separator:
        raise ValueError(text)
    return refuse_too_long(span(date.fromisoformat(first.strip()), date.fromisoformat(last.strip()), field), field)


def span(first: date, last: date, field: str = "to") -> Period:
    """The days from `first` to `last`, both included; InvalidInput naming `field` when they are the wrong way round."""
    if last < first:
        raise InvalidInput(f"{last} is before {first}.", field=field, hint=f"{first} or later")
    if last >= END_OF_DAYS:
        raise InvalidInput(f"{last} is too far away.", field=field, hint="2026-12-31")
    return Period(first, last + timedelta(days=1))


def refuse_too_long(period: Period, field: str) -> Period:
    """The period, unless it is longer than a hundred years: InvalidInput naming `field`.

    One from the first day there is, or to the last, is open at that end.
    """
    if period.days > LONGEST_DAYS and period.start > FIRST_DAY and period.end < END_OF_DAYS:
        message = f"From {period.start} to {period.last_day} is more than a hundred years."
        raise InvalidInput(message, field=field, hint="all")
    return period


def parse_day(text: str, field: str) -> date:
    """A day written as YYYY-MM-DD; InvalidInput names `field`."""
    try:
        return date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else _refuse_day(text, field)
    except ValueError:
        return _refuse_day(text, field)


def _refuse_day(text: str, field: str) -> date:
    raise InvalidInput(f"“{text}” is not a day written as YYYY-MM-DD.", field=field, hint="2025-06-01")


def previous(period: Period) -> Period:
    """The one before, by the rules above; the days just before where it is none of the units, nor whole months."""
    if months := _count_months(period):
        return _shift_by_months(period, -months, "previous")
    return _shift_by_days(period, -7 if period.unit == "week" else -period.days, "previous")


def same_last_year(period: Period) -> Period:
    """The same days a year earlier, by the rules above."""
    if period.unit == "week":
        return _shift_by_days(period, -DAYS_IN_A_LIKE_YEAR, "same_last_year")
    return _shift_by_months(period, -12, "same_last_year")


def _count_months(period: Period) -> int:
    """How many months the unit has that a period is, whole or to date; 0 where it is counted in days."""
    if period.unit is not None:
        return MONTHS_IN.get(period.unit, 0)
    if period.start.day == period.end.day == 1:
        return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    return 0


def _shift_by_days(period: Period, days: int, name: str) -> Period:
    return Period(period.start + timedelta(days=days), period.end + timedelta(days=days), name, period.unit)


def _shift_by_months(period: Period, months: int, name: str) -> Period:
    """Whole months stay whole; else the last day moves as a day does."""
    start = shift_day(period.start, months)
    is_whole = period.start.day == period.end.day == 1
    end = _shift_months(period.end, months) if is_whole else shift_day(period.last_day, months) + timedelta(days=1)
    return Period(start, end, name, period.unit)


def shift_day(day: date, months: int) -> date:
    """The day of that number so many months later; the month's last one where it has fewer days."""
    first = _shift_months(day.replace(day=1), months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def _shift_months(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
