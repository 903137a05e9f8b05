"""Figures short enough for a picture, written as the chat writes them. One rule: exact until they are rounded once."""

from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_symbol

from bot.views.numbers import Style, write_compact, write_currency, write_number, write_percent
from core.metrics.measures import Unit, Value
from core.money import E3, E4, currency_digits, divide_half_even
from core.numbers import find_own_locale

NOTHING = "–"
SPACE = "\u00a0"
SCALES = {Unit.MONEY: E4, Unit.QUANTITY: E3, Unit.COUNT: 1, Unit.PERCENT: 1}


def to_float(value: Value, unit: Unit) -> float | None:
    """A value in whole units, near enough to place it on a picture."""
    return None if value is None else float(Fraction(value) / SCALES[unit])


def show_short(value: Value, unit: Unit, style: Style, currency: str = "") -> str:
    """One decimal at most: "SAR 1.2M", "12.3L", "999", "45.3%"; money without a currency is a plain number.

    Two below ten, and in counts below a thousand, where only averages have any: "2.37".
    """
    if value is None:
        return NOTHING
    if unit is Unit.PERCENT:
        return write_percent(_round(value, unit, 1), style)
    if abs(Fraction(value)) < (1000 if unit is Unit.COUNT else 10) * SCALES[unit]:
        return _show_small(_round(value, unit, 2), unit, style, currency)
    number = _round(value, unit, 4)
    if unit is not Unit.MONEY or not currency:
        return write_compact(number, style)
    if style.is_plain_english:
        return f"{currency}{SPACE}{write_compact(number, style)}"
    return write_compact(number, style, currency=currency)


def _show_small(number: Decimal, unit: Unit, style: Style, currency: str) -> str:
    if unit is not Unit.MONEY or not currency:
        return write_number(number, style)
    if style.is_plain_english:
        return f"{currency}{SPACE}{write_number(number, style)}"
    return write_currency(number, currency, style, digits=max(0, -int(number.as_tuple().exponent)))


def show_tiny(value: Value, unit: Unit, style: Style) -> str:
    """A number in the least room: three digits at most, "435Cr", "4.1K", "45%"."""
    if value is None or unit is Unit.PERCENT:
        return show_short(value, unit, style)
    plain = Fraction(value) / SCALES[unit]
    finest = 10 ** max(0, len(str(abs(int(plain)))) - 3)
    number = Decimal(divide_half_even(plain.numerator, plain.denominator * finest) * finest)
    return write_compact(number, style) if finest > 1 or plain >= 100 else show_short(value, unit, style)


def show_full(value: Value, unit: Unit, style: Style, currency: str = "", longest: int = 13) -> str:
    """The whole figure ("SAR 1,234,567", its coins below a thousand); the short form where it is over `longest`."""
    if value is None or unit is Unit.PERCENT:
        return show_short(value, unit, style)
    is_small = abs(Fraction(value)) < 1000 * SCALES[unit]
    coins = currency_digits(currency) if unit is Unit.MONEY and currency and is_small else 0
    number = _round(value, unit, coins if unit is Unit.MONEY or not is_small else 2 if unit is Unit.COUNT else 3)
    if unit is not Unit.MONEY or not currency:
        full = write_number(number, style)
    elif style.is_plain_english:
        full = f"{currency}{SPACE}{write_number(number, style)}"
    else:
        full = write_currency(number, currency, style, digits=coins)
    return full if len(full) <= longest else show_short(value, unit, style, currency)


def show_share(share: Fraction, style: Style) -> str:
    """A part of a whole in whole per cent, never 0% or 100% unless it is; nothing below 0% or over 999% is told."""
    percent = share * 100
    if 0 < percent < 1:
        return f"<{write_percent(Decimal(1), style)}"
    if percent >= 1000:
        return f">{write_percent(Decimal(999), style)}"
    shown = max(0, round(percent))
    return write_percent(Decimal(min(shown, 99) if percent < 100 else shown), style)


def show_number(number: int, style: Style) -> str:
    """A rank or the day of a month, in the locale's digits."""
    return write_number(Decimal(number), style)


def show_currency(currency: str, style: Style) -> str:
    """A currency's sign as it stands beside amounts: "SAR", "₹"."""
    return currency if style.is_plain_english else get_currency_symbol(currency, find_own_locale(style.locale)[0])


def _round(value: int | Fraction, unit: Unit, digits: int) -> Decimal:
    """In whole units, half-even to `digits` decimals, without zeros at the end unless they are coins."""
    plain = Fraction(value) / SCALES[unit]
    rounded = Decimal(divide_half_even(plain.numerator * 10**digits, plain.denominator)).scaleb(-digits)
    whole = rounded.to_integral_value()
    if rounded == whole:
        return whole.quantize(Decimal(1))
    return rounded if digits == 2 and unit is Unit.MONEY else rounded.normalize()
