"""Products and their variants. One rule: what was ever sold is retired, never deleted; its sales stay."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from api.numbers import show_average, show_money, show_price, show_quantity
from api.routing import Example, Outcome, RouteTable
from api.schemas.envelope import Part, Success
from api.schemas.products import (
    NewProduct,
    NewVariant,
    ProductAnswer,
    ProductDetail,
    ProductEdit,
    ProductPath,
    ProductQuery,
    ProductsQuery,
    VariantAnswer,
    VariantEdit,
    VariantPath,
)
from api.unchanged import drop_fields, find_unchanged, read_back
from core.access import Viewer
from core.catalog.products import (
    Product,
    add_product,
    change_product,
    get_product,
    list_products,
    restore_product,
    retire_product,
)
from core.catalog.stocktaking import read_on_hand
from core.catalog.variants import Variant, add_variant, change_variant, get_variant, list_variants, retire_variant
from core.errors import InvalidInput
from core.reports.analytics import summarize_product

table = RouteTable("Products", "What is sold.")
WRITE = "products:write"
FIELDS = {"price": "price_e4", "cost": "cost_e4", "reorder_point": "reorder_point_e3"}  # of core, by those of a body
NEVER_NULL = {ProductEdit: ("sku", "name", "tracks_stock", "is_active"), VariantEdit: ("name",)}


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

    The list is read onwards: `next_after` is the `after` of the next part. Deleted products are not in it.
    """
    found = list_products(tx, viewer, search=query.search, after=query.after, limit=query.limit + 1)
    shown = found[: query.limit]
    next_after = shown[-1].id if len(found) > len(shown) else None
    return Outcome(
        [show_product(product, viewer.company.currency) for product in shown],
        {"limit": query.limit, "after": query.after, "next_after": next_after},
        {"next": {"after": next_after}} if next_after is not None else {},
    )


@table.declare(
    "POST",
    "/api/products",
    answer=Success[ProductDetail],
    scope=WRITE,
    status=201,
    problems=(409,),
    example=Example(body={"sku": "TEE-1", "name": "T-Shirt", "price": 25.99, "cost": 10, "category": "Clothes"}),
    headers={"Location": "where the product can be read"},
)
def create_product(tx: Connection, viewer: Viewer, body: NewProduct) -> Outcome:
    """Add a product, for those who manage products."""
    product = add_product(
        tx,
        viewer,
        sku=body.sku,
        name=body.name,
        price_e4=body.price,
        cost_e4=body.cost,
        category=body.category,
        subcategory=body.subcategory,
        stock_e3=body.stock,
        reorder_point_e3=body.reorder_point,
    )
    return Outcome(_show_detail(tx, viewer, product), headers={"Location": f"/api/products/{product.id}"})


@table.declare(
    "GET",
    "/api/products/{id}",
    answer=Success[ProductDetail],
    scope="products:read",
    problems=(404,),
    example=Example(query={"include_sales": "true"}),
)
def show_one_product(tx: Connection, viewer: Viewer, path: ProductPath, query: ProductQuery) -> Outcome:
    """Read a product, deleted or not.

    With `include_sales=true` also what was sold of it: of one's own sales, or those of the branch one may see.
    """
    product = get_product(tx, viewer, path.id)
    return Outcome(_show_detail(tx, viewer, product, with_sales=query.include_sales == "true"))


@table.declare(
    "PUT",
    "/api/products/{id}",
    answer=Success[ProductDetail],
    scope=WRITE,
    problems=(404, 409),
    example=Example(body={"price": 27.5}),
)
def update_product(tx: Connection, viewer: Viewer, path: ProductPath, body: ProductEdit) -> Outcome:
    """Change a product, for those who manage products.

    What is not said stays, and so does what is said as it was read. Sales recorded already keep their price and cost.
    """
    said = _find_changes(body, show_product(get_product(tx, viewer, path.id), viewer.company.currency))
    is_active = said.pop("is_active", None)
    product = change_product(tx, viewer, path.id, **{FIELDS.get(name, name): value for name, value in said.items()})
    if is_active is not None:
        product = (restore_product if is_active else retire_product)(tx, viewer, path.id)
    return Outcome(_show_detail(tx, viewer, product))


@table.declare(
    "DELETE", "/api/products/{id}", answer=Success[ProductDetail], scope=WRITE, problems=(404, 409), example=Example()
)
def delete_product(tx: Connection, viewer: Viewer, path: ProductPath) -> Outcome:
    """Sell a product no more, for those who manage products.

    Sales of it keep it, and figures keep them. `PUT` with `is_active` sells it again.
    """
    get_product(tx, viewer, path.id)
    return Outcome(_show_detail(tx, viewer, retire_product(tx, viewer, path.id)))


@table.declare(
    "GET", "/api/products/{id}/variants", answer=Success[list[VariantAnswer]], scope="products:read", problems=(404,)
)
def list_product_variants(tx: Connection, viewer: Viewer, path: ProductPath) -> Outcome:
    """List the variants of a product, by name; deleted ones are not in it."""
    get_product(tx, viewer, path.id)
    return Outcome([_show_variant(one, viewer) for one in list_variants(tx, viewer, path.id)])


@table.declare(
    "POST",
    "/api/products/{id}/variants",
    answer=Success[VariantAnswer],
    scope=WRITE,
    status=201,
    problems=(404, 409),
    example=Example(body={"name": "Blue, L", "price": 27.99}),
    headers={"Location": "where the variant can be read"},
)
def create_variant(tx: Connection, viewer: Viewer, path: ProductPath, body: NewVariant) -> Outcome:
    """Add a variant to a product, for those who manage products; one of that name that was deleted is back."""
    get_product(tx, viewer, path.id)
    variant = add_variant(tx, viewer, path.id, body.name, sku=body.sku, price_e4=body.price, cost_e4=body.cost)
    return Outcome(_show_variant(variant, viewer), headers={"Location": f"/api/variants/{variant.id}"})


@table.declare("GET", "/api/variants/{id}", answer=Success[VariantAnswer], scope="products:read", problems=(404,))
def show_one_variant(tx: Connection, viewer: Viewer, path: VariantPath) -> Outcome:
    """Read a variant, deleted or not."""
    return Outcome(_show_variant(get_variant(tx, viewer, path.id), viewer))


@table.declare(
    "PUT",
    "/api/variants/{id}",
    answer=Success[VariantAnswer],
    scope=WRITE,
    problems=(404, 409),
    example=Example(body={"price": 28}),
)
def update_variant(tx: Connection, viewer: Viewer, path: VariantPath, body: VariantEdit) -> Outcome:
    """Change a variant, for those who manage products. Sales recorded already keep their price and cost."""
    said = _find_changes(body, _show_variant(get_variant(tx, viewer, path.id), viewer))
    changes = {FIELDS.get(name, name): value for name, value in said.items()}
    return Outcome(_show_variant(change_variant(tx, viewer, path.id, **changes), viewer))


@table.declare("DELETE", "/api/variants/{id}", answer=Success[VariantAnswer], scope=WRITE, problems=(404, 409))
def delete_variant(tx: Connection, viewer: Viewer, path: VariantPath) -> Outcome:
    """Sell a variant no more, for those who manage products. Sales of it still say which it was."""
    get_variant(tx, viewer, path.id)
    return Outcome(_show_variant(retire_variant(tx, viewer, path.id), viewer))


def _find_changes(body: ProductEdit | VariantEdit, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What it says that is different, by name. InvalidInput where a product is to lose its price."""
    changed = drop_fields(body, find_unchanged(body, read_back(type(body), shown)))
    said = {name: getattr(changed, name) for name in changed.model_fields_set}
    if isinstance(body, ProductEdit) and "price" in said and said["price"] is None:
        raise InvalidInput(
            "A product keeps its price: say another, or leave it out.", field="price", hint="price=25.99"
        )
    return {name: value for name, value in said.items() if value is not None or name not in NEVER_NULL[type(body)]}


def show_product(product: Product, currency: str) -> dict[str, Any]:
    """A product as ProductAnswer has it."""
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
        "is_active": product.is_active,
        "currency": currency,
    }


def _show_detail(tx: Connection, viewer: Viewer, product: Product, *, with_sales: bool = False) -> dict[str, Any]:
    on_hand_e3 = read_on_hand(tx, viewer, product.id) if product.tracks_stock else None
    return {
        **show_product(product, viewer.company.currency),
        "variants": [_show_variant(one, viewer) for one in list_variants(tx, viewer, product.id)],
        "on_hand": None if on_hand_e3 is None else show_quantity(on_hand_e3),
        "sales_summary": _show_summary(tx, viewer, product) if with_sales else None,
    }


def _show_summary(tx: Connection, viewer: Viewer, product: Product) -> dict[str, Any]:
    found, currency = summarize_product(tx, viewer, product), viewer.company.currency
    return {
        "total_quantity_sold": show_quantity(found.units_e3),
        "total_revenue": show_money(found.revenue_e4, currency),
        "total_profit": show_average(found.profit_e4, currency),
        "average_sale_price": show_average(found.average_price_e4, currency),
        "last_sale_date": found.last_sold_at,
    }


def _show_variant(variant: Variant, viewer: Viewer) -> dict[str, Any]:
    currency = viewer.company.currency
    return {
        "id": variant.id,
        "product_id": variant.product_id,
        "name": variant.name,
        "sku": variant.sku,
        "price": None if variant.price_e4 is None else show_price(variant.price_e4, currency),
        "cost": None if variant.cost_e4 is None else show_price(variant.cost_e4, currency),
        "is_active": variant.is_active,
        "currency": currency,
    }
