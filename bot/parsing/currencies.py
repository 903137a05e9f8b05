"""Money as it is written, perhaps with its currency. One rule: another currency is refused by name."""

import re

from bot.parsing.numbers import MULTIPLIERS, NUMBER, read_number, scale_amount_e4
from bot.parsing.refusals import refuse
from core.currencies import CODES, MARKS


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
    after = rf" ?{mark}(?!\w)\.?"
    return rf"(?:{NUMBER}(?:{scaled}(?:{after})?|{after})|{mark}\.? ?{NUMBER}(?:{scaled})?(?:{after})?)"


_NUMBER = re.compile(NUMBER)
_SCALE = re.compile(rf" ?({'|'.join(MULTIPLIERS)})(?:s?\b)", re.IGNORECASE)


def read_money_e4(text: str, currency: str) -> int:
    """The amount that `text` (found by `money_pattern`) writes, in ten-thousandths of the unit.

    Raises InvalidInput naming the other currency, or the number that cannot be read.
    """
    number = _NUMBER.search(text)
    if number is None:
        return refuse(text, "has no number.", "1250")
    scale = _SCALE.match(text, number.end())
    for mark in (text[: number.start()], text[scale.end() if scale else number.end() :]):
        check_currency(mark, currency)
    amount = read_number(number[0]) * (MULTIPLIERS[scale[1].lower()] if scale else 1)
    return scale_amount_e4(amount, text)


def check_currency(mark: str, currency: str) -> None:
    """InvalidInput naming the mark unless it may stand for the company's currency (no mark at all may)."""
    key = mark.strip(" .").lower()
    if key and currency not in MARKS.get(key, key.upper()).split():
        refuse(mark, f"is not {currency}, which amounts are in here.", f"1250 {currency}")
