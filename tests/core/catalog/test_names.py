"""Names kept in memory: after any change, by any process, they find what names read anew would find."""

from random import Random

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.catalog import names as kept_names
from core.catalog.names import Names, find_names
from core.db import Database
from core.models.catalog import products
from tests.shop import open_shop
from tests.statements import record_statements

WORDS = ("Solar", "Glow", "Lights", "Yoga", "Mat", "8", "42", "Boxes", "Lamp", "حذاء", "Neo")
MISTYPED = ("solrglow", "yoga mat", "lghts", "neo 42", "box", "sol-7", "glow solar")
FEW = 4


def add_products(tx: Connection, company_id: int, random: Random, count: int) -> None:
    made = {"company_id": company_id, "tracks_stock": False, "is_active": True, "created_at": clock.now()}
    rows = [made | {"sku": f"SOL-{random.random()}", "name": invent(random)} for _ in range(count)]
    tx.execute(insert(products), rows)


def invent(random: Random) -> str:
    return f"{' '.join(random.sample(WORDS, 3))} {random.randrange(10**6)}"


def change_some(tx: Connection, company_id: int, random: Random) -> None:
    numbers = list(tx.execute(select(products.c.id).where(products.c.company_id == company_id)).scalars())
    for number in random.sample(numbers, 3):
        changed = random.choice(
            [{"name": invent(random)}, {"is_active": random.random() < 0.5}, {"sku": invent(random)}]
        )
        one = update(products).where(products.c.id == number)
        tx.execute(one.values(**changed, changes=products.c.changes + 1))
    if random.random() < 0.3:
        add_products(tx, company_id, random, 2)


def find_anew(tx: Connection, company_id: int, typed: str) -> kept_names.NamesFound:
    anew = Names()
    anew.refresh(tx, company_id)
    return anew.find(typed, 5)


@pytest.mark.parametrize("most_shelves", [1, 100])
def test_they_follow_every_change_of_two_processes(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, most_shelves: int
) -> None:
    monkeypatch.setattr(kept_names, "SHELF", FEW)
    monkeypatch.setattr(kept_names, "MOST_SHELVES", most_shelves)
    random, other = Random(most_shelves), Database(database_url)
    with database.begin() as tx:
        company_id = open_shop(tx).company.id
        add_products(tx, company_id, random, 10 * FEW)
    for turn in range(25):
        with (other if turn % 3 else database).begin() as tx:
            change_some(tx, company_id, random)
        for process in (database, other):
            with process.begin_read() as tx:
                called = list(tx.execute(select(products.c.name).where(products.c.is_active)).scalars())
                for typed in (*MISTYPED, *random.sample(called, 3)):
                    assert find_names(tx, company_id, typed, 5) == find_anew(tx, company_id, typed), typed
    other.close()


def test_another_product_changed_as_often_is_noticed(database: Database) -> None:
    """One transaction sees its own change, and after it was taken back another product has been changed instead."""
    with database.begin() as tx:
        shop = open_shop(tx)
    company_id = shop.company.id
    with database.engine.connect() as tx, tx.begin() as transaction:
        rename(tx, shop.lights.id, "Moon")
        assert find_names(tx, company_id, "moon", 5).is_sure
        transaction.rollback()
    with database.begin() as tx:
        rename(tx, shop.dumbbells.id, "Weights")
        assert not find_names(tx, company_id, "moon", 5).ids
        assert find_names(tx, company_id, "weights", 5).ids == [shop.dumbbells.id]


def rename(tx: Connection, product_id: int, name: str) -> None:
    one = update(products).where(products.c.id == product_id)
    tx.execute(one.values(name=name, changes=products.c.changes + 1))


def test_what_did_not_change_is_not_read_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_names, "SHELF", FEW)
    with database.begin() as tx:
        company_id = open_shop(tx).company.id
        add_products(tx, company_id, Random(1), 10 * FEW)
        last = tx.execute(select(products.c.id).order_by(products.c.id.desc())).scalars().first()
        find_names(tx, company_id, "solar", 5)
        rename(tx, last or 0, "Moon")
        with record_statements(tx) as asked:
            find_names(tx, company_id, "solar", 5)
            find_names(tx, company_id, "solar", 5)
    about_names = [sql for sql in asked if "products.name" in sql]
    assert len(about_names) == 1
    assert "BETWEEN" in about_names[0]
    assert about_names[0].count("BETWEEN") == 1
