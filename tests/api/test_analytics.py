"""Analytics, the sales log, performance and goals over HTTP. One rule: one figure everywhere, for whom it is to see."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core import clock
from core.db import Database
from core.metrics import recalculation
from core.models.rollups import ROLLUPS
from tests.api.house import Caller, House


def day(ago: int) -> str:
    return (clock.today("Asia/Riyadh") - timedelta(days=ago)).isoformat()


async def sell_some(bob: Caller, alice: Caller, charlie: Caller) -> None:
    await bob.sell(
        sku="SOL-3077", quantity=4, discount_amount=3.96, platform="Etsy", coupon_code="A", sale_date=day(40)
    )
    await bob.sell(sku="SOL-3077", quantity=2, platform="Shopify", coupon_code="B", sale_date=day(3))
    await alice.sell(sku="GRP-1", quantity=3, platform="Etsy", coupon_code="A", sale_date=day(2))
    await alice.sell(quantity=1, unit_price=5)
    await charlie.sell(sku="SOL-3077", quantity=1, platform="eBay")


async def test_it_answers_analytics_as_the_transactions_document_does(
    bob: Caller, alice: Caller, charlie: Caller, house: House
) -> None:
    await sell_some(bob, alice, charlie)
    found = (await alice.get("/api/sales/analytics"))["data"]
    solar, grip = house.products["SOL-3077"], house.products["GRP-1"]
    assert found == {
        "total_sales": 4,
        "total_quantity": 10,
        "total_revenue": 186.98,
        "total_cost": 72,
        "total_profit": 109.98,
        "average_profit_margin": 60.4,
        "revenue_without_cost": 5,
        "by_platform": {
            "Etsy": {"revenue": 130, "quantity": 7},
            "Shopify": {"revenue": 51.98, "quantity": 2},
            "(none)": {"revenue": 5, "quantity": 1},
        },
        "by_product": [
            {"product_id": solar, "product_name": "SolarGlow", "quantity": 6, "revenue": 151.98, "profit": 91.98},
            {"product_id": grip, "product_name": "Grip Arm", "quantity": 3, "revenue": 30, "profit": 18},
            {"product_id": None, "product_name": None, "quantity": 1, "revenue": 5, "profit": 0},
        ],
        "discounts": {"total_discount_amount": 3.96, "total_discount_percentage": 2.1, "coupons_used": 3},
        "currency": "SAR",
    }
    assert (await charlie.get("/api/sales/analytics"))["data"]["total_revenue"] == 25.99
    await charlie.refused(403, "GET", "/api/sales/analytics", params={"person": "@bob"})
    await charlie.refused(403, "GET", "/api/sales/analytics", params={"branch": "Riyadh"})


async def test_it_hides_profit_from_whom_it_is_not_for(bob: Caller, alice: Caller, charlie: Caller) -> None:
    await sell_some(bob, alice, charlie)
    found = (await bob.get("/api/sales/analytics"))["data"]
    assert (found["total_sales"], found["total_revenue"]) == (2, 151.98)
    assert (found["total_cost"], found["total_profit"], found["average_profit_margin"]) == (None, None, None)
    assert [part["profit"] for part in found["by_product"]] == [None]
    told = (await bob.get("/api/performance/metrics"))["data"]
    assert (told["summary"]["profit"], told["summary"]["profitMargin"]) == (None, None)
    assert [(part["cost"], part["profit"], part["profitMargin"]) for part in told["products"]] == [(None, None, None)]
    assert [part["profit"] for part in told["categories"]] == [None]


async def test_it_narrows_analytics(bob: Caller, alice: Caller, charlie: Caller, house: House) -> None:
    await sell_some(bob, alice, charlie)

    async def add_up(**params: Any) -> Any:
        return (await alice.get("/api/sales/analytics", **params))["data"]["total_revenue"]

    assert await add_up(platform="etsy") == 130
    assert await add_up(product_id=house.products["SOL-3077"]) == 151.98
    assert await add_up(product_id=house.products["SOL-3077"], platform="Shopify") == 51.98
    assert await add_up(product_id=house.products["OLD-1"]) == 0
    assert await add_up(start_date=day(10)) == 86.98
    assert await add_up(end_date=day(10)) == 100
    assert await add_up(person="@bob") == 151.98
    assert (await alice.refused(404, "GET", "/api/sales/analytics", params={"product_id": 99}))["field"] == "product_id"
    assert (await alice.refused(404, "GET", "/api/sales/analytics", params={"platform": "Moon"}))["field"] == "platform"
    wrong_way = {"start_date": day(1), "end_date": day(2)}
    assert (await alice.refused(409, "GET", "/api/sales/analytics", params=wrong_way))["field"] == "end_date"


async def test_it_logs_a_row_for_each_item(bob: Caller, alice: Caller, charlie: Caller) -> None:
    await sell_some(bob, alice, charlie)
    log = await alice.get("/api/sales-entry", range="30d")
    rows = [(row["date"], row["sku"], row["productName"], row["unitsSold"], row["totalRevenue"]) for row in log["data"]]
    assert rows[1:] == [(day(2), "GRP-1", "Grip Arm", 3, 30), (day(3), "SOL-3077", "SolarGlow", 2, 51.98)]
    assert rows[0][1:] == (None, None, 1, 5)
    assert log["pagination"] == {"page": 1, "limit": 50, "total": 3, "total_pages": 1}

    async def list_revenues(**params: Any) -> list[Any]:
        return [row["totalRevenue"] for row in (await alice.get("/api/sales-entry", **params))["data"]]

    assert await list_revenues(range="7d") == [5, 30, 51.98]
    assert await list_revenues(range="90d") == [5, 30, 51.98, 100]
    assert await list_revenues(range="90d", sku="sol-3077") == [51.98, 100]
    assert await list_revenues(range="custom", start_date=day(50), end_date=day(3)) == [51.98, 100]
    assert await list_revenues(range="90d", limit=1, page=2) == [30]
    assert await list_revenues(range="90d", sku="NONE") == []
    refused = await alice.refused(409, "GET", "/api/sales-entry", params={"range": "custom"})
    assert refused["field"] == "start_date"
    assert (await bob.refused(422, "GET", "/api/sales-entry", params={"range": "5 moons"}))["field"] == "range"
    assert len((await bob.get("/api/sales-entry", range="90d"))["data"]) == 2
    assert [row["totalRevenue"] for row in (await charlie.get("/api/sales-entry"))["data"]] == [25.99]


async def test_a_sale_entered_shows_everywhere_at_once(bob: Caller, alice: Caller, charlie: Caller) -> None:
    """The live pages' trigger flow: sale, inventory, metrics, goals."""
    body = {"sku": "GRP-1", "quantity": 3}
    headers = {"Idempotency-Key": "e"}
    first = await bob.call("POST", "/api/sales-entry", json=body, headers=headers)
    assert first.status == 201
    again = await bob.call("POST", "/api/sales-entry", json=body, headers=headers)
    assert await again.read() == await first.read()
    recalculated = await bob.call("POST", "/api/performance/recalculate")
    assert (await recalculated.json())["data"]["recalculated"] is False
    assert (await alice.get("/api/stock"))["data"][0]["on_hand"] == 2
    for who, revenue in ((bob, 30), (alice, 30), (charlie, 0)):
        summary = (await who.get("/api/performance/metrics"))["data"]["summary"]
        assert (summary["revenue"], summary["unitsSold"]) == (revenue, revenue / 10)
        entries = (await who.get("/api/sales-entry"))["data"]
        assert sum(row["totalRevenue"] for row in entries) == revenue
    worded = await bob.call("POST", "/api/sales-entry", json={"sku": "SOL-3077", "unitsSold": 1, "date": day(1)})
    assert (await worded.json())["data"]["total_revenue"] == 25.99
    assert (await bob.get("/api/sales-entry"))["data"][1]["date"] == day(1)
    refused = await bob.refused(422, "POST", "/api/sales-entry", json={"sku": "SOL-3077", "unitsSold": 0})
    assert refused["field"] == "unitsSold"
    await bob.call("DELETE", "/api/sales/2")
    goals = (await bob.get("/api/goals/status"))["data"]["goals"]
    assert sorted(goal["currentProgress"] for goal in goals) == [30, 30]


async def test_it_answers_performance_for_the_live_page(
    bob: Caller, alice: Caller, charlie: Caller, house: House
) -> None:
    await alice.call("PUT", f"/api/products/{house.products['SOL-3077']}", json={"category": "Lamps"})
    await sell_some(bob, alice, charlie)
    found = (await alice.get("/api/performance/metrics", range="90d"))["data"]
    summary = found["summary"]
    assert (summary["revenue"], summary["unitsSold"], summary["profit"]) == (186.98, 10, 109.98)
    assert (summary["orders"], summary["averageOrderValue"], summary["bestSellingSku"]) == (4, 46.74, "SOL-3077")
    assert summary["lastSaleId"] == 4
    assert [(part["category"], part["revenue"], part["profit"]) for part in found["categories"]] == [
        ("Lamps", 151.98, 91.98),
        (None, 35, 18),
    ]
    assert [(part["sku"], part["cost"], part["profitMargin"]) for part in found["products"]] == [
        ("SOL-3077", 60, 60.5),
        ("GRP-1", 12, 60),
        (None, 0, None),
    ]
    lamps = (await alice.get("/api/performance/metrics", range="90d", category="lamps"))["data"]
    assert lamps["summary"]["revenue"] == 151.98
    assert [row["sku"] for row in (await alice.get("/api/sales-entry", range="90d", category="lamps"))["data"]] == [
        "SOL-3077",
        "SOL-3077",
    ]
    assert (await alice.refused(404, "GET", "/api/performance/metrics", params={"category": "Moon"}))[
        "field"
    ] == "category"
    assert (await charlie.get("/api/performance/metrics"))["data"]["summary"]["revenue"] == 25.99


async def test_it_puts_right_what_is_wrong_and_says_so(
    bob: Caller, alice: Caller, sam: Caller, database: Database
) -> None:
    await bob.sell(sku="SOL-3077", quantity=1)
    for who in (bob, alice):
        told = (await (await who.call("POST", "/api/performance/recalculate")).json())["data"]
        assert (told["recalculated"], told["checked"]) == (False, [])
    well = (await (await sam.call("POST", "/api/performance/recalculate")).json())["data"]
    assert well["recalculated"] is False
    assert "Nothing was wrong" in well["message"]
    assert well["checked"]
    assert {one["differences"] for one in well["checked"]} == {0}
    kept = next(one.table for one in ROLLUPS if "revenue_e4" in one.sums)
    with database.begin() as tx:
        tx.execute(update(kept).values(revenue_e4=kept.c.revenue_e4 + 1))
    wrong = (await (await sam.call("POST", "/api/performance/recalculate")).json())["data"]
    assert wrong["recalculated"] is True
    again = (await (await sam.call("POST", "/api/performance/recalculate")).json())["data"]
    assert again["recalculated"] is False
    assert (await alice.get("/api/sales/analytics"))["data"]["total_revenue"] == 25.99


async def test_a_large_ledger_is_proved_by_and_by(
    bob: Caller, alice: Caller, sam: Caller, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/api/performance/recalculate"
    assert (await sam.get(path))["data"]["state"] is None
    monkeypatch.setattr(recalculation, "FEW_LINES", 0)
    await bob.sell(sku="SOL-3077", quantity=1)
    asked = (await (await sam.call("POST", path)).json())["data"]
    assert (asked["state"], asked["recalculated"], asked["checked"]) == ("asked", False, [])
    await recalculation.do_recalculations(database)
    done = (await sam.get(path))["data"]
    assert (done["state"], done["recalculated"], done["askedAt"]) == ("done", False, asked["askedAt"])
    assert done["doneAt"] >= done["askedAt"]
    assert [one["name"] for one in done["checked"]] == [rollup.name for rollup in ROLLUPS]
    assert (await alice.get(path))["data"]["checked"] == []


@pytest.mark.parametrize("sold", [0, 1000])
async def test_it_tells_how_goals_stand(bob: Caller, alice: Caller, charlie: Caller, sold: int, house: House) -> None:
    if sold:
        await bob.sell(quantity=1, unit_price=sold)
    found = (await bob.get("/api/goals/status"))["data"]
    own = next(goal for goal in found["goals"] if goal["person"] == "Bob")
    assert (own["type"], own["targetValue"], own["currentProgress"], own["title"]) == ("revenue", 1000, sold, "Revenue")
    assert own["percent"] == sold / 10
    unsold = "On track" if clock.today("Asia/Riyadh").day == 1 else "At risk"  # nothing is due before a day is over
    assert own["status"] == ("Completed" if sold else unsold)
    assert found["completed"] + found["onTrack"] + found["atRisk"] == len(found["goals"]) == 2
    assert found["completed"] == (1 if sold else 0)
    assert {goal["person"] for goal in (await alice.get("/api/goals/status", person="@bob"))["data"]["goals"]} == {
        "Bob"
    }
    assert (await charlie.get("/api/goals/status"))["data"]["goals"] == []
    await charlie.refused(403, "GET", "/api/goals/status", params={"person": "@bob"})
    await alice.refused(403, "GET", "/api/goals/status", params={"branch": "all"})
    assert (await bob.get("/api/goals/status", sku="SOL-3077"))["data"]["goals"] == []
    assert (await bob.get("/api/goals/status", day="2001-01-01"))["data"]["goals"] == []
    assert house.people["bob"]
