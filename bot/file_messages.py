"""The messages about files that came in. One rule: one message a file, edited as it goes on, in the chat's order."""

import contextlib
from collections.abc import Iterator
from functools import partial

import structlog
from telegram import Bot, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.keyboards import make_keyboard
from bot.obstacles import insist
from bot.outgoing import Outgoing
from bot.sending import LONGEST_TEXT, NO_PREVIEW, UNCHANGED
from bot.turn import Place, Reply
from bot.views.fitting import clip_html
from core.db import Database
from core.errors import SalesbellError
from core.imports.received import find_shown, keep_shown

log = structlog.get_logger()


class FileMessages:
    """Shows how files stand."""

    def __init__(self, database: Database, bot: Bot, outgoing: Outgoing) -> None:
        self._database, self._bot, self._outgoing = database, bot, outgoing

    async def show(self, number: int, place: Place, reply: Reply) -> None:
        """Have the one message of a file say something else; it is sent where there is none."""
        await self._outgoing.bring(place.chat_id, partial(self._put, number, place, reply))

    async def say(self, place: Place, reply: Reply) -> None:
        """A message that is about no file."""
        await self._outgoing.bring(place.chat_id, partial(self._say, place, reply))

    async def send_rejects(self, place: Place, content: bytes, name: str) -> None:
        """What was refused, as a document."""
        await self._outgoing.bring(place.chat_id, partial(self._send_rejects, place, content, name))

    async def _put(self, number: int, place: Place, reply: Reply) -> None:
        with _heeding_telegram(place.chat_id):
            shown = await self._database.read(find_shown, number)
            if shown is not None and await self._edit(place.chat_id, shown, reply):
                return
            sent = await self._send(place, reply)
            await self._database.write(keep_shown, number, sent.message_id)

    async def _say(self, place: Place, reply: Reply) -> None:
        with _heeding_telegram(place.chat_id):
            await self._send(place, reply)

    async def _send_rejects(self, place: Place, content: bytes, name: str) -> None:
        told, (chat_id, topic_id) = "What was rejected, each with its reason. Mend it and send it back.", place
        with _heeding_telegram(place.chat_id):
            await insist(
                lambda: self._bot.send_document(chat_id, content, told, filename=name, message_thread_id=topic_id)
            )

    async def _edit(self, chat_id: int, message_id: int, reply: Reply) -> bool:
        text, keyboard = clip_html(reply.text, LONGEST_TEXT), make_keyboard(reply.buttons)
        try:
            await insist(
                lambda: self._bot.edit_message_text(
                    text,
                    chat_id,
                    message_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                    link_preview_options=NO_PREVIEW,
                )
            )
        except BadRequest as error:
            return UNCHANGED in str(error).lower()
        return True

    async def _send(self, place: Place, reply: Reply) -> Message:
        text, keyboard = clip_html(reply.text, LONGEST_TEXT), make_keyboard(reply.buttons)
        chat_id, topic_id = place
        return await insist(
            lambda: self._bot.send_message(
                chat_id,
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
                message_thread_id=topic_id,
            )
        )


@contextlib.contextmanager
def _heeding_telegram(chat_id: int) -> Iterator[None]:
    """What Telegram will not take is no reason to stop an import."""
    try:
        yield
    except Forbidden:
        log.info("blocked by the person", chat=chat_id)
    except (TelegramError, SalesbellError) as error:
        log.warning("not shown", chat=chat_id, reason=f"{type(error).__name__}: {error}")
