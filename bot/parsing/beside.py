"""Words that stand beside a product's name. One rule: idle ones say nothing, others are noted; the rest is asked about.

`2 boxes of griparm`, `griparm cash`: neither is part of the name, and both are to be seen on the receipt.
"""

import re

PAID = (
    "cash|(?:credit |debit )?card|visa|mastercard|amex|mada|paypal|(?:apple|google|stc) ?pay|upi|tabby|tamara"
    "|(?:bank )?transfer|cheque|cod|cash on delivery|on credit|instal?lments?|unpaid|paid"
)
_PACKED = "box|boxes|packs?|packets?|bags?|cartons?|cases?|bottles?|sets?|rolls?|jars?|tins?|cans?|tubes?|bunch(?:es)?"
_IDLE = "a|an|the|this|that|these|those|my|our|some|more|another|of|please|pls|plz|thanks|thx|and|also|just"
_BEFORE = re.compile(rf"^(?:(?:{_IDLE})(?:\s+|$))+", re.IGNORECASE)
_AFTER = re.compile(rf"(?:(?:^|\s+)(?:{_IDLE}))+$", re.IGNORECASE)
_NOTED = re.compile(rf"(?:{_PACKED}|(?:paid )?(?:by |in |with |via )?(?:{PAID}))", re.IGNORECASE)
_PAID = re.compile(r"(?!paid|unpaid|on credit)" + f"(?:{PAID})", re.IGNORECASE)
MOST_NAMES = 3  # words of a person's name
_SIGNS = " .,!?:;…-–—/•*"


def strip_idle(words: str) -> str:
    """The words without those at their ends that say nothing."""
    words = words.strip(_SIGNS)
    return _AFTER.sub("", _BEFORE.sub("", words, count=1)).strip(_SIGNS)


def is_noted(words: str) -> bool:
    """Whether the words say how it was packed or paid for: they change no figure, and belong into the note."""
    return _NOTED.fullmatch(words) is not None


def is_noted_alone(words: str) -> bool:
    """Whether they are one such word, which might as well be part of a name: a gift card, a cash box."""
    return _PAID.fullmatch(words) is not None


def is_like_a_person(words: str) -> bool:
    """A few words without digits, each in capitals or in letters that have none."""
    each = words.split()
    return 0 < len(each) <= MOST_NAMES and all(word[0].isalpha() and not word[0].islower() for word in each)
