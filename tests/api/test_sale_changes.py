"""Corrections over HTTP. One rule: nothing is overwritten, and nobody changes what is not theirs."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core import clock
from core.access import act_as_operator, find_company, load_viewer
from core.company import limit_corrections
from core.db import Database
from core.sales.closing import close_months
from tests.api.house import Caller, House


async def put(who: Caller, number: int, **body: Any) -> Any:
    answer = await who.call("PUT", f"/api/sales/{number}", json=body)
    assert answer.status == 200, await answer.text()
    return (await answer.json())["data"]


async def post(who: Caller, path: str, status: int = 201, **body: Any) -> Any:
    answer = await who.call("POST", path, json=body)
    assert answer.status == status, await answer.text()
    return (await answer.json())["data"]


async def sell_example(who: Caller, **more: Any) -> int:
    sold = {"sku": "GRP-1", "quantity": 3, "unit_price": 9, "discount_amount": 2, "coupon_code": "TEN"}
    told = {"platform": "Etsy", "customer_name": "John Doe", "notes": "gift"}
    return int((await who.sell(**sold, **told, **more))["id"])


async def read_stock(who: Caller) -> Any:
    return (await who.get("/api/stock"))["data"][0]["on_hand"]


KEPT = (
    "quantity",
    "unit_price",
    "discount_amount",
    "total_revenue",
    "coupon_code",
    "platform",
    "customer_name",
    "notes",
)


@pytest.mark.parametrize(
    ("said", "different"),
    [
        ({}, {}),
        ({"quantity": 2}, {"quantity": 2, "total_revenue": 16}),
        ({"quantity": None}, {}),
        ({"unit_price": 10.5}, {"unit_price": 10.5, "total_revenue": 29.5}),
        ({"discount_amount": None}, {"discount_amount": 0, "total_revenue": 27}),
        ({"discount_amount": 0}, {"discount_amount": 0, "total_revenue": 27}),
        ({"discount_percentage": 50}, {"discount_amount": 13.5, "total_revenue": 13.5}),
        ({"discount_amount": 2.7, "discount_percentage": 10}, {"discount_amount": 2.7, "total_revenue": 24.3}),
        ({"coupon_code": None}, {"coupon_code": None}),
        ({"platform": "Amazon"}, {"platform": "Amazon"}),
        ({"platform": None}, {"platform": None}),
        ({"customer_name": None}, {"customer_name": None}),
        ({"notes": None}, {"notes": None}),
        ({"notes": "wrapped", "quantity": 1}, {"notes": "wrapped", "quantity": 1, "total_revenue": 7}),
        ({"person": None, "sale_date": None, "sku": None}, {}),
    ],
)
async def test_it_changes_what_is_said_and_nothing_else(
    bob: Caller, alice: Caller, charlie: Caller, said: dict[str, Any], different: dict[str, Any]
) -> None:
    number = await sell_example(bob)
    before = (await bob.get(f"/api/sales/{number}"))["data"]
    after = await put(bob, number, **said)
    assert {name: after[name] for name in KEPT if after[name] != before[name]} == different
    assert (after["sale_date"], after["created_at"], after["person"]) == (
        before["sale_date"],
        before["created_at"],
        "Bob",
    )
    assert after["revision"] == (2 if different else 1)
    analytics = (await alice.get("/api/sales/analytics"))["data"]
    assert (analytics["total_sales"], analytics["total_revenue"]) == (1, after["total_revenue"])
    assert await read_stock(alice) == 5 - after["quantity"]
    await charlie.refused(404, "PUT", f"/api/sales/{number}", json=said)


async def test_it_changes_the_product_and_the_lines(bob: Caller, house: House) -> None:
    number = await sell_example(bob)
    other = await put(bob, number, sku="SOL-3077")
    assert (other["sku"], other["unit_price"], other["total_revenue"]) == ("SOL-3077", 25.99, 75.97)
    lines = [{"sku": "GRP-1", "quantity": 1, "discount_percentage": 10}, {"quantity": 1, "unit_price": 5}]
    several = await put(bob, number, lines=lines, reason="told wrongly")
    assert [line["total_revenue"] for line in several["lines"]] == [9, 5]
    assert several["platform"] == "Etsy"
    refused = await bob.refused(409, "PUT", f"/api/sales/{number}", json={"quantity": 3})
    assert (refused["field"], refused["hint"]) == ("quantity", "lines")
    await put(bob, number, platform="Direct")
    for body, status, field in (
        ({"lines": lines, "quantity": 3}, 409, "quantity"),
        ({"lines": []}, 422, "lines"),
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, 404, "lines.0.sku"),
        ({"colour": "red"}, 422, "colour"),
        ({"currency": "USD"}, 409, "currency"),
        ({"person": "@alice"}, 403, None),
    ):
        problem = await bob.refused(status, "PUT", f"/api/sales/{number}", json=body)
        assert problem.get("field") == field
    assert (await bob.get(f"/api/sales/{number}"))["data"]["revision"] == 4
    assert house.products["SOL-3077"] == other["product_id"]


async def test_it_tells_who_changed_what_when_and_why(bob: Caller, alice: Caller, charlie: Caller) -> None:
    number = await sell_example(bob)
    await put(alice, number, quantity=1, reason="one was not there")
    assert (await alice.call("DELETE", f"/api/sales/{number}", params={"reason": "all of it"})).status == 200
    await bob.refused(404, "GET", f"/api/sales/{number}")
    restored = await post(bob, f"/api/sales/{number}/restore", 200)
    assert (restored["total_revenue"], restored["is_void"], restored["revision"]) == (7, False, 4)
    history = (await bob.get(f"/api/sales/{number}/history"))["data"]
    told = [(one["action"], one["changed_by"], one["reason"], one["total_revenue"]) for one in history]
    assert told == [
        ("recorded", "Bob", None, 25),
        ("edited", "Alice", "one was not there", 7),
        ("voided", "Alice", "all of it", 0),
        ("restored", "Bob", None, 7),
    ]
    assert [len(one["lines"]) for one in history] == [1, 1, 0, 1]
    assert sorted(one["changed_at"] for one in history) == [one["changed_at"] for one in history]
    await charlie.refused(404, "GET", f"/api/sales/{number}/history")
    await charlie.refused(404, "DELETE", f"/api/sales/{number}")
    await charlie.refused(404, "POST", f"/api/sales/{number}/restore")


async def test_it_shows_what_the_ledger_said_then(bob: Caller, alice: Caller) -> None:
    number = await sell_example(bob)
    then = (await bob.get(f"/api/sales/{number}"))["data"]["updated_at"]
    await put(alice, number, quantity=1, notes="other")
    gone = await sell_example(bob)
    await alice.call("DELETE", f"/api/sales/{gone}")
    earlier = (await bob.get(f"/api/sales/{number}", as_of=then))["data"]
    assert (earlier["quantity"], earlier["total_revenue"], earlier["notes"]) == (3, 25, "gift")
    assert [one["quantity"] for one in (await alice.get("/api/sales", as_of=then))["data"]] == [3]
    assert (await alice.get("/api/sales/analytics", as_of=then))["data"]["total_revenue"] == 25
    assert (await alice.get("/api/sales/analytics"))["data"]["total_revenue"] == 7
    before = (date.fromisoformat(then[:10]) - timedelta(days=1)).isoformat() + "T00:00:00Z"
    await bob.refused(404, "GET", f"/api/sales/{number}", params={"as_of": before})


async def test_it_undoes_as_if_it_had_not_been(bob: Caller, alice: Caller) -> None:
    number = await sell_example(bob)
    answer = await bob.call("DELETE", f"/api/sales/{number}")
    undone = (await answer.json())["data"]
    assert (undone["is_void"], undone["total_revenue"], undone["id"]) == (True, 25, number)
    assert await read_stock(alice) == 5
    assert (await alice.get("/api/sales/analytics"))["data"]["total_sales"] == 0
    again = (await (await bob.call("DELETE", f"/api/sales/{number}")).json())["data"]
    assert again == undone
    await bob.refused(404, "PUT", f"/api/sales/{number}", json={"quantity": 1})


async def test_it_lets_a_seller_correct_their_own_for_as_long_as_the_company_says(
    bob: Caller, alice: Caller, database: Database, house: House
) -> None:
    number = await sell_example(bob)
    hers = (await alice.sell(sku="SOL-3077", quantity=1, shares=[{"person": "@bob", "percentage": 10}]))["id"]
    assert (await bob.refused(403, "DELETE", f"/api/sales/{hers}"))["field"] == "id"
    with database.begin() as tx:
        limit_corrections(tx, act_as_operator(find_company(tx)), 0)
    for method, options in (("PUT", {"json": {"quantity": 1}}), ("DELETE", {})):
        problem = await bob.refused(403, method, f"/api/sales/{number}", **options)
        assert "manager" in problem["detail"]
    assert (await put(alice, number, person="@alice"))["person"] == "Alice"
    assert (await bob.get("/api/sales/analytics"))["data"]["total_sales"] == 0


async def test_it_leaves_a_closed_month_as_it_was_reported(alice: Caller, database: Database, house: House) -> None:
    last_month = clock.today("Asia/Riyadh").replace(day=1) - timedelta(days=1)
    number = await sell_example(alice, sale_date=last_month.isoformat())
    with database.begin() as tx:
        close_months(tx, load_viewer(tx, house.people["dana"]), last_month)
    for method, path, options, field in (
        ("PUT", f"/api/sales/{number}", {"json": {"quantity": 1}}, "sale_date"),
        ("DELETE", f"/api/sales/{number}", {}, "id"),
        ("POST", "/api/sales", {"json": {"quantity": 1, "unit_price": 1, "sale_date": f"{last_month}"}}, "sale_date"),
    ):
        problem = await alice.refused(409, method, path, **options)
        assert (problem["field"], problem["code"]) == (field, "closed_month")
    returned = await post(alice, f"/api/sales/{number}/returns")
    assert returned["total_revenue"] == 25
    assert clock.day_of(datetime.fromisoformat(returned["sale_date"]), "Asia/Riyadh") > last_month


async def test_it_shares_a_sale_once_the_other_one_agrees(bob: Caller, alice: Caller, charlie: Caller) -> None:
    sold = await alice.sell(sku="GRP-1", quantity=2, shares=[{"person": "@bob", "percentage": 25}])
    assert sold["shares"] == [{"person": "Bob", "percentage": 25, "state": "pending"}]
    path = f"/api/sales/{sold['id']}/share"
    assert (await bob.get("/api/sales/analytics"))["data"]["total_revenue"] == 0
    await charlie.refused(404, "POST", path, json={"agrees": True})
    assert (await alice.refused(404, "POST", path, json={"agrees": True}))["field"] == "id"
    agreed = await post(bob, path, 200, agrees=True)
    assert agreed["shares"][0]["state"] == "confirmed"
    assert (agreed["quantity"], agreed["total_revenue"], agreed["person"]) == (2, 20, "Alice")
    for who, revenue in ((bob, 5), (alice, 20)):
        assert (await who.get("/api/sales/analytics"))["data"]["total_revenue"] == revenue
    assert (await alice.get("/api/sales/analytics", person="@alice"))["data"]["total_revenue"] == 15
    assert (await bob.refused(409, "POST", path, json={"agrees": False}))["field"] == "id"
    alone = await put(alice, sold["id"], shares=None)
    assert alone["shares"] == []
    assert (await bob.get("/api/sales/analytics"))["data"]["total_revenue"] == 0


@pytest.mark.parametrize(
    ("shares", "status"),
    [
        ([{"person": "@bob", "percentage": 100}], 409),
        ([{"person": "@bob", "percentage": 20}, {"person": "Bob", "percentage": 20}], 409),
        ([{"person": "@alice", "percentage": 20}], 409),
        ([{"person": "@charlie", "percentage": 20}], 409),
        ([{"person": "@nobody", "percentage": 20}], 404),
        ([{"person": "@bob", "percentage": 0}], 422),
        ([{"person": " ", "percentage": 1}], 422),
    ],
)
async def test_it_refuses_shares_that_cannot_be(alice: Caller, shares: Any, status: int) -> None:
    await alice.refused(status, "POST", "/api/sales", json={"sku": "GRP-1", "quantity": 1, "shares": shares})
    assert (await alice.get("/api/sales"))["data"] == []


async def test_it_declines_a_share(bob: Caller, alice: Caller) -> None:
    number = (await alice.sell(sku="GRP-1", quantity=2, shares=[{"person": "@bob", "percentage": 25}]))["id"]
    declined = await post(bob, f"/api/sales/{number}/share", 200, agrees=False)
    assert declined["shares"][0]["state"] == "declined"
    assert (await alice.get("/api/sales/analytics", person="@alice"))["data"]["total_revenue"] == 20


async def test_it_takes_goods_back(bob: Caller, alice: Caller, charlie: Caller) -> None:
    number = await sell_example(bob)
    assert await read_stock(alice) == 2
    some = await post(bob, f"/api/sales/{number}/returns", lines=[{"sku": "GRP-1", "quantity": 1}], reason="broken")
    assert (some["kind"], some["original_id"], some["quantity"], some["total_revenue"]) == ("return", number, 1, 8.33)
    assert await read_stock(alice) == 3
    rest = await post(alice, f"/api/sales/{number}/returns", written_off=True)
    assert (rest["quantity"], rest["total_revenue"]) == (2, 16.67)
    assert await read_stock(alice) == 3
    assert (await bob.get(f"/api/sales/{number}"))["data"]["returns"] == [some["id"], rest["id"]]
    assert [one["id"] for one in (await bob.get("/api/sales", kind="return"))["data"]] == [rest["id"], some["id"]]
    assert (await bob.get("/api/sales"))["pagination"]["total"] == 1
    assert (await bob.refused(409, "POST", f"/api/sales/{number}/returns", json={}))["field"] == "id"
    assert (await bob.refused(409, "DELETE", f"/api/sales/{number}"))["field"] == "id"
    await charlie.refused(404, "POST", f"/api/sales/{number}/returns", json={})
    refused = await charlie.refused(404, "POST", "/api/returns", json={"sale_id": number})
    assert refused["field"] == "sale_id"
    await bob.call("DELETE", f"/api/sales/{some['id']}")
    assert await read_stock(alice) == 2
    back = await post(bob, "/api/returns", sale_id=number, lines=[{"position": 1, "quantity": 1}])
    assert back["total_revenue"] == 8.33


async def test_it_exchanges(bob: Caller, alice: Caller) -> None:
    number = await sell_example(bob)
    out = {"sku": "SOL-3077", "quantity": 1}
    done = await post(bob, f"/api/sales/{number}/returns", lines=[{"sku": "GRP-1", "quantity": 1}], exchange=out)
    assert (done["kind"], done["total_revenue"]) == ("exchange", 8.33)
    outgoing = done["outgoing"]
    assert (outgoing["original_id"], outgoing["total_revenue"]) == (done["id"], 25.99)
    assert outgoing["customer_name"] == "John Doe"
    assert (await alice.get(f"/api/sales/{outgoing['id']}"))["data"]["kind"] == "sale"


async def test_it_takes_back_what_nobody_knows_the_sale_of(bob: Caller, alice: Caller) -> None:
    lines = [{"sku": "GRP-1", "quantity": 2}, {"sku": "SOL-3077", "quantity": 1, "unit_price": 20}]
    done = await post(bob, "/api/returns", lines=lines, customer_name="Jane", reason="no receipt")
    assert (done["total_revenue"], done["original_id"], done["customer_name"]) == (40, None, "Jane")
    assert await read_stock(alice) == 7
    assert (await bob.refused(409, "POST", "/api/returns", json={}))["field"] == "lines"
    body = {"lines": [{"sku": "GRP-1", "quantity": 1}], "person": "@alice"}
    await bob.refused(403, "POST", "/api/returns", json=body)


async def test_the_contract_s_way_to_a_return_and_what_its_list_tells(
    bob: Caller, alice: Caller, charlie: Caller, house: House
) -> None:
    number = (await bob.sell(lines=[{"sku": "GRP-1", "quantity": 2}, {"sku": "SOL-3077", "quantity": 1}]))["id"]
    back = {"sale_id": number, "lines": [{"sku": "GRP-1", "quantity": 1}]}
    some = await post(bob, "/api/sales/returns", **back, reason="broken")
    rest = await post(bob, "/api/sales/returns", sale_id=number)
    free = await post(bob, "/api/returns", lines=[{"sku": "SOL-3077", "quantity": 1}])
    assert (await charlie.refused(404, "POST", "/api/sales/returns", json=back))["field"] == "sale_id"
    items = {one["id"]: one for one in (await alice.get("/api/metrics/returns"))["data"]["items"]}
    names = ("originalSaleId", "productId", "sku", "productName")
    grip, sol = house.products["GRP-1"], house.products["SOL-3077"]
    assert {key: tuple(one[name] for name in names) for key, one in items.items()} == {
        some["id"]: (number, grip, "GRP-1", "Grip Arm"),
        rest["id"]: (number, None, None, "Grip Arm, SolarGlow"),
        free["id"]: (None, sol, "SOL-3077", "SolarGlow"),
    }
    assert [(one["sku"], one["quantity"], one["amount"]) for one in items[rest["id"]]["lines"]] == [
        ("GRP-1", 1, 10),
        ("SOL-3077", 1, 25.99),
    ]
    assert (await charlie.get("/api/metrics/returns"))["data"]["items"] == []


async def test_what_is_sold_by_a_variant_s_code_has_that_code(bob: Caller, alice: Caller, house: House) -> None:
    number = house.products["SOL-3077"]
    variant = await post(alice, f"/api/products/{number}/variants", name="Blue", sku="SOL-B", price=30)
    plain = await post(alice, f"/api/products/{number}/variants", name="Red")
    sold = await bob.sell(sku="SOL-B", quantity=2)
    assert (sold["sku"], sold["product_id"], sold["variant_id"], sold["unit_price"]) == (
        "SOL-B",
        number,
        variant["id"],
        30,
    )
    path = f"/api/sales/{sold['id']}"
    told = [
        (await bob.get(path))["data"],
        (await bob.get("/api/sales"))["data"][0],
        await put(bob, sold["id"], quantity=1),
    ]
    assert [(one["sku"], one["lines"][0]["sku"]) for one in told] == [("SOL-B", "SOL-B")] * 3
    assert [one["lines"][0]["sku"] for one in (await bob.get(f"{path}/history"))["data"]] == ["SOL-B"] * 2
    back = await post(bob, f"{path}/returns", lines=[{"sku": "SOL-B", "quantity": 1}])
    assert back["sku"] == "SOL-B"
    assert (await bob.sell(sku="SOL-3077", variant_id=plain["id"], quantity=1))["sku"] == "SOL-3077"
