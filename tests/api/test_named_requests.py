"""Writes that are given a name, and reads that are marked. One rule: the same again does nothing, and says the same."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from api.routes import TABLES
from api.routing import Route
from core.db import Database
from core.models.requests import requests
from core.models.sales import documents
from core.people.requests import KEPT, sweep_requests
from tests.api.house import Caller, House

ROUTES = [route for table in TABLES for route in table]
# Whose sending again is a matter of its own: a key that revokes itself is unknown after that.
WRITES = [route for route in ROUTES if route.is_write and route.path not in ("/api/sales", "/api/keys/{id}")]
# A key tells when it was used last, which each time is another.
READS = [route for route in ROUTES if not route.is_write and not route.media and route.path != "/api/keys"]


async def make_ready(alice: Caller, sam: Caller) -> int:
    """A sale that Sam is asked to share in; product, variant and category number 1; a closed month."""
    shares = [{"person": "@sam", "percentage": 30}]
    sale = await alice.sell(sku="SOL-3077", quantity=2, shares=shares)
    for path, body in (("/api/products/1/variants", {"name": "Red"}), ("/api/categories", {"name": "Lamps"})):
        assert (await alice.call("POST", path, json=body)).status == 201
    assert (await sam.call("POST", "/api/months/2023-12/close")).status == 200
    return int(sale["id"])


def address(route: Route, number: int) -> str:
    return route.path.format(**{"id": number, **route.example.path})


@pytest.mark.parametrize("route", WRITES, ids=lambda route: route.name)
async def test_every_write_may_be_sent_again(route: Route, alice: Caller, sam: Caller) -> None:
    path, headers = address(route, await make_ready(alice, sam)), {"Idempotency-Key": "again"}
    options: dict[str, Any] = {"headers": headers, "params": dict(route.example.query)}
    options |= {"json": route.example.body} if route.example.body is not None else {}
    first = await sam.call(route.method, path, **options)
    assert first.status == route.status, await first.text()
    assert "Idempotent-Replay" not in first.headers
    again = await sam.call(route.method, path, **options)
    assert (again.status, await again.read()) == (first.status, await first.read())
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.headers.get("Location") == first.headers.get("Location")
    other = await sam.call("POST", "/api/sales", headers=headers, json={"quantity": 1, "unit_price": 1})
    assert other.status == 409
    assert (await other.json(content_type=None))["field"] == "Idempotency-Key"
    await alice.sell("again", quantity=1, unit_price=1)  # a name is one's own


@pytest.mark.parametrize("route", READS, ids=lambda route: route.name)
async def test_every_read_is_marked(route: Route, alice: Caller, sam: Caller) -> None:
    path, params = address(route, await make_ready(alice, sam)), dict(route.example.query)
    first = await sam.call("GET", path, params=params)
    assert first.status == 200, await first.text()
    again = await sam.call("GET", path, params=params, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_write_that_failed_may_be_tried_again(bob: Caller) -> None:
    options: dict[str, Any] = {"headers": {"Idempotency-Key": "k"}}
    await bob.refused(409, "POST", "/api/sales", json={"sku": "GRP-1", "quantity": 6}, **options)
    assert (await bob.sell("k", sku="GRP-1", quantity=5))["quantity"] == 5


async def test_a_correction_sent_twice_at_once_is_made_once(bob: Caller, alice: Caller, charlie: Caller) -> None:
    number = (await bob.sell(sku="GRP-1", quantity=3))["id"]
    headers = {"Idempotency-Key": "same"}
    body = {"lines": [{"sku": "GRP-1", "quantity": 1}]}
    calls = (bob.call("POST", f"/api/sales/{number}/returns", json=body, headers=headers) for _ in range(8))
    answers = [await answer.read() for answer in await asyncio.gather(*calls)]
    assert len(set(answers)) == 1
    assert (await alice.get("/api/sales", kind="return"))["pagination"]["total"] == 1
    hidden = await charlie.call("POST", f"/api/sales/{number}/returns", json=body, headers=headers)
    assert hidden.status == 404


async def test_old_answers_are_let_go_of_and_still_nothing_is_recorded_twice(
    bob: Caller, database: Database, house: House
) -> None:
    body = {"sku": "SOL-3077", "quantity": 1}
    await bob.sell("old", **body)
    with database.begin() as tx:
        before = tx.execute(select(requests.c.asked_at)).scalar_one() - KEPT - timedelta(days=1)
        tx.execute(update(requests).values(asked_at=before))
    await bob.sell("new", **body)
    assert await database.write(sweep_requests) is None
    with database.begin() as tx:
        assert tx.execute(select(requests.c.name)).scalars().all() == ["new"]
    refused = await bob.refused(409, "POST", "/api/sales", json=body, headers={"Idempotency-Key": "old"})
    assert refused["field"] == "Idempotency-Key"
    assert house.people["bob"]


async def test_whatever_made_a_document_makes_none_again_once_its_answer_is_gone(
    bob: Caller, database: Database
) -> None:
    number = (await bob.sell(sku="GRP-1", quantity=4))["id"]
    one = {"lines": [{"sku": "GRP-1", "quantity": 1}]}
    made = {
        "back": (f"/api/sales/{number}/returns", one),
        "of-none": ("/api/returns", one),
        "T-2": (f"/api/sales/{number}/returns", one | {"exchange": {"sku": "SOL-3077", "quantity": 1}}),
    }
    for key, (path, body) in made.items():
        assert (await bob.call("POST", path, json=body, headers={"Idempotency-Key": key})).status == 201
    with database.begin() as tx:
        tx.execute(delete(requests))
        before = tx.execute(select(func.count()).select_from(documents)).scalar_one()
    for key, (path, body) in made.items():
        for asked in ((path, body), ("/api/returns", one), ("/api/sales", {"sku": "GRP-1", "quantity": 1})):
            refused = await bob.refused(409, "POST", asked[0], json=asked[1], headers={"Idempotency-Key": key})
            assert refused["field"] == "Idempotency-Key"
    with database.begin() as tx:
        assert tx.execute(select(func.count()).select_from(documents)).scalar_one() == before


@pytest.mark.parametrize("key", ["T-2:out", "out:T-2", "2:T-2", "T-2"])
async def test_what_goes_out_for_an_exchange_takes_nobodys_name(bob: Caller, key: str) -> None:
    """Names that we make are in a space of their own."""
    taken = {key} - {"T-2"}
    for name in taken:
        await bob.sell(name, sku="SOL-3077", quantity=3)
    number = (await bob.sell(sku="GRP-1", quantity=2))["id"]
    body = {"lines": [{"sku": "GRP-1", "quantity": 1}], "exchange": {"sku": "SOL-3077", "quantity": 1}}
    answer = await bob.call("POST", f"/api/sales/{number}/returns", json=body, headers={"Idempotency-Key": "T-2"})
    assert answer.status == 201, await answer.text()
    outgoing = (await answer.json())["data"]["outgoing"]
    assert (outgoing["quantity"], outgoing["sku"]) == (1, "SOL-3077")
