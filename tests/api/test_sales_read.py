"""Sales read over HTTP. One rule: each sees what is theirs to see, and nothing tells of the rest."""

from typing import Any

import pytest

from core.access import load_viewer
from core.db import Database
from core.sales.corrections import void_sale
from tests.api.house import Caller, House


async def test_it_shows_a_sale_to_whom_it_concerns(bob: Caller, alice: Caller, charlie: Caller, sam: Caller) -> None:
    number = (await bob.sell(sku="SOL-3077", quantity=1))["id"]
    for viewer in (bob, alice, sam):
        assert (await viewer.get(f"/api/sales/{number}"))["data"]["id"] == number
        assert [sale["id"] for sale in (await viewer.get("/api/sales"))["data"]] == [number]
    hidden = await charlie.refused(404, "GET", f"/api/sales/{number}")
    absent = await charlie.refused(404, "GET", f"/api/sales/{number + 1}")
    assert hidden["detail"].replace(str(number), "") == absent["detail"].replace(str(number + 1), "")
    assert (await charlie.get("/api/sales"))["data"] == []
    await charlie.refused(403, "GET", "/api/sales", params={"branch": "Riyadh"})
    await charlie.refused(403, "GET", "/api/sales", params={"person": "@bob"})


async def test_it_hides_the_sales_of_a_team_mate(bob: Caller, alice: Caller) -> None:
    number = (await alice.sell(sku="SOL-3077", quantity=1))["id"]
    await bob.refused(404, "GET", f"/api/sales/{number}")
    assert (await bob.get("/api/sales"))["data"] == []


async def test_it_lets_a_manager_record_for_her_people(alice: Caller, bob: Caller) -> None:
    sale = await alice.sell(sku="SOL-3077", quantity=1, person="@bob")
    assert sale["person"] == "Bob"
    seen = (await bob.get(f"/api/sales/{sale['id']}"))["data"]
    assert {name for name in seen if seen[name] != sale[name]} == {"product_cost", "profit", "profit_margin"}
    assert (sale["product_cost"], sale["profit"], sale["profit_margin"]) == (10, 15.99, 61.5)
    assert (seen["product_cost"], seen["profit"], seen["profit_margin"]) == (None, None, None)
    await alice.refused(403, "POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1, "person": "@charlie"})
    await alice.refused(404, "POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1, "person": "@nobody"})


async def test_it_filters(bob: Caller, alice: Caller, house: House) -> None:
    etsy = await bob.sell(sku="SOL-3077", quantity=1, platform="Etsy", sale_date="2024-01-15")
    direct = await bob.sell(sku="GRP-1", quantity=1, platform="Direct", coupon_code="TEN", sale_date="2024-01-20")
    now = await alice.sell(sku="SOL-3077", quantity=1)

    async def find(**params: Any) -> list[int]:
        return [sale["id"] for sale in (await alice.get("/api/sales", **params))["data"]]

    assert await find() == [now["id"], direct["id"], etsy["id"]]
    assert await find(platform="etsy") == [etsy["id"]]
    assert await find(platform="") == [now["id"], direct["id"], etsy["id"]]
    assert await find(coupon_code="ten") == [direct["id"]]
    assert await find(product_id=house.products["SOL-3077"]) == [now["id"], etsy["id"]]
    assert await find(sku="GRP-1") == [direct["id"]]
    assert await find(sku="GRP-1", product_id=house.products["SOL-3077"]) == []
    assert await find(sku="NONE") == []
    assert await find(variant_id=1) == []
    assert await find(person="@bob") == [direct["id"], etsy["id"]]
    assert await find(start_date="2024-01-15", end_date="2024-01-15") == [etsy["id"]]
    assert await find(start_date="2024-01-16", end_date="2024-01-20") == [direct["id"]]
    assert await find(end_date="2999-12-31", start_date="1900-01-01") == [now["id"], direct["id"], etsy["id"]]
    await alice.refused(409, "GET", "/api/sales", params={"start_date": "2024-02-01", "end_date": "2024-01-01"})
    await alice.refused(404, "GET", "/api/sales", params={"person": "@nobody"})
    await alice.refused(403, "GET", "/api/sales", params={"branch": "nowhere"})


async def test_it_pages_with_links(bob: Caller) -> None:
    for _ in range(5):
        await bob.sell(sku="SOL-3077", quantity=1, platform="A & B")
    seen, path = [], "/api/sales?limit=2&platform=A+%26+B"
    while path:
        answer = await bob.call("GET", path)
        content = await answer.json()
        seen += [sale["id"] for sale in content["data"]]
        path = str(answer.links["next"]["url"].relative()) if "next" in answer.links else ""
        assert {"first", "last"} <= set(answer.links)
    assert content["pagination"] == {"page": 3, "limit": 2, "total": 5, "total_pages": 3}
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert answer.links["prev"]["url"].query == {"limit": "2", "platform": "A & B", "page": "2"}
    beyond = await bob.get("/api/sales", page=99, limit=2)
    assert beyond["data"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=one", "page"),
        ("page=1.0", "page"),
        ("page=1_0", "page"),
        ("page=", "page"),
        ("page=" + "9" * 30, "page"),
        ("page=1&page=2", "page"),
        ("limit=201", "limit"),
        ("limit=0", "limit"),
        ("start_date=2024-13-01", "start_date"),
        ("end_date=yesterday", "end_date"),
        ("product_id=9223372036854775808", "product_id"),
        ("platform=%00", "platform"),
        ("colour=red", "colour"),
    ],
)
async def test_it_refuses_a_parameter_and_names_it(bob: Caller, query: str, field: str) -> None:
    problem = await bob.refused(422, "GET", f"/api/sales?{query}")
    assert problem["field"] == field


@pytest.mark.parametrize("number", ["0", "-1", "x", "9223372036854775808", "1%00"])
async def test_it_refuses_a_number_that_cannot_be_one(bob: Caller, number: str) -> None:
    assert (await bob.refused(422, "GET", f"/api/sales/{number}"))["field"] == "id"


async def test_it_finds_an_undone_sale_no_more(bob: Caller, database: Database, house: House) -> None:
    number = (await bob.sell("k", sku="SOL-3077", quantity=1))["id"]
    with database.begin() as tx:
        void_sale(tx, load_viewer(tx, house.people["bob"]), number)
    await bob.refused(404, "GET", f"/api/sales/{number}")
    assert (await bob.get("/api/sales"))["data"] == []
    assert (await bob.sell("k", sku="SOL-3077", quantity=1))["id"] == number
    assert (await bob.get("/api/sales"))["data"] == []
