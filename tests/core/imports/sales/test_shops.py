"""The exports of shops: known by their columns, and their sales, returns and what is neither are what they are."""

import shutil

import pytest

from core.errors import InvalidInput
from core.imports import run_import
from core.imports.looking import look_at

# The file, what it is known as, and revenue, returns and orders of it.
EXPORTS = {
    "shopify.csv": ("Shopify orders", ["77.00", "25.00", 2]),
    "woo.csv": ("WooCommerce orders", ["61.00", "25.00", 2]),
    "etsy.csv": ("Etsy sold order items", ["48.40", "0.00", 2]),
    "square_items.csv": ("Square items", ["2048.50", "18.00", 3]),
    "amazon_orders.txt": ("Amazon orders", ["54.00", "0.00", 2]),
    "amazon_daterange.csv": ("Amazon date range of transactions", ["1040.00", "520.00", 1]),
    "stripe.csv": ("Stripe payments", ["78.00", "33.00", 2]),
    "gumroad_utc.csv": ("Gumroad sales", ["18.00", "9.00", 2]),
}
# As the others are documented; every row invented.
WRITTEN = {
    "etsy_orders.csv": (
        "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Currency,Order Value,Coupon Code,Discount Amount,"
        "Shipping,Sales Tax,Order Total,Status\n"
        "07/04/26,1,ann,Ann Ray,3,USD,30.00,SUMMER,3.00,4.00,1.00,32.00,Paid\n"
        "07/05/26,2,bo,Bo Lee,1,USD,9.00,,0.00,4.00,1.00,14.00,Canceled\n",
        "Etsy sold orders", ["27.00", "0.00", 1],
    ),
    "ebay.csv": (
        "\nSales Record Number,Order Number,Buyer Username,Buyer Name,Item Title,Custom Label,Quantity,Sold For,"
        "Total Price,Sale Date\n"
        "1,10-1,ann,Ann Ray,,,2,,$25.00,Jul-18-26\n1,10-1,,,Lamp,BR-1,2,$10.00,,\n1,10-1,,,Mug,MUG,1,$5.00,,\n"
        "2,10-2,bo,Bo Lee,Mug,MUG,1,$5.00,$9.00,Jul-19-26\n\n2,record(s) downloaded,,,,,,,,\n",
        "eBay orders", ["30.00", "0.00", 2],
    ),
    "loyverse.csv": (
        "Date,Receipt number,Receipt type,Category,SKU,Item,Quantity,Gross sales,Discounts,Net sales,Cost of goods,"
        "Store,Cashier name,Customer name\n"
        "2026-07-01 10:00,1-1,Sale,Home,BR,Lamp,2,40.00,4.00,36.00,20.00,Main,Ann,\n"
        "2026-07-02 10:00,1-2,Refund,Home,BR,Lamp,1,20.00,2.00,18.00,10.00,Main,Ann,\n",
        "Loyverse receipts by item", ["36.00", "18.00", 1],
    ),
    "lightspeed.csv": (
        "Date,Receipt Number,Line Type,Customer Name,Quantity,Subtotal,Sales Tax,Discount,Total,"
        "Details,Register,User,Sku\n"
        "2026-07-01 10:00:00,7,Sale,Ann Ray,3,50.00,5.00,0.00,55.00,,Main,Bo,\n"
        ",7,Sale Line,,2,40.00,4.00,0.00,44.00,Lamp,,,BR\n,7,Sale Line,,1,10.00,1.00,0.00,11.00,Mug,,,MUG\n"
        ",7,Payment,,,,,,55.00,Cash,,,\n",
        "Lightspeed sales", ["50.00", "0.00", 1],
    ),
    "toast.csv": (
        "Location,Order Id,Order #,Order Date,Server,Item Selection Id,Menu Item,Menu Group,Gross Price,Discount,"
        "Net Price,Qty,Tax,Void?\n"
        "Main,9,1,7/4/26 5:03 PM,Ann,91,Soup,Starters,12.00,2.00,10.00,2,1.00,false\n"
        "Main,9,1,7/4/26 5:03 PM,Ann,92,Tea,Drinks,3.00,0.00,3.00,1,0.30,true\n",
        "Toast item selections", ["10.00", "0.00", 1],
    ),
    "clover.csv": (
        "Line Item Date,Order ID,Order Employee Name,Item Name,Per Unit Quantity,Item Revenue,Total Revenue,"
        "Total Discount,Item Total,Tax Amount,Refunded\n"
        "2026-07-01 10:00,K1,Ann,Lamp,,20.00,20.00,-2.00,18.00,1.80,No\n"
        "2026-07-01 10:00,K2,Ann,Mug,,5.00,5.00,0.00,5.00,0.50,Yes\n",
        "Clover line items", ["23.00", "5.00", 2],
    ),
}  # fmt: skip


def take(shop, path):
    look = look_at(shop.database, shop.alice, path, {}, ())
    assert look.question is None
    return look, run_import(shop.database, shop.alice, look.plan)


def check(shop, path, title, figures):
    look, result = take(shop, path)
    assert (look.known_as, result.rejected, result.reasons) == (title, 0, ())
    assert shop.totals("revenue,returns,orders") == figures
    shop.verify()
    assert take(shop, path)[1].recorded == 0
    assert shop.totals("revenue,returns,orders") == figures


@pytest.mark.parametrize("name", EXPORTS)
def test_it_knows_the_export(sqlite_shop, reported, tmp_path, name):
    shutil.copy(reported / name, tmp_path / name)
    check(sqlite_shop, tmp_path / name, *EXPORTS[name])


@pytest.mark.parametrize("name", WRITTEN)
def test_it_knows_the_export_by_its_documented_columns(sqlite_shop, tmp_path, name):
    text, title, figures = WRITTEN[name]
    (tmp_path / name).write_text(text)
    check(sqlite_shop, tmp_path / name, title, figures)


def test_a_discount_of_the_order_is_shared_out_to_the_coin(shop, tmp_path):
    header = "Name,Financial Status,Created at,Currency,Discount Amount,Lineitem quantity,Lineitem name,Lineitem price"
    path = tmp_path / "orders.csv"
    path.write_text(
        f"{header}\n#1,paid,2026-07-01 10:00:00 -0400,USD,1.00,1,Lamp,10.00\n"
        "#1,,2026-07-01 10:00:00 -0400,,,1,Mug,10.00\n#1,,2026-07-01 10:00:00 -0400,,,1,Tote,10.00\n"
    )
    take(shop, path)
    assert sorted(shop.ask_by("discount", "product").values()) == [["0.33"], ["0.33"], ["0.34"]]
    assert shop.totals("revenue,discount") == ["29.00", "1.00"]
    shop.verify()


def test_what_is_no_sale_is_counted_aloud(sqlite_shop, reported, tmp_path):
    shutil.copy(reported / "stripe.csv", tmp_path)
    assert "Left out, as no sale: 1 Failed." in take(sqlite_shop, tmp_path / "stripe.csv")[1].notes


def test_a_row_without_what_makes_it_a_sale_is_counted_too(sqlite_shop, tmp_path):
    path = tmp_path / "ebay.csv"
    path.write_text(
        "Order Number,Sale Date,Custom Label,Item Title,Quantity,Sold For,Buyer Name\n"
        "E1,2026-07-01,,,3,,Ann Lee\nE1,,L-1,Lamp,1,20.00,\nE1,,M-1,Mug,2,5.00,\n"
    )
    assert "Left out, as no sale: 1 without “Item Title”." in take(sqlite_shop, path)[1].notes
    assert sqlite_shop.totals("revenue,orders") == ["30.00", 1]


def test_a_file_of_failed_payments_alone_says_so(sqlite_shop, tmp_path):
    path = tmp_path / "stripe.csv"
    header = "id,Created date (UTC),Amount,Currency,Description,Status"
    path.write_text(f"{header}\nch_1,2026-07-01 10:00,20.00,usd,Lamp,Failed\n")
    with pytest.raises(InvalidInput, match="has no sale in it: 1 Failed"):
        look_at(sqlite_shop.database, sqlite_shop.alice, path, {}, ())
