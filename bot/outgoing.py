"""Answers on their way. One rule: those of a chat keep their order, and trouble in one chat holds up no other."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

Send = Callable[[], Coroutine[Any, Any, None]]
PATIENCE_SECONDS = 4.0


class Outgoing:
    """Answers on their way, chat by chat."""

    def __init__(self) -> None:
        self._last: dict[int, asyncio.Task[None]] = {}

    async def bring(self, chat_id: int, send: Send) -> None:
        """Run `send` after what goes to the chat already; return when it is done, or cannot be done soon."""
        before = self._last.get(chat_id)
        self._last[chat_id] = task = asyncio.create_task(_run_after(before, send))
        task.add_done_callback(partial(self._forget, chat_id))
        if before is None:
            await asyncio.wait([task], timeout=PATIENCE_SECONDS)

    def _forget(self, chat_id: int, task: asyncio.Task[None]) -> None:
        if self._last.get(chat_id) is task:
            del self._last[chat_id]

    async def finish(self, timeout_seconds: float) -> None:
        """Give what is on its way a little time, then let it go."""
        tasks = list(self._last.values())
        if not tasks:
            return
        await asyncio.wait(tasks, timeout=timeout_seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run_after(before: "asyncio.Task[None] | None", send: Send) -> None:
    if before is not None:
        await asyncio.wait([before])
    await send()
