"""Categories and variants: one name for however it is spelt, on products and goals alike."""

from datetime import date

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from core import clock
from core.catalog.categories import (
    Category,
    add_category,
    delete_category,
    get_category,
    list_categories,
    rename_category,
)
from core.catalog.products import add_product, change_product, get_product, retire_product
from core.catalog.variants import add_variant, change_variant, get_variant, list_variants, retire_variant
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.goals.goals import list_goals, set_goal
from core.models.catalog import products
from core.periods import month_of
from tests.core.people.shop import Shop, open_shop


def names(tx: Connection, shop: Shop) -> list[tuple[str, int]]:
    return [(one.name, one.products) for one in list_categories(tx, shop.bob)]


def test_it_spells_a_category_as_it_is_spelt_already(tx: Connection, shop: Shop) -> None:
    add_product(tx, shop.alice, sku="A", name="A", category="Outdoor  Lights")
    other = add_product(tx, shop.alice, sku="B", name="B", category="outdoor lights")
    third = add_product(tx, shop.alice, sku="C", name="C")
    assert other.category == "Outdoor Lights"
    assert change_product(tx, shop.alice, third.id, category="OUTDOOR LIGHTS").category == "Outdoor Lights"
    assert names(tx, shop) == [("Outdoor Lights", 3)]
    change_product(tx, shop.alice, third.id, category=None)
    retire_product(tx, shop.alice, other.id)
    assert names(tx, shop) == [("Outdoor Lights", 2)]
    assert list_categories(tx, open_shop(tx, "Other").sam) == ()


def test_it_renames_a_category_wherever_it_is_named(tx: Connection, shop: Shop, today: date) -> None:
    lamp = add_product(tx, shop.alice, sku="A", name="A", category="Lamps")
    strange = add_product(tx, shop.alice, sku="B", name="B")
    tx.execute(update(products).where(products.c.id == strange.id).values(category="LAMPS "))  # as a file may have it
    set_goal(tx, shop.alice, measure="revenue", target=1, period=month_of(today), category="lamps")
    (lamps,) = list_categories(tx, shop.alice)
    renamed = rename_category(tx, shop.alice, lamps.id or 0, " Lights ")
    assert (renamed.name, renamed.products) == ("Lights", 2)
    assert {get_product(tx, shop.bob, one.id).category for one in (lamp, strange)} == {"Lights"}
    assert [goal.category for goal in list_goals(tx, shop.alice, today)] == ["Lights"]
    assert rename_category(tx, shop.alice, lamps.id or 0, "LIGHTS").name == "LIGHTS"


def test_it_takes_up_what_only_products_name(tx: Connection, shop: Shop) -> None:
    row = {"company_id": shop.company.id, "sku": "X", "name": "X", "category": "From a file", "tracks_stock": False}
    tx.execute(insert(products), row | {"is_active": True, "created_at": clock.now()})
    assert list_categories(tx, shop.bob) == (Category(None, "From a file", 1),)
    taken = add_category(tx, shop.alice, "from A file")
    assert (taken.name, taken.products) == ("From a file", 1)
    assert get_category(tx, shop.bob, taken.id or 0) == taken


def test_it_deletes_a_category_once_its_products_have_another(tx: Connection, shop: Shop) -> None:
    lamp = add_product(tx, shop.alice, sku="A", name="A", category="Lamps")
    (lamps,) = list_categories(tx, shop.alice)
    number = lamps.id or 0
    for where, error in ((None, Conflict), ("Moon", NotFound), ("lamps", NotFound)):
        with pytest.raises(error) as refusal:
            delete_category(tx, shop.alice, number, where)
        assert refusal.value.field == "move_to"
    add_category(tx, shop.alice, "Garden")
    delete_category(tx, shop.alice, number, "garden")
    assert names(tx, shop) == [("Garden", 1)]
    assert get_product(tx, shop.bob, lamp.id).category == "Garden"
    empty = add_category(tx, shop.alice, "Empty")
    delete_category(tx, shop.alice, empty.id or 0)
    assert names(tx, shop) == [("Garden", 1)]


def test_it_lets_nobody_else_change_categories(tx: Connection, shop: Shop) -> None:
    number = add_category(tx, shop.alice, "Lamps").id or 0
    other = open_shop(tx, "Other")
    for viewer in (shop.bob, shop.charlie):
        for change in (
            lambda viewer=viewer: add_category(tx, viewer, "X"),
            lambda viewer=viewer: rename_category(tx, viewer, number, "X"),
            lambda viewer=viewer: delete_category(tx, viewer, number),
        ):
            with pytest.raises(NotAllowed):
                change()
    with pytest.raises(NotFound):
        rename_category(tx, other.sam, number, "X")
    for taken in ("lamps", " "):
        with pytest.raises((Conflict, InvalidInput)) as refusal:
            add_category(tx, shop.alice, taken)
        assert refusal.value.field == "name"


def test_it_retires_a_variant_and_takes_it_up_again(tx: Connection, shop: Shop) -> None:
    lamp = add_product(tx, shop.alice, sku="A", name="Lamp", cost_e4=5)
    blue = add_variant(tx, shop.alice, lamp.id, "Blue", cost_e4=7)
    assert get_variant(tx, shop.bob, blue.id).cost_e4 is None
    assert change_variant(tx, shop.alice, blue.id, price_e4=9, name="BLUE").name == "BLUE"
    retire_variant(tx, shop.alice, blue.id)
    assert list_variants(tx, shop.bob, lamp.id) == ()
    assert [one.id for one in list_variants(tx, shop.bob, lamp.id, retired=True)] == [blue.id]
    back = add_variant(tx, shop.alice, lamp.id, "blue")
    assert (back.id, back.is_active, back.name) == (blue.id, True, "blue")
    with pytest.raises(Conflict):
        add_variant(tx, shop.alice, lamp.id, "Blue")
    for viewer in (shop.bob, shop.charlie):
        with pytest.raises(NotAllowed):
            retire_variant(tx, viewer, blue.id)
    with pytest.raises(NotFound):
        get_variant(tx, open_shop(tx, "Other").sam, blue.id)
