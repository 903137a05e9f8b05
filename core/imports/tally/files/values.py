"""Amounts, quantities, rates and days as Tally writes them. One rule: exact integers, or a refusal naming the text.

Shapes seen: "-250000.00" (debit is negative), "$ 500.00 @ ₹ 43.29/$ = ₹ 21645.00", " 10 Nos", "2.5 kg",
"550.00/Nos", "$50.00 = ₹2164.50/Nos", and the nested <AMOUNT><AMOUNT/><ISDEBIT/></AMOUNT> of TallyConnector.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import InvalidInput
from core.money import E3, E4, LARGEST_E4, divide_half_even
from core.text import make_storable

RATE_E9 = 10**9
LONGEST_NUMBER = 100  # with what stands around it
_NUMBER = re.compile(r"\d[\d,\s]*(?:\.\d+)?|(?<![A-Za-z])\.\d+")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_NAMED_DAY = re.compile(r"(\d{1,2})[-/ ]([A-Za-z]{3})[a-z]*[-/ ](\d{4}|\d{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNIT = re.compile(r"[^\d\s.,=-][^\d=]*")
_NOTHING = frozenset(("", "not applicable", "- * -", "any", "end of list"))
_YES = frozenset(("yes", "true", "1", "y"))
_SYMBOLS = {
    "₹": "INR", "rs": "INR", "rs.": "INR", "inr": "INR", "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP",
    "¥": "JPY", "sr": "SAR", "﷼": "SAR", "dh": "AED", "dhs": "AED", "s$": "SGD", "a$": "AUD", "c$": "CAD",
    "hk$": "HKD", "rm": "MYR", "฿": "THB", "₩": "KRW", "৳": "BDT", "₨": "PKR", "kd": "KWD", "bd": "BHD",
}  # fmt: skip
_SYMBOL = re.compile(r"[^\d\s.,=@/()+-][^\d\s=@/()+-]*")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in ten-thousandths with Tally's sign; beside it what it was in the other currency it was agreed in."""

    e4: int
    foreign_e4: int | None = None
    currency: str | None = None
    rate_e9: int | None = None


ZERO = Amount(0)


def read_text(value: Any) -> str | None:
    """A text, or None for what says nothing ("Not Applicable" among them); of a list its first."""
    if isinstance(value, list):
        return next((text for one in value if (text := read_text(one)) is not None), None)
    if isinstance(value, dict):
        return read_text(value.get("value", value.get("name")))
    text = str(value) if value is not None else ""
    if not text.isprintable():
        text = make_storable(text)
    text = " ".join(text.split())
    return None if text.lower() in _NOTHING else text


def is_yes(value: Any) -> bool:
    """Whether Tally says Yes (or true)."""
    if isinstance(value, list):
        return any(map(is_yes, value))
    return str(value or "").strip().lower() in _YES


def read_amount(value: Any, field: str = "AMOUNT") -> Amount:
    """An amount; nothing said is zero. Raises InvalidInput naming `field` and the text."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        return _read_nested(value, field)
    text = read_text(value)
    if text is None:
        return ZERO
    before, equals, base = text.rpartition("=")
    e4 = _read_signed(base, E4, field, text)
    if not equals:
        return Amount(e4, currency=None)
    foreign, at, rate = before.partition("@")
    foreign_e4 = _read_signed(foreign, E4, field, text)
    if foreign_e4 < 0 < e4 or e4 < 0 < foreign_e4:  # the sign may stand before one of them only
        e4, foreign_e4 = -abs(e4), -abs(foreign_e4)
    rate_e9 = _read_signed(rate.partition("/")[0], RATE_E9, field, text) if at else _derive_rate(e4, foreign_e4)
    return Amount(e4, foreign_e4, find_currency(foreign), rate_e9)


def _read_nested(value: dict[str, Any], field: str) -> Amount:
    e4 = _read_signed(str(value.get("amount") or "0"), E4, field, str(value))
    e4 = -abs(e4) if is_yes(value.get("isdebit")) else e4
    foreign, symbol = read_text(value.get("forexamount")), read_text(value.get("forexsymbol"))
    if foreign is None or symbol is None:
        return Amount(e4)
    foreign_e4 = abs(_read_signed(foreign, E4, field, foreign)) * (-1 if e4 < 0 else 1)
    rate = read_text(value.get("rateofexchange"))
    rate_e9 = _read_signed(rate, RATE_E9, field, rate) if rate else _derive_rate(e4, foreign_e4)
    return Amount(e4, foreign_e4, find_currency(symbol), rate_e9)


def _derive_rate(base_e4: int, foreign_e4: int) -> int | None:
    return divide_half_even(base_e4 * RATE_E9, foreign_e4) if foreign_e4 else None


def read_quantity(value: Any, field: str = "BILLEDQTY") -> tuple[int, str | None] | None:
    """Thousandths and the unit of " 10 Nos = 1 Box" (the first counts); None where nothing is said."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        number, unit = read_text(value.get("quantity")), read_text(value.get("unit"))
        return (_read_signed(number, E3, field, number), unit) if number else None
    text = read_text(value)
    if text is None:
        return None
    first = text.partition("=")[0].strip()
    word = _UNIT.search(first)
    return _read_signed(first, E3, field, text), word[0].strip() if word else None


def read_rate(value: Any, field: str = "RATE") -> tuple[int, int | None] | None:
    """The price of one in ten-thousandths, and in the other currency if it says so; None where nothing is said."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        base = read_text(value.get("baserate"))
        return (_read_signed(base, E4, field, base), None) if base else None
    text = read_text(value)
    if text is None:
        return None
    before, equals, base = text.rpartition("=")
    foreign = _read_signed(before.partition("/")[0], E4, field, text) if equals else None
    return _read_signed(base.partition("/")[0], E4, field, text), foreign


def read_percent_e4(value: Any, field: str = "DISCOUNT") -> int:
    """A per cent ("10", "10 %") in ten-thousandths of a per cent; nothing said is zero."""
    text = read_text(value)
    return abs(_read_signed(text, E4, field, text)) if text else 0


def read_day(value: Any, field: str = "DATE") -> date:
    """20090531, 2009-05-31 or 31-May-2009. Raises InvalidInput."""
    text = read_text(value) or ""
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NAMED_DAY.fullmatch(text):
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            return date(year, _MONTHS.index(match[2].lower()) + 1, int(match[1]))
    except ValueError:
        pass
    raise InvalidInput(f"{field} “{text}” is not a day.", field=field.lower(), hint="20260331")


def find_currency(text: str) -> str | None:
    """The code of the currency whose symbol or code stands in a text; None if it is not known."""
    found = _SYMBOL.search(text)
    if found is None:
        return None
    symbol = found[0].strip().lower()
    known = _SYMBOLS.get(symbol)
    return known or (symbol.upper() if len(symbol) == 3 and symbol.isascii() and symbol.isalpha() else None)


def _read_signed(text: str, scale: int, field: str, whole: str) -> int:
    """The first number of a text times `scale`; a minus before it, "(-)" or "Dr" after it, turns its sign."""
    found = _NUMBER.search(text[:LONGEST_NUMBER])
    if found is None:
        raise InvalidInput(f"{field} “{whole.strip()[:60]}” has no number.", field=field.lower())
    number = Decimal(found[0].replace(",", "").replace(" ", "").replace("\u00a0", ""))
    numerator, denominator = number.as_integer_ratio()
    scaled = divide_half_even(numerator * scale, denominator)
    if scaled > LARGEST_E4 * (scale // E4 or 1):
        raise InvalidInput(f"{field} “{whole.strip()[:60]}” is too large to add up.", field=field.lower())
    is_negative = "-" in text[: found.start()] or text[found.end() :].strip().lower() in ("dr", "dr.")
    return -scaled if is_negative else scaled
