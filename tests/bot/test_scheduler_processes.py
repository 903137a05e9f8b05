"""Several real processes on one database: every digest once, also when one is killed or none was up."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from aiohttp import web
from sqlalchemy import func, select

from bot.delivery import MOST_ON_THEIR_WAY
from bot.sandbox.server import add_bot_api_routes
from bot.sandbox.world import World
from core import clock
from core.db import Database
from core.models.outbox import digests, outbox
from core.reports.subscriptions import subscribe
from tests.shop import TELEGRAM_IDS, open_shop

SIX = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)  # 18:00 in Riyadh
GROUPS = [-4000 - number for number in range(20)]
CHATS = [*GROUPS, *TELEGRAM_IDS.values()]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@dataclass
class Stage:
    """A sandbox over HTTP, a database with subscriptions for 18:00, and the processes started so far."""

    world: World
    api_url: str
    database: Database
    database_url: str
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self, at: datetime, *, api_url: str | None = None, claim_seconds: float = 60) -> int:
        """A process whose clock shows `at` now; its number."""
        ahead = (at - clock.now()).total_seconds()
        arguments = [self.database_url, api_url or self.api_url, self.world.token, str(ahead), str(claim_seconds)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bot.poster", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        self.processes.append(process)
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), PATIENCE_SECONDS) == b"ready\n"
        return len(self.processes) - 1

    async def kill(self, number: int = 0) -> None:
        """kill -9."""
        with contextlib.suppress(ProcessLookupError):
            self.processes[number].send_signal(signal.SIGKILL)
        await self.processes[number].wait()

    def count_posts(self) -> Counter[int]:
        """How many messages each chat got."""
        return Counter({chat_id: len(chat.messages) for chat_id, chat in self.world.chats.items() if chat.messages})

    def count_rows(self, what: str) -> int:
        """How many rows there are of `digests`, or else of the outbox."""
        rows = select(func.count()).select_from(digests if what == "digests" else outbox)
        with self.database.begin_read() as tx:
            return int(tx.execute(rows).scalar_one())

    def count_unsettled(self) -> int:
        """Notices not known to have been delivered."""
        with self.database.begin_read() as tx:
            rows = select(func.count()).select_from(outbox).where(outbox.c.delivered_at.is_(None))
            return int(tx.execute(rows).scalar_one())

    async def wait_until(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_true():  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.02)


@pytest.fixture
async def stage(database: Database, database_url: str) -> AsyncIterator[Stage]:
    world = World()
    with time_machine.travel(SIX - timedelta(hours=2)), database.begin() as tx:
        shop = open_shop(tx)
        for name, user_id in TELEGRAM_IDS.items():
            world.add_person(user_id, name.capitalize(), name)
            subscribe(tx, getattr(shop, name), user_id, is_group=False, cadence="daily", local_minute=1080)
        for group_id in GROUPS:
            world.add_group(group_id, "Team", [TELEGRAM_IDS["alice"]])
            subscribe(tx, shop.alice, group_id, is_group=True, cadence="daily", local_minute=1080)
    app = web.Application()
    add_bot_api_routes(app, world)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made = Stage(world, f"http://127.0.0.1:{port}", database, database_url)
    yield made
    for number in range(len(made.processes)):
        await made.kill(number)
    await runner.cleanup()


@contextlib.asynccontextmanager
async def _open_black_hole() -> AsyncIterator[str]:
    """The address of a Bot API that takes every call and never answers."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_two_processes_post_each_digest_once(stage: Stage) -> None:
    await asyncio.gather(*(stage.start(SIX - timedelta(seconds=8)) for _ in range(2)))
    await stage.wait_until(lambda: len(stage.count_posts()) == len(CHATS))
    await asyncio.sleep(2)

    assert stage.count_posts() == dict.fromkeys(CHATS, 1)
    assert stage.count_rows("digests") == stage.count_rows("outbox") == len(CHATS)


@ON_POSTGRESQL
async def test_what_a_killed_process_had_taken_is_posted_once_by_another(stage: Stage) -> None:
    async with _open_black_hole() as nowhere:
        await stage.start(SIX, api_url=nowhere)
        await stage.wait_until(lambda: stage.count_rows("outbox") == len(CHATS))
        await asyncio.sleep(0.5)
        await stage.kill()
    assert stage.count_posts() == {}

    await asyncio.gather(*(stage.start(SIX + timedelta(seconds=30), claim_seconds=3) for _ in range(2)))
    await stage.wait_until(lambda: len(stage.count_posts()) == len(CHATS))
    await asyncio.sleep(2)

    assert stage.count_posts() == dict.fromkeys(CHATS, 1)


@ON_POSTGRESQL
async def test_killed_at_any_moment_none_is_lost_and_none_repeated_but_what_was_on_its_way(stage: Stage) -> None:
    chance = random.Random(os.environ.get("SALESBELL_TEST_SEED", "5"))
    await asyncio.gather(stage.start(SIX, claim_seconds=3), stage.start(SIX, claim_seconds=3))
    await stage.wait_until(lambda: stage.count_rows("digests") > chance.randrange(len(CHATS)))
    await stage.kill()
    await stage.wait_until(lambda: len(stage.count_posts()) == len(CHATS))
    await asyncio.sleep(5)

    posts = stage.count_posts()
    assert stage.count_rows("outbox") == len(CHATS)
    assert set(posts) == set(CHATS)
    assert sum(posts.values()) - len(CHATS) <= MOST_ON_THEIR_WAY


@ON_POSTGRESQL
async def test_after_downtime_the_latest_comes_once_and_says_it_is_late(stage: Stage) -> None:
    await stage.start(SIX + timedelta(days=3, hours=2))
    await stage.wait_until(lambda: len(stage.count_posts()) == len(CHATS) and not stage.count_unsettled())
    await stage.kill()
    await stage.start(SIX + timedelta(days=3, hours=3))
    await asyncio.sleep(2)

    assert stage.count_posts() == dict.fromkeys(CHATS, 1)
    for chat_id in CHATS:
        (message,) = stage.world.chats[chat_id].messages.values()
        assert "Sat, 18 Jul 2026" in message["text"]
        assert "⏰ Late: was due at 18:00" in message["text"]
