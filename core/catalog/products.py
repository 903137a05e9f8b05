"""Products. One rule: a product that was ever sold is retired, never deleted."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import Permission, Viewer
from core.catalog.categories import keep_category
from core.catalog.costs import keep_former_cost
from core.catalog.filings import file_product
from core.catalog.stock import RECEIVED, StockMove, move_stock
from core.company import lock_company, settle_branch
from core.errors import Code, Conflict, InvalidInput, NotFound
from core.models.catalog import products
from core.money import LARGEST_E4
from core.statements import Statement
from core.text import clean_name, clean_note

LARGEST_PAGE = 500
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold. Prices in ten-thousandths of the company's currency for one, the reorder point in thousandths.

    `cost_e4` is None where nobody knows it or, in what is listed for a viewer, where that viewer may not see it.
    """

    id: int
    sku: str
    name: str
    category: str | None
    subcategory: str | None
    price_e4: int | None
    cost_e4: int | None
    tracks_stock: bool
    reorder_point_e3: int | None
    is_active: bool
    filing_id: int | None = dataclasses.field(default=None, compare=False)

    def is_low(self, on_hand_e3: int) -> bool:
        """Whether so much on hand is below the reorder point."""
        return self.reorder_point_e3 is not None and on_hand_e3 < self.reorder_point_e3


class ProductChanges(TypedDict, total=False):
    """What may change of a product: a key that is missing stays, None clears what may be unknown."""

    sku: str
    name: str
    category: str | None
    subcategory: str | None
    price_e4: int | None
    cost_e4: int | None
    tracks_stock: bool
    reorder_point_e3: int | None


# In the order of Product's fields, so that a row is one.
PRODUCT_COLUMNS = (
    products.c.id,
    products.c.sku,
    products.c.name,
    products.c.category,
    products.c.subcategory,
    products.c.price_e4,
    products.c.cost_e4,
    products.c.tracks_stock,
    products.c.reorder_point_e3,
    products.c.is_active,
    products.c.filing_id,
)
_PRODUCTS = select(*PRODUCT_COLUMNS)
_IN_COMPANY = _PRODUCTS.where(products.c.company_id == bindparam("company_id"))
_ONE = Statement(_IN_COMPANY.where(products.c.id == bindparam("product_id")))
_SEVERAL = _IN_COMPANY.where(products.c.id.in_(bindparam("product_ids", expanding=True)))
_BY_SKU = Statement(
    _IN_COMPANY.where(products.c.sku.in_([bindparam("typed"), bindparam("upper")]), products.c.is_active).order_by(
        products.c.id
    )
)


def read_product(row: Row[Any]) -> Product:
    """A Product from a row of PRODUCT_COLUMNS."""
    return Product(*row)


def read_products(tx: Connection, company_id: int, ids: Iterable[int]) -> dict[int, Product]:
    """The company's products of those numbers, retired ones too, with their cost: for recording, not for showing.

    A number that is not the company's is missing in the answer.
    """
    return ask_products(tx, company_id, ids)()


def ask_products(tx: Connection, company_id: int, ids: Iterable[int]) -> Callable[[], dict[int, Product]]:
    """As `read_products`, to be called for when they are needed."""
    wanted = sorted(set(ids))
    if len(wanted) == 1:
        find_rows = _ONE.ask(tx, {"company_id": company_id, "product_id": wanted[0]})
        return lambda: {row.id: Product(*row) for row in find_rows()}
    several = {"company_id": company_id, "product_ids": wanted}
    return lambda: {row.id: Product(*row) for row in tx.execute(_SEVERAL, several)} if wanted else {}


def read_products_by_sku(tx: Connection, company_id: int, sku: str) -> tuple[Product, ...]:
    """The active products of that very code, as typed or in capitals; by the index, for every sale asks."""
    rows = _BY_SKU.rows(tx, {"company_id": company_id, "typed": sku, "upper": sku.upper()})
    return tuple(Product(*row) for row in rows)


def add_product(
    tx: Connection,
    viewer: Viewer,
    *,
    sku: str,
    name: str,
    price_e4: int | None = None,
    cost_e4: int | None = None,
    category: str | None = None,
    subcategory: str | None = None,
    stock_e3: int | None = None,
    reorder_point_e3: int | None = None,
) -> Product:
    """A new product. With `stock_e3`, on hand in the branch worked on, or a reorder point its stock is kept.

    Raises NotAllowed, InvalidInput naming the field, Conflict naming a code that is taken (by case-insensitive
    comparison, among retired products too).
    """
    viewer.require(Permission.MANAGE_CATALOG)
    tracks = stock_e3 is not None or reorder_point_e3 is not None
    row = _check(
        {
            "sku": sku,
            "name": name,
            "category": category,
            "subcategory": subcategory,
            "price_e4": price_e4,
            "cost_e4": cost_e4,
            "tracks_stock": tracks,
            "reorder_point_e3": reorder_point_e3,
        }
    )
    _claim_sku(tx, viewer, row["sku"])
    row |= _spell_category(tx, viewer, row)
    row |= {"company_id": viewer.company.id, "is_active": True, "created_at": clock.now()}
    product = read_product(tx.execute(insert(products).returning(*PRODUCT_COLUMNS), row).one())
    if product.category or product.subcategory:
        file_product(tx, viewer.company.id, product.id)
    if stock_e3:
        move = StockMove(settle_branch(tx, viewer), product.id, _check_range("stock", stock_e3), RECEIVED)
        move_stock(tx, viewer.company.id, [move], person_id=viewer.person_id, at=clock.now())
    return product


def change_product(tx: Connection, viewer: Viewer, product_id: int, **changes: Unpack[ProductChanges]) -> Product:
    """Change what is given; sales already recorded keep the price and cost they were recorded with.

    Raises NotAllowed, NotFound, InvalidInput naming the field, Conflict naming a code that is taken.
    """
    viewer.require(Permission.MANAGE_CATALOG)
    present = get_product(tx, viewer, product_id)
    row = _check(dict(changes))
    if row.get("sku", present.sku).casefold() != present.sku.casefold():
        _claim_sku(tx, viewer, row["sku"])
    row |= _spell_category(tx, viewer, row)
    if "cost_e4" in row:
        before_e4 = read_products(tx, viewer.company.id, [product_id])[product_id].cost_e4
        keep_former_cost(tx, viewer.company, (product_id, None), before_e4, row)
    changed = _write(tx, viewer, product_id, row) if row else present
    if (changed.category, changed.subcategory) != (present.category, present.subcategory):
        file_product(tx, viewer.company.id, product_id)
    return changed


def _spell_category(tx: Connection, viewer: Viewer, row: dict[str, Any]) -> dict[str, str]:
    """A product's category, as other products spell it."""
    return {"category": keep_category(tx, viewer, row["category"])} if row.get("category") else {}


def retire_product(tx: Connection, viewer: Viewer, product_id: int) -> Product:
    """Sell it no more: it is found and listed no longer, and what was sold stays. Raises NotAllowed, NotFound."""
    return _set_active(tx, viewer, product_id, is_active=False)


def restore_product(tx: Connection, viewer: Viewer, product_id: int) -> Product:
    """Sell a retired product again. Raises NotAllowed, NotFound."""
    return _set_active(tx, viewer, product_id, is_active=True)


def find_retired(tx: Connection, viewer: Viewer, sku: str) -> Product:
    """The retired product of that code, whatever its case; NotFound names it."""
    viewer.require(Permission.MANAGE_CATALOG)
    named = products.c.sku.in_({sku, sku.upper()}), products.c.is_active.is_(False)
    row = tx.execute(_PRODUCTS.where(products.c.company_id == viewer.company.id, *named).limit(1)).first()
    if row is None:
        raise NotFound(f"No product of the code “{sku}” is off sale.", field=sku, hint="/product")
    return read_product(row)


def _set_active(tx: Connection, viewer: Viewer, product_id: int, *, is_active: bool) -> Product:
    viewer.require(Permission.MANAGE_CATALOG)
    return _write(tx, viewer, get_product(tx, viewer, product_id).id, {"is_active": is_active})


def _write(tx: Connection, viewer: Viewer, product_id: int, row: dict[str, Any]) -> Product:
    tx.execute(update(products).where(products.c.id == product_id).values(**row, changes=products.c.changes + 1))
    return get_product(tx, viewer, product_id)


def find_numbers(tx: Connection, company_id: int, named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The numbers of products by their code and name, which together are one product's only; retired ones too."""
    wanted = set(named)
    columns = products.c.sku, products.c.name, products.c.id
    of_code = products.c.sku.in_({sku for sku, _ in wanted})
    rows = tx.execute(select(*columns).where(products.c.company_id == company_id, of_code)) if wanted else ()
    return {(row.sku, row.name): row.id for row in rows if (row.sku, row.name) in wanted}


def get_product(tx: Connection, viewer: Viewer, product_id: int) -> Product:
    """The product of that number, retired or not, as the viewer may see it; NotFound names `product`."""
    found = read_products(tx, viewer.company.id, [product_id])
    if not found:
        raise NotFound(f"There is no product number {product_id}.", field="product")
    return conceal_cost(viewer, found.values())[0]


def list_products(
    tx: Connection, viewer: Viewer, *, search: str | None = None, after: int = 0, limit: int = 50
) -> tuple[Product, ...]:
    """The active products whose name or code contains `search`, by number, those after number `after`.

    At most 500 at a time. The cost shows only to whoever may see profit.
    """
    query = _PRODUCTS.where(products.c.company_id == viewer.company.id, products.c.is_active, products.c.id > after)
    if search:
        query = query.where(is_named_like(search))
    rows = tx.execute(query.order_by(products.c.id).limit(max(0, min(limit, LARGEST_PAGE))))
    return conceal_cost(viewer, (read_product(row) for row in rows))


def is_named_like(search: str) -> Any:
    """The condition that a product's name or code contains these letters, whatever their case."""
    wanted = clean_note(search[:LONGEST_SEARCH], "search")
    return or_(products.c.name.icontains(wanted, autoescape=True), products.c.sku.icontains(wanted, autoescape=True))


def conceal_cost(viewer: Viewer, found: Iterable[Product]) -> tuple[Product, ...]:
    """The products as the viewer may see them: without cost unless they may see profit."""
    if viewer.may(Permission.SEE_PROFIT):
        return tuple(found)
    return tuple(replace(product, cost_e4=None) for product in found)


def _claim_sku(tx: Connection, viewer: Viewer, sku: str) -> None:
    """Refuse a code that is taken; whoever adds at the same time waits, as no UNIQUE ignores case on both databases."""
    lock_company(tx, viewer.company.id)
    same = or_(products.c.sku == sku, func.lower(products.c.sku) == sku.lower())
    holder = tx.execute(select(products.c.name).where(products.c.company_id == viewer.company.id, same)).scalar()
    if holder is not None:
        taken = f"The code “{sku}” is taken by “{holder}”."
        raise Conflict(taken, field="sku", hint=f"{sku[:97]}-2", code=Code.DUPLICATE)


_LONGEST: Sequence[tuple[str, int]] = (("sku", 100), ("name", 300), ("category", 200), ("subcategory", 200))
_AMOUNTS = ("price_e4", "cost_e4", "reorder_point_e3")


def _check(row: dict[str, Any]) -> dict[str, Any]:
    for field, longest in _LONGEST:
        if row.get(field) is not None:
            row[field] = clean_name(row[field], field, longest)
    for field in _AMOUNTS:
        if row.get(field) is not None:
            _check_range(field.rpartition("_")[0], row[field])
    return row


def _check_range(field: str, value: int) -> int:
    if not 0 <= value <= LARGEST_E4:
        raise InvalidInput(f"The {field.replace('_', ' ')} cannot be negative or that large.", field=field, hint="0")
    return value
