"""Dates as files write them. One rule: the whole column decides between 3/4 and 4/3; what stays open is refused."""

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache, partial

from babel import Locale

from core import clock
from core.errors import InvalidInput
from core.imports.reading.numbers import unwrap
from core.text import drop_invisible, fold, make_plain

# What a cell can say: a day alone, a local time, or an instant with its offset (a datetime with a zone).
Moment = date | datetime

_TIME = r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp])?\.?[Mm]?\.?)?"
_MONTH = r"([^\s\d./,\-]{2,14})\.?"
_OF = r"[ \-./,]+(?:de +)?"  # 1 de julio de 2026
_NUMBERS = re.compile(r"(\d{1,2})\s?[./\- ]\s?(\d{1,2})\s?[./\- ]\s?(\d{4}|\d{2})" + _TIME, re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[./\- ](\d{1,2})[./\- ](\d{1,2})" + _TIME, re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})" + _TIME, re.ASCII)
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?" + _OF + _MONTH + _OF + r"(\d{4}|\d{2})" + _TIME)
_NAMED_DAY = re.compile(_MONTH + r"[ \-./]+(\d{1,2})(?:st|nd|rd|th)?[ \-./,]+(\d{4}|\d{2})" + _TIME)
_OFFSET = re.compile(r".*\d:\d.*(?:Z|[+-]\d{2}:?\d{2})")
_ZONED = re.compile(r"(.*\d:\d{2}.*?) ?(Z|[A-Z]{3,4}|(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?)(?: ?\([^)]*\))?")
_PLACED = re.compile(r"(.*\S) ?\[([A-Za-z_/+\-0-9]+)\]")  # 2026-07-18 23:40:02 [America/New_York]
# Names of zones that files write, in minutes ahead of UTC.
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "WET": 0, "WEST": 60, "BST": 60, "CET": 60,
    "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "SAST": 120, "EAT": 180, "PKT": 300, "IST": 330, "SGT": 480,
    "HKT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}  # fmt: skip
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? +", re.IGNORECASE)
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,](\d+))?", re.ASCII)  # days since the end of 1899, as Excel keeps them
_SERIAL_START = datetime(1899, 12, 30)
# Languages whose names of months are read; what means two months in two of them is read in the first.
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "tr", "id", "ru", "ar", "ar_LB", "hi")
_DIRECTIVES = {"d": "day", "m": "month", "y": "year"}
PROBE = datetime(2024, 2, 29, 13, 5, tzinfo=UTC)  # has to come back from a pattern as it went in
HINT = "--date-format D/M/Y or --date-format M/D/Y"


@dataclass(frozen=True)
class DateFormat:
    """How a column writes its dates: in words to show, and the way to read a cell (ValueError if it is none)."""

    words: str
    read: Callable[[str], Moment]


def parse_date_format(text: str) -> DateFormat:
    """The format that "D/M/Y", "MM/DD/YYYY" or a strptime pattern such as "%d.%m.%y" means; InvalidInput if none."""
    if "%" in text:
        return DateFormat(text, _make_pattern_reader(text))
    order = "".join(dict.fromkeys(letter for letter in text.lower() if letter.isalpha()))
    words = "/".join(_DIRECTIVES.get(letter, "?") for letter in order)
    if order not in ("dmy", "mdy", "ymd"):
        raise InvalidInput(f"“{text}” is not a date format.", field="--date-format", hint="D/M/Y, M/D/Y or %Y-%m-%d")
    return DateFormat(words, partial(_read_in_parts, lru_cache(maxsize=8192)(partial(_read, order=order))))


def _read_in_parts(read: Callable[[str], Moment], cell: str) -> Moment:
    """A cell whose day and time repeat themselves much more than both together."""
    day_words, _, clock_words = cell.rpartition(" ")
    hour, _, minute = clock_words.partition(":")
    if len(minute) == 2 and minute.isdigit() and hour.isdigit() and minute.isascii() and hour.isascii():
        day = read(day_words)
        if not isinstance(day, datetime):
            return datetime.combine(day, time(int(hour), int(minute)))
    return read(cell)


def _make_pattern_reader(pattern: str) -> Callable[[str], Moment]:
    has_time = any(directive in pattern for directive in ("%H", "%I", "%c", "%X", "%T"))

    @lru_cache(maxsize=8192)
    def read(cell: str) -> Moment:
        moment = datetime.strptime(cell.strip(), pattern)
        return moment if has_time else moment.date()

    try:
        is_whole = datetime.strptime(PROBE.strftime(pattern), pattern).date() == PROBE.date()
    except (ValueError, re.error):
        is_whole = False
    if not is_whole:
        raise InvalidInput(f"“{pattern}” does not make a date.", field="--date-format", hint="%d/%m/%y")
    return read


def _read(cell: str, order: str) -> Moment:
    """A date whose numbers come in `order`; a four-digit year in front or a month's name needs no order."""
    text = _WEEKDAY.sub("", _write_plainly(cell), count=1)
    if _OFFSET.fullmatch(text):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
    if found := _PLACED.fullmatch(text):
        local = _read(found[1], order)
        is_local = isinstance(local, datetime) and local.tzinfo is None
        return local.replace(tzinfo=_find_place(found[2])) if is_local else local  # type: ignore[call-arg]
    if found := _ZONED.fullmatch(text):
        local = _read(found[1], order)
        if not isinstance(local, datetime):
            raise ValueError(cell)
        return local.replace(tzinfo=_find_zone(found))
    if found := _SERIAL.fullmatch(text):
        return _read_serial(found)
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day, *rest = found.groups()
    elif found := _NUMBERS.fullmatch(text):
        numbers = dict(zip(order, found.groups(), strict=False))
        year, month, day, rest = numbers["y"], numbers["m"], numbers["d"], list(found.groups()[3:])
    elif found := _DAY_NAMED.fullmatch(text):
        day, month, year, *rest = found.groups()
    elif found := _NAMED_DAY.fullmatch(text):
        month, day, year, *rest = found.groups()
    else:
        raise ValueError(cell)
    return _compose(year, month, day, rest)


def _write_plainly(cell: str) -> str:
    """A cell with plain digits and spaces, and nothing invisible."""
    text = unwrap(cell).strip()
    return text if text.isascii() else " ".join(make_plain(drop_invisible(text)).split())


def _find_place(name: str) -> tzinfo:
    """The zone of a place by its name; ValueError where there is none."""
    try:
        return clock.find_zone(name)
    except (InvalidInput, KeyError) as error:
        raise ValueError(name) from error


def _find_zone(found: re.Match[str]) -> timezone:
    """How far ahead of UTC a time says it is; ValueError for a name that is none."""
    name, sign, hours, minutes = found.groups()[1:]
    if sign:
        ahead = (int(hours) * 60 + int(minutes or 0)) * (-1 if sign == "-" else 1)
        return timezone(timedelta(minutes=ahead))
    if name in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name]), name)
    raise ValueError(name)


def _read_serial(found: re.Match[str]) -> Moment:
    """A day as a spreadsheet counts it; what follows the point is the part of the day, to the second."""
    part = Decimal(f"0.{found[2] or 0}")
    moment = _SERIAL_START + timedelta(days=int(found[1]), seconds=round(part * 86_400))
    return moment if part else moment.date()


@lru_cache(maxsize=1)
def _list_months() -> dict[str, int]:
    """Every name of a month that is read, with its number."""
    named: dict[str, int] = {}
    for language in _LANGUAGES:
        locale = Locale.parse(language)
        for context, width in (("format", "wide"), ("format", "abbreviated"), ("stand-alone", "wide")):
            for number, name in locale.months[context][width].items():
                named.setdefault(fold(name).rstrip("."), number)
    return named


def _find_month(name: str) -> int:
    """The number of a month by its name, in any language that is read; 0 for what is none."""
    months, word = _list_months(), fold(name).rstrip(".")
    begun = {number for month, number in months.items() if len(word) > 2 and month.startswith(word)}
    return months.get(word) or (begun.pop() if len(begun) == 1 else 0)


def _compose(year: str, month: str, day: str, clock_parts: list[str | None]) -> Moment:
    number = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 69 else 1900)  # as POSIX has it
    which = int(month) if month.isdigit() else _find_month(month)
    whole_day = date(number, which, int(day))
    hour, minute, second, half = clock_parts
    if hour is None:
        return whole_day
    of_day = int(hour) % 12 + (12 if half and half in "Pp" else 0) if half else int(hour)
    return datetime.combine(whole_day, time(of_day, int(minute or 0), int(second or 0)))


class DateEvidence:
    """What a column's cells say about the order of day and month."""

    def __init__(self) -> None:
        self.day_first = self.month_first = 0
        self.examples: dict[str, str] = {}
        self.unreadable: str | None = None
        self._judge = lru_cache(maxsize=8192)(_judge)

    def see(self, cell: str, times: int = 1) -> None:
        """Take a cell into account that so many rows have."""
        day, _, clock_words = cell.rpartition(" ")
        verdict = self._judge(day.rstrip(",") if day and ":" in clock_words else cell)
        if verdict not in self.examples:
            self.examples[verdict] = cell
        if verdict == "dmy":
            self.day_first += times
        elif verdict == "mdy":
            self.month_first += times

    def settle(self, wanted: str | None, column: str) -> DateFormat:
        """The format: the one wanted, else what the cells prove. InvalidInput names --date-format if it stays open."""
        if wanted:
            return parse_date_format(wanted)
        if self.day_first and self.month_first:
            raise InvalidInput(
                f"{column} has dates of two kinds: “{self.examples['dmy']}” and “{self.examples['mdy']}”.",
                field="--date-format",
                hint=HINT,
            )
        if self.day_first or self.month_first:
            order = "dmy" if self.day_first else "mdy"
            proof = f"{max(self.day_first, self.month_first):,} such as {self.examples[order]} can be nothing else"
            return DateFormat(f"{parse_date_format(order).words} ({proof})", parse_date_format(order).read)
        if "doubtful" in self.examples:
            raise InvalidInput(
                f"{column}: “{self.examples['doubtful']}” could be day/month or month/day, and nothing settles it.",
                field="--date-format",
                hint=HINT,
            )
        if "clear" not in self.examples:
            shown = self.examples.get("none", "")
            raise InvalidInput(
                f"{column}: “{shown[:60]}” is not a date.", field="--date-format", hint="--date-format %Y-%m-%d"
            )
        return DateFormat(f"as in {self.examples['clear']}", parse_date_format("dmy").read)


def _judge(cell: str) -> str:
    """Which order a cell proves ("dmy", "mdy"); "doubtful", "clear" where both mean the same day, "none" if no date."""
    meanings = {}
    for order in ("dmy", "mdy"):
        try:
            meanings[order] = _read(cell, order)
        except ValueError:
            continue
    if len(meanings) == 1:
        return next(iter(meanings))
    if not meanings:
        return "none"
    return "clear" if meanings["dmy"] == meanings["mdy"] else "doubtful"


def fix_moment(moment: Moment, zone_name: str) -> tuple[datetime, date]:
    """The instant and the business day of a cell's date in a branch's zone; at noon where it has no time of day.

    A zone called as the branch calls its own is that: IST in Jerusalem is not India's, nor CST in Shanghai Chicago's.
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12))
    if moment.tzinfo is None:
        ahead = _find_offset(moment.date(), zone_name)
        if ahead is not None:
            return (moment - ahead).replace(tzinfo=UTC), moment.date()
    zone = clock.find_zone(zone_name)
    local = moment.replace(tzinfo=zone)
    is_called_alike = isinstance(moment.tzinfo, timezone) and moment.tzname() == local.tzname()
    if moment.tzinfo and not is_called_alike:
        local = moment.astimezone(zone)
    return local.astimezone(UTC), local.date()


@lru_cache(maxsize=8192)
def _find_offset(day: date, zone_name: str) -> timedelta | None:
    """How far a zone is ahead of UTC on that day; None where its clocks change then."""
    zone, start = clock.find_zone(zone_name), datetime.combine(day, time())
    first, last = (moment.replace(tzinfo=zone).utcoffset() for moment in (start, start + timedelta(days=1)))
    return first if first == last else None
