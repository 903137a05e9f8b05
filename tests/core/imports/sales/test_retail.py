"""UCI's Online Retail, told by a file of its shape. One rule: every row counts, and the sum is the sum of all rows."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from core.imports import ImportOptions, understand_file
from core.metrics import Question, ask
from core.periods import Period
from tests.core.imports.retail import HEADER, Told, tell_rows, write_retail
from tests.core.imports.shop import Shop

RETAIL = ImportOptions(preset="online-retail", batch_rows=700)
ALWAYS = Period(date(2009, 1, 1), date(2013, 1, 1))
SIZE = 4_000


@pytest.fixture(scope="module")
def retail(tmp_path_factory) -> tuple[Path, Told]:
    """The file, and what it says."""
    path = tmp_path_factory.mktemp("retail") / "online_retail.csv"
    return path, write_retail(path, SIZE)


def ask_exactly(shop: Shop, *measures: str) -> list[Decimal]:
    """Totals as the ledger keeps them, not rounded to the coin."""
    with shop.database.begin_read() as tx:
        totals = ask(tx, shop.operator, Question(measures, ALWAYS)).totals
    return [Decimal(totals[name]) / 10_000 for name in measures]


def test_it_adds_up_to_the_sum_of_every_row(shop, retail):
    path, told = retail
    result = shop.take(path, RETAIL)
    assert (result.read, result.recorded, result.rejected, result.counts["rounded"]) == (SIZE, SIZE, 0, 0)
    assert told.repeated > 50
    revenue, returns, net = ask_exactly(shop, "revenue", "returns", "net_revenue")
    assert net == told.net == revenue - returns
    assert result.counts["new_orders"] + result.counts["new_returns"] == told.invoices
    assert shop.totals("orders,returned_orders") == [result.counts["new_orders"], result.counts["new_returns"]]
    assert result.created == {"people": 1, "customers": told.customers, "products": told.codes}
    for dimension, count in (("sku", told.codes), ("country", told.countries), ("customer", told.customers + 1)):
        assert len(shop.ask("net_revenue,units,returned_orders", dimension)["rows"]) == count
    shop.verify()


def test_it_changes_nothing_the_second_time(sqlite_shop, retail):
    path, told = retail
    sqlite_shop.take(path, RETAIL)
    again = sqlite_shop.take(path, replace(RETAIL, batch_rows=999))
    assert (again.recorded, again.already_there, again.rejected, again.counts["new_orders"]) == (0, SIZE, 0, 0)
    assert ask_exactly(sqlite_shop, "net_revenue") == [told.net]
    sqlite_shop.verify()


def test_it_is_the_same_as_a_workbook(sqlite_shop, retail, tmp_path):
    path, told = retail
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Online Retail")
    sheet.append(HEADER)
    for order, sku, name, quantity, day, price, buyer, country in tell_rows(SIZE):
        when = datetime.strptime(day, "%m/%d/%Y %H:%M")
        numbers = int(order) if order.isdigit() else order, int(sku) if sku.isdigit() else sku
        sheet.append((*numbers, name, int(quantity), when, float(price), int(buyer) if buyer else None, country))
    book.save(tmp_path / "Online Retail.xlsx")
    plan = understand_file(tmp_path / "Online Retail.xlsx", RETAIL)
    assert plan.words[:2] == (
        f"Online Retail.xlsx: {SIZE:,} rows, Excel workbook, sheet “Online Retail”",
        "dates: as in 2010-12-01 08:26:00; decimals after a point",
    )
    result = sqlite_shop.take(tmp_path / "Online Retail.xlsx", RETAIL)
    assert (result.recorded, result.rejected) == (SIZE, 0)
    assert ask_exactly(sqlite_shop, "net_revenue") == [told.net]
    again = sqlite_shop.take(path, RETAIL)
    assert (again.recorded, again.already_there) == (0, SIZE)


def test_it_says_how_it_reads_the_file(retail):
    plan = understand_file(retail[0], RETAIL)
    assert plan.reading.file.words.startswith("Windows-1252, so that a word reads “")
    assert plan.reading.file.words.endswith(", columns apart by comma")
    assert plan.reading.dates.words.startswith("month/day/year")
    assert dict(plan.columns)["sku"] == "StockCode"


def write(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([",".join(HEADER), *rows]), "iso-8859-1")
    return path


def test_it_takes_each_oddity_for_what_it_is(shop, tmp_path):
    path = write(
        tmp_path / "odd.csv",
        "536365,85123A,WHITE HANGER,6,12/13/2010 8:26,2.55,17850,United Kingdom",
        "536365,85123A,WHITE HANGER,6,12/13/2010 8:26,2.55,17850,United Kingdom",
        "536366,85123a,wrongly marked,0.5,12/13/2010 8:30,1.125,,United Kingdom",
        "C536367,85123A,CREAM HANGER,-2,12/13/2010 8:40,2.55,17850,United Kingdom",
        "536368,22719,,-400,12/13/2010 9:00,0,,United Kingdom",
        "536369,22719,GUMBALL £1,2,12/13/2010 9:01,0,,EIRE",
        "A563185,B,Adjust bad debt,1,12/13/2010 14:50,11062.06,,United Kingdom",
        "A563186,B,Adjust bad debt,1,12/13/2010 14:51,-11062.06,,United Kingdom",
        "C563187,D,Discount,-1,12/13/2010 14:52,27.5,17850,United Kingdom",
    )
    result = shop.take(path, RETAIL)
    assert (result.recorded, result.rejected, result.counts["new_orders"], result.counts["new_returns"]) == (9, 0, 4, 4)
    sold, back = Decimal("30.60") + Decimal("0.5625") + Decimal("11062.06"), Decimal("5.10") + Decimal("11062.06")
    back += Decimal("27.5")
    assert ask_exactly(shop, "revenue", "returns", "net_revenue") == [sold, back, sold - back]
    names = set(shop.ask_by("revenue,returns", "product"))
    assert names == {"WHITE HANGER", "wrongly marked", "22719", "Adjust bad debt", "Discount"}
    rows = shop.ask("revenue,returned_orders,units", "sku")["rows"]
    assert {row["sku"]: (row["revenue"], row["returned_orders"], row["units"]) for row in rows} == {
        "85123A": ("30.60", 1, 12),
        "85123a": ("0.56", 0, 0.5),
        "22719": ("0.00", 1, 2),
        "B": ("11062.06", 1, 1),
        "D": ("0.00", 1, 0),
    }
    shop.verify()


def test_it_calls_a_product_what_it_was_sold_as(sqlite_shop, tmp_path):
    gone = "536368,22719,damages,-400,12/13/2010 9:00,0,,United Kingdom"
    sold = "536370,22719,GUMBALL,1,12/14/2010 9:00,2,,United Kingdom"
    sqlite_shop.take(write(tmp_path / "first.csv", gone), RETAIL)
    assert list(sqlite_shop.ask_by("returned_orders", "product")) == ["22719"]
    sqlite_shop.take(write(tmp_path / "second.csv", gone, sold), RETAIL)
    assert list(sqlite_shop.ask_by("units,returned_orders", "product")) == ["GUMBALL"]


@pytest.mark.parametrize(
    ("quantity", "amount", "kind"),
    [("2", "10", "sale"), ("-2", "-10", "return"), ("2", "-10", "return"), ("-2", "0", "return"), ("0", "7", "sale")],
)
def test_it_goes_by_the_signs(sqlite_shop, write_file, quantity, amount, kind):
    rows = [{"date": "2024-02-03", "amount": amount, "quantity": quantity, "profit": amount and f"{int(amount) * 0.4}"}]
    assert sqlite_shop.take(write_file(rows), ImportOptions()).recorded == 1
    net = f"{int(amount)}.00"
    assert sqlite_shop.totals("net_revenue,orders,returned_orders") == [net, int(kind == "sale"), int(kind != "sale")]
    sqlite_shop.verify()


def test_it_refuses_signs_that_contradict_each_other(sqlite_shop, write_file):
    rows = [
        {"date": "2024-02-03", "amount": "10", "quantity": "-2"},
        {"date": "2024-02-03", "amount": "0", "quantity": "0"},
    ]
    result = sqlite_shop.take(write_file(rows), ImportOptions())
    assert (result.recorded, result.rejected) == (0, 2)
    reasons = result.rejects_path.read_text("utf-8-sig")
    assert "quantity is below zero, amount is not" in reasons
    assert "quantity is zero: nothing was sold" in reasons
