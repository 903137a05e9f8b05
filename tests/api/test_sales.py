"""Sales over HTTP. One rule: what is answered is what the ledger says, to the one who may see it."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from tests.api.house import Caller, House

SEED_SALE = {
    "variant_id": None,
    "sale_date": "2024-01-15T10:30:00Z",
    "quantity": 2,
    "unit_price": 25.99,
    "discount_amount": 2.0,
    "discount_percentage": 0,
    "coupon_code": "SUMMER2024",
    "platform": "Etsy",
    "customer_name": "John Doe",
    "notes": "Customer requested gift wrapping",
}
SEED_ANSWER = {
    "variant_id": None,
    "sale_date": "2024-01-15T10:30:00Z",
    "quantity": 2,
    "unit_price": 25.99,
    "discount_amount": 2.0,
    "discount_percentage": 3.8,  # the document's 7.7 is a slip: of the unit price
    "total_revenue": 49.98,
    "coupon_code": "SUMMER2024",
    "platform": "Etsy",
    "customer_name": "John Doe",
    "notes": "Customer requested gift wrapping",
}


async def test_it_answers_the_sale_of_the_transactions_document(bob: Caller, house: House) -> None:
    answer = await bob.call("POST", "/api/sales", json={"product_id": house.products["SOL-3077"], **SEED_SALE})
    assert answer.status == 201
    raw = await answer.text()
    assert '"total_revenue":49.98,' in raw
    assert '"discount_amount":2.00,' in raw
    content = json.loads(raw)
    assert content["status"] == "success"
    sale = content["data"]
    assert {name: sale[name] for name in SEED_ANSWER} == SEED_ANSWER
    assert sale["product_id"] == house.products["SOL-3077"]
    assert (sale["person"], sale["product_name"], sale["currency"]) == ("Bob", "SolarGlow", "SAR")
    assert answer.headers["Location"] == f"/api/sales/{sale['id']}"
    assert sale.pop("warnings") == ["2024-01-15 is more than a year ago."]
    assert (await bob.get(answer.headers["Location"]))["data"] == sale
    listed = (await bob.get("/api/sales"))["data"]
    assert [sale | one for one in listed] == [sale]


async def test_it_takes_a_product_by_its_code_and_the_list_price(bob: Caller) -> None:
    sale = await bob.sell(sku="sol-3077", quantity=3)
    assert (sale["unit_price"], sale["total_revenue"], sale["sku"]) == (25.99, 77.97, "SOL-3077")


async def test_it_takes_several_items(bob: Caller, house: House) -> None:
    sale = await bob.sell(
        lines=[
            {"sku": "SOL-3077", "quantity": 2, "discount_percentage": 10},
            {"product_id": house.products["GRP-1"], "quantity": 1.5},
            {"quantity": 1, "unit_price": 12.3456},
        ],
        platform="Direct",
    )
    assert [line["total_revenue"] for line in sale["lines"]] == [46.78, 15, 12.35]
    assert [line["unit_price"] for line in sale["lines"]] == [25.99, 10, 12.3456]
    assert (sale["product_id"], sale["unit_price"], sale["quantity"]) == (None, None, 4.5)
    assert (sale["total_revenue"], sale["discount_amount"]) == (74.13, 5.2)


@pytest.mark.parametrize("discount", [{"discount_amount": 5.2}, {"discount_percentage": 10.0}])
async def test_it_takes_a_discount_either_way(bob: Caller, discount: dict[str, float]) -> None:
    sale = await bob.sell(sku="SOL-3077", quantity=2, **discount)
    assert (sale["discount_amount"], sale["total_revenue"]) == (5.2, 46.78)


@pytest.mark.parametrize("percentage", [10, 10.0])
async def test_it_takes_a_discount_said_twice_that_agrees(bob: Caller, percentage: int) -> None:
    sale = await bob.sell(sku="GRP-1", quantity=2, discount_amount=2, discount_percentage=percentage)
    assert (sale["discount_amount"], sale["discount_percentage"]) == (2, 10)


async def test_it_refuses_a_discount_said_twice_that_disagrees(bob: Caller) -> None:
    body = {"sku": "SOL-3077", "quantity": 2, "discount_amount": 2, "discount_percentage": 50}
    problem = await bob.refused(409, "POST", "/api/sales", json=body)
    assert problem["field"] == "discount_percentage"
    assert (await bob.get("/api/sales"))["pagination"]["total"] == 0


async def test_it_takes_a_number_a_client_computed_in_binary_fractions(bob: Caller) -> None:
    raw = '{"quantity": 1, "unit_price": 0.30000000000000004}'
    answer = await bob.call("POST", "/api/sales", data=raw, headers={"Content-Type": "application/json"})
    assert answer.status == 201
    assert '"unit_price":0.30,' in await answer.text()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"quantity": 1}, 422, "body"),
        ({"sku": " ", "quantity": 1}, 422, "body"),
        ({"sku": "SOL-3077"}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": 0}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": -1}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": "2"}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": True}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": 1.0005}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": 10**30}, 422, "quantity"),
        ({"sku": "SOL-3077", "quantity": 1, "unit_price": -0.01}, 422, "unit_price"),
        ({"sku": "SOL-3077", "quantity": 1, "unit_price": 24.99999}, 422, "unit_price"),
        ({"sku": "SOL-3077", "quantity": 1, "unit_price": 1e300}, 422, "unit_price"),
        ({"sku": "SOL-3077", "quantity": 1, "discount_percentage": 101}, 422, "discount_percentage"),
        ({"sku": "SOL-3077", "quantity": 1, "discount_amount": 26}, 409, "discount_amount"),
        ({"sku": "SOL-3077", "quantity": 1, "platform": "x" * 51}, 422, "platform"),
        ({"sku": "SOL-3077", "quantity": 1, "platform": "Et\0sy"}, 422, "platform"),
        ({"sku": "SOL-3077", "quantity": 1, "notes": "a\0b"}, 422, "notes"),
        ({"sku": "SOL-3077", "quantity": 1, "notes": "\ud800"}, 422, "notes"),
        ({"sku": "SOL-3077", "quantity": 1, "colour\ud800": "red"}, 422, "body"),
        ({"sku": "SOL-3077", "quantity": 1, "variant_id": 3}, 404, "variant_id"),
        ({"sku": "SOL-3077", "quantity": 1, "sale_date": "soon"}, 422, "sale_date"),
        ({"sku": "SOL-3077", "quantity": 1, "sale_date": "2024-02-30"}, 422, "sale_date"),
        ({"sku": "SOL-3077", "quantity": 1, "sale_date": "9999-12-31T23:59:59-14:00"}, 409, "sale_date"),
        ({"sku": "SOL-3077", "quantity": 1, "sale_date": "0001-01-01T00:00:00+14:00"}, 409, "sale_date"),
        ({"sku": "SOL-3077", "quantity": 1, "sale_date": "0001-01-01"}, 409, "sale_date"),
        ({"sku": "SOL-3077", "quantity": 1, "sale_date": "9999-12-31"}, 409, "sale_date"),
        ({"sku": "SOL-3077", "quantity": 1, "discount_amount": 3e-24}, 422, "discount_amount"),
        ({"product_id": 2**63, "quantity": 1}, 422, "product_id"),
        ({"product_id": 2**63 - 1, "quantity": 1}, 404, "product_id"),
        ({"product_id": 10**5000, "quantity": 1}, 422, "product_id"),
        ({"sku": "NONE", "quantity": 1}, 404, "sku"),
        ({"sku": "SOL-3077", "product_id": 999, "quantity": 1}, 409, "sku"),
        ({"sku": "OLD-1", "quantity": 1}, 409, "unit_price"),
        ({"sku": "GRP-1", "quantity": 6}, 409, "quantity"),
        ({"sku": "SOL-3077", "quantity": 1, "person": "@alice"}, 403, None),
        ({"lines": []}, 422, "lines"),
        ({"lines": [{"sku": "SOL-3077", "quantity": 0}]}, 422, "lines.0.quantity"),
        ({"lines": [{"sku": "SOL-3077", "quantity": 1}], "quantity": 1}, 422, "quantity"),
        ([], 422, "body"),
        ("sale", 422, "body"),
        (None, 422, "body"),
    ],
)
async def test_it_refuses_what_cannot_be_and_names_it(bob: Caller, body: Any, status: int, field: str | None) -> None:
    text = json.dumps(body) if not isinstance(body, dict) or body.get("product_id", 0) < 10**4000 else ""
    text = text or '{"product_id": 1' + "0" * 5000 + ', "quantity": 1}'
    options = {"data": text, "headers": {"Content-Type": "application/json"}}
    problem = await bob.refused(status, "POST", "/api/sales", **options)
    assert problem.get("field") == field
    assert (await bob.get("/api/sales"))["data"] == []


async def test_it_refuses_the_future(bob: Caller) -> None:
    tomorrow = clock.today("Asia/Riyadh") + timedelta(days=1)
    sale = {"sku": "SOL-3077", "quantity": 1, "sale_date": f"{tomorrow}"}
    problem = await bob.refused(409, "POST", "/api/sales", json=sale)
    assert problem["field"] == "sale_date"


@pytest.mark.parametrize(
    ("text", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("", "application/json", 400),
        ("[" * 60_000, "application/json", 400),
        ('{"quantity": NaN}', "application/json", 400),
        (b'{"notes": "\xff"}', "application/json", 400),
        ("quantity=1", "application/x-www-form-urlencoded", 415),
        ("{}", "text/plain", 415),
        (" " * 70_000, "application/json", 413),
    ],
)
async def test_it_refuses_a_body_it_cannot_read(bob: Caller, text: Any, content_type: str, status: int) -> None:
    options = {"data": text, "headers": {"Content-Type": content_type}}
    await bob.refused(status, "POST", "/api/sales", **options)


async def test_it_stops_reading_a_body_without_end(bob: Caller) -> None:
    async def drip() -> Any:
        for _ in range(100):
            yield b" " * 1024

    await bob.refused(413, "POST", "/api/sales", data=drip(), headers={"Content-Type": "application/json"})


async def test_it_records_once_under_one_key(bob: Caller, alice: Caller) -> None:
    body = {"sku": "SOL-3077", "quantity": 1, "customer_name": "Ann  Lee", "notes": " n "}
    first = await bob.call("POST", "/api/sales", json=body, headers={"Idempotency-Key": "a"})
    again = await bob.call("POST", "/api/sales", json=body, headers={"Idempotency-Key": "a"})
    assert (first.status, again.status) == (201, 201)
    assert await first.read() == await again.read()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    await alice.sell("a", sku="SOL-3077", quantity=1)
    await bob.sell(sku="SOL-3077", quantity=1)
    await bob.sell(sku="SOL-3077", quantity=1)
    assert (await alice.get("/api/sales"))["pagination"]["total"] == 4


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 2},
        {"sku": "GRP-1"},
        {"unit_price": 1},
        {"discount_amount": 1},
        {"platform": "Etsy"},
        {"customer_name": "Zoe"},
        {"notes": "other"},
        {"sale_date": "2024-01-15T10:30:00Z"},
        {"coupon_code": None},
    ],
)
async def test_it_refuses_a_key_used_for_another_sale(bob: Caller, change: dict[str, Any]) -> None:
    body = {"sku": "SOL-3077", "quantity": 1, "coupon_code": "X"}
    await bob.sell("k", **body)
    options = {"json": body | change, "headers": {"Idempotency-Key": "k"}}
    problem = await bob.refused(409, "POST", "/api/sales", **options)
    assert problem["field"] == "Idempotency-Key"
    assert (await bob.get("/api/sales"))["pagination"]["total"] == 1


async def test_it_records_once_when_the_same_key_comes_at_once(bob: Caller) -> None:
    answers = await asyncio.gather(*(bob.sell("same", sku="SOL-3077", quantity=1) for _ in range(12)))
    assert all(answer == answers[0] for answer in answers)
    assert (await bob.get("/api/sales"))["pagination"]["total"] == 1


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "é"])
async def test_it_refuses_a_key_of_another_form(bob: Caller, key: str) -> None:
    options = {"json": {"sku": "SOL-3077", "quantity": 1}, "headers": {"Idempotency-Key": key}}
    assert (await bob.refused(422, "POST", "/api/sales", **options))["field"] == "Idempotency-Key"
