"""Periods are half-open stretches of business days, wherever and whenever (contract, part 4)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import day_of, find_zone
from core.errors import InvalidInput
from core.periods import PERIOD_WORDS, Calendar, month_of, parse_period, previous, span, week_of, year_of

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
calendars = st.builds(Calendar, st.integers(0, 6), st.integers(1, 12))


@given(days, calendars, st.sampled_from(["today", "week", "month", "quarter", "year", "financial year"]))
def test_today_lies_in_every_present_period(today: date, calendar: Calendar, words: str) -> None:
    period = parse_period(words, today, calendar)
    assert period.start <= today < period.end


@given(days, calendars, st.sampled_from(["week", "month", "quarter", "year"]))
def test_the_last_one_ends_where_the_present_one_begins(today: date, calendar: Calendar, words: str) -> None:
    present, last = parse_period(words, today, calendar), parse_period(f"last {words}", today, calendar)
    assert last.end == present.start


@given(days, calendars)
def test_a_week_is_seven_days_from_the_companys_first(day: date, calendar: Calendar) -> None:
    week = week_of(day, calendar)
    assert (week.days, week.start.weekday()) == (7, calendar.week_start)


@given(days, st.integers(1, 12))
def test_a_financial_year_is_twelve_months_from_its_first(day: date, first_month: int) -> None:
    year = year_of(day, 0, first_month)
    assert (year.start.month, year.start.day, year.end.month, year.end.day) == (first_month, 1, first_month, 1)
    assert year.start <= day < year.end


@given(days, st.sampled_from(sorted(PERIOD_WORDS)), calendars)
def test_the_previous_stretch_ends_where_it_begins(today: date, words: str, calendar: Calendar) -> None:
    period = parse_period(words, today, calendar)
    if words != "all":
        assert previous(period).end == period.start


@given(days)
def test_months_follow_one_another_without_gap(day: date) -> None:
    assert month_of(day, 1).start == month_of(day).end


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("7d", date(2026, 11, 14), date(2026, 11, 21)),
        ("2025-06", date(2025, 6, 1), date(2025, 7, 1)),
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2025-06-30", date(2025, 6, 30), date(2025, 7, 1)),
        ("2025-06-01..2025-06-14", date(2025, 6, 1), date(2025, 6, 15)),
        ("last_month", date(2026, 10, 1), date(2026, 11, 1)),
        ("This Week", date(2026, 11, 14), date(2026, 11, 21)),
    ],
)
def test_it_reads_what_is_written(words: str, start: date, end: date) -> None:
    period = parse_period(words, date(2026, 11, 20), Calendar())
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    "words", ["", "soon", "2025-13", "2025-02-30", "0d", "99999d", "2025-06-14..2025-06-01", "0000"]
)
def test_it_refuses_what_is_no_period_by_name(words: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_period(words, date(2026, 11, 20), Calendar(), "period")
    assert refusal.value.field == "period"


def test_a_span_includes_its_last_day() -> None:
    assert span(date(2021, 1, 1), date(2021, 12, 31)).days == 365


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(sorted(available_timezones() - {"localtime"})),
)
def test_an_instant_has_one_business_day_in_every_zone(instant: datetime, zone: str) -> None:
    day = day_of(instant, zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=find_zone(zone))
    assert midnight.astimezone(UTC) - timedelta(hours=3) <= instant < midnight.astimezone(UTC) + timedelta(hours=30)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Asia/Riyadh\0"])
def test_it_refuses_a_zone_nobody_lives_in(zone: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        find_zone(zone)
    assert refusal.value.field == "time_zone"
