"""Products named in chat. One rule: of several that could be meant, a person chooses."""

import re

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.catalog.products import Product
from core.catalog.search import find_products
from core.errors import InvalidInput, NotFound

_NUMBER_INSIDE = re.compile(r"\s\d+\s")


def find_products_named(tx: Connection, viewer: Viewer, words: str) -> tuple[Product, ...]:
    """The one product meant, else all that could be; NotFound names the words."""
    match = find_products(tx, viewer, words)
    if not match.candidates:
        raise NotFound(f"I know no product like “{words}”.{_advise(words)}", field=words, hint="/stock")
    return match.candidates[:1] if match.is_sure else match.candidates


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
