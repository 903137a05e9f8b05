"""Stock: every level is explained by its moves, whoever moves it, in whatever order, at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.catalog.products import Product, add_product, retire_product
from core.catalog.stock import StockMove, move_stock, verify_stock
from core.catalog.stocktaking import count_stock, list_stock, receive_stock
from core.db import Database
from core.errors import InvalidInput, NotAllowed, NotFound
from core.models.catalog import stock_levels, stock_moves
from core.people.employment import choose_branch
from tests.core.people.shop import Shop, open_shop
from tests.statements import record_statements


def _add(tx: Connection, shop: Shop, sku: str = "SOL", **terms: int) -> Product:
    return add_product(tx, shop.alice, sku=sku, name=f"{sku} lamp", **terms)  # type: ignore[arg-type]


def _move(tx: Connection, shop: Shop, *moves: StockMove) -> dict[tuple[int, int], int]:
    return move_stock(tx, shop.company.id, moves, person_id=None, at=clock.now())


def _on_hand(tx: Connection, viewer: Viewer, branch_id: int | None = None) -> dict[str, int]:
    return {row.product.sku: row.on_hand_e3 for row in list_stock(tx, viewer, branch_id=branch_id)}


def test_it_adds_moves_to_levels_and_says_what_is_left(tx: Connection, shop: Shop) -> None:
    here, there = shop.riyadh.id, shop.jeddah.id
    sol, grp = _add(tx, shop, stock_e3=10_000).id, _add(tx, shop, "GRP", stock_e3=0).id
    after = _move(
        tx,
        shop,
        StockMove(here, grp, -2_500, "sale"),
        StockMove(here, sol, -3_000, "sale"),
        StockMove(there, sol, 4_000, "return"),
        StockMove(here, sol, -500, "sale"),
    )
    assert after == {(here, sol): 6_500, (here, grp): -2_500, (there, sol): 4_000}
    assert _move(tx, shop) == {}
    assert verify_stock(tx, shop.company.id).levels == 3
    assert verify_stock(tx, shop.company.id).differences == ()


def test_it_moves_stock_by_two_statements(tx: Connection, shop: Shop) -> None:
    product = _add(tx, shop, stock_e3=1_000)
    with record_statements(tx) as statements:
        _move(tx, shop, StockMove(shop.riyadh.id, product.id, -1_000, "sale"))
    assert len(statements) == 2


def test_it_receives_into_the_branch_worked_on(tx: Connection, shop: Shop) -> None:
    product = _add(tx, shop)
    assert not product.tracks_stock
    row = receive_stock(tx, shop.alice, product.id, 2_000)
    assert (row.on_hand_e3, row.product.tracks_stock) == (2_000, True)
    assert receive_stock(tx, choose_branch(tx, shop.dana, "jeddah"), product.id, 500).on_hand_e3 == 500
    assert receive_stock(tx, shop.operator, product.id, 500, shop.jeddah.id).on_hand_e3 == 1_000
    assert _on_hand(tx, shop.bob) == {"SOL": 2_000}
    assert _on_hand(tx, shop.charlie) == {"SOL": 1_000}


def test_it_records_a_count_as_the_difference(tx: Connection, shop: Shop) -> None:
    product = _add(tx, shop, stock_e3=10_000)
    for counted_e3 in (7_500, 7_500, 0, 12_000):
        assert count_stock(tx, shop.alice, product.id, counted_e3).on_hand_e3 == counted_e3
    counts = select(stock_moves.c.quantity_e3).where(stock_moves.c.reason == "count").order_by(stock_moves.c.id)
    assert list(tx.execute(counts).scalars()) == [-2_500, 0, -7_500, 12_000]
    assert count_stock(tx, shop.operator, product.id, 3_000, shop.jeddah.id).on_hand_e3 == 3_000
    assert verify_stock(tx, shop.company.id).differences == ()


@pytest.mark.parametrize("quantity_e3", [-1, 10**17])
def test_it_refuses_impossible_quantities(tx: Connection, shop: Shop, quantity_e3: int) -> None:
    product = _add(tx, shop)
    for change in (receive_stock, count_stock):
        with pytest.raises(InvalidInput) as refusal:
            change(tx, shop.alice, product.id, quantity_e3)
        assert refusal.value.field == "quantity"
    with pytest.raises(InvalidInput):
        receive_stock(tx, shop.alice, product.id, 0)


def test_it_lets_nobody_touch_or_see_the_stock_of_another_branch(tx: Connection, shop: Shop) -> None:
    product = _add(tx, shop, stock_e3=1_000)
    for viewer in (shop.bob, shop.charlie):
        for change in (receive_stock, count_stock):
            with pytest.raises(NotAllowed, match="receive and count"):
                change(tx, viewer, product.id, 1_000)
    with pytest.raises(NotAllowed):
        receive_stock(tx, shop.alice, product.id, 1_000, shop.jeddah.id)
    with pytest.raises(NotAllowed):
        list_stock(tx, shop.charlie, branch_id=shop.riyadh.id)
    assert _on_hand(tx, shop.charlie) == {"SOL": 0}
    other = open_shop(tx, "Other")
    assert list_stock(tx, other.alice) == ()
    with pytest.raises(NotFound):
        receive_stock(tx, other.alice, product.id, 1_000)


def test_it_lists_what_is_kept_and_what_is_low(tx: Connection, shop: Shop) -> None:
    _add(tx, shop, "B", stock_e3=5_000, reorder_point_e3=5_000)
    _add(tx, shop, "A", stock_e3=4_999, reorder_point_e3=5_000)
    _add(tx, shop, "C", stock_e3=1)
    _add(tx, shop, "NOT-KEPT")
    retire_product(tx, shop.alice, _add(tx, shop, "RETIRED", stock_e3=1, reorder_point_e3=5).id)
    rows = list_stock(tx, shop.bob)
    assert [(row.product.sku, row.is_low) for row in rows] == [("A", True), ("B", False), ("C", False)]
    assert [row.product.sku for row in list_stock(tx, shop.bob, below_reorder_only=True)] == ["A"]
    assert [row.product.sku for row in list_stock(tx, shop.bob, search="c lamp")] == ["C"]
    assert [row.product.sku for row in list_stock(tx, shop.bob, limit=2)] == ["A", "B"]
    low_there = list_stock(tx, shop.charlie, below_reorder_only=True)
    assert [(row.product.sku, row.on_hand_e3) for row in low_there] == [("A", 0), ("B", 0)]


def test_it_notices_a_level_that_its_moves_do_not_explain(tx: Connection, shop: Shop) -> None:
    sol, grp = _add(tx, shop, stock_e3=10_000), _add(tx, shop, "GRP", stock_e3=1_000)
    dark = _add(tx, shop, "DRK", stock_e3=0)
    of = stock_levels.c.product_id
    tx.execute(update(stock_levels).where(of == sol.id).values(on_hand_e3=9_000))
    tx.execute(delete(stock_levels).where(of == grp.id))
    unexplained = {"branch_id": shop.riyadh.id, "product_id": dark.id, "on_hand_e3": 7}
    tx.execute(insert(stock_levels), {"company_id": shop.company.id, **unexplained})
    differences = verify_stock(tx, shop.company.id).differences
    assert len(differences) == 3
    for product, level, moves in ((sol, 9_000, 10_000), (dark, 7, 0), (grp, 0, 1_000)):
        assert f"branch {shop.riyadh.id}, product {product.id}: level {level}, moves {moves}" in differences
    assert verify_stock(tx, open_shop(tx, "Other").company.id).differences == ()


@pytest.mark.parametrize("seed", range(5))
def test_it_balances_after_any_sequence(tx: Connection, shop: Shop, seed: int) -> None:
    dice, believed = random.Random(seed), dict[tuple[int, int], int]()
    numbers = [_add(tx, shop, f"P{number}").id for number in range(3)]
    for _ in range(60):
        branch, product = dice.choice((shop.riyadh.id, shop.jeddah.id)), dice.choice(numbers)
        quantity_e3, key = dice.randint(1, 9_999), (branch, product)
        match dice.choice(("move", "receive", "count")):
            case "move":
                believed[key] = believed.get(key, 0) - quantity_e3
                assert _move(tx, shop, StockMove(*key, -quantity_e3, "sale")) == {key: believed[key]}
            case "receive":
                believed[key] = believed.get(key, 0) + quantity_e3
                assert receive_stock(tx, shop.dana, product, quantity_e3, branch).on_hand_e3 == believed[key]
            case _:
                believed[key] = quantity_e3
                assert count_stock(tx, shop.dana, product, quantity_e3, branch).on_hand_e3 == quantity_e3
    assert verify_stock(tx, shop.company.id).levels == len(believed)
    assert verify_stock(tx, shop.company.id).differences == ()


def test_it_loses_no_move_of_many_at_once(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        numbers = [_add(tx, shop, f"P{number}", stock_e3=0).id for number in range(4)]

    def sell(seed: int) -> None:
        mixed = random.Random(seed).sample(numbers, len(numbers))
        with database.begin() as tx:
            _move(tx, shop, *(StockMove(shop.riyadh.id, number, -1_000, "sale") for number in mixed))

    def count(number: int) -> None:
        with database.begin() as tx:
            count_stock(tx, shop.alice, number, 5_000)

    with ThreadPoolExecutor(8) as pool:
        sold, counted = [pool.submit(sell, seed) for seed in range(40)], [pool.submit(count, n) for n in numbers[:2]]
        assert [future.result() for future in sold + counted] == [None] * 42
    with database.begin() as tx:
        proof, left = verify_stock(tx, shop.company.id), _on_hand(tx, shop.alice)
    assert (proof.levels, proof.differences) == (4, ())
    assert (left["P2"], left["P3"]) == (-40_000, -40_000)
