"""A month that is closed while people write into it: what was in it when it was closed is all there ever is."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, load_viewer
from core.db import Database
from core.errors import Conflict
from core.imports import ImportOptions, import_sales
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.money import E3
from core.periods import month_of
from core.sales.closing import close_months, reopen_months
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import void_sale
from core.sales.record import record_sale
from tests.shop import Shop, open_shop

ROUNDS, SELLERS, SALES = 6, 4, 12
Sell = Callable[[Database, Shop, str, date], None]


def sell_together(database: Database, shop: Shop, name: str, day: date) -> None:
    """As the service does: in a batch with what waits beside it; every third is undone again."""

    def write(tx: Connection) -> None:
        bob = load_viewer(tx, shop.bob.person_id or 0)
        number = record(tx, bob, name, day)
        if name.endswith("3"):
            void_sale(tx, bob, number)

    asyncio.run(database.write(write))


def sell_apart(database: Database, shop: Shop, name: str, day: date) -> None:
    with database.begin() as tx:
        record(tx, shop.bob, name, day)


def record(tx: Connection, viewer: Viewer, name: str, day: date) -> int:
    return record_sale(
        tx, viewer, RecordSale("test", name, SaleTerms((SaleLine(E3, None, 10_000),), day=day))
    ).document_id


def read_figures(database: Database, shop: Shop, day: date) -> dict[str, object]:
    with database.begin_read() as tx:
        return ask(tx, shop.sam, Question(("revenue", "orders", "returns"), month_of(day), branch="all")).totals


@contextmanager
def selling(url: str, shop: Shop, sell: Sell, begun: str, day: date) -> Iterator[threading.Event]:
    """Sellers at databases of their own until the month is closed; the event is set once some have sold."""
    warm, failures = threading.Event(), []

    def work(seller: int) -> None:
        database = Database(url)
        try:
            for sale in range(SALES):
                sell(database, shop, f"{begun}-{seller}-{sale}", day)
                if sale == 1:
                    warm.set()
        except Conflict as closed:
            if closed.field != "date":
                failures.append(closed)
        except Exception as error:
            failures.append(error)
        finally:
            warm.set()
            database.close()

    sellers = [threading.Thread(target=work, args=(number,)) for number in range(SELLERS)]
    for seller in sellers:
        seller.start()
    yield warm
    for seller in sellers:
        seller.join()
    assert failures == []


@pytest.mark.parametrize("sell", [sell_together, sell_apart])
def test_nothing_enters_a_month_after_it_was_closed(database: Database, database_url: str, sell: Sell) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
    day = clock.today(shop.company.time_zone).replace(day=1) - timedelta(days=3)
    for number in range(ROUNDS):
        with selling(database_url, shop, sell, f"round {number}", day) as warm:
            warm.wait()
            with database.begin() as tx:
                close_months(tx, shop.sam, day)
            at_once = read_figures(database, shop, day)
        assert read_figures(database, shop, day) == at_once
        with database.begin() as tx:
            assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))
            reopen_months(tx, load_viewer(tx, shop.sam.person_id or 0), day)


def test_nor_does_a_file_that_is_coming_in(database: Database, database_url: str, tmp_path: Path) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
    day = clock.today(shop.company.time_zone).replace(day=1) - timedelta(days=3)
    file = tmp_path / "sales.csv"
    rows = "".join(f"T-{n},{day},SOL-3077,1,24.99,bob\n" for n in range(2_000))
    file.write_text(f"order_id,date,sku,quantity,amount,person\n{rows}", encoding="utf-8")
    begun = threading.Event()
    taken: list[int] = []

    def bring() -> None:
        other = Database(database_url)
        options = ImportOptions(branch="Mall", batch_rows=50)
        result = import_sales(other, shop.sam, file, options, lambda done, _rows: begun.set() if done else None)
        taken.append(result.recorded)
        other.close()

    importing = threading.Thread(target=bring)
    importing.start()
    begun.wait()
    with database.begin() as tx:
        close_months(tx, shop.sam, day)
    at_once = read_figures(database, shop, day)
    importing.join()
    assert read_figures(database, shop, day) == at_once
    assert at_once["orders"] == taken[0]
