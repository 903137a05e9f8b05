"""Products: who may add and change them, what they are called, who sees what they cost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.catalog.products import (
    add_product,
    change_product,
    get_product,
    list_products,
    read_products,
    restore_product,
    retire_product,
)
from core.catalog.stock import verify_stock
from core.catalog.stocktaking import list_stock
from core.db import Database
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.models.catalog import products
from tests.core.people.shop import Shop, open_shop


def _skus(tx: Connection, viewer: Viewer, **terms: object) -> list[str]:
    return [product.sku for product in list_products(tx, viewer, **terms)]  # type: ignore[arg-type]


def test_it_adds_a_product_and_its_stock(tx: Connection, shop: Shop) -> None:
    lamp = add_product(
        tx,
        shop.alice,
        sku=" SOL-3077 ",
        name="SolarGlow  Lantern",
        price_e4=249_900,
        cost_e4=100_000,
        category="Outdoor",
        subcategory="Lanterns",
        stock_e3=12_500,
        reorder_point_e3=5_000,
    )
    assert (lamp.sku, lamp.name, lamp.category, lamp.subcategory) == (
        "SOL-3077",
        "SolarGlow Lantern",
        "Outdoor",
        "Lanterns",
    )
    assert (lamp.price_e4, lamp.cost_e4, lamp.tracks_stock, lamp.is_active) == (249_900, 100_000, True, True)
    assert [(row.product, row.on_hand_e3) for row in list_stock(tx, shop.alice)] == [(lamp, 12_500)]
    assert verify_stock(tx, shop.company.id).differences == ()


@pytest.mark.parametrize(
    ("terms", "tracks"),
    [({}, False), ({"stock_e3": 0}, True), ({"reorder_point_e3": 0}, True), ({"stock_e3": 1}, True)],
)
def test_it_keeps_stock_of_what_is_stocked(tx: Connection, shop: Shop, terms: dict[str, int], tracks: bool) -> None:
    assert add_product(tx, shop.alice, sku="A", name="A", **terms).tracks_stock is tracks  # type: ignore[arg-type]


@pytest.mark.parametrize("sku", ["SOL-3077", "sol-3077", " Sol-3077"])
def test_it_refuses_a_code_that_is_taken(tx: Connection, shop: Shop, sku: str) -> None:
    add_product(tx, shop.alice, sku="SOL-3077", name="Lantern")
    with pytest.raises(Conflict, match=r"“(?i:sol-3077)” is taken by “Lantern”") as refusal:
        add_product(tx, shop.alice, sku=sku, name="Another")
    assert refusal.value.field == "sku"
    assert add_product(tx, open_shop(tx, "Other").alice, sku=sku, name="Theirs").name == "Theirs"


def test_it_gives_a_code_to_one_of_two_who_want_it_at_once(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)

    def add() -> str:
        try:
            with database.begin() as tx:
                return add_product(tx, shop.alice, sku="SOL", name="Second").sku
        except Conflict as refusal:
            return refusal.message

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as tx:
            add_product(tx, shop.alice, sku="sol", name="First")
            second = pool.submit(add)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)  # it waits to hear whether the code is taken
        assert "taken by “First”" in second.result(timeout=20)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"sku": " "}, "sku"),
        ({"name": "\0"}, "name"),
        ({"sku": "x" * 101}, "sku"),
        ({"name": "x" * 301}, "name"),
        ({"category": ""}, "category"),
        ({"price_e4": -1}, "price"),
        ({"cost_e4": 10**17}, "cost"),
        ({"reorder_point_e3": -1}, "reorder_point"),
        ({"stock_e3": -1}, "stock"),
    ],
)
def test_it_names_the_field_at_fault(tx: Connection, shop: Shop, terms: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_product(tx, shop.alice, **({"sku": "A", "name": "A"} | terms))  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_it_lets_only_managers_touch_the_catalogue(tx: Connection, shop: Shop) -> None:
    lamp = add_product(tx, shop.alice, sku="A", name="Lamp")
    for viewer in (shop.bob, shop.charlie):
        for change in (
            lambda viewer=viewer: add_product(tx, viewer, sku="B", name="B"),
            lambda viewer=viewer: change_product(tx, viewer, lamp.id, price_e4=1),
            lambda viewer=viewer: retire_product(tx, viewer, lamp.id),
            lambda viewer=viewer: restore_product(tx, viewer, lamp.id),
        ):
            with pytest.raises(NotAllowed, match="manage products"):
                change()


def test_it_changes_what_is_given_and_nothing_else(tx: Connection, shop: Shop) -> None:
    lamp = add_product(tx, shop.alice, sku="SOL", name="Lamp", price_e4=10, cost_e4=5, category="Light")
    changed = change_product(tx, shop.alice, lamp.id, price_e4=20, category=None)
    assert (changed.sku, changed.price_e4, changed.cost_e4, changed.category) == ("SOL", 20, 5, None)
    assert change_product(tx, shop.alice, lamp.id) == changed
    assert change_product(tx, shop.alice, lamp.id, sku="sol").sku == "sol"
    add_product(tx, shop.alice, sku="TWO", name="Two")
    with pytest.raises(Conflict):
        change_product(tx, shop.alice, lamp.id, sku="two")
    with pytest.raises(InvalidInput):
        change_product(tx, shop.alice, lamp.id, name="")


def test_it_retires_and_takes_back(tx: Connection, shop: Shop) -> None:
    lamp = add_product(tx, shop.alice, sku="SOL", name="Lamp")
    assert retire_product(tx, shop.alice, lamp.id).is_active is False
    assert _skus(tx, shop.alice) == []
    assert read_products(tx, shop.company.id, [lamp.id])[lamp.id].is_active is False
    with pytest.raises(Conflict):
        add_product(tx, shop.alice, sku="sol", name="Other")
    restore_product(tx, shop.alice, lamp.id)
    assert _skus(tx, shop.alice) == ["SOL"]


def test_it_keeps_the_cost_from_those_who_may_not_see_profit(tx: Connection, shop: Shop) -> None:
    lamp = add_product(tx, shop.alice, sku="SOL", name="Lamp", cost_e4=5, stock_e3=1)
    for viewer, cost in ((shop.alice, 5), (shop.sam, 5), (shop.bob, None), (shop.charlie, None)):
        assert list_products(tx, viewer)[0].cost_e4 == cost
        assert get_product(tx, viewer, lamp.id).cost_e4 == cost
        assert list_stock(tx, viewer, branch_id=viewer.branch_id)[0].product.cost_e4 == cost
    assert read_products(tx, shop.company.id, [lamp.id])[lamp.id].cost_e4 == 5


def test_it_keeps_companies_apart(tx: Connection, shop: Shop) -> None:
    lamp, other = add_product(tx, shop.alice, sku="SOL", name="Lamp"), open_shop(tx, "Other")
    assert list_products(tx, other.sam) == ()
    assert read_products(tx, other.company.id, [lamp.id]) == {}
    for change in (
        lambda: change_product(tx, other.sam, lamp.id, price_e4=1),
        lambda: get_product(tx, other.sam, lamp.id),
    ):
        with pytest.raises(NotFound) as refusal:
            change()
        assert refusal.value.field == "product"


def test_it_lists_page_by_page(tx: Connection, shop: Shop) -> None:
    _fill(tx, shop, [(f"S{number}", f"Thing {number}") for number in range(7)])
    seen: list[str] = []
    after = 0
    while page := list_products(tx, shop.bob, after=after, limit=3):
        seen += [product.sku for product in page]
        after = page[-1].id
    assert seen == [f"S{number}" for number in range(7)]
    assert _skus(tx, shop.bob, limit=-1) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("LAMP", ["A-1", "A_2"]),
        ("a_2", ["A_2"]),
        ("%", ["P-3"]),
        ("  solar lamp ", ["A-1"]),
        ("\ud800", ["A-1", "A_2", "P-3", "F-4"]),
        ("x" * 999, []),
        ("فانوس", ["F-4"]),
        ("nothing", []),
        ("", ["A-1", "A_2", "P-3", "F-4"]),
        ("\0", ["A-1", "A_2", "P-3", "F-4"]),
    ],
)
def test_it_searches_names_and_codes_for_the_letters_as_they_are(
    tx: Connection, shop: Shop, search: str, found: list[str]
) -> None:
    _fill(tx, shop, [("A-1", "Solar Lamp"), ("A_2", "Desk lamp"), ("P-3", "100% wool"), ("F-4", "فانوس شمسي")])
    assert _skus(tx, shop.bob, search=search) == found


def test_it_reads_many_at_once_and_none(tx: Connection, shop: Shop) -> None:
    _fill(tx, shop, [(str(number), str(number)) for number in range(5)])
    ids = [product.id for product in list_products(tx, shop.bob)]
    assert sorted(read_products(tx, shop.company.id, [*ids, *ids, 10**9])) == ids
    assert read_products(tx, shop.company.id, []) == {}


def _fill(tx: Connection, shop: Shop, named: list[tuple[str, str]]) -> None:
    shared = {"company_id": shop.company.id, "tracks_stock": False, "is_active": True, "created_at": clock.now()}
    tx.execute(insert(products), [{**shared, "sku": sku, "name": name} for sku, name in named])
