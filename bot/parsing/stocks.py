"""What /stock is asked for or told. One rule: a bare number is a count, one with a plus is what came in."""

import re
from dataclasses import dataclass

from bot.parsing.numbers import NUMBER, read_number, scale_number
from bot.parsing.refusals import hinting, refuse
from bot.parsing.tokens import clean_text, make_plain
from core.money import E3

HINT = "SOL-3077 +20"
_UNIT = r"(?: ?(?:pcs?|pieces?|units?|kgs?|kilos?|l|litres?|liters?|metres?|meters?))?"
_WORDS = re.compile(
    rf"(?:[\"“„«](?P<quoted>[^\"“”„«»]+)[\"”“»]|(?P<name>\S.*?))"
    rf"(?:(?: |^)(?P<sign>[-+=]?) ?(?P<number>{NUMBER}){_UNIT})?",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(r" ([+=] ?\S*)$")  # what stands where a quantity would


@dataclass(frozen=True, slots=True)
class StockWords:
    """Stock to see (neither number is set), to count or to take in; quantities in thousandths."""

    product_words: str | None = None
    counted_e3: int | None = None
    received_e3: int | None = None


def parse_stock(text: str) -> StockWords:
    """The words after /stock: nothing, `SOL-3077`, `SOL-3077 40` (counted), `SOL-3077 +20` (received).

    A name that ends in a number is put in quotes: `"iphone 15" 40`. Raises InvalidInput naming the number at fault.
    """
    words = make_plain(clean_text(text)).replace("\n", " ")
    if not words:
        return StockWords()
    found = _WORDS.fullmatch(words)
    name = (found["quoted"] or found["name"]).strip() if found else ""
    if found is None or not any(map(str.isalpha, name)):
        return refuse(words, "names no product.", HINT)
    if found["number"] is None:
        if not found["quoted"] and (odd := _NO_NUMBER.search(name)):
            refuse(odd[1], "is not a quantity.", HINT)
        return StockWords(name)
    if found["sign"] == "-":
        refuse(f"-{found['number']}", "takes stock away. Write what was counted instead.", "SOL-3077 40")
    with hinting(HINT):
        number_e3 = scale_number(read_number(found["number"]), E3, found["number"])
    if found["sign"] != "+":
        return StockWords(name, counted_e3=number_e3)
    if number_e3 == 0:
        refuse("+0", "takes nothing in.", HINT)
    return StockWords(name, received_e3=number_e3)
