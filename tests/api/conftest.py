"""What the API's tests may ask for. One rule: a real server, a real client, a real database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_api
from core.db import Database
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
