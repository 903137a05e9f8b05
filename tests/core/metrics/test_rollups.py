"""Rollups as they are written: their rows in one order, and the tables as the one statement for all of them expects."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from core.catalog.customers import find_or_add_customer
from core.db import Database
from core.metrics.recount import verify_rollups
from core.metrics.rollups import list_columns, move_rollups
from core.models.rollups import ROLLUPS, Rollup
from core.models.sales import lines
from tests.shop import Shop, open_shop

FIRST = date(2024, 2, 1)
HARD_WORD = 'A "fair", in {Jeddah} \\ (2)'
NAMES = [rollup.name for rollup in ROLLUPS]


def test_a_row_is_written_in_the_order_of_its_columns(database: Database) -> None:
    """PostgreSQL takes arrays of whole rows, whose values have no names."""
    columns = inspect(database.engine).get_columns
    for rollup in ROLLUPS:
        assert [column["name"] for column in columns(rollup.table.name)] == list_columns(rollup)


def draw_lines(tx: Connection, shop: Shop) -> list[dict[str, Any]]:
    """A line without a customer, and one with each of two."""
    names = (None, "Jane", "Wei")
    drawn: list[dict[str, Any]] = []
    for name in names:
        customer_id = None if name is None else find_or_add_customer(tx, shop.company.id, name).id
        line = {column.name: 0 for column in lines.c} | {"kind": "sale", "day": FIRST}
        line |= {"document_id": len(drawn), "branch_id": shop.mall_id, "person_id": shop.bob.person_id}
        line |= {"platform": HARD_WORD, "coupon": "SUMMER"}
        drawn.append(line | {"product_id": shop.lights.id, "customer_id": customer_id})
    return drawn


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("held", ROLLUPS, ids=NAMES)
def test_rows_are_updated_in_the_order_of_the_rollups(database: Database, held: Rollup) -> None:
    """Whoever waits for a row of one rollup holds those of the rollups before it, and none after it."""
    with database.begin() as tx:
        shop = open_shop(tx)
        anonymous, jane, wei = draw_lines(tx, shop)
        move_rollups(tx, shop.company.id, [], [anonymous, jane])
    with ThreadPoolExecutor(1) as pool, database.begin() as elsewhere:
        lock_all(elsewhere, held)
        moving = pool.submit(move, database, shop, [wei, jane, anonymous])
        while not is_waiting(database):
            time.sleep(0.01)
        assert not moving.done()
        with database.begin() as tx:
            free = {rollup: lock_all(tx, rollup, "SKIP LOCKED") for rollup in ROLLUPS if rollup is not held}
    moving.result()
    place = ROLLUPS.index(held)
    expected = {rollup: 0 if index < place else 1 for index, rollup in enumerate(ROLLUPS) if index != place}
    assert free == expected


def move(database: Database, shop: Shop, opened: list[dict[str, Any]]) -> None:
    with database.begin() as tx:
        move_rollups(tx, shop.company.id, [], opened)


def lock_all(tx: Connection, rollup: Rollup, otherwise: str = "NOWAIT") -> int:
    """How many rows of a rollup could be locked."""
    return len(tx.execute(text(f"SELECT 1 FROM {rollup.table.name} FOR UPDATE {otherwise}")).all())


def is_waiting(database: Database) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with database.begin() as tx:
        return bool(tx.execute(waiting).scalar())


@pytest.mark.parametrize(
    ("terms", "words"),
    [({}, ()), ({"platform": HARD_WORD}, ("platform",)), ({"coupon": "A"}, ("coupon",))],
)
def test_a_sale_touches_no_sum_of_what_it_has_not(
    tx: Connection, shop: Shop, terms: dict[str, str], words: tuple[str, ...]
) -> None:
    shop.sell(tx, shop.bob, 2, **terms)
    found = {
        rollup.name
        for rollup in ROLLUPS
        if tx.execute(text(f"SELECT count(*) FROM {rollup.table.name} WHERE company_id = {shop.company.id}")).scalar()
    }
    sifted = {rollup.name for rollup in ROLLUPS if rollup.word}
    sums_of_words = {rollup.name for rollup in ROLLUPS if rollup.word and rollup.word in words}
    assert found == {name for name in NAMES if "customer" not in name and name not in sifted} | sums_of_words
    assert not any(proof.differences for proof in verify_rollups(tx, shop.company.id))


def test_any_number_of_lines_moves_at_once(tx: Connection, shop: Shop) -> None:
    """In and out again: what is left is the sale, as the lines say."""
    shop.sell(tx, shop.bob, 2, customer="Jane")
    drawn = draw_lines(tx, shop)
    many = [
        line | {"document_id": number, "day": FIRST + timedelta(days=number // 3), "amount_e4": number}
        for number, line in enumerate(drawn * 1_000)
    ]
    move_rollups(tx, shop.company.id, [], many)
    assert any(proof.differences for proof in verify_rollups(tx, shop.company.id))
    move_rollups(tx, shop.company.id, many, [])
    proofs = verify_rollups(tx, shop.company.id)
    assert [proof.name for proof in proofs] == NAMES
    assert not any(proof.differences for proof in proofs)
