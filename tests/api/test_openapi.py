"""The document against the server. One rule: what it promises is kept, by examples and by thousands of odd requests."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from pydantic import TypeAdapter

from api.app import create_api
from api.openapi import build_document
from api.routes import TABLES
from api.routing import Route
from core.db import Database
from core.migrations import migrate
from tests.api.house import Caller, House, build_house

ROUTES = [route for table in TABLES for route in table]
EXAMPLES_OF_EACH = 25


def test_it_is_valid_openapi_3_1() -> None:
    document = build_document(TABLES)
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()


def test_it_describes_every_route_once() -> None:
    document = build_document(TABLES)
    described = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(described) == {(route.method, route.path) for route in ROUTES}
    names = [operation["operationId"] for operation in described.values()]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in described.values())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_it_answers_every_declared_example_as_declared(route: Route, alice: Caller, sam: Caller) -> None:
    """Number 1 of everything is there, Sam is asked to share in the sale, and a month is closed."""
    shares = [{"person": "@sam", "percentage": 30}]
    number = (await alice.sell(sku="SOL-3077", quantity=1, platform="Etsy", shares=shares))["id"]
    for path, body in (("/api/products/1/variants", {"name": "Red"}), ("/api/categories", {"name": "Lamps"})):
        assert (await alice.call("POST", path, json=body)).status == 201
    assert (await sam.call("POST", "/api/months/2023-12/close")).status == 200
    options: dict[str, Any] = {"params": dict(route.example.query)}
    if route.example.body is not None:
        options["json"] = route.example.body
    answer = await sam.call(route.method, route.path.format(**{"id": number, **route.example.path}), **options)
    assert answer.status == route.status, await answer.text()
    if route.media:
        assert answer.content_type in route.media
    else:
        TypeAdapter(route.answer).validate_json(await answer.read())


@pytest.fixture(scope="module")
def running_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, House]]:
    """A server in a thread of its own, as schemathesis is not asynchronous."""
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


@pytest.mark.parametrize("handle", ["alice", "bob"])
def test_it_keeps_its_promises_whatever_is_asked(running_api: tuple[str, House], handle: str, tmp_path: Path) -> None:
    address, house = running_api
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--checks", "all"]
    command += ["--header", f"Authorization: Bearer {house.keys[handle]}", "--seed", "20250701", "--no-color"]
    command += ["--max-examples", str(EXAMPLES_OF_EACH), "--generation-database", "none"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
    assert f"Tested: {len(ROUTES)}" in found.stdout
