"""The python-telegram-bot application. One rule: it carries messages to and fro and decides nothing."""

import asyncio
import os
import secrets
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any

import structlog
from telegram import (
    Chat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, BaseUpdateProcessor, ContextTypes, TypeHandler
from telegram.request import BaseRequest

from bot.conversation import Host, Identify, Incoming, answer_incoming, needs_writing
from bot.turn import Buttons, Reply
from bot.views.refusals import show_failure, show_refusal
from core.db import Database
from core.errors import SalesbellError
from core.people.accounts import Visitor, find_account_viewer
from core.sales.receipts import find_receipt_message, keep_receipt_message, migrate_receipts

os.environ.setdefault("PTB_TIMEDELTA", "true")  # durations as timedelta, as the next python-telegram-bot has them
log = structlog.get_logger()
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
LONGEST_TEXT = 4096
UNCHANGED = "message is not modified"


class ChatOrder(BaseUpdateProcessor):
    """Chats side by side, the messages of one chat in the order they came."""

    def __init__(self, most_at_once: int = 256) -> None:
        super().__init__(most_at_once)
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates."""
        chat = update.effective_chat if isinstance(update, Update) else None
        key = chat.id if chat else 0
        lock = self._locks[key]
        async with lock:
            await coroutine
        if not lock.locked():
            self._locks.pop(key, None)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


def build_application(
    database: Database,
    token: str,
    request: BaseRequest,
    updates_request: BaseRequest,
    *,
    api_url: str,
    wake: asyncio.Event | None = None,
    limits_rate: bool = True,
    currency: str = "SAR",
    time_zone: str = "Asia/Riyadh",
    identify: Identify = find_account_viewer,
) -> AnyApplication:
    """The application that answers chats from `database`. `wake` is set after what may have left notices to send.

    `currency` and `time_zone` are those of a company made by the set-up code; `identify` tells who a Telegram user is.
    """
    builder = ApplicationBuilder().token(token).request(request).get_updates_request(updates_request)
    builder = builder.base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    builder = builder.concurrent_updates(ChatOrder()).updater(None).job_queue(None)  # type: ignore[arg-type]  # the clock is bot.scheduler's
    if limits_rate:
        builder = builder.rate_limiter(AIORateLimiter(max_retries=3))  # type: ignore[arg-type]  # PTB's own annotation is narrower
    application: AnyApplication = builder.build()
    conversation = Conversation(database, wake or asyncio.Event(), Host(currency, time_zone, identify))
    application.add_handler(TypeHandler(Update, conversation.handle))
    return application


class Conversation:
    """Carries one update to the database's thread and its answer back to the chat."""

    def __init__(self, database: Database, wake: asyncio.Event, host: Host) -> None:
        self._database = database
        self._wake = wake
        self._host = host

    async def handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer an update; whatever goes wrong, the person gets a sentence and the log the rest."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            await self._database.write(migrate_receipts, message.chat_id, message.migrate_to_chat_id)
            return
        incoming = read_update(update, context.bot.username)
        if incoming is None:
            return
        reply = await self._answer(incoming)
        try:
            await self._send(update, context, incoming, reply)
        except Forbidden:
            log.info("blocked by the person", chat=incoming.chat_id)
        self._wake.set()

    async def _answer(self, incoming: Incoming) -> Reply | None:
        run = self._database.write if needs_writing(incoming) else self._database.read
        try:
            return await run(answer_incoming, incoming, self._host)
        except SalesbellError as error:
            return show_refusal(error)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("failed to answer", reference=reference)
            return show_failure(reference)

    async def _send(
        self, update: Update, context: ContextTypes.DEFAULT_TYPE, incoming: Incoming, reply: Reply | None
    ) -> None:
        query = update.callback_query
        if query is not None:
            await self._send_to_press(update, context, reply)
        elif reply is not None:
            await self._send_to_message(context, incoming, reply)

    async def _send_to_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE, reply: Reply | None) -> None:
        query = update.callback_query
        if query is None:
            return
        if reply is not None and (reply.edits_pressed or reply.asks) and isinstance(query.message, Message):
            if reply.edits_pressed:
                shown = query.message.chat_id, query.message.message_id
                await _edit(context, *shown, reply)
                if reply.document_id is not None:
                    await self._database.write(keep_receipt_message, reply.document_id, *shown)
            else:
                await _post(context, query.message.chat_id, query.message.message_id, reply)
        try:
            await query.answer(reply.toast if reply else None, show_alert=bool(reply and reply.is_alert))
        except BadRequest as error:
            log.info("too late to answer a press", reason=str(error))

    async def _send_to_message(self, context: ContextTypes.DEFAULT_TYPE, incoming: Incoming, reply: Reply) -> None:
        if reply.document_id is not None and (incoming.is_edit or incoming.replied_text or reply.is_repeat):
            shown = await self._database.read(find_receipt_message, reply.document_id)
            if shown is not None:
                await _edit(context, *shown, reply)
                await _acknowledge(context, incoming)
                return
        sent = await _post(context, incoming.chat_id, incoming.message_id, reply)
        if reply.document_id is not None:
            await self._database.write(keep_receipt_message, reply.document_id, incoming.chat_id, sent.message_id)


def read_update(update: Update, bot_name: str) -> Incoming | None:
    """What an update brings, or None for one that asks nothing of us."""
    query, user, chat = update.callback_query, update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot:
        return None
    visitor = Visitor(user.id, user.full_name)
    is_group = chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
    if chat.type == ChatType.CHANNEL:
        return None
    if query is not None:
        return _read_press(update, visitor, chat, bot_name, is_group=is_group)
    message = update.message or update.edited_message
    if message is None or message.text is None:
        return None
    replied = message.reply_to_message
    by_bot = replied is not None and replied.from_user is not None and replied.from_user.username == bot_name
    return Incoming(
        visitor,
        chat.id,
        message.message_id,
        message.text,
        bot_name,
        is_group,
        is_edit=update.edited_message is not None,
        replied_text=replied.text if replied is not None and by_bot else None,
    )


def _read_press(update: Update, visitor: Visitor, chat: Chat, bot_name: str, *, is_group: bool) -> Incoming | None:
    query = update.callback_query
    if query is None or query.data is None:
        return None
    pressed = query.message if isinstance(query.message, Message) else None
    prompt = pressed.reply_to_message if pressed else None
    return Incoming(
        visitor,
        chat.id,
        prompt.message_id if prompt else 0,
        "",
        bot_name,
        is_group,
        pressed_data=query.data,
        prompt_text=prompt.text if prompt else None,
    )


async def _post(context: ContextTypes.DEFAULT_TYPE, chat_id: int, answered_id: int, reply: Reply) -> Message:
    """Send an answer; in a group, or where it has to be, as a reply to the message it answers (which may be gone)."""
    is_reply = reply.quotes or reply.asks or chat_id < 0
    quoted = ReplyParameters(answered_id, allow_sending_without_reply=True) if is_reply else None
    markup = ForceReply(selective=True) if reply.asks else _make_keyboard(reply.buttons)
    return await context.bot.send_message(
        chat_id,
        reply.text[:LONGEST_TEXT],
        parse_mode=ParseMode.HTML,
        reply_markup=markup,
        link_preview_options=NO_PREVIEW,
        reply_parameters=quoted,
    )


async def _edit(context: ContextTypes.DEFAULT_TYPE, chat_id: int, message_id: int, reply: Reply) -> None:
    """Change a message of ours; one that says so already is as good as changed."""
    try:
        await context.bot.edit_message_text(
            reply.text[:LONGEST_TEXT],
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=_make_keyboard(reply.buttons),
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if UNCHANGED not in str(error).lower():
            raise


async def _acknowledge(context: ContextTypes.DEFAULT_TYPE, incoming: Incoming) -> None:
    """The answer is further up, so the message itself gets a nod; chats that allow no reactions go without."""
    try:
        await context.bot.set_message_reaction(incoming.chat_id, incoming.message_id, "👌")
    except TelegramError as error:
        log.info("no reaction possible", reason=str(error))


def _make_keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in buttons]
    )
