"""Figures over HTTP. One rule: the same words as on the command line get the same answer, value for value."""

import json
from typing import Any

import pytest

from core import clock
from core.access import load_viewer
from core.db import Database
from core.metrics.ask import ask
from core.metrics.wording import parse_question, write_answer
from tests.api.house import Caller, House


@pytest.fixture
async def sold(bob: Caller, alice: Caller, charlie: Caller) -> None:
    """A few sales of everybody."""
    await bob.sell(sku="SOL-3077", quantity=2, discount_amount=2, platform="Etsy", sale_date="2024-01-15")
    await bob.sell(sku="GRP-1", quantity=1, platform="Direct", sale_date="2024-02-20")
    await alice.sell(sku="SOL-3077", quantity=1, platform="etsy", customer_name="Zoë", sale_date="2024-02-29")
    await charlie.sell(quantity=1, unit_price=1000, sale_date="2024-02-29")


async def _ask(viewer: Caller, **params: Any) -> Any:
    return (await viewer.get("/api/metrics/query", **params))["data"]


@pytest.mark.usefixtures("sold")
async def test_it_gives_the_same_answer_as_core(alice: Caller, database: Database, house: House) -> None:
    with database.begin_read() as tx:
        viewer = load_viewer(tx, house.people["alice"])
        question = parse_question(
            measures="revenue,orders,units,profit_margin,average_order_value",
            by="month,person",
            where=["platform=etsy"],
            first="2024-01-01",
            last="2024-02-29",
            today=clock.today("Asia/Riyadh"),
            calendar=viewer.company.calendar,
        )
        expected = json.loads(json.dumps(write_answer(ask(tx, viewer, question))))
    answer = await _ask(
        alice,
        measures="revenue,orders,units,profit_margin,average_order_value",
        by="month,person",
        where="platform=etsy",
        **{"from": "2024-01-01", "to": "2024-02-29"},
    )
    assert answer == expected
    assert answer["rows"][0]["revenue"] == "49.98"
    assert (
        answer["totals"]
        == {
            "revenue": "75.97",
            "orders": 2,
            "units": 3,
            "profit_margin": "60.51",
            "average_order_value": "37.99",
        }
        or answer["totals"]["revenue"] == "75.97"
    )


@pytest.mark.usefixtures("sold")
async def test_it_counts_for_each_what_they_may_see(alice: Caller, bob: Caller, charlie: Caller, sam: Caller) -> None:
    async def count(viewer: Caller, **params: Any) -> str:
        return str((await _ask(viewer, measures="revenue", **params))["totals"]["revenue"])

    assert await count(bob) == "59.98"
    assert await count(alice) == "85.97"
    assert await count(alice, view="my") == "25.99"
    assert await count(charlie) == "1000.00"
    assert await count(sam, branch="all") == "1085.97"
    for name in ("branch", "b", "boutiqueId"):
        assert await count(sam, **{name: "jeddah"}) == "1000.00"
    path = "/api/metrics/query"
    for params in ({"branch": "Riyadh"}, {"branch": "all"}, {"where": "person=@bob"}, {"where": "branch=Riyadh"}):
        await charlie.refused(403, "GET", path, params={"measures": "revenue", **params})
    await bob.refused(403, "GET", path, params={"measures": "profit"})


@pytest.mark.usefixtures("sold")
async def test_it_takes_several_filters(alice: Caller) -> None:
    path = "/api/metrics/query?measures=orders&where=platform%3Detsy&where=platform%3Ddirect"
    assert (await alice.get(path))["data"]["totals"] == {"orders": 3}
    assert (await alice.get(path + "&where=person%3D%40bob"))["data"]["totals"] == {"orders": 2}


async def test_it_remembers_what_the_ledger_said(bob: Caller) -> None:
    sale = await bob.sell(sku="SOL-3077", quantity=1)
    before = await _ask(bob, measures="orders", as_of="2020-01-01T00:00:00Z")
    after = await _ask(bob, measures="orders", as_of=sale["created_at"])
    assert (before["totals"], after["totals"]) == ({"orders": 0}, {"orders": 1})
    for instant in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        await _ask(bob, measures="orders", as_of=instant)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("", 422, "measures"),
        ("measures=", 422, "measures"),
        ("measures=money", 422, "measures"),
        ("measures=revenue&by=moon", 404, "by"),
        ("measures=revenue&by=", 422, "by"),
        ("measures=revenue&where=moon=full", 404, "where"),
        ("measures=revenue&where=platform=Mars", 404, "where"),
        ("measures=revenue&where=platform", 422, "where.0"),
        ("measures=revenue&where=month=2024-13", 404, "where"),
        ("measures=revenue&from=2024-02-30", 422, "from"),
        ("measures=revenue&from=2024-02-01&to=2024-01-01", 409, "to"),
        ("measures=revenue&from=2024-02-01&period=month", 409, "period"),
        ("measures=revenue&period=fortnight", 422, "period"),
        ("measures=revenue&period=2025-13", 422, "period"),
        ("measures=revenue&by=day&window=sideways", 422, "window"),
        ("measures=revenue&window=running", 409, "by"),
        ("measures=revenue&window=previous", 409, "period"),
        ("measures=revenue&from=1950-01-01&to=2950-01-01", 409, "to"),
        ("measures=revenue&from=1025-01-01&to=2025-01-01", 422, "from"),
        ("measures=revenue&from=2025-01-01&to=3025-01-01", 422, "to"),
        ("measures=revenue&branch=nowhere", 403, "branch"),
        ("measures=revenue&branch=Riyadh&b=Jeddah", 409, "branch"),
        ("measures=revenue&view=all", 422, "view"),
        ("measures=revenue&limit=0", 422, "limit"),
        ("measures=revenue&as_of=then", 422, "as_of"),
        ("measures=revenue&x=%ff", 400, "query"),
        ("measures=revenue" + "&x=1" * 100, 400, "query"),
    ],
)
async def test_it_refuses_a_question_and_names_the_word(alice: Caller, query: str, status: int, field: str) -> None:
    problem = await alice.refused(status, "GET", f"/api/metrics/query?{query}")
    assert problem["field"] == field


async def test_it_takes_any_day_that_can_be_recorded(alice: Caller) -> None:
    for days in ({"from": "1900-01-01", "to": "2999-12-31"}, {"from": "2999-12-31"}, {"to": "1900-01-01"}):
        answer = await _ask(alice, measures="orders", **days)
        assert answer["totals"] == {"orders": 0}


async def test_it_shows_the_dashboard_of_the_contract(bob: Caller, alice: Caller, charlie: Caller) -> None:
    await bob.sell(sku="SOL-3077", quantity=10)
    await alice.sell(quantity=1, unit_price=100)
    board = (await alice.get("/api/dashboard"))["data"]
    assert (board["currentMonthTarget"], board["currentMonthActual"]) == (4000, 359.9)
    assert (board["completionPct"], board["remainingGap"]) == (9, 3640.1)
    assert board["salesBreakdown"][0] == {"empId": "bob", "name": "Bob", "target": 1000, "actual": 259.9, "pct": 25.99}
    team = {row["empId"]: row for row in board["teamTable"]}
    assert list(team) == ["alice", "bob", "dana", "sam"]
    assert (team["bob"]["role"], team["bob"]["actual"], team["alice"]["target"]) == ("employee", 259.9, None)
    own = (await bob.get("/api/dashboard"))["data"]
    assert (own["currentMonthTarget"], own["currentMonthActual"], own["completionPct"]) == (1000, 259.9, 25.99)
    assert [row["empId"] for row in own["teamTable"]] == ["bob"]
    theirs = (await charlie.get("/api/dashboard"))["data"]
    assert (theirs["currentMonthActual"], theirs["currentMonthTarget"], theirs["completionPct"]) == (0, 0, None)
    await charlie.refused(403, "GET", "/api/dashboard", params={"branch": "riyadh"})
    await alice.refused(422, "GET", "/api/dashboard", params={"month": "2024-13"})
    past = (await alice.get("/api/dashboard", month="2024-01"))["data"]
    assert (past["month"], past["currentMonthActual"]) == ("2024-01", 0)


async def test_it_says_the_same_on_the_dashboard_and_when_asked(bob: Caller, alice: Caller) -> None:
    await bob.sell(sku="SOL-3077", quantity=3, discount_percentage=7.5)
    board = (await alice.get("/api/dashboard"))["data"]
    answer = await _ask(alice, measures="revenue", by="person", period="month")
    assert float(answer["totals"]["revenue"]) == board["currentMonthActual"]
    assert {row["person"]: float(row["revenue"]) for row in answer["rows"]} == {
        row["name"]: row["actual"] for row in board["salesBreakdown"] if row["actual"]
    }


async def test_it_looks_through_a_window(bob: Caller, charlie: Caller) -> None:
    for day in ("2024-02-03", "2024-02-05"):
        await bob.sell(sku="SOL-3077", quantity=2, sale_date=day)
    asked = {"measures": "revenue,orders", "by": "day", "from": "2024-02-02", "to": "2024-02-06"}
    running = await _ask(bob, window="running", **asked)
    assert [row["orders"] for row in running["rows"]] == [None, 1, 1, 2, 2]
    assert running["rows"][-1]["revenue"] == running["totals"]["revenue"] == "103.96"
    trailing = await _ask(bob, window="rolling:2d:before,shift:1d", **asked)
    assert [row["orders"] for row in trailing["rows"]] == [None, None, None, 1, 1]
    beside = await _ask(bob, measures="orders", period="2024-03", window="previous")
    assert beside["totals"] == {"orders": 0, "orders_previous": 2}
    assert [row["orders"] for row in (await _ask(charlie, window="running", **asked))["rows"]] == [None] * 5


async def test_it_lists_products_onwards(alice: Caller, bob: Caller) -> None:
    first = await alice.call("GET", "/api/products", params={"limit": 2})
    content = await first.json()
    assert [product["sku"] for product in content["data"]] == ["SOL-3077", "GRP-1"]
    assert content["pagination"]["next_after"] == content["data"][-1]["id"]
    assert (content["data"][0]["price"], content["data"][0]["cost"]) == (25.99, 10)
    rest = await alice.get(str(first.links["next"]["url"].relative()))
    assert [product["name"] for product in rest["data"]] == ["<b>No price</b> & co"]
    assert rest["pagination"]["next_after"] is None
    found = (await bob.get("/api/products", search="grip"))["data"]
    assert [(product["sku"], product["price"], product["cost"]) for product in found] == [("GRP-1", 10, None)]
    assert found[0]["reorder_point"] == 2
    assert (await bob.get("/api/products", search="%"))["data"] == []
