"""Numbers in words. One rule: `two hundred and fifty` is one number; `two three` is none."""

import re

from bot.parsing.refusals import refuse

_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = {word: number for number, word in enumerate(_SMALL, start=1)}
_VALUES = SMALL | {word: number for number, word in enumerate(_TEENS, start=13)}
_VALUES |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}

SMALL_WORD = "|".join(sorted(SMALL, key=len, reverse=True))
LARGE_WORD = "|".join((*_TEENS, *_TENS, *_SCALES))
_JOINED = r"(?:(?:(?<=hundred)|(?<=thousand)) and |[ -])"
SPELLED = rf"(?:(?:an? |(?:{SMALL_WORD})[ -])?(?:{LARGE_WORD})(?:{_JOINED}(?:{LARGE_WORD}|{SMALL_WORD})\b)*)"
_WORD = re.compile(r"[a-z]+")


def find_spelled(text: str) -> int | None:
    """The whole number that the words say, in lower case; None where they say none."""
    words = [word for word in _WORD.findall(text) if word not in ("a", "an", "and")]
    if not words or any(word not in _VALUES and word not in _SCALES for word in words):
        return None
    total, part = 0, 0
    for word in words:
        value = _VALUES.get(word, 0)
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
        elif part % 10 or (part % 100 and value >= 10):  # two three, twenty thirteen
            return None
        else:
            part += value
        if word == "thousand":
            total, part = total + part, 0
    return total + part


def read_spelled(text: str) -> int:
    """The whole number that the words say. Raises InvalidInput naming them."""
    number = find_spelled(text.lower())
    return number if number is not None else refuse(text, "is no one number.", "20 SOL-3077")
