"""Finding a product by what somebody calls it. One rule: sure means that nothing else comes near; else one is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.catalog.products import Product, read_products, read_products_by_sku
from core.catalog.vocabulary import Vocabulary, split_words, squash
from core.models.catalog import products
from core.text import fold

SURE_LIKENESS = 0.85  # every word that was asked has to be so like one of the name …
SURE_LEAD = 0.1  # … and the next best product has to be so much worse
NEAR_SCORE = 0.5  # below this it is not worth a button
CODE_PART_SCORE = 0.75  # a part of a code points at a product, but never surely
LONGEST_WORDS = 300
LIFETIME = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """What words may mean: the best first. `is_sure`: the first and only one is meant."""

    candidates: tuple[Product, ...]
    is_sure: bool


NOTHING = ProductMatch((), is_sure=False)


def find_products(tx: Connection, viewer: Viewer, words: str, limit: int = 5) -> ProductMatch:
    """The active products of the viewer's company that somebody may call so, at most `limit`.

    Sure is an exact code (whatever its case and dashes), an exact name (whatever its word order), or a likeness well
    ahead of the next; two products under one code or name are both candidates. Nothing near: no candidates.
    The products come with their cost, as they are for recording: show what `list_products` gives.
    """
    typed = " ".join(words.replace("\0", " ").split())
    if not typed or len(typed) > LONGEST_WORDS:
        return NOTHING
    by_code = read_products_by_sku(tx, viewer.company.id, typed)
    if by_code:
        return ProductMatch(by_code[:limit], is_sure=len(by_code) == 1)
    found = _read_index(tx, viewer.company.id).find(typed, limit)
    present = read_products(tx, viewer.company.id, found.ids)
    candidates = tuple(present[number] for number in found.ids if number in present and present[number].is_active)
    return ProductMatch(candidates, is_sure=found.is_sure and len(candidates) == 1)


@dataclass(frozen=True, slots=True)
class _Found:
    ids: Sequence[int]
    is_sure: bool


class _Index:
    """The names and codes of one company's active products, as they were when `version` was true."""

    def __init__(self, rows: Sequence[Any], version: tuple[Any, ...]) -> None:
        self.version = version
        self.read_at: datetime = clock.now()
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

    def find(self, typed: str, limit: int) -> _Found:
        words = split_words(typed)
        exact = self._by_name.get(fold(typed))
        if not exact and words:  # signs alone are a name or nothing
            exact = self._by_code.get(squash(typed)) or self._by_words.get(tuple(sorted(words)))
        if exact:
            return _Found(exact[:limit], is_sure=len(exact) == 1)
        return self._find_near(words, limit)

    def _find_near(self, words: Sequence[str], limit: int) -> _Found:
        by_name = {fit.position: fit for fit in self._names.find(words, limit + 1)}
        scores = {position: fit.score for position, fit in by_name.items()}
        for fit in self._codes.find(words, limit + 1):
            scores[fit.position] = max(scores.get(fit.position, 0.0), fit.score * CODE_PART_SCORE)
        ranked = sorted(scores, key=lambda position: -scores[position])
        near = [position for position in ranked if scores[position] >= NEAR_SCORE]
        if not near:
            return _Found((), is_sure=False)
        best = by_name.get(near[0])
        lead = scores[near[0]] - (scores[ranked[1]] if len(ranked) > 1 else 0.0)
        if best is not None and best.weakest >= SURE_LIKENESS and lead >= SURE_LEAD:
            return _Found([self._ids[best.position]], is_sure=True)
        return _Found([self._ids[position] for position in near[:limit]], is_sure=False)


_indexes: WeakKeyDictionary[Engine, dict[int, _Index]] = WeakKeyDictionary()


def _read_index(tx: Connection, company_id: int) -> _Index:
    """The company's index, read anew when products came, went or were renamed.

    A rename leaves no trace in the version: another process's is seen when the index is `LIFETIME` old.
    """
    kept = _indexes.setdefault(tx.engine, {})
    index, version = kept.get(company_id), _read_version(tx, company_id)
    if index is None or index.version != version or clock.now() - index.read_at >= LIFETIME:
        active = products.c.company_id == company_id, products.c.is_active
        names = select(products.c.id, products.c.sku, products.c.name).where(*active).order_by(products.c.id)
        index = kept[company_id] = _Index(tx.execute(names).all(), version)
    return index


def _read_version(tx: Connection, company_id: int) -> tuple[Any, ...]:
    letters = func.sum(func.length(products.c.name) + func.length(products.c.sku))
    active = products.c.company_id == company_id, products.c.is_active
    query = select(func.count(), func.max(products.c.id), func.sum(products.c.id), letters).where(*active)
    return tuple(tx.execute(query).one())
