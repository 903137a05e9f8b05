"""What a sale would come to, against what it came to. One rule: nothing is written, and it is right to the coin."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core import clock
from core.errors import InvalidInput
from core.models.catalog import customers
from core.models.sales import documents, lines
from core.money import E3
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.estimating import estimate_sale
from core.sales.pricing import AmountOff, PercentOff
from core.sales.record import record_sale
from tests.shop import Shop


def count_rows(tx: Connection) -> list[int]:
    return [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (documents, lines, customers)]


@pytest.mark.parametrize("discount", [None, PercentOff(333), AmountOff(20_000)])
def test_it_is_what_recording_comes_to_and_writes_nothing(
    tx: Connection, shop: Shop, discount: PercentOff | AmountOff | None
) -> None:
    items = SaleLine(2 * E3, shop.lights.id, unit_price_e4=259_900), SaleLine(1_500, shop.lights.id)
    terms = SaleTerms(items, discount=discount, platform="Etsy", customer="Hala")
    before = count_rows(tx)
    estimate = estimate_sale(tx, shop.alice, terms)
    assert count_rows(tx) == before
    receipt = record_sale(tx, shop.alice, RecordSale("test", "estimated", terms))
    assert (estimate.subtotal_e4, estimate.discount_e4, estimate.total_e4, estimate.profit_e4) == (
        receipt.subtotal_e4,
        receipt.discount_e4,
        receipt.total_e4,
        receipt.profit_e4,
    )
    assert [line.amount_e4 for line in estimate.lines] == [line.amount_e4 for line in receipt.lines]


def test_the_cost_is_for_who_may_see_it(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(2 * E3, shop.lights.id),))
    assert estimate_sale(tx, shop.alice, terms).cost_e4 == 228_000
    hidden = estimate_sale(tx, shop.bob, terms)
    assert (hidden.cost_e4, hidden.profit_e4, hidden.lines[0].cost_e4) == (None, None, None)


def test_what_could_not_be_recorded_is_refused_by_the_same_field(tx: Connection, shop: Shop) -> None:
    line = SaleLine(E3, shop.lights.id)
    tomorrow = clock.today("Asia/Riyadh") + timedelta(days=1)
    for terms, field in (
        (SaleTerms((line,), discount=AmountOff(250_000)), "discount"),
        (SaleTerms((line,), day=tomorrow), "date"),
        (SaleTerms(()), "lines"),
        (SaleTerms((SaleLine(0, shop.lights.id),)), "quantity"),
    ):
        with pytest.raises(InvalidInput) as refused:
            estimate_sale(tx, shop.bob, terms)
        assert refused.value.field == field
