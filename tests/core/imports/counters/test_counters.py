"""The old qty_sold counters, as the transactions document migrates them. One rule: each is a sale once."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from core.access import Role, act_as_operator, load_viewer
from core.company import add_branch
from core.errors import InvalidInput, NotAllowed
from core.goals.goals import set_goal
from core.imports import ImportOptions, run_import, undo_import
from core.imports.counters.reading import is_file_of_counters
from core.imports.counters.taking import understand_counters
from core.models.catalog import products
from core.models.company import companies
from core.models.outbox import outbox
from core.people.accounts import Visitor, link_account
from core.people.members import add_person
from core.periods import month_of
from core.sales.corrections import void_sale
from tests.core.imports.shop import Shop

MADE = datetime(2024, 3, 5, 22, 30, tzinfo=UTC)  # 17:30 in New York
PLAIN = ImportOptions()


@pytest.fixture
def shelf(shop: Shop) -> Shop:
    """The shop with three products: one with a price and a cost, one without, one that is gone by now."""
    with shop.database.begin() as tx:
        for number, (name, price, cost, is_active) in enumerate(
            (("Lamp", 249_900, 114_000, True), ("Gift", None, None, True), ("Rug", 1_000_000, None, False)), 1
        ):
            row = {"id": 10 + number, "company_id": shop.company.id, "sku": f"SKU-{number}", "name": name}
            row |= {"price_e4": price, "cost_e4": cost, "tracks_stock": False, "is_active": is_active}
            tx.execute(products.insert(), row | {"created_at": MADE})
    return shop


@pytest.fixture
def take(tmp_path):
    def take_in(shop, content, name="counters.json", viewer=None, options=PLAIN, **extra):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        assert is_file_of_counters(path)
        return run_import(shop.database, viewer or shop.alice, understand_counters(path, options), **extra)

    return take_in


def counts(result):
    return result.recorded, result.already_there, result.counts["empty"], result.rejected


def test_it_makes_each_counter_a_sale_as_the_document_says(shelf, take):
    result = take(shelf, '{"qty_sold_11": 5, "qty_sold_12": "2", "qty_sold_13": "1", "theme": "dark"}')
    assert counts(result) == (3, 0, 0, 0)
    assert (result.counts["units_e3"], result.counts["amount_e4"]) == (8_000, 2_249_500)
    rows = shelf.ask("units,revenue,discount,cost,orders", "product")["rows"]
    told = {row["product"]: [row[name] for name in ("units", "revenue", "discount", "orders")] for row in rows}
    assert told == {
        "Lamp": [5, "124.95", "0.00", 1],
        "Gift": [2, "0.00", "0.00", 1],
        "Rug": [1, "100.00", "0.00", 1],
    }
    assert shelf.ask_by("orders", "platform") == {"Migrated": [3]}
    assert shelf.ask_by("orders", "day") == {"2024-03-05": [3]}
    shelf.verify()


def test_it_records_a_counter_once_whatever_the_file_calls_it(shelf, take):
    take(shelf, '{"qty_sold_11": 5}')
    assert counts(take(shelf, "sku,qty_sold\nSKU-1,5\n", "again.csv")) == (0, 1, 0, 0)
    changed = take(shelf, '{"qty_sold_11": 7, "qty_sold_12": 0}')
    assert counts(changed) == (0, 0, 1, 1)
    assert "Lamp” was brought in before, with another quantity" in changed.rejects_path.read_text("utf-8-sig")
    with shelf.database.begin() as tx:
        tx.execute(products.update().where(products.c.id == 11).values(price_e4=1))
    assert counts(take(shelf, '{"qty_sold_11": "5"}')) == (0, 1, 0, 0)
    assert shelf.totals("units,revenue") == [5, "124.95"]


def test_what_it_counts_is_a_number_also_where_the_first_counter_is_of_nothing(shelf, take):
    result = take(shelf, '{"qty_sold_12": 0, "qty_sold_11": 5}')
    assert json.dumps(result.counts["empty"]) == "1"
    assert {type(number) for number in result.counts.values()} == {int}


def test_it_names_what_it_does_not_know_and_takes_the_rest(shelf, take):
    bad = {"qty_sold_99": 1, "qty_sold_11": 2, "qty_sold_12": -3, "qty_sold_13": "many", "qty_sold_SKU-2": None}
    result = take(shelf, json.dumps(bad))
    assert counts(result) == (1, 0, 0, 4)
    reasons = result.rejects_path.read_text("utf-8-sig")
    assert reasons.splitlines()[0] == "reason,product,qty_sold"
    assert "There is no product “99”" in reasons
    assert "qty_sold is “-3”, which is below zero" in reasons
    assert "“many”, which is not a number" in reasons
    with shelf.database.begin() as tx:
        row = {"company_id": shelf.company.id, "sku": "99", "name": "Vase", "tracks_stock": False, "is_active": True}
        tx.execute(products.insert(), row | {"id": 999, "created_at": MADE})
    again = take(shelf, result.rejects_path.read_text("utf-8-sig"), "counters.rejected.csv")
    assert (again.recorded, again.rejected) == (1, 3)


@pytest.mark.parametrize(
    "content",
    [
        '{"localStorage": {"qty_sold_11": "5", "cart": "[]"}}',
        '[{"key": "cart", "value": "[]"}, {"key": "qty_sold_11", "value": "5"}]',
        '{"origins": [{"origin": "https://x", "localStorage": [{"name": "qty_sold_11", "value": "\\"5\\""}]}]}',
        '[{"id": 11, "name": "Lamp", "qty_sold": 5}]',
        '{"qty_sold": {"11": 5}}',
        '{"state": "{\\"qty_sold_11\\": 5}"}',
        '{"qty_sold_11": 5.0}'.encode("utf-16"),
        "product,qty_sold\nlamp,5\n",
        "Product;Note;Qty Sold\nLamp;x;5\n",
        "code,qty_sold\nqty_sold_11,5\n",
        "Key,Value\ntheme,dark\nqty_sold_11,5\n",
    ],
)
def test_it_reads_them_however_they_were_kept(shelf, take, content):
    name = "c.csv" if isinstance(content, str) and content[0] not in "[{" else "c.json"
    assert counts(take(shelf, content, name)) == (1, 0, 0, 0)
    assert shelf.ask_by("units", "product") == {"Lamp": [5]}


@pytest.mark.parametrize(
    "content",
    ['{"theme": "dark"}', "[" * 100_000, '{"qty_sold_11": ', "date,product,qty_sold\n2024-01-01,Lamp,5\n", "", "x"],
)
def test_it_knows_what_is_no_such_file(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content)
    assert not is_file_of_counters(path)
    with pytest.raises(InvalidInput):
        understand_counters(path, PLAIN)


def test_it_does_not_guess_between_a_code_and_a_number(shelf, take):
    with shelf.database.begin() as tx:
        row = {"company_id": shelf.company.id, "sku": "11", "name": "Vase", "tracks_stock": False, "is_active": True}
        tx.execute(products.insert(), row | {"id": 20, "created_at": MADE})
    result = take(shelf, '{"qty_sold_11": 5}')
    assert counts(result) == (0, 0, 0, 1)
    assert "could be Lamp (SKU-1) or Vase (11)" in result.rejects_path.read_text("utf-8-sig")


def test_it_is_tried_and_taken_back(shelf, take):
    content = '{"qty_sold_11": 5, "qty_sold_99": 1}'
    tried = take(shelf, content, is_trial=True)
    assert (counts(tried), tried.id) == ((1, 0, 0, 1), 0)
    assert shelf.totals("orders") == [0]
    result = take(shelf, content)
    undo_import(shelf.database, shelf.alice, result.id)
    assert shelf.totals("orders") == [0]
    assert counts(take(shelf, content)) == (1, 0, 0, 1)
    shelf.verify()


def test_a_sale_undone_by_hand_is_not_brought_again(shelf, take):
    take(shelf, '{"qty_sold_11": 5}')
    with shelf.database.begin() as tx:
        void_sale(tx, shelf.alice, 1)
    assert counts(take(shelf, '{"qty_sold_11": 5}')) == (0, 1, 0, 0)
    assert shelf.totals("orders") == [0]


def test_it_keeps_closed_months(shelf, take):
    with shelf.database.begin() as tx:
        closed = companies.update().where(companies.c.id == shelf.company.id)
        tx.execute(closed.values(closed_before=date(2024, 4, 1)))
    result = take(shelf, '{"qty_sold_11": 5}')
    assert counts(result) == (0, 0, 0, 1)
    assert "March 2024 is closed" in result.rejects_path.read_text("utf-8-sig")


def test_it_counts_for_the_branch_and_person_that_are_named(shelf, take):
    with shelf.database.begin() as tx:
        add_branch(tx, act_as_operator(shelf.company), "Pier")
        alice = load_viewer(tx, shelf.alice.person_id)
    with pytest.raises(InvalidInput, match="Which branch"):
        take(shelf, '{"qty_sold_11": 5}', viewer=act_as_operator(shelf.company))
    take(shelf, '{"qty_sold_11": 5}', viewer=alice, options=ImportOptions(branch="Pier", person="Bob"))
    assert shelf.ask_by("units", "branch", branch="all") == {"Pier": [5]}
    assert shelf.ask_by("units", "person", branch="all") == {"Bob": [5]}


def test_it_keeps_companies_apart_and_asks_for_the_permission(shelf, take):
    assert counts(take(shelf, '{"qty_sold_11": 5}', viewer=shelf.charlie)) == (0, 0, 0, 1)
    with shelf.database.begin() as tx:
        dana = load_viewer(tx, add_person(tx, act_as_operator(shelf.company), "Dana", Role.EMPLOYEE).id)
    with pytest.raises(NotAllowed):
        take(shelf, '{"qty_sold_11": 5}', viewer=dana)
    assert shelf.totals("orders") == [0]


def test_a_killed_run_goes_on_and_tells_of_its_goals_once(shelf, take):
    """The first batch has a counter that is refused, and both together meet a goal."""

    class Killed(BaseException):
        pass

    def kill(_done, _counters):
        raise Killed

    with shelf.database.begin() as tx:
        dora = add_person(tx, shelf.operator, "Dora", Role.EMPLOYEE)
        link_account(tx, Visitor(7001, "Dora"), dora.id)
        march = month_of(date(2024, 3, 5))
        set_goal(tx, shelf.operator, measure="units", target=6_000, period=march, person_id=dora.id)
    content = '{"qty_sold_11": 5, "qty_sold_99": 1, "qty_sold_12": 2, "qty_sold_13": 0}'
    options = ImportOptions(person="@dora", batch_rows=2)
    with pytest.raises(Killed):
        take(shelf, content, options=options, on_progress=kill)
    assert shelf.totals("orders") == [1]
    result = take(shelf, content, options=options)
    assert (result.resumed_at, result.read, *counts(result)) == (2, 4, 2, 0, 1, 1)
    assert "There is no product “99”" in result.rejects_path.read_text("utf-8-sig")
    with shelf.database.begin_read() as tx:
        told = tx.execute(select(outbox.c.content).where(outbox.c.event == "goals_met")).scalars().all()
    assert [len(one["goals"]) for one in told] == [1]
    shelf.verify()
