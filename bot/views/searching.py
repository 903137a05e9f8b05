"""A product as a search offers it. One rule: choosing it writes its code on a line of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.views.figures import clip, show_money

if TYPE_CHECKING:
    from core.catalog.products import Product

LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One offer: what is seen, and the plain text that choosing it sends."""

    id: str
    title: str
    description: str
    text: str


def show_found(product: "Product", currency: str) -> Found:
    """A product with its price, code and category."""
    price = show_money(product.price_e4, currency) if product.price_e4 is not None else "no list price"
    about = " · ".join(part for part in (price, product.sku, product.category) if part)
    return Found(str(product.id), clip(product.name, LONGEST_TITLE), about, f"{product.sku}\n{product.name}")
