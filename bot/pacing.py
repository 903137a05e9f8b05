"""Long work in a thread, beside a chat. One rule: it rests between its steps, and ends at one when the process ends."""

import asyncio
import contextlib
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from core.errors import SalesbellError

T = TypeVar("T")
REST_SECONDS = 0.12  # after a batch, on SQLite: longer than whoever waits to write looks again


class Stopped(Exception):
    """The process ends; the import goes on in the next."""


@dataclass
class Pace:
    """How far a thread is, for whoever shows it; it stops at the next step when it is told to."""

    stopping: threading.Event
    rest_seconds: float
    done: int = 0
    total: int = 0
    shown: int = -1

    def tell(self, done: int, total: int) -> None:
        """Called by the thread after each batch, outside its transaction."""
        self.done, self.total = done, total
        if self.stopping.is_set():
            raise Stopped
        time.sleep(self.rest_seconds)

    def has_moved(self) -> bool:
        """Whether it is further than when this was asked last."""
        before, self.shown = self.shown, self.done
        return self.shown != before


async def run_paced(
    work: Callable[[Callable[[int, int], None]], T],
    pace: Pace,
    show: Callable[[], Awaitable[None]],
    every_seconds: float,
) -> T:
    """Run `work(pace.tell)` in a thread, and `show` every so often while it is; what it returns or raises."""
    running = asyncio.ensure_future(asyncio.to_thread(work, pace.tell))
    while not running.done():
        await asyncio.wait([running], timeout=every_seconds)
        if not running.done():
            with contextlib.suppress(SalesbellError):  # whether it goes on is for the work itself to say
                await show()
    return running.result()


@contextlib.asynccontextmanager
async def lay_out(file_name: str, content: bytes) -> AsyncIterator[Path]:
    """A file in a folder of its own, for as long as it is worked on."""
    with tempfile.TemporaryDirectory(prefix="salesbell-import-") as folder:
        name = PurePosixPath(file_name.replace("\\", "/")).name.replace("\0", "") or "file"
        path = Path(folder) / (name if name not in (".", "..") else "file")
        await asyncio.to_thread(path.write_bytes, content)
        yield path
