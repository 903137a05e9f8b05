"""Cards and charts, part by part of the dashboard document. One rule: what is expected was reckoned by hand."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.access import act_as_operator, find_company, find_viewer
from core.db import Database
from core.goals.goals import set_goal
from core.imports import ImportOptions, import_sales
from core.periods import month_of
from tests.api.house import Caller

ROWS = """order_id,date,sku,product,category,quantity,amount,cost,customer,person,ledger_group,region,country,pincode
A0,2026-01-10,LMP,Lamp,Light,1,100,60,Zed,bob,Dealers,TN,India,600001
A1,2026-02-02,LMP,Lamp,Light,2,200,120,Ann,bob,Dealers,TN,India,600001
A1,2026-02-02,CBL,Cable,Parts,5,50,55,Ann,bob,Dealers,TN,India,600001
A2,2026-02-03,LMP,Lamp,Light,1,100,60,ANN,alice,Debtors,KA,India,560066
A3,2026-02-05,CBL,Cable,Parts,10,100,130,Bea,bob,,,,
A4,2026-02-05,HUB,Hub,,1,300,100,Cid,bob,Dealers,,Oman,
"""
FEBRUARY = {"period": "2026-02"}
CARDS = {
    "total_revenue": ("750.00", "100.00"),
    "total_invoices": (4, 1),
    "total_quantity": (19, 1),
    "unique_customers": (3, 1),
    "avg_invoice_value": ("187.50", "100.00"),
    "total_profit": ("285.00", "40.00"),
    "profit_margin": ("38.00", "40.00"),
    "avg_profit_per_order": ("71.25", "40.00"),
}
COURSES: dict[str, dict[int, Any]] = {
    "total_revenue": {1: "0.00", 2: "250.00", 3: "100.00", 4: "0.00", 5: "400.00", 28: "0.00"},
    "total_invoices": {1: 0, 2: 1, 3: 1, 4: 0, 5: 2, 28: 0},
    "total_quantity": {2: 7, 3: 1, 5: 11},
    "unique_customers": {1: 0, 2: 1, 3: 1, 4: 1, 5: 3, 28: 3},
    "avg_invoice_value": {1: None, 2: "250.00", 3: "100.00", 4: None, 5: "200.00"},
    "total_profit": {2: "75.00", 3: "40.00", 5: "170.00"},
    "profit_margin": {1: None, 2: "30.00", 3: "40.00", 5: "42.50"},
    "avg_profit_per_order": {2: "75.00", 3: "40.00", 5: "85.00"},
}
CHARTS: dict[str, list[tuple[Any, ...]]] = {
    "stock_group": [("Light", "300.00"), ("Unknown", "300.00"), ("Parts", "150.00")],
    "ledger_group": [("Dealers", "550.00"), ("Debtors", "100.00"), ("Unknown", "100.00")],
    "state": [("Unknown", "400.00"), ("TN", "250.00"), ("KA", "100.00")],
    "country": [("India", "350.00"), ("Oman", "300.00"), ("Unknown", "100.00")],
    "period": [("2026-02", "750.00")],
    "top_customers": [("Ann", "350.00"), ("Cid", "300.00"), ("Bea", "100.00")],
    "top_items_by_revenue": [
        ("Hub", "300.00", "300.00", 1),
        ("Lamp", "300.00", "300.00", 3),
        ("Cable", "150.00", "150.00", 15),
    ],
    "top_items_by_quantity": [("Cable", 15), ("Lamp", 3), ("Hub", 1)],
    "revenue_vs_profit": [("2026-02", "750.00", "750.00", "285.00")],
    "salesperson_totals": [("Bob", "650.00", 3), ("Alice", "100.00", 1)],
    "top_profitable_items": [("Hub", "200.00"), ("Lamp", "120.00")],
    "top_loss_items": [("Cable", "-35.00")],
    "month_wise_profit": [("2026-02", "285.00")],
}
FURTHER = ("revenue", "quantity", "profit", "billCount")
FILTERS = {
    "customer=ann": "350.00",
    "item=Lamp": "300.00",
    "stock_group=parts": "150.00",
    "ledger_group=Dealers": "550.00",
    "region=TN": "250.00",
    "country=oman": "300.00",
    "pincode=600001": "250.00",
    "month=2026-02": "750.00",
    "month=2026-01": "0.00",
    "salesperson=bob": "650.00",
    "country=India country=Oman": "650.00",
    "country=India category=Light salesperson=alice": "100.00",
}


@pytest.fixture
def sold(database: Database, house: object, tmp_path: Path) -> None:
    """The rows, imported."""
    assert house
    with database.begin_read() as tx:
        operator = act_as_operator(find_company(tx))
    (tmp_path / "sales.csv").write_text(ROWS)
    options = ImportOptions(create_missing=frozenset({"products"}), branch="Riyadh")
    assert import_sales(database, operator, tmp_path / "sales.csv", options).recorded == 6


async def choose(viewer: Caller, **body: Any) -> None:
    answer = await viewer.call("PUT", "/api/metrics/cards/choices", json=body)
    assert answer.status == 200, await answer.text()


async def read_cards(viewer: Caller, **params: Any) -> dict[str, Any]:
    asked = FEBRUARY if "from" not in params else {}
    cards = (await viewer.get("/api/metrics/cards", **{**asked, **params}))["data"]["cards"]
    return {card["name"]: card for card in cards}


def list_profit(**more: Any) -> list[dict[str, Any]]:
    return [{"card": name, "hidden": False, **more} for name in list(CARDS)[5:]]


@pytest.mark.usefixtures("sold")
async def test_part_4_the_eight_cards(alice: Caller) -> None:
    assert list(await read_cards(alice)) == list(CARDS)[:5]
    await choose(alice, cards=list_profit())
    cards = await read_cards(alice)
    assert {name: (card["value"], card["previous"]) for name, card in cards.items()} == CARDS
    for name, course in COURSES.items():
        drawn = {int(point["label"][-2:]): point["value"] for point in cards[name]["trend"]}
        assert len(drawn) == 28
        assert {day: drawn[day] for day in course} == course, name
    assert {(card["status"], card["target"]) for card in cards.values()} == {("met", None)}
    assert cards["total_revenue"]["change_pct"] == "650.00"
    assert cards["unique_customers"]["change_pct"] == "200.00"


@pytest.mark.usefixtures("sold")
async def test_part_4_targets_differences_and_status(database: Database, alice: Caller, bob: Caller) -> None:
    with database.begin() as tx:
        viewer, february = find_viewer(tx, "alice"), month_of(date(2026, 2, 1))
        for measure, target in (("revenue", 1000_0000), ("units", 19_000), ("orders", 3)):
            set_goal(tx, viewer, measure=measure, target=target, period=february)
        bob_id = find_viewer(tx, "bob").person_id
        set_goal(tx, viewer, measure="units", target=20_000, period=february, person_id=bob_id)
    cards = await read_cards(alice)
    told = {name: (card["target"], card["difference"], card["status"]) for name, card in cards.items()}
    assert told["total_revenue"] == ("1000.00", "-250.00", "below")
    assert told["total_quantity"] == (19, 0, "met")
    assert told["total_invoices"] == (3, 1, "above")
    assert told["unique_customers"] == (None, None, "met")
    own = (await read_cards(bob))["total_quantity"]
    assert (own["value"], own["target"], own["difference"], own["status"]) == (18, 20, -2, "below")
    assert (await read_cards(alice, where="country=India"))["total_quantity"]["target"] is None
    week = await read_cards(alice, **{"from": "2026-02-01", "to": "2026-02-14"})
    assert (week["total_quantity"]["target"], week["total_revenue"]["target"]) == (
        None,
        "500.00",
    )  # 14 days of 1,000 a month


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("name", CHARTS)
async def test_part_5_the_thirteen_charts(alice: Caller, name: str) -> None:
    chart = (await alice.get(f"/api/metrics/charts/{name}", **FEBRUARY))["data"]
    rows = [(row["label"], row["value"], *(row[one] for one in FURTHER if one in row)) for row in chart["rows"]]
    assert rows == CHARTS[name]
    first = (await alice.get(f"/api/metrics/charts/{name}", limit=1, **FEBRUARY))["data"]
    assert [row["label"] for row in first["rows"]] == [CHARTS[name][0][0]]


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize("words", FILTERS)
async def test_part_3_every_filter(alice: Caller, words: str) -> None:
    where = [("where", one) for one in words.split()]
    answer = await alice.call("GET", "/api/metrics/cards", params=[("period", "2026-02"), *where])
    cards = (await answer.json())["data"]["cards"]
    assert cards[0]["value"] == FILTERS[words]
    chart = await alice.call("GET", "/api/metrics/charts/salesperson_totals", params=[("period", "2026-02"), *where])
    assert (await chart.json())["data"]["total"] == FILTERS[words]


@pytest.mark.usefixtures("sold")
async def test_part_3_salespeople_before_and_after_they_are_chosen(alice: Caller) -> None:
    for chosen, value, people in ((None, "750.00", 2), (["bob"], "650.00", 1), ([], "0.00", 0)):
        await choose(alice, salespeople=chosen)
        assert (await read_cards(alice))["total_revenue"]["value"] == value
        chart = (await alice.get("/api/metrics/charts/salesperson_totals", **FEBRUARY))["data"]
        assert len(chart["rows"]) == people


@pytest.mark.usefixtures("sold")
async def test_part_7_a_cards_own_period_wins_over_that_of_all(alice: Caller) -> None:
    await choose(alice, period="2026-02", cards=[{"card": "total_quantity", "period": "2026-01", "position": 0}])
    cards = {card["name"]: card for card in (await alice.get("/api/metrics/cards"))["data"]["cards"]}
    assert next(iter(cards)) == "total_quantity"
    assert (cards["total_quantity"]["value"], cards["total_revenue"]["value"]) == (1, "750.00")
    assert (await read_cards(alice, period="2026"))["total_quantity"]["value"] == 1
    assert (await read_cards(alice, period="2026"))["total_revenue"]["value"] == "850.00"
    await choose(alice, cards=[{"card": "top_customers", "top": 2, "period": "2026"}])
    chart = (await alice.get("/api/metrics/charts/top_customers", **FEBRUARY))["data"]
    assert [(row["label"], row["value"]) for row in chart["rows"]] == [("Ann", "350.00"), ("Cid", "300.00")]
    assert (chart["others"], chart["total"]) == ("200.00", "850.00")
