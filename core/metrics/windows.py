"""Windows: the words for looking further than a row's own days. One rule: one entry of `WINDOWS` is one, everywhere.

A question split by days, weeks, months … has a row for each. A window says over which days a row's values are counted
instead (`Window`), or which other period's values stand beside them (`Beside`). core.metrics.series asks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.errors import InvalidInput
from core.periods import (
    FIRST_DAY,
    Calendar,
    Period,
    month_of,
    parse_day,
    previous,
    quarter_of,
    same_last_year,
    shift_day,
    week_of,
    year_of,
)

WINDOW_HINT = "running, rolling:7d, rolling:7d:before, todate:month, shift:1d, previous or last_year"
STRIDE_PATTERN = "([1-9][0-9]{0,3}[dwm]|[1-9][0-9]?y)"
_STRIDE = re.compile(STRIDE_PATTERN)

Days = tuple[date, date]  # half-open


@dataclass(frozen=True, slots=True)
class Bucket:
    """A row's own days; `seen_end` is where the period cuts them short. `label` is how the answer writes them."""

    start: date
    end: date
    seen_end: date
    label: str


Look = Callable[[Bucket, Period, Calendar], Days]


@dataclass(frozen=True, slots=True)
class Window:
    """The days a row's values are counted over, and the words for it."""

    look: Look
    word: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """The period whose values stand beside those asked for, and the word for it."""

    move: Callable[[Period], Period]
    word: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something time falls into without gap: which one a day lies in; how its first day is written, and read back."""

    find: Callable[[date, Calendar], Period]
    write: Callable[[date], str]
    read: Callable[[str, Calendar], date]


STRETCHES: dict[str, Stretch] = {
    "day": Stretch(
        lambda day, _: Period(day, day + timedelta(days=1)), date.isoformat, lambda label, _: date.fromisoformat(label)
    ),
    "week": Stretch(week_of, date.isoformat, lambda label, _: date.fromisoformat(label)),
    "month": Stretch(
        lambda day, _: month_of(day), lambda day: f"{day:%Y-%m}", lambda label, _: date.fromisoformat(f"{label}-01")
    ),
    "quarter": Stretch(
        lambda day, _: quarter_of(day),
        lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
        lambda label, _: date(int(label[:4]), 3 * int(label[-1]) - 2, 1),
    ),
    "year": Stretch(lambda day, _: year_of(day), lambda day: str(day.year), lambda label, _: date(int(label), 1, 1)),
    "financial_year": Stretch(
        lambda day, calendar: year_of(day, 0, calendar.financial_year_month),
        lambda day: str(day.year),
        lambda label, calendar: date(int(label), calendar.financial_year_month, 1),
    ),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of window: how it is written, what it means, and what reads the words behind its colons."""

    usage: str
    words: str
    read: Callable[..., Window | Beside]


def _read_running(since: str = "") -> Window:
    if since not in ("", "all"):
        raise ValueError(since)
    return Window(lambda bucket, period, _: (FIRST_DAY if since else period.start, bucket.seen_end))


def _read_rolling(stride: str, edge: str = "") -> Window:
    count, unit = _read_stride(stride)
    if edge == "before":
        return Window(lambda bucket, _period, _calendar: (_shift(bucket.start, count, unit), bucket.start))
    if edge:
        raise ValueError(edge)
    return Window(lambda bucket, _period, _calendar: (_shift(bucket.end, count, unit), bucket.seen_end))


def _read_to_date(unit: str, origin: str | None = None) -> Window:
    if origin is not None:
        return _read_to_date_of_days(unit, parse_day(origin, "window"))
    find = STRETCHES[unit].find

    def look(bucket: Bucket, _period: Period, calendar: Calendar) -> Days:
        return find(bucket.seen_end - timedelta(days=1), calendar).start, bucket.seen_end

    return Window(look)


def _read_to_date_of_days(stride: str, origin: date) -> Window:
    """Stretches of so many days or weeks, counted from the origin both ways."""
    count, unit = _read_stride(stride)
    length = {"d": 1, "w": 7}[unit] * count

    def look(bucket: Bucket, _period: Period, _calendar: Calendar) -> Days:
        last_day = bucket.seen_end - timedelta(days=1)
        return last_day - timedelta(days=(last_day - origin).days % length), bucket.seen_end

    return Window(look)


def _read_shift(stride: str) -> Window:
    count, unit = _read_stride(stride)
    return Window(lambda bucket, _period, _calendar: _move(bucket.start, bucket.seen_end, count, unit))


WINDOWS: dict[str, Kind] = {
    "running": Kind(
        "running[:all]", "from the period's first day on; with `all`, from the first line there is", _read_running
    ),
    "rolling": Kind(
        "rolling:N{d,w,m,y}[:before]",
        "the N days, weeks, months or years that end with the row; with `before`, that end where it begins",
        _read_rolling,
    ),
    "todate": Kind(
        "todate:UNIT, todate:N{d,w}:DAY",
        f"from the start of the {', '.join(STRETCHES)}; or of stretches of N days or weeks counted from a day",
        _read_to_date,
    ),
    "shift": Kind(
        "shift:N{d,w,m,y}", "N days, weeks … earlier; also of another: `rolling:2d:before,shift:1d`", _read_shift
    ),
    "previous": Kind(
        "previous", "the values as they are, and beside them those of the period before", lambda: Beside(previous)
    ),
    "last_year": Kind("last_year", "beside them those of the same days last year", lambda: Beside(same_last_year)),
}


def parse_window(text: str, field: str = "window") -> Window | Beside:
    """The window that words such as "running", "rolling:7d", "todate:week" or "rolling:2d:before,shift:1d" mean.

    Raises InvalidInput naming `field` and what would work.
    """
    said = "".join(text.casefold().split())
    first, comma, then = said.partition(",")
    try:
        word, *rest = first.split(":")
        window = WINDOWS[word].read(*rest)
        if comma:
            window = _shift_window(window, then)
    except (ValueError, TypeError, KeyError, InvalidInput) as error:
        raise InvalidInput(f"“{text}” is not a window.", field=field, hint=WINDOW_HINT) from error
    return replace(window, word=said)


def _shift_window(window: Window | Beside, text: str) -> Window:
    """The window as it is for the row so much earlier."""
    word, _, stride = text.partition(":")
    if isinstance(window, Beside) or word != "shift":
        raise ValueError(text)
    look = window.look
    count, unit = _read_stride(stride)

    def look_earlier(bucket: Bucket, period: Period, calendar: Calendar) -> Days:
        start, end = _move(bucket.start, bucket.end, count, unit)
        _, seen_end = _move(bucket.start, bucket.seen_end, count, unit)
        return look(Bucket(start, end, seen_end, bucket.label), period, calendar)

    return Window(look_earlier)


def _read_stride(text: str) -> tuple[int, str]:
    if not _STRIDE.fullmatch(text):
        raise ValueError(text)
    return int(text[:-1]), text[-1]


def _shift(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years earlier."""
    if unit in "dw":
        return day - timedelta(days=count * {"d": 1, "w": 7}[unit])
    return shift_day(day, -count * {"m": 1, "y": 12}[unit])


def _move(start: date, end: date, count: int, unit: str) -> Days:
    """Days so much earlier, as core.periods moves them: whole months stay whole, else the last day moves."""
    if unit in "dw" or start.day == end.day == 1:
        return _shift(start, count, unit), _shift(end, count, unit)
    return _shift(start, count, unit), _shift(end - timedelta(days=1), count, unit) + timedelta(days=1)
