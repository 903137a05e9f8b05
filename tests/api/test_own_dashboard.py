"""A dashboard of one's own over HTTP: its figures, maps and cards. One rule: it changes for nobody else."""

from pathlib import Path
from typing import Any

import pytest

from core.access import act_as_operator, find_company
from core.db import Database
from tests.api.house import Caller
from tests.tills import import_tills

CHOICES = "/api/metrics/cards/choices"


async def choose(viewer: Caller, **body: Any) -> Any:
    answer = await viewer.call("PUT", CHOICES, json=body)
    assert answer.status == 200, await answer.text()
    return (await answer.json())["data"]


@pytest.fixture
def tills(database: Database, house: object, tmp_path: Path) -> None:
    """What the file with a column of its own brought."""
    assert house
    with database.begin_read() as tx:
        operator = act_as_operator(find_company(tx))
    import_tills(database, operator, tmp_path, "Riyadh")


async def read_shown(viewer: Caller) -> dict[str, Any]:
    cards = (await viewer.get("/api/metrics/cards", period="2024"))["data"]["cards"]
    return {card["name"]: card["shown"] for card in cards}


async def test_figures_are_shown_as_each_has_them_written(alice: Caller, bob: Caller) -> None:
    await bob.sell(quantity=123456.5, unit_price=100, sale_date="2024-02-15")
    assert (await read_shown(alice))["total_revenue"] == "SAR 12,345,650.00"
    chosen = await choose(alice, number_format="indian")
    assert (chosen["locale"], chosen["number_format"]) == (None, "indian")
    assert (await read_shown(alice))["total_revenue"] == "SAR 1,23,45,650.00"
    assert (await read_shown(alice))["total_quantity"] == "1,23,456.5"
    chart = (await alice.get("/api/metrics/charts/salesperson_totals", period="2024"))["data"]
    assert (chart["rows"][0]["shown"], chart["rows"][0]["value"]) == ("SAR 1,23,45,650.00", "12345650.00")
    lines = (await alice.get("/api/metrics/lines", card="total_revenue", period="2024"))["data"]
    assert lines["shown"] == "SAR 1,23,45,650.00"
    assert (await read_shown(bob))["total_revenue"] == "SAR 12,345,650.00"
    chosen = await choose(alice, locale="hi")
    assert (chosen["locale"], chosen["number_format"]) == ("hi", "indian")
    assert "1,23,45,650.00" in (await read_shown(alice))["total_revenue"]
    chosen = await choose(alice)
    assert (chosen["locale"], chosen["number_format"]) == (None, None)
    assert (await read_shown(alice))["total_revenue"] == "SAR 12,345,650.00"
    problem = await alice.refused(409, "PUT", CHOICES, json={"locale": "xx-YY"})
    assert problem["field"] == "locale"
    await alice.refused(422, "PUT", CHOICES, json={"number_format": "roman"})
    assert (await choose(alice, theme="dark"))["theme"] == "dark"
    assert (await bob.get(CHOICES))["data"]["theme"] is None
    await alice.refused(422, "PUT", CHOICES, json={"theme": "pink"})


@pytest.mark.usefixtures("house")
async def test_a_map_is_of_shades_or_bubbles(alice: Caller, bob: Caller) -> None:
    path = "/api/metrics/charts/country"
    assert (await alice.get(path))["data"]["map_type"] == "choropleth"
    chosen = await choose(alice, cards=[{"card": "country", "chart_type": "geoMap", "map_type": "bubble"}])
    seats = {seat["card"]: seat for seat in chosen["cards"]}
    assert (seats["country"]["map_type"], seats["state"]["map_type"]) == ("bubble", "choropleth")
    assert seats["period"]["map_type"] is None
    chart = (await alice.get(path))["data"]
    assert (chart["chart_type"], chart["map_type"]) == ("geoMap", "bubble")
    assert (await bob.get(path))["data"]["chart_type"] == "bar"
    problem = await bob.refused(409, "PUT", CHOICES, json={"cards": [{"card": "period", "map_type": "bubble"}]})
    assert problem["field"] == "cards.0.map_type"


@pytest.mark.usefixtures("tills")
async def test_a_card_is_of_a_field_that_an_import_brought(alice: Caller, bob: Caller, charlie: Caller) -> None:
    await choose(
        alice,
        custom=[
            {"name": "tills", "title": "By counter", "measure": "revenue", "by": "till"},
            {"name": "kiosk", "title": "Kiosk 2", "measure": "orders", "where": ["till=Kiosk 2"]},
        ],
    )
    chart = (await alice.get("/api/metrics/charts/tills", period="month"))["data"]
    rows = {row["label"]: row["value"] for row in chart["rows"]}
    assert rows == {"Kiosk 2": "124.95", "Kiosk 1": "49.98", "محل الرياض 🔥": "24.99"}
    for row in chart["rows"]:
        lines = (await alice.get("/api/metrics/lines", card="tills", cell=row["cell"], period="month"))["data"]
        assert lines["value"] == row["value"]
    cards = (await alice.get("/api/metrics/cards", period="month"))["data"]["cards"]
    assert {card["name"]: card["value"] for card in cards}["kiosk"] == 1
    narrowed = (await alice.get("/api/metrics/cards", period="month", where="till=Kiosk 1"))["data"]["cards"]
    assert {card["name"]: card["value"] for card in narrowed}["kiosk"] == 0
    assert {card["name"]: card["value"] for card in narrowed}["total_revenue"] == "49.98"
    query = {"measures": "units", "by": "till", "period": "month"}
    assert [row["till"] for row in (await bob.get("/api/metrics/query", **query))["data"]["rows"]] == [
        "Kiosk 2",
        "Kiosk 1",
    ]
    assert (await charlie.get("/api/metrics/query", **query))["data"]["rows"] == []
    await bob.refused(404, "GET", "/api/metrics/charts/tills")
