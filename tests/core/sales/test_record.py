"""Recording, correcting and undoing, by core's front door."""

from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach
from core.catalog.stock import verify_stock
from core.catalog.stocktaking import list_stock
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.money import E3, E4
from core.periods import Calendar, parse_period
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, note_sale, restore_sale, void_sale
from core.sales.pricing import AmountOff, PercentOff
from core.sales.record import find_recorded, record_sale
from tests.shop import Shop, set_target


@pytest.fixture(autouse=True)
def _balanced_at_the_end(tx: Connection, shop: Shop) -> object:
    """After every test the rollups equal the lines and the stock equals its moves."""
    yield
    assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))
    assert not verify_stock(tx, shop.company.id).differences


def count_on_hand(tx: Connection, shop: Shop) -> int:
    row = next(row for row in list_stock(tx, shop.alice) if row.product.id == shop.lights.id)
    return row.on_hand_e3 // E3


def revenue_of(tx: Connection, shop: Shop) -> int:
    month = parse_period("all", clock.today(shop.company.time_zone), Calendar())
    return int(ask(tx, shop.alice, Question(("revenue",), month)).totals["revenue"] or 0)


def test_it_records_lines_stock_and_sums_together(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, 2)
    assert (receipt.total_e4, receipt.subtotal_e4, receipt.discount_e4) == (499_800, 499_800, 0)
    assert (receipt.person_name, receipt.is_own, receipt.is_today) == ("Bob", True, True)
    assert receipt.standing is not None
    assert receipt.standing.today_e4 == receipt.standing.month_e4 == 499_800
    assert count_on_hand(tx, shop) == 98
    assert revenue_of(tx, shop) == 499_800


def test_it_takes_the_discount_of_the_transactions_document(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(2 * E3, shop.lights.id, unit_price_e4=259_900, discount=AmountOff(2 * E4)),))
    assert record_sale(tx, shop.bob, RecordSale("test", "seed", terms)).total_e4 == 499_800


def test_it_spreads_a_discount_on_the_whole_to_the_coin(tx: Connection, shop: Shop) -> None:
    items = tuple(SaleLine(E3, unit_price_e4=10 * E4) for _ in range(3))
    receipt = record_sale(tx, shop.bob, RecordSale("test", "x", SaleTerms(items, discount=AmountOff(10 * E4))))
    assert [line.amount_e4 for line in receipt.lines] == [66_600, 66_700, 66_700]
    assert receipt.total_e4 == 20 * E4


def test_it_records_the_same_input_once(tx: Connection, shop: Shop) -> None:
    command = RecordSale("chat", "7:1", SaleTerms((SaleLine(E3, shop.lights.id),)))
    first, second = record_sale(tx, shop.bob, command), record_sale(tx, shop.bob, command)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert first.document_id == second.document_id == find_recorded(tx, shop.bob, "chat", "7:1")
    assert revenue_of(tx, shop) == 249_900


def test_it_shows_profit_only_to_those_who_may_see_it(tx: Connection, shop: Shop) -> None:
    assert shop.sell(tx, shop.bob, 2).profit_e4 is None
    assert shop.sell(tx, shop.alice, 2).profit_e4 == 2 * (249_900 - 114_000)
    assert shop.sell(tx, shop.alice, 1, shop.dumbbells).profit_e4 is None  # nobody knows the cost


def test_it_says_when_stock_falls_below_the_reorder_point(tx: Connection, shop: Shop) -> None:
    assert shop.sell(tx, shop.bob, 80).low_stock == ()  # exactly the reorder point
    (low,) = shop.sell(tx, shop.bob, 1).low_stock
    assert (low.sku, low.left_e3, low.reorder_point_e3) == ("SOL-3077", 19 * E3, 20 * E3)


def test_it_refuses_more_than_is_in_stock(tx: Connection, shop: Shop) -> None:
    with pytest.raises(InvalidInput) as refusal, tx.begin_nested():
        shop.sell(tx, shop.bob, 101)
    assert refusal.value.field == "quantity"
    assert count_on_hand(tx, shop) == 100
    assert revenue_of(tx, shop) == 0


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (SaleLine(0, None, unit_price_e4=1), "quantity"),
        (SaleLine(-E3, None, unit_price_e4=1), "quantity"),
        (SaleLine(E3, None, unit_price_e4=-1), "price"),
        (SaleLine(E3, None), "price"),
        (SaleLine(E3, 999_999), "product_id"),
        (SaleLine(E3, None, unit_price_e4=10 * E4, discount=AmountOff(11 * E4)), "discount"),
        (SaleLine(E3, None, unit_price_e4=10 * E4, discount=PercentOff(10_001)), "discount"),
    ],
)
def test_it_names_what_is_at_fault(tx: Connection, shop: Shop, line: SaleLine, field: str) -> None:
    with pytest.raises((InvalidInput, NotFound)) as refusal, tx.begin_nested():
        record_sale(tx, shop.bob, RecordSale("test", "bad", SaleTerms((line,))))
    assert refusal.value.field == field
    assert find_recorded(tx, shop.bob, "test", "bad") is None


def test_it_allows_the_past_and_refuses_the_future(tx: Connection, shop: Shop) -> None:
    today = clock.today("Asia/Riyadh")
    old = shop.sell(tx, shop.bob, day=today - timedelta(days=400))
    assert old.day == today - timedelta(days=400)
    assert "more than a year ago" in old.warnings[0]
    with pytest.raises(InvalidInput) as refusal, tx.begin_nested():
        shop.sell(tx, shop.bob, day=today + timedelta(days=1))
    assert refusal.value.field == "date"


def test_it_undoes_and_restores(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, 2)
    undone = void_sale(tx, shop.bob, receipt.document_id)
    assert undone.is_void
    assert (count_on_hand(tx, shop), revenue_of(tx, shop)) == (100, 0)
    assert void_sale(tx, shop.bob, receipt.document_id).revision == undone.revision  # twice is once
    restored = restore_sale(tx, shop.bob, receipt.document_id)
    assert (restored.is_void, restored.total_e4) == (False, 499_800)
    assert (count_on_hand(tx, shop), revenue_of(tx, shop)) == (98, 499_800)


def test_it_corrects_and_keeps_what_was_before(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, 2, customer="John Doe", day=date(2026, 1, 5))
    before = clock.now()
    corrected = amend_sale(tx, shop.bob, receipt.document_id, SaleTerms((SaleLine(3 * E3, shop.lights.id),)))
    assert (corrected.total_e4, corrected.revision, corrected.day) == (749_700, 2, date(2026, 1, 5))
    assert count_on_hand(tx, shop) == 97
    period = parse_period("2026", date(2026, 1, 6), Calendar())
    then = ask(tx, shop.alice, Question(("revenue",), period, as_of=before))
    assert then.totals["revenue"] == 499_800
    assert then.source == "lines"


def test_it_keeps_the_price_of_the_day_when_corrected(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(E3, shop.lights.id, unit_price_e4=200_000),))
    receipt = record_sale(tx, shop.bob, RecordSale("test", "p", terms))
    corrected = amend_sale(tx, shop.bob, receipt.document_id, SaleTerms((SaleLine(2 * E3, shop.lights.id),)))
    assert corrected.total_e4 == 400_000


def test_it_makes_no_revision_of_a_correction_that_changes_nothing(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(E3, shop.lights.id),), platform="Etsy")
    receipt = record_sale(tx, shop.bob, RecordSale("test", "same", terms))
    assert amend_sale(tx, shop.bob, receipt.document_id, terms).revision == 1


def test_it_asks_for_an_undone_sale_to_be_restored_first(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob)
    void_sale(tx, shop.bob, receipt.document_id)
    with pytest.raises(Conflict):
        amend_sale(tx, shop.bob, receipt.document_id, SaleTerms((SaleLine(E3, shop.lights.id),)))


def test_it_keeps_the_note_through_corrections(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, note="gift\nwrap")
    assert note_sale(tx, shop.bob, receipt.document_id, "no gift wrap").note == "no gift wrap"
    terms = SaleTerms((SaleLine(2 * E3, shop.lights.id),))
    assert amend_sale(tx, shop.bob, receipt.document_id, terms).note == "no gift wrap"
    assert note_sale(tx, shop.bob, receipt.document_id, "  ").note is None


def test_a_manager_records_and_corrects_for_her_people_only(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.alice, person_id=shop.bob.person_id)
    assert (receipt.person_name, receipt.is_own) == ("Bob", False)
    assert void_sale(tx, shop.alice, receipt.document_id).is_void
    with pytest.raises(NotAllowed), tx.begin_nested():
        shop.sell(tx, shop.alice, person_id=shop.charlie.person_id)
    with pytest.raises(NotAllowed), tx.begin_nested():
        shop.sell(tx, shop.bob, person_id=shop.alice.person_id)


def test_charlie_neither_sees_nor_corrects_what_is_not_his(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob)
    for act in (void_sale, restore_sale):
        with pytest.raises(NotAllowed):
            act(tx, shop.charlie, receipt.document_id)
    with pytest.raises(NotAllowed):
        note_sale(tx, shop.charlie, receipt.document_id, "mine")
    with pytest.raises(NotFound):
        void_sale(tx, shop.bob, 999_999)
    assert ask(tx, shop.charlie, Question(("revenue",), _today(shop), reach=Reach.TEAM)).totals["revenue"] == 0


def _today(shop: Shop) -> object:
    return parse_period("today", clock.today(shop.company.time_zone), Calendar())


def test_it_tells_once_that_a_goal_was_met(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 100, clock.today("Asia/Riyadh"), person=shop.bob)
    assert shop.sell(tx, shop.bob, 2).goals_met == ()
    third = shop.sell(tx, shop.bob, 3)
    assert [goal.person_name for goal in third.goals_met] == ["Bob"]
    assert third.standing is not None
    assert third.standing.target_e4 == 100 * E4
    assert shop.sell(tx, shop.bob, 1).goals_met == ()
