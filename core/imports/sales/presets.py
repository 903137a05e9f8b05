"""Exports that are known by their columns. One rule: one entry of `PRESETS` is one export in all its dialects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import InvalidInput

Names = tuple[str, ...]  # of a column, the likeliest first


@dataclass(frozen=True)
class Lookup:
    """A file beside the sales whose columns stand for more columns of theirs, found by the values of one in both."""

    files: Names
    key: Names


@dataclass(frozen=True)
class Preset:
    """An export: where its columns go, which are its own fields, what it cannot be without, and files beside it.

    `has_credits`: a negative quantity or amount is a return; else such a row is refused. `codes_are_products`: a
    product is known by its code alone, whatever its rows call it; else one code may stand for two products.
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
                "returned": ("Returned", "Status"),
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
            lookups=(Lookup(("people.csv",), ("Region",)), Lookup(("returns.csv",), ("Order ID",))),
            creates=EVERYTHING,
            has_credits=False,  # what came back is told in a file beside it
        ),
        Preset(
            "online-retail",
            "UCI's Online Retail and Online Retail II: returns are negative, repeated rows are sold twice",
            columns={
                "order_id": ("InvoiceNo", "Invoice"),
                "sku": ("StockCode",),
                "product": ("Description",),
                "quantity": ("Quantity",),
                "date": ("InvoiceDate",),
                "unit_price": ("UnitPrice", "Price"),
                "customer_id": ("CustomerID",),
                "country": ("Country",),
            },
            required=("order_id", "sku", "quantity", "date", "unit_price"),
            creates=EVERYTHING,
            codes_are_products=True,
        ),
        Preset(
            "ecommerce-india",
            "The Indian e-commerce set: Order Details.csv with List of Orders.csv beside it",
            columns={
                "order_id": ("Order ID",),
                "date": ("Order Date",),
                "customer": ("CustomerName", "Customer Name"),
                "amount": ("Amount",),
                "profit": ("Profit",),
                "quantity": ("Quantity",),
                "category": ("Category",),
                "product": ("Sub-Category",),
                "subcategory": ("Sub-Category",),
            },
            custom={"state": ("State",), "city": ("City",), "payment_mode": ("PaymentMode", "Payment Mode")},
            required=("order_id", "date", "amount", "quantity", "product"),
            lookups=(Lookup(("list of orders.csv", "orders.csv"), ("Order ID",)),),
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
