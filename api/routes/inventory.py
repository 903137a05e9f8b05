"""Categories and stock. One rule: a level changes by a move that says who; a category changes with its products."""

from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_price, show_quantity
from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Listing, Success
from api.schemas.products import (
    CategoryAnswer,
    CategoryBody,
    CategoryPath,
    CategoryQuery,
    StockAnswer,
    StockBody,
    StockQuery,
)
from core.access import Viewer, find_seen_branch
from core.catalog.categories import (
    Category,
    add_category,
    delete_category,
    get_category,
    list_categories,
    rename_category,
)
from core.catalog.products import get_product
from core.catalog.stocktaking import StockRow, count_stock, list_stock, receive_stock
from core.errors import Conflict

table = RouteTable("Inventory", "Categories, and what there is of each product.")
WRITE = "products:write"


@table.declare("GET", "/api/categories", answer=Success[list[CategoryAnswer]], scope="products:read")
def list_all_categories(tx: Connection, viewer: Viewer) -> Outcome:
    """List the categories, by name: those to choose from, and those that products are in."""
    return Outcome([_show_category(one) for one in list_categories(tx, viewer)])


@table.declare(
    "POST",
    "/api/categories",
    answer=Success[CategoryAnswer],
    scope=WRITE,
    status=201,
    problems=(409,),
    example=Example(body={"name": "Garden"}),
)
def create_category(tx: Connection, viewer: Viewer, body: CategoryBody) -> Outcome:
    """Add a category, for those who manage products; or give one a number that so far only products name."""
    return Outcome(_show_category(add_category(tx, viewer, body.name)))


@table.declare(
    "PUT",
    "/api/categories/{id}",
    answer=Success[CategoryAnswer],
    scope=WRITE,
    problems=(404, 409),
    example=Example(body={"name": "Outdoors"}),
)
def update_category(tx: Connection, viewer: Viewer, path: CategoryPath, body: CategoryBody) -> Outcome:
    """Rename a category, for those who manage products. Its products and goals are renamed with it."""
    get_category(tx, viewer, path.id)
    return Outcome(_show_category(rename_category(tx, viewer, path.id, body.name)))


@table.declare("DELETE", "/api/categories/{id}", answer=Success[CategoryAnswer], scope=WRITE, problems=(404, 409))
def remove_category(tx: Connection, viewer: Viewer, path: CategoryPath, query: CategoryQuery) -> Outcome:
    """Offer a category no more, for those who manage products. Products in it move to `move_to`."""
    get_category(tx, viewer, path.id)
    return Outcome(_show_category(delete_category(tx, viewer, path.id, query.move_to)))


@table.declare(
    "GET",
    "/api/stock",
    answer=Listing[StockAnswer],
    scope="products:read",
    problems=(404, 409),
    example=Example(query={"limit": 10}),
    headers={"Link": "the pages `first`, `prev`, `next` and `last` (RFC 8288)"},
)
def show_stock(tx: Connection, viewer: Viewer, query: StockQuery) -> Outcome:
    """Read what a branch has of every product whose stock is kept, by name.

    Current stock, cost, sell price and reorder point: of the branch worked on, or of one that one may see.
    """
    branch = query.choose_branch()
    number = None if branch is None else find_seen_branch(tx, viewer, branch)
    found = list_stock(tx, viewer, search=query.search, branch_id=number, below_reorder_only=query.low == "true")
    pages = max(1, -(-len(found) // query.limit))
    part = found[(query.page - 1) * query.limit : query.page * query.limit]
    links = {"first": {"page": 1}, "last": {"page": pages}}
    links |= {"prev": {"page": min(query.page - 1, pages)}} if query.page > 1 else {}
    links |= {"next": {"page": query.page + 1}} if query.page < pages else {}
    where = {"page": query.page, "limit": query.limit, "total": len(found), "total_pages": pages}
    return Outcome([_show_stock(row, viewer.company.currency) for row in part], where, links)


@table.declare(
    "POST",
    "/api/stock",
    answer=Success[StockAnswer],
    scope=WRITE,
    status=201,
    problems=(404, 409),
    example=Example(body={"product_id": 1, "received": 12}),
)
def move_stock(tx: Connection, viewer: Viewer, body: StockBody) -> Outcome:
    """Receive goods, or tell how many were counted, for those who keep the stock. From then on it is kept."""
    if (body.received is None) == (body.counted is None):
        raise Conflict("Say either how many came in or how many are there.", field="received", hint="received=12")
    branch = None if body.branch is None else find_seen_branch(tx, viewer, body.branch)
    get_product(tx, viewer, body.product_id)
    if body.received is not None:
        row = receive_stock(tx, viewer, body.product_id, body.received, branch)
    else:
        row = count_stock(tx, viewer, body.product_id, body.counted or 0, branch)
    return Outcome(_show_stock(row, viewer.company.currency))


def _show_category(category: Category) -> dict[str, Any]:
    return {"id": category.id, "name": category.name, "products": category.products}


def _show_stock(row: StockRow, currency: str) -> dict[str, Any]:
    product = row.product
    return {
        "product_id": product.id,
        "sku": product.sku,
        "product_name": product.name,
        "category": product.category,
        "on_hand": show_quantity(row.on_hand_e3),
        "cost": None if product.cost_e4 is None else show_price(product.cost_e4, currency),
        "price": None if product.price_e4 is None else show_price(product.price_e4, currency),
        "reorder_point": None if product.reorder_point_e3 is None else show_quantity(product.reorder_point_e3),
        "is_low": row.is_low,
        "currency": currency,
    }
