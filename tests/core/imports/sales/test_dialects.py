"""The same export in other dialects. One rule: the same figures, or a refusal that says what to add."""

import csv
from dataclasses import replace
from datetime import datetime

import pytest

from core.errors import InvalidInput
from core.imports import ImportOptions, understand_file
from tests.core.imports.shop import SUPERSTORE

FIGURES = "revenue,profit,units,orders,customers,discount,lines"
TRUE = ["2326534.35", "292296.81", 38654, 5111, 804, "570912.20", 10194]


def with_dates(rows, pattern):
    return [row | {"Order Date": datetime.strptime(row["Order Date"], "%d/%m/%y").strftime(pattern)} for row in rows]


def renamed(rows, names):
    return [{names.get(name, name): value for name, value in row.items()} for row in rows]


def without(rows, *names):
    return [{name: value for name, value in row.items() if name not in names} for row in rows]


def to_us_edition(rows):
    names = {"Country/Region": "Country", "State/Province": "State"}
    return renamed([row | {"Order Date": row["Order Date"].lstrip("0")} for row in with_dates(rows, "%m/%d/%Y")], names)


def with_decimal_commas(rows):
    numbers = ("Sales", "Discount", "Profit")
    return [row | {name: row[name].replace(".", ",") for name in numbers} for row in rows]


def in_dollars(rows):
    return [
        row | {"Sales": f"${float(row['Sales']):,.4f}", "Discount": f"{float(row['Discount']):.0%}"} for row in rows
    ]


def with_floats(rows):
    """As spreadsheets write sums: 22.368000000000002."""
    return [row | {"Sales": repr(float(row["Sales"]) * 1.0000000000000002)} for row in rows]


DIALECTS = {
    "US edition, cp1252": (to_us_edition, {"encoding": "cp1252"}, "month/day/year", "Windows-1252", "comma"),
    "ISO dates, tabs": (
        lambda rows: with_dates(rows, "%Y-%m-%d"), {"delimiter": "\t"}, "as in 2019-01-03", "UTF-8", "tab"
    ),
    "month names, UTF-16": (
        lambda rows: with_dates(rows, "%d %b %Y"), {"encoding": "utf-16"}, "as in 03 Jan 2019", "utf-16", "comma"
    ),
    "semicolons, decimal commas, no row id": (
        lambda rows: without(with_decimal_commas(rows), "Row ID"),
        {"delimiter": ";", "encoding": "utf-8-sig"}, "day/month/year", "UTF-8", "semicolon",
    ),
    "all quoted, dollars and per cent, bars": (
        in_dollars, {"delimiter": "|", "quoting": csv.QUOTE_ALL}, "day/month/year", "UTF-8", "bar"
    ),
    "floats, rows upside down": (
        lambda rows: with_floats(rows)[::-1], {"lineterminator": "\r"}, "day/month/year", "UTF-8", "comma"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALECTS)
def test_it_reads_the_dialect(sqlite_shop, orders, write_file, name):
    change, dialect, dates, encoding, delimiter = DIALECTS[name]
    path = write_file(change(orders), **dialect)
    plan = understand_file(path, SUPERSTORE)
    assert plan.reading.dates.words.startswith(dates)
    assert (plan.reading.file.encoding_words, plan.reading.file.delimiter_words) == (encoding, delimiter)
    result = sqlite_shop.take(path)
    assert (result.recorded, result.rejected) == (10194, 0)
    assert sqlite_shop.totals(FIGURES) == TRUE
    assert sqlite_shop.ask_by("orders", "person") == {"Imported sales": [5111]}
    assert len(sqlite_shop.ask("revenue", "state")["rows"]) == 59


def test_it_counts_amounts_it_had_to_round(sqlite_shop, orders, write_file):
    result = sqlite_shop.take(write_file(with_floats(orders)))
    assert result.counts["rounded"] > 0
    assert sqlite_shop.totals("revenue") == ["2326534.35"]


def test_it_does_without_profit_and_says_nothing_of_it(sqlite_shop, orders, write_file):
    assert sqlite_shop.take(write_file(without(orders, "Profit"))).recorded == 10194
    assert sqlite_shop.totals("revenue,profit") == ["2326534.35", "0.00"]


def test_it_reads_rows_with_a_manager_and_a_returned_column(sqlite_shop, sales, write_file):
    rows = [
        row | {"Person": f"Ann {row['Region']}", "Returned": "Yes" if i < 3 else "No"}
        for i, row in enumerate(sales[:50])
    ]
    result = sqlite_shop.take(write_file(rows))
    assert (result.recorded, result.counts["new_returns"]) == (50, 2)
    assert set(sqlite_shop.ask_by("orders", "person")) == {f"Ann {row['Region']}" for row in rows}


@pytest.mark.parametrize("dates", [["3/4/2021", "5/6/2021"], ["13/4/2021", "4/13/2021"]])
def test_it_refuses_dates_that_could_be_either(sqlite_shop, sales, write_file, dates):
    rows = [row | {"Order Date": day} for row, day in zip(sales, dates, strict=False)]
    path = write_file(rows)
    with pytest.raises(InvalidInput, match=r"Order Date") as caught:
        sqlite_shop.take(path)
    assert caught.value.field == "--date-format"
    assert sqlite_shop.totals("lines") == [0]
    sqlite_shop.take(path, replace(SUPERSTORE, date_format="M/D/Y"))
    days = sqlite_shop.ask_by("lines", "day")
    assert list(days) == (["2021-03-04", "2021-05-06"] if dates[0] == "3/4/2021" else ["2021-04-13"])


@pytest.mark.parametrize(
    ("wanted", "day"),
    [("D/M/Y", "2021-04-03"), ("MM/DD/YYYY", "2021-03-04"), ("%d/%m/%Y", "2021-04-03"), ("%m/%d/%Y", "2021-03-04")],
)
def test_it_takes_the_date_format_it_is_told(sqlite_shop, sales, write_file, wanted, day):
    rows = [sales[0] | {"Order Date": "03/04/2021"}]
    sqlite_shop.take(write_file(rows), replace(SUPERSTORE, date_format=wanted))
    assert list(sqlite_shop.ask_by("lines", "day")) == [day]


@pytest.mark.parametrize("wanted", ["D/M", "yesterday", "%Q", "X-Y-Z", "%d"])
def test_it_refuses_a_date_format_that_is_none(sqlite_shop, sales, write_file, wanted):
    with pytest.raises(InvalidInput) as caught:
        sqlite_shop.take(write_file(sales[:2]), replace(SUPERSTORE, date_format=wanted))
    assert caught.value.field == "--date-format"


@pytest.mark.parametrize(("written", "field"), [(["1,234", "2,345"], "--decimal"), (["12,5", "12.5"], "--decimal")])
def test_it_refuses_numbers_that_could_be_either(sqlite_shop, sales, write_file, written, field):
    rows = [
        row | {"Sales": amount, "Profit": "0", "Discount": "0"} for row, amount in zip(sales, written, strict=False)
    ]
    path = write_file(rows)
    with pytest.raises(InvalidInput) as caught:
        sqlite_shop.take(path)
    assert caught.value.field == field
    sqlite_shop.take(path, replace(SUPERSTORE, decimal="."))
    assert sqlite_shop.totals("revenue") == ["3579.00" if written[0] == "1,234" else "12.50"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1,234.5", "1234.50"), ("$1,234.50", "1234.50"), ("1234.50 USD", "1234.50"), ("1 234.50", "1234.50"),
        ("1'234.50", "1234.50"), ("1.2345e3", "1234.50"), ("12,34,567.00", "1234567.00"), ("٥٠٫٢٥", "50.25"),
        ("0.00005", "0.00"), ("+7", "7.00"), ("7.", "7.00"), (".5", "0.50"), ("USD 5", "5.00"),
    ],
)  # fmt: skip
def test_it_reads_amounts_as_people_write_them(sqlite_shop, sales, write_file, written, stored):
    rows = [sales[0] | {"Sales": written}]
    result = sqlite_shop.take(write_file(rows), replace(SUPERSTORE, decimal="."))
    assert (result.recorded, sqlite_shop.totals("revenue")) == (1, [stored])


@pytest.mark.parametrize(
    "written",
    ["", "abc", "12abc", "12k", "=1+1", "nan", "Infinity", "1e999", "1,2,3", "1.2.3", "--5", "-5", "(5)", "5-", "5%",
     "99999999999999999999", "1e-400", "12 XYZ"],
)  # fmt: skip
def test_it_rejects_what_is_no_amount(sqlite_shop, sales, write_file, written):
    rows = [sales[0] | {"Sales": written}, sales[1]]
    result = sqlite_shop.take(write_file(rows), replace(SUPERSTORE, decimal="."))
    assert (result.recorded, result.rejected) == (1, 1)
    assert "Sales" in result.rejects_path.read_text("utf-8-sig").splitlines()[1]


def test_it_takes_a_few_stray_bytes_in_utf8_for_what_they_are(sqlite_shop, sales, write_file):
    rows = [sales[0] | {"City": "São Paulo"}, sales[1] | {"City": "Zürich"}, sales[2] | {"City": "@@"}]
    path = write_file(rows)
    path.write_bytes(path.read_bytes().replace(b"@@", b"Gen\xe8ve"))
    result = sqlite_shop.take(path)
    assert (result.recorded, result.rejected) == (2, 1)
    assert set(sqlite_shop.ask_by("lines", "city")) == {"São Paulo", "Zürich"}
    rejects = result.rejects_path.read_bytes()
    assert b"City holds bytes that are not UTF-8" in rejects
    assert b"Gen\xe8ve" in rejects


def test_it_maps_any_file_by_name(sqlite_shop, write_file):
    rows = [
        {"When": "2024-02-03 18:30", "What": "Lamp",
         "How many": "2.5", "Each": "10", "Off": "5", "Who": "Ann", "Via": "etsy"},
        {"When": "2024-02-04 23:59", "What": "lamp",
         "How many": "1", "Each": "10", "Off": "", "Who": "ann", "Via": "Etsy"},
    ]  # fmt: skip
    mapping = {
        "date": "when", "product": "What", "quantity": "how many", "unit_price": "Each", "discount_amount": "Off",
        "person": "Who", "platform": "Via", "channel_code": "Via",
    }  # fmt: skip
    path = write_file(rows)
    refused = sqlite_shop.take(path, ImportOptions(mapping=mapping))
    assert (refused.recorded, refused.rejected) == (0, 2)
    result = sqlite_shop.take(path, ImportOptions(mapping=mapping, create_missing=frozenset({"products", "people"})))
    assert (result.source, result.recorded, result.created) == ("import:sales", 2, {"people": 1, "products": 1})
    assert sqlite_shop.totals("revenue,units,discount,orders") == ["30.00", 3.5, "5.00", 2]
    assert sqlite_shop.ask_by("orders", "person") == {"Ann": [2]}
    assert sqlite_shop.ask_by("orders", "channel_code") == {"etsy": [1], "Etsy": [1]}
    assert list(sqlite_shop.ask_by("orders", "day")) == ["2024-02-03", "2024-02-04"]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"date": "Datum"}, "no column “Datum” for date. The file has: day, amount"),
        ({"date": "day", "Segment!": "amount"}, "“Segment!” cannot name a field"),
        ({"date": "day", "month": "amount"}, "“month” is a dimension already"),
        ({"date": "day", "seller": "amount"}, "“seller” is a dimension already"),
        ({"amount": "amount"}, "No column for date. The file has: day, amount"),
        ({"date": "day", "note": "amount", "quantity": "amount"}, "No column for amount"),
    ],
)
def test_it_refuses_a_mapping_before_anything_is_written(sqlite_shop, write_file, mapping, words):
    path = write_file([{"day": "2024-02-03", "amount": "5"}])
    with pytest.raises(InvalidInput) as caught:
        sqlite_shop.take(path, ImportOptions(mapping=mapping))
    assert words in caught.value.message
    assert sqlite_shop.totals("lines") == [0]


def test_it_reads_the_csv_spectrum(shared_data, tmp_path):
    for case in ("comma_in_quotes", "empty", "empty_crlf", "simple", "simple_crlf", "utf8"):
        path = tmp_path / f"{case}.csv"
        path.write_bytes((shared_data / "adversarial" / "csv_spectrum" / f"{case}.csv").read_bytes())
        with pytest.raises(InvalidInput) as caught:
            understand_file(path, ImportOptions())
        assert "The file has:" in caught.value.message


def test_it_takes_names_in_any_case_for_one_product(shop, write_file):
    names = ("Ölkanne", "ÖLKANNE", "ölkanne ", "Lamp", "LAMP", "Ω≈ç", "00˙Ɩ$-")
    rows = [{"date": "2024-02-03", "amount": "5", "product": name} for name in names]
    options = ImportOptions(create_missing=frozenset({"products"}), batch_rows=2)
    result = shop.take(write_file(rows), options)
    assert (result.recorded, result.created["products"]) == (7, 4)
    shop.verify()


@pytest.mark.parametrize(
    ("rates", "discounts"),
    [(["20", "1", "0"], "2.60"), (["0.2", "0", "0.5"], "12.50"), (["20%", "0", "0.5"], "12.50")],
)
def test_it_takes_rates_for_what_they_all_prove_to_be(sqlite_shop, write_file, rates, discounts):
    rows = [{"date": "2024-02-03", "amount": "10", "discount_rate": rate, "order_id": rate} for rate in rates]
    assert understand_file(path := write_file(rows), ImportOptions()).reading.rates_are_percent == ("20" in rates)
    assert sqlite_shop.take(path, ImportOptions()).recorded == 3
    assert sqlite_shop.totals("discount") == [discounts]


def test_it_takes_per_cent_where_it_is_told_so(sqlite_shop, write_file):
    path = write_file([{"date": "2024-02-03", "amount": "99.5", "Off": "0.5"}])
    sqlite_shop.take(path, ImportOptions(mapping={"discount_percent": "Off"}))
    assert sqlite_shop.totals("discount") == ["0.50"]
