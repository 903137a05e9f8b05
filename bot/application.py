"""The python-telegram-bot application. One rule: it carries messages to and fro and decides nothing."""

import asyncio
import logging
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.engine import Connection
from telegram import InlineQuery, Update
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder, BaseUpdateProcessor, ContextTypes, TypeHandler
from telegram.request import BaseRequest

from bot.allowances import Allowance
from bot.conversation import Host, Identify, Incoming, answer_incoming, needs_writing, offer_products
from bot.document_messages import DocumentMessages
from bot.incoming import is_file, read_update
from bot.menus import publish_menu_of
from bot.offering import offer_found
from bot.outgoing import Outgoing
from bot.sending import Draws, Sender
from bot.turn import CALLBACK_SEPARATOR, Photograph, Reply
from bot.views.refusals import show_failure, show_refusal
from core.db import Database
from core.errors import SalesbellError, Unavailable
from core.people.accounts import find_account_viewer
from core.sales.receipts import DocumentMessage, keep_messages

if TYPE_CHECKING:
    from bot.importing import Importing

os.environ.setdefault("PTB_TIMEDELTA", "true")  # durations as timedelta, as the next python-telegram-bot has them
log = structlog.get_logger()
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
OUTGOING = "outgoing"  # in the application's own notes: the answers on their way
IMPORTING = "importing"  # also there: a function that gives the `Importing`
FILE_BUTTONS = tuple(f"{name}{CALLBACK_SEPARATOR}" for name in ("file", "takeback"))
PARTING_SECONDS = 3.0
MOST_REMEMBERED = 2_000  # messages, for the minutes in which a link gets its preview or somebody reacts
# Told to wait, it says so with a traceback, and then waits; we do the same quietly (bot.obstacles).
logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)


class ChatOrder(BaseUpdateProcessor):
    """Chats side by side, the messages of one chat in the order they came; `finish` ends what they left to do."""

    def __init__(self, finish: Callable[[], Awaitable[None]], most_at_once: int = 256) -> None:
        super().__init__(most_at_once)
        self._finish = finish
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._present: Counter[int] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier updates."""
        key = _find_chat_id(update)
        self._present[key] += 1
        try:
            async with self._locks[key]:
                await coroutine
        finally:
            self._present[key] -= 1
            if not self._present[key]:
                del self._present[key], self._locks[key]
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # one that was cancelled before its turn was never begun

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """End what the updates left to do."""
        await self._finish()


def _find_chat_id(update: object) -> int:
    """The chat an update is of; 0 for one of none, or of one that has no number."""
    chat: Any = update.effective_chat if isinstance(update, Update) else None
    return chat.id if isinstance(getattr(chat, "id", None), int) else 0


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
    renderer: Draws | None = None,
    allowance: Allowance | None = None,
) -> AnyApplication:
    """The application that answers chats from `database`. `wake` is set after what may have left notices to send.

    `currency` and `time_zone` are those of a company made by the set-up code; `identify` tells who a Telegram user is.
    `renderer` draws the pictures and stays the caller's to close; without one there are words only.
    `allowance` limits what a person may send.
    """
    messages = DocumentMessages(database)
    builder = ApplicationBuilder().token(token).request(request).get_updates_request(updates_request)
    builder = builder.base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    builder = builder.concurrent_updates(ChatOrder(messages.finish))
    builder = builder.updater(None).job_queue(None)  # type: ignore[arg-type]  # the clock is bot.scheduler's
    if limits_rate:
        builder = builder.rate_limiter(AIORateLimiter())  # type: ignore[arg-type]  # PTB's own annotation is narrower
    application: AnyApplication = builder.build()
    sender = Sender(database, application.bot, messages, renderer)
    application.bot_data[OUTGOING] = sender.outgoing
    host = Host(currency, time_zone, identify)
    conversation = Conversation(database, sender, messages, wake or asyncio.Event(), host, allowance or Allowance(0))
    application.add_handler(TypeHandler(Update, conversation.handle))
    application.add_error_handler(log_failure)
    _attach_importing(application, database, identify)
    return application


async def log_failure(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """An update that could not be answered is logged whole; whoever sent it, the next is answered."""
    told = update.to_dict() if isinstance(update, Update) else repr(update)
    log.error("update failed", update=told, exc_info=context.error)


def _attach_importing(application: AnyApplication, database: Database, identify: Identify) -> None:
    """Hear of files, and of presses about them after the conversation has answered; the first loads what it takes."""

    @cache
    def open_importing() -> "Importing":
        from bot.importing import Importing

        return Importing(database, application.bot, application.bot_data[OUTGOING], identify)

    async def hear(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if _brings_file(update):
            await open_importing().hear(update)

    application.add_handler(TypeHandler(Update, hear), group=1)
    application.bot_data[IMPORTING] = open_importing


def _brings_file(update: Update) -> bool:
    """Whether a file was sent, or the button of one pressed."""
    query, message = update.callback_query, update.message
    if query is not None:
        return (query.data or "").startswith(FILE_BUTTONS)
    return message is not None and is_file(message)


async def part(application: AnyApplication) -> None:
    """Let imports end at their next step and answers on their way arrive, for a moment; close what is open."""
    await application.bot_data[IMPORTING]().stop()
    outgoing: Outgoing = application.bot_data[OUTGOING]
    await outgoing.finish(PARTING_SECONDS)
    await application.shutdown()


class Conversation:
    """Carries one update to the database's thread and its answer back to the chat."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        messages: DocumentMessages,
        wake: asyncio.Event,
        host: Host,
        allowance: Allowance,
    ) -> None:
        self._database = database
        self._sender = sender
        self._messages = messages
        self._wake = wake
        self._host = host
        self._allowance = allowance
        self._read: dict[tuple[int, int], tuple[str, str]] = {}
        self._albums: dict[tuple[int, str], tuple[Photograph, ...]] = {}

    async def handle(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer an update; whatever goes wrong, the person gets a sentence and the log the rest."""
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            from bot.delivery import follow_chat

            await self._database.write(follow_chat, message.chat_id, message.migrate_to_chat_id)
            return
        if update.inline_query is not None:
            await self._offer(update.inline_query)
            return
        incoming = read_update(update, context.bot)
        if incoming is None:
            return
        incoming = self._join_album(incoming)
        reply = await self._answer(incoming)
        self._wake.set()
        await self._sender.answer(update.callback_query, incoming, reply)
        if reply is not None and reply.menu_role is not None:
            telegram_id = reply.menu_of or incoming.visitor.telegram_id
            await publish_menu_of(context.bot, telegram_id, reply.menu_role)

    async def _offer(self, query: InlineQuery) -> None:
        """Offer products to somebody who searches; what cannot be found just now is nothing."""
        try:
            found = await self._database.read(offer_products, query.from_user.id, query.query, self._host)
        except Exception:
            log.exception("failed to search")
            found = ()
        await offer_found(query, found)

    async def _answer(self, incoming: Incoming) -> Reply | None:
        if incoming.is_edit and self._read.get(incoming.message_name) == incoming.said:
            return None
        try:
            self._allowance.require_room(incoming.visitor.telegram_id)
            reply = await self._run(incoming)
            self._remember(incoming)
            return reply
        except SalesbellError as error:
            if not isinstance(error, Unavailable):
                self._remember(incoming)
            return _name_people(show_refusal(error), incoming)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("failed to answer", reference=reference)
            return show_failure(reference)

    def _join_album(self, incoming: Incoming) -> Incoming:
        """With the pictures of its album that came before the words; one without words waits for those to come."""
        if not incoming.album:
            return incoming
        key = incoming.chat_id, incoming.album
        earlier = self._albums.get(key, ())
        if incoming.photograph is not None and not (incoming.text or incoming.is_edit or incoming.pressed_data):
            self._albums[key] = (*earlier, incoming.photograph)
            if len(self._albums) > MOST_REMEMBERED:
                del self._albums[next(iter(self._albums))]
        return replace(incoming, earlier=earlier)

    def _remember(self, incoming: Incoming) -> None:
        """What a message said last: the same again, as an edit, asks nothing, also where nothing came of it."""
        if incoming.pressed_data is None:
            self._read[incoming.message_name] = incoming.said
            if len(self._read) > MOST_REMEMBERED:
                del self._read[next(iter(self._read))]

    async def _run(self, incoming: Incoming) -> Reply | None:
        """Find the answer, once it is kept what the messages are about that the bot has sent to the chat."""
        if not needs_writing(incoming):
            if incoming.replied_id is not None:
                await self._messages.flush()
            return await self._database.read(answer_incoming, incoming, self._host)
        async with self._messages.taking(incoming.chat_id) as sent:
            return await self._database.write(_keep_and_answer, sent, incoming, self._host)


def _name_people(reply: Reply, incoming: Incoming) -> Reply:
    """Whom a message named by touching is called so again where the answer repeats it."""
    text, toast = reply.text, reply.toast
    for mark, name in incoming.names.items():
        text, toast = text.replace(mark, escape(name)), toast and toast.replace(mark, name)
    return replace(reply, text=text, toast=toast)


def _keep_and_answer(tx: Connection, sent: Sequence[DocumentMessage], incoming: Incoming, host: Host) -> Reply | None:
    keep_messages(tx, sent)
    return answer_incoming(tx, incoming, host)
