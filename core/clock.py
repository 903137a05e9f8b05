"""The clock. One rule: nobody else asks the machine what time it is, so that tests can move it."""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import InvalidInput


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - here it is read


@lru_cache(maxsize=256)
def find_zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; raises InvalidInput for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(f"“{name}” is not a time zone.", field="time_zone", hint="Asia/Riyadh") from error


def day_of(instant: datetime, zone_name: str) -> date:
    """The business day of an instant in a zone (contract, part 4)."""
    return instant.astimezone(find_zone(zone_name)).date()


def today(zone_name: str) -> date:
    """The business day it is now in a zone."""
    return day_of(now(), zone_name)
