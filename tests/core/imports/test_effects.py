"""What an import brings about besides its lines: goals that it met, told once, in one message."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from core.access import Role
from core.goals.goals import set_goal
from core.imports import ImportOptions
from core.models.goals import goals
from core.models.outbox import outbox
from core.money import E3, E4
from core.people.accounts import Visitor, link_account
from core.people.members import add_person
from core.periods import Period, month_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale

MANAGER, SELLER = 7001, 7002
MARCH = date(2026, 3, 1)
OPTIONS = ImportOptions(batch_rows=2, create_missing=frozenset({"products"}))


class Stop(Exception):
    """What stops a run half-way."""


@pytest.fixture
def shop_with_goals(shop):
    """Ann sells in the Mall, which Meg manages; five goals wait for a file, a sixth is out of its reach."""
    with shop.database.begin() as tx:
        branch_id = shop.bob.branch_id
        ann = add_person(tx, shop.operator, "Ann", Role.EMPLOYEE, branch_id, handle="ann")
        meg = add_person(tx, shop.operator, "Meg", Role.MANAGER, branch_id, handle="meg")
        link_account(tx, Visitor(SELLER, "Ann"), ann.id)
        link_account(tx, Visitor(MANAGER, "Meg"), meg.id)
        for month in (1, 2, 3, 4):
            period = month_of(date(2026, month, 1))
            set_goal(tx, shop.operator, measure="revenue", target=100 * E4, period=period, person_id=ann.id)
        quarter = Period(date(2026, 1, 1), date(2026, 4, 1))
        set_goal(tx, shop.operator, measure="units", target=10 * E3, period=quarter, branch_id=branch_id)
        high = {"measure": "revenue", "target": 100_000 * E4, "period": quarter}
        set_goal(tx, shop.operator, **high, person_id=ann.id)
    shop.ann_id = ann.id
    return shop


@pytest.fixture
def file(write_file):
    rows = [
        {"Date": f"2026-{month:02}-{day:02}", "Order ID": f"{month}-{day}", "SKU": "K-1", "Quantity": "2",
         "Amount": "60.00", "Person": "ann"}
        for month in (1, 2, 3) for day in (5, 6)
    ]  # fmt: skip
    return write_file(rows, "sales.csv")


def list_told(shop):
    with shop.database.begin_read() as tx:
        rows = tx.execute(select(outbox).where(outbox.c.event.like("goal%")).order_by(outbox.c.id))
        return [(row.chat_id, len(row.content["goals"])) for row in rows]


def count_met(shop):
    with shop.database.begin_read() as tx:
        return len(tx.execute(select(goals.c.id).where(goals.c.met_at.is_not(None))).all())


def test_an_import_marks_the_goals_it_met_and_tells_of_all_in_one_message(shop_with_goals, file):
    shop = shop_with_goals
    shop.take(file, OPTIONS)
    assert count_met(shop) == 4  # three months of Ann's, the branch's quarter
    assert sorted(list_told(shop)) == [(MANAGER, 4), (SELLER, 3)]
    with shop.database.begin() as tx:
        line = SaleLine(E3, unit_price_e4=E4)
        terms = SaleTerms((line,), day=MARCH, person_id=shop.ann_id)
        assert record_sale(tx, shop.bob, RecordSale("test", "next", terms)).goals_met == ()
    assert len(list_told(shop)) == 2
    shop.take(file, OPTIONS)
    assert len(list_told(shop)) == 2
    shop.verify()


def test_a_stopped_import_tells_of_every_goal_at_its_end(shop_with_goals, file):
    shop = shop_with_goals

    def stop(done, _rows):
        if done >= 4:
            raise Stop

    with pytest.raises(Stop):
        shop.take(file, OPTIONS, on_progress=stop)
    assert count_met(shop) == 2
    assert list_told(shop) == []
    shop.take(file, OPTIONS)
    assert sorted(list_told(shop)) == [(MANAGER, 4), (SELLER, 3)]


def test_a_trial_meets_no_goal(shop_with_goals, file):
    shop_with_goals.take(file, replace(OPTIONS), is_trial=True)
    assert (count_met(shop_with_goals), list_told(shop_with_goals)) == (0, [])
