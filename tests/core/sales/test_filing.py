"""A line keeps the category it was sold in, wherever its product is moved later; a renamed one is the same still."""

from datetime import date

import pytest
import time_machine
from sqlalchemy.engine import Connection

from core import clock
from core.access import act_as_operator
from core.catalog.categories import delete_category, list_categories, rename_category
from core.catalog.products import change_product
from core.goals.goals import set_goal
from core.goals.progress import measure_goals
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.money import E3, E4
from core.periods import Calendar, month_of, parse_period
from core.sales.closing import close_months
from core.sales.commands import RecordReturn, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, restore_sale, void_sale
from core.sales.items import list_items
from core.sales.log import LogFilter, list_documents
from core.sales.record import record_return
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("balanced")
ALL = parse_period("all", date(2026, 12, 1), Calendar())


def ask_by(tx: Connection, shop: Shop, dimension: str, measure: str = "revenue") -> dict[str | None, object]:
    operator = act_as_operator(shop.company)
    return {
        row.labels[0]: row.values[measure] for row in ask(tx, operator, Question((measure,), ALL, (dimension,))).rows
    }


def move(tx: Connection, shop: Shop, category: str) -> None:
    change_product(tx, shop.alice, shop.lights.id, category=category)


def test_what_was_sold_stays_in_its_category(tx: Connection, shop: Shop) -> None:
    lighting = shop.lights.category
    with time_machine.travel("2026-10-15 09:00Z"):
        sold = shop.sell(tx, shop.bob, 2)
        goal = set_goal(
            tx,
            shop.alice,
            measure="revenue",
            target=100 * E4,
            period=month_of(date(2026, 10, 1)),
            category=lighting,
        ).goal
    with time_machine.travel("2026-12-01 09:00Z"):
        close_months(tx, shop.sam, date(2026, 10, 1))
        move(tx, shop, "Outdoor")
        shop.sell(tx, shop.bob, 1)

        assert ask_by(tx, shop, "category") == {lighting: sold.total_e4, "Outdoor": 249_900}
        assert ask_by(tx, shop, "category", "orders") == {lighting: 1, "Outdoor": 1}
        assert ask_by(tx, shop, "category_today") == {"Outdoor": sold.total_e4 + 249_900}
        assert ask_by(tx, shop, "product") == {shop.lights.name: sold.total_e4 + 249_900}
        assert measure_goals(tx, shop.company, [goal], clock.today("Asia/Riyadh"))[0].value == sold.total_e4
        for category, number in ((lighting, 1), ("Outdoor", 1)):
            wanted = LogFilter(category=category)
            assert list_documents(tx, shop.alice, wanted).total == number
            assert [item.category for item in list_items(tx, shop.alice, wanted).items] == [category]
    assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))


def test_what_becomes_of_a_sale_stays_there_too(tx: Connection, shop: Shop) -> None:
    lighting, sold = shop.lights.category, shop.sell(tx, shop.bob, 3)
    move(tx, shop, "Outdoor")
    amend_sale(tx, shop.bob, sold.document_id, SaleTerms((SaleLine(2 * E3, shop.lights.id),)))
    void_sale(tx, shop.bob, sold.document_id)
    restore_sale(tx, shop.bob, sold.document_id)
    record_return(tx, shop.bob, RecordReturn("t", "r", original_id=sold.document_id))
    assert ask_by(tx, shop, "category") == {lighting: 499_800}
    assert ask_by(tx, shop, "category", "returns") == {lighting: 499_800}


def test_a_renamed_category_is_the_same_and_one_that_is_deleted_keeps_what_was_sold(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 1)
    of_lights = next(one for one in list_categories(tx, shop.alice) if one.name == shop.lights.category)
    number = of_lights.id or 0
    rename_category(tx, shop.alice, number, "Lamps")
    assert ask_by(tx, shop, "category") == {"Lamps": 249_900}
    delete_category(tx, shop.alice, number, move_to=shop.dumbbells.category)
    shop.sell(tx, shop.bob, 1)
    assert ask_by(tx, shop, "category") == {"Lamps": 249_900, shop.dumbbells.category: 249_900}
