"""Runs: again, killed, in pieces, refused. One rule: nothing is lost, nothing is twice."""

import csv
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.errors import Conflict, InvalidInput, NotAllowed
from core.imports import ImportOptions
from core.models.imports import imports
from core.models.sales import documents
from core.sales.corrections import void_sale
from tests.core.imports.shop import SUPERSTORE, Shop, add_up, cents, open_shop

FIGURES = "revenue,profit,units,orders,customers,lines"


@pytest.fixture
def superstore_file(shared_data, sales, write_file):
    """The first rows of Superstore, and what lies beside it, in a folder of our own."""
    path = write_file(sales[:3000])
    for name in ("people.csv", "returns.csv"):
        path.with_name(name).write_bytes((shared_data / "retail_superstore" / name).read_bytes())
    return path


@pytest.fixture(scope="session")
def true_figures(shared_data, sales):
    """What those rows say, added up by plain means."""
    return figure_out(sales[:3000])


def figure_out(rows):
    distinct = (len({row[name] for row in rows}) for name in ("Order ID", "Customer ID"))
    return [
        cents(add_up(rows, "Sales")),
        cents(add_up(rows, "Profit")),
        sum(int(row["Quantity"]) for row in rows),
        *distinct,
        len(rows),
    ]


def returned_of(shared_data, rows):
    with (shared_data / "retail_superstore" / "returns.csv").open(newline="") as stream:
        returned = {row["Order ID"] for row in csv.DictReader(stream)}
    came_back = [row for row in rows if row["Order ID"] in returned]
    return [len({row["Order ID"] for row in came_back}), cents(add_up(came_back, "Sales"))]


class Stop(Exception):
    """What stops a run half-way."""


def stop_at(row):
    def on_progress(done, _rows):
        if done >= row:
            raise Stop

    return on_progress


def read_imports(shop: Shop):
    with shop.database.begin_read() as tx:
        return list(tx.execute(select(imports)))


def test_it_goes_on_where_it_was_stopped(shop, superstore_file, true_figures):
    options = replace(SUPERSTORE, batch_rows=1000)
    with pytest.raises(Stop):
        shop.take(superstore_file, options, on_progress=stop_at(2000))
    (lines,) = shop.totals("lines")
    assert 2000 <= lines < 2100
    shop.verify()
    result = shop.take(superstore_file, options)
    assert (result.resumed_at, result.read, result.recorded, result.already_there) == (lines, 3000, 3000, 0)
    assert shop.totals(FIGURES) == true_figures
    shop.verify()
    (row,) = read_imports(shop)
    assert (row.rows_read, row.rows_recorded, row.rows_rejected, row.finished_at is None) == (3000, 3000, 0, False)


KILLED = """
import sys
from pathlib import Path
from core.access import load_viewer
from core.db import Database
from core.imports import ImportOptions, import_sales
database = Database(sys.argv[1])
with database.begin_read() as tx:
    viewer = load_viewer(tx, int(sys.argv[2]))
options = ImportOptions(preset="superstore", batch_rows=50)
import_sales(database, viewer, Path(sys.argv[3]), options, lambda done, rows: print(done, flush=True))
"""


def test_it_survives_kill_9(shop, superstore_file, true_figures):
    url = shop.database.engine.url
    address = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED, address, str(shop.alice.person_id), str(superstore_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert any(int(line) >= 1000 for line in child.stdout)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    shop.verify()
    (lines,) = shop.totals("lines")
    assert 1000 <= lines < 3000
    result = shop.take(superstore_file)
    assert (result.resumed_at, result.recorded) == (lines, 3000)
    assert shop.totals(FIGURES) == true_figures
    shop.verify()


def test_it_takes_only_what_is_new_of_a_longer_file(sqlite_shop, sales, write_file):
    sqlite_shop.take(write_file(sales[:1500]))
    result = sqlite_shop.take(write_file(sales[:2000]))
    assert (result.recorded, result.already_there) == (500, 1500)
    assert sqlite_shop.totals(FIGURES) == figure_out(sales[:2000])
    sqlite_shop.verify()


def test_it_takes_repeated_rows_of_a_longer_file_once_each(sqlite_shop, sales, write_file):
    rows = [{name: value for name, value in row.items() if name != "Row ID"} for row in sales[:5]]
    sqlite_shop.take(write_file([rows[0], rows[1], rows[0]]))
    result = sqlite_shop.take(write_file([rows[2], rows[1], rows[0], rows[3], rows[0], rows[0]]))
    assert (result.recorded, result.already_there) == (3, 3)
    assert sqlite_shop.totals("lines") == [6]


def test_it_counts_an_order_once_when_its_rows_are_scattered(shop, sales, write_file):
    scattered = [row for start in range(7) for row in sales[:700][start::7]]
    result = shop.take(write_file(scattered), replace(SUPERSTORE, batch_rows=50))
    wanted = len({row["Order ID"] for row in scattered})
    assert result.counts["new_orders"] == wanted
    assert shop.totals("orders,lines") == [wanted, 700]
    answer = shop.ask("orders", "person")
    assert answer["source"] != "lines"
    assert answer["totals"]["orders"] == wanted
    shop.verify()


def test_it_makes_returns_that_point_to_their_sale(sqlite_shop, superstore_file, sales, shared_data):
    sqlite_shop.take(superstore_file)
    with sqlite_shop.database.begin_read() as tx:
        sale = documents.alias()
        pairs = tx.execute(
            select(documents.c.external_id, sale.c.external_id)
            .join(sale, sale.c.id == documents.c.original_id)
            .where(documents.c.kind == "return")
        ).all()
    assert len(pairs) == returned_of(shared_data, sales[:3000])[0] > 50
    assert all(name == f"return:{order}" for name, order in pairs)


def test_it_adds_the_returns_that_are_known_later(sqlite_shop, superstore_file, sales, shared_data, true_figures):
    late = superstore_file.with_name("returns.csv").rename(superstore_file.with_name("later.csv"))
    sqlite_shop.take(superstore_file)
    assert sqlite_shop.totals("returns") == ["0.00"]
    late.rename(superstore_file.with_name("returns.csv"))
    result = sqlite_shop.take(superstore_file)
    came_back = returned_of(shared_data, sales[:3000])
    assert (result.recorded, result.counts["new_returns"]) == (0, came_back[0])
    assert sqlite_shop.totals("returned_orders,returns") == came_back
    assert sqlite_shop.totals(FIGURES) == true_figures
    sqlite_shop.verify()


def test_it_leaves_an_order_undone_here_undone(sqlite_shop, sales, write_file):
    sqlite_shop.take(write_file(sales[1:3]))
    with sqlite_shop.database.begin() as tx:
        void_sale(tx, sqlite_shop.alice, tx.execute(select(documents.c.id)).scalar_one())
    result = sqlite_shop.take(write_file(sales[:4]))
    assert sales[1]["Order ID"] == sales[3]["Order ID"]
    assert (result.recorded, result.already_there, result.rejected) == (1, 2, 1)
    assert "was undone here" in result.rejects_path.read_text("utf-8-sig")
    assert sqlite_shop.totals("lines") == [1]
    sqlite_shop.verify()


def test_an_order_exported_again_with_another_amount_is_corrected(sqlite_shop, sales, write_file):
    sqlite_shop.take(write_file(sales[:3]))
    result = sqlite_shop.take(write_file([sales[0] | {"Sales": "1"}, *sales[1:3]]))
    assert (result.recorded, result.already_there, result.rejected) == (1, 2, 0)
    assert sqlite_shop.take(write_file([sales[0] | {"Sales": "1"}]), replace(SUPERSTORE, name="other")).recorded == 1


def test_it_takes_a_row_id_again_in_another_order(sqlite_shop, sales, write_file):
    sqlite_shop.take(write_file(sales[:1], name="january.csv"))
    result = sqlite_shop.take(write_file([sales[1] | {"Row ID": "1"}], name="february.csv"))
    assert (result.recorded, result.already_there) == (1, 0)


def test_it_writes_the_rejected_rows_with_their_reasons(sqlite_shop, sales, write_file):
    bad = [
        sales[0] | {"Quantity": "two"},
        sales[1] | {"Order Date": "2019-02-31"},
        sales[2] | {"Order ID": ""},
        sales[3] | {"Discount": "1.5"},
        sales[4] | {"Product ID": "", "Product Name": ""},
        sales[5] | {"Quantity": "-3"},
        sales[6] | {"Quantity": "0"},
        sales[7] | {"Product Name": "x" * 301},
        sales[8] | {"Order Date": "2068-01-01"},
    ]
    path = write_file([*bad, *sales[9:100]])
    result = sqlite_shop.take(path, replace(SUPERSTORE, batch_rows=4))
    assert (result.read, result.recorded, result.rejected) == (100, 91, 9)
    assert result.rejects_path == path.with_name("orders.rejected.csv")
    with result.rejects_path.open(encoding="utf-8-sig", newline="") as stream:
        rejects = list(csv.DictReader(stream))
    assert next(iter(rejects[0])) == "reason"
    assert [{name: value for name, value in row.items() if name != "reason"} for row in rejects] == bad
    for row, words in zip(
        rejects,
        [
            "line 2: Quantity is “two”, which is not a number",
            "line 3: Order Date is “2019-02-31”, no date",
            "Order ID is empty",
            "Discount is “1.5”",
            "Product ID is empty",
            "Quantity is below zero",
            "Quantity is zero",
            "Product Name is longer than 300 characters",
            "The date is 2068-01-01, which is in the future",
        ],
        strict=True,
    ):
        assert words in row["reason"]
    sqlite_shop.take(write_file(sales[:100]))
    assert not result.rejects_path.exists()
    assert sqlite_shop.totals("lines") == [100]


def test_it_imports_the_corrected_rejects(sqlite_shop, sales, write_file):
    result = sqlite_shop.take(write_file([sales[0] | {"Sales": "?"}, *sales[1:40]]))
    text = result.rejects_path.read_text("utf-8-sig").replace(",?,", ",16.448,")
    result.rejects_path.write_text(text, "utf-8")
    again = sqlite_shop.take(result.rejects_path, SUPERSTORE)
    assert (again.recorded, sqlite_shop.totals("lines")) == (1, [40])


def test_it_keeps_the_rejects_of_a_run_that_was_stopped(sqlite_shop, sales, write_file):
    rows = [row | ({"Sales": "?\n?"} if number in (3, 150, 260) else {}) for number, row in enumerate(sales[:400])]
    path, options = write_file(rows), replace(SUPERSTORE, batch_rows=100)
    with pytest.raises(Stop):
        sqlite_shop.take(path, options, on_progress=stop_at(200))
    result = sqlite_shop.take(path, options)
    assert 200 <= result.resumed_at < 260
    assert (result.recorded, result.rejected) == (397, 3)
    with result.rejects_path.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["Row ID"] for row in csv.DictReader(stream)] == ["4", "151", "261"]


def test_it_starts_over_when_the_rejects_of_a_stopped_run_are_gone(sqlite_shop, sales, write_file):
    path = write_file([sales[0] | {"Sales": "?"}, *sales[1:400]])
    options = replace(SUPERSTORE, batch_rows=100)
    with pytest.raises(Stop):
        sqlite_shop.take(path, options, on_progress=stop_at(200))
    path.with_name("orders.rejected.csv.part").unlink()
    result = sqlite_shop.take(path, options)
    assert (result.resumed_at, result.rejected) == (0, 1)
    assert (result.recorded + result.already_there, result.recorded < 200) == (399, True)
    assert sqlite_shop.totals("lines") == [399]


def test_it_refuses_to_run_twice_at_once(sqlite_shop, superstore_file):
    def meanwhile(_done, _rows):
        with pytest.raises(Conflict, match="being imported just now"):
            sqlite_shop.take(superstore_file)
        raise Stop

    with pytest.raises(Stop):
        sqlite_shop.take(superstore_file, on_progress=meanwhile)


def test_it_is_for_admins_only(sqlite_shop, superstore_file):
    with pytest.raises(NotAllowed, match="may not import files"):
        sqlite_shop.take(superstore_file, viewer=sqlite_shop.bob)
    assert sqlite_shop.totals("lines") == [0]


def test_it_imports_into_the_viewers_company_only(sqlite_shop, sales, write_file):
    path = write_file(sales[:100])
    sqlite_shop.take(path, viewer=sqlite_shop.charlie)
    assert sqlite_shop.totals("lines") == [0]
    assert sqlite_shop.totals("lines", viewer=sqlite_shop.charlie) == [100]
    assert sqlite_shop.take(path).recorded == 100


def test_it_gives_sales_to_the_person_and_branch_asked_for(sqlite_shop, sales, write_file):
    path = write_file(sales[:10])
    for options, field in (
        (replace(SUPERSTORE, person="@nobody"), "--person"),
        (replace(SUPERSTORE, branch="x"), "--branch"),
    ):
        with pytest.raises(InvalidInput) as caught:
            sqlite_shop.take(path, options)
        assert caught.value.field == field
    sqlite_shop.take(path, replace(SUPERSTORE, person="@bob", branch="Main"))
    assert sqlite_shop.ask_by("lines", "person") == {"Bob": [10]}
    assert sqlite_shop.ask_by("lines", "branch") == {"Main": [10]}


def test_it_rejects_what_nobody_knows_unless_it_may_make_it(sqlite_shop, sales, write_file):
    rows = [row | {"Shop": "Mall", "Seller": "Dora"} for row in sales[:3]]
    mapping = {
        "date": "Order Date", "order_id": "Order ID", "row_id": "Row ID", "sku": "Product ID",
        "product": "Product Name",
        "amount": "Sales", "quantity": "Quantity", "branch": "Shop", "person": "Seller", "customer": "Customer Name",
    }  # fmt: skip
    options = ImportOptions(mapping=mapping)
    path = write_file(rows)
    for making, words in (
        ((), "There is no person “Dora”"),
        (("people",), "There is no branch “Mall”"),
        (("people", "branches"), "There is no product “OFF-PA-10000174”"),
    ):
        result = sqlite_shop.take(path, replace(options, create_missing=frozenset(making)))
        assert (result.recorded, result.rejected) == (0, 3)
        assert words in result.rejects_path.read_text("utf-8-sig")
    result = sqlite_shop.take(path, replace(options, create_missing=frozenset({"people", "branches", "products"})))
    assert (result.recorded, result.created["products"]) == (3, 3)
    assert sqlite_shop.ask_by("lines", "branch") == {"Mall": [3]}
    with pytest.raises(InvalidInput, match="“moons”"):
        sqlite_shop.take(path, replace(options, create_missing=frozenset({"moons"})))


def test_it_keeps_companies_with_the_same_file_apart_on_one_database(shop, sales, write_file):
    other = open_shop(shop.database, "Second")
    path = write_file(sales[:200])
    assert [one.take(path).recorded for one in (shop, other)] == [200, 200]
    shop.verify()
    other.verify()
