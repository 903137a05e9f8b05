"""Products, variants, categories and stock over HTTP. One rule: managers manage them, and what was sold stays."""

from typing import Any

import pytest

from tests.api.house import Caller, House


async def send(who: Caller, method: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = await who.call(method, path, json=body) if body else await who.call(method, path)
    assert answer.status == status, await answer.text()
    return (await answer.json())["data"]


async def test_it_adds_changes_and_deletes_a_product(alice: Caller, bob: Caller, charlie: Caller) -> None:
    body = {"sku": "TEE-1", "name": "T-Shirt", "price": 25.99, "cost": 10, "category": "Clothes", "stock": 4}
    answer = await alice.call("POST", "/api/products", json=body)
    made = (await answer.json())["data"]
    path = answer.headers["Location"]
    assert (answer.status, path) == (201, f"/api/products/{made['id']}")
    assert {name: made[name] for name in body if name != "stock"} == {n: v for n, v in body.items() if n != "stock"}
    assert (made["on_hand"], made["tracks_stock"], made["variants"], made["sales_summary"]) == (4, True, [], None)
    assert (await bob.get(path))["data"] == made | {"cost": None}
    assert (await charlie.get(path))["data"]["on_hand"] == 0
    changed = await send(alice, "PUT", path, price=27.5, cost=None, reorder_point=2, name=None)
    assert (changed["price"], changed["cost"], changed["reorder_point"], changed["name"]) == (27.5, None, 2, "T-Shirt")
    assert (changed["category"], changed["sku"]) == ("Clothes", "TEE-1")
    for who in (bob, charlie):
        for method, options in (("PUT", {"json": {"price": 1}}), ("DELETE", {})):
            await who.refused(403, method, path, **options)
        await who.refused(403, "POST", "/api/products", json={"sku": "X", "name": "X"})
    assert (await send(alice, "DELETE", path))["is_active"] is False
    assert (await send(alice, "PUT", path, is_active=True))["is_active"] is True
    await alice.refused(404, "GET", "/api/products/999")
    assert (await alice.refused(404, "PUT", "/api/products/999", json={"price": 1}))["field"] == "id"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"sku": "sol-3077", "name": "Other"}, 409, "sku"),
        ({"sku": "N", "name": " "}, 422, "name"),
        ({"name": "N"}, 422, "sku"),
        ({"sku": "N", "name": "N", "price": -1}, 422, "price"),
        ({"sku": "N", "name": "N", "stock": -1}, 422, "stock"),
        ({"sku": "N", "name": "N", "colour": 1}, 422, "colour"),
    ],
)
async def test_it_refuses_a_product_that_cannot_be(alice: Caller, body: Any, status: int, field: str) -> None:
    assert (await alice.refused(status, "POST", "/api/products", json=body))["field"] == field
    assert len((await alice.get("/api/products"))["data"]) == 3


async def test_it_sums_up_what_was_sold_of_a_product(alice: Caller, bob: Caller, charlie: Caller, house: House) -> None:
    path = f"/api/products/{house.products['SOL-3077']}"
    nothing = (await alice.get(path, include_sales="true"))["data"]["sales_summary"]
    assert nothing == {
        "total_quantity_sold": 0,
        "total_revenue": 0,
        "total_profit": 0,
        "average_sale_price": None,
        "last_sale_date": None,
    }
    await bob.sell(sku="SOL-3077", quantity=2, unit_price=20)
    last = await alice.sell(sku="SOL-3077", quantity=1, unit_price=30)
    await alice.sell(sku="GRP-1", quantity=1)
    await charlie.sell(sku="SOL-3077", quantity=7)
    assert (await alice.get(path, include_sales="true"))["data"]["sales_summary"] == {
        "total_quantity_sold": 3,
        "total_revenue": 70,
        "total_profit": 40,
        "average_sale_price": 23.33,
        "last_sale_date": last["sale_date"],
    }
    own = (await bob.get(path, include_sales="true"))["data"]["sales_summary"]
    assert (own["total_quantity_sold"], own["total_revenue"], own["total_profit"]) == (2, 40, None)
    assert (await charlie.get(path, include_sales="true"))["data"]["sales_summary"]["total_quantity_sold"] == 7
    assert (await alice.get(path))["data"]["sales_summary"] is None


async def test_it_adds_changes_and_deletes_a_variant(alice: Caller, bob: Caller, house: House) -> None:
    product = house.products["SOL-3077"]
    made = await send(alice, "POST", f"/api/products/{product}/variants", 201, name="Blue", sku="SOL-B", cost=11)
    path = f"/api/variants/{made['id']}"
    assert (made["product_id"], made["price"], made["cost"]) == (product, None, 11)
    assert (await bob.get(path))["data"] == made | {"cost": None}
    assert [one["name"] for one in (await bob.get(f"/api/products/{product}/variants"))["data"]] == ["Blue"]
    sale = await bob.sell(sku="SOL-B", quantity=1)
    assert (sale["product_id"], sale["variant_name"], sale["unit_price"]) == (product, "Blue", 25.99)
    changed = await send(alice, "PUT", path, price=28, sku=None)
    assert (changed["price"], changed["sku"], changed["name"], changed["cost"]) == (28, None, "Blue", 11)
    problem = await alice.refused(409, "POST", f"/api/products/{product}/variants", json={"name": "blue"})
    assert problem["field"] == "name"
    for method, url, options in (
        ("PUT", path, {"json": {"price": 1}}),
        ("DELETE", path, {}),
        ("POST", f"/api/products/{product}/variants", {"json": {"name": "Red"}}),
    ):
        await bob.refused(403, method, url, **options)
    assert (await send(alice, "DELETE", path))["is_active"] is False
    back = await send(alice, "POST", f"/api/products/{product}/variants", 201, name="Blue")
    assert (back["id"], back["is_active"]) == (made["id"], True)
    await alice.refused(404, "GET", "/api/variants/99")
    await alice.refused(404, "POST", "/api/products/99/variants", json={"name": "Red"})


async def test_it_renames_a_category_on_its_products(alice: Caller, bob: Caller, house: House) -> None:
    lamp, grip = (f"/api/products/{house.products[sku]}" for sku in ("SOL-3077", "GRP-1"))
    await send(alice, "PUT", lamp, category="Lamps")
    assert (await send(alice, "PUT", grip, category="  lamps "))["category"] == "Lamps"
    (lamps,) = (await bob.get("/api/categories"))["data"]
    assert (lamps["name"], lamps["products"]) == ("Lamps", 2)
    garden = await send(alice, "POST", "/api/categories", 201, name="Garden")
    await bob.sell(sku="GRP-1", quantity=1)
    await send(alice, "PUT", f"/api/categories/{lamps['id']}", name="Lights")
    assert [(await bob.get(path))["data"]["category"] for path in (lamp, grip)] == ["Lights", "Lights"]
    performance = (await alice.get("/api/performance/metrics"))["data"]
    assert [(one["category"], one["revenue"]) for one in performance["categories"]] == [("Lights", 10)]
    taken = await alice.refused(409, "PUT", f"/api/categories/{lamps['id']}", json={"name": "garden"})
    assert taken["field"] == "name"
    assert (await alice.refused(409, "POST", "/api/categories", json={"name": "LIGHTS"}))["field"] == "name"
    assert (await alice.refused(409, "DELETE", f"/api/categories/{lamps['id']}"))["field"] == "move_to"
    for method, path, options in (
        ("POST", "/api/categories", {"json": {"name": "X"}}),
        ("PUT", f"/api/categories/{garden['id']}", {"json": {"name": "X"}}),
        ("DELETE", f"/api/categories/{garden['id']}", {}),
    ):
        await bob.refused(403, method, path, **options)
    moved = await alice.call("DELETE", f"/api/categories/{lamps['id']}", params={"move_to": "garden"})
    assert moved.status == 200
    assert (await bob.get("/api/categories"))["data"] == [{"id": garden["id"], "name": "Garden", "products": 2}]
    assert (await alice.refused(404, "DELETE", f"/api/categories/{lamps['id']}"))["field"] == "id"


async def test_it_shows_and_moves_the_stock_of_a_branch(
    alice: Caller, bob: Caller, charlie: Caller, house: House
) -> None:
    grip = house.products["GRP-1"]
    (row,) = (await alice.get("/api/stock"))["data"]
    told = (row["product_id"], row["on_hand"], row["cost"], row["price"], row["reorder_point"], row["is_low"])
    assert told == (grip, 5, 4, 10, 2, False)
    assert (await bob.get("/api/stock"))["data"] == [row | {"cost": None}]
    assert (await charlie.get("/api/stock"))["data"][0]["on_hand"] == 0
    await charlie.refused(403, "GET", "/api/stock", params={"branch": "Riyadh"})
    await alice.refused(403, "GET", "/api/stock", params={"branch": "Moon"})
    await bob.refused(403, "POST", "/api/stock", json={"product_id": grip, "received": 1})
    headers = {"Idempotency-Key": "box-7"}
    for _ in range(2):
        moved = await alice.call("POST", "/api/stock", json={"product_id": grip, "received": 3}, headers=headers)
        assert (await moved.json())["data"]["on_hand"] == 8
    assert (await send(alice, "POST", "/api/stock", 201, product_id=grip, counted=1))["is_low"] is True
    assert [one["on_hand"] for one in (await alice.get("/api/stock", low="true"))["data"]] == [1]
    assert (await alice.get("/api/stock", search="solar"))["data"] == []
    for body in ({}, {"received": 1, "counted": 1}):
        refused = await alice.refused(409, "POST", "/api/stock", json={"product_id": grip, **body})
        assert refused["field"] == "received"
    await alice.refused(404, "POST", "/api/stock", json={"product_id": 99, "received": 1})


async def test_it_needs_a_key_that_may_change_products(alice: Caller, stranger: Caller) -> None:
    await stranger.refused(401, "POST", "/api/products", json={"sku": "X", "name": "X"})
    assert (await alice.refused(422, "GET", "/api/products/1", params={"include_sales": "maybe"}))["field"]
