"""Trouble on demand: refusals, rate limits, lost answers. One rule: without a fault set, nothing here costs time."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.errors import BotApiError, forbidden, too_many_requests


@dataclass(slots=True)
class Fault:
    """What goes wrong with calls of `method` (None: any) into `chat_id` (None: any), `times` more times."""

    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    error: BotApiError | None = None
    loses_answer: bool = False
    delay_seconds: float = 0.0

    def is_for(self, method: str, chat_id: int | None) -> bool:
        fits = self.method is None or self.method.lower() == method
        return fits and (self.chat_id is None or self.chat_id == chat_id) and self.times > 0


class Faults:
    """The faults and rate limits of one world."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.pending: list[Fault] = []
        self._clock = clock
        self._limits: list[tuple[str, int, float]] = []
        self._sent: dict[tuple[str, int], deque[float]] = {}

    def refuse(self, method: str | None, error: BotApiError, *, times: int = 1, chat_id: int | None = None) -> None:
        """The next `times` calls answer with `error` and change nothing."""
        self.pending.append(Fault(method, chat_id, times, error=error))

    def slow_down(self, method: str | None, retry_after_seconds: int, *, times: int = 1) -> None:
        """The next `times` calls answer 429 with `retry_after`."""
        self.refuse(method, too_many_requests(retry_after_seconds), times=times)

    def block(self, chat_id: int) -> None:
        """Every later call into `chat_id` answers 403 "bot was blocked by the user"."""
        self.refuse(None, forbidden("bot was blocked by the user"), times=1_000_000_000, chat_id=chat_id)

    def lose_answer(self, method: str | None, *, times: int = 1) -> None:
        """The next `times` calls take effect, but the bot sees a time-out."""
        self.pending.append(Fault(method, times=times, loses_answer=True))

    def delay(self, method: str | None, seconds: float, *, times: int = 1) -> None:
        """The next `times` calls are answered `seconds` later."""
        self.pending.append(Fault(method, times=times, delay_seconds=seconds))

    def limit_rates(self, overall_per_second: int = 30, group_per_minute: int = 20) -> None:
        """Answer 429 to sends beyond Telegram's known limits (30 a second overall, 20 a minute per group)."""
        self._limits = [("overall", overall_per_second, 1.0), ("group", group_per_minute, 60.0)]

    def clear(self) -> None:
        """No faults and no limits any more."""
        self.pending.clear()
        self._limits.clear()
        self._sent.clear()

    @property
    def is_calm(self) -> bool:
        """Nothing is set: calls need not look here."""
        return not self.pending and not self._limits

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that strikes this call, counted down; raises BotApiError 429 beyond a rate limit."""
        for fault in self.pending:
            if fault.is_for(method, chat_id):
                fault.times -= 1
                self.pending = [other for other in self.pending if other.times > 0]
                return fault
        if self._limits and method.startswith("send") and method != "sendchataction" and chat_id is not None:
            self._count(chat_id)
        return None

    def _count(self, chat_id: int) -> None:
        now = self._clock()
        windows = []
        for name, most, seconds in self._limits:
            if name == "group" and chat_id > 0:
                continue
            sent = self._sent.setdefault((name, chat_id if name == "group" else 0), deque())
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) >= most:
                raise too_many_requests(max(1, int(sent[0] + seconds - now + 0.999)))
            windows.append(sent)
        for sent in windows:
            sent.append(now)
