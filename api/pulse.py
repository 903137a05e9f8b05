"""Whether the process can work, for many who ask. One rule: one look at a time, told to all, never waited for long."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.errors import SalesbellError, Unavailable

T = TypeVar("T")

LOOK_SECONDS = 2.0  # that a look may take
FRESH_SECONDS = 1.0  # that what it saw holds: it costs the disk a write, and whoever asks needs no key


class Pulse:
    """The last look, or the one that is under way."""

    def __init__(self) -> None:
        self._look: asyncio.Task[object] | None = None
        self._fresh_until = 0.0

    async def feel(self, look: Callable[[], Awaitable[T]]) -> T:
        """What a look sees, or another has just seen. Raises what it raised; Unavailable where it takes too long."""
        loop = asyncio.get_running_loop()
        if self._look is None or (self._look.done() and loop.time() > self._fresh_until):
            self._look = loop.create_task(self._take(look))
        seen = await asyncio.shield(self._look)
        if isinstance(seen, SalesbellError):
            raise seen
        return seen  # type: ignore[return-value]  # every look of one pulse is of one kind

    async def _take(self, look: Callable[[], Awaitable[T]]) -> "T | SalesbellError":
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await look()
        except TimeoutError:
            return Unavailable(f"The database did not answer within {LOOK_SECONDS:.0f} seconds.", hint="try again soon")
        except SalesbellError as error:
            return error
        finally:
            self._fresh_until = asyncio.get_running_loop().time() + FRESH_SECONDS
