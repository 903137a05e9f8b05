"""What follows from a change of the ledger, whichever change it is."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer
from core.catalog.stock import verify_stock
from core.errors import InvalidInput
from core.goals.goals import set_goal
from core.metrics.recount import verify_rollups
from core.models.outbox import outbox
from core.money import E3, E4
from core.periods import month_of
from core.sales.commands import RecordReturn, RecordSale, ReturnLine, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, confirm_share, read_terms, restore_sale, void_sale
from core.sales.ledger import Change, Effects, reactions
from core.sales.receipt import read_receipt
from core.sales.record import record_exchange, record_return, record_sale
from tests.shop import TELEGRAM_IDS, Shop, set_target


@pytest.fixture(autouse=True)
def _balanced_at_the_end(tx: Connection, shop: Shop) -> object:
    yield
    assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))
    assert not verify_stock(tx, shop.company.id).differences


def list_notices(tx: Connection, event: str) -> dict[str, list[dict[str, Any]]]:
    """What each person is to be told of an event."""
    names = {number: name for name, number in TELEGRAM_IDS.items()}
    told: dict[str, list[dict[str, Any]]] = {}
    for row in tx.execute(select(outbox).where(outbox.c.event == event).order_by(outbox.c.id)):
        told.setdefault(names[row.chat_id], []).append(row.content)
    return told


def change_quantity(tx: Connection, viewer: Viewer, document_id: int, quantity: int) -> Any:
    terms = read_terms(tx, viewer, document_id)
    (line,) = terms.lines
    line = replace(line, quantity_e3=quantity * E3, total_e4=None)
    return amend_sale(tx, viewer, document_id, replace(terms, lines=(line,)))


def test_a_correction_that_takes_stock_below_its_reorder_point_says_so(tx: Connection, shop: Shop) -> None:
    number = shop.sell(tx, shop.bob, 80).document_id  # 20 left: exactly the point
    assert list_notices(tx, "low_stock") == {}
    (low,) = change_quantity(tx, shop.bob, number, 85).low_stock
    assert (low.left_e3, low.is_new) == (15 * E3, True)
    told = list_notices(tx, "low_stock")
    assert {name: [one["left_e3"] for one in notices] for name, notices in told.items()} == {"alice": [15 * E3]}


def test_what_is_low_already_is_told_once_and_shown_as_long_as_more_goes(tx: Connection, shop: Shop) -> None:
    number = shop.sell(tx, shop.bob, 85).document_id
    (low,) = change_quantity(tx, shop.bob, number, 86).low_stock
    assert not low.is_new
    assert change_quantity(tx, shop.bob, number, 84).low_stock == ()  # goods came back
    assert len(list_notices(tx, "low_stock")["alice"]) == 1


def test_undoing_a_return_and_restoring_a_sale_tell_of_low_stock_too(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 82).document_id
    back = record_return(tx, shop.bob, RecordReturn("test", "back", (ReturnLine(10 * E3, position=1),), sale))
    void_sale(tx, shop.bob, back.document_id)
    void_sale(tx, shop.bob, sale)
    restore_sale(tx, shop.bob, sale)
    assert [one["left_e3"] for one in list_notices(tx, "low_stock")["alice"]] == [18 * E3] * 3


def test_whoever_brings_low_stock_about_sees_it_whatever_they_did(tx: Connection, shop: Shop) -> None:
    """No notice goes to whoever made the change, so that their receipt has to say it."""
    sale = shop.sell(tx, shop.bob, 82).document_id
    back = record_return(tx, shop.bob, RecordReturn("test", "back", (ReturnLine(10 * E3, position=1),), sale))
    assert [low.left_e3 for low in void_sale(tx, shop.alice, back.document_id).low_stock] == [18 * E3]
    assert void_sale(tx, shop.alice, sale).low_stock == ()
    assert [low.left_e3 for low in restore_sale(tx, shop.alice, sale).low_stock] == [18 * E3]
    assert restore_sale(tx, shop.alice, sale).low_stock == ()  # nothing was done
    assert len(list_notices(tx, "low_stock")["alice"]) == 1  # of Bob’s sale


def test_an_exchange_tells_of_what_went_out(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 1, shop.dumbbells).document_id
    back = RecordReturn("test", "back", (ReturnLine(E3, position=1),), sale)
    record_exchange(tx, shop.bob, back, SaleTerms((SaleLine(81 * E3, shop.lights.id),)))
    assert [one["left_e3"] for one in list_notices(tx, "low_stock")["alice"]] == [19 * E3]


def test_a_return_cannot_be_undone_once_its_goods_are_sold(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 100).document_id
    back = record_return(tx, shop.bob, RecordReturn("test", "back", (ReturnLine(10 * E3, position=1),), sale))
    shop.sell(tx, shop.bob, 5)
    with pytest.raises(InvalidInput) as refusal, tx.begin_nested():
        void_sale(tx, shop.bob, back.document_id)
    assert (refusal.value.field, refusal.value.hint) == ("quantity", "/stock SOL-3077")


def test_selling_less_is_never_refused_for_want_of_stock(tx: Connection, shop: Shop) -> None:
    number = shop.sell(tx, shop.bob, 100).document_id
    assert change_quantity(tx, shop.bob, number, 60).lines[0].quantity_e3 == 60 * E3


def test_a_goal_met_by_restoring_a_sale_is_told(tx: Connection, shop: Shop) -> None:
    number = shop.sell(tx, shop.bob, 4).document_id
    void_sale(tx, shop.bob, number)
    set_target(tx, shop, 50, clock.today(shop.company.time_zone), person=shop.bob)
    restore_sale(tx, shop.alice, number)
    told = list_notices(tx, "goals_met")
    assert [[goal["person"] for goal in one["goals"]] for one in told["bob"]] == [["Bob"]]
    assert "alice" not in told  # she did it, and saw it


def test_whoever_shares_in_a_sale_meets_a_goal_by_it(tx: Connection, shop: Shop) -> None:
    set_target(tx, shop, 100, clock.today(shop.company.time_zone), person=shop.dana)
    terms = SaleTerms((SaleLine(10 * E3, shop.lights.id),), shares={shop.dana.person_id or 0: 5000})
    number = record_sale(tx, shop.bob, RecordSale("test", "shared", terms)).document_id
    assert list_notices(tx, "share_asked").keys() == {"dana"}
    assert list_notices(tx, "goals_met") == {}
    confirm_share(tx, shop.dana, number, agrees=True)
    assert [goal["person"] for one in list_notices(tx, "goals_met")["alice"] for goal in one["goals"]] == ["Dana"]


def test_whoever_agrees_to_a_share_sees_their_own_goal_met_and_no_figure_of_the_seller(
    tx: Connection, shop: Shop
) -> None:
    today = clock.today(shop.company.time_zone)
    dana = replace(shop.dana, role=Role.EMPLOYEE)
    for seller in (shop.bob, shop.dana):
        set_target(tx, shop, 100, today, person=seller)
    terms = SaleTerms((SaleLine(10 * E3, shop.lights.id),), shares={dana.person_id or 0: 5000})
    number = record_sale(tx, shop.bob, RecordSale("test", "shared", terms)).document_id
    agreed = confirm_share(tx, dana, number, agrees=True)
    assert [goal.person_name for goal in agreed.goals_met] == ["Dana"]
    assert (agreed.standing, read_receipt(tx, dana, number).standing) == (None, None)
    standing = read_receipt(tx, shop.alice, number).standing
    assert standing is not None
    assert standing.target_e4 == 100 * E4


def test_a_correction_tells_an_employee_of_no_colleagues_goal(tx: Connection, shop: Shop) -> None:
    today = clock.today(shop.company.time_zone)
    terms = SaleTerms((SaleLine(2 * E3, shop.lights.id),), shares={shop.dana.person_id or 0: 5000})
    number = record_sale(tx, shop.bob, RecordSale("test", "shared", terms)).document_id
    confirm_share(tx, shop.dana, number, agrees=True)
    for seller in (shop.bob, shop.dana, None):
        set_target(tx, shop, 100, today, person=seller)
    met = change_quantity(tx, shop.bob, number, 10).goals_met
    assert sorted(goal.person_name or "the branch" for goal in met) == ["Bob", "the branch"]
    assert [one["person"] for one in list_notices(tx, "goals_met")["dana"][0]["goals"]] == ["Dana"]


def test_asking_the_same_share_again_asks_nobody(tx: Connection, shop: Shop) -> None:
    shares = {shop.dana.person_id or 0: 5000}
    terms = SaleTerms((SaleLine(E3, shop.lights.id),), shares=shares)
    number = record_sale(tx, shop.bob, RecordSale("test", "shared", terms)).document_id
    again = replace(read_terms(tx, shop.bob, number), shares=shares)
    assert amend_sale(tx, shop.bob, number, again).revision == 1
    assert len(list_notices(tx, "share_asked")["dana"]) == 1
    assert amend_sale(tx, shop.bob, number, replace(again, shares={shop.dana.person_id or 0: 4000})).revision == 2
    assert [one["share_e2"] for one in list_notices(tx, "share_asked")["dana"]] == [5000, 4000]


def test_one_sale_that_meets_several_goals_is_told_in_one_message(tx: Connection, shop: Shop) -> None:
    today = clock.today(shop.company.time_zone)
    set_target(tx, shop, 50, today, person=shop.bob)
    set_target(tx, shop, 60, today)
    set_goal(tx, shop.alice, measure="units", target=3 * E3, period=month_of(today), person_id=shop.bob.person_id)
    receipt = shop.sell(tx, shop.bob, 4)
    assert len(receipt.goals_met) == 3
    (notice,) = list_notices(tx, "goals_met")["alice"]
    assert [goal["person"] for goal in notice["goals"]].count("Bob") == 2


def test_the_receipt_made_while_recording_is_the_one_read_back(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms(
        (SaleLine(2 * E3, shop.lights.id), SaleLine(E3, unit_price_e4=12 * E4)),
        platform="Etsy",
        coupon="SUMMER",
        customer="  hala  ",
        note="gift",
        shares={shop.dana.person_id or 0: 2500},
    )
    for number, viewer in enumerate((shop.bob, shop.alice)):
        made = record_sale(tx, viewer, RecordSale("test", f"whole-{number}", terms))
        assert replace(made, warnings=(), low_stock=(), goals_met=()) == read_receipt(tx, viewer, made.document_id)


def test_a_change_of_a_closed_month_is_refused_whatever_it_is(tx: Connection, shop: Shop) -> None:
    first = date(2026, 3, 1)
    number = shop.sell(tx, shop.bob, day=first).document_id
    closed = replace(shop.company, closed_before=date(2026, 4, 1))
    viewer = replace(shop.operator, company=closed)
    with pytest.raises(Exception, match="are closed"), tx.begin_nested():
        void_sale(tx, viewer, number)
    assert not read_receipt(tx, shop.bob, number).is_void


def test_a_reaction_is_one_entry(tx: Connection, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int, int]] = []

    def note_lines(_tx: Connection, change: Change, _effects: Effects) -> None:
        seen.extend((document.action, len(change.closed), len(change.opened)) for document in change.documents)

    entry = reactions.Reaction("noticed", note_lines, frozenset({"recorded", "voided"}), in_batches=False)
    monkeypatch.setattr(reactions, "REACTIONS", (*reactions.REACTIONS, entry))
    number = shop.sell(tx, shop.bob).document_id
    change_quantity(tx, shop.bob, number, 2)
    void_sale(tx, shop.bob, number)
    assert seen == [("recorded", 0, 1), ("voided", 1, 0)]
