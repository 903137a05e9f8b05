"""Money and quantities as JSON numbers. One rule: the digits are exact; no binary fraction comes between.

Going out, a number is written from its integer digit by digit. Coming in, it is read as a Decimal; a client that
computed in binary fractions may send 0.30000000000000004, whose last digits are noise.
"""

from decimal import Decimal

import orjson

from core.metrics.measures import Value
from core.money import currency_digits, divide_half_even, write_amount, write_decimal, write_quantity

NOISE = Decimal("1e-15")  # of the number: a few units in the last place of a binary fraction
PRICE_DIGITS = 4


def show_money(amount_e4: int, currency: str) -> orjson.Fragment:
    """An amount with the currency's decimals: 499800 SAR is 49.98."""
    return orjson.Fragment(write_amount(amount_e4, currency))


def show_price(amount_e4: int, currency: str) -> orjson.Fragment:
    """The price of one, with the currency's decimals or, where it has more, all of them."""
    digits = min(currency_digits(currency), PRICE_DIGITS)
    while amount_e4 % 10 ** (PRICE_DIGITS - digits):
        digits += 1
    return orjson.Fragment(write_decimal(amount_e4, PRICE_DIGITS, digits))


def show_quantity(quantity_e3: int) -> orjson.Fragment:
    """A quantity, plainly: 2, or 2.5."""
    return orjson.Fragment(write_quantity(quantity_e3))


def show_percentage(part: int, whole: int) -> orjson.Fragment:
    """How many per cent one amount is of another, with one decimal; 0 of nothing."""
    tenths = divide_half_even(part * 1000, whole) if whole else 0
    return orjson.Fragment(write_decimal(tenths, 1, 1))


def show_percent(value: Value, digits: int = 2) -> orjson.Fragment | None:
    """An exact per cent with so many decimals, two as core.metrics.wording has it; None where it has no meaning."""
    if value is None:
        return None
    numerator, denominator = value.as_integer_ratio()
    return orjson.Fragment(write_decimal(divide_half_even(numerator * 10**digits, denominator), digits, digits))


def show_average(value: Value, currency: str) -> orjson.Fragment | None:
    """An exact amount, in ten-thousandths, rounded to the currency's decimals; None where it has no meaning."""
    if value is None:
        return None
    numerator, denominator = value.as_integer_ratio()
    return show_money(divide_half_even(numerator, denominator), currency)


def scale_number(value: object, digits: int) -> int:
    """A JSON number in steps of 10**-digits. ValueError for anything else, or what is finer than that."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("is not a number")
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > 20:
        raise ValueError("is too large a number")
    scaled = number.scaleb(digits)
    rounded = round(scaled)
    if abs(scaled - rounded) > abs(scaled) * NOISE:
        raise ValueError(f"has more than {digits} decimals")
    return rounded


def show_decimal(value: int, digits: int) -> orjson.Fragment:
    """A scaled integer without zeros at its end: a rate of 3750000000 thousand-millionths is 3.75."""
    while digits and value % 10 == 0:
        value, digits = value // 10, digits - 1
    return orjson.Fragment(write_decimal(value, digits, digits))
