"""What comes back, by core's front door: whole or part, of a sale or of none."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from core import clock
from core.catalog.stocktaking import list_stock
from core.errors import Conflict, InvalidInput, NotAllowed
from core.metrics import Question, ask
from core.money import E3, E4
from core.periods import Calendar, parse_period
from core.sales.commands import RecordReturn, RecordSale, ReturnLine, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, confirm_share, restore_sale, void_sale
from core.sales.pricing import AmountOff, Tax
from core.sales.rates import E9
from core.sales.record import record_exchange, record_return, record_sale
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("balanced")
MEASURES = ("revenue", "returns", "exchanges", "net_revenue", "units")


def count_on_hand(tx: Connection, shop: Shop) -> int:
    return next(row.on_hand_e3 for row in list_stock(tx, shop.alice) if row.product.id == shop.lights.id) // E3


def ask_totals(tx: Connection, shop: Shop) -> dict[str, object]:
    period = parse_period("all", clock.today(shop.company.time_zone), Calendar())
    return dict(ask(tx, shop.alice, Question(MEASURES, period)).totals)


def test_it_takes_back_a_part_and_then_the_rest(tx: Connection, shop: Shop) -> None:
    items = (SaleLine(3 * E3, shop.lights.id, total_e4=100 * E4),)
    sale = record_sale(tx, shop.bob, RecordSale("test", "three", SaleTerms(items)))
    first = record_return(tx, shop.bob, RecordReturn("test", "r1", (ReturnLine(E3, shop.lights.id),), sale.document_id))
    assert (first.kind, first.total_e4, first.original_id) == ("return", 333_300, sale.document_id)
    assert count_on_hand(tx, shop) == 98
    rest = record_return(tx, shop.bob, RecordReturn("test", "r2", original_id=sale.document_id))
    assert (rest.lines[0].quantity_e3, rest.total_e4) == (2 * E3, 666_700)
    assert count_on_hand(tx, shop) == 100
    assert ask_totals(tx, shop) == {
        "revenue": 100 * E4,
        "returns": 100 * E4,
        "exchanges": 0,
        "net_revenue": 0,
        "units": 3 * E3,
    }
    with pytest.raises(Conflict, match="All of sale"):
        record_return(tx, shop.bob, RecordReturn("test", "r3", original_id=sale.document_id))


def test_the_same_return_again_changes_nothing(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    command = RecordReturn("chat", "9:9", (ReturnLine(E3, shop.lights.id),), sale.document_id)
    first, second = record_return(tx, shop.bob, command), record_return(tx, shop.bob, command)
    assert (first.document_id, second.is_repeat) == (second.document_id, True)
    assert ask_totals(tx, shop)["returns"] == 249_900


@pytest.mark.parametrize("quantity", [0, -E3, 3 * E3])
def test_no_more_comes_back_than_was_sold(tx: Connection, shop: Shop, quantity: int) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    with pytest.raises(InvalidInput) as caught:
        record_return(tx, shop.bob, RecordReturn("t", "x", (ReturnLine(quantity, shop.lights.id),), sale.document_id))
    assert caught.value.field == "quantity"


def test_what_was_not_in_the_sale_does_not_come_back(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    with pytest.raises(InvalidInput, match="nothing"):
        record_return(tx, shop.bob, RecordReturn("t", "x", (ReturnLine(E3, shop.dumbbells.id),), sale.document_id))


def test_goods_written_off_do_not_go_into_stock(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    back = record_return(tx, shop.bob, RecordReturn("t", "x", original_id=sale.document_id, writes_off=True))
    assert count_on_hand(tx, shop) == 98
    void_sale(tx, shop.bob, back.document_id)
    restore_sale(tx, shop.bob, back.document_id)
    assert count_on_hand(tx, shop) == 98


def test_it_counts_against_who_had_sold_it(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    back = record_return(tx, shop.alice, RecordReturn("t", "x", original_id=sale.document_id))
    assert (back.person_name, back.is_own) == ("Bob", False)
    with pytest.raises(NotAllowed):
        record_return(tx, shop.charlie, RecordReturn("t", "y", original_id=sale.document_id))


def test_a_return_of_no_known_sale_has_the_price_said(tx: Connection, shop: Shop) -> None:
    line = ReturnLine(2 * E3, shop.lights.id, unit_price_e4=20 * E4)
    back = record_return(tx, shop.bob, RecordReturn("t", "x", (line,), customer="Hala"))
    assert (back.total_e4, back.customer, back.person_name) == (40 * E4, "Hala", "Bob")
    listed = record_return(tx, shop.bob, RecordReturn("t", "y", (ReturnLine(E3, shop.lights.id),)))
    assert listed.total_e4 == 249_900
    with pytest.raises(InvalidInput) as caught:
        record_return(tx, shop.bob, RecordReturn("t", "z"))
    assert caught.value.field == "lines"


def test_tax_comes_back_with_the_goods(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(2 * E3, shop.lights.id, unit_price_e4=100 * E4),), taxes=(Tax("VAT", percent_e2=1500),))
    sale = record_sale(tx, shop.bob, RecordSale("t", "s", terms))
    assert (sale.taxes, sale.payable_e4) == ({"VAT": 30 * E4}, 230 * E4)
    back = record_return(tx, shop.bob, RecordReturn("t", "r", (ReturnLine(E3, shop.lights.id),), sale.document_id))
    assert (back.taxes, back.payable_e4) == ({"VAT": 15 * E4}, 115 * E4)


def test_a_sale_stays_while_goods_of_it_are_back(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    back = record_return(tx, shop.bob, RecordReturn("t", "r", (ReturnLine(E3, shop.lights.id),), sale.document_id))
    for change in (
        lambda: void_sale(tx, shop.bob, sale.document_id),
        lambda: amend_sale(tx, shop.bob, sale.document_id, SaleTerms((SaleLine(E3, shop.lights.id),))),
        lambda: amend_sale(tx, shop.bob, back.document_id, SaleTerms((SaleLine(E3, shop.lights.id),))),
    ):
        with pytest.raises(Conflict):
            change()
    void_sale(tx, shop.bob, back.document_id)
    assert void_sale(tx, shop.bob, sale.document_id).is_void
    with pytest.raises(Conflict):
        restore_sale(tx, shop.bob, back.document_id)


def test_a_return_is_restored_only_where_there_is_room(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 2)
    first = record_return(tx, shop.bob, RecordReturn("t", "1", original_id=sale.document_id))
    void_sale(tx, shop.bob, first.document_id)
    record_return(tx, shop.bob, RecordReturn("t", "2", (ReturnLine(E3, shop.lights.id),), sale.document_id))
    with pytest.raises(Conflict, match="otherwise"):
        restore_sale(tx, shop.bob, first.document_id)


def test_it_neither_lies_ahead_nor_before_the_sale(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 1)
    today = clock.today(shop.company.time_zone)
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(InvalidInput) as caught:
            record_return(tx, shop.bob, RecordReturn("t", f"{day}", original_id=sale.document_id, day=day))
        assert caught.value.field == "date"


def test_an_exchange_is_what_came_back_and_what_went_out(tx: Connection, shop: Shop) -> None:
    sale = shop.sell(tx, shop.bob, 1, customer="Hala")
    out = SaleTerms((SaleLine(E3, shop.dumbbells.id),))
    back, gone = record_exchange(tx, shop.bob, RecordReturn("t", "e", original_id=sale.document_id), out)
    assert (back.kind, gone.kind, gone.original_id, gone.customer) == ("exchange", "sale", back.document_id, "Hala")
    totals = ask_totals(tx, shop)
    assert (totals["exchanges"], totals["returns"]) == (249_900, 0)
    assert totals["net_revenue"] == 1_199_900
    again = record_exchange(tx, shop.bob, RecordReturn("t", "e", original_id=sale.document_id), out)
    assert [one.is_repeat for one in again] == [True, True]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quantity=st.integers(1, 9),
    total=st.integers(0, 100_000),
    off=st.integers(0, 3000),
    cuts=st.lists(st.integers(1, 4), max_size=5),
    abroad=st.sampled_from([{}, {"currency": "USD", "rate_e9": 3_751_234_567}, {"currency": "KWD", "rate_e9": E9}]),
    shared_e2=st.sampled_from([0, 3333, 5000]),
)
def test_all_of_a_sale_returned_is_worth_exactly_the_sale(
    tx: Connection,
    shop: Shop,
    quantity: int,
    total: int,
    off: int,
    cuts: list[int],
    abroad: dict[str, Any],
    shared_e2: int,
) -> None:
    total_e4 = total * 100
    line = SaleLine(quantity * E3, shop.lights.id, total_e4=total_e4, discount=AmountOff(min(off * 100, total_e4)))
    shop.sold += 1
    shares = {shop.alice.person_id: shared_e2} if shared_e2 and shop.alice.person_id else None
    terms = SaleTerms((line,), taxes=(Tax("VAT", percent_e2=1500),), shares=shares, **abroad)
    sale = record_sale(tx, shop.bob, RecordSale("h", str(shop.sold), terms))
    if shares:
        sale = confirm_share(tx, shop.alice, sale.document_id, agrees=True)
    came, rest = [], quantity
    for number, cut in enumerate(cuts):
        if cut <= rest:
            back = (ReturnLine(cut * E3, shop.lights.id),)
            came.append(record_return(tx, shop.bob, RecordReturn("h", f"{shop.sold}/{number}", back, sale.document_id)))
            rest -= cut
    if rest:
        came.append(record_return(tx, shop.bob, RecordReturn("h", f"{shop.sold}/rest", original_id=sale.document_id)))
    assert sum(one.total_e4 for one in came) == sale.total_e4
    assert sum(one.payable_e4 for one in came) == sale.payable_e4
    assert sum(one.discount_e4 for one in came) == sale.discount_e4
    if sale.foreign is not None:
        told = [one.foreign for one in came if one.foreign is not None]
        assert sum(one.total_e4 for one in told) == sale.foreign.total_e4
        assert sum(sum(one.taxes.values()) for one in told) == sum(sale.foreign.taxes.values())
    assert [line.quantity_e3 % E3 for one in came for line in one.lines] == [0] * len(came)


def test_guest_coverage_is_undone_not_returned(tx: Connection, shop: Shop) -> None:
    covered = shop.sell(tx, shop.bob, 1, shop.dumbbells, guest_at=shop.corniche_id)
    with pytest.raises(Conflict, match="undo it"):
        record_return(tx, shop.bob, RecordReturn("t", "guest", original_id=covered.document_id))
