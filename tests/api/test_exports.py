"""Exports over HTTP. One rule: a file says what the list says, to the eyes that may see the list."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp.test_utils import TestClient

from core.db import Database
from core.exports import EXPORTS, typesetting
from tests.api.house import Caller, House, make_key


async def download(caller: Caller, path: str, **params: Any) -> bytes:
    answer = await caller.call("GET", f"/api/exports/{path}", params=params)
    assert answer.status == 200, await answer.text()
    return await answer.read()


def read_rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def list_left(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if "sqlite" not in path.name]


async def test_it_lists_the_same_sales_as_the_list(alice: Caller, bob: Caller) -> None:
    await bob.sell(sku="SOL-3077", quantity=2, platform="Etsy", customer_name="=1+1", notes="two\nlines")
    await bob.sell(sku="GRP-1", quantity=1, platform="Shopify")
    listed = (await alice.get("/api/sales", platform="Etsy"))["data"]
    (row,) = read_rows(await download(alice, "sales.csv", platform="Etsy"))
    assert row["Number"] == str(listed[0]["id"])
    assert (row["Product"], row["Quantity"], row["Amount"]) == ("SolarGlow", "2", "51.98")
    assert (row["Customer"], row["Note"], row["Handle"]) == ("'=1+1", "two\nlines", "'@bob")


async def test_it_takes_the_filters_of_the_list_by_its_names(alice: Caller, bob: Caller, house: House) -> None:
    await bob.sell(sku="SOL-3077", quantity=1, coupon_code="SUMMER", sale_date="2026-01-05")
    await alice.sell(sku="GRP-1", quantity=1, customer_name="Jane")
    for params, expected in (
        ({"sku": "SOL-3077"}, 1),
        ({"product_id": house.products["GRP-1"]}, 1),
        ({"sku": "SOL-3077", "product_id": house.products["GRP-1"]}, 0),
        ({"coupon_code": "summer"}, 1),
        ({"person": "bob"}, 1),
        ({"customer_name": "JANE"}, 1),
        ({"as_of": "2020-01-01T00:00:00Z"}, 0),
        ({"start_date": "2026-01-01", "end_date": "2026-01-31"}, 1),
        ({"from": "2026-01-06"}, 1),
        ({"period": "2026-01"}, 1),
        ({"kind": "return"}, 0),
        ({"branch": "all"}, None),
        ({}, 2),
    ):
        if expected is None:
            await alice.refused(403, "GET", "/api/exports/sales.csv", params=params)
        else:
            assert len(read_rows(await download(alice, "sales.csv", **params))) == expected, params


async def test_it_shows_everybody_their_own(alice: Caller, bob: Caller, charlie: Caller) -> None:
    await bob.sell(sku="SOL-3077", quantity=1)
    await alice.sell(sku="SOL-3077", quantity=2)
    assert [row["Person"] for row in read_rows(await download(alice, "sales.csv"))] == ["Bob", "Alice"]
    assert [row["Person"] for row in read_rows(await download(bob, "sales.csv"))] == ["Bob"]
    assert read_rows(await download(charlie, "sales.csv")) == []
    assert {"Cost", "Profit"} <= read_rows(await download(alice, "sales.csv"))[0].keys()
    assert not {"Cost", "Profit"} & read_rows(await download(bob, "sales.csv"))[0].keys()
    await bob.refused(403, "GET", "/api/exports/team.pdf")
    await bob.refused(403, "GET", "/api/exports/sales.csv", params={"person": "alice"})
    await charlie.refused(403, "GET", "/api/exports/sales.csv", params={"branch": "Riyadh"})
    await bob.refused(403, "GET", "/api/exports/question.csv", params={"measures": "profit"})


async def test_it_answers_a_question_with_the_totals_of_the_api(alice: Caller, bob: Caller) -> None:
    await bob.sell(sku="SOL-3077", quantity=2, customer_name="Jane")
    await alice.sell(sku="GRP-1", quantity=1, customer_name="jane")
    params = {"measures": "revenue,customers,average_order_value", "by": "person", "period": "month"}
    asked = (await alice.get("/api/metrics/query", **params))["data"]
    *rows, total = read_rows(await download(alice, "question.csv", **params))
    assert [(row["Person"], row["Revenue"]) for row in rows] == [
        (one["person"], one["revenue"]) for one in asked["rows"]
    ]
    assert (total["Person"], total["Revenue"], total["Customers"]) == ("Total", asked["totals"]["revenue"], "1")
    assert total["Average order value"] == asked["totals"]["average_order_value"]


@pytest.mark.parametrize("name", EXPORTS)
async def test_it_makes_every_export_in_every_format(alice: Caller, bob: Caller, name: str) -> None:
    await bob.sell(sku="GRP-1", quantity=1, customer_name="Jane", platform="Etsy")
    params = {"question": {"measures": "units", "by": "product"}, "chart": {"chart": "month"}}.get(name, {})
    for file_format, start in (("csv", b""), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = await alice.call("GET", f"/api/exports/{name}.{file_format}", params=params)
        content = await answer.read()
        assert answer.status == 200, content
        assert content.startswith(start)
        assert int(answer.headers["Content-Length"]) == len(content)
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="acme-{name}')
        assert answer.headers["Cache-Control"] == "no-store"


async def test_it_makes_a_workbook_of_numbers_dates_and_texts(alice: Caller, bob: Caller, today: date) -> None:
    await bob.sell(sku="OLD-1", unit_price=1234.5, quantity=2, customer_name="=HYPERLINK(1)")
    book = openpyxl.load_workbook(io.BytesIO(await download(alice, "sales.xlsx")))
    header, row = book["Sales"].iter_rows(min_row=1, max_row=2)
    cells = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert (cells["Amount"].value, cells["Amount"].number_format) == (2469, "#,##0.00")
    assert cells["Date"].value.date() == today
    assert (cells["Customer"].value, cells["Customer"].data_type) == ("=HYPERLINK(1)", "s")
    assert cells["Product"].value == "<b>No price</b> & co"


async def test_it_refuses_what_an_export_does_not_have(alice: Caller) -> None:
    problem = await alice.refused(409, "GET", "/api/exports/stock.csv", params={"platform": "Etsy"})
    assert (problem["field"], problem["hint"]) == ("platform", "branch, low, search")
    for path, params, status, field in (
        ("question.csv", {}, 409, "measures"),
        ("chart.csv", {}, 409, "chart"),
        ("chart.csv", {"chart": "nothing"}, 404, "name"),
        ("sales.csv", {"person": "zoe"}, 404, None),
        ("sales.csv", {"from": "2026-02-01", "to": "2026-01-01"}, 409, "to"),
        ("sales.csv", {"from": "2026-02-01", "start_date": "2026-01-01"}, 409, "from"),
        ("sales.csv", {"period": "month", "to": "2026-01-01"}, 409, "period"),
        ("question.csv", {"measures": "revenue", "where": "country=Atlantis"}, 404, "where"),
        ("nothing.csv", {}, 422, "name"),
        ("sales.docx", {}, 422, "format"),
    ):
        problem = await alice.refused(status, "GET", f"/api/exports/{path}", params=params)
        assert field is None or problem["field"] == field, problem


async def test_it_needs_a_key_for_exports(client: TestClient[Any, Any], database: Database, stranger: Caller) -> None:
    await stranger.refused(401, "GET", "/api/exports/sales.csv")
    with database.begin() as tx:
        reader = Caller(client, make_key(tx, "bob", "sales:read"))
    await reader.refused(403, "GET", "/api/exports/sales.csv")


async def test_it_says_so_where_no_page_can_be_set(alice: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "WORKER", Path("/nowhere/typesetter.py"))
    problem = await alice.refused(503, "GET", "/api/exports/leaderboard.pdf")
    assert problem["hint"] == "xlsx or csv"
    assert await download(alice, "leaderboard.csv")


async def test_it_leaves_no_file_behind(alice: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for path in ("sales.csv", "sales.xlsx", "sales.pdf"):
        await download(alice, path)
        assert (await alice.call("HEAD", f"/api/exports/{path}")).status == 200
    await alice.refused(409, "GET", "/api/exports/chart.pdf")
    assert list_left(tmp_path) == []


async def test_it_marks_a_csv_for_spreadsheets_when_asked_to(alice: Caller, today: date) -> None:
    assert (await download(alice, "products.csv", bom="true")).startswith(b"\xef\xbb\xbfSKU")
    assert (await download(alice, "products.csv")).startswith(b"SKU")
    yesterday = today - timedelta(days=1)
    assert read_rows(await download(alice, "sales.csv", to=str(yesterday))) == []
