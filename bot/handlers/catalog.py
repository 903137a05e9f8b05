"""The catalogue in chat. One rule: a code that is known is changed, one that is not is added."""

from sqlalchemy.engine import Connection

from bot.handlers.products import find_one_product, find_products_named
from bot.parsing.setup import ProductWords, parse_product
from bot.turn import Reply, Turn
from bot.views.catalog import show_on_sale, show_prices, show_product, show_products
from core.catalog.products import (
    Product,
    ProductChanges,
    add_product,
    change_product,
    find_retired,
    list_products,
    read_products_by_sku,
    restore_product,
    retire_product,
)
from core.catalog.search import find_part, find_products
from core.errors import InvalidInput
from core.text import fold

PAGE = 25


def answer_product(tx: Connection, turn: Turn) -> Reply:
    """/product: the catalogue; with a code and a name, adds a product, or changes the one of that code."""
    if not turn.words.strip():
        return show_products(list_products(tx, turn.viewer, limit=PAGE), turn.viewer.company.currency)
    said = parse_product(turn.words, turn.viewer.company.currency)
    if said.sells is not None:
        return _put_on_sale(tx, turn, said.sku, sells=said.sells)
    known = read_products_by_sku(tx, turn.viewer.company.id, said.sku)
    if said.is_question or len(known) > 1:
        found = known or list_products(tx, turn.viewer, search=said.sku, limit=PAGE)
        return show_products(found, turn.viewer.company.currency)
    if not known and said.name is not None:
        _require_code(tx, turn, said)
    product = _change(tx, turn, known[0], said) if known else _add(tx, turn, said)
    return show_product(product, turn.viewer.company.currency, is_new=not known)


def _put_on_sale(tx: Connection, turn: Turn, words: str, *, sells: bool) -> Reply:
    """Take a product off sale, or sell it again; what was sold of it stays."""
    viewer = turn.viewer
    if sells:
        product = restore_product(tx, viewer, find_retired(tx, viewer, words).id)
    else:
        product = retire_product(tx, viewer, find_one_product(tx, viewer, words, "/product {sku} off").id)
    return show_on_sale(product)


def answer_price(tx: Connection, turn: Turn) -> Reply:
    """/price: what a product costs, for everybody; alone the catalogue."""
    words = turn.words.strip(" ?")
    found = find_products_named(tx, turn.viewer, words) if words else list_products(tx, turn.viewer, limit=PAGE)
    return show_prices(found, turn.viewer.company.currency)


def _require_code(tx: Connection, turn: Turn, said: ProductWords) -> None:
    """A product's name is no code and a name: “desk lamp price 30” is about the Desk Lamp there is."""
    words = f"{said.sku} {said.name}"
    whole, part = find_products(tx, turn.viewer, words), find_part(tx, turn.viewer, words)
    begins = part is not None and not part.before and " " in part.named
    match = whole if whole.is_whole else part.match if part is not None and begins else None
    if match is not None and match.is_sure:
        sku = match.candidates[0].sku
        message = f"“{words}” is {match.candidates[0].name}, of the code {sku}. A product is named by its code."
        raise InvalidInput(message, field=said.sku, hint=turn.words.strip().replace(words, f"/product {sku}", 1))


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
    if said.name is not None and not said.is_renamed and fold(said.name) != fold(product.name):
        raise InvalidInput(
            f"{product.sku} is {product.name}. “{said.name}” would be another name of it: say so.",
            field=said.name,
            hint=f"/product {product.sku} name {said.name}",
        )
    changes: ProductChanges = {}
    for name in ("name", "price_e4", "cost_e4", "category", "reorder_point_e3"):
        if (value := getattr(said, name)) is not None:
            changes[name] = value
    return change_product(tx, turn.viewer, product.id, **changes)
