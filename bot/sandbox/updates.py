"""The update queue of the bot. One rule: an update leaves it only when the bot confirmed it (offset or a 2xx)."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.errors import JSON, BotApiError, bad_request

# Not sent unless asked for by name: https://core.telegram.org/bots/api#getupdates
_ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered to, and how that went (Unix seconds)."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
    last_error_date: int = 0
    last_error_message: str = ""


@dataclass(slots=True)
class UpdateQueue:
    """Pending updates, oldest first, with the waiting getUpdates call if there is one."""

    pending: deque[JSON] = field(default_factory=deque)
    allowed: list[str] = field(default_factory=list)
    webhook: Webhook = field(default_factory=Webhook)
    last_update_id: int = 100_000_000
    _waiters: list[asyncio.Event] = field(default_factory=list)
    _poller: "asyncio.Future[str] | None" = None

    def next_id(self) -> int:
        """A new update id; they only ever grow."""
        self.last_update_id += 1
        return self.last_update_id

    def is_wanted(self, update: JSON) -> bool:
        """Whether `allowed_updates` lets this update through."""
        kind = next(key for key in update if key != "update_id")
        return kind in self.allowed if self.allowed else kind not in _ON_REQUEST_ONLY

    def push(self, update: JSON) -> None:
        """Queue an update for polling or the webhook."""
        if self.is_wanted(update):
            self.pending.append(update)
            self.wake()

    def wake(self) -> None:
        """Tell everybody who waits that something changed."""
        for waiter in self._waiters:
            waiter.set()

    async def wait_for_change(self, timeout_seconds: float | None) -> None:
        """Return on the next push or webhook change, or after the time-out."""
        waiter = asyncio.Event()
        self._waiters.append(waiter)
        try:
            await asyncio.wait_for(waiter.wait(), timeout_seconds)
        except TimeoutError:
            return
        finally:
            self._waiters.remove(waiter)

    def confirm(self, offset: int) -> None:
        """Forget every update below `offset`; a negative one keeps only that many from the end."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while offset > 0 and self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    def drop_all(self) -> None:
        """Forget all pending updates (`drop_pending_updates`)."""
        self.pending.clear()

    async def get_updates(self, offset: int, limit: int, timeout_seconds: float) -> list[JSON]:
        """Long polling. Raises BotApiError 409 while a webhook is set, or when a second poller takes over."""
        if self.webhook.url:
            raise _conflict("can't use getUpdates method while webhook is active; "
                            "use deleteWebhook to delete the webhook first")  # fmt: skip
        self._end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.confirm(offset)
        if not self.pending and timeout_seconds > 0:
            await self._long_poll(min(timeout_seconds, 50.0))
        return list(self.pending)[: max(1, min(limit, 100))]

    async def _long_poll(self, timeout_seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._poller = ended = loop.create_future()
        deadline = loop.time() + timeout_seconds
        try:
            while not self.pending and not ended.done() and loop.time() < deadline:
                await self.wait_for_change(deadline - loop.time())
            if ended.done():
                raise _conflict(ended.result())
        finally:
            if self._poller is ended:
                self._poller = None

    def _end_poll(self, reason: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(reason)
            self.wake()
        self._poller = None

    def stop(self) -> None:
        """End a waiting getUpdates, because the sandbox is going away."""
        self._end_poll("the sandbox is shutting down")

    def set_webhook(self, webhook: Webhook) -> None:
        """Switch to webhook delivery; a waiting getUpdates is ended with 409."""
        self._end_poll("terminated by setWebhook request")
        self.webhook = webhook
        self.wake()

    def set_allowed(self, allowed: list[str] | None) -> None:
        """Keep `allowed_updates` for this and later calls; None leaves the setting as it was."""
        if allowed is None:
            return
        if not all(isinstance(name, str) for name in allowed):
            raise bad_request("can't parse allowed updates JSON object")
        self.allowed = list(allowed)


def _conflict(reason: str) -> BotApiError:
    return BotApiError(409, f"Conflict: {reason}")
