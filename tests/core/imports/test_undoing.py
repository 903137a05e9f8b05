"""Taking a whole import back, trying one, keeping how it is read. One rule: what was before is as it was."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from core import clock
from core.access import load_viewer
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.imports import (
    ImportOptions,
    apply_saved_preset,
    drop_preset,
    import_sales,
    list_imports,
    list_saved_presets,
    save_preset,
    undo_import,
)
from core.models.catalog import products, stock_levels
from core.models.sales import documents, lines, revisions
from core.sales.commands import RecordReturn
from core.sales.corrections import restore_sale, void_sale
from core.sales.record import record_return
from tests.core.imports.retail import write_retail
from tests.core.imports.shop import SUPERSTORE

FIGURES = "revenue,returns,net_revenue,units,orders,returned_orders,customers,lines,profit"
RETAIL = ImportOptions(preset="online-retail", batch_rows=300)


class Stop(Exception):
    """What stops a run half-way."""


def stop_at(row):
    def on_progress(done, _rows):
        if done >= row:
            raise Stop

    return on_progress


def undo(shop, import_id, **extra):
    return undo_import(shop.database, shop.alice, import_id, **extra)


def test_it_takes_back_every_line_and_nobody_elses(shop, sales, write_file, tmp_path):
    shop.take(write_file(sales[:50]))
    before = shop.totals(FIGURES)
    told = write_retail(tmp_path / "retail.csv", 1_000)
    result = shop.take(tmp_path / "retail.csv", RETAIL)
    assert shop.totals("lines") != before[-2:-1]
    undone = undo(shop, result.id)
    assert (undone.lines, undone.documents) == (told.rows, result.counts["new_orders"] + result.counts["new_returns"])
    assert shop.totals(FIGURES) == before
    shop.verify()
    with shop.database.begin_read() as tx:
        assert [(one.file_name, one.state, one.rows_recorded) for one in list_imports(tx, shop.alice)] == [
            ("retail.csv", "undone", 1_000),
            ("orders.csv", "done", 50),
        ]
        reasons = select(func.count()).where(revisions.c.reason == f"import {result.id} undone: retail.csv")
        assert tx.execute(reasons).scalar_one() == undone.documents
    assert undo(shop, result.id).lines == 0
    assert shop.totals(FIGURES) == before


def test_it_imports_the_file_anew_after_that(shop, tmp_path):
    told = write_retail(tmp_path / "retail.csv", 600)
    first = shop.take(tmp_path / "retail.csv", RETAIL)
    figures = shop.totals(FIGURES)
    undo(shop, first.id)
    again = shop.take(tmp_path / "retail.csv", RETAIL)
    assert (again.recorded, again.already_there, again.rejected) == (told.rows, 0, 0)
    assert again.id != first.id
    assert shop.totals(FIGURES) == figures
    shop.verify()


def test_it_takes_back_only_what_the_second_file_added_to_an_order(shop, sales, write_file):
    order = [row for row in sales if row["Order ID"] == "CA-2019-121755"] or sales[1:3]
    shop.take(write_file(order[:1], name="first.csv"))
    before = shop.totals(FIGURES)
    second = shop.take(write_file(order, name="second.csv"))
    assert second.recorded == len(order) - 1 > 0
    undo(shop, second.id)
    assert shop.totals(FIGURES) == before
    shop.verify()
    assert shop.take(write_file(order, name="second.csv")).recorded == len(order) - 1
    shop.verify()


def test_it_goes_on_taking_back_where_it_was_stopped(sqlite_shop, tmp_path, monkeypatch):
    monkeypatch.setattr("core.imports.undoing.IDS_AT_A_TIME", 100)
    write_retail(tmp_path / "retail.csv", 500)
    result = sqlite_shop.take(tmp_path / "retail.csv", RETAIL)
    with pytest.raises(Stop):
        undo(sqlite_shop, result.id, on_progress=stop_at(2))
    assert sqlite_shop.totals("lines") != [0]
    sqlite_shop.verify()
    undo(sqlite_shop, result.id)
    assert sqlite_shop.totals(FIGURES)[-2] == 0
    sqlite_shop.verify()


def test_it_takes_back_half_an_import_and_stops_the_run(sqlite_shop, tmp_path):
    write_retail(tmp_path / "retail.csv", 1_000)

    def undo_meanwhile(_done, _rows):
        with sqlite_shop.database.begin_read() as tx:
            (one,) = list_imports(tx, sqlite_shop.alice)
        assert one.state == "unfinished"
        undo(sqlite_shop, one.id)

    with pytest.raises(Conflict, match="being undone"):
        sqlite_shop.take(tmp_path / "retail.csv", RETAIL, on_progress=undo_meanwhile)
    assert sqlite_shop.totals("lines") == [0]
    sqlite_shop.verify()


def test_it_brings_back_what_one_undid_by_hand_nowhere(sqlite_shop, sales, write_file):
    result = sqlite_shop.take(write_file(sales[:20]))
    with sqlite_shop.database.begin() as tx:
        one = tx.execute(select(documents.c.id).limit(1)).scalar_one()
        void_sale(tx, sqlite_shop.alice, one)
    assert undo(sqlite_shop, result.id).documents == result.counts["new_orders"] - 1
    assert sqlite_shop.totals("lines") == [0]
    sqlite_shop.verify()


def test_it_leaves_stock_as_it_was(sqlite_shop, sales, write_file):
    path = write_file(sales[:20])
    first = sqlite_shop.take(path)
    undo(sqlite_shop, first.id)
    with sqlite_shop.database.begin() as tx:
        tx.execute(products.update().values(tracks_stock=True))
    again = sqlite_shop.take(path)
    undo(sqlite_shop, again.id)
    with sqlite_shop.database.begin_read() as tx:
        assert tx.execute(select(func.count()).select_from(stock_levels)).scalar_one() == 0
        assert tx.execute(select(func.count()).where(lines.c.superseded_at.is_(None))).scalar_one() == 0


def test_it_is_for_admins_of_the_company(sqlite_shop, sales, write_file):
    result = sqlite_shop.take(write_file(sales[:5]))
    with pytest.raises(NotAllowed):
        undo_import(sqlite_shop.database, sqlite_shop.bob, result.id)
    with pytest.raises(NotFound, match="no import"):
        undo_import(sqlite_shop.database, sqlite_shop.charlie, result.id)
    with sqlite_shop.database.begin_read() as tx:
        assert list_imports(tx, sqlite_shop.charlie) == []
        with pytest.raises(NotAllowed):
            list_imports(tx, sqlite_shop.bob)
    assert sqlite_shop.totals("lines") == [5]


def test_it_keeps_a_closed_month(sqlite_shop, sales, write_file):
    result = sqlite_shop.take(write_file(sales[:5]))
    closed = replace(sqlite_shop.alice, company=replace(sqlite_shop.company, closed_before=sold_after(sales[:5])))
    with pytest.raises(Conflict, match="closed"):
        undo_import(sqlite_shop.database, closed, result.id)
    refused = import_sales(sqlite_shop.database, closed, write_file(sales[:9]), SUPERSTORE)
    assert refused.recorded + refused.rejected + refused.already_there == 9
    assert "closed" in refused.rejects_path.read_text("utf-8-sig")


def test_what_people_took_back_of_its_sales_is_undone_first(shop, sales, write_file):
    result = shop.take(write_file(sales[:5]))
    with shop.database.begin() as tx:
        sale = tx.execute(select(func.min(documents.c.id))).scalar_one()
        back = record_return(tx, shop.alice, RecordReturn("test", "back", (), sale))
    before = shop.totals(FIGURES)
    with pytest.raises(Conflict, match=rf"came back \(#{back.document_id}\)"):
        undo(shop, result.id)
    assert shop.totals(FIGURES) == before
    with shop.database.begin() as tx:
        assert [one.state for one in list_imports(tx, shop.alice)] == ["done"]
        void_sale(tx, shop.alice, back.document_id)
    assert undo(shop, result.id).lines == 5
    assert shop.totals("lines,returns") == [0, "0.00"]
    shop.verify()


def sold_after(rows):
    from datetime import date, timedelta

    return max(date.fromisoformat(row["Order Date"]) for row in rows) + timedelta(days=40)


def test_it_tries_without_writing(shop, sales, write_file):
    rows = [*sales[:30], sales[30] | {"Sales": "?"}]
    path = write_file(rows)
    tried = shop.take(path, is_trial=True)
    assert (tried.read, tried.recorded, tried.rejected) == (31, 30, 1)
    assert "Sales" in tried.rejects_path.read_text("utf-8-sig")
    assert shop.totals("lines") == [0]
    with shop.database.begin_read() as tx:
        assert list_imports(tx, shop.alice) == []
        assert tx.execute(select(func.count()).select_from(products)).scalar_one() == 0
    done = shop.take(path)
    assert (done.counts, done.created) == (tried.counts, tried.created)
    again = shop.take(path, is_trial=True)
    assert (again.recorded, again.already_there, again.rejected, again.created) == (0, 30, 1, {})


def test_it_tells_in_a_trial_what_would_be_refused(sqlite_shop, sales, write_file):
    sqlite_shop.take(write_file(sales[:3]))
    tried = sqlite_shop.take(write_file([sales[0] | {"Sales": "1"}, *sales[1:4]]), is_trial=True)
    assert (tried.recorded, tried.already_there, tried.rejected) == (2, 2, 0)


def test_it_keeps_how_a_file_is_read(shop, write_file, tmp_path):
    rows = [{"Tag": "03/04/2024", "Netto": "1.234,50", "Ware": "Lampe"}]
    mapping = {"date": "Tag", "amount": "Netto", "product": "Ware"}
    options = ImportOptions(mapping=mapping, date_format="D/M/Y", create_missing=frozenset({"products"}))
    with shop.database.begin() as tx:
        assert save_preset(tx, shop.alice, "Our Till", options).name == "our-till"
        save_preset(tx, shop.alice, "our till", replace(options, decimal=","))
    with shop.database.begin_read() as tx:
        assert [one.name for one in list_saved_presets(tx, shop.alice)] == ["our-till"]
        assert list_saved_presets(tx, shop.charlie) == []
        kept = apply_saved_preset(tx, shop.alice, ImportOptions(preset="Our Till", name="till"))
        assert kept == replace(options, decimal=",", name="till")
        with pytest.raises(InvalidInput, match="“our-till”"):
            apply_saved_preset(tx, shop.charlie, ImportOptions(preset="our-till"))
    path = write_file(rows, delimiter=";")
    assert shop.take(path, kept).recorded == 1
    assert shop.ask_by("revenue", "day") == {"2024-04-03": ["1234.50"]}
    with shop.database.begin() as tx:
        for viewer, refusal in ((shop.bob, NotAllowed), (shop.charlie, NotFound)):
            with pytest.raises(refusal):
                drop_preset(tx, viewer, "our-till")
        drop_preset(tx, shop.alice, "our-till")
        assert list_saved_presets(tx, shop.alice) == []


@pytest.mark.parametrize("name", ["superstore", "Online Retail", "!!"])
def test_it_refuses_names_that_are_taken_or_none(sqlite_shop, name):
    with sqlite_shop.database.begin() as tx, pytest.raises(InvalidInput) as caught:
        save_preset(tx, load_viewer(tx, sqlite_shop.alice.person_id), name, ImportOptions())
    assert caught.value.field == "--save-preset"


def test_what_went_with_its_import_comes_back_with_it_only(shop, sales, write_file):
    path = write_file(sales[:5])
    result = shop.take(path)
    with shop.database.begin_read() as tx:
        number = tx.execute(select(func.min(documents.c.id)).where(documents.c.source != "test")).scalar_one()
    undo(shop, result.id)
    shop.take(path)
    with pytest.raises(Conflict, match="import the file again"), shop.database.begin() as tx:
        restore_sale(tx, shop.alice, number)
    assert shop.totals("lines") == [5]
    shop.verify()


def test_what_a_file_told_of_moves_no_stock_when_it_is_corrected(sqlite_shop, sales, write_file):
    sqlite_shop.take(write_file(sales[:5]))
    with sqlite_shop.database.begin() as tx:
        tx.execute(products.update().values(tracks_stock=True))
        number = tx.execute(select(func.min(documents.c.id))).scalar_one()
        void_sale(tx, sqlite_shop.alice, number)
        restore_sale(tx, sqlite_shop.alice, number)
        void_sale(tx, sqlite_shop.alice, number)
        assert tx.execute(select(func.count()).select_from(stock_levels)).scalar_one() == 0


def test_it_is_taken_back_by_a_machine_whose_clock_is_behind(shop, tmp_path):
    write_retail(tmp_path / "retail.csv", 300)
    now = clock.now()
    with time_machine.travel(now + timedelta(seconds=2)):
        result = shop.take(tmp_path / "retail.csv", RETAIL)
    with time_machine.travel(now):
        assert undo(shop, result.id).lines == 300
    shop.verify()
