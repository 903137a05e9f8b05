"""The transactions document's business rules and edge cases, each by its name, over HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core import clock
from core.access import act_as_operator, find_company
from core.company import take_orders_ahead
from core.db import Database
from tests.api.house import Caller, House

SALES = "/api/sales"


def days_from_now(days: int) -> str:
    return (clock.today("Asia/Riyadh") + timedelta(days=days)).isoformat()


async def count_sales(who: Caller) -> int:
    return int((await who.get(SALES))["pagination"]["total"])


async def test_rule_1_either_discount_gives_the_other(bob: Caller, alice: Caller, charlie: Caller) -> None:
    by_amount = await bob.sell(sku="SOL-3077", quantity=2, discount_amount=2.0, discount_percentage=0)
    assert (by_amount["discount_amount"], by_amount["discount_percentage"], by_amount["total_revenue"]) == (
        2,
        3.8,
        49.98,
    )
    by_percentage = await bob.sell(sku="SOL-3077", quantity=2, discount_percentage=10)
    assert (by_percentage["discount_amount"], by_percentage["discount_percentage"]) == (5.2, 10)
    assert by_percentage["total_revenue"] == 46.78
    assert (await alice.get("/api/sales/analytics"))["data"]["discounts"]["total_discount_amount"] == 7.2
    assert (await charlie.get("/api/sales/analytics"))["data"]["discounts"]["total_discount_amount"] == 0


@pytest.mark.parametrize("quantity", [1, 2])
async def test_rule_1_a_discount_never_exceeds_the_subtotal(bob: Caller, alice: Caller, quantity: int) -> None:
    over = {"sku": "GRP-1", "quantity": quantity, "discount_amount": 10 * quantity + 0.01}
    assert (await bob.refused(409, "POST", SALES, json=over))["field"] == "discount_amount"
    assert (await bob.refused(422, "POST", SALES, json=over | {"discount_amount": -1}))["field"] == "discount_amount"
    over = {"sku": "GRP-1", "quantity": quantity, "discount_percentage": 100.01}
    assert (await bob.refused(422, "POST", SALES, json=over))["field"] == "discount_percentage"
    free = await bob.sell(sku="GRP-1", quantity=quantity, discount_percentage=100)
    assert free["total_revenue"] == 0
    refused = await bob.refused(409, "PUT", f"{SALES}/{free['id']}", json={"discount_amount": 10 * quantity + 0.01})
    assert refused["field"] == "discount_amount"
    assert (await alice.get(f"{SALES}/{free['id']}"))["data"]["total_revenue"] == 0


async def test_rule_2_a_sale_date_is_now_unless_said_and_never_ahead(bob: Caller, alice: Caller) -> None:
    now = await bob.sell(sku="SOL-3077", quantity=1)
    assert abs(datetime.fromisoformat(now["sale_date"]) - clock.now()) < timedelta(minutes=2)
    past = await bob.sell(sku="SOL-3077", quantity=1, sale_date=days_from_now(-40))
    assert (past["sale_date"][:10], past["warnings"]) == (days_from_now(-40), [])
    ahead = {"sku": "SOL-3077", "quantity": 1, "sale_date": days_from_now(2)}
    assert (await bob.refused(409, "POST", SALES, json=ahead))["field"] == "sale_date"
    moved = await bob.refused(409, "PUT", f"{SALES}/{now['id']}", json={"sale_date": days_from_now(2)})
    assert moved["field"] == "sale_date"
    assert await count_sales(alice) == 2


async def test_rule_2_a_company_may_take_orders_ahead(bob: Caller, database: Database) -> None:
    with database.begin() as tx:
        take_orders_ahead(tx, act_as_operator(find_company(tx)), takes=True)
    order = await bob.sell(sku="SOL-3077", quantity=1, sale_date=days_from_now(30))
    assert (order["sale_date"][:10], len(order["warnings"])) == (days_from_now(30), 1)


@pytest.mark.parametrize("quantity", [0, -1, "2", 0.0004])
async def test_rule_3_a_quantity_is_positive(bob: Caller, quantity: Any) -> None:
    body = {"sku": "SOL-3077", "quantity": quantity}
    assert (await bob.refused(422, "POST", SALES, json=body))["field"] == "quantity"


async def test_rule_3_a_quantity_cannot_exceed_the_stock(bob: Caller, alice: Caller, charlie: Caller) -> None:
    first = await bob.sell(sku="GRP-1", quantity=4)
    assert (await bob.refused(409, "POST", SALES, json={"sku": "GRP-1", "quantity": 2}))["field"] == "quantity"
    assert (await bob.refused(409, "PUT", f"{SALES}/{first['id']}", json={"quantity": 6}))["field"] == "quantity"
    await bob.sell(sku="GRP-1", quantity=1)
    assert (await alice.get("/api/stock"))["data"][0]["on_hand"] == 0
    refused = await charlie.refused(409, "POST", SALES, json={"sku": "GRP-1", "quantity": 1})
    assert refused["field"] == "quantity"  # nothing of it is in his branch
    await bob.sell(sku="SOL-3077", quantity=1000)  # whose stock nobody keeps


async def test_rule_4_a_unit_price_is_what_was_paid(bob: Caller, house: House) -> None:
    body = {"sku": "SOL-3077", "quantity": 1, "unit_price": -0.01}
    assert (await bob.refused(422, "POST", SALES, json=body))["field"] == "unit_price"
    for paid in (0, 19.5, 40):
        sale = await bob.sell(sku="SOL-3077", quantity=2, unit_price=paid)
        assert (sale["unit_price"], sale["total_revenue"]) == (paid, 2 * paid)
    assert (await bob.get(f"/api/products/{house.products['SOL-3077']}"))["data"]["price"] == 25.99


async def test_rule_5_a_platform_is_one_of_the_list_or_any_other(bob: Caller, alice: Caller) -> None:
    platforms = ("Etsy", "Shopify", "Direct", "Amazon", "eBay", "Saturday market", None)
    for platform in platforms:
        assert (await bob.sell(sku="SOL-3077", quantity=1, platform=platform))["platform"] == platform
    found = (await alice.get("/api/sales/analytics"))["data"]["by_platform"]
    assert found == {platform or "(none)": {"revenue": 25.99, "quantity": 1} for platform in platforms}


async def test_rule_6_a_coupon_is_any_text_and_counted(bob: Caller, alice: Caller) -> None:
    for coupon in ("SUMMER2024", "10 % for Ann ✿", None, ""):
        assert (await bob.sell(sku="SOL-3077", quantity=1, coupon_code=coupon))["coupon_code"] == (coupon or None)
    body = {"sku": "SOL-3077", "quantity": 1, "coupon_code": "x" * 51}
    assert (await bob.refused(422, "POST", SALES, json=body))["field"] == "coupon_code"
    assert (await alice.get("/api/sales/analytics"))["data"]["discounts"]["coupons_used"] == 2


async def test_edge_case_1_a_product_is_deleted_and_its_sales_stay(bob: Caller, alice: Caller, house: House) -> None:
    number = house.products["SOL-3077"]
    sale = await bob.sell(product_id=number, quantity=2)
    before = (await alice.get("/api/sales/analytics"))["data"]
    await bob.refused(403, "DELETE", f"/api/products/{number}")
    deleted = await (await alice.call("DELETE", f"/api/products/{number}")).json()
    assert deleted["data"]["is_active"] is False
    assert number not in [one["id"] for one in (await bob.get("/api/products"))["data"]]
    kept = (await bob.get(f"{SALES}/{sale['id']}"))["data"]
    assert (kept["product_id"], kept["product_name"], kept["total_revenue"]) == (number, "SolarGlow", 51.98)
    for query in ({"product_id": number}, {"sku": "sol-3077"}):
        assert [one["id"] for one in (await bob.get(SALES, **query))["data"]] == [sale["id"]]
    assert (await alice.get("/api/sales/analytics"))["data"] == before
    summary = (await alice.get(f"/api/products/{number}", include_sales="true"))["data"]["sales_summary"]
    assert summary["total_revenue"] == 51.98
    refused = await bob.refused(409, "POST", SALES, json={"product_id": number, "quantity": 1})
    assert refused["field"] == "product_id"
    changed = await bob.call("PUT", f"{SALES}/{sale['id']}", json={"quantity": 1})
    assert (await changed.json())["data"]["total_revenue"] == 25.99
    await alice.call("PUT", f"/api/products/{number}", json={"is_active": True})
    await bob.sell(product_id=number, quantity=1)


async def test_edge_case_2_a_variant_is_deleted_and_its_sales_stay(bob: Caller, alice: Caller, house: House) -> None:
    number = house.products["SOL-3077"]
    made = await alice.call("POST", f"/api/products/{number}/variants", json={"name": "Blue", "price": 30, "cost": 12})
    variant = (await made.json())["data"]["id"]
    sale = await bob.sell(product_id=number, variant_id=variant, quantity=2)
    assert (sale["variant_id"], sale["variant_name"], sale["total_revenue"]) == (variant, "Blue", 60)
    await bob.sell(product_id=number, quantity=1)
    await bob.refused(403, "DELETE", f"/api/variants/{variant}")
    await alice.call("DELETE", f"/api/variants/{variant}")
    kept = (await bob.get(f"{SALES}/{sale['id']}"))["data"]
    assert (kept["variant_id"], kept["variant_name"], kept["total_revenue"]) == (variant, "Blue", 60)
    assert [one["id"] for one in (await alice.get(SALES, variant_id=variant))["data"]] == [sale["id"]]
    assert (await alice.get(f"/api/products/{number}"))["data"]["variants"] == []
    body = {"product_id": number, "variant_id": variant, "quantity": 1}
    assert (await bob.refused(409, "POST", SALES, json=body))["field"] == "variant_id"
    other = house.products["GRP-1"]
    assert (await bob.refused(404, "POST", SALES, json=body | {"product_id": other}))["field"] == "variant_id"
    alone = {"variant_id": variant, "quantity": 1, "unit_price": 1}
    assert (await bob.refused(409, "POST", SALES, json=alone))["field"] == "variant_id"


async def test_edge_case_3_a_price_changes_and_sales_keep_theirs(bob: Caller, alice: Caller, house: House) -> None:
    number = house.products["SOL-3077"]
    sale = await bob.sell(product_id=number, quantity=2)
    profit = (await alice.get(f"{SALES}/{sale['id']}"))["data"]["profit"]
    await alice.call("PUT", f"/api/products/{number}", json={"price": 99, "cost": 50})
    seen = (await alice.get(f"{SALES}/{sale['id']}"))["data"]
    assert (seen["unit_price"], seen["total_revenue"], seen["profit"]) == (25.99, 51.98, profit)
    changed = await bob.call("PUT", f"{SALES}/{sale['id']}", json={"platform": "Etsy", "quantity": 3})
    assert (await changed.json())["data"]["total_revenue"] == 77.97
    assert (await bob.sell(product_id=number, quantity=1))["unit_price"] == 99


async def test_edge_case_4_revenue_is_never_negative(bob: Caller, alice: Caller) -> None:
    lines = [{"sku": "GRP-1", "quantity": 1, "discount_amount": 10}, {"quantity": 1, "unit_price": 0}]
    assert (await bob.sell(lines=lines))["total_revenue"] == 0
    lines[1] = {"quantity": 1, "unit_price": 5, "discount_amount": 5.01}
    assert (await bob.refused(409, "POST", SALES, json={"lines": lines}))["field"] == "lines.1.discount_amount"
    assert (await alice.get("/api/sales/analytics"))["data"]["total_revenue"] == 0


async def test_edge_case_5_a_sale_of_long_ago_is_taken_with_a_warning(bob: Caller, alice: Caller) -> None:
    for days, warns in ((-300, False), (-365 * 2, True)):
        sale = await bob.sell(sku="SOL-3077", quantity=1, sale_date=days_from_now(days))
        assert (sale["sale_date"][:10], bool(sale["warnings"])) == (days_from_now(days), warns)
    assert "more than a year ago" in sale["warnings"][0]
    assert await count_sales(alice) == 2
    body = {"sku": "SOL-3077", "quantity": 1, "sale_date": "1899-12-31"}
    assert (await bob.refused(409, "POST", SALES, json=body))["field"] == "sale_date"
