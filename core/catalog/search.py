"""Finding a product by what somebody calls it. One rule: sure means that nothing else comes near; else one is asked."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.names import find_names
from core.catalog.products import Product, read_products, read_products_by_sku
from core.errors import InvalidInput
from core.text import clean_name

LONGEST_WORDS = 300


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
    try:
        typed = clean_name(words, "product", LONGEST_WORDS)
    except InvalidInput:
        return NOTHING
    by_code = read_products_by_sku(tx, viewer.company.id, typed)
    if by_code:
        return ProductMatch(by_code[:limit], is_sure=len(by_code) == 1)
    found = find_names(tx, viewer.company.id, typed, limit)
    present = read_products(tx, viewer.company.id, found.ids)
    candidates = tuple(present[number] for number in found.ids if number in present and present[number].is_active)
    return ProductMatch(candidates, is_sure=found.is_sure and len(candidates) == 1)
