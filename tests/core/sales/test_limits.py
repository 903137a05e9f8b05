"""No sum leaves 64 bits: whatever people record, every figure is still told, to the last digit."""

import pytest
from sqlalchemy.engine import Connection

from core import clock
from core.catalog.stock import LARGEST_LEVEL_E3
from core.catalog.stocktaking import receive_stock
from core.errors import InvalidInput
from core.metrics import Question, ask
from core.money import E3, LARGEST_E4
from core.periods import Calendar, parse_period
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import restore_sale, void_sale
from core.sales.ledger.limits import LARGEST_TOTAL
from core.sales.record import record_sale
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("balanced")


def record(tx: Connection, shop: Shop, name: str, *lines: SaleLine) -> int:
    return record_sale(tx, shop.bob, RecordSale("test", name, SaleTerms(lines))).document_id


def ask_all(tx: Connection, shop: Shop) -> int:
    period = parse_period("all", clock.today(shop.company.time_zone), Calendar())
    answer = ask(tx, shop.alice, Question(("revenue", "invoiced", "units", "profit", "net_revenue"), period))
    revenue = answer.totals["revenue"]
    assert isinstance(revenue, int)
    return revenue


def test_a_company_records_as_much_as_can_be_counted_and_no_more(tx: Connection, shop: Shop) -> None:
    whole, last = divmod(LARGEST_TOTAL, LARGEST_E4)
    assert last == 0
    numbers = [record(tx, shop, str(n), SaleLine(E3, None, total_e4=LARGEST_E4)) for n in range(whole)]
    assert ask_all(tx, shop) == LARGEST_TOTAL
    with pytest.raises(InvalidInput, match="more than can be counted") as refused, tx.begin_nested():
        record(tx, shop, "more", SaleLine(E3, None, total_e4=LARGEST_E4))
    assert refused.value.field == "price"
    small = record(tx, shop, "small", SaleLine(E3, None, total_e4=30_000))
    assert ask_all(tx, shop) == LARGEST_TOTAL + 30_000
    for number in numbers[:2]:
        void_sale(tx, shop.bob, number)
    assert ask_all(tx, shop) == LARGEST_TOTAL - 2 * LARGEST_E4 + 30_000
    restore_sale(tx, shop.bob, numbers[0])
    with pytest.raises(InvalidInput, match="more than can be counted"), tx.begin_nested():
        restore_sale(tx, shop.bob, numbers[1])
    void_sale(tx, shop.bob, small)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (SaleLine(E3, None, total_e4=LARGEST_E4), "price"),
        (SaleLine(LARGEST_E4, None, total_e4=10_000), "quantity"),
    ],
)
def test_a_sale_comes_to_no_more_than_a_line_may(tx: Connection, shop: Shop, line: SaleLine, field: str) -> None:
    with pytest.raises(InvalidInput, match="more than one sale can come to") as refused, tx.begin_nested():
        record(tx, shop, "two", line, line)
    assert refused.value.field == field


def test_stock_is_received_as_long_as_it_can_be_counted(tx: Connection, shop: Shop) -> None:
    room = (LARGEST_LEVEL_E3 - 100 * E3) // LARGEST_E4
    for _ in range(room):
        receive_stock(tx, shop.alice, shop.lights.id, LARGEST_E4)
    with pytest.raises(InvalidInput, match="more than can be counted") as refused, tx.begin_nested():
        receive_stock(tx, shop.alice, shop.lights.id, LARGEST_E4)
    assert refused.value.field == "quantity"
    assert receive_stock(tx, shop.alice, shop.lights.id, E3).on_hand_e3 == room * LARGEST_E4 + 101 * E3
