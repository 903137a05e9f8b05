"""Sales under a name, as words. One rule: a name is no word of the grammar, so that it can mean nothing else."""

import re

from bot.parsing.grammar import read_tokens
from bot.parsing.refusals import refuse
from bot.parsing.sale import Reading
from bot.parsing.tokens import make_plain, split_note

_FIRST = re.compile(r"\s*([^\W\d][\w-]{0,39})(?=\s|$)")
_NEVER = frozenset(("sold", "i", "we"))


def check_name(name: str, reading: Reading) -> None:
    """InvalidInput for a name that says something in a sale: a platform, a number, a day."""
    if [token.idea for token in read_tokens(make_plain(name), reading)] != ["word"]:
        refuse(name, "means something in a sale already, so it cannot name one.", "/template usual 2 SOL-3077")


def find_name(words: str) -> str | None:
    """The word a sale begins with, where it may be a template's name."""
    found = _FIRST.match(words)
    return found[1] if found is not None and found[1].casefold() not in _NEVER else None


def join_words(template: str, more: str) -> str:
    """The words of a template with more after them, before its note; a note among the more takes that one's place."""
    told, note = split_note(template)
    added, other = split_note(more)
    words = f"{told.rstrip()} {added.strip()}".strip()
    said = other or note
    return f"{words} -- {said}" if said else words
