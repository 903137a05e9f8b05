"""What the bot's messages are about, on the way to the database. One rule: no answer waits for it, no reply misses it.

It goes with the next message of its chat, in that one's transaction, or a moment later with whatever else waits. A
process that is killed loses what waits: a reply to such a message is told so, and buttons name their documents.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from telegram import Message

from bot.turn import Reply
from core.db import Database
from core.errors import Unavailable
from core.sales.receipts import DocumentMessage, keep_messages

log = structlog.get_logger()
FLUSH_SECONDS = 0.2
RETRY_SECONDS = 5.0  # where the database is away


def describe_message(reply: Reply, bot_id: int, sent: Message) -> DocumentMessage | None:
    """What a message of the bot that shows a reply is about; None where that is no one document."""
    if reply.document_id is None:
        return None
    return DocumentMessage(bot_id, sent.chat_id, sent.message_id, reply.document_id, reply.purpose)


class DocumentMessages:
    """Keeps what the messages of one bot are about."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[int, dict[int, DocumentMessage]] = {}  # by chat and number: a later one takes its place
        self._flushing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._flushes: set[asyncio.Task[None]] = set()  # asyncio itself keeps no task alive

    def add(self, message: DocumentMessage | None) -> None:
        """Have it kept soon; None is about nothing."""
        if message is not None:
            self._waiting.setdefault(message.chat_id, {})[message.message_id] = message
            self._flush_in(FLUSH_SECONDS)

    def _flush_in(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._begin_flush)

    def _begin_flush(self) -> None:
        self._timer = None
        task = asyncio.create_task(self.flush())
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    async def flush(self) -> None:
        """Keep all that waits, in one transaction; when this returns, a look-up finds it."""
        async with self._flushing:
            waiting, self._waiting = self._waiting, {}
            if not waiting:
                return
            try:
                await self._database.write(keep_messages, [one for chat in waiting.values() for one in chat.values()])
            except Unavailable:
                for chat_id, messages in waiting.items():
                    self._put_back(chat_id, messages, RETRY_SECONDS)
            except Exception:
                log.exception("what messages are about is lost")

    @asynccontextmanager
    async def taking(self, chat_id: int) -> AsyncIterator[list[DocumentMessage]]:
        """What waits of a chat, for a transaction to keep; where the block fails, it waits again."""
        async with self._flushing:  # what is on its way is needed too
            taken = self._waiting.pop(chat_id, {})
        try:
            yield list(taken.values())
        except BaseException:
            self._put_back(chat_id, taken, FLUSH_SECONDS)
            raise

    def _put_back(self, chat_id: int, messages: dict[int, DocumentMessage], seconds: float) -> None:
        """Have them wait again; of the same message, what came in the meantime counts."""
        if messages:
            self._waiting[chat_id] = messages | self._waiting.get(chat_id, {})
            self._flush_in(seconds)

    async def finish(self) -> None:
        """Keep what waits, and nothing more."""
        await self.flush()
        if self._timer is not None:
            self._timer.cancel()
