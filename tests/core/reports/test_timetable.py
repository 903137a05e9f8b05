"""A local time of day is one instant, whatever the clocks do: checked against walking through the hours one by one."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.reports.timetable import Timetable, find_due_at, find_last_due, find_next_due

ZONES = [
    "Europe/London",
    "America/New_York",
    "Asia/Riyadh",
    "Africa/Casablanca",  # sets its clocks back for Ramadan
    "Australia/Lord_Howe",  # by half an hour
    "America/Havana",  # at midnight
    "Asia/Beirut",  # at midnight
    "Atlantic/Azores",  # back over midnight into the day before
    "America/Nuuk",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Antarctica/Troll",  # by two hours
    "UTC",
]
# Days on which something happens in one of the zones, or next to one.
EVENTFUL = [
    date(2026, 3, 29),  # Europe forward, Beirut, Nuuk
    date(2026, 10, 25),  # Europe back
    date(2026, 3, 8),  # America forward, Havana
    date(2026, 11, 1),  # America back
    date(2026, 4, 5),  # Lord Howe and Chatham back
    date(2026, 10, 4),  # Lord Howe forward
    date(2026, 2, 15),  # Casablanca back
    date(2026, 3, 22),  # Casablanca forward
    date(2011, 12, 30),  # Apia leaves this day out
]
MINUTE = timedelta(minutes=1)
CADENCES = [("daily", None), *(("weekly", day) for day in range(7)), *(("monthly", day) for day in (1, 15, 28))]


@lru_cache(maxsize=512)
def _walk(zone: str, day: date) -> list[tuple[datetime, datetime]]:
    """Every minute of the days around a day, as an instant and as the wall clock shows it."""
    start = datetime.combine(day - timedelta(days=1, hours=12), time(), UTC)
    instants = (start + number * MINUTE for number in range(4 * 24 * 60))
    return [(instant, instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for instant in instants]


@lru_cache(maxsize=512)
def _has_day(zone: str, day: date) -> bool:
    return any(shown.date() == day for _, shown in _walk(zone, day))


def _find_by_walking(zone: str, day: date, minute: int) -> datetime | None:
    """The first minute at which the clock shows the time, or jumps over it; None on a day that never comes."""
    wanted = datetime.combine(day, time(*divmod(minute, 60)))
    if not _has_day(zone, day):
        return None
    for (_, before), (instant, shown) in itertools.pairwise(_walk(zone, day)):
        if shown == wanted or before < wanted < shown:
            return instant
    raise AssertionError("never came")


days = st.sampled_from(EVENTFUL).flatmap(lambda day: st.integers(-1, 1).map(lambda shift: day + timedelta(days=shift)))
minutes = st.one_of(st.integers(0, 24 * 60 - 1), st.integers(0, 4 * 60), st.integers(23 * 60, 24 * 60 - 1))


@settings(max_examples=300, deadline=None)
@given(zone=st.sampled_from(ZONES), day=days, minute=minutes)
@example(zone="Europe/London", day=date(2026, 3, 29), minute=90)
@example(zone="Europe/London", day=date(2026, 10, 25), minute=90)
@example(zone="Australia/Lord_Howe", day=date(2026, 10, 4), minute=130)
@example(zone="Australia/Lord_Howe", day=date(2026, 4, 5), minute=105)
@example(zone="Pacific/Apia", day=date(2011, 12, 30), minute=1080)
@example(zone="Pacific/Apia", day=date(2011, 12, 31), minute=0)
@example(zone="America/Havana", day=date(2026, 3, 8), minute=30)
@example(zone="Atlantic/Azores", day=date(2026, 10, 25), minute=15)
def test_it_is_the_first_minute_a_clock_shows_it_or_has_passed_it(zone: str, day: date, minute: int) -> None:
    assert find_due_at(Timetable("daily", None, minute, zone), day) == _find_by_walking(zone, day, minute)


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(EVENTFUL),
    minute=minutes,
    gaps=st.lists(st.integers(1, 50), min_size=1, max_size=40),
)
def test_whatever_the_ticks_each_local_day_is_posted_once_at_the_first_tick_after_it_is_due(
    zone: str, day: date, minute: int, gaps: list[int]
) -> None:
    timetable = Timetable("daily", None, minute, zone)
    start = datetime.combine(day - timedelta(days=2), time(12), UTC)
    end = start + timedelta(days=4)
    now, number, posted = start, 0, dict[date, tuple[datetime, datetime]]()
    while now < end:
        due = find_last_due(timetable, now)
        if due.at > start and (not posted or due.day > max(posted)):
            posted[due.day] = due.at, now
        now += gaps[number % len(gaps)] * MINUTE
        number += 1

    expected = {}
    for shift in range(-4, 5):
        local_day = day + timedelta(days=shift)
        at = _find_by_walking(zone, local_day, minute)
        if at is not None and start < at < end - timedelta(minutes=50):
            expected[local_day] = at
    assert {local_day: at for local_day, (at, _) in posted.items() if at < end - timedelta(minutes=50)} == expected
    for at, seen in posted.values():
        assert timedelta(0) <= seen - at < timedelta(minutes=max(gaps))


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    cadence=st.sampled_from(CADENCES),
    minute=minutes,
    now=st.datetimes(datetime(2011, 12, 20), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
def test_the_last_and_the_next_time_are_neighbours(
    zone: str, cadence: tuple[str, int | None], minute: int, now: datetime
) -> None:
    timetable = Timetable(*cadence, minute, zone)

    last, following = find_last_due(timetable, now), find_next_due(timetable, now)

    assert last.at <= now < following.at
    assert last.day < following.day
    assert find_next_due(timetable, last.at) == following
    assert find_last_due(timetable, following.at) == following
    longest = {"daily": 2, "weekly": 8, "monthly": 32}[timetable.cadence]
    assert following.at - last.at < timedelta(days=longest)


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        ("Europe/London", date(2026, 10, 25), 90, "2026-10-25T00:30:00+00:00"),  # comes twice: the first
        ("Europe/London", date(2026, 3, 29), 90, "2026-03-29T01:00:00+00:00"),  # is skipped: the end of the gap
        ("America/New_York", date(2026, 3, 8), 150, "2026-03-08T07:00:00+00:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 130, "2026-10-03T15:30:00+00:00"),
        ("Asia/Riyadh", date(2026, 7, 15), 1080, "2026-07-15T15:00:00+00:00"),
    ],
)
def test_it_knows_the_changes_of_the_clocks(zone: str, day: date, minute: int, expected: str) -> None:
    assert find_due_at(Timetable("daily", None, minute, zone), day) == datetime.fromisoformat(expected)


def test_a_week_whose_day_is_left_out_gets_its_digest_when_the_next_day_begins() -> None:
    """Friday, 30 December 2011 was left out in Samoa."""
    timetable = Timetable("weekly", 4, 1080, "Pacific/Apia")

    assert find_due_at(timetable, date(2011, 12, 30)) == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert find_due_at(Timetable("daily", None, 1080, "Pacific/Apia"), date(2011, 12, 30)) is None
