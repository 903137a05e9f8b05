"""Writes that share a commit on PostgreSQL: what goes wrong with one is nobody else's, and no answer is untrue."""

import asyncio
import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from core.access import load_viewer
from core.db import Database
from core.errors import InvalidInput, Unavailable
from core.group_commit import TURN
from core.metrics.recount import verify_rollups
from core.models.company import setup_codes
from core.models.sales import documents
from core.money import E3
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale
from core.statements import Statement
from tests.shop import open_shop
from tests.wire import Wire, lay_wire

only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
Write = Callable[[Connection], Any]


class Writes:
    """Writes of one row each that count how often they were run; some do something else before."""

    def __init__(self) -> None:
        self.runs: Counter[int] = Counter()

    def make(self, number: int, before: Write = lambda _: None) -> Write:
        def write(tx: Connection) -> int:
            self.runs[number] += 1
            before(tx)
            tx.execute(insert(setup_codes), {"id": number, "code_hash": str(number)})
            return number

        return write

    def once(self, number: int, before: Write) -> Write:
        """The same, but what comes before happens only the first time."""
        return self.make(number, lambda tx: before(tx) if self.runs[number] == 1 else None)


def list_codes(tx: Connection) -> list[int]:
    return list(tx.execute(select(setup_codes.c.id).order_by(setup_codes.c.id)).scalars())


async def write_together(database: Database, *writes: Write) -> list[Any]:
    """Have all of them wait at the same time, and hear what each was answered."""
    return await asyncio.gather(*map(database.write, writes), return_exceptions=True)


def end_connection(tx: Connection) -> None:
    tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


# ---- connections -----------------------------------------------------------------------------------------------------


@only_postgresql
async def test_a_batch_whose_connection_is_ended_is_written_all_the_same(database: Database) -> None:
    writes, refusal = Writes(), InvalidInput("No.", field="number")

    def refuse(_: Connection) -> None:
        raise refusal

    batch = [writes.make(1), writes.make(2, refuse), writes.once(3, end_connection), writes.make(4)]
    assert await write_together(database, *batch) == [1, refusal, 3, 4]
    assert await database.read(list_codes) == [1, 3, 4]
    assert writes.runs[1] == writes.runs[3] == 2


@pytest.fixture
def wired(database_url: str) -> Iterator[tuple[Wire, Database]]:
    """A database at the other end of a wire."""
    with lay_wire(database_url) as (wire, address):
        database = Database(address)
        yield wire, database
        database.close()


@only_postgresql
@pytest.mark.parametrize(("cut_at", "runs"), [("before", 2), ("after", 1)])
async def test_a_commit_nobody_heard_of_is_looked_up(wired: tuple[Wire, Database], cut_at: str, runs: int) -> None:
    """Run again where it was not committed, and only there: these would be refused the second time."""
    wire, database = wired
    await database.write(list_codes)
    writes, wire.cut_at = Writes(), cut_at
    assert await write_together(database, *map(writes.make, (1, 2, 3))) == [1, 2, 3]
    assert set(writes.runs.values()) == {runs}
    assert await database.read(list_codes) == [1, 2, 3]


@only_postgresql
async def test_what_cannot_be_looked_up_is_not_called_unrecorded(wired: tuple[Wire, Database]) -> None:
    wire, database = wired
    await database.write(list_codes)
    wire.cut_at = "after"

    def go_down(_: Connection) -> None:
        wire.is_down = True

    writes = Writes()
    answers = await write_together(database, writes.make(1), writes.make(2, go_down))
    assert {str(answer) for answer in answers} == {
        "The database went away while this was saved, so it may be recorded or not."
    }
    wire.is_down = False
    assert await database.read(list_codes) == [1, 2]
    assert set(writes.runs.values()) == {1}


@only_postgresql
async def test_an_outage_is_told_to_everybody(wired: tuple[Wire, Database]) -> None:
    wire, database = wired

    def go_down(_: Connection) -> None:
        wire.is_down = True
        wire.cut()

    writes = Writes()
    answers = await write_together(database, writes.make(1), writes.once(2, go_down), writes.make(3))
    assert all(isinstance(answer, Unavailable) and "nothing was recorded" in answer.message for answer in answers)
    wire.is_down = False
    assert await database.read(list_codes) == []
    assert await database.write(writes.make(4)) == 4


# ---- commits -------------------------------------------------------------------------------------------------------


@contextmanager
def forbid_code(database: Database, number: int) -> Iterator[None]:
    """A rule of the database's own that is looked at only when a transaction commits."""
    refuse = f"BEGIN IF NEW.id = {number} THEN RAISE EXCEPTION 'never'; END IF; RETURN NEW; END"
    with database.begin() as tx:
        tx.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$"))
        when = "AFTER INSERT ON setup_codes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        tx.execute(text(f"CREATE CONSTRAINT TRIGGER refuse {when} EXECUTE FUNCTION refuse()"))
    try:
        yield
    finally:
        with database.begin() as tx:
            tx.execute(text("DROP FUNCTION refuse CASCADE"))


@only_postgresql
async def test_a_commit_that_is_refused_is_nobodys_success(database: Database) -> None:
    with forbid_code(database, 2):
        writes = Writes()
        one, two, three = await write_together(database, *map(writes.make, (1, 2, 3)))
        assert (one, three) == (1, 3)
        assert isinstance(two, DBAPIError)
        assert await database.read(list_codes) == [1, 3]


@only_postgresql
async def test_what_waits_to_be_told_is_its_own_jobs(database: Database) -> None:
    """A write that nobody waits for fails the job that made it, and a job taken back takes nothing else along."""
    insert_code, refusal = Statement(insert(setup_codes)), InvalidInput("No.", field="number")

    def keep(number: int) -> Write:
        return lambda tx: insert_code.run(tx, {"id": number, "code_hash": str(number)})

    def refuse(_: Connection) -> None:
        raise refusal

    def keep_and_refuse(tx: Connection) -> None:
        keep(3)(tx)
        raise refusal

    await database.write(keep(9))
    batch = keep(1), refuse, keep(2), keep(1), keep_and_refuse, keep(4), keep(9), refuse
    answers = await write_together(database, *batch)
    assert [type(answer) for answer in answers] == [
        *(type(None), InvalidInput, type(None), IntegrityError, InvalidInput, type(None), IntegrityError, InvalidInput)
    ]
    assert await database.read(list_codes) == [1, 2, 4, 9]


# ---- waiting for others ----------------------------------------------------------------------------------------------


@only_postgresql
async def test_a_row_that_is_held_elsewhere_keeps_only_its_own_write_waiting(database: Database) -> None:
    writes = Writes()
    await database.write(writes.make(1))

    def rename(tx: Connection) -> None:
        tx.execute(text("UPDATE setup_codes SET code_hash = 'new' WHERE id = 1"))

    with database.begin() as elsewhere:
        rename(elsewhere)
        waiting = asyncio.ensure_future(database.write(writes.make(2, rename)))
        assert await write_together(database, *map(writes.make, (3, 4))) == [3, 4]
        assert not waiting.done()
    assert await waiting == 2
    assert await database.read(list_codes) == [1, 2, 3, 4]


@only_postgresql
async def test_of_two_that_wait_for_each_other_the_batch_gives_way(database: Database) -> None:
    """Long work in a transaction of its own is not what PostgreSQL ends, whoever came first."""
    writes, holds = Writes(), threading.Event()
    await write_together(database, *map(writes.make, (1, 2)))

    def rename(tx: Connection, number: int) -> None:
        tx.execute(text("UPDATE setup_codes SET code_hash = code_hash || '!' WHERE id = :id"), {"id": number})

    def work_long() -> None:
        with database.begin() as tx:
            rename(tx, 2)
            holds.set()
            time.sleep(0.1)
            rename(tx, 1)

    working = asyncio.create_task(asyncio.to_thread(work_long))
    await asyncio.to_thread(holds.wait)
    first, second = writes.make(3, lambda tx: rename(tx, 1)), writes.make(4, lambda tx: rename(tx, 2))
    assert await write_together(database, first, second) == [3, 4]
    await working
    assert writes.runs == {1: 1, 2: 1, 3: 1, 4: 2}
    codes = select(setup_codes.c.code_hash).where(setup_codes.c.id < 3)
    assert await database.read(lambda tx: set(tx.execute(codes).scalars())) == {"1!!", "2!!"}


@only_postgresql
async def test_without_a_turn_each_is_written_alone_and_a_deadlock_is_tried_again(database: Database) -> None:
    """Another process has the turn and does not give it back: two that then deadlock are both written all the same."""
    writes, both = Writes(), threading.Barrier(2, timeout=5)
    await write_together(database, *map(writes.make, (1, 2)))

    def rename_both(first: int, second: int) -> Write:
        def rename(tx: Connection) -> None:
            for number in (first, second):
                tx.execute(text("UPDATE setup_codes SET code_hash = code_hash || '!' WHERE id = :id"), {"id": number})
                if number == first and writes.runs.total() <= 4:
                    both.wait()

        return rename

    with database.begin() as elsewhere:
        elsewhere.execute(text(f"SELECT pg_advisory_xact_lock({TURN})"))
        batch = writes.make(3, rename_both(1, 2)), writes.make(4, rename_both(2, 1))
        assert await write_together(database, *batch) == [3, 4]
    assert writes.runs.total() == 5
    codes = select(setup_codes.c.code_hash).where(setup_codes.c.id < 3)
    assert await database.read(lambda tx: set(tx.execute(codes).scalars())) == {"1!!", "2!!"}


@only_postgresql
@pytest.mark.parametrize("naps", [(1.5,), (0.1,) * 15])
async def test_long_work_does_not_hold_up_its_batch(database: Database, naps: tuple[float, ...]) -> None:
    """One long statement, or many short ones: it is done alone, and the others do not wait for its end."""
    writes = Writes()

    def work(tx: Connection) -> None:
        for seconds in naps:
            tx.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})

    slow = asyncio.ensure_future(database.write(writes.make(1, work)))
    assert await write_together(database, *map(writes.make, (2, 3))) == [2, 3]
    assert not slow.done()
    assert await slow == 1
    assert await database.read(list_codes) == [1, 2, 3]


@only_postgresql
async def test_two_batches_take_turns(database: Database, database_url: str) -> None:
    """Two processes that write the same rows in opposite orders do not even have to try twice."""
    other, turns = Database(database_url), count()
    writes = Writes()
    await write_together(database, *map(writes.make, (1, 2)))

    def rename(number: int) -> Write:
        def run(tx: Connection) -> int:
            next(turns)
            tx.execute(text("UPDATE setup_codes SET code_hash = code_hash || '!' WHERE id = :id"), {"id": number})
            tx.execute(text("SELECT pg_sleep(0.005)"))
            return number

        return run

    forwards, backwards = [rename(1), rename(2)] * 4, [rename(2), rename(1)] * 4
    one, two = await asyncio.gather(write_together(database, *forwards), write_together(other, *backwards))
    other.close()
    assert (one, two) == ([1, 2] * 4, [2, 1] * 4)
    assert next(turns) == 16
    lengths = select(func.length(setup_codes.c.code_hash))
    assert await database.read(lambda tx: list(tx.execute(lengths).scalars())) == [9, 9]


# ---- several processes -----------------------------------------------------------------------------------------------

PROCESSES, SALES = 2, 40


def sell_in_process(url: str, seed: int, people: list[int], products: list[int]) -> int:
    """Everybody sells at once, each several things in any order; how many sales were answered."""
    chance, database = Random(seed), Database(url)

    def sell(tx: Connection, number: int, person_id: int, chosen: list[int]) -> int:
        terms = SaleTerms(tuple(SaleLine(E3, product) for product in chosen), customer=f"Customer {number % 5}")
        return record_sale(tx, load_viewer(tx, person_id), RecordSale("test", f"{seed}:{number}", terms)).document_id

    async def sell_all() -> int:
        chosen = [chance.sample(products, chance.randint(1, 2)) for _ in range(SALES)]
        sales = (database.write(sell, number, chance.choice(people), one) for number, one in enumerate(chosen))
        return len(set(await asyncio.gather(*sales)))

    try:
        return asyncio.run(sell_all())
    finally:
        database.close()


def test_two_processes_sell_at_once(database: Database, database_url: str) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
    people = [viewer.person_id or 0 for viewer in (shop.alice, shop.bob, shop.dana)]
    products = [shop.dumbbells.id, shop.lights.id]
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = [pool.submit(sell_in_process, database_url, seed, people, products) for seed in range(PROCESSES)]
        assert [one.result(120) for one in running] == [SALES] * PROCESSES
    with database.begin_read() as tx:
        assert tx.execute(select(func.count()).select_from(documents)).scalar_one() == PROCESSES * SALES
        assert [proof.differences for proof in verify_rollups(tx, shop.company.id) if proof.differences] == []
