"""What is decided about a sentence that was not wholly understood. One rule: a button carries all of it.

A decision is one sign for each doubt, in the order they were met: `-` leaves the words out, a digit puts that one of
the options in their place. After them come the products chosen, by their lines: `-0~1=12`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.parsing.tokens import split_note
from core.errors import NotFound

LONGEST_ARGUMENT = 64 - len("draft:")  # bytes a button may bring back, all but its action
_PICK = r"\d{1,3}=\d{1,18}"
_ARGUMENT = re.compile(rf"(?:([-\d]{{1,9}})~)?((?:{_PICK}(?:\|{_PICK})*)?)", re.ASCII)
_OPENING, _CLOSING = r"[@#(\[=+*-]*", r"[)\]%]*"  # signs that are part of the word they touch


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided so far: one sign for each doubt, and for unclear lines the number of the product."""

    words: str = ""
    picks: Mapping[int, int] = field(default_factory=dict)

    def find(self, index: int) -> str:
        """The decision on that doubt; none yet: the words are left out, to see what the rest says."""
        return self.words[index : index + 1]

    def leave(self, count: int) -> "Decisions":
        """With so many more doubts decided: without those words."""
        return replace(self, words=self.words + "-" * count)

    def take(self, option: int) -> "Decisions":
        """With the next doubt decided: by that option."""
        return replace(self, words=f"{self.words}{option}")

    def pick(self, index: int, product_id: int) -> "Decisions":
        """With that product for that line."""
        return replace(self, picks={**self.picks, index: product_id})

    def write(self) -> str:
        """As a button brings it back."""
        picks = "|".join(f"{index}={product_id}" for index, product_id in self.picks.items())
        return f"{self.words}~{picks}" if self.words else picks


def read_decisions(argument: str) -> Decisions:
    """What a button brought. Raises NotFound for what none of ours brings."""
    found = _ARGUMENT.fullmatch(argument)
    if not argument or found is None:
        raise NotFound("That button is too old.", field="sale")
    pairs = (pair.split("=") for pair in found[2].split("|") if pair)
    return Decisions(found[1] or "", {int(index): int(product) for index, product in pairs})


def leave_out(text: str, words: str, instead: str = "") -> str | None:
    """The text without the last place where those words stand, or with others there; None where they are not in it.

    A note is not looked into.
    """
    told, note = split_note(text)
    parts = words.split()
    if not parts:
        return None
    between = r"\s+".join(map(re.escape, parts))
    pattern = rf"(?<!\w){_OPENING}{between}{_CLOSING}(?!\w)" if parts[0][0].isalnum() else rf"{between}(?!\w)"
    found = [*re.finditer(pattern, told, re.IGNORECASE)]
    if not found:
        return None
    rest = f"{told[: found[-1].start()]} {instead} {told[found[-1].end() :]}"
    return f"{rest.strip()}\nnote: {note}" if note else rest.strip()
