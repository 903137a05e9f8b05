"""Sales by chat beside the bot one would write by hand. One rule: the same messages, people and wire for both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.application import AnyApplication, build_application
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import World
from core.db import Database
from tests.bench.bare_bot import build_bare_application, open_store
from tests.bench.company import FIRST_TELEGRAM_ID, SALE, open_company
from tests.bench.databases import SQLITE, Databases
from tests.bench.race import Contest, Heat, Side

PEOPLE = 16
SALES_A_LAP = 960


def list_selling(databases: Databases) -> list[Contest]:
    """On each database: everybody at once, and one person after the other."""
    return [
        _make_contest(databases, kind, people, setting)
        for kind in databases.kinds
        for people, setting in ((PEOPLE, f"{PEOPLE} people at once"), (1, "one after the other"))
    ]


def _make_contest(databases: Databases, kind: str, people: int, setting: str) -> Contest:
    driver = "aiosqlite" if kind == SQLITE else "asyncpg"
    aim = 0.5 if people > 1 else None

    @asynccontextmanager
    async def prepare() -> AsyncIterator[Heat]:
        with open_company(databases.make(kind), PEOPLE) as (database, _):
            async with open_store(kind, databases.make(kind)) as store:
                ours, theirs = _populate(), _populate()
                async with _build_ours(database, ours) as our_bot, build_bare_application(theirs, store) as bare_bot:
                    count = SALES_A_LAP if people > 1 else SALES_A_LAP // 4
                    yield Heat(_sell(ours, our_bot, people), _sell(theirs, bare_bot, people), count)

    return Contest("sale by chat", kind, f"bare bot, {driver}", "sales", setting, aim, prepare)


def _populate() -> World:
    world = World()
    for number in range(PEOPLE):
        world.add_person(FIRST_TELEGRAM_ID + number, f"Person {number}", f"person{number}")
    return world


def _build_ours(database: Database, world: World) -> AnyApplication:
    wire = SandboxRequest(world)
    return build_application(
        database, world.token, wire, SandboxRequest(world), api_url="http://sandbox", limits_rate=False
    )


def _sell(world: World, application: AnyApplication, people: int) -> Side:
    """So many people, each of whom writes the next sale when the last one is answered."""
    writers = [Correspondent(world, FIRST_TELEGRAM_ID + number, application) for number in range(people)]

    async def sell_one_by_one(writer: Correspondent, count: int) -> None:
        for _ in range(count):
            answers = await writer.send(SALE)
            assert "49.98" in answers.text, answers.text

    async def sell(count: int) -> None:
        await asyncio.gather(*(sell_one_by_one(writer, max(count // people, 1)) for writer in writers))

    return sell
