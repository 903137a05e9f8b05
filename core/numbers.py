"""Numbers as a company's people write them, from Babel's tables. One rule: what ICU would print, for every locale.

Where Babel and ICU differ, ICU is followed: digits and signs are the locale's own, the minus stands before everything,
and English counts in lakh and crore where a company groups numbers the Indian way.
"""

from copy import copy
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, get_currency_symbol

from core.money import currency_digits

NO_BREAK, NARROW_NO_BREAK = "\u00a0", "\u202f"
# The zero of each numbering system that is some locale's own; the other nine digits follow it.
_ZEROS = {
    "arab": "\u0660",
    "arabext": "\u06f0",
    "nkoo": "\u07c0",
    "deva": "\u0966",
    "beng": "\u09e6",
    "tibt": "\u0f20",
    "mymr": "\u1040",
    "olck": "\u1c50",
    "mtei": "\uabf0",
    "cakm": "\U00011136",
    "hmnp": "\U0001e140",
    "adlm": "\U0001e950",
}
# English in India (CLDR 48; Babel's own table still says million). Each: from how much on, and the word.
_LAKH_WORDS = (
    (10**12, f"{NARROW_NO_BREAK}lakh{NARROW_NO_BREAK}crore"),
    (10**7, f"{NARROW_NO_BREAK}crore"),
    (10**5, f"{NARROW_NO_BREAK}lakh"),
    (10**3, " thousand"),
)
_PLAIN = {"other": "0"}
_GROUPINGS = {"indian": (3, 2), "international": (3, 3)}


@dataclass(frozen=True, slots=True)
class Style:
    """How a company writes figures: a locale such as "en-IN", and "indian" or "international" grouping."""

    locale: str = "en"
    number_format: str = "international"

    @property
    def is_plain_english(self) -> bool:
        """Whether amounts are written with the currency's code first, as "SAR 1,250.00"."""
        return self.locale == "en"


HOUSE_STYLE = Style()


def write_number(number: Decimal, style: Style) -> str:
    """A number with as many decimals as it has: 1234567.5 is "1,234,567.5", "12,34,567.5" or "١٬٢٣٤٬٥٦٧٫٥"."""
    locale = _find_locale(style.locale)
    return _sign(number, _apply(locale.decimal_formats[None], number, style), style)


def write_currency(amount: Decimal, currency: str, style: Style, digits: int | None = None) -> str:
    """An amount with its currency's sign, rounded to its coin or to `digits`: "₹12,34,567.50", "SAR 1,250.00"."""
    shown = _round(amount, currency_digits(currency) if digits is None else digits)
    pattern = _find_locale(style.locale).currency_formats["standard"]
    return _sign(shown, _put_symbol(_apply(pattern, shown, style), currency, style), style)


def write_percent(percent: Decimal, style: Style) -> str:
    """Per cent with as many decimals as it has: 45.3 is "45.3%", "٤٥٫٣٪"."""
    locale = _find_locale(style.locale)
    pattern = copy(locale.percent_formats[None])
    pattern.scale = 0
    return _sign(percent, _apply(pattern, percent, style).replace("%", _find_symbol(style, "percentSign", "%")), style)


def write_compact(number: Decimal, style: Style, *, is_long: bool = False, currency: str = "") -> str:
    """A number shortly, one decimal at most: "1.2M", "12.3L", "1.2 crore", "١٫٢ مليون"; with `currency` its sign."""
    affix, shown = _shorten(abs(number), style, is_long=is_long)
    body = affix.replace("0", _apply(_find_locale(style.locale).decimal_formats[None], shown, style), 1)
    if currency:
        body = _put_symbol(_place_compact(body, style), currency, style)
    return _sign(number if shown else Decimal(0), body, style)


def _place_compact(body: str, style: Style) -> str:
    """A short number with the ¤ where the locale has it in a full amount."""
    pattern = _find_locale(style.locale).currency_formats["standard"]
    before, after = pattern.prefix[0], pattern.suffix[0]
    return f"{before}{body}{after}"


def _shorten(size: Decimal, style: Style, *, is_long: bool) -> tuple[str, Decimal]:
    """The words around a short number, with a 0 in its place, and the number: 1234567 is ("0M", 1.2)."""
    divisor, words = 1, _PLAIN
    for least, next_divisor, next_words in _list_forms(style, is_long=is_long):
        if _round(size / divisor, 1) * divisor < least:
            break
        divisor, words = next_divisor, next_words
    shown = _trim(_round(size / divisor, 1))
    return words.get(_find_locale(style.locale).plural_form(shown)) or words["other"], shown


@lru_cache(maxsize=64)
def _list_forms(style: Style, *, is_long: bool) -> tuple[tuple[int, int, dict[str, str]], ...]:
    """The short forms, the smallest first: from how much on, what it is divided by, and the words by plural form."""
    locale = _find_locale(style.locale)
    if locale.language == "en":
        if is_long and style.number_format == "indian":
            return tuple((least, least, {"other": f"0{word}"}) for least, word in reversed(_LAKH_WORDS))
        locale = _find_locale("en-IN" if style.number_format == "indian" else "en")
    tables = locale.compact_decimal_formats
    found: dict[int, tuple[int, int, dict[str, str]]] = {}
    for plural, patterns in (tables.get("long" if is_long else "short") or tables.get("short") or {}).items():
        for power, pattern in patterns.items():
            zeros = pattern.pattern.count("0")
            if zeros:  # a 0 alone is no short form, but the number as it is
                divisor = 1 if pattern.pattern == "0" else int(power) // 10 ** (zeros - 1)
                form = found.setdefault(int(power), (int(power), divisor, {}))
                form[2][plural] = pattern.pattern.replace("0" * zeros, "0").replace("'", "")
    return tuple(found[least] for least in sorted(found))


@lru_cache(maxsize=64)
def _find_locale(name: str) -> Locale:
    return Locale.parse(name.replace("-", "_"))


@lru_cache(maxsize=64)
def _numbering(name: str) -> str:
    """The numbering system of a locale; plain digits where its digits are not known here."""
    own = _find_locale(name).default_numbering_system
    return own if own in _ZEROS else "latn"


def _apply(pattern: NumberPattern, number: Decimal, style: Style) -> str:
    """The size of a number in a pattern, with all its decimals and the locale's digits; the sign is put on later."""
    grouped = copy(pattern)
    grouped.grouping = _GROUPINGS[style.number_format]
    digits = max(0, -int(number.as_tuple().exponent))
    grouped.frac_prec = (digits, digits)
    numbering = _numbering(style.locale)
    locale = _find_locale(style.locale)
    plain: str = grouped.apply(abs(number), locale, numbering_system=numbering)
    if numbering == "latn":
        return plain
    return plain.translate({ord("0") + digit: chr(ord(_ZEROS[numbering]) + digit) for digit in range(10)})


def _put_symbol(body: str, currency: str, style: Style) -> str:
    """The currency's sign for ¤; one of letters keeps off the digits."""
    symbol = get_currency_symbol(currency, locale=_find_locale(style.locale))
    before, _, after = body.partition("¤")
    if symbol[-1:].isalpha() and after[:1].isdigit():
        symbol += NO_BREAK
    if symbol[:1].isalpha() and before[-1:].isdigit():
        symbol = NO_BREAK + symbol
    return f"{before}{symbol}{after}"


def _sign(number: Decimal, body: str, style: Style) -> str:
    return body if number >= 0 else f"{_find_symbol(style, 'minusSign', '-')}{body}"


def _find_symbol(style: Style, name: str, plain: str) -> str:
    """The locale's own sign, in its own numbering; the plain one where Babel knows none."""
    symbols = _find_locale(style.locale).number_symbols.get(_numbering(style.locale)) or {}
    return str(symbols.get(name, plain))


def _round(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def _trim(number: Decimal) -> Decimal:
    """Without zeros behind the point."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number
