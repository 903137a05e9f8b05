"""Words that stand where they say nothing, or too much at once. One rule: the answer shows how to say it."""

import re
from typing import NoReturn

from bot.parsing.beside import is_like_a_person
from bot.parsing.refusals import refuse, refuse_all

# The word or sign it begins with: what is the matter, and an example that works.
STRAYS = {
    "for": ("is neither a price (for 100) nor a colleague (for @ann). A customer: to John.", "2 SOL-3077 to John"),
    "by": ("is not a colleague's handle.", "2 SOL-3077 by @ann"),
    "to": ("is a handle. A customer is written by name.", "2 SOL-3077 to John"),
    "at": ("is not a price.", "2 SOL-3077 at 24.99"),
    "on": ("is neither a platform nor a day I know. Another platform: other: Souk.", "2 SOL-3077 other: Souk"),
    "via": ("is not a platform I know. Another one is written with other:", "2 SOL-3077 other: Souk"),
    "through": ("is not a platform I know. Another one is written with other:", "2 SOL-3077 other: Souk"),
    "from": ("is not a platform I know. Another one is written with other:", "2 SOL-3077 other: Souk"),
    "@": ("is neither a price (@24.99) nor a colleague (for @ann).", "2 SOL-3077 for @ann"),
    "#": ("is not a coupon. One of digits only: coupon 10.", "2 SOL-3077 coupon 10"),
    "off": ("does not say how much.", "2 SOL-3077 10% off"),
    "less": ("does not say how much.", "2 SOL-3077 less 10%"),
    "discount": ("does not say how much.", "2 SOL-3077 discount 10%"),
    "each": ("does not say how much.", "2 SOL-3077 24.99 each"),
    "apiece": ("does not say how much.", "2 SOL-3077 24.99 apiece"),
    "coupon": ("does not say which.", "2 SOL-3077 coupon SUMMER"),
    "x": ("is no quantity: a sale is of one or more.", "2 SOL-3077"),
    "-": ("is no quantity: a sale is of one or more.", "2 SOL-3077"),
}


def refuse_stray(words: str) -> NoReturn:
    """Raise InvalidInput for words that begin as an idea does and do not go on as it must."""
    first = words.lower().split()[0]
    if words.endswith("%"):
        refuse(
            words,
            "could be a discount or part of a name. Write a discount with a minus.",
            "2 SOL-3077 -10%",
            options=(f"-{words}",),
        )
    reason, hint = STRAYS.get(first) or STRAYS.get(first[0]) or ("says nothing where it stands.", "2 SOL-3077 @24.99")
    if first[0] in "x-":
        refuse_all(words, reason, hint)
    refuse(words, reason, hint, options=_list_options(first, words))


def _list_options(first: str, words: str) -> tuple[str, ...]:
    """What may have been meant: “for Huda” is a customer, “on TikTok” a place."""
    named = words[len(first) :].strip()
    if first == "for" and is_like_a_person(named):
        return (f"to {named}",)
    if first in ("on", "via", "through", "from") and named and not named.isdecimal():
        return (f"other: {named}",)
    return (f"coupon {words[1:]}",) if first[0] == "#" and words[1:].isdecimal() else ()


_COUNT_AFTER = re.compile(r"(?:[×*]|(?<=\d)x)(\d{1,3})$", re.IGNORECASE)  # SOL-3077x2, griparm*4
_COUNT_BEFORE = re.compile(r"(\d+)([^\W\d_]{3,}\S*)")  # 2griparm, but 7up and 2xl are names
_CODE = re.compile(r"(?=\S*\d)[^\W\d_][\w./]*-\S*")


def check_glued(word: str, *, is_first: bool) -> None:
    """InvalidInput for a word that might be a code of its own, or a name with a number stuck to it.

    `is_first`: it stands where a quantity might, and none was said.
    """
    after, before = _COUNT_AFTER.search(word), _COUNT_BEFORE.fullmatch(word)
    if after and any(map(str.isalpha, word[: after.start()])):
        spaced = f"{word[: after.start()]} x{after[1]}"
    elif before and is_first:
        spaced = f"{before[1]} {before[2]}"
    elif word.endswith("%"):
        refuse_stray(word)
    else:
        return
    refuse(word, f"could be a code, or {spaced}. Put a code in quotes.", spaced)


def check_second_item(number: str, word: str) -> None:
    """InvalidInput when a number inside a name is followed by a code: “2 SOL-3077 3 SOL-3078” lacks a comma."""
    if _CODE.fullmatch(word):
        refuse(f"{number} {word}", "looks like a second item. Put a comma before it.", "2 SOL-3077, 3 SOL-3078")
