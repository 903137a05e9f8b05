"""Contract 1.2 and 1.3: sales of a stretch of days, what came back beside it, guest coverage apart."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from core.access import Reach, Viewer
from core.catalog.stock import verify_stock
from core.catalog.stocktaking import list_stock
from core.errors import InvalidInput, NotAllowed, NotFound
from core.metrics import Question, ask
from core.metrics.recount import rebuild_rollups, verify_rollups
from core.periods import Period, month_of
from core.reports.dashboard import read_dashboard
from core.reports.sales import read_returns, read_sales
from core.sales.corrections import void_sale
from tests.shop import Shop

LIGHT_E4, DUMBBELL_E4 = 249_900, 1_199_900
JULY = month_of(date(2026, 7, 1))


@pytest.fixture
def traded(tx: Connection, shop: Shop) -> Shop:
    """Sales of everybody, a return and an exchange of Bob's, a return of Charlie's."""
    shop.sell(tx, shop.bob, 4)
    shop.sell(tx, shop.alice, 1, shop.dumbbells)
    shop.sell(tx, shop.charlie, 2, shop.dumbbells)
    shop.take_back(tx, shop.bob, "return", LIGHT_E4, date(2026, 7, 14))
    shop.take_back(tx, shop.bob, "exchange", 2 * LIGHT_E4, date(2026, 7, 15))
    shop.take_back(tx, shop.charlie, "return", DUMBBELL_E4, date(2026, 7, 15))
    return shop


def test_what_came_back_is_told_and_never_taken_off(tx: Connection, traded: Shop) -> None:
    report = read_sales(tx, traded.bob, JULY)

    assert report.revenue_e4 == 4 * LIGHT_E4 == read_dashboard(tx, traded.bob).current_month_actual_e4
    assert (report.returns_e4, report.exchanges_e4, report.guest_coverage_e4) == (LIGHT_E4, 2 * LIGHT_E4, 0)
    assert [(part.person.handle, part.revenue_e4) for part in report.breakdown] == [("bob", 4 * LIGHT_E4)]


def test_my_pages_reach_as_far_as_the_contract_says(tx: Connection, traded: Shop) -> None:
    branch_e4 = 4 * LIGHT_E4 + DUMBBELL_E4
    expected = {"bob": 4 * LIGHT_E4, "dana": 0, "alice": branch_e4, "sam": 0, "charlie": 2 * DUMBBELL_E4}
    assert {name: read_sales(tx, getattr(traded, name), JULY).revenue_e4 for name in expected} == expected
    assert [part.person.handle for part in read_sales(tx, traded.alice, JULY).breakdown] == ["alice", "bob"]
    assert read_sales(tx, traded.sam, JULY, reach=Reach.TEAM).revenue_e4 == branch_e4
    assert read_sales(tx, traded.sam, JULY, "all", Reach.TEAM).revenue_e4 == branch_e4 + 2 * DUMBBELL_E4
    assert read_sales(tx, traded.bob, JULY, reach=Reach.TEAM).revenue_e4 == 4 * LIGHT_E4


@pytest.mark.parametrize(
    ("name", "branch", "error"),
    [
        ("bob", "corniche", NotAllowed),
        ("dana", "corniche", NotAllowed),
        ("alice", "corniche", NotAllowed),
        ("alice", "all", NotAllowed),
        ("charlie", "mall", NotAllowed),
        ("sam", "all", NotAllowed),  # "my" is of one branch
        ("sam", "moon", NotFound),
    ],
)
def test_it_refuses_a_branch_that_is_not_ones_own(
    tx: Connection, traded: Shop, name: str, branch: str, error: type[Exception]
) -> None:
    for read in (read_sales, read_returns):
        with pytest.raises(error):
            read(tx, getattr(traded, name), JULY, branch)


def test_it_lists_what_came_back_in_the_same_scope(tx: Connection, traded: Shop) -> None:
    def list_kinds(viewer: Viewer, branch: str | None = None) -> list[str]:
        return [entry.kind for entry in read_returns(tx, viewer, JULY, branch).page.entries]

    assert list_kinds(traded.bob) == list_kinds(traded.alice) == ["exchange", "return"]
    assert list_kinds(traded.dana) == list_kinds(traded.sam) == list_kinds(traded.sam, "corniche") == []
    assert list_kinds(traded.charlie) == ["return"]
    assert read_returns(tx, traded.bob, Period(date(2026, 7, 14), date(2026, 7, 15))).page.total == 1
    may_add = {name: read_returns(tx, getattr(traded, name), JULY).can_add for name in ("bob", "dana", "alice", "sam")}
    assert may_add == {"bob": False, "dana": False, "alice": True, "sam": True}


def test_guest_coverage_counts_apart_in_the_branch_that_was_helped(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.bob, 1)
    receipt = shop.sell(tx, shop.charlie, 3, guest_at=shop.mall_id)

    report = read_sales(tx, shop.alice, JULY)
    assert (report.revenue_e4, report.guest_coverage_e4) == (LIGHT_E4, 3 * LIGHT_E4)
    assert [part.person.handle for part in report.breakdown] == ["bob"]
    assert read_dashboard(tx, shop.alice).current_month_actual_e4 == LIGHT_E4
    assert read_sales(tx, shop.charlie, JULY).revenue_e4 == 0
    everything = Question(("revenue", "guest_coverage", "orders", "units", "customers", "lines"), JULY)
    totals = ask(tx, shop.alice, everything).totals
    assert totals == {
        "revenue": LIGHT_E4,
        "guest_coverage": 3 * LIGHT_E4,
        "orders": 1,
        "units": 1000,
        "customers": 0,
        "lines": 1,
    }
    assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))
    rebuild_rollups(tx, shop.company.id)
    assert ask(tx, shop.alice, everything).totals == totals

    void_sale(tx, shop.charlie, receipt.document_id)
    assert read_sales(tx, shop.alice, JULY).guest_coverage_e4 == 0
    assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))


def test_a_guest_takes_from_the_stock_of_the_branch_that_was_helped(tx: Connection, shop: Shop) -> None:
    shop.sell(tx, shop.charlie, 30, guest_at=shop.mall_id)

    on_hand = {row.product.id: row.on_hand_e3 for row in list_stock(tx, shop.alice)}
    assert on_hand[shop.lights.id] == 70_000
    assert not verify_stock(tx, shop.company.id).differences


def test_at_home_one_is_no_guest(tx: Connection, shop: Shop) -> None:
    for guest_at, error in ((shop.mall_id, InvalidInput), (9_999_999, NotFound)):
        with pytest.raises(error) as refusal:
            shop.sell(tx, shop.bob, 1, guest_at=guest_at)
        assert refusal.value.field == "guest_branch"
