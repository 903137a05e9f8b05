"""Sending what the outbox holds. One rule: a notice is claimed, sent, then settled; nothing is sent in a transaction.

Two processes never send the same notice at the same time. One that dies between Telegram's answer and settling leaves
a notice that is sent again once its claim has run out: Telegram offers nothing to tell a repetition by. So only a few
are on their way at a time.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from telegram import Bot, LinkPreviewOptions
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.document_messages import describe_message
from bot.keyboards import make_keyboard
from bot.obstacles import find_obstacle
from bot.turn import Reply
from bot.views.digest import show_digest
from bot.views.fitting import clip_html
from bot.views.notices import show_goals_met, show_low_stock, show_share_asked, show_undelivered
from bot.views.numbers import Style, writing_as
from core import clock
from core.db import Database
from core.errors import SalesbellError
from core.outbox import (
    CLAIM_LASTS,
    Notice,
    claim_notices,
    delay_notice,
    drop_notice,
    find_chats_of,
    has_due_notices,
    post_notices,
    postpone_notice,
    readdress_notices,
    settle_notice,
)
from core.people.writing import read_writing_of_chats
from core.reports.digest import read_digest
from core.reports.posting import DIGEST, settle_digest, tell_failing
from core.reports.subscriptions import migrate_chat
from core.sales.receipts import DocumentMessage, keep_messages

log = structlog.get_logger()

# The event of a notice, and how its content reads at the moment it is sent.
VIEWS: dict[str, Callable[[dict[str, Any], datetime], Reply]] = {
    "goals_met": lambda content, _now: Reply(show_goals_met(content)),
    "goal_met": lambda content, _now: Reply(show_goals_met({"goals": [content]})),  # of before there were several
    "digest": lambda content, now: Reply(show_digest(read_digest(content), now)),
    "share_asked": lambda content, _now: show_share_asked(content),
    "low_stock": lambda content, _now: Reply(show_low_stock(content)),
    "undelivered": lambda content, _now: Reply(show_undelivered(content)),
}
Styles = dict[tuple[int, int], tuple[str, str]]  # of every company and chat, the locale and number format
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
REST_SECONDS = 0.25  # between two rounds: a busy chat wakes it with every message
# Nobody waits for the answer, and a time-out leaves open whether the message arrived: better to be patient.
READ_TIMEOUT_SECONDS = 60.0
# All that was claimed in a round is sent or put back before anybody else may claim it.
ROUND_SECONDS = CLAIM_LASTS.total_seconds() * 0.8
PARTING_SECONDS = 5.0
MOST_ON_THEIR_WAY = 4  # as many as Telegram's 30 a second need
SETTLING_PAUSES_SECONDS = (0.2, 1.0, 3.0, 9.0)


async def deliver_forever(database: Database, bot: Bot | None, wake: asyncio.Event) -> None:
    """Send what is due, now and whenever `wake` is set, until cancelled. Without a bot: only say so."""
    if bot is None:
        log.warning("no Telegram token: notices and digests wait in the outbox")
        await asyncio.Event().wait()
        return
    while True:
        wake.clear()
        try:
            while await _run_round(database, bot):
                pass
        except SalesbellError as error:
            log.warning("cannot look for notices", reason=error.message)
        except Exception:
            log.exception("failed to deliver")
        await asyncio.sleep(REST_SECONDS)
        await wake.wait()


async def _run_round(database: Database, bot: Bot) -> int:
    """One round; when cancelled, what is on its way is given time to arrive and be settled."""
    running = asyncio.create_task(deliver_due(database, bot))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running], timeout=PARTING_SECONDS)
        running.cancel()
        raise


async def deliver_due(database: Database, bot: Bot) -> int:
    """Claim some notices and send them: chats side by side, each chat's in order. How many were claimed."""
    if not await database.read(has_due_notices):
        return 0
    notices = await database.write(claim_notices)
    chats = {(notice.company_id, notice.chat_id) for notice in notices}
    styles = await database.read(read_writing_of_chats, chats)
    by_chat: defaultdict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_chat[notice.chat_id].append(notice)
    deadline = asyncio.get_running_loop().time() + ROUND_SECONDS
    gate = asyncio.Semaphore(MOST_ON_THEIR_WAY)
    await asyncio.gather(*(_deliver_in_order(database, bot, chat, styles, gate, deadline) for chat in by_chat.values()))
    return len(notices)


async def _deliver_in_order(
    database: Database, bot: Bot, notices: list[Notice], styles: Styles, gate: asyncio.Semaphore, deadline: float
) -> None:
    for notice in notices:
        async with gate:
            try:
                async with asyncio.timeout_at(deadline):
                    about = await _send(bot, notice, Style(*styles[notice.company_id, notice.chat_id]))
            except Exception as error:
                await database.write(_settle_failure, notice, error)
            else:
                await _settle(database, notice, about)


async def _send(bot: Bot, notice: Notice, style: Style) -> DocumentMessage | None:
    """Send it; what the message is about."""
    with writing_as(style):
        shown = VIEWS[notice.event](notice.content, clock.now())
    sent = await bot.send_message(
        notice.chat_id,
        clip_html(shown.text, MessageLimit.MAX_TEXT_LENGTH),
        parse_mode=ParseMode.HTML,
        reply_markup=make_keyboard(shown.buttons),
        link_preview_options=NO_PREVIEW,
        message_thread_id=notice.topic_id,
        read_timeout=READ_TIMEOUT_SECONDS,
    )
    by_bot = sent.from_user  # the bot itself may not have heard yet who it is
    return describe_message(shown, by_bot.id, sent) if by_bot is not None else None


async def _settle(database: Database, notice: Notice, about: DocumentMessage | None) -> None:
    """Write down that it was sent, stubbornly: it would be sent again otherwise."""
    for pause_seconds in SETTLING_PAUSES_SECONDS:
        with contextlib.suppress(SalesbellError):
            await database.write(_settle_success, notice, about)
            return
        await asyncio.sleep(pause_seconds)
    await database.write(_settle_success, notice, about)


def _settle_success(tx: Connection, notice: Notice, about: DocumentMessage | None) -> None:
    settle_notice(tx, notice.id)
    if notice.event == DIGEST and notice.subject is not None:
        settle_digest(tx, notice.subject)
    if about is not None:
        keep_messages(tx, [about])


def _settle_failure(tx: Connection, notice: Notice, error: Exception) -> None:
    """What becomes of a notice that could not be sent, by what Telegram said."""
    reason = f"{type(error).__name__}: {error}"
    about = {"notice": notice.event, "chat": notice.chat_id, "reason": reason}
    match error:
        case RetryAfter():
            delay_notice(tx, notice, reason, _read_wait(error))
        case ChatMigrated():
            follow_chat(tx, notice.chat_id, error.new_chat_id)
            delay_notice(tx, notice, reason, timedelta())
        case Forbidden() | BadRequest():  # blocked, removed, no such chat: it will not be otherwise the next time
            log.info("notice dropped", **about)
            if drop_notice(tx, notice.id, reason):
                _tell_undelivered(tx, notice, find_obstacle(error))
        case TelegramError() | TimeoutError():
            log.warning("notice postponed", **about)
            _postpone(tx, notice, reason)
        case _:  # ours: a newer version may know how to show it
            log.error("notice cannot be shown", exc_info=error, **about)
            _postpone(tx, notice, reason)


def _tell_undelivered(tx: Connection, notice: Notice, obstacle: str | None) -> None:
    """Whoever ordered it hears once, in private, that it cannot arrive; not where that is the chat in question."""
    if notice.ordered_by is None:
        return
    content: dict[str, Any] | None = notice.content
    if notice.event == DIGEST and notice.subject is not None:
        content = tell_failing(tx, notice.subject)
    chats = [one for one in find_chats_of(tx, notice.company_id, notice.ordered_by) if one != notice.chat_id]
    if content is not None:
        told = {"of": notice.event, "obstacle": obstacle, "about": content}
        post_notices(tx, notice.company_id, "undelivered", chats, told)


def _postpone(tx: Connection, notice: Notice, reason: str) -> None:
    if not postpone_notice(tx, notice, reason):
        log.error("notice given up", notice=notice.event, chat=notice.chat_id, attempts=notice.attempts)


def _read_wait(error: RetryAfter) -> timedelta:
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def follow_chat(tx: Connection, old_chat_id: int, new_chat_id: int) -> None:
    """A group became a supergroup and has another number: digests and waiting notices go along.

    Its messages do not: what was said before cannot be changed any more, and message numbers begin anew.
    """
    migrate_chat(tx, old_chat_id, new_chat_id)
    readdress_notices(tx, old_chat_id, new_chat_id)
