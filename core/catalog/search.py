"""Finding a product by what somebody calls it. One rule: sure means that nothing else comes near; else one is asked."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.names import NamesFound, find_names, find_part_named
from core.catalog.products import Product, read_products, read_products_by_sku
from core.errors import InvalidInput
from core.text import clean_name

LONGEST_WORDS = 300
MOST_WORDS = 12  # that are taken apart: a sentence of more is no product with something beside it


@dataclass(frozen=True, slots=True)
class ProductMatch:
    """What words may mean: the best first. `is_sure`: the first and only one is meant.

    `is_whole`: every word is one of the first's name or code, or nearly; else a word would be lost by taking it.
    """

    candidates: tuple[Product, ...]
    is_sure: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class PartMatch:
    """What a part of some words means, and the words before it and after it, which mean something else."""

    match: ProductMatch
    before: str
    named: str
    after: str


NOTHING = ProductMatch((), is_sure=False, is_whole=False)


def find_products(tx: Connection, viewer: Viewer, words: str, limit: int = 5) -> ProductMatch:
    """The active products of the viewer's company that somebody may call so, at most `limit`.

    Sure is an exact code (whatever its case and dashes), an exact name (whatever its word order), or a likeness well
    ahead of the next; two products under one code or name are both candidates. Nothing near: no candidates.
    The products come with their cost, as they are for recording: show what `list_products` gives.
    """
    try:
        typed = clean_name(words, "product", LONGEST_WORDS)
    except InvalidInput:
        return NOTHING
    by_code = read_products_by_sku(tx, viewer.company.id, typed)
    if by_code:
        return ProductMatch(by_code[:limit], is_sure=len(by_code) == 1, is_whole=True)
    return _read_found(tx, viewer, find_names(tx, viewer.company.id, typed, limit))


def find_part(tx: Connection, viewer: Viewer, words: str, limit: int = 5) -> PartMatch | None:
    """The longest part of the words that is a product's name or code by itself; None where there is none.

    Asked where the words as a whole are none: “griparm Huda”, “red floor lamp”.
    """
    typed = words.split()
    part = find_part_named(tx, viewer.company.id, typed, limit) if len(typed) <= MOST_WORDS else None
    match = _read_found(tx, viewer, part.found) if part is not None else NOTHING
    if part is None or not match.candidates:
        return None
    before, named, after = typed[: part.start], typed[part.start : part.end], typed[part.end :]
    return PartMatch(match, " ".join(before), " ".join(named), " ".join(after))


def _read_found(tx: Connection, viewer: Viewer, found: NamesFound) -> ProductMatch:
    present = read_products(tx, viewer.company.id, found.ids)
    candidates = tuple(present[number] for number in found.ids if number in present and present[number].is_active)
    return ProductMatch(candidates, is_sure=found.is_sure and len(candidates) == 1, is_whole=found.weakest > 0)
