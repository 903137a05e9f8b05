"""Numbers for people: as ICU prints them, in lakh and crore, in Arabic, and short."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from babel import localedata
from hypothesis import given
from hypothesis import strategies as st

from bot.views.figures import show_compact, show_count, show_money, show_percent, show_quantity
from bot.views.numbers import Style, write_compact, write_currency, write_number, write_percent, writing_as
from core.company import find_locale
from core.errors import InvalidInput

TRUTH = Path(__file__).resolve().parents[4] / "shared" / "data" / "numbers" / "icu_truth_sample.json"
CASES = json.loads(TRUTH.read_text(encoding="utf-8"))["cases"] if TRUTH.is_file() else []
INDIAN, ARABIC = Style("en", "indian"), Style("ar-SA")


def style_of(locale: str) -> Style:
    return Style(*find_locale(locale))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['locale']} {case['value']}")
def test_it_prints_what_icu_prints(case: dict[str, object]) -> None:
    style, value, code = style_of(str(case["locale"])), Decimal(str(case["value"])), str(case["currency_code"])

    def trim(digits: int) -> Decimal:
        return Decimal(f"{round(value, digits).normalize():f}")

    assert write_number(trim(2), style) == case["decimal"]
    assert write_currency(value, code, style) == case["currency"]
    assert write_currency(value, code, style, 0) == case["currency_no_decimals"]
    assert write_compact(value, style) == case["compact_short"]
    assert write_compact(value, style, is_long=True) == case["compact_long"]
    assert write_percent(trim(1), style) == case["percent_of_value_over_100"]


@pytest.mark.parametrize(
    ("locale", "number", "shown"),
    [
        ("en-IN", 99_999, "1L"),
        ("en-IN", 99_949, "99.9K"),
        ("en-IN", 12_500_000, "1.2Cr"),
        ("en-IN", 32_100_000, "3.2Cr"),
        ("en", 999_950, "1M"),
        ("en", 1_200_000, "1.2M"),
        ("en", Decimal("12.34"), "12.3"),
        ("en", Decimal("-0.01"), "0"),
        ("ar-AE", 1_200_000, "1.2 مليون"),
        ("hi", 1_250_000, "12.5 लाख"),
        ("de", 1_250_000, "1,2 Mio."),
    ],
)
def test_it_is_short(locale: str, number: int | Decimal, shown: str) -> None:
    assert write_compact(Decimal(number), style_of(locale)).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("locale", "number", "short", "long"),
    [
        ("en-GB", 1_200_000, "1.2m", "1.2 million"),
        ("en-GB", 1_250, "1.2k", "1.2 thousand"),
        ("en-GB", 12_500_000_000, "12.5bn", "12.5 billion"),
        ("en-GB", 1_000_000_000_000, "1tn", "1 trillion"),
        ("en-US", 10**15, "1000T", "1000 trillion"),
        ("en-US", 12 * 10**15, "12,000T", "12,000 trillion"),
        ("en-IN", 12_500_000_000, "1.2KCr", "1250 crore"),
        ("fr", 1_000, "1 k", "mille"),
        ("fr", 1_050, "1 k", "mille"),
        ("fr", 2_000, "2 k", "2 mille"),
        ("it", 1_250, "1,2K", "1,2 mila"),
        ("it", 1_000, "1K", "mille"),
        ("de", 1_250, "1250", "1,2 Tausend"),
        ("de", 12_345, "12.345", "12,3 Tausend"),
        ("ar-SA-u-nu-latn", 1_200_000, "1.2 مليون", "1.2 مليون"),
    ],
)
def test_it_is_short_as_icu_is(locale: str, number: int, short: str, long: str) -> None:
    style, plain = style_of(locale), str.maketrans("\u00a0\u202f", "  ")
    assert write_compact(Decimal(number), style).translate(plain) == short
    assert write_compact(Decimal(number), style, is_long=True).translate(plain) == long


@pytest.mark.parametrize(
    ("locale", "number", "plain", "amount"),
    [
        ("ar-AE", "-1234.5", "\u200e-1,234.5", "\u200f\u200e-1,234.50\u00a0ر.س.\u200f"),
        ("ar-SA", "-1234.5", "\u061c-١٬٢٣٤٫٥", "\u061c-\u200f١٬٢٣٤٫٥٠\u00a0ر.س.\u200f"),
        ("ar-SA-u-nu-latn", "-1234.5", "\u200e-1,234.5", "\u200f\u200e-1,234.50\u00a0ر.س.\u200f"),
        ("es", "1234.5", "1234,5", "1234,50\u00a0SAR"),
        ("es", "12345.5", "12.345,5", "12.345,50\u00a0SAR"),
        ("es-MX", "1234.5", "1,234.5", "SAR\u00a01,234.50"),
        ("pl", "1234.5", "1234,5", "1234,50\u00a0SAR"),
        ("pt-PT", "1234.5", "1234,5", "1234,50\u00a0SAR"),
        ("fr-CH", "1234.5", "1\u202f234,5", "1\u202f234.50\u00a0SAR"),
        ("de-CH", "1234.5", "1'234.5", "SAR\u00a01'234.50"),
    ],
)
def test_signs_and_groups_are_those_of_icu(locale: str, number: str, plain: str, amount: str) -> None:
    style = style_of(locale)
    assert (write_number(Decimal(number), style), write_currency(Decimal(number), "SAR", style)) == (plain, amount)


@pytest.mark.parametrize("locale", ["ar-SA-u-nu-klingon", "ar-SA-u-ca-islamic", "xx-YY", "en-u-nu", ""])
def test_what_is_no_locale_is_refused(locale: str) -> None:
    with pytest.raises(InvalidInput):
        find_locale(locale)


@pytest.mark.parametrize(
    ("locale", "currency", "full", "short"),
    [
        ("en-IN", "INR", "₹12,34,567.50", "₹12.3L"),
        ("en-IN", "SAR", "SAR 12,34,567.50", "SAR 12.3L"),
        ("en-US", "USD", "$1,234,567.50", "$1.2M"),
        ("en-US", "KWD", "KWD 1,234,567.500", "KWD 1.2M"),
        ("de", "EUR", "1.234.567,50 €", "1,2 Mio. €"),
        ("en-US", "JPY", "¥1,234,568", "¥1.2M"),
    ],
)
def test_an_amount_has_its_sign(locale: str, currency: str, full: str, short: str) -> None:
    amount, style = Decimal("1234567.5"), style_of(locale)
    assert write_currency(amount, currency, style).replace("\u00a0", " ") == full
    assert write_compact(amount, style, currency=currency).replace("\u00a0", " ") == short


@given(
    st.decimals(-(10**13), 10**13, places=2),
    st.sampled_from(sorted(localedata.locale_identifiers())),
    st.sampled_from(["indian", "international"]),
)
def test_it_writes_every_number_in_every_locale(number: Decimal, locale: str, number_format: str) -> None:
    style = Style(locale.replace("_", "-"), number_format)
    for shown in (
        write_number(number, style),
        write_currency(number, "SAR", style),
        write_percent(number, style),
        write_compact(number, style, is_long=True, currency="INR"),
    ):
        assert any(letter.isdigit() for letter in shown)
        assert "¤" not in shown
        assert not any(ord("A") <= ord(letter) <= ord("Z") for letter in write_number(number, style))


@given(st.integers(-(10**12), 10**12))
def test_grouping_loses_no_digit(number: int) -> None:
    for number_format in ("indian", "international"):
        assert int(write_number(Decimal(number), Style("en-IN", number_format)).replace(",", "")) == number


def test_figures_in_chat_are_written_as_the_company_does() -> None:
    def show() -> tuple[str, ...]:
        money, short = show_money(12_345_675_000, "INR"), show_compact(12_345_675_000, "INR")
        return money, short, show_count(123_456), show_quantity(123_456_500), show_percent(1234)

    plain = ("INR 1,234,567.50", "INR 1.2M", "123,456", "123,456.5", "1,234%")
    assert show() == plain
    with writing_as(INDIAN):
        assert show() == ("INR 12,34,567.50", "INR 12.3L", "1,23,456", "1,23,456.5", "1,234%")
    with writing_as(style_of("en-IN")):
        assert show() == ("₹12,34,567.50", "₹12.3L", "1,23,456", "1,23,456.5", "1,234%")
    with writing_as(ARABIC):
        assert show()[2:] == ("\u2068١٢٣٬٤٥٦\u2069", "\u2068١٢٣٬٤٥٦٫٥\u2069", "\u2068١٬٢٣٤٪\u061c\u2069")
        assert show_money(-15_000, "SAR") == "\u2068\u061c-\u200f١٫٥٠\u00a0ر.س.\u200f\u2069"
    assert show() == plain
