"""Keeping the rollups. One rule: they change in the transaction of the lines, by what is added and taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.models.company import companies
from core.models.rollups import ORDERS, ROLLUPS, Rollup
from core.models.sales import lines
from core.statements import Statement

LineValues = Mapping[str, Any]
Key = tuple[Any, ...]


def move_rollups(tx: Connection, company_id: int, closed: Iterable[LineValues], opened: Iterable[LineValues]) -> None:
    """Take `closed` lines out of every rollup and put `opened` ones in. Lines are mappings of a line's columns.

    All lines of one document must come in one call: its order is counted once where it has the same keys.
    """
    closed, opened = list(closed), list(opened)
    for rollup in ROLLUPS:
        changes: dict[Key, dict[str, int]] = {}
        _add(rollup, changes, closed, -1)
        _add(rollup, changes, opened, 1)
        rows = [
            {"company_id": company_id, **dict(zip((*rollup.keys, "day"), key, strict=True)), **sums}
            for key, sums in sorted(changes.items())  # the same order everywhere, so that nobody waits in a circle
            if any(sums.values())
        ]
        _UPSERTS[rollup.name].run_each(tx, rows)
    if _is_spanning(opened):
        tx.execute(update(companies).where(companies.c.id == company_id).values(has_spanning_orders=True))


def _is_spanning(opened: list[LineValues]) -> bool:
    """Whether an order among these lines has several days, people or branches, so that rollups cannot count it once."""
    seats: dict[int, Key] = {}
    return len(opened) > 1 and any(
        seats.setdefault(line["document_id"], _seat(line)) != _seat(line) for line in opened if line["kind"] == "sale"
    )


def _seat(line: LineValues) -> Key:
    return line["branch_id"], line["person_id"], line["day"]


def _add(rollup: Rollup, changes: dict[Key, dict[str, int]], moved: list[LineValues], sign: int) -> None:
    counted: set[tuple[Key, int]] = set()
    for line in moved:
        day: date = line["day"]
        day = day if rollup.grain == "day" else day.replace(day=1)
        key = (*(line[name] or 0 for name in rollup.keys), day)
        sums = changes.get(key) or changes.setdefault(key, dict.fromkeys(rollup.sums, 0))
        for name, value in _contribute(line):
            sums[name] += sign * value
        if rollup.counts_orders and line["kind"] == "sale" and (key, line["document_id"]) not in counted:
            counted.add((key, line["document_id"]))
            sums[ORDERS] += sign


def _contribute(line: LineValues) -> Iterable[tuple[str, int]]:
    """What one line adds to each sum; the same rules as `_line_sums` has in SQL."""
    yield "entries", 1
    amount = line["amount_e4"]
    if line["kind"] == "return":
        yield "returns_e4", amount
    elif line["kind"] == "exchange":
        yield "exchanges_e4", amount
    elif line["kind"] == "guest":
        yield "guest_e4", amount
    else:
        yield "lines", 1
        yield "units_e3", line["quantity_e3"]
        yield "revenue_e4", amount
        yield "discount_e4", line["discount_e4"]
        if line["cost_e4"] is not None:
            yield "cost_e4", line["cost_e4"]
            yield "profit_e4", amount - line["cost_e4"]


def _build_upsert(rollup: Rollup, dialect: Any) -> Any:
    statement = dialect.insert(rollup.table)
    keys = ["company_id", *rollup.keys, "day"]
    added = {name: rollup.table.c[name] + statement.excluded[name] for name in rollup.sums}
    return statement.on_conflict_do_update(index_elements=keys, set_=added)


_UPSERTS = {
    rollup.name: Statement(
        {"sqlite": _build_upsert(rollup, sqlite), "postgresql": _build_upsert(rollup, postgresql)},
    )
    for rollup in ROLLUPS
}


class FirstOfMonth(FunctionElement[date]):
    """The first day of the month of a day."""

    type = Date()
    inherit_cache = True


@compiles(FirstOfMonth, "sqlite")
def _first_of_month_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(substr({compiler.process(element.clauses, **kw)}, 1, 8) || '01')"


@compiles(FirstOfMonth, "postgresql")
def _first_of_month_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"date_trunc('month', {compiler.process(element.clauses, **kw)})::date"


def _line_sums() -> dict[str, ColumnElement[int]]:
    """What each sum of a rollup is over present lines; the same rules as `_contribute`."""

    def over(kind: str, value: Any) -> ColumnElement[int]:
        return func.sum(case((lines.c.kind == kind, value), else_=0))

    return {
        "entries": func.count(),
        "lines": over("sale", 1),
        "units_e3": over("sale", lines.c.quantity_e3),
        "revenue_e4": over("sale", lines.c.amount_e4),
        "discount_e4": over("sale", lines.c.discount_e4),
        "cost_e4": over("sale", func.coalesce(lines.c.cost_e4, 0)),
        "profit_e4": over("sale", func.coalesce(lines.c.amount_e4 - lines.c.cost_e4, 0)),
        "returns_e4": over("return", lines.c.amount_e4),
        "exchanges_e4": over("exchange", lines.c.amount_e4),
        "guest_e4": over("guest", lines.c.amount_e4),
        ORDERS: func.count(case((lines.c.kind == "sale", lines.c.document_id)).distinct()),
    }


def _recompute(rollup: Rollup, company_id: int) -> Select[Any]:
    """What a rollup should hold, from the lines."""
    sums = _line_sums()
    keys = [func.coalesce(lines.c[name], 0).label(name) for name in rollup.keys]
    day = (lines.c.day if rollup.grain == "day" else FirstOfMonth(lines.c.day)).label("day")
    return (
        select(
            literal(company_id).label("company_id"),
            *keys,
            day,
            *(cast(sums[name], BigInteger).label(name) for name in rollup.sums),
        )
        .where(lines.c.company_id == company_id, lines.c.superseded_at.is_(None))
        .group_by(*keys, day)
    )


def rebuild_rollups(tx: Connection, company_id: int) -> dict[str, int]:
    """Write every rollup of a company anew from its lines; how many rows each has."""
    counts = {}
    for rollup in ROLLUPS:
        tx.execute(delete(rollup.table).where(rollup.table.c.company_id == company_id))
        columns = ["company_id", *rollup.keys, "day", *rollup.sums]
        tx.execute(insert(rollup.table).from_select(columns, _recompute(rollup, company_id)))
        held = select(func.count()).select_from(rollup.table).where(rollup.table.c.company_id == company_id)
        counts[rollup.name] = tx.execute(held).scalar_one()
    return counts


@dataclass(frozen=True)
class RollupProof:
    """What verification found: rows compared, the revenue both sides add up to, and the keys that differ."""

    name: str
    rows: int
    revenue_e4: int
    differences: tuple[str, ...]


def verify_rollups(tx: Connection, company_id: int, most: int = 20) -> tuple[RollupProof, ...]:
    """Compare every rollup of a company with a recomputation from its lines; at `most` so many differences each."""
    return tuple(_verify(tx, rollup, company_id, most) for rollup in ROLLUPS)


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
    rows, revenue = tx.execute(
        select(func.count(), cast(func.coalesce(func.sum(table.c.revenue_e4), 0), BigInteger)).where(
            table.c.company_id == company_id, table.c.entries != 0
        )
    ).one()
    differences = tuple(", ".join(f"{k} {v}" for k, v in zip(keys, row, strict=True)) for row in found)
    return RollupProof(rollup.name, rows, revenue, differences)
