"""Figures, days and names as a chat shows them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.figures import (
    NOTHING,
    bar,
    clip,
    medal,
    show_change,
    show_count,
    show_day,
    show_minute,
    show_money,
    show_percent,
    show_period,
    show_quantity,
    show_text,
    show_value,
)
from core.metrics.measures import Unit, Value
from core.periods import Period, month_of


@pytest.mark.parametrize(
    ("amount_e4", "currency", "shown"),
    [
        (12_500_000, "SAR", "SAR 1,250.00"),
        (0, "SAR", "SAR 0.00"),
        (-12_345_678_905, "SAR", "SAR -1,234,567.89"),
        (12_345_678, "KWD", "KWD 1,234.568"),
        (15_000, "JPY", "JPY 2"),
        (Fraction(10**7, 3), "SAR", "SAR 333.33"),
        (10**16, "USD", "USD 1,000,000,000,000.00"),
        (None, "SAR", NOTHING),
    ],
)
def test_money_is_grouped_and_rounded_to_its_coin(amount_e4: Value, currency: str, shown: str) -> None:
    assert show_money(amount_e4, currency) == shown


@pytest.mark.parametrize(
    ("quantity_e3", "shown"), [(2_000, "2"), (2_500, "2.5"), (1_234_000, "1,234"), (100_000, "100"), (1, "0.001")]
)
def test_a_quantity_is_shown_plainly(quantity_e3: int, shown: str) -> None:
    assert show_quantity(quantity_e3) == shown


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (Fraction(453, 10), "45.3%"),
        (45, "45%"),
        (Fraction(200, 3), "66.7%"),
        (100, "100%"),
        (Fraction(999_999, 10_000), "99.9%"),
        (Fraction(1_000_001, 10_000), "100%"),
        (123_456, "123,456%"),
        (None, NOTHING),
    ],
)
def test_per_cent_has_one_decimal_at_most(percent: Value, shown: str) -> None:
    assert show_percent(percent) == shown


@given(st.fractions(0, 200))
def test_a_full_bar_and_a_hundred_per_cent_mean_that_it_is_reached(percent: Fraction) -> None:
    assert ("▱" not in bar(percent)) == (percent >= 100)
    assert len(bar(percent)) == 10
    if percent < 100:
        assert float(show_percent(percent).rstrip("%")) < 100


def test_a_change_has_its_direction() -> None:
    assert [show_change(change) for change in (Fraction(25, 2), Fraction(-3), 0, None)] == [
        "▲ 12.5%",
        "▼ 3%",
        "= 0%",
        "new",
    ]


def test_every_unit_has_its_way() -> None:
    values = {Unit.MONEY: "SAR 1.00", Unit.QUANTITY: "10", Unit.COUNT: "10,000", Unit.PERCENT: "10,000%"}
    assert {unit: show_value(10_000, unit, "SAR") for unit in Unit} == values
    assert show_count(Fraction(5, 2)) == "2.5"


def test_days_and_periods_are_short() -> None:
    assert show_day(date(2026, 7, 18)) == "Sat, 18 Jul 2026"
    assert show_period(Period(date(2026, 7, 18), date(2026, 7, 19))) == "Sat, 18 Jul 2026"
    assert show_period(Period(date(2026, 7, 18), date(2026, 7, 25))) == "18 – 24 Jul 2026"
    assert show_period(Period(date(2026, 7, 28), date(2026, 8, 4))) == "28 Jul – 3 Aug 2026"
    assert show_period(Period(date(2025, 12, 27), date(2026, 1, 3))) == "27 Dec 2025 – 2 Jan 2026"
    assert show_period(month_of(date(2026, 7, 9))) == "July 2026"
    assert show_period(Period(date(2026, 1, 1), date(2027, 1, 1))) == "1 Jan – 31 Dec 2026"
    assert [show_minute(minute) for minute in (0, 545, 1439)] == ["00:00", "09:05", "23:59"]


def test_places_have_medals() -> None:
    assert [medal(place) for place in (1, 2, 2, 4)] == ["🥇", "🥈", "🥈", "4."]


def test_words_from_people_stay_words() -> None:
    assert show_text("<b>Bob</b> & Co") == "&lt;b&gt;Bob&lt;/b&gt; &amp; Co"
    assert show_text("evil\u202etxt.exe") == "eviltxt.exe"
    assert show_text("محمد") == "\u2068محمد\u2069"
    assert clip("a" * 50, 40) == "a" * 39 + "…"
    assert clip("a" * 40, 40) == "a" * 40


@given(st.text())
def test_no_words_become_markup(text: str) -> None:
    assert "<" not in show_text(text)
    assert ">" not in show_text(text)
