"""`salesbell run` as a process, against Telegram's stand-in over HTTP. One rule: started as a person starts it."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import time_machine

from bot.sandbox import acts
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.world import World
from bot.webhook import PATH, SECRET_HEADER, derive_secret
from core import clock
from core.access import act_as_operator, find_company
from core.db import Database
from core.metrics import Question, ask
from core.migrations import migrate
from core.outbox import has_due_notices
from core.periods import Calendar, parse_period
from core.reports.subscriptions import subscribe
from tests.faults.conftest import empty_postgres_url
from tests.faults.processes import TOKEN, Running, find_free_port, run, serve_telegram, start
from tests.shop import TELEGRAM_IDS, open_shop

__all__ = ["empty_postgres_url"]
ALICE, BOB = 101, 102


@pytest.fixture
def world() -> World:
    world = World(token=TOKEN)
    world.add_person(ALICE, "Alice", "alice")
    world.add_person(BOB, "Bob", "bob")
    return world


@pytest.fixture
async def telegram(world: World) -> AsyncIterator[str]:
    async with serve_telegram(world) as address:
        yield address


def settings(folder: Path, telegram: str | None = None, **more: str) -> dict[str, str]:
    """What a person would configure; with Telegram's address also the token."""
    usual = {"host": "127.0.0.1", "port": "0", "database_url": f"sqlite:///{folder / 'bell.sqlite3'}"}
    return usual | ({"telegram_api_url": telegram, "telegram_token": TOKEN} if telegram else {}) | more


def count_orders(url: str) -> int:
    database = Database(url)
    with database.begin_read() as tx:
        period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
        totals = ask(tx, act_as_operator(find_company(tx, None)), Question(("orders",), period)).totals
    database.close()
    return int(totals["orders"] or 0)


async def read_health(port: int, path: str = "/api/health") -> int:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status


async def become_super_admin(running: Running, world: World) -> Correspondent:
    alice = Correspondent(world, ALICE, patience_seconds=30)
    welcome = await alice.send(f"/start {await running.code()}")
    assert "This installation is yours" in welcome.text
    return alice


async def test_it_polls_and_the_first_with_the_code_is_super_admin(tmp_path: Path, world: World, telegram: str) -> None:
    async with start(tmp_path, "run", **settings(tmp_path, telegram)) as running:
        alice = await become_super_admin(running, world)
        second = await Correspondent(world, BOB, patience_seconds=30).send(f"/start {await running.code()}")
        assert "invitation" in second.text
        assert "yours" not in second.text
        assert "Total: SAR 1,250.00" in (await alice.send("/sale 1250")).text
        assert await read_health(await running.port()) == 200
        assert not world.updates.webhook.url
        assert world.commands, "the menus were published"
        began = time.monotonic()
        assert await running.end(signal.SIGINT) == 0
        assert time.monotonic() - began < 5
    assert not world.updates.pending
    async with start(tmp_path, "run", **settings(tmp_path, telegram)) as again:
        await again.port()
        assert "Today: SAR 1,260.00" in (await alice.send("/sale 10")).text
        assert "super admin yet" not in again.output
        assert await again.end(signal.SIGTERM) == 0


async def test_it_takes_a_webhook_and_only_with_its_secret(tmp_path: Path, world: World, telegram: str) -> None:
    port = find_free_port()
    public = {"port": str(port), "public_url": f"http://127.0.0.1:{port}/"}
    async with start(tmp_path, "run", **settings(tmp_path, telegram, **public)) as running:
        alice = await become_super_admin(running, world)
        assert world.updates.webhook.url == f"http://127.0.0.1:{port}{PATH}"
        assert world.updates.webhook.secret_token == derive_secret(TOKEN)
        assert TOKEN.partition(":")[2] not in world.updates.webhook.secret_token
        assert "Sale recorded" in (await alice.send("/sale 20")).text
        update = acts.send_text(world, ALICE, ALICE, "/sale 30").update
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            for headers in ({}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "ünrecht"}, {SECRET_HEADER: TOKEN}):
                async with session.post(PATH, json=update, headers=headers) as response:
                    assert response.status == 403
            right = {SECRET_HEADER: derive_secret(TOKEN)}
            for body in (b"", b"{", b"[]", b"null", b'{"update_id": "x"}', b"\xff", b'{"update_id": 1, "message": 3}'):
                async with session.post(PATH, data=body, headers=right) as response:
                    assert response.status in (200, 400), body
            async with session.post(PATH, json=update, headers=right) as response:
                assert response.status == 200
        assert await running.end() == 0
    assert count_orders(settings(tmp_path)["database_url"]) == 2


async def test_it_serves_the_api_without_a_token_and_says_so(tmp_path: Path) -> None:
    async with start(tmp_path, "run", **settings(tmp_path, telegram_token="")) as running:
        port = await running.port()
        await running.wait_for("no SALESBELL_TELEGRAM_TOKEN")
        assert await read_health(port) == 200
        assert await read_health(port, "/openapi.json") == 200
        assert await running.end() == 0


async def test_without_a_token_digests_are_posted_and_wait(tmp_path: Path) -> None:
    database = Database(settings(tmp_path)["database_url"])
    migrate(database)
    with time_machine.travel(clock.now() - timedelta(days=2)), database.begin() as tx:
        subscribe(tx, open_shop(tx).alice, TELEGRAM_IDS["alice"], is_group=False, cadence="daily", local_minute=1080)
    async with start(tmp_path, "run", **settings(tmp_path)) as running:
        await running.wait_for("digest posted")
        assert await running.end() == 0
    with database.begin_read() as tx:
        assert has_due_notices(tx)
    database.close()


async def test_it_refuses_a_token_telegram_does_not_know(tmp_path: Path, telegram: str) -> None:
    for token in (f"{TOKEN}x", "ü/../x?y#z not a token"):
        code, said = await run(tmp_path, "run", **settings(tmp_path, telegram, telegram_token=token))
        assert code == 2
        assert "SALESBELL_TELEGRAM_TOKEN" in said
        assert token not in said


async def test_it_waits_for_a_telegram_that_is_away(tmp_path: Path, world: World) -> None:
    port = find_free_port()
    async with start(tmp_path, "run", **settings(tmp_path, f"http://127.0.0.1:{port}")) as running:
        await running.wait_for("cannot reach Telegram")
        assert await read_health(await running.port()) == 200
        async with serve_telegram(world, port):
            alice = await become_super_admin(running, world)
        await running.wait_for("cannot fetch updates")
        async with serve_telegram(world, port):
            assert "Sale recorded" in (await alice.send("/sale 20")).text
            assert await running.end() == 0


async def test_it_names_an_address_telegram_does_not_take(tmp_path: Path, telegram: str) -> None:
    public = settings(tmp_path, telegram, public_url="http://bell.example.com")
    code, said = await run(tmp_path, "run", **public)
    assert code == 2
    assert "SALESBELL_PUBLIC_URL" in said
    assert "menu not taken" not in said, "whatever else was going on has ended"


async def test_two_processes_that_start_at_once_record_each_sale_once(
    tmp_path: Path, world: World, telegram: str, empty_postgres_url: str
) -> None:
    ports = find_free_port(), find_free_port()
    shared = [
        settings(
            tmp_path, telegram, database_url=empty_postgres_url, port=str(port), public_url=f"http://127.0.0.1:{port}"
        )
        for port in ports
    ]
    async with start(tmp_path, "run", **shared[0]) as one, start(tmp_path, "run", **shared[1]) as two:
        assert await one.code() != await two.code()  # each start has its own, and keeps the other's good
        await become_super_admin(one, world)
        right = {SECRET_HEADER: derive_secret(TOKEN)}
        async with aiohttp.ClientSession(headers=right) as session:

            async def bring(port: int, update: object) -> int:
                async with session.post(f"http://127.0.0.1:{port}{PATH}", json=update) as response:
                    return response.status

            updates = [acts.send_text(world, ALICE, ALICE, f"/sale SAR {number}").update for number in range(1, 21)]
            statuses = await asyncio.gather(*(bring(port, update) for update in updates for port in ports))
        assert set(statuses) == {200}
        assert await one.end() == await two.end() == 0
    assert count_orders(empty_postgres_url) == 20
    receipts = [answer for answer in Correspondent(world, ALICE).received if "Sale recorded" in answer.text]
    assert len(receipts) >= 20
