"""The names of a company's products, kept in memory. One rule: what is kept only points; the rows are read anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import Connection

from core.catalog.vocabulary import Vocabulary, split_words, squash
from core.models.catalog import products
from core.text import fold

SURE_LIKENESS = 0.85  # every word that was asked has to be so like one of the name …
SURE_LEAD = 0.25  # … and the next best product has to be so much worse; the beginning of a word is 0.2 worse than all
NEAR_SCORE = 0.5  # below this it is not worth a button
CODE_PART_SCORE = 0.75  # a part of a code points at a product, but never surely


@dataclass(frozen=True, slots=True)
class NamesFound:
    """The numbers of products, the best first; `is_sure`: the first and only one is meant."""

    ids: Sequence[int]
    is_sure: bool


class Names:
    """The names and codes of one company's active products, as they were when `version` was true."""

    def __init__(self, rows: Sequence[Any], version: tuple[Any, ...]) -> None:
        self.version = version
        self._ids = [row.id for row in rows]
        self._by_code: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_words: dict[tuple[str, ...], list[int]] = {}
        for row in rows:
            self._by_code.setdefault(squash(row.sku), []).append(row.id)
            self._by_name.setdefault(fold(row.name), []).append(row.id)
            self._by_words.setdefault(tuple(sorted(split_words(row.name))), []).append(row.id)
        self._names = Vocabulary(row.name for row in rows)
        self._codes = Vocabulary(row.sku for row in rows)

    def find(self, typed: str, limit: int) -> NamesFound:
        words = split_words(typed)
        exact = self._by_name.get(fold(typed))
        if not exact and words:  # signs alone are a name or nothing
            exact = self._by_code.get(squash(typed)) or self._by_words.get(tuple(sorted(words)))
        if exact:
            return NamesFound(exact[:limit], is_sure=len(exact) == 1)
        return self._find_near(words, limit)

    def _find_near(self, words: Sequence[str], limit: int) -> NamesFound:
        by_name = {fit.position: fit for fit in self._names.find(words, limit + 1)}
        scores = {position: fit.score for position, fit in by_name.items()}
        for fit in self._codes.find(words, limit + 1):
            scores[fit.position] = max(scores.get(fit.position, 0.0), fit.score * CODE_PART_SCORE)
        ranked = sorted(scores, key=lambda position: -scores[position])
        near = [position for position in ranked if scores[position] >= NEAR_SCORE]
        if not near:
            return NamesFound((), is_sure=False)
        best = by_name.get(near[0])
        lead = scores[near[0]] - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
        if best is not None and best.weakest >= SURE_LIKENESS and lead >= SURE_LEAD:
            return NamesFound([self._ids[best.position]], is_sure=True)
        return NamesFound([self._ids[position] for position in near[:limit]], is_sure=False)


_kept: WeakKeyDictionary[Engine, dict[int, Names]] = WeakKeyDictionary()


def read_names(tx: Connection, company_id: int) -> Names:
    """The names of a company's active products, read anew when any process added or changed one."""
    of_database = _kept.setdefault(tx.engine, {})
    names, version = of_database.get(company_id), _read_version(tx, company_id)
    if names is None or names.version != version:
        active = products.c.company_id == company_id, products.c.is_active
        query = select(products.c.id, products.c.sku, products.c.name).where(*active).order_by(products.c.id)
        names = of_database[company_id] = Names(tx.execute(query).all(), version)
    return names


def _read_version(tx: Connection, company_id: int) -> tuple[Any, ...]:
    counts = func.count(), func.max(products.c.id), func.sum(products.c.changes)
    return tuple(tx.execute(select(*counts).where(products.c.company_id == company_id)).one())
