"""The real files. One rule: every amount of what is expected beside them comes out, through the front door."""

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from core.imports.tally import TallyOptions, read_complete_sales
from core.imports.tally.sync import Sync
from tests.core.imports.shop import Shop

REAL = Path(__file__).resolve().parents[5] / "shared" / "data" / "tally"
BOOKS = sorted(path.name for path in REAL.glob("*daybook*.expected.json"))
OTHERS = sorted(path.name for path in REAL.glob("*.expected.json") if path.name not in BOOKS)
SALES, RETURNS = ("Sales", "POS Sales"), ("Credit Note",)


def test_it_has_real_files_to_try(shared_data: Path):
    assert BOOKS
    assert OTHERS


def money(text: str) -> Decimal:
    return Decimal(text)


def sync(shop: Shop, *paths: Path):
    return Sync(shop.database, shop.alice).run(list(paths), TallyOptions())


@pytest.mark.parametrize("name", BOOKS)
def test_it_gives_every_figure_of_a_day_book(shop: Shop, tally_data: Path, name: str):
    expected = json.loads((tally_data / name).read_text(encoding="utf-8"))
    file = tally_data / name.replace(".expected.json", ".xml")
    for _ in range(2):  # importing the file twice must not double anything
        result = sync(shop, file)
        assert not result.rejects
        check_day_book(shop, expected)
    assert result.recorded == 0
    shop.verify()


def check_day_book(shop: Shop, expected: dict):
    by_type = expected["by_type"]
    invoiced = -sum(money(by_type[kind]["party_amount"]) for kind in SALES if kind in by_type)
    orders = sum(by_type[kind]["vouchers"] for kind in SALES if kind in by_type)
    assert [money(str(value)) for value in shop.totals("invoiced,orders")] == [invoiced, orders]
    by_month = shop.ask_by("invoiced", "month")
    assert {month: money(value) for month, (value,) in by_month.items()} == {
        month: money(value) for month, value in expected["sales_invoice_value_by_month"].items()
    }
    by_party = {name: money(value) for name, (value,) in shop.ask_by("invoiced", "customer").items()}
    assert {name: value for name, value in by_party.items() if value} == {
        name: money(value) for name, value in expected["sales_invoice_value_by_party_ledger"].items() if money(value)
    }
    items = {name: (units, money(value)) for name, (units, value) in shop.ask_by("units,revenue", "product").items()}
    items.pop(None, None)
    assert {name: (money(str(units)), value) for name, (units, value) in items.items()} == {
        name: (money(units), money(value)) for name, units, value in expected["sales_goods_by_item"]
    }


@pytest.mark.parametrize("name", BOOKS)
def test_it_gives_every_voucher_of_a_day_book(sqlite_shop: Shop, tally_data: Path, name: str):
    expected = json.loads((tally_data / name).read_text(encoding="utf-8"))
    sync(sqlite_shop, tally_data / name.replace(".expected.json", ".xml"))
    records = defaultdict(list)
    with sqlite_shop.database.begin_read() as tx:
        for record in read_complete_sales(tx, sqlite_shop.alice).sales:
            records[record["guid"]].append(record)
    counted = {one["guid"]: one for one in expected["vouchers"] if one["type"] in (*SALES, *RETURNS)}
    assert records.keys() == counted.keys()
    for guid, voucher in counted.items():
        lines = records[guid]
        owed = sum(money(line["amount"]) + money(line["tax"]) + money(line["roundoff"]) for line in lines)
        assert owed == -money(voucher["party_amount"])
        assert {(line["date"], line["customer"], line["vchno"]) for line in lines} == {
            (voucher["date"], voucher["party_ledger"], voucher["number"])
        }
        told = [(one["item"], money(one["qty"] or "0"), one["unit"], money(one["amount"])) for one in voucher["items"]]
        read = [(one["item"], money(one["quantity"]), one["uom"], money(one["amount"])) for one in lines if one["item"]]
        assert read == told


@pytest.mark.parametrize("name", OTHERS)
def test_it_gives_every_figure_of_the_other_samples(shop: Shop, tally_data: Path, name: str):
    expected = json.loads((tally_data / name).read_text(encoding="utf-8"))
    for file, said in expected.items():
        result = sync(shop, tally_data / file, tally_data / "tallyprime7_voucher-types.xml")
        family = said.get("sales_family", [said])
        assert result.read == said["vouchers"]
        assert result.recorded == len(family)
        by_party = shop.ask_by("invoiced", "customer")
        assert by_party == {one["party"]: [one["invoice_value"]] for one in family}
        if "sales_invoice_value_total" in said:
            assert shop.totals("invoiced") == [said["sales_invoice_value_total"]]
        goods = {item[0]: item for one in family for item in one["items"]}
        read = {name: row for name, row in shop.ask_by("units,revenue", "product").items() if name}
        assert {name: [money(str(row[0])), row[1]] for name, row in read.items()} == {
            name: [money(item[1]), item[4]] for name, item in goods.items()
        }
        for one in family:
            for dimension, label in (("batch", "batch"), ("godown", "godown"), ("cost_centre", "cost_centre")):
                if label in one:
                    assert shop.ask_by("invoiced", dimension) == {one[label]: [one["invoice_value"]]}
            if "state" in one:
                assert shop.ask_by("invoiced", "region") == {one["state"]: [one["invoice_value"]]}
            if "tax" in one:
                assert shop.totals("tax") == [one["tax"].split()[0]]
    shop.verify()


def test_it_takes_a_type_for_what_its_parent_is(sqlite_shop: Shop, tally_data: Path):
    result = sync(sqlite_shop, tally_data / "tallyprime7_day-book-trading.xml")
    plan = Sync(sqlite_shop.database, sqlite_shop.alice).understand(
        [tally_data / "tallyprime7_day-book-trading.xml", tally_data / "tallyprime7_voucher-types.xml"], TallyOptions()
    )
    assert {(one.name, one.meaning.value, one.how) for one in plan.reading.types} >= {
        ("Tax Invoice", "sale", "by its parent type"),
        ("Purchase", "other", "by its parent type"),
    }
    assert result.recorded == 2


def test_it_reads_the_shape_of_another_connector_as_the_same_voucher(sqlite_shop: Shop, tally_data: Path):
    sync(sqlite_shop, tally_data / "tally_daybook_A.xml")
    before = sqlite_shop.totals("invoiced,orders")
    again = sync(sqlite_shop, tally_data / "tallyconnector_voucher_sales.xml")
    assert (again.recorded, again.already_there) == (0, 1)
    assert sqlite_shop.totals("invoiced,orders") == before
    pos = sync(sqlite_shop, tally_data / "tallyconnector_pos_sales.xml")
    assert pos.recorded == 3
    assert sqlite_shop.ask_by("invoiced", "customer")["Cash"] == ["75000.00"]


def test_it_takes_a_whole_folder(shop: Shop, tally_data: Path):
    result = sync(shop, tally_data)
    assert (result.read, result.recorded, result.already_there) == (57, 36, 1)
    assert {name for name, _ in shop.ask_by("invoiced", "source_company").items()} == {"ABC Company (demo)", None}
    shop.verify()
