"""Money adds up, whatever the figures."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.money import (
    E4,
    currency_digits,
    divide_half_even,
    parse_amount_e4,
    parse_quantity_e3,
    round_to_coin,
    share_out,
    write_amount,
    write_decimal,
    write_quantity,
)

amounts = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["SAR", "USD", "JPY", "KWD", "CLF", "INR"])


@given(amounts, currencies)
def test_it_writes_what_decimal_would_round_half_even(amount_e4: int, currency: str) -> None:
    digits = currency_digits(currency)
    exact = (Decimal(amount_e4) / E4).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    assert Decimal(write_amount(amount_e4, currency)) == exact


@given(amounts, currencies)
def test_it_rounds_to_a_coin_once(amount_e4: int, currency: str) -> None:
    rounded = round_to_coin(amount_e4, currency)
    assert round_to_coin(rounded, currency) == rounded
    assert abs(rounded - amount_e4) * 2 <= E4 // 10 ** min(currency_digits(currency), 4)


@given(amounts)
def test_it_reads_back_what_it_wrote(amount_e4: int) -> None:
    assert parse_amount_e4(write_decimal(amount_e4, 4, 4)) == amount_e4


@given(st.integers(0, 10**9))
def test_it_shows_a_quantity_plainly_and_reads_it_back(quantity_e3: int) -> None:
    written = write_quantity(quantity_e3)
    assert parse_quantity_e3(written) == quantity_e3
    assert not written.endswith((".", ".0"))


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=30))
def test_it_shares_out_without_losing_or_inventing(total: int, weights: list[int]) -> None:
    parts = share_out(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_it_divides_half_to_even_at_any_size(numerator: int, denominator: int) -> None:
    quotient = divide_half_even(numerator, denominator)
    rest = abs(numerator - quotient * denominator) * 2
    assert rest <= denominator
    assert rest < denominator or quotient % 2 == 0


@pytest.mark.parametrize("text", ["", "abc", "1e400", "NaN", "Infinity", "1.23456", "10000000000000", "--1"])
def test_it_refuses_what_is_no_amount_by_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_amount_e4(text, "price")
    assert refusal.value.field == "price"


def test_it_refuses_a_currency_nobody_has() -> None:
    with pytest.raises(InvalidInput) as refusal:
        currency_digits("XXY")
    assert refusal.value.field == "currency"
