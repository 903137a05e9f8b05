"""When a digest is due. One rule: a local time of day is one instant, whatever the clocks do that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core import clock

CADENCES = ("daily", "weekly", "monthly")
MOST_DAYS = 36  # that may have to be looked at: a month's, and some for zones that skip or repeat a day
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Every day, week or month at a local time. `on_day`: weekday (Monday 0 … Sunday 6) or day of the month 1 … 28."""

    cadence: str
    on_day: int | None
    local_minute: int  # minutes after midnight, as the clock on the wall shows them
    time_zone: str


@dataclass(frozen=True, slots=True)
class Due:
    """One time of a timetable: the local day it belongs to, and the instant."""

    day: date
    at: datetime


def find_last_due(timetable: Timetable, now: datetime) -> Due:
    """The latest time that has come."""
    # A clock set back over midnight may show an earlier day than one that has already begun: look a day ahead.
    first = clock.day_of(now, timetable.time_zone) + timedelta(days=1)
    days = (first - timedelta(days=number) for number in range(MOST_DAYS))
    return next(due for due in _list_dues(timetable, days) if due.at <= now)


def find_next_due(timetable: Timetable, after: datetime) -> Due:
    """The first time to come after an instant."""
    first = clock.day_of(after, timetable.time_zone) - timedelta(days=1)
    days = (first + timedelta(days=number) for number in range(MOST_DAYS))
    return next(due for due in _list_dues(timetable, days) if due.at > after)


def _list_dues(timetable: Timetable, days: Iterator[date]) -> Iterator[Due]:
    for day in days:
        if _is_its_day(timetable, day) and (at := find_due_at(timetable, day)) is not None:
            yield Due(day, at)


def _is_its_day(timetable: Timetable, day: date) -> bool:
    match timetable.cadence:
        case "weekly":
            return day.weekday() == timetable.on_day
        case "monthly":
            return day.day == timetable.on_day
    return True


def find_due_at(timetable: Timetable, day: date) -> datetime | None:
    """The instant, in UTC, of a local day's digest.

    A time that comes twice (clocks set back) is its first occurrence; one that is skipped (clocks set forward) is the
    first instant after the gap. A day that a zone leaves out altogether (Pacific/Apia, 30 December 2011) has no daily
    digest: None; a week's or month's is due when the next day begins.
    """
    zone = clock.find_zone(timetable.time_zone)
    at = resolve_local(datetime.combine(day, time(*divmod(timetable.local_minute, 60))), zone)
    is_left_out = timetable.cadence == "daily" and at.astimezone(zone).date() > day and not _has_begun(day, zone)
    return None if is_left_out else at


def _has_begun(day: date, zone: tzinfo) -> bool:
    """Whether a zone has that day at all."""
    return resolve_local(datetime.combine(day, time()), zone).astimezone(zone).date() == day


def resolve_local(wall: datetime, zone: tzinfo) -> datetime:
    """The first instant, in UTC, at which a clock of the zone shows `wall`, or else has moved past it."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    # In a gap Python reads the time by the offset before (fold 0, after the gap) and by the one after it (fold 1,
    # before the gap): the clocks moved in between.
    offset = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
