"""Fields and formulas. One rule: any of a field's names finds it, and a formula can only read and join."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cards.custom import CustomCard, check_custom, make_card
from core.errors import InvalidInput
from core.imports.tally import TallyOptions, read_complete_sales
from core.imports.tally.files.fields import GROUPS, get_nested_field_value, list_fields
from core.imports.tally.sync import Sync
from core.imports.tally.vouchers.formula import FUNCTIONS, parse_formula
from core.imports.tally.vouchers.masters import Masters, Meaning
from tests.core.imports.shop import Shop
from tests.core.imports.tally.daybooks import sell, write_book

VOUCHER = {
    "Reference": "web-12",
    "LEDGERENTRIES": [
        {"LedgerName": "Asha"},
        {"LedgerName": "CGST", "BILLALLOCATIONS.LIST": [{"Name": "B-1"}, {"Name": "B-2"}]},
    ],
    "inventry": [{"stockitemname": "Pen", "accalloc": [{"LedgerGroupIdentify": "Dealers"}]}],
    "address": {"city": "Pune"},
    "udf:salesperson": ["  ravi   kumar "],
    "_internal": "x",
    "$hidden": "y",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("reference", "web-12"),
        ("ledgerentries.billallocations.name", "B-1"),
        ("AllLedgerEntries.BillAllocations.Name", "B-1"),
        ("ALLLEDGERENTRIES.LIST.LEDGERNAME", "Asha"),
        ("allinventoryentries.accalloc.ledgergroupidentify", "Dealers"),
        ("allinventoryentries.accountingallocations.ledgergroup", "Dealers"),
        ("address.city", "Pune"),
        ("ledgerentries.nothing", None),
        ("reference.deeper", None),
        ("", None),
    ],
)
def test_it_finds_a_field_in_any_case_through_lists(path: str, value: str | None):
    assert get_nested_field_value(VOUCHER, path) == value


def test_it_lists_fields_by_group_to_five_levels_without_internal_ones():
    deep = {"a": {"b": {"c": {"d": {"e": "five", "f": {"g": "six"}}}}}}
    found = {one.path: one for one in list_fields([VOUCHER | deep])}
    assert found["ledgerentries.billallocations.name"].group == "Bill Allocations"
    assert found["ledgerentries.ledgername"].group == "Ledger Entries"
    assert found["inventry.stockitemname"].group == "Inventory Entries"
    assert found["inventry.accalloc.ledgergroupidentify"].group == "Accounting Allocations"
    assert found["address.city"].group == "Address"
    assert found["reference"].group == "Voucher Fields"
    assert found["udf:salesperson"].is_user_defined
    assert "a.b.c.d.e" in found
    assert not any("g" in path.split(".") or path.startswith(("_", "$")) for path in found)
    groups = [one.group for one in list_fields([VOUCHER])]
    assert groups == sorted(groups, key=GROUPS.index)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("udf:salesperson", "ravi kumar"),
        ("[udf:salesperson]", "ravi kumar"),
        ('title(trim(udf:salesperson)) + "!"', "Ravi Kumar!"),
        ('if(contains(upper(reference), "WEB"), "Online", "Shop")', "Online"),
        ('if(reference = "WEB-12", "yes", "no")', "yes"),
        ("if(reference != 'web-12', 'yes')", None),
        ('first_of(nothing, ledgerentries.nothing, "Nobody")', "Nobody"),
        ('concat(part(reference, "-", 2), "/", left(address.city, 2), right(reference, 1))', "12/Pu2"),
        ('replace(reference, "-", " ")', "web 12"),
        ('if(and(starts_with(reference, "WEB"), not(is_empty(address.city))), lower("AB"), "c")', "ab"),
        ('if(or(ends_with(reference, "13"), reference == "x"), "a", "b")', "b"),
        ("inventry.accalloc.ledgergroupidentify & ' ' & 7", "Dealers 7"),
        ("nothing", None),
    ],
)
def test_it_computes_formulas(words: str, value: str | None):
    assert parse_formula(words).read(VOUCHER) == value


@pytest.mark.parametrize(
    ("words", "at_fault"),
    [
        ("frob(reference)", "“frob” (character 1) is not a function"),
        ("upper(reference", "“(” (character 6) is not closed"),
        ('concat("a', '“"a” (character 8) opens a quote'),
        ("reference vchno", "“vchno” (character 11)"),
        ("if(reference)", "“if” (character 1) takes 2 to 3 values, not 1"),
        ("reference < 3", "“<”"),
        ("reference ; 1", "“; 1”"),
        ("(" * 50 + "a" + ")" * 50, "levels"),
        ("a + " * 900 + "a", "longer"),
        ("", "empty"),
        ("__import__('os')", "__import__"),
        ("concat(,)", "“,”"),
    ],
)
def test_it_names_the_word_at_fault(words: str, at_fault: str):
    with pytest.raises(InvalidInput) as refused:
        parse_formula(words)
    assert at_fault in refused.value.message
    assert refused.value.field == "salesperson"


SIGNS = ["(", ")", ",", "+", "&", "=", "<", '"a"', "'", "reference", "[x]", "3", " ", ".", "é"]
words = st.sampled_from([*FUNCTIONS, *SIGNS])


@given(st.lists(words, max_size=30).map("".join))
def test_it_understands_or_refuses_whatever_is_written(text: str):
    try:
        formula = parse_formula(text)
    except InvalidInput:
        return
    assert formula.read(VOUCHER) is None or len(formula.read(VOUCHER)) <= 4000


def test_it_cannot_be_made_to_grow_without_end():
    formula = parse_formula("replace(" * 6 + '"aaaaaaaaaa"' + ', "a", "aaaaaaaaaa")' * 6)
    assert len(formula.read({})) <= 4000


def test_it_gives_sales_to_who_the_formula_says_else_to_nobody(shop: Shop, take):
    udf = "<UDF:SALESPERSON.LIST><UDF:SALESPERSON>{}</UDF:SALESPERSON></UDF:SALESPERSON.LIST>"
    take(shop, sell("a", more=udf.format("Ravi")), sell("b", more=udf.format("bob")), sell("c"))
    assert shop.ask_by("invoiced,orders", "person") == {
        "Ravi": ["100.00", 1],
        "Bob": ["100.00", 1],
        "Unassigned": ["100.00", 1],
    }
    said = sell("d", more="<NARRATION>taken by meera at the fair</NARRATION>", amount="70.00")
    take(shop, said, name="d.xml", salesperson='title(part(part(narration, "by ", 2), " ", 1))')
    assert shop.ask_by("invoiced", "person")["Meera"] == ["70.00"]


def test_it_reads_as_last_time_what_is_not_said_again(shop: Shop, take):
    route = "<UDF:ROUTE.LIST><UDF:ROUTE>North</UDF:ROUTE></UDF:ROUTE.LIST>"
    said = {"salesperson": "upper(udf:route)", "fields": {"route": "udf:route"}, "types": {"Window 5": "Sales"}}
    take(shop, sell("a", more=route, type="Window 5"), **said)
    take(shop, sell("b", more=route, type="Window 5"), name="b.xml", fields={"again": "udf:route"})
    assert shop.ask_by("orders", "person") == {"NORTH": [2]}
    assert shop.ask_by("orders", "route") == {"North": [2]}
    take(shop, sell("c", more=route), name="c.xml", salesperson="")
    assert shop.ask_by("orders", "person") == {"NORTH": [2], "Unassigned": [1]}
    assert take(shop, sell("d", type="Window 5"), name="d.xml", viewer=shop.charlie).recorded == 0


def test_it_says_when_a_formula_reads_what_is_not_there(sqlite_shop: Shop, take):
    assert any("udf:nobody" in note for note in take(sqlite_shop, sell(), salesperson="udf:nobody").notes)
    with pytest.raises(InvalidInput, match="frob"):
        take(sqlite_shop, sell("b"), salesperson="frob(x)")
    assert sqlite_shop.totals("orders") == [1]


def test_it_keeps_chosen_fields_as_dimensions_and_in_cards(shop: Shop, take):
    route = "<UDF:ROUTE.LIST DESC='`Route`'><UDF:ROUTE>{}</UDF:ROUTE></UDF:ROUTE.LIST>"
    vouchers = sell("a", "40.00", more=route.format("North")), sell("b", "60.00", more=route.format("South"))
    take(shop, *vouchers, fields={"route": "udf:route", "shelf": "allinventoryentries.batchallocations.godownname"})
    assert shop.ask_by("invoiced,orders", "route") == {"South": ["60.00", 1], "North": ["40.00", 1]}
    assert shop.ask_by("revenue", "shelf") == {"Main": ["100.00"]}
    assert shop.ask("invoiced", where=("route=North",))["totals"]["invoiced"] == "40.00"
    with shop.database.begin_read() as tx:
        custom = CustomCard("routes", "Sales by route", "invoiced", by="route", where=(("route", "South"),))
        card = check_custom(tx, shop.alice, custom, frozenset({"route"}))
    assert make_card(card).by == "route"


@pytest.mark.parametrize("name", ["month", "Route", "revenue by", "person"])
def test_it_refuses_a_name_that_is_taken_or_none(name: str):
    with pytest.raises(InvalidInput, match="cannot name a field"):
        TallyOptions(fields={name: "udf:route"})


def test_it_reads_the_company_from_the_message_that_ends_an_export(shop: Shop, take):
    company = """<TALLYMESSAGE><COMPANY><REMOTECMPINFO.LIST MERGE="Yes"><NAME>guid-9</NAME>
    <REMOTECMPNAME>Last &amp; Sons</REMOTECMPNAME></REMOTECMPINFO.LIST></COMPANY></TALLYMESSAGE>"""
    take(shop, sell("a"), company, company="")
    assert list(shop.ask_by("orders", "source_company")) == ["Last & Sons"]
    assert list(shop.ask_by("orders", "source_company_guid")) == ["guid-9"]


def test_it_follows_types_to_their_parents(sqlite_shop: Shop, take):
    types = """<VOUCHERTYPE NAME="Counter"><PARENT TYPE="String">Tax Invoice</PARENT></VOUCHERTYPE>
    <VOUCHERTYPE NAME="Tax Invoice"><PARENT>Sales</PARENT></VOUCHERTYPE>
    <VOUCHERTYPE NAME="Sales Dept Transfer"><PARENT>Journal</PARENT></VOUCHERTYPE>
    <VOUCHERTYPE NAME="Ring A"><PARENT>Ring B</PARENT></VOUCHERTYPE>
    <VOUCHERTYPE NAME="Ring B"><PARENT>Ring A</PARENT></VOUCHERTYPE>"""
    kinds = ["Counter", "tax invoice", "Sales Dept Transfer", "Ring A"]
    vouchers = [sell(f"g{number}", type=kind) for number, kind in enumerate(kinds)]
    assert take(sqlite_shop, *vouchers, types).recorded == 2
    # Told once, known from then on.
    assert take(sqlite_shop, sell("later", type="Counter"), name="later.xml").recorded == 1


def test_it_shows_what_it_made_of_types_no_master_tells_of(sqlite_shop: Shop, tmp_path: Path):
    kinds = ["POS Sales", "Bill of Supply", "Sales Return", "Proforma Invoice", "Delivery Challan", "Window 5"]
    path = write_book(tmp_path / "b.xml", [sell(f"g{n}", type=kind) for n, kind in enumerate(kinds)])
    sync = Sync(sqlite_shop.database, sqlite_shop.alice)
    shown = {one.name: (one.meaning, one.how) for one in sync.understand([path], TallyOptions()).reading.types}
    assert shown["POS Sales"] == shown["Bill of Supply"] == (Meaning.SALE, "by its name")
    assert shown["Sales Return"][0] is Meaning.RETURN
    assert shown["Proforma Invoice"][0] is shown["Delivery Challan"][0] is Meaning.OTHER
    assert shown["Window 5"] == (Meaning.UNKNOWN, "no master tells")
    said = sync.understand([path], TallyOptions(types={"window 5": "Sales"}))
    assert {one.name: one.how for one in said.reading.types}["Window 5"] == "as you said"
    with pytest.raises(InvalidInput, match="Selling"):
        Masters({"Window 5": "Selling"})


CACHE = {
    "data": {
        "vouchers": [
            {
                "masterid": "501",
                "alterid": "7",
                "vchno": "S-9",
                "vchtype": "Sales",
                "cp_date": "2026-04-01",
                "party": "Asha",
                "state": "TN",
                "country": "India",
                "pincode": "600001",
                "SalesPrsn": "Meera",
                "sourceCompany": "Cache Ltd",
                "sourceCompanyGuid": "guid-1",
                "sourceCompanyTallylocId": "77",
                "cgst": "9.00",
                "sgst": "9.00",
                "roundoff": "0.01",
                "allinventoryentries": [
                    {
                        "item": "Pen",
                        "stockitemcategory": "Stationery",
                        "qty": "10",
                        "uom": "Nos",
                        "amount": "60.00",
                        "profit": "20.00",
                        "accalloc": [{"ledgername": "Sales", "ledgergroupidentify": "Dealers"}],
                    },
                    {"item": "Ink", "qty": "4", "amount": "40.00", "grosscost": "10.00", "grosexpense": "5.00"},
                ],
            }
        ]
    },
    "cacheTimestamp": "2026-04-02T00:00:00Z",
}


def test_it_reads_a_cache_in_the_dashboards_own_words(shop: Shop, tmp_path: Path):
    path = tmp_path / "cache.json"
    path.write_text(json.dumps(CACHE))
    Sync(shop.database, shop.alice).run([path], TallyOptions())
    assert shop.totals("revenue,tax,invoiced,profit,units") == ["100.00", "18.00", "118.01", "45.00", 14]
    assert shop.ask_by("invoiced", "ledger_group") == {"Dealers": ["118.01"]}
    assert shop.ask_by("revenue", "category") == {"Stationery": ["60.00"], None: ["40.00"]}
    assert shop.ask_by("revenue", "person") == {"Meera": ["100.00"]}
    for name, value in (("source_company", "Cache Ltd"), ("source_company_guid", "guid-1")):
        assert list(shop.ask_by("revenue", name)) == [value]
    assert list(shop.ask_by("revenue", "source_company_tallyloc_id")) == ["77"]
    with shop.database.begin_read() as tx:
        complete = read_complete_sales(tx, shop.alice, "Cache Ltd")
        pen, ink = complete.sales
        assert complete.cache_timestamp is not None
    assert pen | {"itemid": 0} == pen | {
        "itemid": 0,
        "amount": "60.00",
        "quantity": "10",
        "date": "2026-04-01",
        "cp_date_original": "2026-04-01",
        "masterid": "501",
        "vchno": "S-9",
        "alterid": "7",
        "issales": True,
        "customer": "Asha",
        "party": "Asha",
        "item": "Pen",
        "stockitemname": "Pen",
        "category": "Stationery",
        "uom": "Nos",
        "cgst": "5.40",
        "sgst": "5.40",
        "profit": "20.00",
        "ledgerGroup": "Dealers",
        "state": "TN",
        "pincode": "600001",
        "salesperson": "Meera",
        "sourceCompany": "Cache Ltd",
        "sourceCompanyTallylocId": "77",
    }
    assert (ink["cgst"], ink["grosscost"], ink["profit"]) == ("3.60", "15.00", "25.00")
