"""Finding a product: sure where one is meant, a choice where several may be, nothing where none is near."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from core import clock
from core.catalog.products import add_product, change_product, list_products, restore_product, retire_product
from core.catalog.search import find_products
from core.db import Database
from core.errors import InvalidInput
from core.models.catalog import products
from core.text import fold
from tests.core.people.shop import Shop, open_shop
from tests.statements import record_statements

CATALOGUE = {
    "SOL-3077": "SolarGlow Outdoor Lantern",
    "SOL-3078": "Solar Path Light, Set of 4",
    "GRP-1001": "GripArm Pro Dumbbell Set",
    "YOG-2002": "Yoga Mat 6 mm",
    "YOG-2003": "Yoga Mat 8 mm",
    "TEE-L": "T-Shirt L",
    "TEE-XL": "T-Shirt XL",
    "CAF-1": "Café Crème Mug",
    "BAT-9": "Rechargeable Battery",
    "AR-1": "فانوس شمسي للحديقة",
    "AR-2": "مصباح المكتب",
    "CPP-1": "C++ Notebook",
    "CS-1": "C# Notebook",
    "GIFT": "🎁",
    "xy_9/a": "Odd one out",
}


@pytest.fixture
def stocked(tx: Connection, shop: Shop) -> Shop:
    _fill(tx, shop, list(CATALOGUE.items()))
    return shop


def _fill(tx: Connection, shop: Shop, named: list[tuple[str, str]]) -> None:
    shared = {"company_id": shop.company.id, "tracks_stock": False, "is_active": True, "created_at": clock.now()}
    tx.execute(insert(products), [{**shared, "sku": sku, "name": name} for sku, name in named])


def _find(tx: Connection, shop: Shop, words: str) -> tuple[list[str], bool]:
    match = find_products(tx, shop.bob, words)
    return [product.sku for product in match.candidates], match.is_sure


@pytest.mark.parametrize(
    ("words", "sku"),
    [
        ("SOL-3077", "SOL-3077"),
        ("sol-3077", "SOL-3077"),
        ("Sol3077", "SOL-3077"),
        (" sol 3077 ", "SOL-3077"),
        ("SOL–3077", "SOL-3077"),
        ("XY_9/A", "xy_9/a"),
        ("xy9a", "xy_9/a"),
        ("SolarGlow Outdoor Lantern", "SOL-3077"),
        ("solarglow   outdoor LANTERN", "SOL-3077"),
        ("lantern outdoor solarglow", "SOL-3077"),
        ("solrglow", "SOL-3077"),
        ("solarglow lanterns", "SOL-3077"),
        ("solar glow", "SOL-3077"),
        ("griparm", "GRP-1001"),
        ("grip arm", "GRP-1001"),
        ("GripArm dumbells", "GRP-1001"),
        ("dumbell set griparm", "GRP-1001"),
        ("rechargeable batteries", "BAT-9"),
        ("path lights", "SOL-3078"),
        ("yoga mat 8", "YOG-2003"),
        ("t-shirt xl", "TEE-XL"),
        ("shirt L", "TEE-L"),
        ("cafe creme", "CAF-1"),
        ("CAFÉ", "CAF-1"),
        ("فانوس", "AR-1"),
        ("الفانوس الشمسي", "AR-1"),
        ("فَانُوس", "AR-1"),
        ("مصباح مكتب", "AR-2"),
        ("C++ notebook", "CPP-1"),
        ("c# notebook", "CS-1"),
        ("🎁", "GIFT"),
    ],
)
def test_it_is_sure_of_the_one_that_is_meant(tx: Connection, stocked: Shop, words: str, sku: str) -> None:
    assert _find(tx, stocked, words) == ([sku], True)


@pytest.mark.parametrize(
    ("words", "skus"),
    [
        ("yoga mat", {"YOG-2002", "YOG-2003"}),
        ("yoga", {"YOG-2002", "YOG-2003"}),
        ("t shirts", {"TEE-L", "TEE-XL"}),
        ("notebook", {"CPP-1", "CS-1"}),
        ("solar", {"SOL-3077", "SOL-3078"}),
        ("dumb", {"GRP-1001"}),  # the beginning of a word is a hint
        ("3077", {"SOL-3077"}),  # as is a part of a code
        ("griparm blue", {"GRP-1001"}),  # and a name with a word too many
        ("lantern with remote control", set()),
    ],
)
def test_it_asks_where_it_cannot_be_sure(tx: Connection, stocked: Shop, words: str, skus: set[str]) -> None:
    found, is_sure = _find(tx, stocked, words)
    assert not is_sure
    assert set(found) == skus


@pytest.mark.parametrize("words", ["SOL-3079", "GRP-1002", "yoga mat 7 mm", "BAT-8", "AR-3"])
def test_it_never_takes_one_number_for_another(tx: Connection, stocked: Shop, words: str) -> None:
    assert not find_products(tx, stocked.bob, words).is_sure


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "-",
        "%",
        "_",
        "'; DROP TABLE products;--",
        "zzzz",
        "\0",
        "\ud800",
        "x" * 301,
        "¯\\_(ツ)_/¯",
        "1250",
        "🎂",
    ],
)
def test_it_finds_nothing_where_nothing_is_near(tx: Connection, stocked: Shop, words: str) -> None:
    assert _find(tx, stocked, words) == ([], False)


def test_it_offers_both_of_two_under_one_code_or_name(tx: Connection, shop: Shop) -> None:
    _fill(tx, shop, [("A-1", "Red chair"), ("A-1", "Red table"), ("B-1", "Stapler"), ("B-2", "stapler"), ("a-2", "X")])
    assert _find(tx, shop, "a-1") == (["A-1", "A-1"], False)
    assert _find(tx, shop, "STAPLER") == (["B-1", "B-2"], False)
    assert _find(tx, shop, "A-2") == (["a-2"], True)


def test_it_offers_no_more_than_asked_for(tx: Connection, shop: Shop) -> None:
    _fill(tx, shop, [(f"P{number}", f"Pen colour{number}") for number in range(20)])
    assert len(find_products(tx, shop.bob, "pen", 3).candidates) == 3
    assert len(find_products(tx, shop.bob, "pen").candidates) == 5


def test_it_sees_what_was_added_changed_and_retired_just_now(tx: Connection, stocked: Shop) -> None:
    assert _find(tx, stocked, "teapot") == ([], False)
    pot = add_product(tx, stocked.alice, sku="TEA", name="Teapot")
    assert _find(tx, stocked, "teapots") == (["TEA"], True)
    change_product(tx, stocked.alice, pot.id, name="Kettle")
    assert _find(tx, stocked, "kettles") == (["TEA"], True)
    retire_product(tx, stocked.alice, pot.id)
    assert _find(tx, stocked, "kettle") == _find(tx, stocked, "TEA") == ([], False)
    restore_product(tx, stocked.alice, pot.id)
    assert _find(tx, stocked, "TEA") == _find(tx, stocked, "tea!") == (["TEA"], True)


def test_it_sees_at_once_a_name_that_another_process_changed(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        pot = add_product(tx, shop.alice, sku="TEA", name="Teapot")
    with database.begin() as tx:
        assert _find(tx, shop, "teapots") == (["TEA"], True)
    elsewhere = Database(database.engine.url.render_as_string(hide_password=False))
    with elsewhere.begin() as tx:
        change_product(tx, shop.alice, pot.id, name="Kettle")
    elsewhere.close()
    with database.begin() as tx:
        assert _find(tx, shop, "kettles") == (["TEA"], True)
        assert _find(tx, shop, "teapots") == ([], False)


def test_it_forgets_what_was_taken_back(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
    with database.engine.connect() as connection:
        transaction = connection.begin()
        add_product(connection, shop.alice, sku="TEA", name="Teapot")
        assert _find(connection, shop, "teapots") == (["TEA"], True)
        transaction.rollback()
    with database.begin() as tx:
        assert _find(tx, shop, "teapots") == ([], False)


def test_it_keeps_companies_and_databases_apart(tx: Connection, stocked: Shop) -> None:
    other = open_shop(tx, "Other")
    assert _find(tx, other, "griparm") == _find(tx, other, "SOL-3077") == ([], False)
    _fill(tx, other, [("G", "GripArm Light")])
    assert _find(tx, other, "griparm") == (["G"], True)
    assert _find(tx, stocked, "griparm") == (["GRP-1001"], True)


def test_it_finds_a_code_by_one_statement(tx: Connection, stocked: Shop) -> None:
    with record_statements(tx) as statements:
        assert _find(tx, stocked, "sol-3077") == (["SOL-3077"], True)
    assert len(statements) == 1


def test_it_finds_its_way_in_a_real_catalogue(tx: Connection, shop: Shop, shared_data: Path) -> None:
    with (shared_data / "retail_superstore" / "orders.csv").open(encoding="utf-8-sig") as file:
        named = list(dict.fromkeys((row["Product ID"], row["Product Name"]) for row in csv.DictReader(file)))
    _fill(tx, shop, named)
    codes = [sku for sku, _ in named]
    names = [name.casefold() for _, name in named]
    for sku, name in named[::40]:
        by_code = find_products(tx, shop.bob, sku.lower(), 20)
        assert by_code.is_sure == (codes.count(sku) == 1)
        assert {product.name for product in by_code.candidates} >= {name}
        by_name = find_products(tx, shop.bob, name.upper(), 50)
        assert by_name.is_sure == (names.count(name.casefold()) == 1)
        assert sku in {product.sku for product in by_name.candidates}
        first = name.split()[0].casefold()
        if sum(each.startswith(f"{first} ") for each in names) > 1 and first not in names:
            assert not find_products(tx, shop.bob, first).is_sure


def test_it_takes_any_name_and_finds_it_again(tx: Connection, shop: Shop, shared_data: Path) -> None:
    strings = json.loads((shared_data / "adversarial" / "blns.json").read_text(encoding="utf-8"))
    for number, text in enumerate(strings):
        list_products(tx, shop.bob, search=text)
        try:
            product = add_product(tx, shop.alice, sku=f"#{number}#", name=text)
        except InvalidInput as refusal:
            assert refusal.field == "name"  # noqa: PT017 - most names are fine
            assert find_products(tx, shop.bob, text).candidates == ()
        else:
            found = find_products(tx, shop.bob, text, 50).candidates
            assert product in found or any(fold(other.name) == fold(product.name) for other in found)
