"""How goals stand: by the weights and closed days of their branch, the same on every page, and never backwards."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import Narrowing
from core.cards.figures import read_card
from core.errors import InvalidInput
from core.goals.goals import list_goals, set_goal
from core.goals.progress import Status, measure_goals
from core.goals.workdays import find_workdays, set_days, set_weights
from core.money import E3, E4
from core.periods import Period, month_of
from core.reports.digest import compose_digest
from core.reports.standing import read_days_of, read_standing_of
from core.reports.team import read_team
from tests.shop import Shop, set_target

TODAY = date(2026, 7, 15)
JULY = month_of(TODAY)
FIRST_HALF = Period(date(2026, 7, 1), date(2026, 7, 15))


def _read_statuses(tx: Connection, shop: Shop, viewer: Viewer) -> set[Status | None]:
    """The status of Bob's July wherever core tells it to the viewer: his goal, his page, the team, the digest."""
    own = [goal for goal in list_goals(tx, viewer, TODAY) if goal.person_id == shop.bob.person_id]
    found = {one.status for one in measure_goals(tx, shop.company, own, TODAY)}
    found.add(read_standing_of(tx, viewer, shop.bob.person_id).status)
    digest = compose_digest(tx, viewer, "daily", datetime(2026, 7, 15, 15, tzinfo=UTC))
    found |= {one.status for one in digest.goals if one.goal.person_id == shop.bob.person_id}
    if viewer is shop.alice:
        found |= {one.status for one in read_team(tx, viewer, JULY).members if one.person.id == shop.bob.person_id}
    return found


def test_a_month_whose_first_half_was_closed_is_on_track_with_nothing_sold(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 1_000, JULY.start, person=shop.bob)
    assert _read_statuses(tx, shop, shop.alice) == _read_statuses(tx, shop, shop.bob) == {Status.AT_RISK}

    set_days(tx, shop.alice, FIRST_HALF, is_open=False)

    assert _read_statuses(tx, shop, shop.alice) == _read_statuses(tx, shop, shop.bob) == {Status.ON_TRACK}


def test_weekdays_that_bear_more_are_expected_to_bring_more(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 100, JULY.start, person=shop.bob)
    shop.sell(tx, shop.bob, 1)
    # 24.99 of 100, with 14 of 31 days over: 55 % of what was to be expected.
    assert _read_statuses(tx, shop, shop.alice) == {Status.BEHIND}

    # Everything on Fridays, of which 2 of 5 are over: 62 %. On Wednesdays, 2 of 5 as well; on Mondays 2 of 4.
    set_weights(tx, shop.alice, dict.fromkeys(range(7), 0) | {4: E3})
    assert _read_statuses(tx, shop, shop.alice) == {Status.BEHIND}
    set_weights(tx, shop.alice, {4: 0, 0: E3})
    assert _read_statuses(tx, shop, shop.alice) == {Status.AT_RISK}  # 24.99 of 50 are just less than half


def test_the_branch_and_the_company_stand_by_the_days_of_the_branch(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 1_000, JULY.start)
    for viewer, branch in ((shop.alice, None), (shop.sam, "all"), (shop.operator, None)):
        assert read_team(tx, viewer, JULY, branch).status is Status.AT_RISK

    set_days(tx, shop.alice, FIRST_HALF, is_open=False)

    for viewer, branch in ((shop.alice, None), (shop.sam, "all"), (shop.operator, None)):
        assert read_team(tx, viewer, JULY, branch).status is Status.ON_TRACK
    assert read_team(tx, shop.alice, Period(date(2026, 7, 8), date(2026, 7, 22))).status is Status.ON_TRACK


def test_any_goal_stands_by_the_days_of_its_branch(tx: Connection, shop: Shop) -> None:
    own = set_goal(tx, shop.alice, measure="units", target=50 * E3, period=JULY, product_id=shop.lights.id).goal
    odd = Period(date(2026, 7, 10), date(2026, 8, 20))
    long = set_goal(tx, shop.alice, measure="orders", target=20, period=odd).goal
    assert [one.status for one in measure_goals(tx, shop.company, [own, long], TODAY)] == [Status.AT_RISK] * 2

    set_days(tx, shop.alice, FIRST_HALF, is_open=False)

    assert [one.status for one in measure_goals(tx, shop.company, [own, long], TODAY)] == [Status.ON_TRACK] * 2


def test_a_goal_of_a_month_to_come_has_not_begun_until_it_is_met_or_begins(tx: Connection, shop: Shop) -> None:
    august = month_of(date(2026, 8, 1))
    goal = set_goal(tx, shop.alice, measure="revenue", target=1_000 * E4, period=august).goal

    assert measure_goals(tx, shop.company, [goal], TODAY)[0].status is Status.NOT_BEGUN
    assert measure_goals(tx, shop.company, [goal], date(2026, 8, 1))[0].status is Status.ON_TRACK
    assert read_team(tx, shop.alice, august).status is Status.NOT_BEGUN


def test_a_closed_month_keeps_its_daily_targets(tx: Connection, shop: Shop, at_noon: time_machine.Traveller) -> None:
    set_target(tx, shop, 3_100, JULY.start, person=shop.bob)
    set_weights(tx, shop.alice, {4: 0})
    set_weights(tx, shop.alice, {5: 3 * E3})
    reported = read_days_of(tx, shop.bob, month=JULY.start)

    at_noon.move_to(datetime(2026, 8, 3, 9, tzinfo=UTC))
    set_target(tx, shop, 3_100, date(2026, 8, 1), person=shop.bob)
    before = read_days_of(tx, shop.bob)
    set_weights(tx, shop.alice, {4: 2 * E3, 5: 0})
    set_weights(tx, shop.sam, {6: 0}, everywhere=True)

    assert read_days_of(tx, shop.bob, month=JULY.start) == reported
    assert read_days_of(tx, shop.bob) != before
    assert find_workdays(tx, shop.alice).weights_e3 == (E3, E3, E3, E3, 2 * E3, 0, E3)
    assert read_days_of(tx, shop.bob, month=date(2026, 6, 1))[0].target_e4 is None


@pytest.mark.parametrize("is_open", [True, False])
def test_the_days_of_a_month_that_is_over_stay(tx: Connection, shop: Shop, is_open: bool) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_days(tx, shop.alice, Period(date(2026, 6, 30), date(2026, 7, 2)), is_open=is_open)

    assert (refused.value.field, refused.value.hint) == ("day", "/goal closed 2026-07-01")
    assert not find_workdays(tx, shop.alice).closed


def test_after_its_last_day_a_goal_is_achieved_or_missed_wherever_it_is_told(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 1_000, JULY.start)
    set_target(tx, shop, 20, JULY.start, person=shop.bob)
    shop.sell(tx, shop.bob, 1, day=TODAY)
    august = JULY.end
    goals = list_goals(tx, shop.alice, TODAY)
    assert {one.status for one in measure_goals(tx, shop.company, goals, JULY.last_day)} == {
        Status.AT_RISK,
        Status.ACHIEVED,
    }
    assert {one.status for one in measure_goals(tx, shop.company, goals, august)} == {Status.MISSED, Status.ACHIEVED}
    with time_machine.travel(datetime(2026, 8, 1, 9, tzinfo=UTC)):
        assert read_team(tx, shop.alice, JULY).status is Status.MISSED
        for viewer, pace in ((shop.alice, Status.MISSED), (shop.bob, Status.ACHIEVED)):
            assert read_card(tx, viewer, "total_revenue", Narrowing(JULY, insists=True)).pace is pace
    with time_machine.travel(datetime(2026, 7, 31, 9, tzinfo=UTC)):
        assert read_team(tx, shop.alice, JULY).status is Status.AT_RISK
        assert read_card(tx, shop.alice, "total_revenue", Narrowing(JULY, insists=True)).pace is Status.AT_RISK
