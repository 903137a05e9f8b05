"""Files that reach into closed months. One rule: what was reported stays; what is there already is no news."""

import csv
from datetime import date

import pytest

from core.access import load_viewer
from core.exports import Wanted, export_file, find_format
from core.imports import ImportOptions, import_sales
from core.models.company import companies
from core.periods import Period
from tests.core.imports.shop import Shop

PLAIN = ImportOptions(create_missing=frozenset({"products"}), batch_rows=2)
JUNE, JULY = "2026-06-14", "2026-07-03"


def write_rows(path, *rows):
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["order_id", "date", "product", "quantity", "amount", "returned"])
        writer.writerows(rows)
    return path


def row(order, day, amount="10.00", returned=""):
    return order, day, "Lamp", 1, amount, returned


@pytest.fixture
def closed(shop: Shop, tmp_path):
    """The shop with one sale of June and one of July; June is closed after that."""
    shop.take(write_rows(tmp_path / "first.csv", row("a", JUNE), row("b", JULY)), PLAIN)
    close(shop, date(2026, 7, 1))
    return shop


def close(shop, before):
    with shop.database.begin() as tx:
        tx.execute(companies.update().where(companies.c.id == shop.company.id).values(closed_before=before))
        shop.alice = load_viewer(tx, shop.alice.person_id)


def counts(result):
    return result.recorded, result.already_there, result.rejected


def read_reasons(result):
    return result.rejects_path.read_text("utf-8-sig")


@pytest.mark.parametrize("is_trial", [True, False])
def test_it_adds_nothing_to_a_closed_month_and_names_it(closed, tmp_path, is_trial):
    rows = row("a", JUNE), row("c", "2026-06-30"), row("b", JULY), row("d", "2026-07-01")
    result = closed.take(write_rows(tmp_path / "more.csv", *rows), PLAIN, is_trial=is_trial)
    assert counts(result) == (1, 2, 1)
    assert "line 3: June 2026 is closed and stays as reported" in read_reasons(result)
    assert closed.ask_by("lines", "month")["2026-06"] == [1]
    assert closed.totals("lines") == [2 + (not is_trial)]
    closed.verify()


def test_it_adds_no_line_to_a_document_of_a_closed_month(closed, tmp_path):
    rows = row("a", JUNE), row("a", JUNE, "11.00")
    result = closed.take(write_rows(tmp_path / "more.csv", *rows), PLAIN)
    assert counts(result) == (0, 1, 1)
    closed.verify()


def test_it_adds_no_return_to_a_closed_month(closed, tmp_path):
    rows = row("a", JUNE, returned="yes"), row("b", JULY, returned="yes")
    result = closed.take(write_rows(tmp_path / "more.csv", *rows), PLAIN)
    assert counts(result) == (0, 1, 1)
    assert closed.totals("returns") == ["10.00"]
    closed.verify()


def test_it_heeds_a_month_that_is_closed_while_a_file_is_taken_in(shop, tmp_path):
    path = write_rows(tmp_path / "long.csv", *(row(f"o{number}", JUNE) for number in range(6)))
    alice, told = shop.alice, []

    def close_after_two(done, _rows):
        told.append(done)
        if done == 2:
            close(shop, date(2026, 7, 1))

    result = import_sales(shop.database, alice, path, PLAIN, close_after_two)
    assert (counts(result), told) == ((2, 0, 4), [2, 4, 6])
    shop.verify()


def test_it_takes_files_of_its_own_back_only_into_open_months(closed, tmp_path):
    period = Period(date(2026, 6, 1), date(2026, 8, 1))
    with closed.database.begin_read() as tx:
        made = export_file(tx, closed.alice, "sales", Wanted(period=period), find_format("csv"))
    path = tmp_path / "sales.csv"
    path.write_bytes(made.path.read_bytes())
    made.discard()
    assert counts(import_sales(closed.database, closed.alice, path, ImportOptions())) == (0, 2, 0)
    other = Shop(closed.database, closed.charlie.company, closed.operator, closed.charlie, closed.bob, closed.alice)
    close(other, date(2026, 7, 1))
    result = import_sales(closed.database, other.alice, path, ImportOptions())
    assert counts(result) == (1, 0, 1)
    assert "June 2026 is closed" in read_reasons(result)
