"""The files themselves. One rule: what a program reads of them is what the report said."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from core.errors import InvalidInput, Unavailable
from core.exports import typesetting
from core.exports.csv_file import write_csv
from core.exports.files import Format, name_file
from core.exports.page import MOST_ROWS, ROWS_IN_FULL, build_page
from core.exports.report import Column, Drawing, Figure, Kind, Report, Row, Typed
from core.exports.typesetting import typeset
from core.exports.wording import describe_period
from core.exports.workbook import write_workbook
from core.formulas import disarm, rearm
from core.numbers import Style
from core.periods import END_OF_DAYS, FIRST_DAY, Period, month_of, span, year_of

COLUMNS = (
    Column("Day", Kind.DATE),
    Column("Number", Kind.NUMBER),
    Column("Name", share=3),
    Column("Quantity", Kind.QUANTITY),
    Column("Amount", Kind.MONEY),
    Column("Margin", Kind.PERCENT),
    Column("At", Kind.INSTANT, for_files=True),
)
AT = datetime(2026, 7, 18, 7, 30, 1, 250_000, tzinfo=UTC)
ROW: Row = (date(2026, 7, 18), 1007, "=1+1", 2500, -12_505_000, Fraction(100, 3), AT)
# What OWASP and others warn of, and what a spreadsheet of the far east takes for the same.
INJECTIONS = (
    "=1+1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "+1+1", "-2+3+cmd|' /C calc'!D2", "@SUM(1+1)", "\t=1+1",
    "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "'=1+1", "\u200b=1", "\ufeff=1", "﹦1", "−1",
)  # fmt: skip


def make_report(*rows: Row, columns: tuple[Column, ...] = COLUMNS, **said: Any) -> Report:
    words = {"currency": "SAR", "time_zone": "Asia/Riyadh", "company": "Lumina", "scope": "Mall"} | said
    return Report("sales", "Sales", columns=columns, rows=iter(rows), **words)


def read_csv(report: Report, tmp_path: Path, **options: Any) -> list[list[str]]:
    write_csv(report, tmp_path / "x.csv", **options)
    return list(csv.reader(io.StringIO((tmp_path / "x.csv").read_bytes().decode("utf-8"), newline="")))


def open_book(report: Report, tmp_path: Path) -> Any:
    write_workbook(report, tmp_path / "x.xlsx")
    return openpyxl.load_workbook(tmp_path / "x.xlsx")


# ---- CSV ------------------------------------------------------------------------------------------------------------


def test_a_csv_is_exact(tmp_path: Path) -> None:
    _, row, total = read_csv(make_report(ROW, totals=(("Total", None, None, None, 5, None, None),)), tmp_path)
    assert row == ["2026-07-18", "1007", "'=1+1", "2.5", "-1250.50", "33.33", "2026-07-18T10:30:01.250000+03:00"]
    assert total == ["Total", "", "", "", "0.0005", "", ""]
    assert (tmp_path / "x.csv").read_bytes().count(b"\r\n") == 3


def test_a_csv_of_records_has_no_totals(tmp_path: Path) -> None:
    assert len(read_csv(make_report(ROW, totals=(ROW,), are_records=True), tmp_path)) == 2


def test_money_has_the_coins_decimals_unless_it_is_finer(tmp_path: Path) -> None:
    amounts = (Column("A", Kind.MONEY),)
    for currency, cell, written in (
        ("SAR", 100_000, "10.00"),
        ("SAR", 1, "0.0001"),
        ("KWD", 12_340, "1.234"),
        ("JPY", 50_000, "5"),
        ("SAR", Fraction(100_000, 3), "3.33"),
        ("SAR", Fraction(50_000), "5.00"),
    ):
        assert read_csv(make_report((cell,), columns=amounts, currency=currency), tmp_path)[1] == [written]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_is_a_formula(text: str, tmp_path: Path) -> None:
    named = (Column("Name"), Column("Amount", Kind.MONEY))
    _, (cell, amount) = read_csv(make_report((text, -10_000), columns=named), tmp_path)
    assert cell == f"'{text}"
    assert amount == "-1.00"  # a number below zero is a number
    assert rearm(cell) == text


@given(st.text(alphabet=st.sampled_from("=+-@'\t\r\n \u200b＝x1|"), max_size=6))
def test_what_is_disarmed_is_rearmed_to_the_very_same(text: str) -> None:
    assert rearm(disarm(text)) == text
    assert not disarm(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


# ---- XLSX -----------------------------------------------------------------------------------------------------------


def test_a_workbook_holds_numbers_dates_and_texts(tmp_path: Path) -> None:
    sheet = open_book(make_report(ROW), tmp_path)["Sales"]
    day, number, name, quantity, amount, margin, at = sheet[2]
    assert (day.value, day.is_date, day.number_format) == (datetime(2026, 7, 18), True, "yyyy-mm-dd")
    assert (number.value, number.number_format) == (1007, "0")
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert (quantity.value, quantity.number_format) == (2.5, "#,##0.0##")
    assert (amount.value, amount.number_format) == (-1250.5, "#,##0.00")
    assert margin.value == pytest.approx(1 / 3)
    assert margin.number_format == "0.0%"
    assert at.value == "2026-07-18T10:30:01.250000+03:00"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G2")


@pytest.mark.parametrize("text", [*INJECTIONS, "http://x.y", "007", "_x0041_", "a\nb", "<&>\"'", "🎉 مرحبا"])
def test_a_text_stays_a_text(text: str, tmp_path: Path) -> None:
    cell = open_book(make_report((text,), columns=(Column("Name"),)), tmp_path)["Sales"]["A2"]
    assert (unescape(cell.value), cell.data_type) == (text, "s")  # as Excel does, and openpyxl leaves to us
    assert cell.hyperlink is None


def test_no_workbook_holds_a_formula(tmp_path: Path) -> None:
    open_book(make_report(*((None, None, text, None, None, None, None) for text in INJECTIONS)), tmp_path)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_a_workbook_says_what_it_is(tmp_path: Path) -> None:
    figures = (Figure("Revenue", 1_234_500, Kind.MONEY),)
    drawing = Drawing("Revenue by day", (("1 Jul", 10_000), ("2 Jul", 20_000)), Kind.MONEY, is_course=True)
    totals = (("Sales", 3, None, 1000, 50_000, None, None),)
    july = month_of(date(2026, 7, 1))
    report = make_report(
        ROW, figures=figures, drawing=drawing, totals=totals, period=july, are_records=True, told=("Etsy",)
    )
    book = open_book(report, tmp_path)
    assert book["Sales"].max_row == 2  # no total among records
    about = [cell.value for row in book["About"].iter_rows() for cell in row if cell.value is not None]
    for words in ("Sales", "Lumina", "Mall", "July 2026", "Etsy", "SAR", "Revenue", 123.45, "Totals", 5):
        assert words in about, words
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()


def test_totals_of_a_report_stand_below_it_and_out_of_its_filter(tmp_path: Path) -> None:
    sheet = open_book(make_report(ROW, ROW, totals=((None, None, "Total", 5000, 7, None, None),)), tmp_path)["Sales"]
    assert (sheet.max_row, sheet["C4"].value, sheet["C4"].font.bold) == (4, "Total", True)
    assert sheet.auto_filter.ref == "A1:G3"


def test_an_empty_workbook_says_so(tmp_path: Path) -> None:
    assert open_book(make_report(nothing="Nothing sold."), tmp_path)["Sales"]["A2"].value == "Nothing sold."


def test_a_column_of_several_kinds_shows_each_as_it_is(tmp_path: Path) -> None:
    rows: tuple[Row, ...] = (
        (Typed(12_500, Kind.MONEY),),
        (Typed(3, Kind.COUNT),),
        (Typed(Fraction(50), Kind.PERCENT),),
    )
    mixed = (Column("Value", Kind.COUNT),)
    sheet = open_book(make_report(*rows, columns=mixed), tmp_path)["Sales"]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == [1.25, 3, 0.5]
    assert [line[0] for line in read_csv(make_report(*rows, columns=mixed), tmp_path)[1:]] == ["1.25", "3", "50.00"]
    assert build_page(make_report(*rows, columns=mixed)).content["rows"] == [["1.25"], ["3"], ["50.0%"]]


def test_a_sheet_that_is_full_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.exports.workbook.MOST_ROWS", 4)
    numbers = (Column("Number", Kind.NUMBER),)
    book = open_book(make_report(*((number,) for number in range(8)), columns=numbers, are_records=True), tmp_path)
    assert book.sheetnames == ["Sales", "Sales 2", "Sales 3", "About"]
    told = [row[0] for name in book.sheetnames[:3] for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert told == list(range(8))


# ---- pages ----------------------------------------------------------------------------------------------------------


def test_a_page_shows_figures_as_the_company_writes_them() -> None:
    content = build_page(make_report(ROW, figures=(Figure("Revenue", 123_456_789_000, Kind.MONEY),))).content
    assert content["rows"] == [["2026-07-18", "1007", "=1+1", "2.5", "-1,250.50", "33.3%"]]
    assert [column["label"] for column in content["columns"]] == [
        "Day",
        "Number",
        "Name",
        "Quantity",
        "Amount",
        "Margin",
    ]
    assert content["figures"][0]["value"] == "SAR 12,345,679"
    indian = build_page(
        make_report(
            ROW, currency="INR", style=Style("en-IN", "indian"), figures=(Figure("R", 12_345_678_900, Kind.MONEY),)
        )
    )
    assert indian.content["figures"][0]["value"] == "₹12,34,568"


async def test_nothing_in_a_page_is_read_as_markup() -> None:
    hostile = '#panic() $x^2$ *b* <b> @ref \\ `raw` // [x] "q" 🎉 مرحبا दीपक'
    drawing = Drawing(hostile, ((hostile, -5), ("b", 10)), Kind.MONEY)
    report = make_report(
        (date(2026, 7, 18), 1, hostile, 1, 1, Fraction(1), AT),
        company=hostile, scope=hostile, told=(hostile,), figures=(Figure(hostile, 1, Kind.MONEY, hostile, True),),
        drawing=drawing, totals=((hostile, *(None,) * 6),), note=hostile,
    )  # fmt: skip
    assert (await typeset(json.dumps(build_page(report).content).encode())).startswith(b"%PDF")


def make_rows(count: int) -> Iterator[Row]:
    for number in range(count):
        yield date(2026, 7, 1 + number % 28), number, f"Product {number} 🎉", 1000, number, Fraction(1), AT


@pytest.mark.parametrize("count", [0, 1, ROWS_IN_FULL, ROWS_IN_FULL + 1, 3000])
async def test_a_list_of_any_length_becomes_pages(count: int) -> None:
    page = build_page(make_report(*make_rows(count)))
    assert page.rows == count
    assert (await typeset(json.dumps(page.content).encode())).startswith(b"%PDF")


def test_what_nobody_would_turn_over_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too many for pages"):
        build_page(make_report(*make_rows(MOST_ROWS + 1)))


async def test_what_cannot_be_set_is_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = json.dumps(build_page(make_report(ROW)).content).encode()
    with pytest.raises(Unavailable):
        await typeset(b"{}")
    with pytest.raises(Unavailable):
        await typeset(page, timeout_seconds=0.001)
    broken = tmp_path / "broken.py"
    broken.write_text("print('no page')")
    monkeypatch.setattr(typesetting, "WORKER", broken)
    with pytest.raises(Unavailable):
        await typeset(page)


# ---- names and words ------------------------------------------------------------------------------------------------


def test_a_file_name_is_safe_anywhere() -> None:
    july = month_of(date(2026, 7, 1))
    assert (
        name_file("lumina_home", make_report(period=july), Format.XLSX)
        == "lumina-home-sales-2026-07-01-2026-07-31.xlsx"
    )
    assert (
        name_file("x", make_report(period=span(date(2026, 7, 1), date(2026, 7, 1))), Format.CSV)
        == "x-sales-2026-07-01.csv"
    )
    assert name_file("x", make_report(period=Period(FIRST_DAY, END_OF_DAYS)), Format.PDF) == "x-sales.pdf"


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (month_of(date(2026, 7, 9)), "July 2026"),
        (year_of(date(2026, 7, 9)), "2026"),
        (span(date(2026, 7, 9), date(2026, 7, 9)), "9 July 2026"),
        (span(date(2026, 7, 1), date(2026, 7, 9)), "1 – 9 July 2026"),
        (span(date(2026, 6, 1), date(2026, 7, 9)), "1 June – 9 July 2026"),
        (span(date(2025, 6, 1), date(2026, 7, 9)), "1 June 2025 – 9 July 2026"),
        (Period(FIRST_DAY, END_OF_DAYS), "all time"),
        (Period(date(2026, 7, 1), END_OF_DAYS), "since 1 July 2026"),
        (Period(FIRST_DAY, date(2026, 7, 1)), "until 30 June 2026"),
    ],
)
def test_days_are_told_in_words(period: Period, words: str) -> None:
    assert describe_period(period) == words
