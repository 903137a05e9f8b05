"""A sale told in words -> ParsedSale. One rule: what is not understood is refused by name, never dropped."""

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from bot.parsing.currencies import read_money_e4
from bot.parsing.grammar import Token, read_tokens
from bot.parsing.ideas import read_item
from bot.parsing.items import EXAMPLE, Item, Said, Whole, check_name
from bot.parsing.numbers import read_quantity_e3
from bot.parsing.refusals import quote, refuse, refuse_two, shorten
from bot.parsing.sale import Discount, ParsedLine, ParsedSale, Reading
from bot.parsing.tokens import clean_text, make_plain, split_note
from core.errors import InvalidInput

MOST_LINES = 100
MOST_FEW = 20  # griparm 2: more than that may be its price
ONE = 1000
FEW = re.compile(r"\d")  # alone it may have been meant as how many


def parse_sale(text: str, reading: Reading) -> ParsedSale:
    """What follows /sale, or a sentence such as "sold 3 griparm for 100 yesterday to John Doe", as one sale.

    Several items in one message (by newline, `;`, ` + `, or `,` and "and" before a quantity) are several lines of ONE
    document: platform, coupon, customer, day, colleague and note belong to all of them. A price or discount belongs to
    the item it stands with; a discount on a line of its own, or "off everything", to the whole sale.
    Raises InvalidInput naming the words at fault, with a hint that parses, for anything that is unclear.
    """
    before, note = split_note(text)
    typed = clean_text(before)
    whole = Whole(reading, typed, make_plain(typed))
    segments = _split_segments(read_tokens(whole.plain, reading))
    items = [item for tokens in segments for item in _read_segment(tokens, whole)]
    lines = [_finish_item(item) for item in items]
    _check_items(items, typed)
    noted = "; ".join([*whole.notes, *([note] if note else [])]) or None
    return ParsedSale(tuple(lines), **{what: said.value for what, said in whole.said.items()}, note=noted)


def _split_segments(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """The tokens of each written line (or part between semicolons)."""
    segment: list[Token] = []
    for token in tokens:
        if token.idea == "break":
            yield segment
            segment = []
        else:
            segment.append(token)
    yield segment


def _read_segment(tokens: list[Token], whole: Whole) -> list[Item]:
    """The items sold in one written line; a discount that stands alone is for the whole sale."""
    sold = []
    for item in [read_item(part, whole) for part in _split_items(tokens)]:
        if item.is_named or item.is_counted or "price" in item.said:
            sold.append(item)
        elif off := item.said.get("discount"):
            whole.say("discount", off.value, off.words)
    _check_reach(sold)
    return sold


def _split_items(tokens: list[Token]) -> Iterator[list[Token]]:
    """The items of a line: after ` + ` always, after a comma or "and" when a quantity and a name follow, or where what
    stands before and what follows is a name and how many: “desk lamp x2 and floor lamp x1”.
    """
    item: list[Token] = []
    for index, token in enumerate(tokens):
        if (
            token.idea == "plus"
            or (token.idea == "joint" and _is_item(tokens[index + 1 : index + 3]))
            or (_is_between(token) and _ends_counted(item) and _ends_counted(_cut_item(tokens[index + 1 :])))
        ):
            yield item
            item = []
        else:
            item.append(token)
    yield item


def _is_between(token: Token) -> bool:
    return token.idea == "comma" or (token.idea == "word" and token.text.lower() in ("and", "&"))


def _cut_item(tokens: list[Token]) -> list[Token]:
    """The tokens up to the next that may stand between two items."""
    end = next((index for index, token in enumerate(tokens) if _is_between(token)), len(tokens))
    return tokens[:end]


def _ends_counted(tokens: list[Token]) -> bool:
    """Whether it is a name, not counted before, and how many at its end."""
    ideas = [token.idea for token in tokens if token.idea not in ("opener", "symbols", "filler")]
    return len(ideas) > 1 and ideas[0] in ("word", "quoted") and ideas[-1] in ("times", "number")


def _is_item(tokens: list[Token]) -> bool:
    ideas = [token.idea for token in tokens]
    return len(ideas) == 2 and ideas[0] in COUNTS and ideas[1] in ("word", "quoted", "of", "group")


COUNTS = ("number", "count_word", "times", "measure", "group", "halves", "spelled")


def _check_reach(items: list[Item]) -> None:
    """“2 caps and 3 shirts for 100”: of the last alone or of both? Each item has its own, or none but the first has."""
    for what in ("price", "discount"):
        last = items[-1].said.get(what) if len(items) > 1 else None
        if last and not last.words.startswith("@") and any(what not in item.said for item in items[:-1]):
            refuse(
                last.words,
                "could be for the last item or for all of them. Write each item on a line of its own.",
                "2 SOL-3077; 3 SOL-3078 for 100",
            )


def _check_items(items: list[Item], typed: str) -> None:
    """At least one item, not too many, and no amount among named products: it might be the price of one."""
    if not items:
        where = f"in “{shorten(typed)}”" if typed else "there"
        raise InvalidInput(f"I see nothing sold {where}.", field=shorten(typed) or "sale", hint=EXAMPLE)
    if len(items) > MOST_LINES:
        raise InvalidInput(f"{len(items)} items are too many for one message.", field="sale", hint=EXAMPLE)
    amount = next((item for item in items if not item.is_named), None)
    if amount and any(item.is_named for item in items):
        words = amount.number.text if amount.number else amount.said["price"].words
        refuse(words, "could be the price of another item or a sale of its own.", "2 SOL-3077 for 100")


# ---- one item -------------------------------------------------------------------------------------------------------


def _finish_item(item: Item) -> ParsedLine:
    """The line that an item comes to."""
    if not item.is_named:
        return _finish_amount(item)
    _settle_trailing(item)
    name = _name_of(item)
    quantity_e3 = _quantity_of(item)
    price = item.said.get("price")
    amount_e4 = price.value if price else None
    if price and price.kind == "amount" and quantity_e3 != ONE:
        options = f"@{price.words}", f"for {price.words}"
        refuse(price.words, "could be the price of one or of all.", f"2 SOL-3077 @{price.words}", options=options)
    is_each = price is not None and price.kind == "each"
    return ParsedLine(
        quantity_e3,
        name,
        unit_price_e4=amount_e4 if is_each else None,
        total_e4=None if is_each else amount_e4,
        discount=_discount_of(item),
    )


def _finish_amount(item: Item) -> ParsedLine:
    """An amount alone: 1250, SAR 1250, for 1250."""
    quantity, price, number = item.said.get("quantity"), item.said.get("price"), item.number
    if quantity or (price and (number or price.kind == "each")):
        words = (quantity or price or Said("", "")).words
        refuse(words, "says how many or how much, but not of what.", EXAMPLE)
    amount_e4 = price.value if price else read_money_e4(number.text if number else "", item.whole.reading.currency)
    if amount_e4 == 0:
        refuse(price.words if price else "0", "is no amount.", "1250")
    is_bare = number is not None and FEW.fullmatch(number.text) is not None
    return ParsedLine(ONE, None, total_e4=amount_e4, discount=_discount_of(item), is_bare=is_bare)


def _settle_trailing(item: Item) -> None:
    """A number after the name: part of a name the catalogue has, or how many of a product it has."""
    number = item.trailing
    if number is None or item.quoted is not None or item.name is None:
        return
    name, knows = item.cut(*item.name), item.whole.reading.knows
    if number.start == item.name[1] + 1 and knows(f"{name} {number.text}"):
        item.name, item.trailing = (item.name[0], number.end), None
    elif not item.is_counted and ("price" in item.said or _is_few(number.text)) and knows(name):
        item.number, item.trailing = number, None


def _is_few(number: str) -> bool:
    """Whether it is rather how many than a price."""
    return number.isdecimal() and 0 < int(number) <= MOST_FEW


def _name_of(item: Item) -> str:
    """The product's words; a number at their end belongs to them only when quantity and price are said elsewhere."""
    start, end = item.name or (0, 0)
    trailing = item.trailing
    if trailing:
        adjacent = item.quoted is None and trailing.start == end + 1
        if not (adjacent and item.is_counted and "price" in item.said):
            _refuse_trailing(item, trailing.text, item.quoted or item.cut(start, end))
        end = trailing.end
    name = item.quoted if item.quoted is not None else item.whole.plain[start:end].strip(" .,!?:;…")
    check_name(name, name)
    return name


def _refuse_trailing(item: Item, number: str, name: str) -> NoReturn:
    how_many = f"{_say_quantity(item)}{quote(name)} @{number}" if item.is_counted else f"{number}x {quote(name)}"
    options = f"@{number}" if item.is_counted else f"x{number}", f"for {number}"
    reason = "could be how many, a price (@) or part of the name (in quotes)."
    refuse(number, reason, how_many, options=() if "price" in item.said else options)


def _say_quantity(item: Item) -> str:
    """The quantity as it was said, to say it again in an example."""
    said = item.said.get("quantity")
    words = item.number.text if item.number else said.words if said else ""
    return f"{words} " if words else ""


def _quantity_of(item: Item) -> int:
    quantity, number = item.said.get("quantity"), item.number
    if number is None:
        return quantity.value if quantity else ONE
    if quantity:
        refuse_two("quantities", number.text, quantity.words, f"{number.text} SOL-3077")
    quantity_e3 = read_quantity_e3(number.text)
    if quantity_e3 % ONE:
        reason, options = "could be a quantity or a price: write its unit, or @ before it.", (f"@{number.text}",)
        refuse(number.text, reason, f"{number.text} kg rice", options=() if "price" in item.said else options)
    return quantity_e3


def _discount_of(item: Item) -> Discount | None:
    off = item.said.get("discount")
    return off.value if off else None
