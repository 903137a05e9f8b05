"""Products, to be read. One rule: what one costs is core's to show or not."""

from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_price, show_quantity
from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Part
from api.schemas.products import ProductAnswer, ProductsQuery
from core.access import Viewer
from core.catalog.products import Product, list_products

table = RouteTable("Products", "What is sold.")


@table.declare(
    "GET",
    "/api/products",
    answer=Part[ProductAnswer],
    scope="products:read",
    example=Example(query={"limit": 10}),
    headers={"Link": "the `next` part (RFC 8288)"},
)
def list_catalog(tx: Connection, viewer: Viewer, query: ProductsQuery) -> Outcome:
    """List products, by number.

    The list is read onwards: `next_after` is the `after` of the next part. Retired products are not in it.
    """
    found = list_products(tx, viewer, search=query.search, after=query.after, limit=query.limit + 1)
    shown = found[: query.limit]
    next_after = shown[-1].id if len(found) > len(shown) else None
    return Outcome(
        [_show_product(product, viewer.company.currency) for product in shown],
        {"limit": query.limit, "after": query.after, "next_after": next_after},
        {"next": {"after": next_after}} if next_after is not None else {},
    )


def _show_product(product: Product, currency: str) -> dict[str, Any]:
    return {
        "id": product.id,
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "subcategory": product.subcategory,
        "price": None if product.price_e4 is None else show_price(product.price_e4, currency),
        "cost": None if product.cost_e4 is None else show_price(product.cost_e4, currency),
        "tracks_stock": product.tracks_stock,
        "reorder_point": None if product.reorder_point_e3 is None else show_quantity(product.reorder_point_e3),
        "currency": currency,
    }
