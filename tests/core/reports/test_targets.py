"""A month's target by day: weights, closed days, branch before company; whatever they are, the shares add up."""

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from bot.views.standing import show_standing
from core.access import Role, Viewer, load_viewer
from core.errors import InvalidInput, NotAllowed
from core.goals.workdays import HEAVIEST_E3, Workdays, find_workdays, set_days, set_weights
from core.money import E3, E4, currency_digits
from core.people.employment import transfer_person
from core.people.members import add_person
from core.periods import Period, month_of
from core.reports.dashboard import read_dashboard
from core.reports.standing import read_days_of, read_standing_of
from core.reports.targets import share_over_days, share_target
from core.reports.team import read_team
from tests.shop import Shop, set_target

SATURDAY, SUNDAY, FRIDAY = 5, 6, 4
JULY = month_of(date(2026, 7, 1))

weights = st.lists(st.integers(0, HEAVIEST_E3), min_size=7, max_size=7).filter(any).map(tuple)
months = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(month_of)
targets = st.integers(1, 10**15)
currencies = st.sampled_from(["SAR", "KWD", "JPY"])


@st.composite
def plans(draw: st.DrawFn) -> tuple[Period, Workdays]:
    """A month, and workdays with some of its days closed."""
    month = draw(months)
    numbers = draw(st.sets(st.integers(0, month.days - 1)))
    closed = frozenset(month.start + timedelta(days=number) for number in numbers)
    return month, Workdays(draw(weights), closed)


@given(target_e4=targets, plan=plans(), currency=currencies, cuts=st.sets(st.integers(1, 27)))
def test_the_shares_of_any_parts_of_a_month_add_up_to_its_target(
    target_e4: int, plan: tuple[Period, Workdays], currency: str, cuts: set[int]
) -> None:
    month, workdays = plan
    edges = [month.start, *(month.start.replace(day=cut + 1) for cut in sorted(cuts)), month.end]
    shares = [
        share_target(target_e4, month, Period(first, last), currency, workdays)
        for first, last in itertools.pairwise(edges)
    ]
    assert sum(shares) == target_e4
    assert min(shares) >= 0


@given(target_e4=targets, plan=plans(), currency=currencies, first=st.integers(0, 27), days=st.integers(1, 28))
def test_the_days_of_a_week_add_up_to_its_part_of_the_target_within_a_coin(
    target_e4: int, plan: tuple[Period, Workdays], currency: str, first: int, days: int
) -> None:
    month, workdays = plan
    shares = list(share_over_days(target_e4, month, currency, workdays).items())[first : first + days]
    weights = [workdays.weigh(month.start + timedelta(days=number)) for number in range(month.days)]
    weights = weights if any(weights) else [1] * month.days
    exact = Fraction(target_e4 * sum(weights[first : first + days]), sum(weights))
    coin_e4 = E4 // 10 ** currency_digits(currency)
    assert abs(sum(share for _, share in shares) - exact) < 2 * coin_e4  # and what is finer than a coin


def test_a_week_of_a_hundred_is_a_hundred() -> None:
    june = Period(date(2026, 6, 1), date(2026, 7, 1))
    shares = share_over_days(4_285_800, june, "SAR", Workdays())
    assert {sum(list(shares.values())[start : start + 7]) for start in range(24)} <= {1_000_000, 1_000_100}


@given(target_e4=targets, plan=plans(), currency=currencies)
def test_a_closed_day_bears_nothing_and_every_other_its_weight_to_a_coin(
    target_e4: int, plan: tuple[Period, Workdays], currency: str
) -> None:
    month, workdays = plan
    shares = share_over_days(target_e4, month, currency, workdays)
    weighed = {day: workdays.weigh(day) for day in shares}
    together = sum(weighed.values())
    if not together:
        assert max(shares.values()) - min(shares.values()) < 2 * E4  # a coin, and what is finer than a coin
        return
    coin_e4 = E4 // 10 ** currency_digits(currency)
    for day, share in shares.items():
        if not weighed[day]:
            assert share == 0
        assert abs(share * together - target_e4 * weighed[day]) < 3 * coin_e4 * together


def test_every_day_is_alike_until_somebody_says_otherwise(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 3_100, JULY.start, person=shop.bob)

    days = read_days_of(tx, shop.bob)

    assert find_workdays(tx, shop.alice) == Workdays()
    assert {day.target_e4 for day in days} == {100 * E4}


def test_weekdays_bear_what_they_are_given(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 3_500, JULY.start, person=shop.bob)
    set_weights(tx, shop.alice, {SATURDAY: 2 * E3, FRIDAY: 0})

    standing = read_standing_of(tx, shop.bob)
    days = {day.day: day.target_e4 for day in read_days_of(tx, shop.bob)}

    # July 2026 has 31 days, 4 of them Saturdays and 5 Fridays: 4 · 2 + 22 · 1 = 30 shares.
    assert days[date(2026, 7, 10)] == 0
    assert days[date(2026, 7, 11)] in (2_333_300, 2_333_400)
    assert days[date(2026, 7, 15)] in (1_166_600, 1_166_700)
    assert sum(days.values()) == 3_500 * E4
    assert standing.today is not None
    assert standing.week is not None
    assert standing.today.target_e4 == days[date(2026, 7, 15)]
    week = [target for day, target in days.items() if date(2026, 7, 11) <= day < date(2026, 7, 18)]
    assert standing.week.target_e4 == sum(week)


def test_a_closed_day_leaves_its_share_to_the_others(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 3_000, JULY.start, person=shop.bob)
    set_days(tx, shop.alice, Period(date(2026, 7, 15), date(2026, 7, 16)), is_open=False)

    standing = read_standing_of(tx, shop.bob)

    assert standing.today is not None
    assert (standing.today.target_e4, standing.today.percent) == (0, None)
    assert {day.target_e4 for day in read_days_of(tx, shop.bob)} == {0, 100 * E4}
    set_days(tx, shop.alice, Period(date(2026, 7, 1), date(2026, 8, 1)), is_open=True)
    assert find_workdays(tx, shop.alice) == Workdays()


def test_a_branch_says_more_than_its_company(tx: Connection, shop: Shop) -> None:
    eid = Period(date(2026, 7, 20), date(2026, 7, 22))
    set_weights(tx, shop.sam, {FRIDAY: 0}, everywhere=True)
    set_days(tx, shop.sam, eid, is_open=False, everywhere=True)
    for viewer in (shop.alice, shop.charlie):
        workdays = find_workdays(tx, viewer)
        assert workdays.weights_e3[FRIDAY] == 0
        assert workdays.closed == {date(2026, 7, 20), date(2026, 7, 21)}

    set_weights(tx, shop.alice, {SUNDAY: 3 * E3})
    set_days(tx, shop.alice, Period(date(2026, 7, 21), date(2026, 7, 22)), is_open=True)
    set_weights(tx, shop.sam, {SATURDAY: 5 * E3}, everywhere=True)

    mall, corniche = find_workdays(tx, shop.alice), find_workdays(tx, shop.charlie)
    assert mall == Workdays((E3, E3, E3, E3, 0, E3, 3 * E3), frozenset({date(2026, 7, 20)}))
    assert corniche == Workdays((E3, E3, E3, E3, 0, 5 * E3, E3), frozenset({date(2026, 7, 20), date(2026, 7, 21)}))


def test_team_and_dashboard_share_out_as_each_persons_page_does(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 10_000, JULY.start)
    set_target(tx, shop, 3_500, JULY.start, person=shop.bob)
    set_weights(tx, shop.alice, {SATURDAY: 2 * E3, FRIDAY: 0})
    set_days(tx, shop.alice, Period(date(2026, 7, 12), date(2026, 7, 13)), is_open=False)
    week = Period(date(2026, 7, 11), date(2026, 7, 18))

    team = read_team(tx, shop.alice, week)
    own = read_standing_of(tx, shop.bob).week

    assert own is not None
    assert next(one for one in team.members if one.person.name == "Bob").target_e4 == own.target_e4
    assert read_dashboard(tx, shop.alice).current_month_target_e4 == 10_000 * E4


def test_every_branch_at_once_is_shared_out_by_each_ones_own_days(tx: Connection, shop: Shop) -> None:
    manager = load_viewer(tx, add_person(tx, shop.operator, "Omar", Role.MANAGER, shop.corniche_id).id)
    set_target(tx, shop, 3_100, JULY.start)
    set_target(tx, _seen_by(shop, manager), 3_000, JULY.start)
    today = Period(date(2026, 7, 15), date(2026, 7, 16))
    set_days(tx, shop.alice, today, is_open=False)

    # The Corniche's 3,000 / 31; the coins left over went to its first days.
    assert read_team(tx, shop.sam, today, "all").target_e4 == 967_700


def _seen_by(shop: Shop, manager: Viewer) -> Shop:
    """The shop in which "Alice" is another manager: `set_target` sets through her."""
    return Shop(**{**{name: getattr(shop, name) for name in shop.__dataclass_fields__}, "alice": manager})


@pytest.mark.parametrize("name", ["bob", "dana", "charlie"])
def test_only_who_sets_goals_sets_days(tx: Connection, shop: Shop, name: str) -> None:
    viewer = getattr(shop, name)
    with pytest.raises(NotAllowed):
        set_weights(tx, viewer, {FRIDAY: 0})
    with pytest.raises(NotAllowed):
        set_days(tx, viewer, JULY, is_open=False)


def test_a_manager_does_not_decide_for_every_branch(tx: Connection, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        set_weights(tx, shop.alice, {FRIDAY: 0}, everywhere=True)


@pytest.mark.parametrize("refused", [dict.fromkeys(range(7), 0), {FRIDAY: -1}, {FRIDAY: HEAVIEST_E3 + 1}])
def test_it_refuses_weights_that_nothing_could_be_shared_by(
    tx: Connection, shop: Shop, refused: dict[int, int]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_weights(tx, shop.alice, refused)

    assert refusal.value.field == "weights"
    assert find_workdays(tx, shop.alice) == Workdays()


def test_what_was_sold_at_the_former_branch_is_told_beside_ones_figures(tx: Connection, shop: Shop) -> None:
    sold = shop.sell(tx, shop.bob, 2)
    transfer_person(tx, shop.sam, shop.bob.person_id or 0, shop.corniche_id)
    bob = load_viewer(tx, shop.bob.person_id or 0)
    shop.sell(tx, bob, 1, shop.dumbbells)

    standing = read_standing_of(tx, bob)

    assert (standing.month.revenue_e4, standing.elsewhere) == (1_199_900, (("Mall", sold.total_e4),))
    assert read_standing_of(tx, shop.charlie).elsewhere == ()
    assert "Besides, at Mall: SAR 49.98" in show_standing(standing).text
