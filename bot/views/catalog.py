"""Products as messages. One rule: the code can be copied, the price stands before the name, which may be long."""

from collections.abc import Sequence

from bot.turn import Reply
from bot.views.figures import show_money, show_quantity, show_text
from core.catalog.products import Product

HOW_TO = "Add one:\n<code>/product SOL-3077 SolarGlow Outdoor Lights price 24.99 cost 11.40</code>"


def show_products(products: Sequence[Product], currency: str) -> Reply:
    """The catalogue, or what of it was asked for."""
    if not products:
        return Reply(f"🏷 There is no such product.\n{HOW_TO}")
    rows = [_show_row(product, currency) for product in products]
    return Reply("\n".join(["🏷 <b>Products</b>", "", *rows, "", HOW_TO]))


def show_prices(products: Sequence[Product], currency: str) -> Reply:
    """What products cost, for who only asks."""
    if not products:
        return Reply("🏷 There are no products yet.")
    return Reply("\n".join(["🏷 <b>Prices</b>", "", *(_show_row(product, currency) for product in products)]))


def _show_row(product: Product, currency: str) -> str:
    price = show_money(product.price_e4, currency) if product.price_e4 is not None else "no list price"
    return f"<code>{show_text(product.sku)}</code> <b>{price}</b> · {show_text(product.name)}"


def show_product(product: Product, currency: str, *, is_new: bool) -> Reply:
    """A product as it is now."""
    rows = [
        f"🏷 <b>{show_text(product.name)}</b> {'added' if is_new else 'changed'} · <code>{show_text(product.sku)}</code>"
    ]
    amounts = (("Price", product.price_e4), ("Cost", product.cost_e4))
    rows += [f"{label}: {show_money(amount, currency)}" for label, amount in amounts if amount is not None]
    if product.category:
        rows.append(f"Category: {show_text(product.category)}")
    if product.reorder_point_e3 is not None:
        rows.append(f"Reorder at {show_quantity(product.reorder_point_e3)}")
    rows.append(f"Sell it: <code>/sale 1 {show_text(product.sku)}</code>")
    return Reply("\n".join(rows))


def show_on_sale(product: Product) -> Reply:
    """A product that was taken off sale, or is sold again, and the way back."""
    word, other = ("on sale again", "off") if product.is_active else ("off sale", "back")
    sku = show_text(product.sku)
    return Reply(f"🏷 <b>{show_text(product.name)}</b> is {word}.\nThe other way: <code>/product {sku} {other}</code>")
