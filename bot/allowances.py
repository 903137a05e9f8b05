"""How many messages a person may send. One rule: what is beyond it is told each time, never dropped in silence."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from core.errors import Conflict

MINUTES_AT_ONCE = 5  # a busy hour comes in bursts; a phone that is stuck goes on
MOST_PEOPLE = 20_000


class Allowance:
    """A person's allowance, which fills evenly; 0 messages a minute is any number."""

    def __init__(self, per_minute: int, read_clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._most = per_minute / 60, per_minute * MINUTES_AT_ONCE
        self._read_clock = read_clock
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def require_room(self, telegram_id: int) -> None:
        """Count a message of theirs. Conflict says when they may send the next."""
        if not self._most:
            return
        now = self._read_clock()
        left, at = self._left.get(telegram_id, (float(self._most), now))
        left = min(self._most, left + (now - at) * self._per_second)
        self._left[telegram_id] = (left - 1 if left >= 1 else left, now)
        self._left.move_to_end(telegram_id)
        if len(self._left) > MOST_PEOPLE:
            self._left.popitem(last=False)
        if left < 1:
            seconds = max(1, math.ceil((1 - left) / self._per_second))
            raise Conflict(
                f"You have sent {self._most:,} messages within a few minutes, so this one was not taken and nothing was"
                f" recorded. Send it again in {seconds} {'second' if seconds == 1 else 'seconds'}."
            )
