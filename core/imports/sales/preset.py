"""What a known export is: its columns, and what is special about its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = tuple[str, ...]  # of a column, the likeliest first
SALE, RETURN, BOTH, NOTHING = "sale", "return", "sold and came back", "nothing"
CAME_BACK, LINE_DISCOUNT = "Came back", "Discount of the line"  # columns that are added


@dataclass(frozen=True)
class Lookup:
    """A file beside the sales whose columns stand for more columns of theirs, found by the values of one in both."""

    files: Names
    key: Names


@dataclass(frozen=True)
class Shape:
    """What is special about an export's rows; every name is of a column.

    `kind` says what a row is, by `meanings` of its words (folded): a sale unless one of them says otherwise; where
    `only` has words, every other is nothing. `cancelled`: something in it makes an unpaid order nothing. A row with a
    blank `needed` is nothing. `carried` are filled from the row above of the same `order`. `time` and `zone` belong to
    `date`. An `order_discount` that the lines' own (`discount`) do not cover is shared out by `price` and `quantity`,
    which is one where it is blank.
    A row's `amounts` are below zero where it is a return. The words of `joined` columns stand in the last of them.
    """

    order: Names = ()
    kind: Names = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] = frozenset()
    cancelled: Names = ()
    needed: Names = ()
    carried: tuple[Names, ...] = ()
    date: Names = ()
    time: Names = ()
    zone: Names = ()
    is_utc: bool = False
    price: Names = ()
    quantity: Names = ()
    discount: Names = ()
    order_discount: Names = ()
    order_total: Names = ()
    amounts: tuple[Names, ...] = ()
    joined: Names = ()


@dataclass(frozen=True)
class Preset:
    """An export: where its columns go, which are its own fields, what it cannot be without, and files beside it.

    `has_credits`: a negative quantity or amount is a return; else such a row is refused. `codes_are_products`: a
    product is known by its code alone, whatever its rows call it; else one code may stand for two products. `shape`
    says what rows are that are no plain lines of sale, `date_format` how every export of the kind writes its dates.
    """

    name: str
    title: str
    columns: Mapping[str, Names]
    custom: Mapping[str, Names] = field(default_factory=dict)
    required: Names = ()
    lookups: tuple[Lookup, ...] = ()
    creates: frozenset[str] = frozenset()
    has_credits: bool = True
    codes_are_products: bool = False
    shape: Shape | None = None
    date_format: str | None = None


EVERYTHING = frozenset({"products", "customers", "people", "branches"})
