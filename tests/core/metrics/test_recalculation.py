"""Recalculations of large ledgers: asked for at once, done in pieces by one process, while people go on selling."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, delete, update

from core import clock
from core.db import Database
from core.errors import NotAllowed
from core.metrics import recalculation
from core.metrics.recalculation import (
    HELD_FOR,
    Stage,
    ask_for_recalculation,
    do_recalculations,
    read_recalculation,
)
from core.metrics.recount import count_differences, verify_rollups
from core.models.recalculations import recalculations
from core.models.rollups import ROLLUPS
from tests.shop import Shop, open_shop

TABLES = {rollup.name: rollup.table for rollup in ROLLUPS}


@pytest.fixture(autouse=True)
def _every_ledger_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalculation, "FEW_LINES", 0)


@pytest.fixture
def sold(database: Database) -> Shop:
    """A shop with sales of three years, and of customers."""
    with database.begin() as tx:
        shop = open_shop(tx)
        for day in (date(2023, 11, 30), date(2024, 2, 29), date(2025, 1, 1), date(2025, 1, 31)):
            shop.sell(tx, shop.bob, 2, day=day, customer="Jane")
            shop.sell(tx, shop.charlie, 1, shop.dumbbells, day=day)
        return shop


def spoil(tx: Connection, shop: Shop) -> None:
    """A sum that is wrong, one that is missing, and one of days on which nothing was sold."""
    branch_day, customer_year = TABLES["branch_day"], TABLES["customer_year"]
    tx.execute(update(branch_day).where(branch_day.c.day == date(2024, 2, 29)).values(revenue_e4=1))
    tx.execute(delete(customer_year))
    stray = dict.fromkeys(TABLES["product_month"].c.keys(), 7)
    for day in (date(1999, 1, 1), date(2040, 5, 1), date(2024, 7, 1)):
        own = {"company_id": shop.company.id, "product_id": shop.lights.id, "day": day}
        tx.execute(TABLES["product_month"].insert(), stray | own)


def is_right(tx: Connection, shop: Shop) -> bool:
    return not any(proof.differences for proof in verify_rollups(tx, shop.company.id))


async def test_a_large_ledger_is_put_right_in_pieces(database: Database, sold: Shop) -> None:
    with database.begin() as tx:
        spoil(tx, sold)
        assert ask_for_recalculation(tx, sold.sam).stage is Stage.ASKED
        assert not is_right(tx, sold)
    await do_recalculations(database)
    with database.begin_read() as tx:
        assert is_right(tx, sold)
        done = read_recalculation(tx, sold.sam)
    assert done is not None
    assert done.stage is Stage.DONE
    assert done.has_put_right
    differences = {one.name: one.differences for one in done.checked if one.differences}
    assert differences == {"branch_day": 2, "product_month": 3, "customer_year": 3}
    rows = {proof.name: proof.rows for proof in verify(database, sold)}
    spoilt = {"product_month": rows["product_month"] + 3, "customer_year": 0}
    assert {one.name: one.rows for one in done.checked} == rows | spoilt


def verify(database: Database, shop: Shop) -> tuple[recalculation.Checked, ...]:
    with database.begin_read() as tx:
        return tuple(recalculation.Checked(one.name, one.rows, 0) for one in verify_rollups(tx, shop.company.id))


async def test_an_empty_ledger_is_proved_too(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        tx.execute(recalculations.insert(), {"company_id": shop.company.id, "asked_at": clock.now(), "checked": []})
    await do_recalculations(database)
    with database.begin_read() as tx:
        done = read_recalculation(tx, shop.sam)
    assert done is not None
    assert {one.rows for one in done.checked} == {0}


async def test_sales_told_meanwhile_are_counted_once(database: Database, sold: Shop) -> None:
    with database.begin() as tx:
        spoil(tx, sold)
        ask_for_recalculation(tx, sold.sam)

    async def sell() -> None:
        for number in range(20):
            day = date(2024, 2, 29) if number % 2 else date(2025, 1, 31)
            await database.write(partial(sold.sell, viewer=sold.bob, day=day, customer="Jane"))

    await asyncio.gather(sell(), do_recalculations(database))
    with database.begin_read() as tx:
        assert is_right(tx, sold)


async def test_only_one_process_does_it(
    database: Database, database_url: str, sold: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[int] = []
    prove = recalculation._prove

    async def count(database: Database, hold: recalculation.Hold) -> None:
        proved.append(hold.company_id)
        await prove(database, hold)

    monkeypatch.setattr(recalculation, "_prove", count)
    with database.begin() as tx:
        ask_for_recalculation(tx, sold.sam)
        ask_for_recalculation(tx, sold.sam)
    other = Database(database_url)
    await asyncio.gather(do_recalculations(database), do_recalculations(other))
    other.close()
    await do_recalculations(database)
    assert proved == [sold.company.id]


@pytest.mark.parametrize(("silent_for", "stage"), [(HELD_FOR / 2, Stage.RUNNING), (HELD_FOR * 2, Stage.DONE)])
async def test_what_a_process_left_undone_another_does(
    database: Database, sold: Shop, silent_for: timedelta, stage: Stage
) -> None:
    with database.begin() as tx:
        ask_for_recalculation(tx, sold.sam)
        tx.execute(update(recalculations).values(held_at=clock.now() - silent_for))
    await do_recalculations(database)
    with database.begin() as tx:
        found = read_recalculation(tx, sold.sam)
        assert found is not None
        assert found.stage is stage
        again = ask_for_recalculation(tx, sold.sam)
    assert again.stage is (Stage.RUNNING if stage is Stage.RUNNING else Stage.ASKED)


async def test_whoever_was_thought_dead_says_nothing_more(
    database: Database, sold: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalculation, "SAY_AFTER", timedelta(seconds=-1))
    with database.begin() as tx:
        ask_for_recalculation(tx, sold.sam)

    def lose(tx: Connection, *of_it: object) -> tuple[int, int]:
        with database.begin() as other:
            other.execute(update(recalculations).values(held_at=datetime(2020, 1, 1, tzinfo=UTC)))
        return count_differences(tx, *of_it)  # type: ignore[arg-type]

    monkeypatch.setattr(recalculation, "count_differences", lose)
    await do_recalculations(database)
    with database.begin_read() as tx:
        found = read_recalculation(tx, sold.sam)
    assert found is not None
    assert found.stage is Stage.RUNNING


def test_only_whoever_manages_the_company_may_ask(tx: Connection, shop: Shop) -> None:
    for who in (shop.bob, shop.alice):
        with pytest.raises(NotAllowed):
            ask_for_recalculation(tx, who)
        with pytest.raises(NotAllowed):
            read_recalculation(tx, who)
