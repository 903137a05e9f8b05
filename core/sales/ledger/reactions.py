"""What follows from a change of the ledger: a table, in this order, in the change's own transaction.

A reaction moves or marks what is derived from the ledger, and puts what it found into the effects. Telling people is
apart: of a single change they are told at once, of a file's batches all together at the end of the file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, find_branch_zone
from core.catalog.products import Product, read_products
from core.catalog.stock import StockMove, begin_moving
from core.errors import Code, InvalidInput, about
from core.goals.goals import Goal
from core.goals.standing import Seat, Standing, begin_marking, mark_goals_of_many
from core.metrics.bulk import move_whole_documents
from core.metrics.known import PLAIN, keep_values
from core.metrics.rollups import move_rollups
from core.money import write_quantity
from core.sales.ledger.change import (
    Change,
    ColumnLines,
    Effects,
    LineRow,
    LowStock,
    ShareRequest,
    StockEffect,
    find_seats,
    pick_column,
)
from core.sales.ledger.documents import SOLD
from core.sales.ledger.filing import file_lines
from core.sales.ledger.limits import require_countable
from core.sales.ledger.months import require_open_months
from core.sales.ledger.telling import ask_to_share, tell_goals_met, tell_low_stock
from core.sales.ledger.writing import write_change

Finish = Callable[[], None]
React = Callable[[Connection, Change, Effects], Finish | None]
Tell = Callable[[Connection, Viewer, Effects], None]
EVERY = frozenset({"recorded", "extended", "edited", "shared", "voided", "restored"})


@dataclass(frozen=True, slots=True)
class Reaction:
    """One thing that follows from a change. What `react` returns is called once all have reacted, in the same order:
    so what they write can be told the database in one trip, before any of it is looked at.

    `to`: the actions of documents that concern it. `in_batches`: whether those of a file do. `tell` writes the notices
    about what it found, if anybody hears of it.
    """

    name: str
    react: React
    to: frozenset[str] = EVERY
    in_batches: bool = True
    tell: Tell | None = None


def apply_change(tx: Connection, change: Change) -> Effects:
    """Write a change of the ledger with all that follows from it; what that was.

    Raises Conflict naming `date` (a closed month) and InvalidInput naming `quantity` (more than is in stock) or what is
    more than can be counted; then the transaction is to be taken back. Of a batch nobody is told: see `tell_effects`.
    """
    require_open_months(tx, change.viewer.company, change.closed, change.opened)
    require_countable(tx, change)
    file_lines(tx, change)
    write_change(tx, change)
    effects = Effects()
    actions = {document.action for document in change.documents}
    concerned = [one for one in REACTIONS if actions & one.to and (one.in_batches or not change.is_batch)]
    for finish in [reaction.react(tx, change, effects) for reaction in concerned]:
        if finish is not None:
            finish()
    if not change.is_batch:
        tell_effects(tx, change.viewer, effects)
    return effects


def tell_effects(tx: Connection, viewer: Viewer, effects: Effects) -> None:
    """Write the notices about what changes brought about: of a file, once, with the effects of all its batches."""
    for reaction in REACTIONS:
        if reaction.tell is not None:
            reaction.tell(tx, viewer, effects)


def _request_shares(_tx: Connection, change: Change, effects: Effects) -> None:
    asked = ((document.id, share) for document in change.documents for share in document.asked)
    effects.share_requests += [ShareRequest(*one) for one in asked]


def _move_stock(tx: Connection, change: Change, effects: Effects) -> Finish:
    """Rule 3 of the transactions document: a quantity cannot exceed the stock, where stock is kept."""
    moved = [*_list_moves(change.closed, 1), *_list_moves(change.opened, -1)]
    products = _read_goods(tx, change) if moved else {}
    moves = [move for move in moved if products[move.product_id].tracks_stock]
    find_levels = begin_moving(tx, change.company_id, moves, person_id=change.viewer.person_id, at=change.at)
    return lambda: _check_stock(find_levels(), moves, products, change, effects)


def _check_stock(
    levels: Mapping[tuple[int, int], int],
    moves: list[StockMove],
    products: Mapping[int, Product],
    change: Change,
    effects: Effects,
) -> None:
    for (branch_id, product_id), left_e3 in levels.items():
        mine = (one for one in moves if (one.branch_id, one.product_id) == (branch_id, product_id))
        moved_e3 = sum(one.quantity_e3 for one in mine)
        product = products[product_id]
        if moved_e3 < 0 and left_e3 < 0:
            few = f"There is not enough {product.name} in stock: {write_quantity(-left_e3)} too few."
            last = max((line["position"] for line in change.opened if line["product_id"] == product_id), default=1)
            with about("lines", last - 1):
                raise InvalidInput(few, field="quantity", hint=f"/stock {product.sku}", code=Code.TOO_LITTLE_STOCK)
        effects.stock.append(StockEffect(branch_id, product, moved_e3, left_e3))


def _list_moves(moved: Sequence[LineRow], sign: int) -> list[StockMove]:
    """What selling these lines takes from stock, times -sign; a return brings it back.

    What a file told of took nothing: the stock was counted without it.
    """
    return [
        StockMove(
            line["branch_id"],
            line["product_id"],
            (sign if line["kind"] in SOLD else -sign) * line["quantity_e3"],
            line["kind"],
            line["document_id"],
        )
        for line in moved
        if line["product_id"] is not None and not line["written_off"] and line["import_id"] is None
    ]


def _find_low_stock(_tx: Connection, _change: Change, effects: Effects) -> Finish:
    return lambda: _list_low_stock(effects)


def _list_low_stock(effects: Effects) -> None:
    for one in effects.stock:
        product, point_e3 = one.product, one.product.reorder_point_e3
        if one.moved_e3 < 0 and point_e3 is not None and product.is_low(one.left_e3):
            was_low = product.is_low(one.left_e3 - one.moved_e3)
            named = product.id, product.name, product.sku
            effects.low_stock.append(LowStock(*named, one.left_e3, point_e3, one.branch_id, is_new=not was_low))


def _keep_values(tx: Connection, change: Change, _effects: Effects) -> None:
    branches = tuple(pick_column(change.opened, "branch_id"))
    keep_values(tx, change.company_id, branches, {name: pick_column(change.opened, name) for name in PLAIN})


def _update_rollups(tx: Connection, change: Change, _effects: Effects) -> None:
    """Lines by column are those of whole documents, and weighed in bulk."""
    closed, opened = (_take_rows(tx, change, *each) for each in ((change.closed, -1), (change.opened, 1)))
    if closed or opened:
        move_rollups(tx, change.company_id, [*closed, *change.kept], [*opened, *change.kept])


def _take_rows(tx: Connection, change: Change, lines: Sequence[LineRow], sign: int) -> Sequence[LineRow]:
    if isinstance(lines, ColumnLines):
        move_whole_documents(tx, change.company_id, lines.weigh(sign))
        return ()
    return lines


def _mark_goals(tx: Connection, change: Change, effects: Effects) -> Finish | None:
    """The goals that sales have met: of the seller, of each who shares in a sale, and of the branch."""
    company, seats = change.viewer.company, find_seats(change.opened)
    if change.is_batch:
        effects.goals_met += mark_goals_of_many(tx, company, seats)
        return None
    categories = [product.category for product in _read_goods(tx, change).values()] if seats else []
    begun = []
    for branch_id, person_id, day in seats:
        today = clock.today(change.time_zone or find_branch_zone(tx, company, branch_id))
        begun.append((person_id, begin_marking(tx, Seat(company, branch_id, person_id), day, today, categories)))
    return lambda: _finish_goals(begun, effects)


def _finish_goals(begun: list[tuple[int, Callable[[], tuple[Standing, list[Goal]]]]], effects: Effects) -> None:
    for person_id, mark in begun:
        standing, met = mark()
        if effects.standing is None:
            effects.standing, effects.seller_id = standing, person_id
        effects.goals_met += met


def _read_goods(tx: Connection, change: Change) -> dict[int, Product]:
    """The products in a change's lines, by their numbers; those that are known are not read again."""
    named = {line["product_id"] for line in (*change.closed, *change.opened) if line["product_id"] is not None}
    unread = named - set(change.products)
    return {**change.products, **(read_products(tx, change.company_id, unread) if unread else {})}


# In this order: rows that many sales update come late, for they are held until the commit; rollups and goals last.
REACTIONS = (
    Reaction("shares", _request_shares, frozenset({"recorded", "edited"}), in_batches=False, tell=ask_to_share),
    Reaction("stock", _move_stock, in_batches=False),
    Reaction("low_stock", _find_low_stock, in_batches=False, tell=tell_low_stock),
    Reaction("known_values", _keep_values, EVERY - {"voided"}),
    Reaction("rollups", _update_rollups),
    Reaction("goals", _mark_goals, EVERY - {"voided"}, tell=tell_goals_met),
)
