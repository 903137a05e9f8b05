"""Numbers as a company's people write them, from Babel's tables. One rule: what ICU would print, for every locale.

Where Babel and ICU differ, ICU is followed: digits and signs are the locale's own, four digits are not grouped where a
language does not (nor in any short number), and English counts in lakh and crore where a company groups numbers the
Indian way. Halves are rounded to even, everywhere.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
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
_EXACTLY_ONE = "1"  # a plural form of its own: "mille", not "1 mille"
# What else CLDR 48 has and Babel's tables have not (yet): short forms, signs, and who groups from five digits on.
_SHORT_WORDS = {"en_GB": {3: "k", 6: "m", 9: "bn", 12: "tn"}, "it": {3: "K"}, "it_IT": {3: "K"}, "it_CH": {3: "K"}}
_SHORT_FORMS = {
    name: {10 ** (power + more): "0" * (more + 1) + word for power, word in words.items() for more in range(3)}
    for name, words in _SHORT_WORDS.items()
}
_SIGNS = {"de_AT": {"group": NO_BREAK}, "de_CH": {"group": "'"}, "de_LI": {"group": "'"}, "it_CH": {"group": "'"}}
_GROUPS_LATE = frozenset(("be", "bg", "et", "hu", "hy", "ia", "ie", "it", "ka", "lv", "pl", "ru_UA", "sl", "sq")) | {
    *("es", "es_EA", "es_ES", "es_GQ", "es_IC", "es_PH"),  # the other countries of these two languages do not
    *("pt_CH", "pt_CV", "pt_GQ", "pt_GW", "pt_LU", "pt_MO", "pt_MZ", "pt_PT", "pt_ST", "pt_TL"),
}
_EXACT_WORDS = {"it": {10**3: "mille"}}
_OWN_PERCENT = frozenset(("bn", "mr"))  # per cent in their own digits is grouped by thousands
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
    return _fill(_find_locale(style.locale).decimal_formats[None], number, style, _write_digits(number, style))


def write_currency(amount: Decimal, currency: str, style: Style, digits: int | None = None) -> str:
    """An amount with its currency's sign, rounded to its coin or to `digits`: "₹12,34,567.50", "SAR 1,250.00"."""
    shown = _round(amount, currency_digits(currency) if digits is None else digits)
    pattern = _find_locale(style.locale).currency_formats["standard"]
    body = _write_digits(shown, style, pattern=pattern, of="currency")
    return _put_symbol(_fill(pattern, shown, style, body), currency, style)


def write_percent(percent: Decimal, style: Style) -> str:
    """Per cent with as many decimals as it has: 45.3 is "45.3%", "٤٥٫٣٪"."""
    pattern = _find_locale(style.locale).percent_formats[None]
    shown = _fill(pattern, percent, style, _write_digits(percent, style, pattern=pattern))
    return shown.replace("%", _find_symbol(style, "percentSign", "%"))


def write_compact(number: Decimal, style: Style, *, is_long: bool = False, currency: str = "") -> str:
    """A number shortly, one decimal at most: "1.2M", "12.3L", "1.2 crore", "١٫٢ مليون"; with `currency` its sign."""
    affix, shown = _shorten(abs(number), style, is_long=is_long)
    signed = -shown if number < 0 else shown
    body = affix.replace("0", _write_digits(shown, style, of="currency" if currency else "", is_short=True), 1)
    if not currency:
        return _sign(signed, body, style)
    pattern = _find_locale(style.locale).currency_formats["standard"]
    return _put_symbol(_sign(signed, f"{pattern.prefix[0]}{body}{pattern.suffix[0]}", style), currency, style)


def _shorten(size: Decimal, style: Style, *, is_long: bool) -> tuple[str, Decimal]:
    """The words around a short number, with a 0 in its place, and the number: 1234567 is ("0M", 1.2)."""
    divisor, words = 1, _PLAIN
    for least, next_divisor, next_words in _list_forms(style, is_long=is_long):
        if _round(size / divisor, 1) * divisor < least:
            break
        divisor, words = next_divisor, next_words
    shown = _trim(_round(size / divisor, 1))
    if shown == 1 and _EXACTLY_ONE in words:
        return words[_EXACTLY_ONE], shown
    return words.get(_find_locale(style.locale).plural_form(shown)) or words["other"], shown


@lru_cache(maxsize=64)
def _list_forms(style: Style, *, is_long: bool) -> tuple[tuple[int, int, dict[str, str]], ...]:
    """The short forms, the smallest first: from how much on, what it is divided by, and the words by plural form."""
    own = locale = _find_locale(style.locale)
    if locale.language == "en":
        if is_long and style.number_format == "indian":
            return tuple((least, least, {"other": f"0{word}"}) for least, word in reversed(_LAKH_WORDS))
        locale = _find_locale("en-IN" if style.number_format == "indian" else "en")
    tables = locale.compact_decimal_formats
    told = tables.get("long" if is_long else "short") or tables.get("short") or {}
    newer = {} if is_long or style.number_format == "indian" else _SHORT_FORMS.get(str(own), {})
    found: dict[int, tuple[int, int, dict[str, str]]] = {}
    for plural, patterns in sorted(told.items(), key=lambda each: each[0] == _EXACTLY_ONE):
        for power, pattern in patterns.items():
            written = newer.get(int(power), pattern.pattern)
            if zeros := written.count("0"):  # a 0 alone is no short form, but the number as it is
                divisor = 1 if written == "0" else int(power) // 10 ** (zeros - 1)
                form = found.setdefault(int(power), (int(power), divisor, {}))
                form[2][plural] = written.replace("0" * zeros, "0").replace("'", "")
            elif int(power) in found:
                found[int(power)][2][plural] = written
    for least, word in _EXACT_WORDS.get(own.language, {}).items() if is_long else ():
        found[least][2][_EXACTLY_ONE] = word
    return tuple(found[least] for least in sorted(found))


@lru_cache(maxsize=64)
def find_own_locale(name: str) -> tuple[Locale, str]:
    """The locale of a name such as en-IN or ar-SA-u-nu-latn, and its numbering system; ValueError for none.

    Plain digits where a locale's own are not known here.
    """
    plain, _, extension = name.replace("_", "-").partition("-u-")
    key, _, wanted = extension.partition("-")
    if extension and (key != "nu" or wanted not in ("latn", *_ZEROS)):
        raise ValueError(name)
    try:
        found = Locale.parse(plain.replace("-", "_"))
    except UnknownLocaleError as error:
        raise ValueError(name) from error
    own = wanted or found.default_numbering_system
    return found, own if own in _ZEROS else "latn"


def _find_locale(name: str) -> Locale:
    return find_own_locale(name)[0]


def _numbering(name: str) -> str:
    return find_own_locale(name)[1]


def _write_digits(
    number: Decimal, style: Style, *, pattern: NumberPattern | None = None, of: str = "", is_short: bool = False
) -> str:
    """The size of a number, with all its decimals and the locale's digits, grouped; `of` money: with money's signs."""
    locale = _find_locale(style.locale)
    pattern = pattern or locale.decimal_formats[None]
    whole, _, part = f"{abs(number):f}".partition(".")
    if len(whole) > (4 if is_short or _groups_late(locale) else 3):
        whole = _find_sign(style, "Group", of).join(_group(whole, _choose_grouping(locale, pattern, style)))
    shown = f"{whole}{_find_sign(style, 'Decimal', of)}{part}" if part else whole
    zero = _ZEROS.get(_numbering(style.locale))
    if zero is None:
        return shown
    return shown.translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)})


def _groups_late(locale: Locale) -> bool:
    """Whether only numbers of five digits are grouped; of Spanish, that depends on the country."""
    return str(locale) in _GROUPS_LATE or (locale.language in _GROUPS_LATE and locale.language != "es")


def _group(whole: str, sizes: tuple[int, int]) -> list[str]:
    """The digits of a number in groups, the last of the first size, those before of the second."""
    last, others = sizes
    parts, rest = [whole[-last:]], whole[:-last]
    while rest:
        parts.insert(0, rest[-others:])
        rest = rest[:-others]
    return parts


def _choose_grouping(locale: Locale, pattern: NumberPattern, style: Style) -> tuple[int, int]:
    """As the pattern has it, unless somebody chose otherwise than the locale does."""
    own = locale.decimal_formats[None].grouping
    wanted = _GROUPINGS[style.number_format]
    if own != wanted:
        return wanted
    is_percent = pattern is locale.percent_formats[None]
    if is_percent and locale.language in _OWN_PERCENT and _numbering(style.locale) != "latn":
        return _GROUPINGS["international"]
    return pattern.grouping


def _find_sign(style: Style, name: str, of: str) -> str:
    """The sign that groups digits or comes before decimals; money may have its own."""
    plain = {"Group": ",", "Decimal": "."}[name]
    own = _find_symbol(style, name.lower(), plain)
    return _find_symbol(style, f"{of}{name}", own) if of else own


def _fill(pattern: NumberPattern, number: Decimal, style: Style, body: str) -> str:
    """Written digits in a pattern, with the sign where the pattern has it.

    Babel has the patterns of plain digits only: with a locale's own the minus stands before everything.
    """
    before, after = pattern.prefix, pattern.suffix
    if number >= 0 or _numbering(style.locale) != "latn":
        return _sign(number, f"{before[0]}{body}{after[0]}", style)
    minus = _find_symbol(style, "minusSign", "-")
    return f"{before[1].replace('-', minus)}{body}{after[1].replace('-', minus)}"


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
    """The locale's own sign, in its own numbering; the plain one where none is known."""
    locale, numbering = find_own_locale(style.locale)
    symbols = {**(locale.number_symbols.get(numbering) or {}), **_SIGNS.get(str(locale), {})}
    return str(symbols.get(name, plain))


def _round(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def _trim(number: Decimal) -> Decimal:
    """Without zeros behind the point."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number
