"""Figures short enough for a picture. One rule: exact until the last step, three digits that matter, rounded once."""

from fractions import Fraction
from functools import lru_cache

from babel.numbers import get_currency_symbol

from bot.pictures.charts import NumberFormat
from core.metrics.measures import Unit, Value
from core.money import E3, E4, currency_digits, divide_half_even

NOTHING = "–"
NARROW_SPACE = "\u00a0"

_SCALES = {Unit.MONEY: E4, Unit.QUANTITY: E3, Unit.COUNT: 1, Unit.PERCENT: 1}

# As ICU writes them (en-IN: 1.2L, 1.2Cr, 10KCr, 1LCr; en: 1.2K, 1.2M, 1.2B, 1.2T).
_SHORT_FORMS = {
    NumberFormat.INDIAN: ((10**12, "LCr"), (10**10, "KCr"), (10**7, "Cr"), (10**5, "L"), (10**3, "K")),
    NumberFormat.INTERNATIONAL: ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K")),
}


def to_plain(value: Value, unit: Unit) -> Fraction | None:
    """A value in whole units: 12500000 ten-thousandths are 1250."""
    return None if value is None else Fraction(value) / _SCALES[unit]


def to_float(value: Value, unit: Unit) -> float | None:
    """A value in whole units, near enough to place it on a picture."""
    plain = to_plain(value, unit)
    return None if plain is None else float(plain)


def show_short(value: Value, unit: Unit, number_format: NumberFormat, currency: str = "") -> str:
    """At most three digits that matter: "SAR 1.25M", "₹12.3L", "999", "45.3%"; without a currency just "1.25M"."""
    plain = to_plain(value, unit)
    if plain is None:
        return NOTHING
    if unit is Unit.PERCENT:
        return f"{show_plain(plain, 1, number_format)}%"
    return _sign_money(plain, _shorten(abs(plain), number_format), unit, currency)


def show_full(value: Value, unit: Unit, number_format: NumberFormat, currency: str = "", longest: int = 13) -> str:
    """The whole figure with its separators ("SAR 1,234,567"); the short form where it takes more than `longest`."""
    plain = to_plain(value, unit)
    if plain is None:
        return NOTHING
    if unit is Unit.PERCENT:
        return f"{show_plain(plain, 1, number_format)}%"
    digits = currency_digits(currency) if unit is Unit.MONEY and currency and abs(plain) < 1000 else 0
    digits = 3 if unit is Unit.QUANTITY and abs(plain) < 1000 else digits
    shown = show_plain(abs(plain), digits, number_format, keep_zeros=unit is Unit.MONEY and plain.denominator > 1)
    full = _sign_money(plain, shown, unit, currency)
    return full if len(full) <= longest else show_short(value, unit, number_format, currency)


def show_plain(plain: Fraction, digits: int, number_format: NumberFormat, *, keep_zeros: bool = False) -> str:
    """A number rounded half-even to `digits` decimals, grouped as the format asks; its zeros at the end dropped."""
    scaled = divide_half_even(plain.numerator * 10**digits, plain.denominator)
    sign, figures = ("−" if scaled < 0 else ""), str(abs(scaled)).rjust(digits + 1, "0")
    whole, decimals = (figures[:-digits], figures[-digits:]) if digits else (figures, "")
    decimals = decimals if keep_zeros and decimals else decimals.rstrip("0")
    return f"{sign}{_group(whole, number_format)}{'.' if decimals else ''}{decimals}"


def _shorten(plain: Fraction, number_format: NumberFormat) -> str:
    forms = (*_SHORT_FORMS[number_format], (1, ""))
    for index, (size, letters) in enumerate(forms):
        if plain < size and size > 1:
            continue
        part = plain / size
        digits = 0 if part >= 100 else 1 if part >= 10 else 2
        shown = show_plain(part, digits, number_format)
        larger = forms[index - 1] if index else None
        if larger and divide_half_even(part.numerator, part.denominator) * size >= larger[0]:
            return f"1{larger[1]}"  # 999,960 rounds to a thousand thousands: a million
        return f"{shown}{letters}"
    return "0"


def _sign_money(plain: Fraction, shown: str, unit: Unit, currency: str) -> str:
    sign = "−" if plain < 0 and shown.strip("0.") else ""
    if unit is not Unit.MONEY or not currency:
        return f"{sign}{shown}"
    symbol = show_currency(currency)
    gap = NARROW_SPACE if symbol[-1].isalpha() else ""
    return f"{sign}{symbol}{gap}{shown}"


@lru_cache(maxsize=64)
def show_currency(currency: str) -> str:
    """A currency's sign as English writes it: "₹", "$", and the code where there is none, as in "SAR"."""
    return get_currency_symbol(currency, locale="en")


def _group(whole: str, number_format: NumberFormat) -> str:
    if number_format is NumberFormat.INTERNATIONAL or len(whole) <= 3:
        return f"{int(whole):,}"
    return f"{_group_by_two(whole[:-3])},{whole[-3:]}"


def _group_by_two(whole: str) -> str:
    return whole if len(whole) <= 2 else f"{_group_by_two(whole[:-2])},{whole[-2:]}"
