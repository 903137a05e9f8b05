"""Products searched for while one types. One rule: only those of one's own company, with the price they have now."""

from sqlalchemy.engine import Connection

from bot.views.searching import Found, show_found
from core.access import Viewer
from core.catalog.products import Product, list_products, read_products_by_sku
from core.catalog.search import find_products
from core.sales.repeating import list_favourites

MOST_FOUND = 20
OFFERED_UNASKED = 10


def search_products(tx: Connection, viewer: Viewer, words: str) -> tuple[Found, ...]:
    """What to offer for the words typed so far; without any, what one sells most."""
    typed = words.strip()
    near = find_products(tx, viewer, typed, MOST_FOUND).candidates if typed else _list_favoured(tx, viewer)
    more = list_products(tx, viewer, search=typed or None, limit=MOST_FOUND)
    found = {product.id: product for product in (*near, *more)}
    return tuple(show_found(product, viewer.company.currency) for product in list(found.values())[:MOST_FOUND])


def _list_favoured(tx: Connection, viewer: Viewer) -> list[Product]:
    codes = list_favourites(tx, viewer, OFFERED_UNASKED)
    return [product for sku in codes for product in read_products_by_sku(tx, viewer.company.id, sku)[:1]]
