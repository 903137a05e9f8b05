"""The words of a catalogue, made comparable. One rule: it tells how alike things are, never which is meant."""

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

SHORTEST_FUZZY = 4  # letters a word needs before a typo in it is forgiven
SHORTEST_PREFIX = 3
LEAST_LIKENESS = 72.0  # of 100: "solrglow" is 94 like "solarglow"; below this, words only look alike by chance
PREFIX_LIKENESS = 0.8
MOST_WORDS = 8  # of a question that are looked at; a name is found by fewer
LIGHTEST_WORD, HEAVIEST_WORD = 3, 8  # a word weighs as much as it has letters, within these

_NOT_WORDS = re.compile(r"[\W_]+")
_ARABIC_LETTERS = str.maketrans({"ى": "ي", "ة": "ه", "ـ": None})


def split_words(text: str) -> list[str]:
    """The words of a text in the form they are compared in: no case, accents, vowel marks, articles or plurals."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_ARABIC_LETTERS)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [_stem(word) for word in _NOT_WORDS.split(plain) if word]


def squash(text: str) -> str:
    """A code without what people leave out: "SOL-3077", "sol 3077" and "sol3077" are one."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _stem(word: str) -> str:
    if word.startswith("ال") and len(word) > 4:
        return word[2:]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "zes", "ches", "shes")) and len(word) > 4:
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        return word[:-1]
    return word


@dataclass(frozen=True, slots=True)
class Likeness:
    """How well the text at that position fits a question, 0 … 1: `score` on the whole, `weakest` its worst word.

    `length` is how many words the text has itself.
    """

    position: int
    score: float
    weakest: float
    length: int


class Vocabulary:
    """Every word of some texts, and which texts have it. A text's position is what is found."""

    def __init__(self) -> None:
        self._holders: dict[str, list[int]] = {}
        self._lengths: dict[int, int] = {}
        self._words: list[str] | None = []  # sorted; nothing while they have to be sorted again

    def put(self, position: int, text: str) -> None:
        """Add a text at a position there is none at."""
        for word in self._count_words(position, text):
            holders = self._holders.get(word)
            if holders is None:
                self._holders[word], self._words = [position], None
            else:
                insort(holders, position)

    def drop(self, position: int, text: str) -> None:
        """Take out the text that was put at a position."""
        for word in self._count_words(position, text):
            self._holders[word].remove(position)
            if not self._holders[word]:
                del self._holders[word]
                self._words = None
        del self._lengths[position]

    def _count_words(self, position: int, text: str) -> set[str]:
        words = split_words(text)
        self._lengths[position] = len(words)
        return {*words, *join_neighbours(words)}

    def has(self, word: str) -> bool:
        """Whether it is a word of any text."""
        return word in self._holders

    def find(self, words: Sequence[str], limit: int) -> list[Likeness]:
        """The texts that fit the words best, the best first: longer words weigh more, order does not count."""
        asked = words[:MOST_WORDS]
        weights = [_weigh_word(word) for word in asked]
        fits: dict[int, list[float]] = {}
        for index, word in enumerate(asked):
            for position, likeness in self._find_holders(word).items():
                fits.setdefault(position, [0.0] * len(asked))[index] = likeness
        for index, joined in enumerate(join_neighbours(asked)):
            for position in self._holders.get(joined, ()):
                fits.setdefault(position, [0.0] * len(asked))[index : index + 2] = [1.0, 1.0]
        found = [
            Likeness(position, _weigh(row, weights), _find_weakest(row, words), self._lengths[position])
            for position, row in fits.items()
        ]
        return sorted(found, key=lambda fit: (-fit.score, fit.length, fit.position))[:limit]

    def _find_holders(self, word: str) -> dict[int, float]:
        holders: dict[int, float] = {}
        for known, likeness in self._find_similar(word):
            for position in self._holders[known]:
                if likeness > holders.get(position, 0.0):
                    holders[position] = likeness
        return holders

    def _find_similar(self, word: str) -> list[tuple[str, float]]:
        """Words like it: longer ones and, where there is no such word, misspelt ones.

        A word with a digit in it is that or another one: 42 is not nearly 43.
        """
        similar = [(word, 1.0)] if word in self._holders else []
        if _has_digit(word):
            return similar
        is_known = bool(similar)
        similar += [(known, PREFIX_LIKENESS) for known in self._find_longer(word)]
        if len(word) >= SHORTEST_FUZZY and not is_known:
            from rapidfuzz import fuzz, process

            near = process.extract(word, self._sort_words(), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=None)
            similar += [(known, score / 100) for known, score, _ in near if _may_be_misspelt(known)]
        return similar

    def _find_longer(self, word: str) -> Iterable[str]:
        if len(word) < SHORTEST_PREFIX:
            return
        words = self._sort_words()
        for position in range(bisect_left(words, word), len(words)):
            if not words[position].startswith(word):
                return
            yield words[position]

    def _sort_words(self) -> list[str]:
        if self._words is None:
            self._words = sorted(self._holders)
        return self._words


def join_neighbours(words: Sequence[str]) -> list[str]:
    """Each word written together with the next, as people do: "solar glow" is solarglow."""
    return [first + second for first, second in pairwise(words)]


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= SHORTEST_FUZZY and not _has_digit(word)


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _weigh_word(word: str) -> int:
    """A size or number decides which one it is, however short: "yoga mat 8", "shirt L"."""
    return HEAVIEST_WORD if _has_digit(word) else max(LIGHTEST_WORD, min(len(word), HEAVIEST_WORD))


def _weigh(likenesses: Sequence[float], weights: Sequence[int]) -> float:
    return sum(likeness * weight for likeness, weight in zip(likenesses, weights, strict=True)) / sum(weights)


def _find_weakest(likenesses: Sequence[float], words: Sequence[str]) -> float:
    return min(likenesses) if len(likenesses) == len(words) else 0.0  # a word that was not looked at fits nothing
