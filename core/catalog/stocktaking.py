"""Stock as people see and set it. One rule: everybody sees and moves the stock of the branch they may see."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.catalog.products import PRODUCT_COLUMNS, Product, conceal_cost, get_product, is_named_like
from core.catalog.stock import COUNTED, RECEIVED, StockMove, add_to_levels, move_stock
from core.company import settle_branch
from core.errors import InvalidInput
from core.models.catalog import products, stock_levels, stock_moves
from core.money import LARGEST_E4


@dataclass(frozen=True, slots=True)
class StockRow:
    """What a branch has of a product, in thousandths; `is_low`: below its reorder point."""

    product: Product
    on_hand_e3: int
    is_low: bool


def receive_stock(
    tx: Connection,
    viewer: Viewer,
    product_id: int,
    quantity_e3: int,
    branch_id: int | None = None,
    *,
    told_in: str | None = None,
) -> StockRow:
    """So much came into the branch given or worked on; from now on the product's stock is kept.

    The same `told_in`, the name of the message, again changes nothing. Raises NotAllowed, NotFound, InvalidInput naming
    `quantity`.
    """
    viewer.require(Permission.MOVE_STOCK)
    if not 0 < quantity_e3 <= LARGEST_E4:
        raise InvalidInput("What came in is more than nothing.", field="quantity", hint="12")
    branch, product = settle_branch(tx, viewer, branch_id), _keep_stock(tx, viewer, product_id)
    believed_e3 = _hold_level(tx, viewer, branch, product)
    if _was_told(tx, viewer, told_in):
        return StockRow(product, believed_e3, product.is_low(believed_e3))
    return _move(tx, viewer, product, StockMove(branch, product.id, quantity_e3, RECEIVED), told_in)


def count_stock(
    tx: Connection,
    viewer: Viewer,
    product_id: int,
    quantity_e3: int,
    branch_id: int | None = None,
    *,
    told_in: str | None = None,
) -> StockRow:
    """So much is there, by count: the difference to what was believed is recorded as a move, also when it is none.

    The same `told_in`, the name of the message, again changes nothing. Raises NotAllowed, NotFound, InvalidInput naming
    `quantity`.
    """
    viewer.require(Permission.MOVE_STOCK)
    if not 0 <= quantity_e3 <= LARGEST_E4:
        raise InvalidInput("A count cannot be negative.", field="quantity", hint="12")
    branch, product = settle_branch(tx, viewer, branch_id), _keep_stock(tx, viewer, product_id)
    believed_e3 = _hold_level(tx, viewer, branch, product)
    if _was_told(tx, viewer, told_in):
        return StockRow(product, believed_e3, product.is_low(believed_e3))
    return _move(tx, viewer, product, StockMove(branch, product.id, quantity_e3 - believed_e3, COUNTED), told_in)


def _hold_level(tx: Connection, viewer: Viewer, branch_id: int, product: Product) -> int:
    """What is believed to be there, held: adding nothing makes the row if need be, and no sale comes in between."""
    nothing = StockMove(branch_id, product.id, 0, COUNTED)
    return add_to_levels(tx, viewer.company.id, [nothing])[branch_id, product.id]


def _was_told(tx: Connection, viewer: Viewer, told_in: str | None) -> bool:
    same = stock_moves.c.company_id == viewer.company.id, stock_moves.c.told_in == told_in
    return told_in is not None and tx.execute(select(stock_moves.c.id).where(*same)).first() is not None


def _keep_stock(tx: Connection, viewer: Viewer, product_id: int) -> Product:
    product = get_product(tx, viewer, product_id)
    if not product.tracks_stock:
        tx.execute(update(products).where(products.c.id == product.id).values(tracks_stock=True))
        product = get_product(tx, viewer, product_id)
    return product


def _move(tx: Connection, viewer: Viewer, product: Product, move: StockMove, told_in: str | None) -> StockRow:
    by, at = viewer.person_id, clock.now()
    levels = move_stock(tx, viewer.company.id, [move], person_id=by, at=at, told_in=told_in)
    on_hand_e3 = levels[move.branch_id, move.product_id]
    return StockRow(product, on_hand_e3, product.is_low(on_hand_e3))


def read_on_hand(tx: Connection, viewer: Viewer, product_id: int) -> int:
    """What the branch worked on has of a product, in thousandths."""
    here = stock_levels.c.company_id == viewer.company.id, stock_levels.c.branch_id == settle_branch(tx, viewer)
    query = select(stock_levels.c.on_hand_e3).where(*here, stock_levels.c.product_id == product_id)
    return tx.execute(query).scalar() or 0


def list_stock(
    tx: Connection,
    viewer: Viewer,
    *,
    search: str | None = None,
    branch_id: int | None = None,
    below_reorder_only: bool = False,
    limit: int | None = None,
) -> tuple[StockRow, ...]:
    """What the branch given or worked on has of every active product whose stock is kept, by name.

    Raises NotAllowed when the branch is out of reach.
    """
    branch = settle_branch(tx, viewer, branch_id)
    here = and_(
        stock_levels.c.company_id == products.c.company_id,
        stock_levels.c.branch_id == branch,
        stock_levels.c.product_id == products.c.id,
    )
    on_hand_e3 = func.coalesce(stock_levels.c.on_hand_e3, 0)
    query = (
        select(*PRODUCT_COLUMNS, on_hand_e3)
        .join_from(products, stock_levels, here, isouter=True)
        .where(products.c.company_id == viewer.company.id, products.c.is_active, products.c.tracks_stock)
        .order_by(products.c.name, products.c.id)
        .limit(limit)
    )
    if search:
        query = query.where(is_named_like(search))
    if below_reorder_only:
        query = query.where(on_hand_e3 < products.c.reorder_point_e3)
    rows = [(Product(*row[:-1]), row[-1]) for row in tx.execute(query)]
    seen = conceal_cost(viewer, (product for product, _ in rows))
    return tuple(
        StockRow(product, level, product.is_low(level)) for product, (_, level) in zip(seen, rows, strict=True)
    )
