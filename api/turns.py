"""Who makes a file next. One rule: one at a time for each person, and never all the threads for files."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.problems import Problem

AT_ONCE = 2  # files that are made at the same time, of the threads that read
WAITING = 32  # files that one person may wait for


class Turns:
    """A queue in which each person has one place at a time: who asks for many waits for their own."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def take(self, person: str) -> AsyncIterator[None]:
        """A turn of a person's own. Problem 429 where they wait for too many already."""
        if self._waiting[person] >= WAITING:
            raise Problem(
                429, "You wait for many files already.", hint="one after the other", headers={"Retry-After": "5"}
            )
        self._waiting[person] += 1
        try:
            async with self._locks.setdefault(person, asyncio.Lock()), self._places:
                yield
        finally:
            self._waiting[person] -= 1
            if not self._waiting[person]:
                del self._waiting[person], self._locks[person]
