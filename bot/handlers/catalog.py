"""The catalogue in chat. One rule: a code that is known is changed, one that is not is added."""

from sqlalchemy.engine import Connection

from bot.handlers.products import find_products_named
from bot.parsing.setup import ProductWords, parse_product
from bot.turn import Reply, Turn
from bot.views.catalog import show_prices, show_product, show_products
from core.catalog.products import (
    Product,
    ProductChanges,
    add_product,
    change_product,
    list_products,
    read_products_by_sku,
)
from core.errors import InvalidInput

PAGE = 25


def answer_product(tx: Connection, turn: Turn) -> Reply:
    """/product: the catalogue; with a code and a name, adds a product, or changes the one of that code."""
    if not turn.words.strip():
        return show_products(list_products(tx, turn.viewer, limit=PAGE), turn.viewer.company.currency)
    said = parse_product(turn.words, turn.viewer.company.currency)
    known = read_products_by_sku(tx, turn.viewer.company.id, said.sku)
    if said.is_question or len(known) > 1:
        found = known or list_products(tx, turn.viewer, search=said.sku, limit=PAGE)
        return show_products(found, turn.viewer.company.currency)
    product = _change(tx, turn, known[0], said) if known else _add(tx, turn, said)
    return show_product(product, turn.viewer.company.currency, is_new=not known)


def answer_price(tx: Connection, turn: Turn) -> Reply:
    """/price: what a product costs, for everybody; alone the catalogue."""
    words = turn.words.strip(" ?")
    found = find_products_named(tx, turn.viewer, words) if words else list_products(tx, turn.viewer, limit=PAGE)
    return show_prices(found, turn.viewer.company.currency)


def _add(tx: Connection, turn: Turn, said: ProductWords) -> Product:
    if said.name is None:
        raise InvalidInput(
            f"“{said.sku}” is new, so it needs a name.",
            field=said.sku,
            hint=f"/product {said.sku} Desk Lamp price 24.99",
        )
    return add_product(
        tx,
        turn.viewer,
        sku=said.sku,
        name=said.name,
        price_e4=said.price_e4,
        cost_e4=said.cost_e4,
        category=said.category,
        reorder_point_e3=said.reorder_point_e3,
    )


def _change(tx: Connection, turn: Turn, product: Product, said: ProductWords) -> Product:
    changes: ProductChanges = {}
    for name in ("name", "price_e4", "cost_e4", "category", "reorder_point_e3"):
        if (value := getattr(said, name)) is not None:
            changes[name] = value
    return change_product(tx, turn.viewer, product.id, **changes)
