"""Stock in chat. One rule: seeing is everybody's, moving is a permission of core's."""

from sqlalchemy.engine import Connection

from bot.handlers.products import find_one_product, find_products_named
from bot.handlers.reading import hinting_with
from bot.parsing.stocks import StockWords, parse_stock
from bot.turn import Reply, Turn
from bot.views.stock import show_stock, show_stock_moved
from core.catalog.stocktaking import count_stock, list_stock, receive_stock


def answer_stock(tx: Connection, turn: Turn) -> Reply:
    """/stock: what is there; `/stock SOL-3077 +20` takes in, `/stock SOL-3077 40` counts."""
    with hinting_with("stock"):
        said = parse_stock(turn.words)
    if said.counted_e3 is None and said.received_e3 is None:
        return _list_stock(tx, turn, said)
    product = find_one_product(tx, turn.viewer, said.product_words or "", "/stock {sku} +20")
    told_in = turn.external_id
    if said.received_e3 is not None:
        return show_stock_moved(
            receive_stock(tx, turn.viewer, product.id, said.received_e3, told_in=told_in), said.received_e3
        )
    return show_stock_moved(count_stock(tx, turn.viewer, product.id, said.counted_e3 or 0, told_in=told_in), None)


def _list_stock(tx: Connection, turn: Turn, said: StockWords) -> Reply:
    rows = list_stock(tx, turn.viewer)
    if said.product_words:
        wanted = {product.id for product in find_products_named(tx, turn.viewer, said.product_words)}
        rows = tuple(row for row in rows if row.product.id in wanted)
    return show_stock(rows, said.product_words)
