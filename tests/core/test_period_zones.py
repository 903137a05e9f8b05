"""Periods on the branch's own clock: every word, in every zone, whatever the clocks do (contract, part 4).

What a word means is said once more here, day by day, by a key that all days of one week, month … share.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count, pairwise
from zoneinfo import available_timezones

import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, act_as_operator, load_viewer
from core.clock import day_of, find_zone
from core.company import add_branch, create_company
from core.metrics import Question, ask
from core.money import E3, E4
from core.people.members import add_person
from core.periods import (
    PERIOD_WORDS,
    TO_DATE,
    UNITS,
    Calendar,
    parse_period,
    previous,
    same_last_year,
)
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale
from tests.core.test_periods import shift_unit

ZONES = sorted(available_timezones() - {"localtime"})
DAY = timedelta(days=1)
_numbers = count(1)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
calendars = st.builds(Calendar, st.integers(0, 6), st.integers(1, 12))


# ---- what every word means ------------------------------------------------------------------------------------------


def find_week(day: date, calendar: Calendar) -> object:
    """The first day of its week."""
    while day.weekday() != calendar.week_start:
        day -= DAY
    return day


KEYS: dict[str, Callable[[date, Calendar], object]] = {
    "week": find_week,
    "month": lambda day, _: (day.year, day.month),
    "quarter": lambda day, _: (day.year, (day.month - 1) // 3),
    "year": lambda day, _: day.year,
    "financial year": lambda day, calendar: day.year - (day.month < calendar.financial_year_month),
}


def list_days(word: str, today: date, calendar: Calendar) -> tuple[date, date]:
    """The first and the last day of what a word means, found by walking from day to day."""
    if word in ("today", "yesterday"):
        day = today - DAY * (word == "yesterday")
        return day, day
    if word[:-1].isdecimal():
        return today - DAY * (int(word[:-1]) - 1), today
    unit = TO_DATE.get(word) or word.removesuffix(" to date")
    first, last, key = today, today, KEYS[unit](today, calendar)
    while KEYS[unit](first - DAY, calendar) == key:
        first -= DAY
    while word == unit and KEYS[unit](last + DAY, calendar) == key:
        last += DAY
    return first, last


WORDS = [*sorted(set(PERIOD_WORDS) - {"all"}), "7d", "30d", "90d"]


@given(days, calendars, st.sampled_from(WORDS))
def test_every_word_means_the_days_it_says(today: date, calendar: Calendar, word: str) -> None:
    period = parse_period(word, today, calendar)
    assert (period.start, period.last_day, period.end) == (*list_days(word, today, calendar), period.last_day + DAY)


def is_last_of_month(day: date) -> bool:
    return (day + DAY).day == 1


@given(days, calendars, st.sampled_from(WORDS))
def test_the_previous_one_ends_before_it_and_is_as_long_as_it_was(today: date, calendar: Calendar, word: str) -> None:
    """Whole: the one before. To date: as many days into the one before, and no further than its end."""
    before, (first, last) = parse_period(f"previous {word}", today, calendar), list_days(word, today, calendar)
    unit = TO_DATE.get(word) or word.removesuffix(" to date")
    if unit not in UNITS:
        assert (before.last_day, before.days) == (first - DAY, (last - first).days + 1)
        return
    whole_first, whole_last = list_days(unit, first - DAY, calendar)
    if word == unit:
        assert (before.start, before.last_day) == (whole_first, whole_last)
    else:
        assert before.start == whole_first
        assert before.last_day <= whole_last
        assert unit == "week" or before.last_day.day == last.day or is_last_of_month(before.last_day)
        assert unit == "week" or is_last_of_month(before.last_day) or not is_last_of_month(last)


@given(days, calendars, st.sampled_from(WORDS))
def test_last_year_is_the_same_a_year_before(today: date, calendar: Calendar, word: str) -> None:
    """A week, and a week to date, 52 weeks earlier; a day of 29 February on the 28th; else the same days."""
    moved, (first, last) = parse_period(f"{word} last year", today, calendar), list_days(word, today, calendar)
    if (TO_DATE.get(word) or word.removesuffix(" to date")) == "week":
        assert (moved.start, moved.last_day) == (first - 364 * DAY, last - 364 * DAY)
        return
    assert (moved.start.year, moved.start.month) == (first.year - 1, first.month)
    assert moved.start.day == first.day or (first.month, first.day, moved.start.day) == (2, 29, 28)
    whole = first.day == 1 and (last + DAY).day == 1
    expected = last.replace(year=last.year - 1, day=1) if (last.month, last.day) == (2, 29) or whole else None
    if expected is None:
        assert moved.last_day == last.replace(year=last.year - 1)
    else:
        assert (moved.last_day.year, moved.last_day.month) == (expected.year, expected.month)
        assert (moved.end.day == 1) or moved.last_day.day == 28


@given(days, days, calendars)
def test_custom_days_are_themselves(one: date, other: date, calendar: Calendar) -> None:
    first, last = sorted((one, other))
    if (last - first).days > 36_000:
        return
    period = parse_period(f"{first}..{last}", date(2026, 11, 20), calendar)
    assert (period.start, period.end) == (first, last + DAY)
    assert previous(period).end == first or previous(period).start.day == 1
    assert same_last_year(period).start.year == first.year - 1


# ---- instants -------------------------------------------------------------------------------------------------------


@cache
def list_clock_changes(zone_name: str) -> tuple[datetime, ...]:
    """The instants from 1970 to 2040 at which clocks in a zone are set, to the minute."""
    zone, found = find_zone(zone_name), []
    steps = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=10 * step) for step in range(2560)]
    for before, after in pairwise(steps):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = before, after
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
                    low = middle
                else:
                    high = middle
            found.append(high.replace(second=0, microsecond=0))
    return tuple(found)


@st.composite
def instants_at_clock_changes(draw: st.DrawFn) -> tuple[datetime, str]:
    """An instant within a day of a clock change, or any instant of a zone that has none."""
    zone = draw(st.sampled_from(ZONES))
    changes = list_clock_changes(zone) or (datetime(2026, 11, 20, tzinfo=UTC),)
    return draw(st.sampled_from(changes)) + timedelta(seconds=draw(st.integers(-90_000, 90_000))), zone


@given(instants_at_clock_changes(), calendars, st.sampled_from(sorted(UNITS)))
def test_an_instant_lies_in_one_period_only_whatever_the_clocks_do(
    placed: tuple[datetime, str], calendar: Calendar, unit: str
) -> None:
    """In the branch's zone: in the present one, not in the one before, nor in the one after."""
    day = day_of(*placed)
    stretches = [shift_unit(day, unit, calendar, shift) for shift in (-1, 0, 1)]
    assert [one.start <= day < one.end for one in stretches] == [False, True, False]
    assert [one.end for one in stretches[:2]] == [one.start for one in stretches[1:]]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
)
def test_an_instant_has_one_business_day_in_every_zone(instant: datetime, zone: str) -> None:
    day = day_of(instant, zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=find_zone(zone))
    assert midnight.astimezone(UTC) - timedelta(hours=3) <= instant < midnight.astimezone(UTC) + timedelta(hours=30)


@given(instants_at_clock_changes(), calendars, st.sampled_from(WORDS))
def test_a_period_begins_and_ends_with_the_branchs_days(
    placed: tuple[datetime, str], calendar: Calendar, word: str
) -> None:
    """Half-open: the first instant of its first day is in it, the last of its last day is, the next one is not."""
    zone = find_zone(placed[1])
    period = parse_period(word, day_of(*placed), calendar)
    for day, is_in in ((period.start, True), (period.last_day, True), (period.end, False), (period.start - DAY, False)):
        for hour, minute in ((0, 0), (12, 0), (23, 59)):
            local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
            if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                seen = day_of(local.astimezone(UTC), placed[1])
                assert (period.start <= seen < period.end) == is_in, (day, hour)  # a time that clocks skip is nobody's


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instants_at_clock_changes(), st.sampled_from(ZONES), calendars)
def test_a_sale_counts_on_the_day_of_its_branch(
    tx: Connection, placed: tuple[datetime, str], company_zone: str, calendar: Calendar
) -> None:
    """Whatever the company's own zone: today then, yesterday a day later, and in the week, month … that day lies in."""
    instant, zone = placed
    with time_machine.travel(instant, tick=False):
        company = create_company(
            tx,
            f"Zone {next(_numbers)}",
            currency="SAR",
            time_zone=company_zone,
            week_start=calendar.week_start,
            financial_year_month=calendar.financial_year_month,
        )
        branch = add_branch(tx, act_as_operator(company), "Away", time_zone=zone)
        person = add_person(tx, act_as_operator(company), "Ann", Role.MANAGER, branch.id).id
        seller = load_viewer(tx, person)
        record_sale(tx, seller, RecordSale("test", "1", SaleTerms((SaleLine(E3, total_e4=E4),))))
        sold_on, now = instant.astimezone(find_zone(zone)).date(), clock.today(seller.time_zone)
        assert now == sold_on
    for later in (timedelta(), timedelta(hours=26)):
        today = day_of(instant + later, seller.time_zone)
        for word in ("today", "yesterday", *UNITS, *TO_DATE, "7d"):
            period = parse_period(word, today, seller.company.calendar)
            orders = ask(tx, seller, Question(("orders",), period)).totals["orders"]
            assert orders == (period.start <= sold_on < period.end), word
