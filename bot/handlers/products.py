"""Products named in chat. One rule: of several that could be meant, a person chooses."""

import re

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.products import Product, get_product
from core.catalog.search import ProductMatch, find_products
from core.catalog.variants import find_variants_by_sku, has_variants, list_variants
from core.errors import InvalidInput, NotFound
from core.text import fold

_NUMBER_INSIDE = re.compile(r"\s\d+\s")


def find_products_named(tx: Connection, viewer: Viewer, words: str) -> tuple[Product, ...]:
    """The one product meant, else all that could be; NotFound names the words."""
    return _choose(find_products(tx, viewer, words), words)


def _choose(match: ProductMatch, words: str) -> tuple[Product, ...]:
    if not match.candidates:
        raise NotFound(f"I know no product like “{words}”.{_advise(words)}", field=words, hint="/stock")
    return match.candidates[:1] if match.is_sure else match.candidates


def find_item_named(tx: Connection, viewer: Viewer, words: str) -> tuple[tuple[Product, ...], int | None]:
    """The product meant, or all that could be, and the number of its variant where one is named.

    A variant is named by a code of its own, or after its product: "shirt large".
    """
    known = find_products(tx, viewer, words)
    is_code = known.is_sure and fold(known.candidates[0].sku) == fold(words)
    if is_code or not has_variants(tx, viewer.company.id):
        return _choose(known, words), None
    for variant in find_variants_by_sku(tx, viewer.company.id, words.strip()):
        return (get_product(tx, viewer, variant.product_id),), variant.id
    parts = words.split()
    for cut in range(len(parts) - 1, 0, -1):
        named = find_products(tx, viewer, " ".join(parts[:cut]))
        wanted = fold(" ".join(parts[cut:]))
        for product in named.candidates[:1] if named.is_sure else ():
            for variant in list_variants(tx, viewer, product.id):
                if fold(variant.name) == wanted:
                    return (product,), variant.id
    return _choose(known, words), None


def _advise(words: str) -> str:
    """A number inside of what was taken for one name: it may have been meant for several."""
    return " Several products go on a line each, or between commas." if _NUMBER_INSIDE.search(words) else ""


def find_one_product(tx: Connection, viewer: Viewer, words: str, example: str) -> Product:
    """The product meant; `example` is a message with {sku} in it that would have been clear."""
    found = find_products_named(tx, viewer, words)
    if len(found) > 1:
        names = ", ".join(product.sku for product in found)
        raise InvalidInput(
            f"“{words}” could be several products: {names}. Use the code.",
            field=words,
            hint=example.format(sku=found[0].sku),
        )
    return found[0]
