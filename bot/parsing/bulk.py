"""Many sales in one message. One rule: a written line is a sale of its own, and known again by its words."""

import re
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from core.errors import InvalidInput
from core.text import fold

MOST_SALES = 50
_BULLET = re.compile(r"^\s*(?:[-*•·]\s+|/sale(?:@\w+)?\s+)")


@dataclass(frozen=True, slots=True)
class Told:
    """One line: its words, and a name that it has in its message however the other lines change.

    Of lines that say the same, `mark` tells which of them it is.
    """

    words: str
    mark: str


def split_bulk(text: str) -> tuple[Told, ...]:
    """The sales in a message. Raises InvalidInput where there is none, or too many."""
    written = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    lines = [line for line in written if line]
    if not lines:
        raise InvalidInput(
            "Write a sale on each line after /bulk.", field="bulk", hint="/bulk\n2 SOL-3077 etsy\n1 GAM-2211 to Hala"
        )
    if len(lines) > MOST_SALES:
        raise InvalidInput(
            f"{len(lines)} sales are too many for one message: at most {MOST_SALES}. Nothing was recorded.",
            field="bulk",
            hint="/bulk",
        )
    seen: Counter[str] = Counter()
    told = []
    for line in lines:
        digest = blake2b(fold(line).encode(), digest_size=8).hexdigest()
        seen[digest] += 1
        told.append(Told(line, f"{digest}.{seen[digest]}"))
    return tuple(told)
