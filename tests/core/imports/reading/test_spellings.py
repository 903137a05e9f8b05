"""Numbers and dates as files spell them: one reader of each, and what could be two things is asked."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from core.clock import find_zone
from core.errors import InvalidInput
from core.imports.reading.dates import DateEvidence, fix_moment, parse_date_format
from core.imports.reading.numbers import NumberEvidence, read_number

SPELLED = {
    "$(45.00)": "-45", "($45.00)": "-45", " $ (45.00)": "-45", "-$36.00": "-36", "45.00-": "-45", " $ -   ": "0",
    "Rs. 1,200.00": "1200", "₹ 500/-": "500", "CHF 5.-": "5", "US$5.20": "5.2", "AED1,200.00": "1200", "SR 5": "5",
    "INR120.50": "120.5", "5.50 ر.س": "5.5", "ر.س 5.50": "5.5", "1\u202f234.50": "1234.5", "\u200f12.50": "12.5",
    "١٬٢٣٤٫٥٠": "1234.5", "१२.५": "12.5", "12,34,567.00": "1234567", "−5": "-5", '="00123"': "123", "12.50 EUR": "12.5",
}  # fmt: skip
NO_NUMBERS = ("-", "--", "USD", "$", "5-5", "--5", "kg 5", "(5", "5 USD EUR", "$5€", "1,2,3", "")


@pytest.mark.parametrize("text", SPELLED)
def test_it_reads_the_spelling(text):
    assert read_number(text, ".", "Amount") == Decimal(SPELLED[text])


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_it_refuses_what_is_no_number(text):
    with pytest.raises(InvalidInput, match=r"^Amount is"):
        read_number(text, ".", "Amount")


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.250", "3.000", "890"], None),
        (["1,250", "3,000", "890"], None),
        (["1.250", "-3.000", "19,90"], ","),
        (["€1.250", "EUR 3.000", "19,90 €"], ","),
        (["ر.س 1,250", "ر.س 3,5"], ","),
        (["1.250", "0.500"], "."),
        (["890", "3"], "."),
    ],
)
def test_a_column_settles_its_decimal_mark_or_asks(cells, mark):
    evidence = NumberEvidence()
    for cell in cells:
        evidence.see(cell)
    if mark is None:
        with pytest.raises(InvalidInput, match=cells[0]) as caught:
            evidence.settle(None)
        assert caught.value.field == "--decimal"
    else:
        assert evidence.settle(None) == mark


def test_numbers_of_a_workbook_are_what_they_are():
    evidence = NumberEvidence(is_exact=True)
    evidence.see("1.234")
    assert evidence.settle(None) == "."


DATED = {
    "١٣/٠٧/٢٠٢٦": date(2026, 7, 13), "१३/०७/२०२६": date(2026, 7, 13), "1 de julio de 2026": date(2026, 7, 1),
    "1. März 2026": date(2026, 3, 1), "03-Okt-2026": date(2026, 10, 3), "15 août 2026": date(2026, 8, 15),
    "3 يوليو 2026": date(2026, 7, 3), "Sept 3, 2026": date(2026, 9, 3), "July 4th, 2026": date(2026, 7, 4),
    "45383": date(2024, 4, 1), "45383.5": datetime(2024, 4, 1, 12), "20240401": date(2024, 4, 1),
    "13/7/2026, 11:02:33\u202fPM": datetime(2026, 7, 13, 23, 2, 33),
    "2026-07-01 23:10:05 UTC": datetime(2026, 7, 1, 23, 10, 5, tzinfo=UTC),
    "2026-07-01 23:30:10 -0400": datetime(2026, 7, 1, 23, 30, 10, tzinfo=timezone(timedelta(hours=-4))),
    "Jul 1, 2026 12:08:23 AM PDT": datetime(2026, 7, 1, 0, 8, 23, tzinfo=timezone(timedelta(hours=-7))),
    "Wed Jul 01 2026 10:00:00 GMT+0300 (AST)": datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=3))),
}  # fmt: skip


@pytest.mark.parametrize("text", DATED)
def test_it_reads_the_date(text):
    assert parse_date_format("D/M/Y").read(text) == DATED[text]


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-01-18 23:40 IST", "Asia/Jerusalem", datetime(2026, 1, 18, 21, 40, tzinfo=UTC)),
        ("2026-01-18 23:40 IST", "Asia/Riyadh", datetime(2026, 1, 18, 18, 10, tzinfo=UTC)),
        ("2026-07-18 23:40 CST", "Asia/Shanghai", datetime(2026, 7, 18, 15, 40, tzinfo=UTC)),
        ("2026-01-18 23:40 [Asia/Kolkata]", "Asia/Jerusalem", datetime(2026, 1, 18, 18, 10, tzinfo=UTC)),
    ],
)
def test_a_zone_called_as_the_branchs_own_is_that(text, zone, instant):
    sold_at, day = fix_moment(parse_date_format("D/M/Y").read(text), zone)
    assert (sold_at, day) == (instant, sold_at.astimezone(find_zone(zone)).date())


@pytest.mark.parametrize("text", ["202411", "2024.11", "99999", "1 Foo 2026", "12345678", "2026-07-01 10:00 XYZ"])
def test_it_refuses_what_is_no_date(text):
    with pytest.raises(ValueError, match=r"."):
        parse_date_format("D/M/Y").read(text)


def test_the_column_decides_although_its_spaces_are_narrow():
    evidence = DateEvidence()
    evidence.see("7/13/2026, 11:02:33\u202fPM")
    assert evidence.settle(None, "Date").words.startswith("month/day/year")
