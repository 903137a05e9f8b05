"""Superstore's figures. One rule: every figure of expected.json comes out of `ask`."""

import json
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

import pytest

from core.access import Reach
from core.imports import understand_file
from tests.core.imports.shop import SUPERSTORE, cents

FIVE = "revenue,profit,units,orders,customers"


@pytest.fixture(scope="module")
def expected(shared_data):
    return json.loads((shared_data / "retail_superstore" / "expected.json").read_text())


def as_five(groups):
    return {
        name: [one["sales"], one["profit"], one["units"], one["orders"], one["customers"]]
        for name, one in groups.items()
    }


def test_it_records_every_row(superstore, expected):
    _, result = superstore
    totals = expected["totals"]
    assert (result.read, result.recorded, result.rejected, result.counts["rounded"]) == (
        totals["rows"],
        totals["rows"],
        0,
        0,
    )
    assert (result.counts["new_orders"], result.counts["new_returns"]) == (
        totals["orders"],
        totals["returned_orders_present"],
    )
    assert result.created == {"people": 4, "customers": totals["customers"], "products": 1894}
    assert result.rejects_path is None


def test_it_gives_the_totals(superstore, expected):
    shop, _ = superstore
    totals = expected["totals"]
    assert shop.totals("lines,orders,customers,units") == [
        totals[name] for name in ("rows", "orders", "customers", "units")
    ]
    assert shop.totals("revenue,profit,profit_margin,average_order_value") == [
        totals[name] for name in ("sales", "profit", "profit_margin_pct", "avg_order_value")
    ]
    assert shop.totals("gross_revenue,discount,loss_lines") == [
        totals[name] for name in ("list_price_value", "discount_value", "lines_with_negative_profit")
    ]
    assert shop.totals("returned_orders,returns,returned_profit,net_revenue") == [
        totals[name] for name in ("returned_orders", "returned_sales", "returned_profit", "net_of_returns_sales")
    ]
    assert len(shop.ask("revenue", "sku")["rows"]) == totals["products_by_id"]
    assert len(shop.ask("revenue", "product")["rows"]) == totals["products_by_name"]
    days = [row["day"] for row in shop.ask("revenue", "day")["rows"]]
    assert (days[0], days[-1]) == (totals["first_order"], totals["last_order"])
    assert sorted(shop.ask_by("revenue", "country")) == totals["countries"]


@pytest.mark.parametrize(
    ("group", "dimension"),
    [
        ("by_year", "year"),
        ("by_month", "month"),
        ("by_region", "region"),
        ("by_manager", "person"),
        ("by_category", "category"),
        ("by_sub_category", "subcategory"),
        ("by_segment", "segment"),
        ("by_country", "country"),
    ],
)
def test_it_gives_every_group(superstore, expected, group, dimension):
    shop, _ = superstore
    assert shop.ask_by(FIVE, dimension) == as_five(expected[group])


@pytest.mark.parametrize(
    ("group", "dimension", "measure"),
    [
        ("top10_products_by_sales", "product", "revenue"),
        ("top10_customers_by_sales", "customer", "revenue"),
        ("top10_states_by_sales", "state", "revenue"),
        ("top10_products_by_profit", "product", "profit"),
    ],
)
def test_it_gives_the_first_ten(superstore, expected, group, dimension, measure):
    shop, _ = superstore
    rows = shop.ask(measure, dimension, limit=10)["rows"]
    assert [[row[dimension], row[measure]] for row in rows] == expected[group]


def test_it_gives_profit_per_region_and_month(superstore, orders):
    shop, _ = superstore
    profits = defaultdict(Decimal)
    for row in orders:
        month = datetime.strptime(row["Order Date"], "%d/%m/%y").strftime("%Y-%m")
        profits[row["Region"], month] += Decimal(row["Profit"])
    answer = shop.ask("profit", "region,month")["rows"]
    assert {(row["region"], row["month"]): row["profit"] for row in answer} == {
        key: cents(value) for key, value in profits.items()
    }


def test_it_gives_the_same_per_person_and_day_from_a_rollup_as_from_the_lines(superstore, orders):
    shop, _ = superstore
    assert shop.ask("orders,revenue", "person,day")["source"] == "person_day"
    counted = defaultdict(set)
    for row in orders:
        counted[datetime.strptime(row["Order Date"], "%d/%m/%y").date().isoformat()].add(row["Order ID"])
    assert {day: values[0] for day, values in shop.ask_by("orders", "day").items()} == {
        day: len(ids) for day, ids in counted.items()
    }


def test_it_leaves_the_rollups_true(superstore):
    superstore[0].verify()


def test_it_keeps_five_customers_of_one_name_apart(superstore):
    rows = superstore[0].ask("revenue", "customer")["rows"]
    assert len([row for row in rows if row["customer"] == "Harry Olson"]) == 5


def test_it_shows_nothing_to_charlie_and_bob_his_branch(superstore):
    shop, _ = superstore
    assert shop.totals("revenue,orders", viewer=shop.charlie) == ["0.00", 0]
    assert shop.totals("revenue", viewer=shop.bob, reach=Reach.TEAM) == ["2326534.35"]


def test_it_changes_nothing_the_second_time(superstore, shared_data, expected):
    shop, _ = superstore
    again = shop.take(shared_data / "retail_superstore" / "orders.csv")
    rows = expected["totals"]["rows"]
    assert (again.read, again.recorded, again.already_there, again.rejected) == (rows, 0, rows, 0)
    assert (again.counts["new_orders"], again.counts["new_returns"], again.created) == (0, 0, {})
    assert shop.totals("lines,orders,returned_orders,returns") == [rows, 5111, 296, "180504.28"]


def test_it_says_what_it_understood(shared_data):
    plan = understand_file(shared_data / "retail_superstore" / "orders.csv", SUPERSTORE)
    assert plan.reading.dates.words == "day/month/year (6,064 such as 13/01/19 can be nothing else)"
    assert (plan.reading.file.encoding_words, plan.reading.file.delimiter_words, plan.reading.decimal, plan.units) == (
        "UTF-8",
        "comma",
        ".",
        10194,
    )
    assert dict(plan.columns)["amount"] == "Sales"
    assert dict(plan.columns)["ship_mode"] == "Ship Mode"
    assert plan.reading.layout.unused == ("Ship Date",)
    assert [*plan.reading.describe_lookups()] == [
        "people.csv gives person for 4 values of region",
        "returns.csv gives returned for 296 values of order_id",
    ]
    assert plan.reading.first_rows[0]["Order ID"] == "US-2019-103800"
