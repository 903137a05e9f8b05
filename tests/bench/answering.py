"""Answers over HTTP by our request class and by python-telegram-bot's own. One rule: the same bot, twice."""

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.request import BaseRequest, HTTPXRequest

from bot.application import AnyApplication, build_application
from bot.request import AiohttpRequest
from bot.sandbox.world import DEFAULT_TOKEN
from core.db import Database
from tests.bench.company import FIRST_TELEGRAM_ID, SALE, open_company
from tests.bench.databases import SQLITE, Databases
from tests.bench.race import Contest, Heat, Side

PEOPLE, POOL_SIZE = 16, 256  # python-telegram-bot's builder has a pool of 256 too
MESSAGES = {"/help": 320, SALE: 320}  # and how many of them make a lap
_numbers = itertools.count(1)


def list_answering(databases: Databases) -> list[Contest]:
    """A command that only reads, and a sale."""
    return [_make_contest(databases, text, count) for text, count in MESSAGES.items()]


def _make_contest(databases: Databases, text: str, count: int) -> Contest:
    @asynccontextmanager
    async def prepare() -> AsyncIterator[Heat]:
        with open_company(databases.make(SQLITE), PEOPLE) as (database, _):
            async with _open_sandbox() as address:
                requests = AiohttpRequest(POOL_SIZE), HTTPXRequest(POOL_SIZE)
                ours, theirs = (_build(database, address, request) for request in requests)
                async with ours, theirs:
                    yield Heat(_write(ours, text), _write(theirs, text), count)

    setting = f"{text.split(maxsplit=1)[0]}, {PEOPLE} people at once"
    aim = 3.0 if text == "/help" else None
    return Contest("answers over HTTP", SQLITE, "the same bot with HTTPXRequest", "answers", setting, aim, prepare)


def _build(database: Database, address: str, request: BaseRequest) -> AnyApplication:
    return build_application(database, DEFAULT_TOKEN, request, AiohttpRequest(), api_url=address, limits_rate=False)


@asynccontextmanager
async def _open_sandbox() -> AsyncIterator[str]:
    """The stand-in for Telegram in a process of its own; its address."""
    arguments = (sys.executable, "-m", "tests.bench.sandbox_process", str(FIRST_TELEGRAM_ID), str(PEOPLE))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.stdin.close()
    await process.wait()


def _write(application: AnyApplication, text: str) -> Side:
    """Everybody writes the text again when it is answered."""

    async def write_one_by_one(user_id: int, count: int) -> None:
        for _ in range(count):
            await application.process_update(Update.de_json(_build_update(user_id, text), application.bot))

    async def write(count: int) -> None:
        people = range(FIRST_TELEGRAM_ID, FIRST_TELEGRAM_ID + PEOPLE)
        await asyncio.gather(*(write_one_by_one(user_id, max(count // PEOPLE, 1)) for user_id in people))

    return write


def _build_update(user_id: int, text: str) -> dict[str, Any]:
    number = next(_numbers)
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    sender = {"id": user_id, "is_bot": False, "first_name": "Somebody"}
    chat = {"id": user_id, "type": "private", "first_name": "Somebody"}
    message = {"message_id": 10**6 + number, "date": 1_700_000_000, "chat": chat, "from": sender, "text": text}
    return {"update_id": number, "message": {**message, "entities": entities}}
