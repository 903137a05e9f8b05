"""Fetching updates. One rule: an update is confirmed to Telegram only after it was answered, so a crash loses none."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.application import AnyApplication

log = structlog.get_logger()
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query"]
WAIT_SECONDS = 25
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


async def process_update(application: AnyApplication, update: Update) -> None:
    """Answer one update, in the order of its chat."""
    await application.update_processor.process_update(update, application.process_update(update))


async def reach_telegram(call: Callable[[], Awaitable[Any]]) -> None:
    """Make a call until Telegram has heard it. Raises InvalidToken and BadRequest; everything else is waited out."""
    pause_seconds = FIRST_PAUSE_SECONDS
    while True:
        try:
            await call()
        except (InvalidToken, BadRequest):
            raise
        except TelegramError as error:
            log.warning("cannot reach Telegram", reason=type(error).__name__, again_in_seconds=pause_seconds)
            await asyncio.sleep(pause_seconds)
            pause_seconds = _choose_pause(error, pause_seconds)
        else:
            return


async def poll_forever(application: AnyApplication) -> None:
    """Fetch and answer updates until cancelled. Raises InvalidToken; everything else is waited out.

    Where another process polls with the same token (Conflict), this one stands by to take over.
    """
    offset: int | None = None
    pause_seconds = FIRST_PAUSE_SECONDS
    await reach_telegram(application.bot.delete_webhook)
    while True:
        try:
            updates = await application.bot.get_updates(
                offset, timeout=WAIT_SECONDS, allowed_updates=ALLOWED_UPDATES, read_timeout=WAIT_SECONDS + 10
            )
        except InvalidToken:
            raise
        except TelegramError as error:
            pause_seconds = _choose_pause(error, pause_seconds)
            log.warning("cannot fetch updates", reason=type(error).__name__, again_in_seconds=pause_seconds)
            await asyncio.sleep(pause_seconds)
            continue
        pause_seconds = FIRST_PAUSE_SECONDS
        await asyncio.gather(*(process_update(application, update) for update in updates))
        if updates:
            offset = updates[-1].update_id + 1


def _choose_pause(error: TelegramError, last_seconds: float) -> float:
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return float(wait if isinstance(wait, int | float) else wait.total_seconds())
    if isinstance(error, Conflict):
        return 5.0
    return min(last_seconds * 2, LONGEST_PAUSE_SECONDS)
