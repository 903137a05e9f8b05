"""A database that keeps its connections and says nothing. One rule: everybody is answered, and it goes on by itself."""

import asyncio
import os
import signal
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from core.db import ANSWER_SECONDS, Database
from core.migrations import migrate
from tests.api.house import build_house
from tests.attacks.test_processes import ask, become_ready, settings
from tests.faults.conftest import empty_postgres_url
from tests.faults.processes import start

__all__ = ["empty_postgres_url"]


def find_backends(url: str) -> list[int]:
    """The processes of the server that serve a database."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )
        return [row.pid for row in found]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may stop another user's process")
async def test_a_stopped_database_is_told_and_waited_out(tmp_path: Path, empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    migrate(database)
    with database.begin() as tx:
        key = build_house(tx).keys["bob"]
    database.close()
    address = settings(tmp_path, database_url=empty_postgres_url)
    async with start(tmp_path, "run", **address) as running, aiohttp.ClientSession() as session:
        port = await running.port()

        async def sell(name: str) -> int:
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": name}
            body = {"sku": "SOL-3077", "quantity": 1}
            async with session.post(f"http://127.0.0.1:{port}/api/sales", json=body, headers=headers) as response:
                return response.status

        assert await sell("first") == 201
        assert await ask(port, "/api/ready") == 200
        stopped = find_backends(empty_postgres_url)
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        try:
            await asyncio.sleep(1.1)
            async with asyncio.timeout(ANSWER_SECONDS + 5):
                assert await asyncio.gather(ask(port, "/api/ready"), ask(port), sell("second")) == [503, 200, 503]
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)
        await become_ready(port, 20)
        assert await sell("second") == 201
        assert await sell("second") == 201
        assert await running.end() == 0


async def test_every_request_in_flight_is_answered_when_it_stops(tmp_path: Path, empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    migrate(database)
    with database.begin() as tx:
        key = build_house(tx).keys["bob"]
    address = settings(tmp_path, database_url=empty_postgres_url, connections_per_address="500")
    answered, broken = set(), 0
    async with start(tmp_path, "run", **address) as running:
        port = await running.port()
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, headers={"Authorization": f"Bearer {key}"}) as session:

            async def sell(number: int) -> None:
                nonlocal broken
                body = {"sku": "SOL-3077", "quantity": 1}
                headers = {"Idempotency-Key": f"n{number}"}
                try:
                    async with session.post(
                        f"http://127.0.0.1:{port}/api/sales", json=body, headers=headers
                    ) as response:
                        if response.status == 201:
                            answered.add((await response.json())["data"]["id"])
                except aiohttp.ClientError:
                    broken += 1

            selling = [asyncio.create_task(sell(number)) for number in range(250)]
            await asyncio.sleep(0.3)
            running.process.send_signal(signal.SIGTERM)
            await asyncio.gather(*selling)
        assert await running.end(None, 15) == 0
    with database.begin_read() as tx:
        recorded = set(tx.execute(text("SELECT id FROM documents")).scalars())
    database.close()
    assert recorded == answered, (len(recorded), len(answered), broken)
