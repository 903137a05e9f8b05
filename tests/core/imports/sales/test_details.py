"""Orders in one file, what was in them in another. One rule: joined by what both have, and nothing lost in silence."""

import csv
from dataclasses import replace
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.imports import ImportOptions, understand_file

INDIA = ImportOptions(preset="ecommerce-india")
ORDERS = """Order ID,Order Date,CustomerName,State,City
B-25601,01-04-2018,Bharat,Gujarat,Ahmedabad
B-25602,01-04-2018,Pearl,Maharashtra,Pune
B-25603,13-05-2018,Jahan,Madhya Pradesh,Bhopal
,,,,
,,,,
"""
DETAILS = """Order ID,Amount,Profit,Quantity,Category,Sub-Category
B-25601,1275.00,-1148.00,7,Furniture,Bookcases
B-25601,66.00,-12.00,5,Clothing,Stole
B-25602,8.00,-2.00,3,Clothing,Hankerchief
B-25603,80.00,56.00,4,Electronics,Electronic Games
B-25603,80.00,56.00,4,Electronics,Electronic Games
B-99999,10.00,1.00,1,Clothing,Saree
"""


@pytest.fixture
def files(tmp_path):
    """Order Details.csv and, beside it, List of Orders.csv."""
    details, orders = tmp_path / "Order Details.csv", tmp_path / "List of Orders.csv"
    details.write_text(DETAILS)
    orders.write_text(ORDERS)
    return details, orders


def test_it_joins_what_was_bought_with_who_bought_it(shop, files):
    result = shop.take(files[0], INDIA)
    assert (result.recorded, result.rejected, result.counts["new_orders"]) == (5, 1, 3)
    assert shop.totals("revenue,cost,profit,units,customers") == ["1509.00", "2559.00", "-1050.00", 23, 3]
    assert shop.ask_by("revenue", "category") == {
        "Furniture": ["1275.00"], "Electronics": ["160.00"], "Clothing": ["74.00"]
    }  # fmt: skip
    assert shop.ask_by("revenue", "product")["Electronic Games"] == ["160.00"]
    assert shop.ask_by("revenue", "state")["Gujarat"] == ["1341.00"]
    assert list(shop.ask_by("orders", "day")) == ["2018-04-01", "2018-05-13"]
    assert "B-99999" in result.rejects_path.read_text("utf-8-sig")
    assert "Order Date is empty" in result.rejects_path.read_text("utf-8-sig")
    shop.verify()


def test_it_says_what_it_joins(files):
    plan = understand_file(files[0], INDIA)
    assert plan.reading.describe_lookups() == [
        "List of Orders.csv gives date, customer, state, city for 3 values of order_id"
    ]
    assert plan.reading.dates.words == "day/month/year (2 such as 13-05-2018 can be nothing else)"


def test_it_joins_the_file_it_is_given(sqlite_shop, files):
    other = files[1].rename(files[1].with_name("orders of april.csv"))
    with pytest.raises(InvalidInput, match=r"No column for date"):
        understand_file(files[0], INDIA)
    assert sqlite_shop.take(files[0], replace(INDIA, beside=(other,))).recorded == 5


def test_it_joins_by_the_one_column_both_have(sqlite_shop, files):
    mapping = {"date": "Order Date", "amount": "Amount", "order_id": "Order ID", "town": "City"}
    result = sqlite_shop.take(files[0], ImportOptions(mapping=mapping, beside=(files[1],)))
    assert (result.recorded, result.rejected) == (5, 1)
    assert sqlite_shop.ask_by("revenue", "town")["Pune"] == ["8.00"]


@pytest.mark.parametrize(("content", "words"), [("A,B\n1,2\n", "has none"), ("Amount,Profit\n1,2\n", "Amount, Profit")])
def test_it_refuses_a_file_that_has_nothing_to_join_by(files, content, words):
    files[1].write_text(content)
    with pytest.raises(InvalidInput, match=words) as caught:
        understand_file(files[0], ImportOptions(mapping={"date": "Order ID"}, beside=(files[1],)))
    assert caught.value.field == "--with"


def test_it_adds_up_any_number_of_them(sqlite_shop, tmp_path):
    with (tmp_path / "List of Orders.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("Order ID", "Order Date", "CustomerName", "State", "City"))
        writer.writerows(
            (f"B-{n}", f"{n % 28 + 1:02}-{n % 12 + 1:02}-2018", f"C{n % 90}", "Goa", "Goa") for n in range(500)
        )
        writer.writerows([("",) * 5] * 60)
    amounts = [(f"B-{n * 7 % 500}", f"{n % 997}.{n % 100:02}", f"{n % 61 - 30}.00") for n in range(1_500)]
    with (tmp_path / "Order Details.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("Order ID", "Amount", "Profit", "Quantity", "Category", "Sub-Category"))
        writer.writerows((*row, "3", "Clothing", f"Saree {row[0][-1]}") for row in amounts)
    result = sqlite_shop.take(tmp_path / "Order Details.csv", replace(INDIA, batch_rows=200))
    assert (result.recorded, result.counts["new_orders"]) == (1_500, 500)
    revenue, profit = sum(Decimal(row[1]) for row in amounts), sum(Decimal(row[2]) for row in amounts)
    assert sqlite_shop.totals("revenue,profit,orders") == [str(revenue), str(profit), 500]
    again = sqlite_shop.take(tmp_path / "Order Details.csv", INDIA)
    assert (again.recorded, again.already_there) == (0, 1_500)
    sqlite_shop.verify()
