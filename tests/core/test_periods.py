"""Periods are half-open stretches of business days, wherever and whenever (contract, part 4)."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.clock import find_zone
from core.errors import InvalidInput
from core.periods import (
    PERIOD_WORDS,
    TO_DATE,
    UNITS,
    Calendar,
    Period,
    month_of,
    parse_period,
    previous,
    quarter_of,
    same_last_year,
    shift_day,
    span,
    week_of,
    year_of,
)

TODAY = date(2026, 11, 20)
WHOLE = sorted(UNITS)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
calendars = st.builds(Calendar, st.integers(0, 6), st.integers(1, 12))


def read(words: str, today: date = TODAY, calendar: Calendar | None = None) -> Period:
    return parse_period(words, today, calendar or Calendar())


def shift_unit(day: date, unit: str, calendar: Calendar, shift: int) -> Period:
    """The unit a day lies in, or one `shift` later, by the functions beside the words."""
    match unit:
        case "week":
            return week_of(day, calendar, shift)
        case "month":
            return month_of(day, shift)
        case "quarter":
            return quarter_of(day, shift)
        case _:
            return year_of(day, shift, calendar.financial_year_month if unit == "financial year" else 1)


@given(days, calendars, st.sampled_from(["today", *WHOLE, *TO_DATE, *(f"{unit} to date" for unit in UNITS)]))
def test_today_lies_in_every_present_period(today: date, calendar: Calendar, words: str) -> None:
    period = read(words, today, calendar)
    assert period.start <= today < period.end


@given(days, calendars, st.sampled_from(WHOLE), st.sampled_from(["last", "previous"]))
def test_the_last_one_ends_where_the_present_one_begins(
    today: date, calendar: Calendar, words: str, before: str
) -> None:
    present, last = read(words, today, calendar), read(f"{before} {words}", today, calendar)
    assert last.end == present.start
    assert last == Period(*_days_of(shift_unit(today, words, calendar, -1)), f"{before} {words}".replace(" ", "_"))


def _days_of(period: Period) -> tuple[date, date]:
    return period.start, period.end


@given(days, calendars, st.sampled_from(WHOLE))
def test_the_one_before_the_one_before_is_two_before(today: date, calendar: Calendar, words: str) -> None:
    found = previous(previous(read(words, today, calendar)))
    assert _days_of(found) == _days_of(shift_unit(today, words, calendar, -2))


@given(days, calendars, st.sampled_from(sorted(TO_DATE.items())))
def test_what_is_to_date_begins_with_the_whole_and_ends_today(
    today: date, calendar: Calendar, named: tuple[str, str]
) -> None:
    short, unit = named
    to_date, whole = read(short, today, calendar), read(unit, today, calendar)
    assert _days_of(to_date) == (whole.start, today + timedelta(days=1))
    assert to_date.end <= whole.end
    assert _days_of(read(f"{unit} to date", today, calendar)) == _days_of(to_date)


@given(days, calendars, st.sampled_from(sorted(TO_DATE.items())))
def test_what_is_to_date_meets_the_same_days_of_the_one_before(
    today: date, calendar: Calendar, named: tuple[str, str]
) -> None:
    short, unit = named
    to_date, before = read(short, today, calendar), read(f"previous {short}", today, calendar)
    whole_before = previous(read(unit, today, calendar))
    assert before.start == whole_before.start
    assert before.end <= whole_before.end
    if unit == "week":
        assert before.days == to_date.days
    elif to_date.end.day != 1:
        months = {"month": 1, "quarter": 3}.get(unit, 12)
        assert before.last_day == shift_day(today, -months)
    twice = previous(before)
    assert twice.start == previous(whole_before).start


@given(days, calendars, st.sampled_from(sorted(TO_DATE.items())))
def test_what_has_come_to_its_end_is_the_whole_and_so_is_the_one_before(
    today: date, calendar: Calendar, named: tuple[str, str]
) -> None:
    short, unit = named
    last_day = read(unit, today, calendar).last_day
    assert previous(read(short, last_day, calendar)) == previous(read(unit, last_day, calendar))
    assert same_last_year(read(short, last_day, calendar)) == same_last_year(read(unit, last_day, calendar))


@given(days, calendars, st.sampled_from(WHOLE))
def test_last_year_has_the_same_unit(today: date, calendar: Calendar, unit: str) -> None:
    present, before = read(unit, today, calendar), read(f"same {unit} last year", today, calendar)
    assert _days_of(before) == _days_of(same_last_year(present)) == _days_of(read(f"{unit} last year", today, calendar))
    if unit == "week":
        assert (before.days, before.start.weekday(), (present.start - before.start).days) == (
            7,
            calendar.week_start,
            364,
        )
    else:
        months_apart = (present.start.year - before.start.year) * 12 + present.start.month - before.start.month
        assert months_apart == 12
        assert _days_of(before) == _days_of(shift_unit(before.start, unit, calendar, 0))
    follows = same_last_year(shift_unit(today, unit, calendar, 1))
    assert follows.start == before.end


@given(days, calendars, st.sampled_from(sorted(set(PERIOD_WORDS) - {"all"})))
def test_what_lies_in_another_does_so_when_both_have_moved_a_year(today: date, calendar: Calendar, words: str) -> None:
    period, day = read(words, today, calendar), read("today", today, calendar)
    assume(period.unit != "week" and period.start <= day.start < period.end)
    moved, moved_day = same_last_year(period), same_last_year(day)
    assert moved.start <= moved_day.start
    assert moved_day.end <= moved.end


def is_custom_of_months(period: Period) -> bool:
    """Whether it moves by months although nobody asked for months."""
    return period.unit is None and period.start.day == period.end.day == 1


@given(days, st.integers(1, 400), st.booleans())
def test_a_stretch_of_days_meets_as_many_days_before_it(today: date, count: int, is_custom: bool) -> None:
    period = read(f"{count}d", today)
    if is_custom:
        period = Period(period.start, period.end)
        assume(not is_custom_of_months(period))
    before = previous(period)
    assert (before.end, before.days) == (period.start, count)
    assume(not is_custom_of_months(before))
    assert _days_of(previous(before)) == (before.start - timedelta(days=count), before.start)


@given(days, calendars)
def test_a_week_is_seven_days_from_the_companys_first(day: date, calendar: Calendar) -> None:
    week = week_of(day, calendar)
    assert (week.days, week.start.weekday()) == (7, calendar.week_start)


@given(days, st.integers(1, 12))
def test_a_financial_year_is_twelve_months_from_its_first(day: date, first_month: int) -> None:
    year = year_of(day, 0, first_month)
    assert (year.start.month, year.start.day, year.end.month, year.end.day) == (first_month, 1, first_month, 1)
    assert year.start <= day < year.end


@pytest.mark.parametrize(
    ("words", "today", "first", "last"),
    [
        ("today last year", date(2024, 2, 29), date(2023, 2, 28), date(2023, 2, 28)),
        ("month last year", date(2025, 2, 3), date(2024, 2, 1), date(2024, 2, 29)),
        ("mtd last year", date(2025, 2, 3), date(2024, 2, 1), date(2024, 2, 3)),
        ("mtd last year", date(2025, 2, 28), date(2024, 2, 1), date(2024, 2, 29)),
        ("previous mtd", date(2026, 3, 30), date(2026, 2, 1), date(2026, 2, 28)),
        ("previous mtd", date(2026, 4, 30), date(2026, 3, 1), date(2026, 3, 31)),
        ("previous month to date", TODAY, date(2026, 10, 1), date(2026, 10, 20)),
        ("last quarter to date", date(2026, 12, 31), date(2026, 7, 1), date(2026, 9, 30)),
        ("previous qtd", date(2026, 11, 30), date(2026, 7, 1), date(2026, 8, 31)),
        ("previous ytd", TODAY, date(2025, 1, 1), date(2025, 11, 20)),
        ("previous wtd", date(2026, 11, 16), date(2026, 11, 7), date(2026, 11, 9)),
        ("same week last year", TODAY, date(2025, 11, 15), date(2025, 11, 21)),
        ("last 7 days", TODAY, date(2026, 11, 14), date(2026, 11, 20)),
        ("previous 7d", TODAY, date(2026, 11, 7), date(2026, 11, 13)),
        ("previous 30d", date(2026, 6, 30), date(2026, 5, 2), date(2026, 5, 31)),
        ("90d last year", TODAY, date(2025, 8, 23), date(2025, 11, 20)),
        ("previous 2025-06", TODAY, date(2025, 5, 1), date(2025, 5, 31)),
        ("2024 last year", TODAY, date(2023, 1, 1), date(2023, 12, 31)),
        ("previous 2025-06-01..2025-06-14", TODAY, date(2025, 5, 18), date(2025, 5, 31)),
        ("previous 2025-04-01..2025-06-30", TODAY, date(2025, 1, 1), date(2025, 3, 31)),
        ("previous month last year", TODAY, date(2025, 10, 1), date(2025, 10, 31)),
        ("last year", TODAY, date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-06", TODAY, date(2025, 6, 1), date(2025, 6, 30)),
        ("2025-06-30", TODAY, date(2025, 6, 30), date(2025, 6, 30)),
        ("last_month", TODAY, date(2026, 10, 1), date(2026, 10, 31)),
        ("This Week", TODAY, date(2026, 11, 14), date(2026, 11, 20)),
    ],
)
def test_it_reads_what_is_written(words: str, today: date, first: date, last: date) -> None:
    period = read(words, today)
    assert (period.start, period.last_day) == (first, last)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("financial year", date(2026, 4, 1), date(2027, 3, 31)),
        ("fytd", date(2026, 4, 1), TODAY),
        ("previous fytd", date(2025, 4, 1), date(2025, 11, 20)),
        ("same financial year to date last year", date(2025, 4, 1), date(2025, 11, 20)),
        ("previous financial year", date(2025, 4, 1), date(2026, 3, 31)),
        ("wtd", date(2026, 11, 15), TODAY),
    ],
)
def test_it_counts_as_the_company_does(words: str, first: date, last: date) -> None:
    period = read(words, TODAY, Calendar(week_start=6, financial_year_month=4))
    assert (period.start, period.last_day) == (first, last)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "2025-13",
        "2025-02-30",
        "0d",
        "99999d",
        "2025-06-14..2025-06-01",
        "0000",
        "1250",
        "3000",
        "1000-01-01..2025-12-31",
        "1901-01-01..2900-12-31",
        "previous all",
        "all last year",
        "last today",
        "same month",
        "previous previous month",
        "previous",
        "last year last year last year",
        "previous " * 3000,
    ],
)
def test_it_refuses_what_is_no_period_by_name(words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_period(words, TODAY, Calendar(), "period")
    assert refusal.value.field == "period"


def test_a_span_includes_its_last_day() -> None:
    assert span(date(2021, 1, 1), date(2021, 12, 31)).days == 365


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Asia/Riyadh\0"])
def test_it_refuses_a_zone_nobody_lives_in(zone: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        find_zone(zone)
    assert refusal.value.field == "time_zone"
