"""Fetching updates. One rule: an update is confirmed to Telegram only after it was answered, so a crash loses none.

One that cannot be read is confirmed too: anybody can send the bot anything, and it must not hold up what others say.
"""

import asyncio
import warnings
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any

import structlog
from telegram import Update
from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.application import AnyApplication

log = structlog.get_logger()
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "inline_query"]
WAIT_SECONDS = 25
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
_skipped = count(1)
# Bot.get_updates reads all of them or none.
warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates' instead")


async def take_update(application: AnyApplication, raw: object) -> None:
    """Answer one update as Telegram wrote it, in the order of its chat; one that cannot be is logged and skipped."""
    try:
        update = _read(application, raw)
    except Exception as error:
        skipped, reason = next(_skipped), f"{type(error).__name__}: {error}"
        log.error("update skipped", number=_read_number(raw), reason=reason, skipped_so_far=skipped, update=raw)
        return
    try:
        await application.update_processor.process_update(update, application.process_update(update))
    except Exception:
        log.exception("update failed", number=_read_number(raw), update=raw)


def _read(application: AnyApplication, raw: object) -> Update:
    if not isinstance(raw, Mapping):
        raise TypeError("an update is an object")
    return Update.de_json(dict(raw), application.bot)


def _read_number(raw: object) -> int | None:
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) else None


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
            updates = await _fetch(application, offset)
        except (InvalidToken, EndPointNotFound) as error:
            raise InvalidToken from error
        except TelegramError as error:
            pause_seconds = _choose_pause(error, pause_seconds)
            log.warning("cannot fetch updates", reason=type(error).__name__, again_in_seconds=pause_seconds)
            await asyncio.sleep(pause_seconds)
            continue
        pause_seconds = FIRST_PAUSE_SECONDS
        await asyncio.gather(*(take_update(application, raw) for raw in updates))
        numbers = [number for raw in updates if (number := _read_number(raw)) is not None]
        offset = max(numbers, default=(offset or 0) - 1) + 1 if updates else offset


async def _fetch(application: AnyApplication, offset: int | None) -> list[object]:
    """The updates from a number on, as Telegram wrote them."""
    asked = {"timeout": WAIT_SECONDS, "allowed_updates": ALLOWED_UPDATES} | ({"offset": offset} if offset else {})
    found = await application.bot.do_api_request("getUpdates", api_kwargs=asked, read_timeout=WAIT_SECONDS + 10)
    return list(found)


def _choose_pause(error: TelegramError, last_seconds: float) -> float:
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return float(wait if isinstance(wait, int | float) else wait.total_seconds())
    if isinstance(error, Conflict):
        return 5.0
    return min(last_seconds * 2, LONGEST_PAUSE_SECONDS)
