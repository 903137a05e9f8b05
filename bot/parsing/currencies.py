"""Money as it is written, perhaps with its currency. One rule: another currency is refused by name."""

import re
from decimal import Decimal

from bot.parsing.numbers import MULTIPLIERS, NUMBER, UNCLEAR_DOT, read_number, scale_amount_e4
from bot.parsing.refusals import refuse, refuse_all
from bot.parsing.spelled import SMALL_WORD, SPELLED, read_spelled
from core.currencies import ANY, CODES, MARKS
from core.money import currency_digits


def currency_pattern(currency: str) -> str:
    """A pattern for any mark or code of money, the longest first, with the company's own code if given."""
    marks = {*MARKS, *(code.lower() for code in CODES), currency.lower()} - {""}
    return "(?:" + "|".join(re.escape(mark) for mark in sorted(marks, key=lambda mark: (-len(mark), mark))) + ")"


def money_pattern(currency: str) -> str:
    """A pattern for a number with an optional multiplier (k, lakh, …) and an optional currency before or after it."""
    return rf"(?:{marked_money_pattern(currency)}|{NUMBER})"


def marked_money_pattern(currency: str) -> str:
    """The same with at least one of them, so that it cannot be a mere number."""
    mark, scale = currency_pattern(currency), "|".join(word for word in MULTIPLIERS if word != "k")
    scaled = rf"(?:k\b| (?:{scale})s?\b)"
    end, after = "/[-=]", rf" ?{mark}(?!\w)\.?"  # 1200/- and 1200/=: as amounts end in India and East Africa
    after = rf"(?:{after}(?:{end})?|{end}(?:{after})?)"
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
    plain = _read_amount(number[0], currency) + (HALF if half else 0)
    return scale_amount_e4(plain * (MULTIPLIERS[scale[1].lower()] if scale else 1), text)


def _read_amount(text: str, currency: str) -> Decimal:
    """A number of money: how many decimals its currency has tells what 1.250 is, three in Kuwait and none in Japan."""
    digits = currency_digits(currency) if UNCLEAR_DOT.fullmatch(text) else None
    if digits == 0:
        return Decimal(text.replace(".", ""))
    return Decimal(text) if digits == 3 else read_number(text)


def _read_spelled_e4(text: str, currency: str) -> int:
    words = _SPELLED.match(text)
    if words is None:
        return refuse(text, "has no number.", "1250")
    check_currency(text[words.end() :], currency)
    return scale_amount_e4(Decimal(read_spelled(words[0])), text)


def check_currency(mark: str, currency: str) -> None:
    """InvalidInput naming the mark unless it may stand for the company's currency (no mark at all may)."""
    key = mark.strip(" ./-=").lower()
    if key and MARKS.get(key) != ANY and currency not in MARKS.get(key, key.upper()).split():
        refuse_all(mark, f"is not {currency}, which amounts are in here.", f"1250 {currency}")
