"""Syncs: watched, stopped, killed, long. One rule: nothing is lost, nothing is twice, and memory does not grow."""

import signal
import subprocess
import sys
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from core.access import act_as_operator, load_viewer
from core.errors import Conflict, NotAllowed, Unavailable
from core.imports.tally import SyncProgress, TallyOptions, read_company_progress, read_complete_sales
from core.imports.tally.exports import read_export
from core.imports.tally.files.source import open_source
from core.imports.tally.sync import Sync
from core.models.imports import imports
from core.periods import month_of
from tests.core.imports.shop import Shop
from tests.core.imports.tally.daybooks import make_book, sell, write_book

SMALL = TallyOptions(batch_vouchers=20)


class Stop(Exception):
    """What stops a sync half-way."""


def stop_at(voucher: int):
    def listen(progress: SyncProgress) -> None:
        if progress.current >= voucher:
            raise Stop

    return listen


def book(tmp_path: Path, count: int = 100, name: str = "DayBook.xml", company: str = "Demo Ltd") -> Path:
    return write_book(tmp_path / name, (sell(f"{name}-{n}", f"{n}.50") for n in range(count)), company)


def test_it_tells_who_listens_how_far_each_company_is(sqlite_shop: Shop, tmp_path: Path):
    sync, heard = Sync(sqlite_shop.database, sqlite_shop.alice), []
    end = sync.subscribe(lambda progress: heard.append((progress, sync.is_in_progress())))
    paths = [book(tmp_path, 50), book(tmp_path, 30, "two.xml", "Other & Co"), book(tmp_path, 10, "three.xml")]
    assert not sync.is_in_progress()
    sync.run(paths, SMALL)
    assert not sync.is_in_progress()
    demo = [(one.current, one.total, one.percentage) for one, _ in heard if one.company == "Demo Ltd"]
    assert demo[0] == (0, 60, 0)
    assert demo[-1] == (60, 60, 100)
    assert (20, 60, 33) in demo
    assert [current for current, _, _ in demo] == sorted(current for current, _, _ in demo)
    assert all(is_running for one, is_running in heard if one.state == "running")
    assert "two.xml: 20 of 30 vouchers" in [one.message for one, _ in heard]
    progress = sync.get_company_progress("Other & Co")
    assert progress is not None
    assert (progress.percentage, progress.state, progress.last_updated is None) == (100, "done", False)
    end()
    heard.clear()
    sync.run(paths[:1], SMALL)
    assert heard == []


def test_it_goes_on_where_it_was_stopped(shop: Shop, tmp_path: Path):
    path, sync = book(tmp_path, 100), Sync(shop.database, shop.alice)
    sync.subscribe(stop_at(40))
    with pytest.raises(Stop):
        sync.run([path], SMALL)
    assert shop.totals("orders") == [40]
    assert not sync.is_in_progress()
    other = Sync(shop.database, shop.alice)  # another process would see the same
    for one in (sync, other):
        progress = one.get_company_progress("Demo Ltd")
        assert progress is not None
        assert (progress.current, progress.total, progress.percentage) == (40, 100, 40)
        assert progress.state == "interrupted"
    result = other.run([path], SMALL)
    assert (result.resumed_at, result.read, result.recorded) == (40, 100, 60)
    assert shop.totals("invoiced,orders") == ["5000.00", 100]
    with shop.database.begin_read() as tx:
        (row,) = tx.execute(select(imports)).all()
    assert (row.rows_in_file, row.rows_read, row.rows_recorded, row.finished_at is None) == (100, 100, 100, False)
    shop.verify()


def test_it_keeps_the_rejected_of_a_run_that_was_stopped(sqlite_shop: Shop, tmp_path: Path):
    vouchers = [sell(f"g{n}", day="20261399" if n % 10 == 0 else "20260401") for n in range(60)]
    path, sync = write_book(tmp_path / "b.xml", vouchers), Sync(sqlite_shop.database, sqlite_shop.alice)
    end = sync.subscribe(stop_at(40))
    with pytest.raises(Stop):
        sync.run([path], SMALL)
    end()
    result = sync.run([path], SMALL)
    assert len(result.rejects[0].read_text(encoding="utf-8-sig").splitlines()) == 7
    assert sqlite_shop.totals("orders") == [54]


KILLED = """
import sys
from pathlib import Path
from core.access import load_viewer
from core.db import Database
from core.imports.tally import TallyOptions
from core.imports.tally.sync import Sync
database = Database(sys.argv[1])
with database.begin_read() as tx:
    viewer = load_viewer(tx, int(sys.argv[2]))
sync = Sync(database, viewer)
sync.subscribe(lambda progress: print(progress.current, flush=True))
sync.run([Path(sys.argv[3])], TallyOptions(batch_vouchers=10))
"""


def test_it_survives_kill_9(shop: Shop, tmp_path: Path):
    vouchers, truth = make_book(500, seed=3)
    path = write_book(tmp_path / "book.xml", vouchers)
    url = shop.database.engine.url
    address = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, address, str(shop.alice.person_id), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert any(int(line) >= 150 for line in child.stdout)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    shop.verify()
    (before,) = shop.totals("orders")
    assert 0 < before < truth.orders
    result = Sync(shop.database, shop.alice).run([path], TallyOptions(batch_vouchers=10))
    assert result.resumed_at >= 150
    assert shop.totals("invoiced,orders") == [f"{sum(truth.invoiced.values(), Decimal(0)):.2f}", truth.orders]
    shop.verify()


def test_it_says_so_when_the_database_goes_away_and_goes_on_when_it_is_back(shop: Shop, tmp_path: Path):
    if shop.database.is_sqlite:
        pytest.skip("a file does not go away")
    path, sync = book(tmp_path, 100), Sync(shop.database, shop.alice)

    def put_out(progress: SyncProgress) -> None:
        if progress.current == 40:
            with create_engine(shop.database.engine.url, poolclass=NullPool).connect() as other:
                everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                other.execute(text(f"{everybody} AND pid <> pg_backend_pid()"))

    end = sync.subscribe(put_out)
    with pytest.raises(Unavailable, match="40 vouchers"):
        sync.run([path], SMALL)
    end()
    progress = sync.get_company_progress("Demo Ltd")
    assert progress is not None
    assert progress.state == "interrupted"
    assert sync.run([path], SMALL).resumed_at == 40
    assert shop.totals("invoiced,orders") == ["5000.00", 100]
    shop.verify()


def test_it_refuses_a_file_somebody_is_importing_just_now(sqlite_shop: Shop, tmp_path: Path):
    path, sync = book(tmp_path, 40), Sync(sqlite_shop.database, sqlite_shop.alice)

    def again(progress: SyncProgress) -> None:
        if progress.current == 20:
            Sync(sqlite_shop.database, sqlite_shop.alice).run([path], SMALL)

    sync.subscribe(again)
    with pytest.raises(Conflict):
        sync.run([path], SMALL)


def test_it_shows_nobody_of_another_company_anything(sqlite_shop: Shop, tmp_path: Path):
    Sync(sqlite_shop.database, sqlite_shop.alice).run([book(tmp_path, 10)], SMALL)
    assert Sync(sqlite_shop.database, sqlite_shop.charlie).get_company_progress("Demo Ltd") is None
    with sqlite_shop.database.begin_read() as tx:
        assert read_company_progress(tx, sqlite_shop.charlie) == ()
        assert list(read_complete_sales(tx, sqlite_shop.charlie).sales) == []
        assert len(list(read_complete_sales(tx, sqlite_shop.alice).sales)) == 10
        bob = load_viewer(tx, sqlite_shop.bob.person_id)
        with pytest.raises(NotAllowed):
            Sync(sqlite_shop.database, bob).run([tmp_path / "DayBook.xml"], TallyOptions(branch="nowhere"))


def test_it_gives_the_complete_sales_of_a_company_and_period(shop: Shop, tmp_path: Path):
    back = sell("r", "5.00", type="Credit Note", is_return=True)
    vouchers = [sell("a", "10.00"), sell("b", "20.00", day="20260501"), back]
    Sync(shop.database, shop.alice).run([write_book(tmp_path / "a.xml", vouchers, "A Ltd")], SMALL)
    Sync(shop.database, shop.alice).run([write_book(tmp_path / "b.xml", [sell("c", "40.00")], "B Ltd")], SMALL)
    with shop.database.begin_read() as tx:
        april = month_of(date(2026, 4, 1))
        ours = list(read_complete_sales(tx, shop.alice, "A Ltd", april).sales)
        everything = list(read_complete_sales(tx, act_as_operator(shop.company)).sales)
    assert [(one["amount"], one["quantity"], one["issales"]) for one in ours] == [
        ("10.00", "10", True),
        ("-5.00", "-10", False),
    ]
    assert {one["sourceCompany"] for one in everything} == {"A Ltd", "B Ltd"}
    assert len(everything) == 4


def test_it_reads_a_long_file_in_little_memory(tmp_path: Path):
    vouchers, _ = make_book(300, seed=5)
    path = write_book(tmp_path / "long.xml", (one for _ in range(10) for one in vouchers))
    assert path.stat().st_size > 5_000_000
    tracemalloc.start()
    count = sum(found.kind == "voucher" for found in read_export(open_source(path)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 3000
    assert peak < 2_500_000


MEASURED = """
import resource, sys
from pathlib import Path
from core.access import load_viewer
from core.db import Database
from core.imports.tally import TallyOptions
from core.imports.tally.sync import Sync
database = Database(sys.argv[1])
with database.begin_read() as tx:
    viewer = load_viewer(tx, int(sys.argv[2]))
Sync(database, viewer).run([Path(sys.argv[3])], TallyOptions(batch_vouchers=200))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_it_takes_in_a_file_five_times_as_long_in_the_same_memory(sqlite_shop: Shop, tmp_path: Path):
    def measure(count: int) -> int:
        def write():
            vouchers, _ = make_book(500, seed=5)
            for number in range(count):
                voucher = vouchers[number % 500]
                voucher.guid = f"{count}-{number}"
                yield voucher

        path = write_book(tmp_path / f"{count}.xml", write())
        url = sqlite_shop.database.engine.url
        address = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
        command = [sys.executable, "-c", MEASURED, address, str(sqlite_shop.alice.person_id), str(path)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    short, long = measure(600), measure(3000)
    assert long < short * 1.15
    sqlite_shop.verify()
