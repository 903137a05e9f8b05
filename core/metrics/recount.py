"""The rollups counted again from the lines: to write them anew, and to prove that they are right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.models.rollups import CUSTOMERS, DAYS_IN, ENTRIES, GRAINS, ORDERS, ROLLUPS, Rollup
from core.models.sales import lines

Tell = Callable[[str, int, int], None]  # what is done next, how many are done, of how many


class FirstOf(FunctionElement[date]):
    """The first day of the month or year that a day lies in; arguments: "month" or "year", the day."""

    type = Date()
    inherit_cache = True


_FIRST_ON_SQLITE = {"'month'": "substr({day}, 1, 8) || '01'", "'year'": "substr({day}, 1, 5) || '01-01'"}


@compiles(FirstOf, "sqlite")
def _first_of_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    grain, day = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({_FIRST_ON_SQLITE[grain].format(day=day)})"


@compiles(FirstOf, "postgresql")
def _first_of_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    grain, day = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date_trunc({grain}, {day})::date"


def _line_sums() -> dict[str, ColumnElement[int]]:
    """What each sum of a rollup is over present lines; the same rules as `weigh_line`."""

    def over(kind: str, value: Any) -> ColumnElement[int]:
        return func.sum(case((lines.c.kind == kind, value), else_=0))

    return {
        ENTRIES: func.count(),
        "lines": over("sale", 1),
        "units_e3": over("sale", lines.c.quantity_e3),
        "revenue_e4": over("sale", lines.c.amount_e4),
        "discount_e4": over("sale", lines.c.discount_e4),
        "cost_e4": over("sale", func.coalesce(lines.c.cost_e4, 0)),
        "profit_e4": over("sale", func.coalesce(lines.c.amount_e4 - lines.c.cost_e4, 0)),
        "returns_e4": over("return", lines.c.amount_e4),
        "exchanges_e4": over("exchange", lines.c.amount_e4),
        "guest_e4": over("guest", lines.c.amount_e4),
        "tax_e4": over("sale", lines.c.tax_e4),
        "invoiced_e4": over("sale", lines.c.amount_e4 + lines.c.tax_e4 + lines.c.round_off_e4),
        ORDERS: func.count(case((lines.c.kind == "sale", lines.c.document_id)).distinct()),
    }


def _find_finer(rollup: Rollup) -> Rollup | None:
    """The smallest rollup written before this one whose rows add up to its rows; None: only the lines do.

    Orders are counted once a day and person there, so that those of a whole month or branch need not be their sum.
    """
    if rollup.counts is not None:
        return rollup.counts
    written = ROLLUPS[: ROLLUPS.index(rollup)]
    finer = [
        one
        for one in written
        if (one.rest, one.is_rest) == (rollup.rest, rollup.is_rest)
        and set(rollup.sums) <= set(one.sums) - {ORDERS}
        and set(rollup.keys) <= set(one.keys)
        and GRAINS.index(rollup.grain) <= GRAINS.index(one.grain)
    ]
    return min(finer, key=lambda one: one.rows / DAYS_IN[one.grain], default=None)


def _count_customers(table: Table) -> dict[str, ColumnElement[int]]:
    """What a count of a rollup's customers is; the same rules as `write_turns`."""
    return {ENTRIES: func.count(), CUSTOMERS: func.sum(case((table.c.lines > 0, 1), else_=0))}


def _is_taken_in(rollup: Rollup) -> ColumnElement[bool]:
    """Whether a line is summed in a rollup; the same rule as `Rollup.takes_in`."""
    if rollup.is_rest:
        return lines.c.customer_id.is_(None)
    return true() if rollup.rest is None else lines.c.customer_id.is_not(None)


def _recompute(rollup: Rollup, company_id: int) -> Select[Any]:
    """What a rollup should hold: from the lines, or from a finer rollup that holds what it should."""
    finer = _find_finer(rollup)
    table = lines if finer is None else finer.table
    is_present = and_(lines.c.superseded_at.is_(None), _is_taken_in(rollup))
    is_left: ColumnElement[bool] = is_present if finer is None else table.c.entries > 0
    if finer is None:
        sums = _line_sums()
    elif rollup.counts is None:
        sums = {name: func.sum(table.c[name]) for name in rollup.sums}
    else:
        sums = _count_customers(table)
    keys = [func.coalesce(table.c[name], 0).label(name) for name in rollup.keys]
    is_as_fine = rollup.grain == (finer.grain if finer else "day")
    day = (table.c.day if is_as_fine else FirstOf(literal_column(f"'{rollup.grain}'"), table.c.day)).label("day")
    return (
        select(
            literal(company_id).label("company_id"),
            *keys,
            day,
            *(cast(sums[name], BigInteger).label(name) for name in rollup.sums),
        )
        .where(table.c.company_id == company_id, is_left)
        .group_by(*keys, day)
    )


def rebuild_rollups(tx: Connection, company_id: int, tell: Tell | None = None) -> dict[str, int]:
    """Write every rollup of a company anew; how many rows each has. `tell` hears of each table."""
    counts = {}
    for number, rollup in enumerate(ROLLUPS):
        if tell is not None:
            tell(rollup.name, number, len(ROLLUPS))
        tx.execute(delete(rollup.table).where(rollup.table.c.company_id == company_id))
        columns = ["company_id", *rollup.keys, "day", *rollup.sums]
        tx.execute(insert(rollup.table).from_select(columns, _recompute(rollup, company_id)))
        held = select(func.count()).select_from(rollup.table).where(rollup.table.c.company_id == company_id)
        counts[rollup.name] = tx.execute(held).scalar_one()
    return counts


@dataclass(frozen=True)
class RollupProof:
    """What verification found: rows compared, the revenue both sides add up to (if it is kept), and what differs."""

    name: str
    rows: int
    revenue_e4: int | None
    differences: tuple[str, ...]


def verify_rollups(
    tx: Connection, company_id: int, most: int = 20, tell: Tell | None = None
) -> tuple[RollupProof, ...]:
    """Compare every rollup of a company with a recomputation; at `most` so many differences each.

    The finest are compared with the lines, the others with finer ones: where all agree, all agree with the lines.
    `tell` hears of each table.
    """
    proofs = []
    for number, rollup in enumerate(ROLLUPS):
        if tell is not None:
            tell(rollup.name, number, len(ROLLUPS))
        proofs.append(_verify(tx, rollup, company_id, most))
    return tuple(proofs)


def _verify(tx: Connection, rollup: Rollup, company_id: int, most: int) -> RollupProof:
    table = rollup.table
    keys = [*rollup.keys, "day"]
    # What is kept and, with its sign turned, what should be: where all is well the two add up to nothing.
    kept = select(*(table.c[name] for name in (*keys, *rollup.sums))).where(table.c.company_id == company_id)
    truth = _recompute(rollup, company_id).subquery()
    turned = select(*(truth.c[name] for name in keys), *((-truth.c[name]).label(name) for name in rollup.sums))
    both = union_all(kept, turned).subquery()
    differing = or_(*(func.sum(both.c[name]) != 0 for name in rollup.sums))
    columns = [both.c[name] for name in keys]
    found = tx.execute(select(*columns).group_by(*columns).having(differing).limit(most)).all()
    is_kept = "revenue_e4" in rollup.sums
    revenue = cast(func.coalesce(func.sum(table.c.revenue_e4), 0), BigInteger) if is_kept else null()
    is_left = and_(table.c.company_id == company_id, table.c.entries != 0)
    rows, revenue_e4 = tx.execute(select(func.count(), revenue).where(is_left)).one()
    differences = tuple(", ".join(f"{k} {v}" for k, v in zip(keys, row, strict=True)) for row in found)
    return RollupProof(rollup.name, rows, revenue_e4, differences)
