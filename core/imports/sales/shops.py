"""The exports of shops and tills, each known by its columns: one entry is one export."""

from core.imports.sales.preset import BOTH, CAME_BACK, EVERYTHING, LINE_DISCOUNT, NOTHING, RETURN, Preset, Shape

BACK = (CAME_BACK,)
_UNSOLD = dict.fromkeys(("cancelled", "canceled", "voided", "void", "failed", "expired", "draft", "trash"), NOTHING)

SHOPS = (
    Preset(
        "shopify",
        "Shopify orders",
        columns={
            "order_id": ("Name",), "date": ("Created at",), "sku": ("Lineitem sku",), "product": ("Lineitem name",),
            "quantity": ("Lineitem quantity",), "unit_price": ("Lineitem price",), "discount_amount": (LINE_DISCOUNT,),
            "customer": ("Billing Name", "Shipping Name", "Email"), "coupon": ("Discount Code",),
            "currency": ("Currency",), "person": ("Employee",), "branch": ("Location",), "platform": ("Source",),
            "pincode": ("Billing Zip",), "country": ("Billing Country",), "note": ("Notes",), "returned": BACK,
        },
        required=("order_id", "date", "product", "quantity", "unit_price"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(
            order=("Name",), kind=("Financial Status",), meanings=_UNSOLD | {"refunded": BOTH},
            needed=("Lineitem name",), order_discount=("Discount Amount",), discount=("Lineitem discount",),
            price=("Lineitem price",), quantity=("Lineitem quantity",),
            carried=tuple(
                (name,) for name in (
                    "Financial Status", "Created at", "Currency", "Billing Name", "Shipping Name", "Email",
                    "Discount Code", "Employee", "Location", "Source", "Billing Zip", "Billing Country",
                )
            ),
        ),
    ),
    Preset(
        "woocommerce",
        "WooCommerce orders",
        columns={
            "order_id": ("Order Number",), "date": ("Order Date",), "sku": ("SKU",), "product": ("Item Name",),
            "quantity": ("Quantity (- Refund)", "Quantity"), "unit_price": ("Item Cost",),
            "discount_amount": (LINE_DISCOUNT,), "customer": ("Full Name (Billing)", "Last Name (Billing)"),
            "coupon": ("Coupon Code",), "currency": ("Order Currency",), "note": ("Customer Note",), "returned": BACK,
        },
        required=("order_id", "date", "product", "quantity", "unit_price"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(
            order=("Order Number",), kind=("Order Status",), meanings=_UNSOLD | {"refunded": BOTH},
            needed=("Item Name",), price=("Item Cost",), quantity=("Quantity (- Refund)", "Quantity"),
            order_discount=("Cart Discount Amount",), order_total=("Order Subtotal Amount",),
            joined=("First Name (Billing)", "Last Name (Billing)"),
        ),
    ),
    Preset(
        "etsy-items",
        "Etsy sold order items",
        columns={
            "order_id": ("Order ID",), "row_id": ("Transaction ID",), "date": ("Sale Date",), "sku": ("SKU",),
            "product": ("Item Name",), "quantity": ("Quantity",), "unit_price": ("Price",),
            "discount_amount": ("Discount Amount",), "customer": ("Ship Name", "Buyer"), "coupon": ("Coupon Code",),
            "currency": ("Currency",), "country": ("Ship Country",), "pincode": ("Ship Zipcode",),
        },
        required=("order_id", "row_id", "date", "product", "quantity", "unit_price"),
        creates=EVERYTHING,
        codes_are_products=True,
        date_format="M/D/Y",
    ),
    Preset(
        "etsy-orders",
        "Etsy sold orders",
        columns={
            "order_id": ("Order ID",), "date": ("Sale Date",), "quantity": ("Number of Items",),
            "gross": ("Order Value",), "discount_amount": ("Discount Amount",), "customer": ("Full Name",),
            "coupon": ("Coupon Code",), "currency": ("Currency",), "country": ("Ship Country",),
            "pincode": ("Ship Zipcode",), "returned": BACK,
        },
        required=("order_id", "date", "quantity", "gross"),
        creates=EVERYTHING,
        date_format="M/D/Y",
        shape=Shape(kind=("Status",), meanings=_UNSOLD | {"refunded": BOTH}, needed=("Order Value",)),
    ),
    Preset(
        "square-items",
        "Square items",
        columns={
            "order_id": ("Transaction ID",), "date": ("Date",), "sku": ("SKU",), "product": ("Item",),
            "category": ("Category",), "quantity": ("Qty",), "amount": ("Net Sales",),
            "discount_amount": ("Discounts",), "customer": ("Customer Name",),
            "person": ("Employee",), "branch": ("Location",), "note": ("Notes",),
        },
        required=("order_id", "date", "product", "quantity", "amount"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(
            kind=("Event Type",), meanings={"refund": RETURN}, date=("Date",), time=("Time",), zone=("Time Zone",),
            amounts=(("Qty",), ("Net Sales",)),
        ),
    ),
    Preset(
        "amazon-orders",
        "Amazon orders",
        columns={
            "order_id": ("amazon-order-id",), "date": ("purchase-date",), "sku": ("sku",), "product": ("product-name",),
            "quantity": ("quantity",), "gross": ("item-price",), "discount_amount": ("item-promotion-discount",),
            "currency": ("currency",), "platform": ("sales-channel",), "country": ("ship-country",),
            "pincode": ("ship-postal-code",), "coupon": ("promotion-ids",),
        },
        required=("order_id", "date", "product", "quantity", "gross"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(kind=("item-status", "order-status"), meanings=_UNSOLD, needed=("item-price",)),
    ),
    Preset(
        "amazon-date-range",
        "Amazon date range of transactions",
        columns={
            "order_id": ("order id",), "date": ("date/time",), "sku": ("sku",), "product": ("description",),
            "quantity": ("quantity",), "gross": ("product sales",), "discount_amount": ("promotional rebates",),
            "platform": ("marketplace",), "pincode": ("order postal",),
        },
        required=("order_id", "date", "product", "quantity", "gross"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(
            kind=("type",), meanings={"refund": RETURN}, only=frozenset({"order"}), needed=("quantity",),
            amounts=(("quantity",), ("product sales",)),
        ),
    ),
    Preset(
        "ebay",
        "eBay orders",
        columns={
            "order_id": ("Order Number",), "date": ("Sale Date",), "sku": ("Custom Label",), "product": ("Item Title",),
            "quantity": ("Quantity",), "unit_price": ("Sold For",), "customer": ("Buyer Name", "Buyer Username"),
            "country": ("Ship To Country", "Buyer Country"), "pincode": ("Ship To Zip", "Buyer Zip"),
        },
        required=("order_id", "date", "product", "quantity", "unit_price"),
        creates=EVERYTHING,
        shape=Shape(
            order=("Order Number",), needed=("Item Title",),
            carried=(("Sale Date",), ("Buyer Name",), ("Buyer Username",), ("Ship To Country",), ("Ship To Zip",)),
        ),
    ),
    Preset(
        "stripe",
        "Stripe payments",
        columns={
            "order_id": ("id",), "date": ("Created date (UTC)", "Created (UTC)"), "product": ("Description",),
            "amount": ("Converted Amount", "Amount"), "currency": ("Converted Currency", "Currency"),
            "customer": ("Customer Description", "Customer Email"), "returned": BACK,
        },
        required=("order_id", "date", "product", "amount", "currency"),
        creates=EVERYTHING,
        shape=Shape(
            kind=("Status",), meanings={"refunded": BOTH}, only=frozenset({"paid", "succeeded"}),
            date=("Created date (UTC)", "Created (UTC)"), is_utc=True,
        ),
    ),
    Preset(
        "gumroad",
        "Gumroad sales",
        columns={
            "order_id": ("Purchase ID",), "date": ("Purchase Date",), "product": ("Item Name",),
            "quantity": ("Quantity",), "amount": ("Sale Price ($)",), "customer": ("Buyer Name",),
            "returned": ("Refunded?",),
        },
        required=("order_id", "date", "product", "amount", "returned"),
        creates=EVERYTHING,
    ),
    Preset(
        "loyverse",
        "Loyverse receipts by item",
        columns={
            "order_id": ("Receipt number",), "date": ("Date",), "sku": ("SKU",), "product": ("Item",),
            "category": ("Category",), "quantity": ("Quantity",), "amount": ("Net sales",),
            "discount_amount": ("Discounts",), "cost": ("Cost of goods",), "customer": ("Customer name",),
            "person": ("Cashier name",), "branch": ("Store",), "note": ("Comment",),
        },
        required=("order_id", "date", "product", "quantity", "amount"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(
            kind=("Receipt type",), meanings={"refund": RETURN}, needed=("Item",),
            amounts=(("Quantity",), ("Net sales",), ("Cost of goods",)),
        ),
    ),
    Preset(
        "lightspeed",
        "Lightspeed sales",
        columns={
            "order_id": ("Receipt Number",), "date": ("Date",), "sku": ("Sku",), "product": ("Details",),
            "quantity": ("Quantity",), "amount": ("Subtotal",), "discount_amount": ("Discount",),
            "customer": ("Customer Name",), "person": ("User",), "branch": ("Register",), "note": ("Note",),
        },
        required=("order_id", "date", "product", "quantity", "amount"),
        creates=EVERYTHING,
        codes_are_products=True,
        shape=Shape(
            order=("Receipt Number",), kind=("Line Type",), only=frozenset({"sale line"}),
            carried=(("Date",), ("Customer Name",), ("User",), ("Register",)),
        ),
    ),
    Preset(
        "toast",
        "Toast item selections",
        columns={
            "order_id": ("Order Id",), "row_id": ("Item Selection Id",), "date": ("Order Date", "Sent Date"),
            "sku": ("SKU",), "product": ("Menu Item",), "category": ("Sales Category", "Menu Group"),
            "quantity": ("Qty",), "amount": ("Net Price",), "discount_amount": ("Discount",), "person": ("Server",),
            "branch": ("Location",),
        },
        required=("order_id", "row_id", "date", "product", "quantity", "amount"),
        creates=EVERYTHING,
        shape=Shape(kind=("Void?",), meanings=dict.fromkeys(("true", "yes", "1"), NOTHING), needed=("Menu Item",)),
        date_format="M/D/Y",
    ),
    Preset(
        "clover",
        "Clover line items",
        columns={
            "order_id": ("Order ID",), "date": ("Line Item Date", "Order Date"), "sku": ("Item SKU",),
            "product": ("Item Name",), "quantity": ("Per Unit Quantity", "Quantity"),
            "amount": ("Item Total", "Total Revenue"), "discount_amount": ("Total Discount",),
            "person": ("Order Employee Name",), "note": ("Note",), "returned": ("Refunded",),
        },
        required=("order_id", "date", "product", "amount", "person"),
        creates=EVERYTHING,
        shape=Shape(needed=("Item Name",), quantity=("Per Unit Quantity", "Quantity")),
    ),
)  # fmt: skip
