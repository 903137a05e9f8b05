"""How one person stands: scope, the week in the month, shares of the target, comparison."""

from datetime import date
from fractions import Fraction

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.access import Role, act_as_operator
from core.company import create_company
from core.errors import InvalidInput, NotAllowed, NotFound
from core.goals.progress import Status
from core.models.company import branches
from core.people.members import add_person
from core.periods import Period, month_of
from core.reports.standing import read_days_of, read_standing_of
from tests.shop import Shop, set_target

LIGHT_E4, DUMBBELL_E4 = 249_900, 1_199_900


def test_it_counts_today_the_week_and_the_month_of_oneself(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2)
    shop.sell(tx, shop.bob, 1, shop.dumbbells, day=date(2026, 7, 14))
    shop.sell(tx, shop.bob, 1, day=date(2026, 7, 11))
    shop.sell(tx, shop.bob, 3, day=date(2026, 7, 1))
    shop.sell(tx, shop.alice, 4)

    standing = read_standing_of(tx, shop.bob)

    assert standing.is_viewer
    assert standing.month_key == "2026-07"
    assert standing.today is not None
    assert standing.week is not None
    assert standing.today.revenue_e4 == 2 * LIGHT_E4
    assert standing.today.revenue_before_e4 == DUMBBELL_E4
    assert standing.week.period == Period(date(2026, 7, 11), date(2026, 7, 18))
    assert standing.week.revenue_e4 == 3 * LIGHT_E4 + DUMBBELL_E4
    assert standing.month.revenue_e4 == 6 * LIGHT_E4 + DUMBBELL_E4
    assert (standing.month.orders, standing.month.units_e3) == (4, 7_000)
    assert standing.best_product is not None
    assert (standing.best_product.name, standing.best_product.units_e3) == ("SolarGlow Outdoor Lights", 6_000)


def test_it_compares_with_the_same_days_before(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 1, day=date(2026, 7, 8))  # Wednesday a week ago: the last day compared with
    shop.sell(tx, shop.bob, 5, day=date(2026, 7, 9))
    shop.sell(tx, shop.bob, 2, day=date(2026, 6, 15))
    shop.sell(tx, shop.bob, 5, day=date(2026, 6, 16))
    shop.sell(tx, shop.bob, 3)

    standing = read_standing_of(tx, shop.bob)

    assert standing.week is not None
    assert standing.week.before == Period(date(2026, 7, 4), date(2026, 7, 9))
    assert standing.week.revenue_before_e4 == LIGHT_E4
    assert standing.week.change_percent == 200
    assert standing.month.before == Period(date(2026, 6, 1), date(2026, 6, 16))
    assert standing.month.revenue_before_e4 == 2 * LIGHT_E4
    assert standing.month.change_percent == 350


def test_it_shares_the_target_out_over_equal_days(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 3_100, date(2026, 7, 1), person=shop.bob)
    shop.sell(tx, shop.bob, 2)

    standing = read_standing_of(tx, shop.bob)

    assert standing.today is not None
    assert standing.week is not None
    assert (standing.today.target_e4, standing.week.target_e4) == (1_000_000, 7_000_000)
    assert standing.month.target_e4 == 31_000_000
    assert standing.month.remaining_e4 == 31_000_000 - 2 * LIGHT_E4
    assert standing.today.percent == Fraction(2 * LIGHT_E4 * 100, 1_000_000)
    assert standing.status is Status.AT_RISK


def test_it_has_no_percent_without_a_target(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 3_100, date(2026, 7, 1))  # the branch's, not Bob's

    standing = read_standing_of(tx, shop.bob)

    assert (standing.month.target_e4, standing.month.percent, standing.month.remaining_e4) == (None, None, None)
    assert standing.month.change_percent is None
    assert standing.status is None
    assert standing.best_product is None


def test_it_never_has_less_than_nothing_left(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 10, date(2026, 7, 1), person=shop.bob)
    shop.sell(tx, shop.bob, 2)

    standing = read_standing_of(tx, shop.bob)

    assert standing.month.remaining_e4 == 0
    assert standing.status is Status.ACHIEVED


def test_it_cuts_the_week_at_the_month(tx: Connection, shop: Shop, at_noon: time_machine.Traveller) -> None:
    at_noon.move_to("2026-08-02T09:00:00Z")  # Sunday; the week began on Saturday 1 August
    assert (standing := read_standing_of(tx, shop.bob)).week
    assert standing.week.period == Period(date(2026, 8, 1), date(2026, 8, 8))
    at_noon.move_to("2026-07-01T09:00:00Z")  # Wednesday; the week began on Saturday 27 June
    shop.sell(tx, shop.bob, 1)
    shop.sell(tx, shop.bob, 5, day=date(2026, 6, 30))
    shop.sell(tx, shop.bob, 2, day=date(2026, 6, 24))

    standing = read_standing_of(tx, shop.bob)

    assert standing.week is not None
    assert standing.week.period == Period(date(2026, 7, 1), date(2026, 7, 4))
    assert standing.week.revenue_e4 == LIGHT_E4
    assert standing.week.before == Period(date(2026, 6, 24), date(2026, 6, 25))
    assert standing.week.revenue_before_e4 == 2 * LIGHT_E4


def test_it_shows_another_month_without_today(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 1, day=date(2026, 5, 31))
    shop.sell(tx, shop.bob, 2, day=date(2026, 4, 30))

    standing = read_standing_of(tx, shop.bob, month=date(2026, 5, 7))

    assert (standing.month_key, standing.today, standing.week) == ("2026-05", None, None)
    assert standing.month.revenue_e4 == LIGHT_E4
    assert standing.month.before == month_of(date(2026, 4, 1))
    assert standing.month.revenue_before_e4 == 2 * LIGHT_E4


def test_it_compares_a_long_month_with_the_whole_of_a_short_one(
    tx: Connection, shop: Shop, at_noon: time_machine.Traveller
) -> None:
    at_noon.move_to("2026-03-31T09:00:00Z")

    before = read_standing_of(tx, shop.bob).month.before

    assert (before.start, before.end) == (date(2026, 2, 1), date(2026, 3, 1))


def test_a_manager_asks_for_people_of_the_branch(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2)
    shop.sell(tx, shop.alice, 1, shop.dumbbells)

    for asker in (shop.alice, shop.dana, shop.sam, shop.operator):
        standing = read_standing_of(tx, asker, shop.bob.person_id)
        assert (standing.person.name, standing.is_viewer) == ("Bob", False)
        assert standing.month.revenue_e4 == 2 * LIGHT_E4
        assert standing.best_product is not None
        assert standing.best_product.revenue_e4 == 2 * LIGHT_E4


def test_a_super_admin_asks_for_people_of_any_branch(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.charlie, 3, shop.dumbbells)

    standing = read_standing_of(tx, shop.sam, shop.charlie.person_id)

    assert standing.month.revenue_e4 == 3 * DUMBBELL_E4
    assert standing.best_product is not None
    assert read_days_of(tx, shop.sam, shop.charlie.person_id)[14].revenue_e4 == 3 * DUMBBELL_E4


@pytest.mark.parametrize(
    ("asker", "asked"), [("bob", "alice"), ("bob", "charlie"), ("alice", "charlie"), ("charlie", "bob")]
)
def test_it_refuses_those_whose_numbers_they_are_not(tx: Connection, shop: Shop, asker: str, asked: str) -> None:
    viewer, person_id = getattr(shop, asker), getattr(shop, asked).person_id

    with pytest.raises(NotAllowed):
        read_standing_of(tx, viewer, person_id)
    with pytest.raises(NotAllowed):
        read_days_of(tx, viewer, person_id)


def test_it_knows_nobody_of_another_company(tx: Connection, shop: Shop) -> None:
    rival = act_as_operator(create_company(tx, "Rival", currency="SAR", time_zone="Asia/Riyadh"))
    stranger = add_person(tx, rival, "Eve", Role.EMPLOYEE, tx.execute(select(func.max(branches.c.id))).scalar_one())

    with pytest.raises(NotFound) as refused:
        read_standing_of(tx, shop.sam, stranger.id)

    assert refused.value.field == "person"


def test_the_operator_has_no_numbers(tx: Connection, shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_standing_of(tx, shop.operator)

    assert refused.value.field == "person"


def test_it_lists_every_day_of_the_month(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2, day=date(2026, 7, 2))
    shop.sell(tx, shop.alice, 1, day=date(2026, 7, 2))

    for asker in (shop.bob, shop.alice):
        days = read_days_of(tx, asker, shop.bob.person_id)
        assert [day.day for day in days] == [date(2026, 7, number) for number in range(1, 32)]
        assert [(day.day, day.revenue_e4) for day in days if day.revenue_e4] == [(date(2026, 7, 2), 2 * LIGHT_E4)]
        assert {day.target_e4 for day in days} == {None}
