"""Exports that are known by their columns. One rule: one entry of `PRESETS` is one export in all its dialects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import InvalidInput

Names = tuple[str, ...]  # of a column, the likeliest first


@dataclass(frozen=True)
class Lookup:
    """A file beside the sales that adds a field: its rows are found by `key` and give `gives`."""

    files: Names
    key: str
    key_columns: Names
    gives: str
    columns: Names


@dataclass(frozen=True)
class Preset:
    """An export: where its columns go, which are its own fields, what it cannot be without, and files beside it."""

    name: str
    title: str
    columns: Mapping[str, Names]
    custom: Mapping[str, Names] = field(default_factory=dict)
    required: Names = ()
    lookups: tuple[Lookup, ...] = ()
    creates: frozenset[str] = frozenset()


EVERYTHING = frozenset({"products", "customers", "people", "branches"})

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "superstore",
            "Tableau's Sample – Superstore, every edition",
            columns={
                "row_id": ("Row ID", "Row"),
                "order_id": ("Order ID", "Order Number", "Order"),
                "date": ("Order Date",),
                "customer_id": ("Customer ID",),
                "customer": ("Customer Name", "Customer"),
                "country": ("Country/Region", "Country"),
                "region": ("Region",),
                "pincode": ("Postal Code", "Zip Code", "Zip"),
                "sku": ("Product ID",),
                "product": ("Product Name", "Product"),
                "category": ("Category", "Product Category"),
                "subcategory": ("Sub-Category", "Product Sub-Category"),
                "amount": ("Sales", "Sales Amount"),
                "quantity": ("Quantity", "Order Quantity"),
                "discount_rate": ("Discount",),
                "profit": ("Profit",),
                "person": ("Regional Manager", "Person", "Sales Person", "Sales Rep", "Manager"),
                "returned": ("Returned",),
            },
            custom={
                "segment": ("Segment", "Customer Segment"),
                "ship_mode": ("Ship Mode",),
                "state": ("State/Province", "State", "State or Province"),
                "city": ("City",),
                "market": ("Market",),
                "order_priority": ("Order Priority",),
            },
            required=("order_id", "date", "product", "amount", "quantity"),
            lookups=(
                Lookup(("people.csv",), "region", ("Region",), "person", ("Regional Manager", "Person", "Manager")),
                Lookup(("returns.csv",), "order_id", ("Order ID",), "returned", ("Returned", "Status")),
            ),
            creates=EVERYTHING,
        ),
    )
}


def find_preset(name: str) -> Preset:
    """The preset of that name; InvalidInput lists those there are."""
    preset = PRESETS.get(name.casefold())
    if preset is None:
        raise InvalidInput(f"There is no preset “{name}”.", field="--preset", hint=", ".join(PRESETS))
    return preset
