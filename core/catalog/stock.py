"""Stock. One rule: a level changes only by a move, in the same transaction, so that the moves explain every level."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Row, and_, cast, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.errors import InvalidInput
from core.models.catalog import stock_levels, stock_moves
from core.statements import Statement

LARGEST_LEVEL_E3 = 10**18  # of a product in a branch: its moves add up in 64 bits
RECEIVED, COUNTED = "received", "count"  # a sale or return moves it by the kind of its document


@dataclass(frozen=True, slots=True)
class StockMove:
    """So much of a product comes into a branch (below zero: leaves it), by a document or by none; in thousandths."""

    branch_id: int
    product_id: int
    quantity_e3: int
    reason: str
    document_id: int | None = None


def _build_upsert(dialect: Any) -> Any:
    statement = dialect.insert(stock_levels)
    return statement.on_conflict_do_update(
        index_elements=["company_id", "branch_id", "product_id"],
        set_={"on_hand_e3": stock_levels.c.on_hand_e3 + statement.excluded.on_hand_e3},
    ).returning(stock_levels.c.branch_id, stock_levels.c.product_id, stock_levels.c.on_hand_e3)


_ADD_TO_LEVEL = Statement({"sqlite": _build_upsert(sqlite), "postgresql": _build_upsert(postgresql)})
_INSERT_MOVE = Statement(insert(stock_moves))


def move_stock(
    tx: Connection,
    company_id: int,
    moves: Iterable[StockMove],
    *,
    person_id: int | None,
    at: datetime,
    told_in: str | None = None,
) -> dict[tuple[int, int], int]:
    """Write the moves and add them to the levels; what is on hand then, in thousandths, by (branch, product).

    `told_in` names the message a single move was told in. A level may fall below zero, and whether a product's stock is
    kept is for the caller to ask.
    """
    return begin_moving(tx, company_id, moves, person_id=person_id, at=at, told_in=told_in)()


def begin_moving(
    tx: Connection,
    company_id: int,
    moves: Iterable[StockMove],
    *,
    person_id: int | None,
    at: datetime,
    told_in: str | None = None,
) -> Callable[[], dict[tuple[int, int], int]]:
    """As `move_stock`; what is on hand then, to be called for when it is needed."""
    moved = list(moves)
    if not moved:
        return dict
    _INSERT_MOVE.run_each(
        tx,
        [
            {
                "company_id": company_id,
                "branch_id": move.branch_id,
                "product_id": move.product_id,
                "quantity_e3": move.quantity_e3,
                "reason": move.reason,
                "document_id": move.document_id,
                "moved_by": person_id,
                "moved_at": at,
                "told_in": told_in,
            }
            for move in moved
        ],
    )
    return _begin_adding(tx, company_id, moved)


def add_to_levels(tx: Connection, company_id: int, moves: Iterable[StockMove]) -> dict[tuple[int, int], int]:
    """Add to the levels in one statement; each row is held until the transaction ends.

    InvalidInput naming `quantity` for a level that could not be counted any more.
    """
    return _begin_adding(tx, company_id, moves)()


def _begin_adding(
    tx: Connection, company_id: int, moves: Iterable[StockMove]
) -> Callable[[], dict[tuple[int, int], int]]:
    changes: dict[tuple[int, int], int] = {}
    for move in moves:
        key = (move.branch_id, move.product_id)
        changes[key] = changes.get(key, 0) + move.quantity_e3
    rows = [
        {"company_id": company_id, "branch_id": branch, "product_id": product, "on_hand_e3": change}
        for (branch, product), change in sorted(changes.items())  # a consistent lock order avoids deadlock
    ]
    find_levels = _ADD_TO_LEVEL.ask_each(tx, rows)

    def read_levels() -> dict[tuple[int, int], int]:
        found = find_levels()
        if any(abs(level.on_hand_e3) > LARGEST_LEVEL_E3 for level in found):
            raise InvalidInput("With what is there already, that is more than can be counted.", field="quantity")
        return {(level.branch_id, level.product_id): level.on_hand_e3 for level in found}

    return read_levels


@dataclass(frozen=True, slots=True)
class StockProof:
    """What verification found: how many levels were compared with their moves, and those that differ."""

    levels: int
    differences: tuple[str, ...]


def verify_stock(tx: Connection, company_id: int, most: int = 20) -> StockProof:
    """Compare every level of a company with the sum of its moves; names at `most` so many differences."""
    levels, moves = stock_levels.alias("levels"), _sum_moves(company_id)
    same = and_(levels.c.branch_id == moves.c.branch_id, levels.c.product_id == moves.c.product_id)
    of_company = levels.c.company_id == company_id
    columns = (
        func.coalesce(levels.c.branch_id, moves.c.branch_id).label("branch"),
        func.coalesce(levels.c.product_id, moves.c.product_id).label("product"),
        func.coalesce(levels.c.on_hand_e3, 0).label("level"),
        func.coalesce(moves.c.total, 0).label("total"),
    )
    differs = func.coalesce(levels.c.on_hand_e3, 0) != func.coalesce(moves.c.total, 0)
    wrong = select(*columns).join_from(levels, moves, same, isouter=True).where(of_company, differs)
    unknown = (
        select(*columns)
        .join_from(moves, levels, and_(same, of_company), isouter=True)
        .where(levels.c.id.is_(None), differs)
    )
    checked = tx.execute(select(func.count()).select_from(levels).where(of_company)).scalar_one()
    found = [*tx.execute(wrong.limit(most)), *tx.execute(unknown.limit(most))]
    return StockProof(checked, tuple(_describe(row) for row in found[:most]))


def _sum_moves(company_id: int) -> Any:
    keys = (stock_moves.c.branch_id, stock_moves.c.product_id)
    total = cast(func.sum(stock_moves.c.quantity_e3), BigInteger).label("total")
    return select(*keys, total).where(stock_moves.c.company_id == company_id).group_by(*keys).subquery("moves")


def _describe(row: Row[Any]) -> str:
    return f"branch {row.branch}, product {row.product}: level {row.level}, moves {row.total}"
