"""Goals of categories: counted as every other figure is, whatever the spelling, at whatever hour they are set."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from core.catalog.products import add_product
from core.errors import InvalidInput, NotAllowed
from core.goals.goals import GOAL_MEASURES, Goal, list_before, list_goals, set_goal
from core.goals.progress import Status, add_up_categories, measure_goals
from core.goals.standing import Seat, begin_marking
from core.metrics import Question, ask
from core.money import E3, E4
from core.periods import month_of
from core.reports.standing import read_standing_of
from core.reports.team import read_team
from tests.shop import Shop, set_target

TODAY = date(2026, 7, 15)
JULY = month_of(TODAY)


def _set(tx: Connection, shop: Shop, category: str, target: int, measure: str = "revenue") -> Goal:
    return set_goal(tx, shop.alice, measure=measure, target=target, period=JULY, category=category).goal


@pytest.mark.parametrize("measure", GOAL_MEASURES)
def test_a_goal_of_a_category_is_what_ask_says_of_it(tx: Connection, shop: Shop, measure: str) -> None:
    lamp = add_product(tx, shop.alice, sku="LMP-1", name="Lamp", price_e4=10 * E4, cost_e4=E4, category="LIGHTING")
    for seller, product in ((shop.bob, shop.lights), (shop.alice, lamp), (shop.bob, shop.dumbbells)):
        shop.sell(tx, seller, 2, product, customer="Jane")
    shop.sell(tx, shop.charlie, 5, lamp)
    shop.sell(tx, shop.bob, 1, day=date(2026, 6, 30))
    goal = _set(tx, shop, "lighting", 10**9, measure)

    (progress,) = measure_goals(tx, shop.company, [goal], TODAY)

    asked = ask(tx, shop.alice, Question((measure,), JULY, where=(("category", "Lighting"),)))
    assert progress.value == asked.totals[measure]
    assert progress.value


def test_it_is_no_target_of_the_branch_or_of_a_person(tx: Connection, shop: Shop) -> None:
    _set(tx, shop, "Lighting", 1_000 * E4)
    set_goal(
        tx, shop.alice, measure="revenue", target=E4, period=JULY, person_id=shop.bob.person_id, category="Fitness"
    )

    assert read_team(tx, shop.alice, JULY).target_e4 is None
    assert read_standing_of(tx, shop.bob).month.target_e4 is None
    set_target(tx, shop, 500, JULY.start)
    assert read_team(tx, shop.alice, JULY).target_e4 == 500 * E4
    assert len(list_goals(tx, shop.alice, TODAY)) == 3


def test_what_categories_come_to_together_counts_nothing_twice(tx: Connection, shop: Shop) -> None:
    goals = [_set(tx, shop, "Lighting", 1_000 * E4), _set(tx, shop, "Fitness", 2_000 * E4)]
    goals.append(_set(tx, shop, "Fitness", 7 * E3, "units"))
    shop.sell(tx, shop.bob, 1)
    shop.sell(tx, shop.bob, 1, shop.dumbbells)

    progress = measure_goals(tx, shop.company, goals, TODAY)
    (together,) = add_up_categories(tx, shop.company, progress, TODAY).values()

    assert (together.value_e4, together.target_e4, together.status) == (1_449_800, 3_000 * E4, Status.AT_RISK)
    assert not add_up_categories(tx, shop.company, progress[:1], TODAY)


def test_the_sale_that_meets_it_marks_it_once(tx: Connection, shop: Shop) -> None:
    goal = _set(tx, shop, "lighting", 40 * E4)
    shop.sell(tx, shop.bob, 1)
    assert shop.sell(tx, shop.bob, 1, shop.dumbbells).goals_met == ()
    assert [met.id for met in shop.sell(tx, shop.bob, 1).goals_met] == [goal.id]
    seat = Seat(shop.company, shop.mall_id, shop.bob.person_id or 0)
    assert begin_marking(tx, seat, TODAY, TODAY, ["Lighting"])()[1] == []


def test_a_category_nobody_sold_from_yet_may_have_a_goal(tx: Connection, shop: Shop) -> None:
    goal = _set(tx, shop, " Garden  tools ", 100 * E4)
    assert (goal.category, measure_goals(tx, shop.company, [goal], TODAY)[0].value) == ("Garden tools", 0)
    rake = add_product(tx, shop.alice, sku="RAK-1", name="Rake", price_e4=10 * E4, category="garden tools")
    shop.sell(tx, shop.bob, 1, rake)
    assert measure_goals(tx, shop.company, [goal], TODAY)[0].value == 10 * E4


def test_the_same_goal_again_changes_nothing_and_another_keeps_the_old_one(tx: Connection, shop: Shop) -> None:
    first = set_goal(tx, shop.alice, measure="revenue", target=E4, period=JULY, category="lighting")
    again = set_goal(tx, shop.alice, measure="revenue", target=E4, period=JULY, category="LIGHTING")
    other = set_goal(tx, shop.alice, measure="revenue", target=2 * E4, period=JULY, category="Lighting")

    assert (first.before, first.is_changed, again.is_changed, other.is_changed) == (None, True, False, True)
    assert other.before == first.goal == again.goal
    assert [target for target, _ in list_before(tx, other.goal)] == [E4]
    assert [goal.target for goal in list_goals(tx, shop.alice, TODAY)] == [2 * E4]


@pytest.mark.parametrize("name", ["bob", "dana", "charlie"])
def test_only_who_sets_goals_sets_it(tx: Connection, shop: Shop, name: str) -> None:
    with pytest.raises(NotAllowed):
        set_goal(tx, getattr(shop, name), measure="revenue", target=E4, period=JULY, category="Lighting")
    assert list_goals(tx, shop.alice, TODAY) == []


def test_it_refuses_a_category_of_a_product_and_a_branch_that_is_not_ones_own(tx: Connection, shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_goal(
            tx, shop.alice, measure="revenue", target=E4, period=JULY, category="Lighting", product_id=shop.lights.id
        )
    assert refused.value.field == "category"
    with pytest.raises(NotAllowed):
        set_goal(tx, shop.alice, measure="revenue", target=E4, period=JULY, branch_id=shop.corniche_id)
    assert list_goals(tx, shop.alice, TODAY) == []
