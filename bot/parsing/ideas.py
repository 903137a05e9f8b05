"""What each idea of the grammar does to the item being read. One rule: one idea, one function, named in READERS."""

from collections.abc import Callable

from bot.parsing.currencies import is_plain_number, read_money_e4
from bot.parsing.grammar import COUNT_WORDS, Token
from bot.parsing.items import EXAMPLE, Item, Whole, known_platform
from bot.parsing.numbers import read_percent_e2, read_quantity_e3
from bot.parsing.refusals import quote, refuse, refuse_two
from bot.parsing.sale import AmountOff, Discount, PercentOff


def read_item(tokens: list[Token], whole: Whole) -> Item:
    """The tokens of one item, understood one after the other; what concerns the whole sale goes to `whole`."""
    item = Item(whole)
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.row.soft:
            check_soft(token, after)
        READERS[token.idea](item, token, after)
    item.end_run()
    return item


def check_soft(token: Token, after: Token | None) -> None:
    """A bare platform or day right before a free word might be part of a name: “2 friday mugs”, “3 amazon echo”."""
    alone = not token.text.lower().startswith(("on ", "last ", "past "))
    if alone and after and after.idea == "word" and not any(map(str.isdigit, after.text)):
        both = f"{token.text} {after.text}"
        refuse(token.text, f"could be part of the name “{both}”. Put a name in quotes.", f"2 {quote(both)}")


# ---- names ----------------------------------------------------------------------------------------------------------


def _word(item: Item, token: Token, _after: Token | None) -> None:
    if not any(map(str.isalnum, token.text)):
        return _symbols(item, token)
    if not item.run:
        if item.is_named:
            refuse(token.text, "stands apart from the product's name. Put a name in quotes.", f"2 {quote(token.text)}")
        _check_glued(token)
        item.run, item.run_start = "name", token.start
    item.run_end = token.end
    return None


def _symbols(item: Item, token: Token) -> None:
    """Smileys and stray punctuation say nothing; a sign that might say something is refused."""
    if item.run:
        return
    if token.text.isascii() and token.text.strip(".!?:()-~'\""):
        refuse(token.text, "is not something I understand here.", EXAMPLE)


def _check_glued(token: Token) -> None:
    """“SOL-3077x2” might be a code of its own or two of SOL-3077."""
    stem, mark, count = token.text.lower().replace("×", "x").replace("*", "x").rpartition("x")
    if mark and count.isdigit() and stem[-1:].isdigit() and any(map(str.isalpha, stem)):
        spaced = f"{token.text[: len(stem)]} x{count}"
        refuse(token.text, f"could be a code or {count} of {stem.upper()}: write {spaced}, or quotes.", spaced)


def _quoted(item: Item, token: Token, _after: Token | None) -> None:
    words = item.whole.typed[token.start + 1 : token.end - 1].strip()
    if item.run in ("customer", "platform") and item.run_end <= item.run_start:
        what, item.run = item.run, ""
        item.say_name(what, words, token.text)
        return
    item.end_run()
    if item.is_named:
        refuse(token.text, "is a second name in one item.", f"2 {token.text}")
    item.quoted = words
    return


def _to(item: Item, token: Token, after: Token | None) -> None:
    item.end_run()
    if after is None or after.idea not in ("word", "quoted", "opener"):
        following = f" {after.text}" if after else ""
        refuse(
            token.text + following,
            "names no customer. Write the name after it, in quotes if need be.",
            f"{EXAMPLE} to John Doe",
        )
    item.run, item.run_start, item.run_end = "customer", after.start, after.start


def _other(item: Item, token: Token, after: Token | None) -> None:
    item.end_run()
    if after is None or after.idea not in ("word", "quoted", "platform"):
        refuse(token.text, "names no platform.", f"{EXAMPLE} other: Souk")
    item.run, item.run_start, item.run_end = "platform", after.start, after.start


def _handle(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.whole.say("handle", token.groups[0], token.text)


def _opener(item: Item, token: Token, after: Token | None) -> None:
    """“sold” opens an item; anywhere later it is a word like others."""
    if item.run or item.is_named:
        _word(item, token, after)


def _comma(_item: Item, _token: Token, _after: Token | None) -> None:
    """A comma that opens no new item separates nothing."""


# ---- the whole sale -------------------------------------------------------------------------------------------------


def _day(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    if token.row.read_day:
        item.whole.say("day", token.row.read_day(token.text, token.groups, item.whole.reading), token.text)


def _platform(item: Item, token: Token, after: Token | None) -> None:
    if item.run == "platform" and item.run_end <= item.run_start:
        return _word(item, token, after)
    item.end_run()
    item.whole.say("platform", known_platform(token.groups[0] or "", item.whole.reading), token.text)
    return None


def _coupon(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.whole.say("coupon", token.groups[0], token.text)


# ---- money ----------------------------------------------------------------------------------------------------------


def _each(item: Item, token: Token, _after: Token | None) -> None:
    _price(item, token, token.groups[0] or "", "each")


def _total(item: Item, token: Token, _after: Token | None) -> None:
    _price(item, token, token.groups[0] or "", "total")


def _amount(item: Item, token: Token, after: Token | None) -> None:
    if item.run == "name" or item.is_named or not is_plain_number(token.text):
        return _price(item, token, token.text, "amount")
    if after and after.idea == "word":
        refuse(token.text, "could be how many or how much.", f"{quote(after.text)} for {token.text}")
    return _price(item, token, token.text, "amount")


def _price(item: Item, token: Token, money: str, kind: str) -> None:
    item.end_run()
    item.say("price", read_money_e4(money, item.whole.reading.currency), token.text, kind)


def _discount(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    value, whole = token.groups[0] or "", token.groups[1]
    off: Discount
    if value.endswith("%"):
        off = PercentOff(read_percent_e2(value))
    else:
        off = AmountOff(read_money_e4(value, item.whole.reading.currency))
    if whole:
        item.whole.say("discount", off, token.text)
    else:
        item.say("discount", off, token.text)


def _minus(item: Item, token: Token, after: Token | None) -> None:
    if after and after.idea in ("word", "quoted", "of") and not item.run and not item.is_named and not item.is_counted:
        refuse(token.text, "is no quantity: what came back is a /return.", f"{(token.groups[0] or '2')} SOL-3077")
    _discount(item, token, after)


# ---- how many -------------------------------------------------------------------------------------------------------


def _quantity(item: Item, token: Token, _after: Token | None) -> None:
    item.end_run()
    item.say("quantity", read_quantity_e3(token.groups[0] or ""), token.text)


def _measure(item: Item, token: Token, after: Token | None) -> None:
    """“2.5 kg rice” is a quantity; “rice 5kg” might be the name of a bag."""
    if item.is_counted or item.run in ("customer", "platform"):
        return _word(item, token, after)
    if item.run or item.is_named:
        refuse(token.text, "could be how much or part of the name. Write it first, or quotes.", f"{token.text} rice")
    return _quantity(item, token, after)


def _dozen(item: Item, token: Token, after: Token | None) -> None:
    if item.run or item.is_named or item.is_counted:
        return _word(item, token, after)
    count, half = token.groups
    number = COUNT_WORDS.get((count or "one").lower())
    number_e3 = number * 1000 if number is not None else read_quantity_e3(count or "")
    item.say("quantity", number_e3 * (6 if half else 12), token.text)
    return None


def _count_word(item: Item, token: Token, after: Token | None) -> None:
    if item.run or item.is_named or item.is_counted:
        _word(item, token, after)
    else:
        item.say("quantity", COUNT_WORDS[token.text.lower()] * 1000, token.text)


def _unclear(item: Item, token: Token, after: Token | None) -> None:
    if item.run or item.is_named or item.is_counted:
        _word(item, token, after)
    else:
        refuse(token.text, "could be a measure, an amount or a name.", f'2 "{token.text} cable"')


def _vague(item: Item, token: Token, after: Token | None) -> None:
    if item.run or item.is_named:
        _word(item, token, after)
    else:
        refuse(token.text, "does not say how many.", EXAMPLE)


def _of(item: Item, token: Token, after: Token | None) -> None:
    if item.run or item.is_named or not item.is_counted:
        _word(item, token, after)


def _number(item: Item, token: Token, after: Token | None) -> None:
    """A bare number: how many, the amount, or, inside a name whose quantity is known, part of the name."""
    if item.run == "name" and item.is_counted and after and after.idea == "word":
        return _word(item, token, after)
    item.end_run()
    if item.is_named and item.trailing is None:
        item.trailing = token
    elif item.is_counted or item.trailing:
        before = item.trailing or item.number
        words = before.text if before else item.said["quantity"].words
        refuse_two("numbers", words, token.text, f'{words} "{token.text}"')
    else:
        item.number = token
    return None


def _stray(_item: Item, token: Token, _after: Token | None) -> None:
    first = token.text.lower().split()[0]
    reason, hint = STRAY.get(first, STRAY.get(first[0], ("is not something I understand here.", EXAMPLE)))
    refuse(token.text, reason, hint)


_UNKNOWN_PLATFORM = ("is not a platform I know. Another one is written with other:", f"{EXAMPLE} other: Souk")
STRAY = {
    "for": ("is neither a price (for 100) nor a colleague (for @ann). A customer: to John.", f"{EXAMPLE} to John"),
    "by": ("is not a colleague's handle.", f"{EXAMPLE} by @ann"),
    "to": ("is a handle. A customer is written by name.", f"{EXAMPLE} to John"),
    "at": ("is not a price.", "2 SOL-3077 at 24.99"),
    "on": ("is neither a platform nor a day I know. Another platform: other: Souk.", f"{EXAMPLE} other: Souk"),
    "via": _UNKNOWN_PLATFORM,
    "through": _UNKNOWN_PLATFORM,
    "from": _UNKNOWN_PLATFORM,
    "@": ("is neither a price (@24.99) nor for a colleague (for @ann).", "2 SOL-3077 for @ann"),
    "#": ("is not a coupon: one of digits only is written coupon 10.", "2 SOL-3077 coupon 10"),
    "off": ("does not say how much.", "2 SOL-3077 10% off"),
    "less": ("does not say how much.", "2 SOL-3077 less 10%"),
    "discount": ("does not say how much.", "2 SOL-3077 discount 10%"),
    "each": ("does not say how much.", "2 SOL-3077 24.99 each"),
    "apiece": ("does not say how much.", "2 SOL-3077 24.99 apiece"),
    "coupon": ("does not say which.", "2 SOL-3077 coupon SUMMER"),
    "-": ("is no quantity: what came back is a /return.", EXAMPLE),
}


READERS: dict[str, Callable[[Item, Token, Token | None], None]] = {
    "word": _word,
    "quoted": _quoted,
    "to": _to,
    "other": _other,
    "handle": _handle,
    "opener": _opener,
    "joint": _comma,
    "comma": _comma,
    "day": _day,
    "platform": _platform,
    "coupon": _coupon,
    "each": _each,
    "total": _total,
    "amount": _amount,
    "discount": _discount,
    "minus": _minus,
    "times": _quantity,
    "measure": _measure,
    "dozen": _dozen,
    "count_word": _count_word,
    "unclear": _unclear,
    "vague": _vague,
    "of": _of,
    "number": _number,
    "stray": _stray,
}
