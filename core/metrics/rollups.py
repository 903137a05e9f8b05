"""Keeping the rollups. One rule: they change in the transaction of the lines, by what is added and taken away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
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
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.models.company import companies
from core.models.rollups import CUSTOMERS, DAYS_IN, ENTRIES, GRAINS, ORDERS, ROLLUPS, SUMS, Rollup
from core.models.sales import lines
from core.statements import Statement, without_waiting

LineValues = Mapping[str, Any]
Key = tuple[Any, ...]
Weights = dict[str, int]
Changes = dict[Key, Weights]
Tell = Callable[[str, int, int], None]  # what is done next, how many are done, of how many
_AMOUNTS = {"return": "returns_e4", "exchange": "exchanges_e4", "guest": "guest_e4"}  # what else than sales there is


def move_rollups(tx: Connection, company_id: int, closed: Iterable[LineValues], opened: Iterable[LineValues]) -> None:
    """Take `closed` lines out of every rollup and put `opened` ones in. Lines are mappings of a line's columns.

    All lines of one document must come in one call: its order is counted once where it has the same keys.
    """
    closed, opened = list(closed), list(opened)
    if not closed and len(opened) == 1 and tx.dialect.name == "postgresql":
        _UPSERT_ALL.run(tx, _spread(company_id, opened[0]))  # nine round trips are what would cost
        return
    moved = [(line, weigh_line(line, -1)) for line in closed] + [(line, weigh_line(line, 1)) for line in opened]
    turns: dict[Rollup, Changes] = {}
    for rollup in ROLLUPS:
        changes = _add_up(rollup, moved) if rollup.counts is None else turns[rollup.counts]
        rows = [
            {"company_id": company_id, **dict(zip((*rollup.keys, "day"), key, strict=True)), **sums}
            for key, sums in sorted(changes.items())  # the same order everywhere, so that nobody waits in a circle
            if any(sums.values())
        ]
        if rollup in _COUNTED:
            with without_waiting(tx):
                turns[rollup] = _count_turns(rollup, rows, _UPSERTS[rollup.name].rows_of_each(tx, rows))
        else:
            _UPSERTS[rollup.name].run_each(tx, rows)
    if _is_spanning(opened):
        mark_spanning(tx, company_id)


def mark_spanning(tx: Connection, company_id: int) -> None:
    """Write down that the company has an order of several days, people or branches: rollups cannot count it once."""
    _MARK_SPANNING.run(tx, {"company": company_id})


def _is_spanning(opened: list[LineValues]) -> bool:
    """Whether an order among these lines has several days, people or branches, so that rollups cannot count it once."""
    seats: dict[int, Key] = {}
    return len(opened) > 1 and any(
        seats.setdefault(line["document_id"], _seat(line)) != _seat(line) for line in opened if line["kind"] == "sale"
    )


def _seat(line: LineValues) -> Key:
    return line["branch_id"], line["person_id"], line["day"]


def _add_up(rollup: Rollup, moved: list[tuple[LineValues, Weights]]) -> Changes:
    """What lines change in a rollup."""
    changes: Changes = {}
    counted: set[tuple[Key, int, int]] = set()
    for line, weights in moved:
        key = (*(line[name] or 0 for name in rollup.keys), round_day(line["day"], rollup.grain))
        sums = changes.get(key)
        if sums is None:
            sums = changes[key] = dict.fromkeys(rollup.sums, 0)
        for name, value in weights.items():
            sums[name] += value
        once = key, line["document_id"], weights[ENTRIES]
        if ORDERS in rollup.sums and line["kind"] == "sale" and once not in counted:
            counted.add(once)
            sums[ORDERS] += weights[ENTRIES]
    return changes


def _count_turns(rollup: Rollup, rows: list[dict[str, Any]], found: list[Any]) -> Changes:
    """What becomes of the number of customers, given what was added to their rows and what is there since."""
    changes: Changes = {}
    for row, now in zip(rows, found, strict=True):
        key = *(row[name] for name in rollup.keys if name != "customer_id"), row["day"]
        sums = changes.setdefault(key, {ENTRIES: 0, CUSTOMERS: 0})
        sums[ENTRIES] += (now.entries > 0) - (now.entries > row[ENTRIES])
        if row["customer_id"]:
            sums[CUSTOMERS] += (now.lines > 0) - (now.lines > row["lines"])
    return changes


def round_day(day: date, grain: str) -> date:
    """The first day of the day, month or year that a day lies in."""
    if grain == "day":
        return day
    return day.replace(day=1) if grain == "month" else day.replace(month=1, day=1)


def _spread(company_id: int, line: LineValues) -> dict[str, Any]:
    """The values of `_UPSERT_ALL`: one sum for all tables, a day for each grain."""
    days = {grain: round_day(line["day"], grain) for grain in GRAINS}
    keys = {name: line[name] or 0 for name in _KEYS}
    orders = {ORDERS: int(line["kind"] == "sale")}
    return {"company_id": company_id, **keys, **days, **dict.fromkeys(SUMS, 0), **weigh_line(line, 1), **orders}


def weigh_line(line: LineValues, sign: int) -> Weights:
    """What one line adds to each sum, or with its sign turned takes; the same rules as `_line_sums` has in SQL."""
    amount, cost = line["amount_e4"], line["cost_e4"]
    if line["kind"] != "sale":
        return {ENTRIES: sign, _AMOUNTS[line["kind"]]: sign * amount}
    weights = {
        ENTRIES: sign,
        "lines": sign,
        "units_e3": sign * line["quantity_e3"],
        "revenue_e4": sign * amount,
        "discount_e4": sign * line["discount_e4"],
        "tax_e4": sign * line.get("tax_e4", 0),
        "invoiced_e4": sign * (amount + line.get("tax_e4", 0) + line.get("round_off_e4", 0)),
    }
    if cost is not None:
        weights |= {"cost_e4": sign * cost, "profit_e4": sign * (amount - cost)}
    return weights


def _build_upsert(rollup: Rollup, dialect: Any) -> Any:
    statement = dialect.insert(rollup.table)
    keys = ["company_id", *rollup.keys, "day"]
    added = {name: rollup.table.c[name] + statement.excluded[name] for name in rollup.sums}
    upsert = statement.on_conflict_do_update(index_elements=keys, set_=added)
    return upsert.returning(rollup.table.c.entries, rollup.table.c.lines) if rollup in _COUNTED else upsert


_COUNTED = tuple(rollup.counts for rollup in ROLLUPS if rollup.counts)
_UPSERTS = {
    rollup.name: Statement(
        {"sqlite": _build_upsert(rollup, sqlite), "postgresql": _build_upsert(rollup, postgresql)},
    )
    for rollup in ROLLUPS
}
_MARK_SPANNING = Statement(
    update(companies).where(companies.c.id == bindparam("company")).values(has_spanning_orders=True)
)
_KEYS = tuple(dict.fromkeys(key for rollup in ROLLUPS for key in rollup.keys))


def _upsert_all() -> Any:
    """One line into every rollup, as PostgreSQL can: a statement in which the same value stands in several places.

    PostgreSQL runs what follows WITH after the rest and from the last to the first. Listed the other way round, rows
    are held in the order in which `move_rollups` holds them, so that nobody waits in a circle.
    """
    upserts: dict[Rollup, Any] = {}
    for rollup in ROLLUPS:
        values: dict[str, Any] = {name: bindparam(name, type_=BigInteger) for name in ("company_id", *rollup.keys)}
        values["day"] = bindparam(rollup.grain, type_=Date)
        upsert = _build_upsert(rollup, postgresql)
        if rollup.counts is None:
            values |= {name: bindparam(name, type_=BigInteger) for name in rollup.sums}
            upsert = upsert.values(values)
        else:
            upsert = upsert.from_select([*values, *rollup.sums], _turn(values.values(), upserts[rollup.counts]))
        upserts[rollup] = upsert.cte(f"to_{rollup.name}") if upserts else upsert
    first, *others = upserts.values()
    return first.add_cte(*reversed(others))


def _turn(keys: Iterable[Any], upserted: Any) -> Select[Any]:
    """What one line more makes of the number of customers: nothing, unless it is a customer's first."""
    is_first = upserted.c.entries == 1
    added, customer_id = (bindparam(name, type_=BigInteger) for name in ("lines", "customer_id"))
    is_first_sale = and_(upserted.c.lines == 1, added == 1, customer_id != 0)
    turns = (cast(cast(is_so, Integer), BigInteger) for is_so in (is_first, is_first_sale))
    return select(*keys, *turns).where(or_(is_first, is_first_sale))


_UPSERT_ALL = Statement(_upsert_all())


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
        if set(rollup.sums) <= set(one.sums) - {ORDERS}
        and set(rollup.keys) <= set(one.keys)
        and GRAINS.index(rollup.grain) <= GRAINS.index(one.grain)
    ]
    return min(finer, key=lambda one: one.rows / DAYS_IN[one.grain], default=None)


def _count_customers(table: Table) -> dict[str, ColumnElement[int]]:
    """What a count of a rollup's customers is; the same rules as `_count_turns`."""
    return {
        ENTRIES: func.count(),
        CUSTOMERS: func.sum(case((and_(table.c.lines > 0, table.c.customer_id != 0), 1), else_=0)),
    }


def _recompute(rollup: Rollup, company_id: int) -> Select[Any]:
    """What a rollup should hold: from the lines, or from a finer rollup that holds what it should."""
    finer = _find_finer(rollup)
    table = lines if finer is None else finer.table
    is_left: ColumnElement[bool] = lines.c.superseded_at.is_(None) if finer is None else table.c.entries > 0
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
