"""The names of a company's products, kept in memory. One rule: what is kept only points; the rows are read anew."""

from bisect import insort
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.engine import Connection

from core.catalog.vocabulary import Vocabulary, split_words, squash
from core.models.catalog import products
from core.text import fold

SURE_LIKENESS = 0.85  # every word that was asked has to be so like one of the name …
SURE_LEAD = 0.25  # … and the next best product has to be so much worse; the beginning of a word is 0.2 worse than all
NEAR_SCORE = 0.5  # below this it is not worth a button
CODE_PART_SCORE = 0.75  # a part of a code points at a product, but never surely
JOINING_WORDS = ("a", "an", "and", "of", "the")  # they name nothing, unless a product has them in its name
MOST_SHELVES = 20  # named one by one
SHELF = 256  # products whose numbers follow one another, and are read anew together
Versions = Mapping[int, tuple[Any, ...]]  # of each shelf
Index = dict[Hashable, list[int]]


@dataclass(frozen=True, slots=True)
class NamesFound:
    """The numbers of products, the best first; `is_sure`: the first and only one is meant.

    `weakest` is how like a word of the first's name or code the least fitting of the words is, 0 … 1: 0 where a word is
    none of it.
    """

    ids: Sequence[int]
    is_sure: bool
    weakest: float


@dataclass(frozen=True, slots=True)
class NamedPart:
    """The products that some words among others name, and which words: from `start` to before `end`."""

    found: NamesFound
    start: int
    end: int


class Names:
    """The names and codes of one company's active products, as they were when `versions` were true."""

    def __init__(self) -> None:
        self.lock = Lock()  # whoever looks something up sees all of a change, or nothing of it
        self._versions: Versions = {}
        self._rows: dict[int, Any] = {}
        self._by_code: Index = {}
        self._by_name: Index = {}
        self._by_words: Index = {}
        self._names, self._codes = Vocabulary(), Vocabulary()

    def refresh(self, tx: Connection, company_id: int) -> None:
        """Read the shelves anew that any process added to or changed, and change what has become another."""
        versions = _read_versions(tx, company_id)
        changed = [shelf for shelf, version in versions.items() if self._versions.get(shelf) != version]
        changed += self._versions.keys() - versions.keys()
        if not changed:
            return
        found = _read_shelves(tx, company_id, changed)
        numbers = (number for shelf in changed for number in range(shelf * SHELF, (shelf + 1) * SHELF))
        for number in numbers:
            kept, row = self._rows.get(number), found.get(number)
            if kept is not None and kept != row:
                self._drop(kept)
            if row is not None and kept != row:
                self._put(row)
        self._versions = versions

    def _put(self, row: Any) -> None:
        self._rows[row.id] = row
        for index, key in self._list_keys(row):
            insort(index.setdefault(key, []), row.id)
        self._names.put(row.id, row.name)
        self._codes.put(row.id, row.sku)

    def _drop(self, row: Any) -> None:
        del self._rows[row.id]
        for index, key in self._list_keys(row):
            index[key].remove(row.id)
            if not index[key]:
                del index[key]
        self._names.drop(row.id, row.name)
        self._codes.drop(row.id, row.sku)

    def _list_keys(self, row: Any) -> Iterable[tuple[Index, Hashable]]:
        yield self._by_code, squash(row.sku)
        yield self._by_name, fold(row.name)
        yield self._by_words, tuple(sorted(split_words(row.name)))

    def find(self, typed: str, limit: int) -> NamesFound:
        words = split_words(typed)
        exact = self._by_name.get(fold(typed))
        if not exact and words:  # signs alone are a name or nothing
            exact = self._by_code.get(squash(typed)) or self._by_words.get(tuple(sorted(words)))
        if exact:
            return NamesFound(exact[:limit], is_sure=len(exact) == 1, weakest=1.0)
        return self._find_near(words, limit)

    def find_part(self, words: Sequence[str], limit: int) -> NamedPart | None:
        """The longest part of the words that is a product's name by itself, sure ones before those of several."""
        unsure: NamedPart | None = None
        for length in range(len(words) - 1, 0, -1):
            for start in range(len(words) - length + 1):
                found = self.find(" ".join(words[start : start + length]), limit)
                if found.ids and found.weakest >= SURE_LIKENESS:
                    part = NamedPart(found, start, start + length)
                    if found.is_sure:
                        return part
                    unsure = unsure or part
        return unsure

    def _find_near(self, typed: Sequence[str], limit: int) -> NamesFound:
        words = [word for word in typed if word not in JOINING_WORDS or self._names.has(word)] or typed
        by_name = {fit.position: fit for fit in self._names.find(words, limit + 1)}
        by_code = {fit.position: fit for fit in self._codes.find(words, limit + 1)}
        scores = {position: fit.score for position, fit in by_name.items()}
        for position, fit in by_code.items():
            scores[position] = max(scores.get(position, 0.0), fit.score * CODE_PART_SCORE)
        ranked = sorted(scores, key=lambda position: -scores[position])
        near = [position for position in ranked if scores[position] >= NEAR_SCORE]
        if not near:
            return NamesFound((), is_sure=False, weakest=0.0)
        best = by_name.get(near[0])
        weakest = max(fits[near[0]].weakest for fits in (by_name, by_code) if near[0] in fits)
        lead = scores[near[0]] - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
        if best is not None and best.weakest >= SURE_LIKENESS and lead >= SURE_LEAD:
            return NamesFound([best.position], is_sure=True, weakest=weakest)
        return NamesFound(near[:limit], is_sure=False, weakest=weakest)


_kept: WeakKeyDictionary[Engine, dict[int, Names]] = WeakKeyDictionary()


def find_names(tx: Connection, company_id: int, typed: str, limit: int) -> NamesFound:
    """The active products of a company that are called so, or nearly so, as they are now."""
    with _read_names(tx, company_id) as names:
        return names.find(typed, limit)


def find_part_named(tx: Connection, company_id: int, words: Sequence[str], limit: int) -> NamedPart | None:
    """The part of the words that is the name or code of a product, or of several; None where no part is."""
    with _read_names(tx, company_id) as names:
        return names.find_part(words, limit)


@contextmanager
def _read_names(tx: Connection, company_id: int) -> Iterator[Names]:
    of_database = _kept.setdefault(tx.engine, {})
    names = of_database.get(company_id) or of_database.setdefault(company_id, Names())
    with names.lock:
        names.refresh(tx, company_id)
        yield names


def _read_versions(tx: Connection, company_id: int) -> Versions:
    """How many products each shelf has and how often they were changed; the last sum tells which of them were."""
    shelf, changes = products.c.id // SHELF, products.c.changes
    sums = func.count(), func.sum(changes), func.sum(changes * products.c.id)
    query = select(shelf, *sums).where(products.c.company_id == company_id).group_by(shelf)
    return {number: tuple(version) for number, *version in tx.execute(query)}


def _read_shelves(tx: Connection, company_id: int, shelves: Sequence[int]) -> dict[int, Any]:
    """The active products of some shelves, or of all between the first and the last where they are many."""
    few = [products.c.id.between(shelf * SHELF, (shelf + 1) * SHELF - 1) for shelf in shelves]
    if len(few) > MOST_SHELVES:
        few = [products.c.id.between(min(shelves) * SHELF, (max(shelves) + 1) * SHELF - 1)]
    active = products.c.company_id == company_id, products.c.is_active, or_(*few)
    query = select(products.c.id, products.c.sku, products.c.name).where(*active).order_by(products.c.id)
    return {row.id: row for row in tx.execute(query)}
