"""Money as it is written, perhaps with its currency. One rule: another currency is refused by name."""

import re
from decimal import Decimal

from bot.parsing.numbers import MULTIPLIERS, NUMBER, read_number, scale_amount_e4
from bot.parsing.refusals import refuse, refuse_all
from bot.parsing.spelled import SMALL_WORD, SPELLED, read_spelled

ANY = "*"
# One table: a mark as typed (lower case), and the currencies it may stand for. A code stands for itself.
MARKS: dict[str, str] = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP JMD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP EGP LBP SYP SDG",
    "¥": "JPY CNY",
    "₹": "INR",
    "₨": "INR PKR LKR NPR MUR",
    "₺": "TRY",
    "₽": "RUB",
    "₩": "KRW",
    "₪": "ILS",
    "₦": "NGN",
    "₱": "PHP",
    "฿": "THB",
    "₫": "VND",
    "₴": "UAH",
    "r$": "BRL",
    "﷼": "SAR QAR YER OMR IRR",
    "\u20c1": "SAR",
    "ر.س": "SAR",
    "د.إ": "AED",
    "د.ك": "KWD",
    "ريال": "SAR QAR YER OMR IRR",
    "درهم": "AED MAD",
    "دينار": "KWD BHD JOD IQD",
    "sr": "SAR",
    "bucks": ANY,
    "rial": "SAR QAR YER OMR IRR",
    "rials": "SAR QAR YER OMR IRR",
    "dhs": "AED MAD",
    "riyal": "SAR QAR YER OMR IRR",
    "riyals": "SAR QAR YER OMR IRR",
    "dirham": "AED MAD",
    "dirhams": "AED MAD",
    "dinar": "KWD BHD JOD IQD",
    "dinars": "KWD BHD JOD IQD",
    "dollar": "USD CAD AUD NZD SGD HKD TWD",
    "dollars": "USD CAD AUD NZD SGD HKD TWD",
    "euro": "EUR",
    "euros": "EUR",
    "rupee": "INR PKR LKR NPR MUR",
    "rupees": "INR PKR LKR NPR MUR",
    "rs": "INR PKR LKR NPR MUR",
}
CODES = (
    "AED ARS AUD BDT BHD BRL CAD CHF CLP CNY CZK DKK DZD EGP EUR GBP GHS HKD HUF IDR ILS INR IQD JOD JPY KES KRW KWD "
    "LBP LKR MAD MXN MYR NGN NOK NPR NZD OMR PHP PKR PLN QAR RON RUB SAR SEK SGD THB TND UAH USD VND ZAR"
)


def currency_pattern(currency: str) -> str:
    """A pattern for any mark or code of money, the longest first, with the company's own code if given."""
    marks = {*MARKS, *(code.lower() for code in CODES.split()), currency.lower()} - {""}
    return "(?:" + "|".join(re.escape(mark) for mark in sorted(marks, key=lambda mark: (-len(mark), mark))) + ")"


def money_pattern(currency: str) -> str:
    """A pattern for a number with an optional multiplier (k, lakh, …) and an optional currency before or after it."""
    return rf"(?:{marked_money_pattern(currency)}|{NUMBER})"


def marked_money_pattern(currency: str) -> str:
    """The same with at least one of them, so that it cannot be a mere number."""
    mark, scale = currency_pattern(currency), "|".join(word for word in MULTIPLIERS if word != "k")
    scaled = rf"(?:k\b| (?:{scale})s?\b)"
    after = rf" ?{mark}(?!\w)\.?"
    return rf"(?:{NUMBER}(?:{scaled}(?:{after})?|{after})|{mark}\.? ?{NUMBER}(?:{scaled})?(?:{after})?)"


_NUMBER = re.compile(NUMBER)
_SPELLED = re.compile(rf"{SPELLED}\b|(?:{SMALL_WORD})\b", re.IGNORECASE)
_HALF = re.compile(r" and a half\b", re.IGNORECASE)
HALF = Decimal("0.5")
_SCALE = re.compile(rf" ?({'|'.join(MULTIPLIERS)})(?:s?\b)", re.IGNORECASE)


def read_money_e4(text: str, currency: str) -> int:
    """The amount that `text` (found by `money_pattern`) writes, in ten-thousandths of the unit.

    Raises InvalidInput naming the other currency, or the number that cannot be read.
    """
    number = _NUMBER.search(text)
    if number is None:
        return _read_spelled_e4(text, currency)
    scale = _SCALE.match(text, number.end())
    half = _HALF.match(text, number.end())
    end = max(found.end() for found in (number, scale, half) if found)
    for mark in (text[: number.start()], text[end:]):
        check_currency(mark, currency)
    amount = (read_number(number[0]) + (HALF if half else 0)) * (MULTIPLIERS[scale[1].lower()] if scale else 1)
    return scale_amount_e4(amount, text)


def _read_spelled_e4(text: str, currency: str) -> int:
    words = _SPELLED.match(text)
    if words is None:
        return refuse(text, "has no number.", "1250")
    check_currency(text[words.end() :], currency)
    return scale_amount_e4(Decimal(read_spelled(words[0])), text)


def check_currency(mark: str, currency: str) -> None:
    """InvalidInput naming the mark unless it may stand for the company's currency (no mark at all may)."""
    key = mark.strip(" .").lower()
    if key and MARKS.get(key) != ANY and currency not in MARKS.get(key, key.upper()).split():
        refuse_all(mark, f"is not {currency}, which amounts are in here.", f"1250 {currency}")
