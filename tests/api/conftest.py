"""What the API's tests may ask for. One rule: a real server, a real client, a real database."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_api
from core.db import Database
from core.migrations import migrate
from tests.api.house import Caller, House, build_house


@pytest.fixture
def house(database: Database) -> House:
    """The company, on each kind of database."""
    with database.begin() as tx:
        return build_house(tx)


@pytest.fixture
async def client(database: Database, house: House) -> AsyncIterator[TestClient[Any, Any]]:
    """A client of a server of the API."""
    async with TestClient(TestServer(create_api(database))) as client:
        yield client


@pytest.fixture
def alice(client: TestClient[Any, Any], house: House) -> Caller:
    """The manager of the Riyadh branch."""
    return Caller(client, house.keys["alice"])


@pytest.fixture
def bob(client: TestClient[Any, Any], house: House) -> Caller:
    """An employee of Alice's branch."""
    return Caller(client, house.keys["bob"])


@pytest.fixture
def charlie(client: TestClient[Any, Any], house: House) -> Caller:
    """An employee of another branch, who must see nothing of theirs."""
    return Caller(client, house.keys["charlie"])


@pytest.fixture
def sam(client: TestClient[Any, Any], house: House) -> Caller:
    """The super admin."""
    return Caller(client, house.keys["sam"])


@pytest.fixture
def stranger(client: TestClient[Any, Any]) -> Caller:
    """Nobody in particular."""
    return Caller(client, None)


@pytest.fixture(scope="module")
def running_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """A server in a thread of its own, for clients that are programs themselves."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('api')}/api.sqlite3")
    migrate(database)
    with database.begin() as tx:
        house = build_house(tx)
    loop, address, stop = asyncio.new_event_loop(), [], asyncio.Event()

    async def serve() -> None:
        runner = web.AppRunner(create_api(database))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address.append(runner.addresses[0][1])
        started.set()
        await stop.wait()
        await runner.cleanup()

    started = threading.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(10)
    yield f"http://127.0.0.1:{address[0]}", house
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()
    database.close()
