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
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.metrics.rollups import list_columns, list_keys
from core.models.company import branches
from core.models.rollups import CUSTOMERS, DAYS_IN, ENTRIES, GRAINS, ORDERS, ROLLUPS, Rollup
from core.models.sales import lines

Days = tuple[date, date]  # start in and end out: the first days of months, or of years for a rollup by year
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
        if (one.rest, one.is_rest, one.word) == (rollup.rest, rollup.is_rest, rollup.word)
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
    if rollup.word is not None:
        return lines.c[rollup.word] != ""
    if rollup.is_rest:
        return lines.c.customer_id.is_(None)
    return true() if rollup.rest is None else lines.c.customer_id.is_not(None)


def _read_key(table: Table, rollup: Rollup, name: str) -> ColumnElement[Any]:
    return table.c[name] if name == rollup.word else func.coalesce(table.c[name], 0)


def _recompute(rollup: Rollup, company_id: int, days: Days | None = None) -> Select[Any]:
    """What a rollup should hold, of some days: from the lines, or from a finer rollup that holds what it should."""
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
    keys = [_read_key(table, rollup, name).label(name) for name in rollup.keys]
    is_as_fine = rollup.grain == (finer.grain if finer else "day")
    day = (table.c.day if is_as_fine else FirstOf(literal_column(f"'{rollup.grain}'"), table.c.day)).label("day")
    return (
        select(
            literal(company_id).label("company_id"),
            *keys,
            day,
            *(cast(sums[name], BigInteger).label(name) for name in rollup.sums),
        )
        .where(table.c.company_id == company_id, is_left, *_are_of(table, company_id, days))
        .group_by(*keys, day)
    )


def _are_of(table: Table, company_id: int, days: Days | None) -> list[ColumnElement[bool]]:
    """Rows of these days. A table that leads with the branch is told every branch, so that each is one stretch."""
    if days is None:
        return []
    between = [table.c.day >= days[0], table.c.day < days[1]]
    if "branch_id" not in table.primary_key.columns:
        return between
    return [*between, table.c.branch_id.in_(select(branches.c.id).where(branches.c.company_id == company_id))]


def rebuild_rollups(tx: Connection, company_id: int, tell: Tell | None = None) -> dict[str, int]:
    """Write every rollup of a company anew; how many rows each has. `tell` hears of each table."""
    _wait_for_others(tx, company_id)
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
    table, keys = rollup.table, [*rollup.keys, "day"]
    lacking = _find_lacking(rollup, company_id).subquery()
    found = tx.execute(select(*(lacking.c[name] for name in keys)).limit(most)).all()
    is_kept = "revenue_e4" in rollup.sums
    revenue = cast(func.coalesce(func.sum(table.c.revenue_e4), 0), BigInteger) if is_kept else null()
    is_left = and_(table.c.company_id == company_id, table.c.entries != 0)
    rows, revenue_e4 = tx.execute(select(func.count(), revenue).where(is_left)).one()
    differences = tuple(", ".join(f"{k} {v}" for k, v in zip(keys, row, strict=True)) for row in found)
    return RollupProof(rollup.name, rows, revenue_e4, differences)


def _find_lacking(rollup: Rollup, company_id: int, days: Days | None = None) -> Select[Any]:
    """What each row of a rollup lacks of what it should hold; only of rows that lack something, or have too much."""
    table, keys = rollup.table, list_keys(rollup)
    kept = select(*(table.c[name] for name in keys), *((-table.c[name]).label(name) for name in rollup.sums))
    kept = kept.where(table.c.company_id == company_id, *_are_of(table, company_id, days))
    both = union_all(_recompute(rollup, company_id, days), kept).subquery()
    lacking = [cast(func.sum(both.c[name]), BigInteger).label(name) for name in rollup.sums]
    columns = [both.c[name] for name in keys]
    differs = or_(*(func.sum(both.c[name]) != 0 for name in rollup.sums))
    return select(*columns, *lacking).group_by(*columns).having(differs)


def count_differences(tx: Connection, rollup: Rollup, company_id: int, days: Days | None = None) -> tuple[int, int]:
    """How many rows a rollup has, of some days or of all, and how many are not what finer sums or the lines say."""
    table, lacking = rollup.table, _find_lacking(rollup, company_id, days).subquery()
    is_left = and_(table.c.company_id == company_id, table.c.entries != 0, *_are_of(table, company_id, days))
    rows = tx.execute(select(func.count()).select_from(table).where(is_left)).scalar_one()
    return rows, tx.execute(select(func.count()).select_from(lacking)).scalar_one()


def put_right(tx: Connection, rollup: Rollup, company_id: int, days: Days | None = None) -> None:
    """Add to a rollup's rows, of some days or of all, what they lack.

    Sellers are not held up: what a row lacks stays the same while they add to it, and it is read and added by one
    statement. Only another of these at the same time would add it once more, so they wait for each other.
    """
    _wait_for_others(tx, company_id)
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    lacking = _find_lacking(rollup, company_id, days)
    lacking = lacking.order_by(*lacking.selected_columns[: len(list_keys(rollup))])
    added = dialect.insert(rollup.table).from_select(list_columns(rollup), lacking)
    sums = {name: rollup.table.c[name] + added.excluded[name] for name in rollup.sums}
    tx.execute(added.on_conflict_do_update(index_elements=list_keys(rollup), set_=sums))


def _wait_for_others(tx: Connection, company_id: int) -> None:
    if tx.dialect.name == "postgresql":  # SQLite has one writer
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"rollups of {company_id}", 0))))
