"""Taxes, currencies and order over HTTP. One rule: currencies are never added up as if they were one."""

from datetime import date
from typing import Any

import pytest

from core.access import act_as_operator, find_company
from core.db import Database
from core.sales.rates import set_rate
from tests.api.house import Caller

SALES = "/api/sales"


async def test_it_adds_taxes_on_top(bob: Caller, alice: Caller, charlie: Caller) -> None:
    taxes = [{"name": "VAT", "percentage": 15}, {"name": "Bag", "amount": 0.05}]
    lines = [{"sku": "SOL-3077", "quantity": 1}, {"sku": "GRP-1", "quantity": 1}]
    sale = await bob.sell(lines=lines, taxes=taxes)
    assert sale["taxes"] == [{"name": "VAT", "amount": 5.4}, {"name": "Bag", "amount": 0.05}]
    assert (sale["total_revenue"], sale["total_payable"]) == (35.99, 41.44)
    assert round(sum(line["tax"] for line in sale["lines"]), 4) == 5.45
    assert (await alice.get("/api/sales/analytics"))["data"]["total_revenue"] == 35.99
    changed = await bob.call("PUT", f"{SALES}/{sale['id']}", json={"taxes": None})
    assert (await changed.json())["data"]["total_payable"] == 35.99
    await charlie.refused(404, "PUT", f"{SALES}/{sale['id']}", json={"taxes": None})


@pytest.mark.parametrize(
    ("tax", "status"),
    [
        ({"name": "VAT"}, 422),
        ({"name": "VAT", "percentage": 15, "amount": 1}, 422),
        ({"name": "VAT", "percentage": 101}, 422),
        ({"name": " ", "amount": 1}, 422),
        ({"name": "x" * 41, "amount": 1}, 422),
    ],
)
async def test_it_refuses_a_tax_that_cannot_be(bob: Caller, tax: dict[str, Any], status: int) -> None:
    problem = await bob.refused(status, "POST", SALES, json={"quantity": 1, "unit_price": 1, "taxes": [tax]})
    assert problem["field"].startswith("taxes.0")
    twice = [{"name": "VAT", "amount": 1}] * 2
    problem = await bob.refused(409, "POST", SALES, json={"quantity": 1, "unit_price": 1, "taxes": twice})
    assert problem["field"] == "taxes"


async def test_it_keeps_the_currency_the_rate_and_both_amounts(bob: Caller, alice: Caller, charlie: Caller) -> None:
    body = {
        "sku": "SOL-3077",
        "quantity": 2,
        "unit_price": 25.99,
        "discount_amount": 2,
        "currency": "usd",
        "rate": 3.75,
    }
    sale = await bob.sell(**body, taxes=[{"name": "VAT", "amount": 10}])
    assert (sale["currency"], sale["total_revenue"], sale["total_payable"]) == ("SAR", 187.42, 224.92)
    assert sale["sold_in"] == {
        "currency": "USD",
        "rate": 3.75,
        "total_revenue": 49.98,
        "taxes": [{"name": "VAT", "amount": 10}],
    }
    assert sale["lines"][0]["sold_in"] == {"unit_price": 25.99, "discount_amount": 2, "total_revenue": 49.98}
    await alice.sell(sku="GRP-1", quantity=1)
    assert (await alice.get("/api/sales/analytics"))["data"]["total_revenue"] == 197.42
    fewer = await (await bob.call("PUT", f"{SALES}/{sale['id']}", json={"quantity": 1})).json()
    assert (fewer["data"]["sold_in"]["total_revenue"], fewer["data"]["total_revenue"]) == (23.99, 89.96)
    home = {"currency": None, "unit_price": 90, "taxes": None}
    own = await (await bob.call("PUT", f"{SALES}/{sale['id']}", json=home)).json()
    assert (own["data"]["sold_in"], own["data"]["total_revenue"]) == (None, 88)
    await charlie.refused(404, "GET", f"{SALES}/{sale['id']}")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"currency": "USD", "rate": 3.7512345},
        {"shares": [{"person": "@alice", "percentage": 33.33}]},
        {"guest_branch": "Jeddah"},
        {"customer_name": "Ann  Lee", "platform": "Saturday market", "coupon_code": "Ünique", "notes": "a\nb"},
    ],
)
async def test_saying_nothing_changes_nothing(
    bob: Caller, alice: Caller, charlie: Caller, more: dict[str, Any]
) -> None:
    lines = [
        {"quantity": 3, "unit_price": 33.3333, "discount_percentage": 12.34},
        {"quantity": 0.333, "unit_price": 7.77, "discount_amount": 0.01},
    ]
    taxes = [{"name": "VAT", "percentage": 15}, {"name": "Bag", "amount": 0.05}]
    sale = await bob.sell(lines=lines, taxes=taxes, sale_date="2025-03-01T09:30:00Z", **more)
    if "shares" in more:
        await alice.call("POST", f"{SALES}/{sale['id']}/share", json={"agrees": True})
    before = (await bob.get(f"{SALES}/{sale['id']}"))["data"]
    again = await (await bob.call("PUT", f"{SALES}/{sale['id']}", json={})).json()
    again["data"].pop("warnings")
    assert again["data"] == before
    noted = await (await bob.call("PUT", f"{SALES}/{sale['id']}", json={"platform": "eBay"})).json()
    stays = {name for name in before if noted["data"][name] == before[name]}
    assert set(before) - stays == {"platform", "revision", "updated_at"}
    await charlie.refused(404, "PUT", f"{SALES}/{sale['id']}", json={})


@pytest.mark.parametrize(
    ("sale_date", "day"),
    [
        ("2025-07-18T22:30:00+03:00", "2025-07-18"),
        ("2025-07-18t19:30:00z", "2025-07-18"),
        ("2025-07-18T22:30:00Z", "2025-07-19"),
        ("2025-07-18", "2025-07-18"),
    ],
)
async def test_an_instant_lies_on_the_day_it_is_there(
    bob: Caller, alice: Caller, charlie: Caller, sale_date: str, day: str
) -> None:
    number = (await bob.sell(sku="GRP-1", quantity=1, sale_date=sale_date))["id"]
    found = await alice.get(SALES, start_date=day, end_date=day)
    assert [one["id"] for one in found["data"]] == [number]
    assert (await charlie.get(SALES, start_date=day, end_date=day))["data"] == []


@pytest.mark.parametrize("instant", ["2025-07-18T22:30:00", "2025-07-18T22:30", "20250718T223000", "2025-07-18 22:30"])
async def test_it_does_not_guess_the_offset_of_an_instant(bob: Caller, instant: str) -> None:
    body = {"sku": "GRP-1", "quantity": 1}
    problem = await bob.refused(422, "POST", SALES, json=body | {"sale_date": instant})
    assert problem["field"] == "sale_date"
    assert "offset" in problem["detail"]
    entry = {"sku": "GRP-1", "unitsSold": 1, "date": instant}
    assert (await bob.refused(422, "POST", "/api/sales-entry", json=entry))["field"] == "date"
    number = (await bob.sell(**body))["id"]
    await bob.refused(422, "PUT", f"{SALES}/{number}", json={"sale_date": instant})
    for path in (SALES, f"{SALES}/{number}", "/api/sales/analytics", "/api/performance/metrics"):
        assert (await bob.refused(422, "GET", path, params={"as_of": instant}))["field"] == "as_of"
    assert (await bob.get(SALES))["pagination"]["total"] == 1


async def test_it_guesses_no_rate(bob: Caller, database: Database) -> None:
    body = {"quantity": 1, "unit_price": 10, "currency": "EUR"}
    assert (await bob.refused(409, "POST", SALES, json=body))["field"] == "currency"
    assert (await bob.refused(409, "POST", SALES, json=body | {"currency": "QQQ"}))["field"] == "currency"
    assert (await bob.refused(422, "POST", SALES, json=body | {"currency": "EURO"}))["field"] == "currency"
    assert (await bob.refused(422, "POST", SALES, json=body | {"rate": 0}))["field"] == "rate"
    listed = {"sku": "SOL-3077", "quantity": 1, "currency": "EUR", "rate": 4}
    assert (await bob.refused(409, "POST", SALES, json=listed))["field"] == "unit_price"
    with database.begin() as tx:
        set_rate(tx, act_as_operator(find_company(tx)), "EUR", 4_000_000_000, date(2020, 1, 1))
    assert (await bob.sell(**body))["total_revenue"] == 40
    assert (await bob.sell(quantity=1, unit_price=10, currency="SAR"))["sold_in"] is None


async def test_it_lists_in_the_order_asked_for(bob: Caller, alice: Caller) -> None:
    small = (await bob.sell(sku="GRP-1", quantity=1, sale_date="2024-01-03"))["id"]
    large = (await bob.sell(sku="SOL-3077", quantity=3, sale_date="2024-01-01"))["id"]
    alone = (await bob.sell(quantity=1, unit_price=50, sale_date="2024-01-02"))["id"]

    async def list_in(order: str) -> list[int]:
        return [sale["id"] for sale in (await alice.get(SALES, sort=order))["data"]]

    assert await list_in("date") == [large, alone, small]
    assert await list_in("-date") == [small, alone, large]
    assert await list_in("revenue") == [small, alone, large]
    assert await list_in("-revenue") == [large, alone, small]
    assert await list_in("-profit") == [large, small, alone]
    assert (await bob.refused(403, "GET", SALES, params={"sort": "profit"}))["field"] == "sort"
    assert (await bob.refused(422, "GET", SALES, params={"sort": "colour"}))["field"] == "sort"
