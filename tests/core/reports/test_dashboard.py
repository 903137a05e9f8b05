"""A branch on one page: contract 1.1 field for field, by role (part 3), and the same figures everywhere."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy.engine import Connection

from core.access import Viewer, load_viewer
from core.errors import NotAllowed, NotFound
from core.goals.progress import Status
from core.people.employment import deactivate_person, transfer_person
from core.periods import month_of, parse_period
from core.reports.dashboard import read_dashboard
from core.reports.standing import read_standing_of
from core.reports.team import read_team
from tests.shop import Shop, set_target

LIGHT_E4, DUMBBELL_E4 = 249_900, 1_199_900
JULY = date(2026, 7, 1)


def _sell_some(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 1_000, JULY)
    set_target(tx, shop, 100, JULY, person=shop.bob)
    shop.sell(tx, shop.bob, 2)
    shop.sell(tx, shop.alice, 1, shop.dumbbells, day=date(2026, 7, 3))
    shop.sell(tx, shop.alice, 1, shop.dumbbells, day=date(2026, 6, 30))
    shop.sell(tx, shop.charlie, 5, shop.dumbbells)


def test_a_manager_sees_the_branch(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)

    dashboard = read_dashboard(tx, shop.alice)

    actual = 2 * LIGHT_E4 + DUMBBELL_E4
    assert dashboard.current_month_target_e4 == 10_000_000
    assert dashboard.current_month_actual_e4 == actual
    assert dashboard.completion_pct == Fraction(actual * 100, 10_000_000)
    assert dashboard.remaining_gap_e4 == 10_000_000 - actual
    assert [(member.person.handle, member.revenue_e4) for member in dashboard.sales_breakdown] == [
        ("alice", DUMBBELL_E4),
        ("bob", 2 * LIGHT_E4),
        ("dana", 0),
        ("sam", 0),
    ]
    assert [member.person.name for member in dashboard.team_table] == ["Alice", "Bob", "Dana", "Sam"]
    bob = dashboard.team_table[1]
    assert (bob.person.role.label, bob.target_e4, bob.percent) == (
        "employee",
        1_000_000,
        Fraction(2 * LIGHT_E4, 10_000),
    )
    assert bob.status is Status.ON_TRACK
    assert dashboard.team_table[0].percent is None


def test_an_employee_sees_oneself(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)

    dashboard = read_dashboard(tx, shop.bob)

    assert (dashboard.current_month_target_e4, dashboard.current_month_actual_e4) == (1_000_000, 2 * LIGHT_E4)
    assert [member.person.handle for member in dashboard.team_table] == ["bob"]
    assert [member.person.handle for member in dashboard.sales_breakdown] == ["bob"]


def test_charlie_sees_nothing_of_the_mall(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)

    dashboard = read_dashboard(tx, shop.charlie)

    assert (dashboard.current_month_target_e4, dashboard.completion_pct, dashboard.remaining_gap_e4) == (0, None, 0)
    assert dashboard.current_month_actual_e4 == 5 * DUMBBELL_E4
    assert [member.person.handle for member in dashboard.team_table] == ["charlie"]


@pytest.mark.parametrize("name", ["bob", "dana", "alice", "charlie"])
def test_it_refuses_another_branch(tx: Connection, shop: Shop, name: str) -> None:
    other = "mall" if name == "charlie" else "corniche"
    for branch in (other, "all"):
        with pytest.raises(NotAllowed):
            read_dashboard(tx, getattr(shop, name), branch=branch)


def test_a_super_admin_sees_any_branch_and_all(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)

    assert read_dashboard(tx, shop.sam, branch="Corniche").current_month_actual_e4 == 5 * DUMBBELL_E4
    for everything in (read_dashboard(tx, shop.sam, branch="all"), read_dashboard(tx, shop.operator)):
        assert everything.branch_id is None
        assert everything.current_month_actual_e4 == 2 * LIGHT_E4 + 6 * DUMBBELL_E4
        assert everything.current_month_target_e4 == 10_000_000
        assert len(everything.team_table) == 5


def test_it_names_a_branch_that_is_not_there(tx: Connection, shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        read_dashboard(tx, shop.sam, branch="Moon")

    assert refused.value.field == "branch"


def test_it_shows_the_month_asked_for(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)

    dashboard = read_dashboard(tx, shop.alice, month=date(2026, 6, 9))

    assert dashboard.month == month_of(date(2026, 6, 1))
    assert (dashboard.current_month_actual_e4, dashboard.current_month_target_e4) == (DUMBBELL_E4, 0)


def test_the_dashboard_agrees_with_everybodys_own_figures(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)

    for member in read_dashboard(tx, shop.alice).team_table:
        own = read_standing_of(tx, load_viewer(tx, member.person.id))
        assert (member.revenue_e4, member.target_e4) == (own.month.revenue_e4, own.month.target_e4)


def test_the_team_has_shares_and_the_targets_of_its_days(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)
    week = parse_period("week", date(2026, 7, 15), shop.company.calendar)

    team = read_team(tx, shop.dana, week)

    assert (team.revenue_e4, team.orders, team.units_e3) == (2 * LIGHT_E4, 1, 2_000)
    assert team.target_e4 == 2_258_100  # 7 days of 1,000 / 31, to the coin
    assert team.remaining_e4 == 2_258_100 - 2 * LIGHT_E4
    bob = team.members[0]
    assert (bob.person.handle, bob.share_percent, bob.orders) == ("bob", 100, 1)


def test_who_left_stays_where_something_was_sold(tx: Connection, shop: Shop) -> None:
    _sell_some(tx, shop)
    deactivate_person(tx, shop.sam, shop.bob.person_id or 0)
    deactivate_person(tx, shop.sam, shop.dana.person_id or 0)
    transfer_person(tx, shop.sam, shop.charlie.person_id or 0, shop.mall_id)

    team = read_team(tx, shop.alice, month_of(JULY))

    assert [(member.person.handle, member.person.is_active) for member in team.members] == [
        ("alice", True),
        ("bob", False),
        ("charlie", True),
        ("sam", True),
    ]
    assert team.members[2].revenue_e4 == 0  # what was sold at the Corniche stays there
    assert sum(member.revenue_e4 for member in team.members) == team.revenue_e4


def test_an_employee_may_not_see_the_team(tx: Connection, shop: Shop) -> None:
    viewer: Viewer
    for viewer in (shop.bob, shop.charlie):
        with pytest.raises(NotAllowed):
            read_team(tx, viewer, month_of(JULY))
