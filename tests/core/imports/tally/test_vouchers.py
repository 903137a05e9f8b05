"""Vouchers to lines. One rule: what the lines add up to is what the party owes, to the last fraction."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.errors import InvalidInput
from core.imports.tally import read_complete_sales
from core.imports.tally.files.values import read_amount, read_day, read_quantity, read_rate
from core.imports.tally.vouchers.drafts import draft_voucher
from core.imports.tally.vouchers.masters import Masters, Meaning
from core.models.sales import lines
from tests.core.imports.shop import Shop
from tests.core.imports.tally.daybooks import Item, Voucher, sell

E4 = 10_000
GST = [("CGST @ 9%", "9.00"), ("SGST @ 9%", "9.00")]


@pytest.mark.parametrize(
    ("text", "e4"),
    [
        ("-250000.00", -2_500_000_000),
        ("1,25,000.5", 1_250_005_000),
        ("$ 500.00 @ ₹ 43.29/$ = ₹ 21645.00", 216_450_000),
        ("-$ 1250.00 @ ₹ 43.29/$ = -₹ 54112.50", -541_125_000),
        ("-$1250.00 @ ? 43.29/$ = -? 54112.50", -541_125_000),
        ("Rs. 500", 5_000_000),
        ("(-)250.00", -2_500_000),
        ("500.00 Dr", -5_000_000),
        ("500.00 Cr", 5_000_000),
        ("", 0),
        ("0.33335", 3334),
        ({"amount": "250000", "currency": "₹", "forexsymbol": "- * -", "isdebit": "true"}, -2_500_000_000),
        ({"amount": "7.5", "isdebit": "No"}, 75_000),
    ],
)
def test_it_reads_amounts_as_tally_writes_them(text, e4: int):
    assert read_amount(text).e4 == e4


@pytest.mark.parametrize("text", ["much", "₹", "99999999999999999999", "--"])
def test_it_refuses_what_is_no_amount_naming_it(text: str):
    with pytest.raises(InvalidInput) as refused:
        read_amount(text)
    assert text in refused.value.message


def test_it_keeps_the_other_currency_its_rate_and_the_base():
    amount = read_amount("-$ 1250.00 @ ₹ 43.29/$ = -₹ 54112.50")
    assert (amount.foreign_e4, amount.currency, amount.rate_e9) == (-12_500_000, "USD", 43_290_000_000)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (" 10 Nos", (10_000, "Nos")),
        ("2.5 kg", (2_500, "kg")),
        (" 12 Nos = 1 Box", (12_000, "Nos")),
        ("-3 Nos", (-3_000, "Nos")),
        ("1,000 m.t.", (1_000_000, "m.t.")),
        ("", None),
        ({"quantity": "10", "unit": "Nos"}, (10_000, "Nos")),
    ],
)
def test_it_reads_quantities_with_their_units(text, read):
    assert read_quantity(text) == read


def test_it_reads_rates_and_days():
    assert read_rate("550.00/Nos") == (5_500_000, None)
    assert read_rate("$50.00 = ₹2164.50/Nos") == (21_645_000, 500_000)
    days = {str(read_day(text)) for text in ("20090531", "2009-05-31", "31-May-2009", "31-may-09")}
    assert days == {"2009-05-31"}


def test_it_shares_taxes_and_round_off_out_between_items_by_amount(shop: Shop, take):
    items = [Item("A", "1", "Nos", "33.33", "33.33"), Item("B", "2", "Nos", "33.335", "66.67")]
    take(shop, Voucher("g", items, [*GST, ("IGST", "0.01"), ("Cess 1%", "1.00"), ("Rounded Off", "-0.01")]))
    assert shop.totals("revenue,tax,invoiced") == ["100.00", "19.01", "119.00"]
    # 33.33 of 100 pays its part of each tax: 2.9997 twice, 0.0033 and 0.3333, and -0.0034 (a whole part) of rounding.
    assert shop.ask_by("tax,invoiced", "product") == {"B": ["12.67", "79.34"], "A": ["6.34", "39.66"]}
    shop.verify()


amounts = st.decimals("0.01", "99999.99", places=2).map(str)
taxes = st.lists(st.tuples(st.sampled_from(["CGST", "SGST", "IGST", "Cess", "VAT 5%"]), amounts), max_size=4)


@given(st.lists(amounts, min_size=1, max_size=9), taxes, st.decimals("-0.99", "0.99", places=2).map(str), st.booleans())
def test_it_loses_no_fraction_whatever_the_amounts(goods, duties, rounding, is_return):
    sign = -1 if is_return else 1
    total = sum(map(Decimal, goods), Decimal(0)) + sum((Decimal(a) for _, a in duties), Decimal(0)) + Decimal(rounding)
    voucher = {
        "date": "20260401",
        "partyledgername": "P",
        "allinventoryentries": [
            {"stockitemname": f"I{n}", "amount": str(sign * Decimal(a))} for n, a in enumerate(goods)
        ],
        "ledgerentries": [
            {"ledgername": "P", "amount": str(-sign * total)},
            *({"ledgername": name, "amount": str(sign * Decimal(amount))} for name, amount in duties),
            {"ledgername": "Round off", "amount": str(sign * Decimal(rounding))},
        ],
    }
    draft = draft_voucher(voucher, Meaning.RETURN if is_return else Meaning.SALE, Masters())
    assert draft.is_balanced
    assert draft.party_e4 == total * E4 == sum(line.total_e4 for line in draft.lines)
    assert [line.amount_e4 for line in draft.lines] == [Decimal(amount) * E4 for amount in goods]
    assert sum(line.tax_e4 for line in draft.lines) == sum(Decimal(amount) for _, amount in duties) * E4


NAMES = [
    "amount",
    "stockitemname",
    "billedqty",
    "rate",
    "discount",
    "ledgername",
    "ispartyledger",
    "inventoryallocations",
    "quantity",
    "unit",
    "value",
    "accountingallocations",
    "batchallocations",
    "categoryallocations",
    "profit",
    "grosscost",
    "cgst",
    "roundoff",
    "isdebit",
    "forexamount",
    "forexsymbol",
    "allinventoryentries",
    "ledgerentries",
    "partyledgername",
    "statename",
    "rateofexchange",
]
WORDS = [
    "P",
    "CGST",
    "Round off",
    "Freight",
    "Yes",
    "-100.00",
    "7",
    " 10 Nos",
    "5/Nos",
    "$ 5 @ ₹ 40/$ = ₹ 200",
    "",
    "=@/",
    "1e9",
]
anything = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(NAMES), anything, max_size=8), st.sampled_from([Meaning.SALE, Meaning.RETURN]))
def test_it_reads_or_refuses_whatever_a_voucher_says(said, meaning):
    try:
        draft = draft_voucher(said | {"date": "20260401"}, meaning, Masters())
    except InvalidInput:
        return
    assert sum(line.total_e4 for line in draft.lines) == draft.party_e4
    assert all(line.quantity_e3 >= 0 and line.discount_e4 >= 0 for line in draft.lines)


def test_it_takes_a_credit_note_for_a_return(shop: Shop, take):
    take(shop, sell("s", "500.00"), sell("r", "200.00", type="Credit Note", is_return=True, ledgers=GST))
    assert shop.totals("revenue,returns,net_revenue,orders") == ["500.00", "200.00", "300.00", 1]
    shop.verify()


@pytest.mark.parametrize(
    "type_", ["Sales Order", "Receipt", "Purchase", "Delivery Note", "Contra", "Debit Note", "Journal"]
)
def test_it_adds_no_revenue_for_what_is_no_sale(sqlite_shop: Shop, take, type_: str):
    result = take(sqlite_shop, sell(type=type_))
    assert (result.recorded, result.counts["passed_over"]) == (0, 1)
    assert sqlite_shop.totals("invoiced,orders") == ["0.00", 0]


def test_it_counts_an_invoice_without_goods_by_what_the_party_owes(shop: Shop, take):
    take(
        shop, Voucher("g", [], [("Sales - Advertising Services", "6250.00"), ("Output ST - Advt. Services", "772.50")])
    )
    assert shop.totals("revenue,tax,invoiced,orders,units") == ["6250.00", "772.50", "7022.50", 1, 0]
    assert shop.ask_by("revenue", "ledger") == {"Sales - Advertising Services": ["6250.00"]}


def test_it_counts_an_invoice_of_nothing_as_an_order(shop: Shop, take):
    take(shop, Voucher("g", [], []))
    assert shop.totals("invoiced,orders") == ["0.00", 1]


def test_it_keeps_stock_lines_of_no_value_with_the_value_beside_them(shop: Shop, take):
    take(shop, Voucher("g", [Item("Mother Board", "5", "Nos", None, "0.00")], [("Sales @ 4%", "1250.00")]))
    assert shop.totals("revenue,units,invoiced") == ["1250.00", 5, "1250.00"]
    assert shop.ask_by("revenue,units", "product") == {None: ["1250.00", 0], "Mother Board": ["0.00", 5]}


def test_it_does_not_count_a_sales_ledger_beside_its_own_items_twice(shop: Shop, take):
    listed = """<VOUCHER VCHTYPE="Sales"><DATE>20260401</DATE><GUID>g</GUID><VOUCHERTYPENAME>Sales</VOUCHERTYPENAME>
    <PARTYLEDGERNAME>P</PARTYLEDGERNAME>
    <ALLLEDGERENTRIES.LIST><LEDGERNAME>P</LEDGERNAME><AMOUNT>-128.00</AMOUNT></ALLLEDGERENTRIES.LIST>
    <ALLLEDGERENTRIES.LIST><LEDGERNAME>Freight</LEDGERNAME><AMOUNT>10.00</AMOUNT></ALLLEDGERENTRIES.LIST>
    <ALLLEDGERENTRIES.LIST><LEDGERNAME>Sales</LEDGERNAME><AMOUNT>100.00</AMOUNT></ALLLEDGERENTRIES.LIST>
    <ALLLEDGERENTRIES.LIST><LEDGERNAME>Output IGST</LEDGERNAME><AMOUNT>18.00</AMOUNT></ALLLEDGERENTRIES.LIST>
    <ALLINVENTORYENTRIES.LIST><STOCKITEMNAME>A</STOCKITEMNAME><BILLEDQTY> 1 nos</BILLEDQTY><AMOUNT>100.00</AMOUNT>
    <ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>Sales</LEDGERNAME></ACCOUNTINGALLOCATIONS.LIST>
    </ALLINVENTORYENTRIES.LIST></VOUCHER>"""
    take(shop, listed)
    assert shop.totals("revenue,tax,invoiced") == ["110.00", "18.00", "128.00"]
    assert shop.ask_by("revenue", "ledger") == {"Sales": ["100.00"], "Freight": ["10.00"]}


def test_it_reads_discounts_of_an_item_and_of_the_whole(shop: Shop, take):
    item = Item("Pen", "10", "Nos", "10.00", "90.00", more="<DISCOUNT> 10</DISCOUNT>")
    take(shop, Voucher("g", [item], [("Discount Allowed", "-5.00")]))
    assert shop.totals("revenue,discount,invoiced,gross_revenue") == ["85.00", "15.00", "85.00", "100.00"]
    assert shop.ask_by("revenue,discount", "product")["Pen"] == ["90.00", "10.00"]


def test_it_takes_cash_on_the_counter_for_payment_and_not_for_goods(shop: Shop, take):
    paid = Voucher("g", [Item("Pen", "1", "Nos", None, "100.00")], [("Cash", "-60.00"), ("HDFC Card", "-40.00")])
    take(shop, paid)
    assert shop.totals("revenue,invoiced") == ["100.00", "100.00"]


def test_it_gives_the_difference_a_line_where_entries_do_not_add_up(shop: Shop, take):
    wrong = sell("g", "100.00").write().replace("<AMOUNT>-100.00</AMOUNT></LEDGER", "<AMOUNT>-101.50</AMOUNT></LEDGER")
    result = take(shop, wrong)
    assert result.counts["differing"] == 1
    assert shop.totals("invoiced") == ["101.50"]
    assert shop.ask_by("revenue", "ledger") == {"Sales Local": ["100.00"], "Difference": ["1.50"]}


def test_it_reads_where_from_the_voucher_else_from_the_ledgers_master(shop: Shop, take):
    told = (
        "<STATENAME>Kerala</STATENAME><COUNTRYOFRESIDENCE>India</COUNTRYOFRESIDENCE><PARTYPINCODE>682001</PARTYPINCODE>"
    )
    master = """<TALLYMESSAGE><LEDGER NAME="Zed"><PARENT>Dealers</PARENT><LEDSTATENAME>Goa</LEDSTATENAME>
    <COUNTRYNAME>India</COUNTRYNAME><PINCODE>403001</PINCODE></LEDGER></TALLYMESSAGE>"""
    take(shop, sell("a", more=told), sell("b", party="zed"), master)
    assert shop.ask_by("invoiced", "region") == {"Kerala": ["100.00"], "Goa": ["100.00"]}
    assert shop.ask_by("invoiced", "pincode") == {"682001": ["100.00"], "403001": ["100.00"]}
    assert shop.ask_by("invoiced", "ledger_group") == {"Dealers": ["100.00"], None: ["100.00"]}
    assert shop.ask_by("invoiced", "country") == {"India": ["200.00"]}


def test_it_reads_stock_groups_and_tax_ledgers_from_their_masters(shop: Shop, take):
    masters = """<STOCKITEM NAME="Pen"><PARENT>Stationery</PARENT></STOCKITEM>
    <LEDGER NAME="Sarkari 18"><PARENT>GST Heads</PARENT><GSTDUTYHEAD>IGST</GSTDUTYHEAD></LEDGER>
    <GROUP NAME="GST Heads"><PARENT>Duties &amp; Taxes</PARENT></GROUP>"""
    take(shop, sell(ledgers=[("Sarkari 18", "18.00")]), masters)
    assert shop.ask_by("revenue,tax", "category") == {"Stationery": ["100.00", "18.00"]}


NESTED = """<VOUCHER><DATE>2016-04-30</DATE><GUID>n</GUID><VOUCHERTYPENAME>Credit Note</VOUCHERTYPENAME>
<PARTYNAME>ABC Ltd</PARTYNAME><BASICBUYERNAME>ABC Ltd</BASICBUYERNAME>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Global Traders</LEDGERNAME><ISPARTYLEDGER>true</ISPARTYLEDGER>
<AMOUNT><AMOUNT>624</AMOUNT><CURRENCY>$</CURRENCY><ISDEBIT>false</ISDEBIT></AMOUNT></ALLLEDGERENTRIES.LIST>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Sales @ 4%</LEDGERNAME><VCHLEDGERTYPE>Others</VCHLEDGERTYPE>
<AMOUNT><AMOUNT>600</AMOUNT><CURRENCY>$</CURRENCY><ISDEBIT>true</ISDEBIT></AMOUNT></ALLLEDGERENTRIES.LIST>
<ALLLEDGERENTRIES.LIST><LEDGERNAME>Four of a hundred</LEDGERNAME><VCHLEDGERTYPE>VAT</VCHLEDGERTYPE>
<AMOUNT><AMOUNT>24</AMOUNT><CURRENCY>$</CURRENCY><ISDEBIT>true</ISDEBIT></AMOUNT></ALLLEDGERENTRIES.LIST></VOUCHER>"""


def test_it_reads_nested_amounts_and_takes_the_partys_ledger_for_the_customer(shop: Shop, take):
    take(shop, NESTED)
    assert shop.totals("returns,orders") == ["600.00", 0]
    with shop.database.begin_read() as tx:
        (line,) = read_complete_sales(tx, shop.alice).sales
    assert (line["customer"], line["buyer"], line["taxes"]) == ("Global Traders", "ABC Ltd", {"VAT": "-24.00"})
    shop.verify()


def test_it_keeps_what_a_line_was_in_another_currency(shop: Shop, take):
    item = Item("Mouse", "10", "Nos", None, "21645.00", more="<RATE>$50.00 = ₹2164.50/Nos</RATE>")
    text = "$ 500.00 @ ₹ 43.29/$ = ₹ 21645.00"
    book = Voucher("g", [item]).write().replace(">21645.00<", f">{text}<").replace(">-21645.00<", f">-{text}<")
    take(shop, book)
    with shop.database.begin_read() as tx:
        (line,) = tx.execute(select(lines)).all()
    assert (line.amount_e4, line.unit_price_e4) == (216_450_000, 21_645_000)
    assert (line.currency, line.rate_e9) == ("USD", 43_290_000_000)
    assert line.foreign_amounts == {"unit_price_e4": 500_000, "discount_e4": 0, "amount_e4": 5_000_000}


def test_it_never_adds_currencies_up_in_silence(sqlite_shop: Shop, take):
    foreign = (
        sell(amount="21645.00")
        .write()
        .replace("<AMOUNT>21645.00</AMOUNT>", "<AMOUNT>$ 500.00 @ ₹ 43.29/$ = ₹ 21645.00</AMOUNT>")
    )
    foreign = foreign.replace("-21645.00", "-$ 500.00 @ ₹ 43.29/$ = -₹ 21645.00")
    result = take(sqlite_shop, foreign)
    assert any("INR" in note and "USD" in note for note in result.notes)
    assert sqlite_shop.totals("invoiced") == ["21645.00"]
