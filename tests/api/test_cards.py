"""Cards, charts and lines over HTTP. One rule: they agree with a query of the same person, value for value."""

from decimal import Decimal
from typing import Any

import pytest

from tests.api.house import Caller

CHOICES = "/api/metrics/cards/choices"
STANDARD = ["total_revenue", "total_invoices", "total_quantity", "unique_customers", "avg_invoice_value"]


@pytest.fixture
async def sold(bob: Caller, alice: Caller, charlie: Caller) -> None:
    """A few sales of everybody."""
    await bob.sell(sku="SOL-3077", quantity=2, platform="Etsy", customer_name="Zoë", sale_date="2024-02-15")
    await bob.sell(sku="GRP-1", quantity=1, platform="Direct", customer_name="Ann", sale_date="2024-02-20")
    await alice.sell(sku="SOL-3077", quantity=1, platform="Etsy", customer_name="zoë", sale_date="2024-02-29")
    await charlie.sell(quantity=1, unit_price=1000, customer_name="Zoë", sale_date="2024-02-29")


async def read_cards(viewer: Caller, **params: Any) -> dict[str, Any]:
    data = (await viewer.get("/api/metrics/cards", **{"period": "2024-02", **params}))["data"]
    return {card["name"]: card for card in data["cards"]}


async def choose(viewer: Caller, **body: Any) -> Any:
    answer = await viewer.call("PUT", CHOICES, json=body)
    assert answer.status == 200, await answer.text()
    return (await answer.json())["data"]


@pytest.mark.usefixtures("sold")
async def test_its_cards_are_what_a_query_says(alice: Caller, bob: Caller, charlie: Caller) -> None:
    cards = await read_cards(alice)
    assert list(cards) == STANDARD
    measures = {card["measure"]: card["value"] for card in cards.values()}
    totals = (await alice.get("/api/metrics/query", measures=",".join(measures), period="2024-02"))["data"]["totals"]
    assert measures == totals
    revenue = cards["total_revenue"]
    assert (revenue["value"], revenue["previous"], revenue["status"]) == ("87.97", "0.00", "met")
    assert (revenue["period"]["from"], revenue["period"]["to"]) == ("2024-02-01", "2024-02-29")
    assert revenue["previous_period"]["to"] == "2024-01-31"
    assert len(revenue["trend"]) == 29
    assert cards["unique_customers"]["trend"][-1] == {"label": "2024-02-29", "value": 2}
    assert (await read_cards(bob))["total_revenue"]["value"] == "61.98"
    assert (await read_cards(charlie))["total_revenue"]["value"] == "1000.00"
    narrowed = await read_cards(alice, where="customer=ann")
    assert narrowed["total_revenue"]["value"] == "10.00"


async def test_the_target_of_the_month_is_on_the_card(alice: Caller) -> None:
    revenue = (await read_cards(alice, period="month"))["total_revenue"]
    assert (revenue["target"], revenue["difference"], revenue["status"]) == ("4000.00", "-4000.00", "below")


@pytest.mark.usefixtures("sold")
async def test_the_rows_of_a_chart_and_what_it_leaves_out_are_the_total(alice: Caller) -> None:
    path = "/api/metrics/charts/top_items_by_revenue"
    chart = (await alice.get(path, period="2024-02", limit=1))["data"]
    assert chart["rows"][0] == {
        "label": "SolarGlow",
        "value": "77.97",
        "shown": "SAR 77.97",
        "revenue": "77.97",
        "quantity": 3,
        "cell": "product=SolarGlow",
    }
    assert (chart["others"], chart["total"]) == ("10.00", "87.97")
    people = (await alice.get("/api/metrics/charts/salesperson_totals", period="2024-02"))["data"]
    assert [(row["label"], row["value"], row["billCount"]) for row in people["rows"]] == [
        ("Bob", "61.98", 2),
        ("Alice", "25.99", 1),
    ]
    assert people["chart_types"] == ["bar"]
    country = (await alice.get("/api/metrics/charts/country", period="2024-02"))["data"]
    assert country["rows"][0]["label"] == "Unknown"


@pytest.mark.usefixtures("sold")
async def test_the_lines_behind_a_cell_are_the_cell(alice: Caller, charlie: Caller) -> None:
    for name in ("salesperson_totals", "country", "top_customers", "period", "stock_group"):
        chart = (await alice.get(f"/api/metrics/charts/{name}", period="2024-02"))["data"]
        for row in chart["rows"]:
            page = await alice.get("/api/metrics/lines", card=name, cell=row["cell"], period="2024-02")
            assert page["data"]["value"] == row["value"], row
            assert sum(Decimal(line["amount"]) for line in page["data"]["rows"]) == Decimal(row["value"])
            theirs = await charlie.get("/api/metrics/lines", card=name, cell=row["cell"], period="2024-02")
            assert all(line["person"] == "Charlie" for line in theirs["data"]["rows"])


@pytest.mark.usefixtures("sold")
async def test_lines_are_paged_sorted_and_searched(alice: Caller, bob: Caller) -> None:
    path = "/api/metrics/lines"
    query = {"measure": "revenue", "period": "2024-02", "sort": "amount", "limit": 2}
    answer = await alice.call("GET", path, params=query)
    page = await answer.json()
    assert [line["amount"] for line in page["data"]["rows"]] == ["10.00", "25.99"]
    assert page["pagination"] == {"page": 1, "limit": 2, "total": 3, "total_pages": 2}
    assert 'rel="next"' in answer.headers["Link"]
    found = await alice.get(path, **query, search="customer=zo")
    assert (found["data"]["value"], found["pagination"]["total"]) == ("77.97", 2)
    assert "profit" in found["data"]["columns"]
    assert "profit" not in (await bob.get(path, **query))["data"]["columns"]
    await bob.refused(403, "GET", path, params={**query, "sort": "-cost"})


@pytest.mark.usefixtures("sold")
async def test_it_keeps_what_one_chose(alice: Caller, bob: Caller) -> None:
    chosen = await choose(
        alice,
        salespeople=["bob"],
        cards=[{"card": "total_profit", "hidden": False, "position": 0}, {"card": "total_revenue", "period": "2023"}],
        custom=[{"name": "etsy", "title": "Etsy", "measure": "units", "where": ["platform=etsy"]}],
    )
    assert chosen["salespeople"] == ["bob"]
    assert chosen == (await alice.get(CHOICES))["data"]
    cards = await read_cards(alice)
    assert next(iter(cards)) == "total_profit"
    assert cards["total_revenue"]["value"] == "0.00"
    assert cards["total_quantity"]["value"] == 3
    assert cards["etsy"]["value"] == 2
    assert list(await read_cards(bob)) == STANDARD
    assert (await choose(alice, salespeople=[]))["salespeople"] == []
    assert (await read_cards(alice))["total_quantity"]["value"] == 0
    assert (await choose(alice))["salespeople"] is None
    assert (await read_cards(alice))["total_quantity"]["value"] == 4


@pytest.mark.usefixtures("sold")
async def test_an_admin_refuses_a_card(sam: Caller, bob: Caller, alice: Caller) -> None:
    path = "/api/metrics/cards/permissions"
    body = {"person": "@bob", "refused": ["Country wise Sales", "Total Revenue"]}
    for nobody in (bob, alice):
        await nobody.refused(403, "PUT", path, json=body)
    assert (await sam.call("PUT", path, json=body)).status == 200
    assert "total_revenue" not in await read_cards(bob)
    await bob.refused(403, "GET", "/api/metrics/charts/country")
    await bob.refused(403, "GET", "/api/metrics/lines", params={"card": "country"})
    assert (await alice.get("/api/metrics/charts/country"))["data"]
    seats = {seat["card"]: seat for seat in (await bob.get(CHOICES))["data"]["cards"]}
    assert (seats["country"]["granted"], seats["state"]["granted"], seats["total_profit"]["granted"]) == (
        False,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("path", "query", "status", "field"),
    [
        ("cards", {"period": "2025-13"}, 422, "period"),
        ("cards", {"from": "2025-02-01", "to": "2025-01-01"}, 409, "to"),
        ("cards", {"from": "2025-02-01", "period": "month"}, 409, "period"),
        ("cards", {"where": "country=Atlantis"}, 404, "where"),
        ("cards", {"branch": "Jeddah"}, 403, "branch"),
        ("charts/moon", {}, 404, "name"),
        ("charts/total_revenue", {}, 404, "name"),
        ("charts/country", {"limit": 0}, 422, "limit"),
        ("lines", {}, 409, "card"),
        ("lines", {"card": "country", "measure": "revenue"}, 409, "card"),
        ("lines", {"measure": "money"}, 422, "measure"),
        ("lines", {"card": "country", "sort": "moon"}, 422, "sort"),
        ("lines", {"card": "country", "cell": "person=bob"}, 404, "cell"),
        ("lines", {"card": "country", "search": "amount=much"}, 404, "search"),
    ],
)
async def test_it_names_what_is_wrong(bob: Caller, path: str, query: dict[str, Any], status: int, field: str) -> None:
    problem = await bob.refused(status, "GET", f"/api/metrics/{path}", params=query)
    assert problem["field"] == field


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"cards": [{"card": "moon"}]}, 404, "cards.0.card"),
        ({"cards": [{"card": "period", "chart_type": "geoMap"}]}, 409, "cards.0.chart_type"),
        ({"cards": [{"card": "period", "top": "5"}]}, 422, "cards.0.top"),
        ({"period": "fortnight"}, 422, "period"),
        ({"salespeople": ["nobody"]}, 404, "salespeople.0"),
        ({"salespeople": ["alice"]}, 403, "salespeople"),
        ({"custom": [{"name": "x", "title": "x", "measure": "profit"}]}, 403, "custom.0.measure"),
        ({"custom": [{"name": "x", "title": "x", "measure": "revenue", "by": "moon"}]}, 409, "custom.0.by"),
    ],
)
async def test_it_names_what_cannot_be_chosen(bob: Caller, body: dict[str, Any], status: int, field: str) -> None:
    problem = await bob.refused(status, "PUT", CHOICES, json=body)
    assert problem["field"] == field
