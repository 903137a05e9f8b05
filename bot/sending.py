"""Bringing answers to chats. One rule: a chat's answers keep their order, and trouble in one chat holds up no other.

What Telegram cannot take just now is tried again for about a minute. Whoever called waits only for the first seconds
of it: by then everything is recorded, so that the update counts as answered although the answer is still on its way.
"""

import html
import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from telegram import (
    Bot,
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.conversation import Incoming
from bot.document_messages import DocumentMessages, describe_message
from bot.keyboards import make_keyboard
from bot.obstacles import find_obstacle, insist
from bot.outgoing import Outgoing
from bot.turn import Buttons, Picture, Place, Reply
from bot.views.fitting import clip_html
from bot.views.notices import show_elsewhere
from core.db import Database
from core.errors import SalesbellError, Unavailable
from core.sales.dialogues import keep_dialogue_message
from core.sales.receipts import find_receipt_message

if TYPE_CHECKING:
    from core.exports import Exported

log = structlog.get_logger()
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
UNCHANGED = "message is not modified"
_TAG = re.compile(r"<[^>]*>")


class Draws(Protocol):
    """What makes a picture of a specification."""

    async def render(self, spec: dict[str, Any], /) -> bytes | None:
        """The picture as PNG; None where it could not be drawn."""
        ...


class Sender:
    """Sends the answers of one bot, and notes down what its messages are about."""

    def __init__(
        self, database: Database, bot: Bot, messages: DocumentMessages, renderer: "Draws | None" = None
    ) -> None:
        self._database, self._bot = database, bot
        self._messages, self._renderer = messages, renderer
        self.outgoing = Outgoing()

    async def answer(self, query: CallbackQuery | None, incoming: Incoming, reply: Reply | None) -> None:
        """Bring a reply to where the message or the press of a button came from."""
        if query is not None or reply is not None:
            await self.outgoing.bring(incoming.chat_id, partial(self._answer_safely, query, incoming, reply))

    async def _answer_safely(self, query: CallbackQuery | None, incoming: Incoming, reply: Reply | None) -> None:
        try:
            if query is not None:
                await self._answer_press(query, incoming, reply)
            elif reply is not None:
                await self._answer_message(incoming, reply)
        except (TelegramError, SalesbellError) as error:
            log.warning("answer not sent", chat=incoming.chat_id, reason=f"{type(error).__name__}: {error}")
            obstacle = find_obstacle(error)
            if obstacle is not None and reply is not None and incoming.is_group:
                await self._answer_in_private(incoming, show_elsewhere(reply, obstacle))
        except Exception:
            log.exception("failed to send an answer", chat=incoming.chat_id)
        finally:
            if reply is not None and reply.file is not None:
                reply.file.discard()

    async def _answer_in_private(self, incoming: Incoming, reply: Reply) -> None:
        """Whoever asked where nothing may be written hears it alone, if they have ever come to the bot."""
        try:
            await self._post(Place(incoming.visitor.telegram_id), None, reply)
        except TelegramError as error:
            log.info("not answered in private either", person=incoming.visitor.telegram_id, reason=str(error))

    async def _answer_press(self, query: CallbackQuery, incoming: Incoming, reply: Reply | None) -> None:
        if reply is not None and isinstance(query.message, Message):
            pressed = query.message
            if reply.edits_pressed and pressed.photo:
                await self._show_in_picture(pressed.chat_id, pressed.message_id, incoming, reply)
            elif reply.edits_pressed:
                await self._show_in(pressed, incoming.place, reply)
            elif reply.asks or reply.posts:
                answered = incoming.message_id if reply.quotes and incoming.message_id else pressed.message_id
                await self._post(incoming.place, answered, reply)
        toast, is_alert = (reply.toast, reply.is_alert) if reply else (None, False)
        try:
            await insist(lambda: self._bot.answer_callback_query(query.id, toast, is_alert))
        except BadRequest as error:
            log.info("too late to answer a press", reason=str(error))

    async def _answer_message(self, incoming: Incoming, reply: Reply) -> None:
        if reply.shown_in is not None and await self._edit(incoming.chat_id, reply.shown_in, reply):
            # What was written stands in the message above now; in between it would only push that out of sight.
            await self._take_away(incoming.chat_id, incoming.message_id)
            return
        if reply.receipt_of is not None and (incoming.is_edit or incoming.replied_id or reply.is_repeat):
            await self._messages.flush()
            shown = await self._database.read(find_receipt_message, reply.receipt_of, self._bot.id, incoming.chat_id)
            if shown is not None and await self._edit(incoming.chat_id, shown, reply):
                await self._acknowledge(incoming)
                return
        await self._post(incoming.place, incoming.message_id, reply)
        if reply.replaces is not None:
            await self._take_away(incoming.chat_id, reply.replaces)

    async def _show_in(self, pressed: Message, place: Place, reply: Reply) -> None:
        """Make a message of ours say something else; one that is gone is sent anew."""
        if await self._edit(pressed.chat_id, pressed.message_id, reply):
            self._messages.add(describe_message(reply, self._bot.id, pressed))
        else:
            await self._post(place, pressed.message_id, reply)

    async def _show_in_picture(self, chat_id: int, message_id: int, incoming: Incoming, reply: Reply) -> None:
        """Make a picture of ours another one; where there is none to draw, words take its place further down."""
        picture = await self._draw(reply.picture)
        if picture is not None and await self._edit_picture(chat_id, message_id, reply, picture):
            return
        await self._send(incoming.place, incoming.message_id or message_id, replace(reply, picture=None))
        await self._take_away(chat_id, message_id)

    async def _take_away(self, chat_id: int, message_id: int) -> None:
        """Delete a message that has done its duty; where Telegram does not let it go, it stays."""
        try:
            await self._bot.delete_message(chat_id, message_id)
        except TelegramError as error:
            log.info("a message stays", chat=chat_id, reason=str(error))

    async def _post(self, place: Place, answered_id: int | None, reply: Reply) -> None:
        """Send an answer in messages of its own, and note down what they show."""
        for sent in await self._send_somehow(place, answered_id, reply):
            self._messages.add(describe_message(reply, self._bot.id, sent))
            if reply.dialogue_id is not None:
                await self._database.write(keep_dialogue_message, reply.dialogue_id, sent.message_id)

    async def _send_somehow(self, place: Place, answered_id: int | None, reply: Reply) -> list[Message]:
        """Send it to where the chat is now; what Telegram cannot read goes out in plain words."""
        try:
            return await self._send(place, answered_id, reply)
        except ChatMigrated as moved:
            from bot.delivery import follow_chat

            await self._database.write(follow_chat, place.chat_id, moved.new_chat_id)
            return await self._send(Place(moved.new_chat_id), None, reply)
        except BadRequest as error:
            if find_obstacle(error) is not None:
                raise
            log.error("answer refused by Telegram", chat=place.chat_id, reason=str(error))
            return [await self._send_plainly(place, html.unescape(_TAG.sub("", reply.text))[:LONGEST_TEXT])]

    async def _send_plainly(self, place: Place, words: str) -> Message:
        chat_id, topic_id = place
        return await insist(
            lambda: self._bot.send_message(chat_id, words, link_preview_options=NO_PREVIEW, message_thread_id=topic_id)
        )

    async def _send(self, place: Place, answered_id: int | None, reply: Reply) -> list[Message]:
        if reply.photographs:
            return [await self._send_photograph(place, file_id, reply) for file_id in reply.photographs]
        return [await self._send_one(place, answered_id, reply)]

    async def _send_one(self, place: Place, answered_id: int | None, reply: Reply) -> Message:
        """In a group, or where it has to be, as a reply to the message it answers (which may be gone)."""
        chat_id, topic_id = place
        is_reply = answered_id is not None and (reply.quotes or reply.asks or chat_id < 0)
        quoted = ReplyParameters(answered_id or 0, allow_sending_without_reply=True) if is_reply else None
        markup = ForceReply(selective=chat_id < 0) if reply.asks else self._make_keyboard(reply.buttons)
        if reply.file is not None:
            reply = await _finish(reply, reply.file)
        if (made := reply.file) is not None:
            told = clip_html(reply.text, LONGEST_CAPTION)
            return await insist(
                lambda: self._bot.send_document(
                    chat_id,
                    made.path,
                    told,
                    parse_mode=ParseMode.HTML,
                    filename=made.name,
                    reply_parameters=quoted,
                    message_thread_id=topic_id,
                )
            )
        picture = await self._draw(reply.picture)
        if picture is not None:
            caption = clip_html(reply.caption or reply.text, LONGEST_CAPTION)
            return await insist(
                lambda: self._bot.send_photo(
                    chat_id,
                    picture,
                    caption,
                    parse_mode=ParseMode.HTML,
                    reply_markup=markup,
                    reply_parameters=quoted,
                    message_thread_id=topic_id,
                )
            )
        text = clip_html(reply.text, LONGEST_TEXT)
        return await insist(
            lambda: self._bot.send_message(
                chat_id,
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=NO_PREVIEW,
                reply_parameters=quoted,
                message_thread_id=topic_id,
            )
        )

    async def _send_photograph(self, place: Place, file_id: str, reply: Reply) -> Message:
        """A picture that Telegram has, with words under it; one that was sent as a file can only be a file again."""
        caption, (chat_id, topic_id) = clip_html(reply.text, LONGEST_CAPTION), place
        said: dict[str, Any] = {"caption": caption, "parse_mode": ParseMode.HTML, "message_thread_id": topic_id}
        try:
            return await insist(lambda: self._bot.send_photo(chat_id, file_id, **said))
        except BadRequest:
            return await insist(lambda: self._bot.send_document(chat_id, file_id, **said))

    def _make_keyboard(self, buttons: Buttons) -> InlineKeyboardMarkup | None:
        """The buttons as this bot may have them: searching is for those that @BotFather lets be searched."""
        return make_keyboard(buttons, searches=self._bot.supports_inline_queries)

    async def _draw(self, picture: Picture | None) -> bytes | None:
        """A picture as PNG; None where there is none to draw or it cannot be drawn: then the words go alone."""
        if picture is None or self._renderer is None:
            return None
        from bot.pictures import PICTURES

        try:
            return await self._renderer.render(PICTURES[picture.kind](picture.chart))
        except Exception:
            log.exception("picture not drawn", kind=picture.kind)
            return None

    async def _edit(self, chat_id: int, message_id: int, reply: Reply) -> bool:
        """Change a message of ours; one that says so already is as good as changed. False: it cannot be changed."""
        text, keyboard = clip_html(reply.text, LONGEST_TEXT), self._make_keyboard(reply.buttons)
        return await self._change(
            chat_id,
            lambda: self._bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                link_preview_options=NO_PREVIEW,
            ),
        )

    async def _edit_picture(self, chat_id: int, message_id: int, reply: Reply, picture: bytes) -> bool:
        """Put another picture and other words in a message of ours that is a picture."""
        caption, keyboard = clip_html(reply.caption or reply.text, LONGEST_CAPTION), self._make_keyboard(reply.buttons)
        media = InputMediaPhoto(picture, caption, ParseMode.HTML)
        return await self._change(
            chat_id, lambda: self._bot.edit_message_media(media, chat_id, message_id, reply_markup=keyboard)
        )

    async def _change(self, chat_id: int, change: Callable[[], Coroutine[Any, Any, Any]]) -> bool:
        try:
            await insist(change)
        except (BadRequest, ChatMigrated) as error:
            if UNCHANGED in str(error).lower():
                return True
            log.info("message cannot be changed", chat=chat_id, reason=str(error))
            return False
        return True

    async def _acknowledge(self, incoming: Incoming) -> None:
        """The answer is further up, so the message itself gets a nod; chats that allow no reactions go without."""
        try:
            await self._bot.set_message_reaction(incoming.chat_id, incoming.message_id, "👌")
        except TelegramError as error:
            log.info("no reaction possible", reason=str(error))


async def _finish(reply: Reply, made: "Exported") -> Reply:
    """The reply with its file as it can be sent; with words only where there is no page, or too much of it."""
    from bot.views.exports import LARGEST_BYTES, show_no_page, show_too_large

    try:
        await made.finish()
    except Unavailable as error:
        return replace(reply, text=show_no_page(reply, error), file=None)
    if made.path.stat().st_size > LARGEST_BYTES:
        return replace(reply, text=show_too_large(reply), file=None)
    return reply
