"""The dimensions. One rule: one entry of `DIMENSIONS` is one way to split every measure, everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Table, cast, extract, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.errors import InvalidInput
from core.models.catalog import customers, filings, products, variants
from core.models.company import branches, companies
from core.models.people import people, team_members, teams
from core.periods import Calendar, parse_day
from core.text import fold

Expression = Callable[[Any, Calendar], ColumnElement[Any]]


@dataclass(frozen=True)
class Step:
    """One join on the way to a name: `table` where its `column` is the last table's `match`."""

    table: Table
    column: str
    match: str


@dataclass(frozen=True)
class Dimension:
    """A way to split lines.

    `key` is the line's own column it depends on. `path` leads to the table whose `shown` column names it; `is_entity`
    keeps two of the same name apart. A dimension of time has `of_day` instead, with `write` and `parse` for its values.
    """

    name: str
    label: str
    key: str
    path: tuple[Step, ...] = ()
    shown: str | None = None
    is_entity: bool = False
    also_named: tuple[str, ...] = ()  # columns beside `shown` that a filter may name it by
    aliases: tuple[str, ...] = ()
    of_day: Expression | None = None
    write: Callable[[Any], str] = str
    parse: Callable[[str], Any] = str

    @property
    def is_time(self) -> bool:
        """Whether its values follow one another."""
        return self.of_day is not None


class WeekStart(FunctionElement[date]):
    """The first day of the company's week that a day lies in; arguments: the day, the week's first weekday."""

    type = Date()
    inherit_cache = True


@compiles(WeekStart, "sqlite")
def _week_start_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, first = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({day}, '-' || ((CAST(strftime('%w', {day}) AS INTEGER) + 13 - {first}) % 7) || ' days')"


@compiles(WeekStart, "postgresql")
def _week_start_on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, first = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({day} - MOD(EXTRACT(ISODOW FROM {day})::integer + 6 - {first}, 7))"


def _part(name: str, day: Any) -> ColumnElement[int]:
    return cast(extract(name, day), Integer)


def _year(day: Any, _calendar: Calendar) -> ColumnElement[int]:
    return _part("year", day)


def _month(day: Any, _calendar: Calendar) -> ColumnElement[int]:
    return _part("year", day) * 100 + _part("month", day)


def _quarter(day: Any, _calendar: Calendar) -> ColumnElement[int]:
    return _part("year", day) * 10 + (_part("month", day) + 2) // 3


def _financial_year(day: Any, calendar: Calendar) -> ColumnElement[int]:
    """Named by the year it begins in."""
    return (_part("year", day) * 12 + _part("month", day) - calendar.financial_year_month) // 12


def _parse_month(text: str) -> int:
    day = parse_day(f"{text.strip()}-01", "month")
    return day.year * 100 + day.month


def _parse_year(text: str) -> int:
    return parse_day(f"{text.strip()}-01-01", "year").year


def _parse_quarter(text: str) -> int:
    year, _, quarter = text.strip().upper().partition("-Q")
    if quarter not in ("1", "2", "3", "4"):
        raise InvalidInput(f"“{text}” is not a quarter.", field="quarter", hint="2025-Q2")
    return _parse_year(year) * 10 + int(quarter)


def _of_customer(name: str, **extra: Any) -> Dimension:
    return Dimension(name, name.capitalize(), "customer_id", (Step(customers, "id", "customer_id"),), **extra)


def _of_product(name: str, label: str, shown: str, **extra: Any) -> Dimension:
    return Dimension(name, label, "product_id", (Step(products, "id", "product_id"),), shown, **extra)


def _of_filing(name: str, label: str, **extra: Any) -> Dimension:
    """As it was when it was sold, wherever the product is now."""
    return Dimension(name, label, "filing_id", (Step(filings, "id", "filing_id"),), name, **extra)


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension(
            "day",
            "Day",
            "day",
            of_day=lambda day, _: day,
            write=date.isoformat,
            parse=lambda text: parse_day(text, "day"),
        ),
        Dimension(
            "week",
            "Week from",
            "day",
            of_day=lambda day, calendar: WeekStart(day, literal_column(str(calendar.week_start))),
            write=date.isoformat,
            parse=lambda text: parse_day(text, "week"),
        ),
        Dimension(
            "month",
            "Month",
            "day",
            of_day=_month,
            write=lambda raw: f"{raw // 100}-{raw % 100:02}",
            parse=_parse_month,
        ),
        Dimension(
            "quarter",
            "Quarter",
            "day",
            of_day=_quarter,
            write=lambda raw: f"{raw // 10}-Q{raw % 10}",
            parse=_parse_quarter,
        ),
        Dimension("year", "Year", "day", of_day=_year, parse=_parse_year),
        Dimension("financial_year", "Financial year", "day", of_day=_financial_year, parse=_parse_year),
        Dimension(
            "person",
            "Person",
            "person_id",
            (Step(people, "id", "person_id"),),
            "name",
            is_entity=True,
            also_named=("handle",),
            aliases=("salesperson", "seller"),
        ),
        Dimension(
            "team",
            "Team",
            "person_id",
            (Step(team_members, "person_id", "person_id"), Step(teams, "id", "team_id")),
            "name",
            is_entity=True,
        ),
        Dimension(
            "branch",
            "Branch",
            "branch_id",
            (Step(branches, "id", "branch_id"),),
            "name",
            is_entity=True,
            also_named=("handle",),
            aliases=("boutique", "store"),
        ),
        Dimension("company", "Company", "company_id", (Step(companies, "id", "company_id"),), "name", is_entity=True),
        _of_product("product", "Product", "name", aliases=("item",)),
        _of_product("sku", "SKU", "sku"),
        _of_filing("category", "Category", aliases=("stock_group",)),
        _of_filing("subcategory", "Subcategory", aliases=("sub_category",)),
        _of_product("category_today", "Category as of today", "category"),
        _of_customer("customer", shown="name", is_entity=True, also_named=("identity",), aliases=("party",)),
        Dimension("variant", "Variant", "variant_id", (Step(variants, "id", "variant_id"),), "name", is_entity=True),
        Dimension("currency", "Currency sold in", "currency"),
        Dimension("platform", "Platform", "platform", aliases=("channel",)),
        Dimension("coupon", "Coupon", "coupon"),
        Dimension("source", "Source", "source"),
        Dimension("ledger_group", "Ledger group", "ledger_group"),
        Dimension("region", "Region", "region"),
        Dimension("country", "Country", "country"),
        Dimension("pincode", "Pincode", "pincode", aliases=("postal_code",)),
    )
}
_ALIASES = {alias: dimension for dimension in DIMENSIONS.values() for alias in dimension.aliases}
ATTRIBUTES = "attributes"


def find_dimension(name: str, custom_fields: frozenset[str], field: str = "by") -> Dimension:
    """The dimension of that name or alias, or a field of the company's own; InvalidInput lists those there are."""
    word = fold(name).replace(" ", "_").replace("-", "_")
    if word in custom_fields and word not in DIMENSIONS:
        return Dimension(word, word.replace("_", " ").capitalize(), ATTRIBUTES)
    found = DIMENSIONS.get(word) or _ALIASES.get(word)
    if found is None:
        known = ", ".join([*DIMENSIONS, *sorted(custom_fields)])
        raise InvalidInput(f"“{name}” is not a dimension.", field=field, hint=known)
    return found
