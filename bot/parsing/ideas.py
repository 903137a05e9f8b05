"""What each idea of the grammar does to the item being read. One rule: one idea, one function, named in READERS."""

import unicodedata
from collections.abc import Callable

from bot.parsing.beside import is_noted_alone
from bot.parsing.counts import (
    refuse_fraction,
    refuse_unclear,
    refuse_vague,
    take_aside,
    take_count_word,
    take_group,
    take_halves,
    take_measure,
    take_quantity,
    take_spelled,
)
from bot.parsing.currencies import read_money_e4
from bot.parsing.dates import MONTHS
from bot.parsing.grammar import Token
from bot.parsing.items import EXAMPLE, Item, Whole, known_platform
from bot.parsing.numbers import quote_digits, read_percent_e2
from bot.parsing.refusals import quote, refuse, refuse_all, refuse_two
from bot.parsing.sale import AmountOff, Discount, PercentOff
from bot.parsing.strays import check_glued, check_second_item, refuse_stray

NOBODY = ("he", "she", "they", "someone", "somebody", "a customer", "customer", "the customer", "a client", "client")
SILENT_SIGNS, SILENT = ".!?:()[]-~'\"/", ("So", "Sk", "Mn", "Me", "Cf", "Po")


def read_item(tokens: list[Token], whole: Whole) -> Item:
    """The tokens of one item, understood one after the other; what concerns the whole sale goes to `whole`."""
    item = Item(whole)
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.row.soft:
            check_soft(token, after)
        read = _word if is_part_of_name(item, token) else READERS[token.idea]
        read(item, token, after)
    item.end_run()
    return item


def is_part_of_name(item: Item, token: Token) -> bool:
    """Whether an idea that might as well be a word of a name is one here, by what was said before it."""
    begun = bool(item.run) or item.is_named
    match token.idea:
        case "opener" | "buyer" | "vague" | "spelled":
            return begun
        case "count_word" | "group" | "unclear":
            return begun or item.is_counted
        case "of":
            return begun or not item.is_counted
        case "measure":
            return item.is_counted or item.run in ("customer", "platform")
        case "platform":
            return item.run == "platform" and item.run_end == item.run_start
    return (_is_code(item, token) and not begun) or _is_payable(item, token)


def _is_code(item: Item, token: Token) -> bool:
    """“2 X99” is no ninety-nine of anything where the catalogue has an X99."""
    return token.idea == "times" and token.text[0] in "xX" and item.whole.reading.knows(token.text)


def _is_payable(item: Item, token: Token) -> bool:
    """“2 gift card” is a name; “2 mugs for 30 card” says how they were paid for."""
    if token.idea != "payment" or not is_noted_alone(token.text):
        return False
    begun = bool(item.run) or item.is_named
    return item.run == "name" or not begun or _is_surname(item, token)


def _is_surname(item: Item, token: Token) -> bool:
    """“to Johnny Cash” is a name; “to Johnny cash” says how it was paid for."""
    return item.run in ("customer", "platform") and (token.text[0].isupper() or item.run_end == item.run_start)


def check_soft(token: Token, after: Token | None) -> None:
    """A bare platform or day right before a free word might be part of a name: “2 friday mugs”, “3 amazon echo”."""
    bare = not token.text.lower().startswith(("on ", "last ", "past "))
    if bare and after and after.idea == "word" and not any(map(str.isdigit, after.text)):
        both = f"{token.text} {after.text}"
        refuse(token.text, f"could be part of the name “{both}”. Put a name in quotes.", f"2 {quote(both)}")


# ---- names ----------------------------------------------------------------------------------------------------------


def _word(item: Item, token: Token, _after: Token | None) -> None:
    if item.run not in ("customer", "platform"):
        check_glued(token.text, is_first=not item.run and not item.is_counted)
    if not item.run:
        if item.is_named:
            refuse(token.text, "stands apart from the product's name. Put a name in quotes.", f"2 {quote(token.text)}")
        item.run, item.run_start = "name", token.start
    item.run_end = token.end


def _symbols(item: Item, token: Token, _after: Token | None) -> None:
    """Smileys and stray punctuation say nothing; a sign that might say something is refused."""
    if not item.run and not all(sign in SILENT_SIGNS or unicodedata.category(sign) in SILENT for sign in token.text):
        refuse(token.text, "is not something I understand here.", EXAMPLE)


def _maybe_day(item: Item, token: Token, after: Token | None) -> None:
    """“sun hats” is a name; “SOL-3077 sat” might end in a day."""
    if item.run != "name" or (after and after.idea == "word"):
        _word(item, token, after)
        return
    is_month = token.text[:3].lower() in MONTHS
    clear = f"18 {token.text}" if is_month else f"last {token.text}"
    refuse(token.text, f"could be a day or part of a name. Write {clear}, or quotes.", f"2 SOL-3077 {clear}")


def _quoted(item: Item, token: Token, _after: Token | None) -> None:
    words = item.whole.typed[token.start + 1 : token.end - 1].strip()
    if item.run in ("customer", "platform") and item.run_end == item.run_start:
        what, item.run = item.run, ""
        item.say_name(what, words, token.text)
    elif item.run == "name" or item.is_named:
        refuse(token.text, "is a second name in one item.", f"2 {token.text}")
    else:
        item.end_run()
        item.quoted = words


def _to(item: Item, token: Token, after: Token | None) -> None:
    item.end_run()
    if after is None or after.idea not in ("word", "quoted", "opener", "count_word", "unclear", "payment"):
        words = f"{token.text} {after.text}" if after else token.text
        refuse(words, "names no customer I can be sure of. Put the name in quotes.", f'{EXAMPLE} to "John Doe"')
    item.run, item.run_start, item.run_end = "customer", after.start, after.start


def _buyer(item: Item, token: Token, _after: Token | None) -> None:
    """“Mrs. Ahmed took two lamps”; “a customer” is nobody in particular."""
    name = token.groups[0] or ""
    if name.lower() not in NOBODY:
        item.say_name("customer", name, token.text)


def _other(item: Item, token: Token, after: Token | None) -> None:
    item.end_run()
    if after is None or after.idea not in ("word", "quoted", "platform", "count_word"):
        refuse(token.text, "names no platform.", f"{EXAMPLE} other: Souk")
    item.run, item.run_start, item.run_end = "platform", after.start, after.start


def _handle(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.whole.say("handle", token.groups[0], token.text)


def _nothing(_item: Item, _token: Token, _after: Token | None) -> None:
    """Words that say nothing: “sold” at the beginning, “of” after a quantity, a comma that opens no new item."""


# ---- the whole sale -------------------------------------------------------------------------------------------------


def _day(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    if token.row.read_day:
        item.whole.say("day", token.row.read_day(token.text, token.groups, item.whole.reading), token.text)


def _platform(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.whole.say("platform", known_platform(token.groups[0] or "", item.whole.reading), token.text)


def _coupon(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.whole.say("coupon", token.groups[0], token.text)


# ---- money ----------------------------------------------------------------------------------------------------------


def _each(item: Item, token: Token, _after: Token | None) -> None:
    _price(item, token, token.groups[0] or "", "each")


def _total(item: Item, token: Token, _after: Token | None) -> None:
    _price(item, token, token.groups[0] or "", "total")


def _amount(item: Item, token: Token, after: Token | None) -> None:
    """“griparm 100 sar” is a price; “2 euro plugs” might not be one."""
    begun = item.run == "name" or item.is_named
    if not begun and after and after.idea in ("word", "quoted", "of"):
        read_money_e4(token.text, item.whole.reading.currency)  # another currency is the better reason to refuse
        refuse(token.text, "is a price before its product: write the product first.", f"griparm for {token.text}")
    _price(item, token, token.text, "amount")


def _price(item: Item, token: Token, money: str, kind: str) -> None:
    item.end_run()
    item.say("price", read_money_e4(money, item.whole.reading.currency), token.text, kind)


def _discount(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    value, is_whole = token.groups[0] or "", token.groups[1]
    off: Discount
    if value.endswith("%"):
        off = PercentOff(read_percent_e2(value))
    else:
        off = AmountOff(read_money_e4(value, item.whole.reading.currency))
    if is_whole:
        item.whole.say("discount", off, token.text)
    else:
        item.say("discount", off, token.text)


def _minus(item: Item, token: Token, after: Token | None) -> None:
    begun = item.run or item.is_named
    if not begun and after and after.idea in ("word", "quoted", "of"):
        refuse_all(token.text, "is no quantity: a sale is of one or more.", EXAMPLE)
    _discount(item, token, after)


def _payment(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.whole.notes.append(token.text)


def _phone(item: Item, token: Token, _after: Token | None) -> None:
    """A number to call: of the customer just named, or all that is known of one."""
    named, number = token.groups
    if not (item.run or item.is_named or named):
        refuse(token.text, "could be a phone number or a code. Put a code in quotes.", quote_digits(number or ""))
    item.end_run()
    if named and "customer" not in item.whole.said:
        item.whole.say("customer", number, token.text)
    else:
        item.whole.notes.append(number or "")


def _number(item: Item, token: Token, after: Token | None) -> None:
    """A bare number: how many, the amount, or, inside a name whose quantity is known, part of the name."""
    if item.run == "name" and item.is_counted and after and after.idea == "word":
        check_second_item(token.text, after.text)
        _word(item, token, after)
        return
    item.end_run()
    if item.is_named and item.trailing is None:
        item.trailing = token
    elif item.is_counted or item.trailing:
        before = item.trailing or item.number
        words = before.text if before else item.said["quantity"].words
        refuse_two("numbers", words, token.text, f'2 "{token.text}"')
    else:
        item.number = token


READERS: dict[str, Callable[[Item, Token, Token | None], None]] = {
    "word": _word,
    "symbols": _symbols,
    "maybe_day": _maybe_day,
    "filler": _nothing,
    "quoted": _quoted,
    "to": _to,
    "buyer": _buyer,
    "other": _other,
    "handle": _handle,
    "opener": _nothing,
    "joint": _nothing,
    "comma": _nothing,
    "of": _nothing,
    "day": _day,
    "platform": _platform,
    "coupon": _coupon,
    "each": _each,
    "total": _total,
    "amount": _amount,
    "discount": _discount,
    "minus": _minus,
    "times": take_quantity,
    "measure": take_measure,
    "group": take_group,
    "halves": take_halves,
    "aside": take_aside,
    "payment": _payment,
    "phone": _phone,
    "count_word": take_count_word,
    "unclear": refuse_unclear,
    "fraction": refuse_fraction,
    "vague": refuse_vague,
    "spelled": take_spelled,
    "number": _number,
    "stray": lambda _item, token, _after: refuse_stray(token.text),
}
