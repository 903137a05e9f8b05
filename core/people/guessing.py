"""Codes that are none. One rule: whoever brings several waits, each time longer, and is told how long."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.errors import InvalidInput, NotAllowed
from core.models.people import wrong_codes
from core.sweeping import FROM_THE_FIRST, sweep_oldest

T = TypeVar("T")

FREE_TRIES = 3  # a link may be cut off, a letter mistyped
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
KEPT = timedelta(days=1)


def try_code(tx: Connection, telegram_id: int, use: Callable[[], T]) -> T | InvalidInput:
    """What `use` makes of a code, or why it is none (what it did is then undone, and the try counted).

    A refusal is returned, not raised, for raising it would undo the count. Raises NotAllowed, without looking at the
    code, while the person has to wait.
    """
    _require_patience(tx, telegram_id)
    try:
        with tx.begin_nested():
            return use()
    except InvalidInput as refusal:
        row = {"telegram_id": telegram_id, "tries": 1, "last_at": clock.now()}
        tx.execute(_COUNTS[tx.dialect.name], row)
        return refusal


def _require_patience(tx: Connection, telegram_id: int) -> None:
    known = tx.execute(select(wrong_codes).where(wrong_codes.c.telegram_id == telegram_id)).first()
    if known is None:
        return
    minutes = -((clock.now() - _end_wait(known.tries, known.last_at)) // timedelta(minutes=1))
    if minutes > 0:
        how_long = "a minute" if minutes == 1 else f"{minutes} minutes"
        raise NotAllowed(f"That were too many codes that are none. Try again in {how_long}.", field="code")


def _end_wait(tries: int, last_at: datetime) -> datetime:
    """When the next code is looked at, after so many that were none."""
    if tries < FREE_TRIES:
        return last_at
    doublings = min(tries - FREE_TRIES, 10)
    wait: timedelta = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return last_at + wait


def _build_count(dialect: Any) -> Any:
    statement = dialect.insert(wrong_codes)
    return statement.on_conflict_do_update(
        index_elements=["telegram_id"],
        set_={"tries": wrong_codes.c.tries + 1, "last_at": statement.excluded.last_at},
    )


_COUNTS: dict[str, Any] = {"sqlite": _build_count(sqlite), "postgresql": _build_count(postgresql)}


def sweep_wrong_codes(tx: Connection, after: int = FROM_THE_FIRST) -> int | None:
    """Forget some of those whose last wrong code was longer ago than KEPT; where to go on from."""
    before = clock.now() - KEPT
    return sweep_oldest(tx, wrong_codes.c.last_at, before, lambda row: row.last_at < before, after)
