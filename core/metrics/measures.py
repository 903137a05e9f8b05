"""The measures. One rule: one entry of `MEASURES` is one measure, everywhere: chat, API, digest, documentation.

A *measured* one is a sum or a distinct count over lines (and, where a rollup keeps it, the same over the rollup).
A *derived* one is a formula over measured ones, applied to each row and again to the totals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import ColumnElement, Table, case, distinct, func

from core.access import Permission
from core.errors import InvalidInput
from core.metrics.dimensions import Step
from core.models.catalog import products
from core.text import fold

Value = int | Fraction | None


class Unit(StrEnum):
    """What a value counts: money in ten-thousandths, quantities in thousandths, pieces, or per cent."""

    MONEY = "money"
    QUANTITY = "quantity"
    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True)
class Measured:
    """A sum or a count of distinct `distinct_key`; `kept_as` names the column of the rollups that keep its values.

    `reads` leads to a table that the expression takes a column from, beside the lines'. Lines of `kind` count;
    `is_additive`: the values of parts that share no line add up to that of the whole.
    """

    name: str
    label: str
    unit: Unit
    words: str
    over_lines: Callable[[Table], ColumnElement[int]]
    kept_as: str | None = None
    distinct_key: str | None = None
    reads: tuple[Step, ...] = ()
    kind: str = "sale"
    is_additive: bool = True
    permission: Permission | None = None


@dataclass(frozen=True)
class Derived:
    """A formula over the values of `parts`, each by its name; None where it has no meaning (nothing to divide by)."""

    name: str
    label: str
    unit: Unit
    words: str
    parts: tuple[str, ...]
    formula: Callable[[Mapping[str, Value]], Value]
    permission: Permission | None = None


Measure = Measured | Derived


def _sum_of(kind: str, value: Callable[[Table], ColumnElement[int]]) -> Callable[[Table], ColumnElement[int]]:
    return lambda lines: func.sum(case((lines.c.kind == kind, value(lines)), else_=0))


def _distinct(kind: str, key: str) -> Callable[[Table], ColumnElement[int]]:
    return lambda lines: func.count(distinct(case((lines.c.kind == kind, lines.c[key]))))


def _amount(lines: Table) -> ColumnElement[int]:
    return lines.c.amount_e4


def _profit(lines: Table) -> ColumnElement[int]:
    return func.coalesce(lines.c.amount_e4 - lines.c.cost_e4, 0)


def divide(numerator: Value, denominator: Value, times: int = 1) -> Value:
    """An exact quotient, or None where there is nothing to divide by."""
    if numerator is None or not denominator:
        return None
    return Fraction(numerator * times, denominator)


def _ratio(numerator: str, denominator: str, times: int = 1) -> Callable[[Mapping[str, Value]], Value]:
    return lambda values: divide(values[numerator], values[denominator], times)


def _add(values: Mapping[str, Value], *signed: tuple[int, str]) -> Value:
    return sum((sign * (values[name] or 0) for sign, name in signed), start=0)


PROFIT = Permission.SEE_PROFIT

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measured(
            "revenue",
            "Revenue",
            Unit.MONEY,
            "sum of sale lines after discount, before tax; returns are not subtracted (contract 2.1)",
            _sum_of("sale", _amount),
            kept_as="revenue_e4",
        ),
        Measured(
            "returns",
            "Returns",
            Unit.MONEY,
            "value of the goods that came back",
            _sum_of("return", _amount),
            kept_as="returns_e4",
            kind="return",
        ),
        Measured(
            "exchanges",
            "Exchanges",
            Unit.MONEY,
            "value of the goods exchanged",
            _sum_of("exchange", _amount),
            kept_as="exchanges_e4",
            kind="exchange",
        ),
        Measured(
            "guest_coverage",
            "Guest coverage",
            Unit.MONEY,
            "what people of other branches sold here while helping out; no part of the revenue (contract 2.1)",
            _sum_of("guest", _amount),
            kept_as="guest_e4",
            kind="guest",
        ),
        Derived(
            "net_revenue",
            "Net revenue",
            Unit.MONEY,
            "revenue − returns − exchanges",
            ("revenue", "returns", "exchanges"),
            lambda values: _add(values, (1, "revenue"), (-1, "returns"), (-1, "exchanges")),
        ),
        Measured(
            "units",
            "Units",
            Unit.QUANTITY,
            "sum of quantities sold",
            _sum_of("sale", lambda lines: lines.c.quantity_e3),
            kept_as="units_e3",
        ),
        Measured(
            "orders",
            "Orders",
            Unit.COUNT,
            "distinct sale documents",
            _distinct("sale", "document_id"),
            kept_as="orders",
            is_additive=False,
        ),
        Measured(
            "lines",
            "Lines",
            Unit.COUNT,
            "sale lines",
            _sum_of("sale", lambda _: 1),  # type: ignore[arg-type, return-value]
            kept_as="lines",
        ),
        Measured(
            "customers",
            "Customers",
            Unit.COUNT,
            "distinct customers who bought, whatever the case of their names",
            _distinct("sale", "customer_id"),
            kept_as="customers",
            distinct_key="customer_id",
            is_additive=False,
        ),
        Measured(
            "products",
            "Products",
            Unit.COUNT,
            "distinct product codes sold",
            lambda lines: func.count(distinct(case((lines.c.kind == "sale", products.c.sku)))),
            reads=(Step(products, "id", "product_id"),),
            is_additive=False,
        ),
        Measured(
            "cost",
            "Cost",
            Unit.MONEY,
            "what the goods sold had cost, where known",
            _sum_of("sale", lambda lines: func.coalesce(lines.c.cost_e4, 0)),
            kept_as="cost_e4",
            permission=PROFIT,
        ),
        Measured(
            "profit",
            "Profit",
            Unit.MONEY,
            "revenue − cost of the lines whose cost is known",
            _sum_of("sale", _profit),
            kept_as="profit_e4",
            permission=PROFIT,
        ),
        Derived(
            "profit_margin",
            "Profit margin",
            Unit.PERCENT,
            "profit / revenue × 100, both of the lines whose cost is known",
            ("profit", "cost"),
            lambda values: divide(values["profit"], _add(values, (1, "profit"), (1, "cost")), 100),
            permission=PROFIT,
        ),
        Derived(
            "uncosted_revenue",
            "Revenue without known cost",
            Unit.MONEY,
            "revenue of the lines whose cost nobody knows, which the profit margin leaves out",
            ("revenue", "profit", "cost"),
            lambda values: _add(values, (1, "revenue"), (-1, "profit"), (-1, "cost")),
            permission=PROFIT,
        ),
        Derived(
            "profit_per_order",
            "Profit per order",
            Unit.MONEY,
            "profit / orders",
            ("profit", "orders"),
            _ratio("profit", "orders"),
            permission=PROFIT,
        ),
        Measured(
            "loss_lines",
            "Lines sold at a loss",
            Unit.COUNT,
            "sale lines whose profit is below zero",
            _sum_of("sale", lambda lines: case((_profit(lines) < 0, 1), else_=0)),
            permission=PROFIT,
        ),
        Derived(
            "average_order_value",
            "Average order value",
            Unit.MONEY,
            "revenue / orders",
            ("revenue", "orders"),
            _ratio("revenue", "orders"),
        ),
        Measured(
            "discount",
            "Discount",
            Unit.MONEY,
            "what was taken off the price of sale lines",
            _sum_of("sale", lambda lines: lines.c.discount_e4),
            kept_as="discount_e4",
        ),
        Derived(
            "gross_revenue",
            "Revenue before discount",
            Unit.MONEY,
            "revenue + discount",
            ("revenue", "discount"),
            lambda values: _add(values, (1, "revenue"), (1, "discount")),
        ),
        Derived(
            "discount_rate",
            "Discount rate",
            Unit.PERCENT,
            "discount / (revenue + discount) × 100",
            ("revenue", "discount"),
            lambda values: divide(values["discount"], _add(values, (1, "revenue"), (1, "discount")), 100),
        ),
        Measured(
            "tax",
            "Tax",
            Unit.MONEY,
            "tax on sale lines",
            _sum_of("sale", lambda lines: lines.c.tax_e4),
            kept_as="tax_e4",
        ),
        Measured(
            "invoiced",
            "Invoiced",
            Unit.MONEY,
            "revenue + tax + round-off",
            _sum_of("sale", lambda lines: lines.c.amount_e4 + lines.c.tax_e4 + lines.c.round_off_e4),
            kept_as="invoiced_e4",
        ),
        Measured(
            "returned_orders",
            "Returned orders",
            Unit.COUNT,
            "distinct return documents",
            _distinct("return", "document_id"),
            kind="return",
            is_additive=False,
        ),
        Measured(
            "returned_profit",
            "Profit returned",
            Unit.MONEY,
            "profit there was on the goods that came back",
            _sum_of("return", _profit),
            kind="return",
            permission=PROFIT,
        ),
    )
}


def find_measure(name: str) -> Measure:
    """The measure of that name; InvalidInput lists those there are."""
    measure = MEASURES.get(fold(name).replace(" ", "_"))
    if measure is None:
        raise InvalidInput(f"“{name}” is not a measure.", field="measures", hint=", ".join(MEASURES))
    return measure


def list_measured(names: tuple[str, ...]) -> tuple[Measured, ...]:
    """The measured measures that the named ones need, each once."""
    needed: dict[str, Measured] = {}
    for name in names:
        measure = find_measure(name)
        parts = (measure,) if isinstance(measure, Measured) else (MEASURES[part] for part in measure.parts)
        needed |= {part.name: part for part in parts if isinstance(part, Measured)}
    return tuple(needed.values())


def list_kinds(measure: Measure) -> tuple[str, ...]:
    """The kinds of lines that a measure counts."""
    return tuple(dict.fromkeys(part.kind for part in list_measured((measure.name,))))


def is_additive(measure: Measure) -> bool:
    """Whether the parts of a whole add up to it; a quotient's do not."""
    return isinstance(measure, Measured) and measure.is_additive
