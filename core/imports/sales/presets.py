"""Exports that are known by their columns. One rule: one entry of `PRESETS` is one export in all its dialects."""

from core.errors import InvalidInput
from core.imports.sales.preset import EVERYTHING, Lookup, Preset
from core.imports.sales.shops import SHOPS

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        *SHOPS,
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
