"""When a digest is wanted. One rule: how often, the day and the hour are all said; none of them is assumed."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

from bot.parsing.dates import SHORT_WEEKDAY, WEEKDAY, WEEKDAYS
from bot.parsing.refusals import refuse
from bot.parsing.tokens import clean_text, make_plain

DigestKind = Literal["show", "now", "off", "daily", "weekly", "monthly"]
OFF_WORDS = ("off", "stop", "none", "never")
HINTS = {"daily": "daily 18:00", "weekly": "weekly sunday 9", "monthly": "monthly 1 08:30"}

# "6pm", "18:00", "18.00", "9", "6:30 pm"; a bare hour is of the 24-hour clock.
_TIME = re.compile(r"(?<!\S)(?:at )?(\d{1,2})(?:[:.](\d{2}))? ?(am|pm|a\.m\.|p\.m\.)?(?!\S)", re.IGNORECASE)
_NAMED_TIMES = {"noon": time(12), "midnight": time(0)}
_WEEKDAY = re.compile(rf"(?<!\S)(?:on )?({WEEKDAY}|{SHORT_WEEKDAY})s?(?!\S)", re.IGNORECASE)
_MONTH_DAY = re.compile(r"(?<!\S)(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?!\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DigestWords:
    """What /digest asks for: to show the subscription, to end it, a digest now, or a new one at a local time of day.

    `weekday` (Monday 0 … Sunday 6) is set for weekly, `month_day` (1 to 28) for monthly.
    """

    kind: DigestKind
    at: time | None = None
    weekday: int | None = None
    month_day: int | None = None


def parse_digest(text: str) -> DigestWords:
    """The words after /digest: nothing, `now`, `off`, `daily 18:00`, `weekly sunday 9`, `monthly 1 08:30`, `daily 6pm`.

    Raises InvalidInput naming the word that is not understood, or what is missing.
    """
    words = make_plain(clean_text(text)).lower()
    kind, _, rest = words.partition(" ")
    if words in ("", "now", *OFF_WORDS):
        return DigestWords("off" if words in OFF_WORDS else "now" if words else "show")
    if kind == "daily":
        return DigestWords("daily", at=_read_time(rest, "daily"))
    if kind == "weekly":
        weekday, rest = _take_weekday(rest)
        return DigestWords("weekly", at=_read_time(rest, "weekly"), weekday=weekday)
    if kind == "monthly":
        month_day, rest = _take_month_day(rest)
        return DigestWords("monthly", at=_read_time(rest, "monthly"), month_day=month_day)
    return refuse(kind, "is not how often: daily, weekly, monthly or off.", "daily 18:00")


def _read_time(words: str, kind: str) -> time:
    """The one time of day that is left."""
    if not words:
        refuse(kind, "needs a time of day.", HINTS[kind])
    named = words.removeprefix("at ")
    if named in _NAMED_TIMES:
        return _NAMED_TIMES[named]
    found = _TIME.fullmatch(words)
    if found is None:
        return refuse(words, "is not a time of day.", HINTS[kind])
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half and not 1 <= hour <= 12:
        refuse(words, "is not a time of day.", HINTS[kind])
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    if hour > 23 or minute > 59:
        refuse(words, "is not a time of day.", HINTS[kind])
    return time(hour, minute)


def _take_weekday(words: str) -> tuple[int, str]:
    found = _WEEKDAY.search(words)
    if found is None:
        return refuse(words or "weekly", "names no day of the week.", HINTS["weekly"])
    return WEEKDAYS.index(found[1][:3]), _without(words, found)


def _take_month_day(words: str) -> tuple[int, str]:
    found = _MONTH_DAY.match(words)
    if found is None:
        return refuse(words or "monthly", "names no day of the month.", HINTS["monthly"])
    if not 1 <= int(found[1]) <= 28:
        refuse(found[1], "is not a day that every month has: 1 to 28.", HINTS["monthly"])
    return int(found[1]), _without(words, found)


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()].strip()} {words[found.end() :].strip()}".strip()
