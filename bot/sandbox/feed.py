"""What happens in a world as a stream for pages. One rule: a page that comes back gets what it missed, or is told
to start anew."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator

import orjson

from bot.sandbox.world import Event, World

KEPT_EVENTS = 2000
HEARTBEAT_SECONDS = 15.0


class Feed:
    """Numbered events; the number carries the process, so that one of an earlier start is not mistaken."""

    def __init__(self, world: World) -> None:
        self._start = secrets.token_hex(4)
        self._events: deque[tuple[int, Event]] = deque(maxlen=KEPT_EVENTS)
        self._last = 0
        self._is_open = True
        self._waiters: set[asyncio.Event] = set()
        world.listeners.append(self._listen)

    @property
    def position(self) -> str:
        """Where the stream is now; give it to `follow` to get what comes after."""
        return f"{self._start}-{self._last}"

    def _listen(self, event: Event) -> None:
        self._last += 1
        self._events.append((self._last, event))
        for waiter in self._waiters:
            waiter.set()

    def close(self) -> None:
        """End all streams."""
        self._is_open = False
        for waiter in self._waiters:
            waiter.set()

    async def follow(self, position: str) -> AsyncIterator[bytes]:
        """Server-sent events after `position`, for ever; a `reset` first when that place is no longer known."""
        seen = self._find(position)
        if seen is None:
            seen = self._last
            yield _encode(self.position, {"kind": "reset"})
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            while self._is_open:
                waiter.clear()
                for number, event in [entry for entry in self._events if entry[0] > seen]:
                    body = {"kind": event.kind, "chat_id": event.chat_id, "payload": event.payload}
                    yield _encode(f"{self._start}-{number}", body)
                    seen = number
                try:
                    await asyncio.wait_for(waiter.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self._waiters.discard(waiter)

    def _find(self, position: str) -> int | None:
        start, _, number = position.partition("-")
        if start != self._start or not number.isdigit():
            return None
        oldest = self._events[0][0] if self._events else 1
        return int(number) if int(number) >= oldest - 1 else None


def _encode(position: str, body: object) -> bytes:
    return b"id: " + position.encode() + b"\ndata: " + orjson.dumps(body) + b"\n\n"
