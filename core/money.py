"""Money and quantities as integers. One rule: text and floats exist at the edges only, rounding happens once."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from core.errors import InvalidInput

E4 = 10_000  # ten-thousandths of a currency unit, as SQL Server's `money`
E3 = 1_000  # thousandths of a piece, kilogram, metre …
LARGEST_E4 = 10**11 * E4  # a hundred thousand million units: thousands of such lines still add up in 64 bits

LARGEST_DIGITS = 20  # before anything is calculated: a product of what is larger may be beyond every exponent


def divide_half_even(numerator: int, denominator: int) -> int:
    """The quotient of two integers, rounded half to even; exact at any size."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, rest = divmod(numerator, denominator)
    doubled = 2 * rest
    if doubled > denominator or (doubled == denominator and quotient % 2):
        quotient += 1
    return quotient


@lru_cache(maxsize=256)
def currency_digits(currency: str) -> int:
    """How many decimals a currency's smallest coin has (SAR 2, KWD 3, JPY 0); InvalidInput if unknown."""
    if currency not in list_currencies():
        raise InvalidInput(f"“{currency}” is not a currency code.", field="currency", hint="SAR")
    return get_currency_precision(currency)


def round_to_coin(amount_e4: int, currency: str) -> int:
    """An amount rounded half-even to the currency's smallest coin, still in ten-thousandths."""
    coin_e4 = count_coin_e4(currency)
    return divide_half_even(amount_e4, coin_e4) * coin_e4


def count_coin_e4(currency: str) -> int:
    """How many ten-thousandths of its unit a currency's smallest coin is."""
    return int(E4 // 10 ** min(currency_digits(currency), 4))


def parse_scaled(text: str | int | Decimal, scale: int, field: str) -> int:
    """A plain decimal number ("24.99", 24, Decimal("24.99")) times `scale`, exactly.

    Raises InvalidInput, naming `field`, for anything that is not a finite number, is finer than the scale
    or too large to add up safely.
    """
    try:
        number = Decimal(str(text).strip())
    except InvalidOperation as error:
        raise InvalidInput(f"“{text}” is not a number.", field=field, hint="24.99") from error
    if not number.is_finite() or number.adjusted() > LARGEST_DIGITS or abs(number) * scale > LARGEST_E4:
        raise InvalidInput(f"“{text}” is not a usable number.", field=field, hint="24.99")
    scaled = number * scale
    if scaled != scaled.to_integral_value():
        raise InvalidInput(f"“{text}” has too many decimals.", field=field, hint=f"at most {len(str(scale)) - 1}")
    return int(scaled)


def parse_amount_e4(text: str | int | Decimal, field: str = "amount") -> int:
    """An amount of money in ten-thousandths of the unit; InvalidInput names `field`."""
    return parse_scaled(text, E4, field)


def parse_quantity_e3(text: str | int | Decimal, field: str = "quantity") -> int:
    """A quantity in thousandths; InvalidInput names `field`."""
    return parse_scaled(text, E3, field)


def write_decimal(value: int, scale_digits: int, shown_digits: int) -> str:
    """An integer of 10**-scale_digits as a decimal string with `shown_digits` decimals, rounded half-even."""
    shift = scale_digits - shown_digits
    shown = divide_half_even(value, 10**shift) if shift > 0 else value * 10**-shift
    sign, digits = ("-" if shown < 0 else ""), str(abs(shown)).rjust(shown_digits + 1, "0")
    return f"{sign}{digits[:-shown_digits]}.{digits[-shown_digits:]}" if shown_digits else f"{sign}{digits}"


def write_amount(amount_e4: int, currency: str) -> str:
    """An amount as a decimal string with the currency's decimals: 12500000 SAR is "1250.00"."""
    return write_decimal(amount_e4, 4, currency_digits(currency))


def write_quantity(quantity_e3: int) -> str:
    """A quantity shown plainly: 2000 is "2", 2500 is "2.5"."""
    text = write_decimal(quantity_e3, 3, 3)
    return text.rstrip("0").rstrip(".")


def share_out(total: int, weights: list[int]) -> list[int]:
    """Split an integer by weights so that the parts add up to it exactly (largest remainders first).

    All weights zero or none positive: equal weights. Raises ValueError for an empty list.
    """
    if not weights:
        raise ValueError("nothing to share between")
    weight_sum = sum(weights)
    if weight_sum == 0:
        weights, weight_sum = [1] * len(weights), len(weights)
    parts = [total * weight // weight_sum for weight in weights]
    remainders = [total * weight % weight_sum for weight in weights]
    for index in sorted(range(len(weights)), key=lambda i: -remainders[i])[: total - sum(parts)]:
        parts[index] += 1
    return parts


def share_to_coin(amount: int, weights: list[int], currency: str | None) -> list[int]:
    """Split an amount as `share_out` does, into whole coins where it is of whole coins; None: what has no coin."""
    coin_e4 = count_coin_e4(currency) if currency is not None else 1
    unit = 1 if amount % coin_e4 else coin_e4  # an import may have told of less than a coin
    return [part * unit for part in share_out(amount // unit, weights)]
