"""What a digest says: which days, compared with which, and to whom what."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer, load_viewer
from core.goals.goals import set_goal
from core.goals.progress import Status
from core.money import E4
from core.people.members import add_person
from core.periods import Calendar, Period, month_of
from core.reports.digest import Digest, choose_periods, compose_digest, read_digest, write_digest
from core.reports.standing import read_standing_of
from tests.shop import Shop, set_target

LIGHT_E4, DUMBBELL_E4 = 249_900, 1_199_900
JULY = date(2026, 7, 1)
RIYADH = Calendar(5)


def _compose(tx: Connection, viewer: Viewer, cadence: str = "daily", *, is_group: bool = False) -> Digest:
    return compose_digest(tx, viewer, cadence, clock.now(), is_group=is_group)


def _days(period: Period) -> tuple[str, str]:
    return period.start.isoformat(), period.last_day.isoformat()


@pytest.mark.parametrize(
    ("cadence", "local", "told", "compared", "is_so_far"),
    [
        ("daily", "2026-07-15T18:00", ("2026-07-15", "2026-07-15"), ("2026-07-14", "2026-07-14"), True),
        ("daily", "2026-07-15T12:00", ("2026-07-15", "2026-07-15"), ("2026-07-14", "2026-07-14"), True),
        ("daily", "2026-07-15T08:00", ("2026-07-14", "2026-07-14"), ("2026-07-13", "2026-07-13"), False),
        # Saturday to Friday: Sunday morning tells of the week that ended on Friday
        ("weekly", "2026-07-12T09:00", ("2026-07-04", "2026-07-10"), ("2026-06-27", "2026-07-03"), False),
        ("weekly", "2026-07-15T18:00", ("2026-07-11", "2026-07-15"), ("2026-07-04", "2026-07-08"), True),
        ("weekly", "2026-07-17T18:00", ("2026-07-11", "2026-07-17"), ("2026-07-04", "2026-07-10"), True),
        ("monthly", "2026-07-01T08:30", ("2026-06-01", "2026-06-30"), ("2026-05-01", "2026-05-31"), False),
        ("monthly", "2026-07-28T20:00", ("2026-07-01", "2026-07-28"), ("2026-06-01", "2026-06-28"), True),
        ("monthly", "2026-02-28T20:00", ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31"), True),
    ],
)
def test_it_tells_of_the_days_that_matter(
    cadence: str, local: str, told: tuple[str, str], compared: tuple[str, str], is_so_far: bool
) -> None:
    period, before, goes_on = choose_periods(cadence, datetime.fromisoformat(local), RIYADH)

    assert (_days(period), _days(before), goes_on) == (told, compared, is_so_far)


@given(
    cadence=st.sampled_from(["daily", "weekly", "monthly"]),
    local=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),
    week_start=st.integers(0, 6),
)
def test_it_never_tells_of_days_to_come_nor_compares_with_days_it_tells_of(
    cadence: str, local: datetime, week_start: int
) -> None:
    period, before, is_so_far = choose_periods(cadence, local, Calendar(week_start))

    assert before.end <= period.start
    assert period.end <= local.date() + timedelta(days=1)
    assert is_so_far == (period.last_day == local.date())
    assert is_so_far or period.end <= local.date()


def test_it_gives_the_branchs_figures_with_their_change(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2, customer="Noura")
    shop.sell(tx, shop.alice, 1, shop.dumbbells, customer="noura")
    shop.sell(tx, shop.bob, 1, shop.dumbbells, day=date(2026, 7, 14))
    shop.sell(tx, shop.charlie, 7, shop.dumbbells)

    digest = _compose(tx, shop.alice)

    revenue = 2 * LIGHT_E4 + DUMBBELL_E4
    assert [(kpi.measure, kpi.value, kpi.before) for kpi in digest.kpis] == [
        ("revenue", revenue, DUMBBELL_E4),
        ("orders", 2, 1),
        ("units", 3_000, 1_000),
        ("average_order_value", revenue / 2, DUMBBELL_E4),
        ("customers", 1, 0),
    ]
    assert digest.kpis[1].change_percent == 100
    assert digest.kpis[4].change_percent is None
    assert [(rank.place, rank.name) for rank in digest.ranking.ranks] == [(1, "Alice"), (2, "Bob")]
    assert digest.best_product is not None
    assert digest.best_product.name == "GripArm Pro Dumbbell Set"
    assert (digest.title, digest.is_own, digest.is_so_far) == ("Mall", False, True)


def test_an_employees_figures_are_their_own_and_agree_with_me(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 2)
    shop.sell(tx, shop.alice, 1, shop.dumbbells)

    digest = _compose(tx, shop.bob)

    today = read_standing_of(tx, shop.bob).today
    assert today is not None
    assert digest.is_own
    assert [kpi.value for kpi in digest.kpis[:3]] == [today.revenue_e4, today.orders, today.units_e3]
    assert digest.ranking.total_revenue_e4 == 2 * LIGHT_E4 + DUMBBELL_E4
    assert [rank.name for rank in digest.ranking.ranks if rank.is_viewer] == ["Bob"]
    assert digest.best_product is not None
    assert digest.best_product.name == "SolarGlow Outdoor Lights"


def test_equal_results_share_a_place(tx: Connection, shop: Shop) -> None:
    for viewer, quantity in ((shop.alice, 3), (shop.bob, 2), (shop.dana, 2), (shop.sam, 1)):
        shop.sell(tx, viewer, quantity)

    assert [rank.place for rank in _compose(tx, shop.bob).ranking.ranks] == [1, 2, 2, 4]


def _set_goals(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 1_000, JULY)
    set_target(tx, shop, 1_000, JULY, person=shop.bob)
    set_target(tx, shop, 10, JULY, person=shop.alice)
    for measure, target in (("units", 2_000), ("profit", 9_999 * E4)):
        set_goal(tx, shop.alice, measure=measure, target=target, period=month_of(JULY), product_id=None)
    shop.sell(tx, shop.alice, 2)


def test_a_manager_reads_of_all_goals_those_in_danger_first(tx: Connection, shop: Shop) -> None:
    _set_goals(tx, shop)

    goals = _compose(tx, shop.alice).goals

    assert [(one.goal.measure, one.goal.person_name, one.status) for one in goals] == [
        ("revenue", None, Status.AT_RISK),
        ("profit", None, Status.AT_RISK),
        ("revenue", "Bob", Status.AT_RISK),
        ("units", None, Status.ACHIEVED),
        ("revenue", "Alice", Status.ACHIEVED),
    ]


def test_an_employee_reads_of_their_own_goals_and_the_branchs_but_not_of_profit(tx: Connection, shop: Shop) -> None:
    _set_goals(tx, shop)

    goals = _compose(tx, shop.bob).goals

    assert [(one.goal.measure, one.goal.person_name) for one in goals] == [
        ("revenue", None),
        ("revenue", "Bob"),
        ("units", None),
    ]
    assert _compose(tx, shop.charlie).goals == ()


def test_a_group_reads_what_everybody_in_the_branch_may_see(tx: Connection, shop: Shop) -> None:
    _set_goals(tx, shop)

    digest = _compose(tx, shop.alice, is_group=True)

    assert [kpi.measure for kpi in digest.kpis] == ["revenue", "orders", "units", "average_order_value"]
    assert digest.kpis[3].value == 2 * LIGHT_E4
    assert [(one.goal.measure, one.goal.person_name) for one in digest.goals] == [("revenue", None), ("units", None)]
    assert not digest.is_own
    assert not any(rank.is_viewer for rank in digest.ranking.ranks)
    assert "profit" not in str(write_digest(digest))


def test_a_long_ranking_is_cut_but_shows_the_reader(tx: Connection, shop: Shop) -> None:
    for number in range(12):
        person = add_person(tx, shop.operator, f"Seller {number}", Role.EMPLOYEE, shop.mall_id)
        shop.sell(tx, load_viewer(tx, person.id), 2)
    shop.sell(tx, shop.bob, 1)

    digest = _compose(tx, shop.bob)

    assert [rank.name for rank in digest.ranking.ranks][-1] == "Bob"
    assert (len(digest.ranking.ranks), digest.more_ranks) == (11, 2)
    assert (len(_compose(tx, shop.alice, is_group=True).ranking.ranks)) == 10


@pytest.mark.parametrize("cadence", ["daily", "weekly", "monthly"])
def test_it_reads_the_same_after_it_was_written_down(tx: Connection, shop: Shop, cadence: str) -> None:
    _set_goals(tx, shop)
    shop.sell(tx, shop.bob, 1)
    shop.sell(tx, shop.bob, 1, shop.dumbbells)
    for viewer in (shop.alice, shop.bob, shop.charlie):
        digest = _compose(tx, viewer, cadence)
        assert read_digest(write_digest(digest)) == digest
