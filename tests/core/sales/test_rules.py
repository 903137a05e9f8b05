"""Currencies, taxes, variants, days ahead, days to correct, closed months, history: by core's front door."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, load_viewer
from core.catalog.products import retire_product
from core.catalog.variants import add_variant, change_variant, list_variants, retire_variant
from core.company import limit_corrections, take_orders_ahead
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.metrics import Question, ask
from core.money import E3, E4
from core.periods import Calendar, month_of, parse_period
from core.sales.closing import close_months, read_books, reopen_months, report_month
from core.sales.commands import RecordReturn, RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, note_sale, read_terms, void_sale
from core.sales.history import read_history
from core.sales.log import LogFilter, list_documents
from core.sales.pricing import AmountOff, PercentOff, Tax
from core.sales.rates import list_rates, set_rate
from core.sales.record import record_return, record_sale
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("balanced")


def afresh(tx: Connection, viewer: Viewer) -> Viewer:
    """The viewer as a new request finds them."""
    return load_viewer(tx, viewer.person_id or 0)


def test_another_currency_keeps_its_amount_and_rate_and_counts_in_ours(tx: Connection, shop: Shop) -> None:
    day = clock.today(shop.company.time_zone)
    set_rate(tx, shop.sam, "usd", 3_750_000_000, day - timedelta(days=9))
    set_rate(tx, shop.sam, "USD", 3_760_000_000, day)
    line = SaleLine(2 * E3, shop.lights.id, unit_price_e4=99_900, discount=AmountOff(E4))
    terms = SaleTerms((line,), currency="USD", taxes=(Tax("VAT", percent_e2=500),))
    receipt = record_sale(tx, shop.bob, RecordSale("t", "usd", terms))
    assert receipt.foreign is not None
    assert (receipt.foreign.currency, receipt.foreign.rate_e9, receipt.foreign.total_e4) == (
        "USD",
        3_760_000_000,
        189_800,
    )
    assert receipt.total_e4 == 713_600  # 18.98 × 3.76 = 71.3648
    assert (receipt.foreign.taxes, receipt.taxes) == ({"VAT": 9_500}, {"VAT": 35_700})
    period = parse_period("all", day, Calendar())
    answer = ask(tx, shop.alice, Question(("revenue",), period, by=("currency",)))
    assert [(row.labels, row.values["revenue"]) for row in answer.rows] == [(("USD",), 713_600)]
    earlier = replace(terms, day=day - timedelta(days=1))
    kept = record_sale(tx, shop.bob, RecordSale("t", "before", earlier))
    assert kept.foreign is not None
    assert kept.foreign.rate_e9 == 3_750_000_000
    assert amend_sale(tx, shop.bob, receipt.document_id, read_terms(tx, shop.bob, receipt.document_id)).revision == 1
    assert [rate.rate_e9 for rate in list_rates(tx, shop.sam)] == [3_760_000_000, 3_750_000_000]


def test_no_rate_and_no_price_is_guessed(tx: Connection, shop: Shop) -> None:
    line = SaleLine(E3, shop.lights.id, unit_price_e4=E4)
    for currency, item, field in (
        ("EUR", line, "currency"),
        ("XXQ", line, "currency"),
        ("USD", SaleLine(E3, shop.lights.id), "price"),
    ):
        with pytest.raises(InvalidInput) as caught:
            record_sale(tx, shop.bob, RecordSale("t", currency, SaleTerms((item,), currency=currency)))
        assert caught.value.field == field
    with pytest.raises(NotAllowed):
        set_rate(tx, shop.alice, "USD", 3_750_000_000, date(2026, 1, 1))
    with pytest.raises(InvalidInput):
        set_rate(tx, shop.sam, "SAR", 1_000_000_000, date(2026, 1, 1))


def test_taxes_are_rounded_once_and_shared_out(tx: Connection, shop: Shop) -> None:
    items = tuple(SaleLine(E3, unit_price_e4=3_300) for _ in range(3))
    terms = SaleTerms(items, taxes=(Tax("VAT", percent_e2=1500), Tax("Fee", amount_e4=1_000)))
    receipt = record_sale(tx, shop.bob, RecordSale("t", "tax", terms))
    assert receipt.taxes == {"VAT": 1_500, "Fee": 1_000}  # 15 % of 0.99, half to even
    assert sum(line.tax_e4 for line in receipt.lines) == 2_500
    period = parse_period("all", clock.today(shop.company.time_zone), Calendar())
    totals = ask(tx, shop.alice, Question(("revenue", "tax", "invoiced"), period)).totals
    assert totals == {"revenue": 9_900, "tax": 2_500, "invoiced": 12_400}
    for wrong in ((Tax("VAT"),), (Tax("VAT", percent_e2=-1),), (Tax("A", amount_e4=1), Tax("A", amount_e4=1))):
        with pytest.raises(InvalidInput) as caught:
            record_sale(tx, shop.bob, RecordSale("t", str(wrong), SaleTerms(items, taxes=wrong)))
        assert caught.value.field == "taxes"


def test_a_variant_has_a_price_of_its_own_or_the_products(tx: Connection, shop: Shop) -> None:
    large = add_variant(tx, shop.alice, shop.lights.id, "Large", sku="SOL-L", price_e4=30 * E4, cost_e4=15 * E4)
    plain = add_variant(tx, shop.alice, shop.lights.id, "Plain")
    items = (SaleLine(E3, shop.lights.id, variant_id=large.id), SaleLine(E3, shop.lights.id, variant_id=plain.id))
    receipt = record_sale(tx, shop.alice, RecordSale("t", "v", SaleTerms(items)))
    assert [(line.variant_name, line.amount_e4, line.cost_e4) for line in receipt.lines] == [
        ("Large", 30 * E4, 15 * E4),
        ("Plain", 249_900, 114_000),
    ]
    change_variant(tx, shop.alice, large.id, price_e4=40 * E4)
    retire_variant(tx, shop.alice, large.id)
    assert [one.name for one in list_variants(tx, shop.bob, shop.lights.id)] == ["Plain"]
    period = parse_period("all", clock.today(shop.company.time_zone), Calendar())
    answer = ask(tx, shop.alice, Question(("revenue",), period, by=("variant",)))
    assert {row.labels[0]: row.values["revenue"] for row in answer.rows} == {"Large": 30 * E4, "Plain": 249_900}
    line = SaleLine(E3, shop.dumbbells.id, variant_id=large.id)
    with pytest.raises(NotFound):
        record_sale(tx, shop.bob, RecordSale("t", "w", SaleTerms((line,))))


def test_a_day_ahead_is_an_order_where_the_company_takes_such(tx: Connection, shop: Shop) -> None:
    ahead = clock.today(shop.company.time_zone) + timedelta(days=3)
    terms = SaleTerms((SaleLine(E3, shop.lights.id),), day=ahead)
    with pytest.raises(InvalidInput) as caught:
        record_sale(tx, shop.bob, RecordSale("t", "1", terms))
    assert caught.value.field == "date"
    take_orders_ahead(tx, shop.sam, True)
    receipt = record_sale(tx, afresh(tx, shop.bob), RecordSale("t", "2", terms))
    assert (receipt.day, len(receipt.warnings)) == (ahead, 1)
    far = replace(terms, day=ahead + timedelta(days=800))
    with pytest.raises(InvalidInput, match="too far"):
        record_sale(tx, afresh(tx, shop.bob), RecordSale("t", "3", far))


def test_sellers_correct_for_so_many_days_and_managers_always(tx: Connection, shop: Shop) -> None:
    limit_corrections(tx, shop.sam, 2)
    bob = afresh(tx, shop.bob)
    receipt = shop.sell(tx, bob, 1)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert note_sale(tx, bob, receipt.document_id, "gift").note == "gift"
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        with pytest.raises(NotAllowed, match="2 days"):
            void_sale(tx, bob, receipt.document_id)
        assert void_sale(tx, afresh(tx, shop.alice), receipt.document_id, "a mistake").is_void


def test_a_closed_month_stays_as_reported_and_later_returns_are_adjustments(tx: Connection, shop: Shop) -> None:
    with time_machine.travel(datetime(2026, 6, 20, 9, tzinfo=UTC), tick=False):
        june = shop.sell(tx, shop.bob, 2)
    with time_machine.travel(datetime(2026, 7, 5, 9, tzinfo=UTC), tick=False):
        with pytest.raises(NotAllowed):
            close_months(tx, shop.alice, date(2026, 6, 1))
        with pytest.raises(InvalidInput, match="not over"):
            close_months(tx, shop.sam, date(2026, 7, 1))
        assert close_months(tx, shop.sam, date(2026, 6, 15)).closed_before == date(2026, 7, 1)
        bob, alice, sam = (afresh(tx, viewer) for viewer in (shop.bob, shop.alice, shop.sam))
        backdated = SaleTerms((SaleLine(E3, shop.lights.id),), day=date(2026, 6, 30))
        for change in (
            lambda: void_sale(tx, alice, june.document_id),
            lambda: amend_sale(tx, bob, june.document_id, SaleTerms((SaleLine(E3, shop.lights.id),))),
            lambda: record_sale(tx, bob, RecordSale("t", "late", backdated)),
        ):
            with pytest.raises(Conflict) as caught:
                change()
            assert caught.value.field == "date"
        record_return(tx, bob, RecordReturn("t", "back", original_id=june.document_id))
        report = report_month(tx, alice, date(2026, 6, 1))
        assert (report.is_closed, report.reported["revenue"], report.reported["returns"]) == (True, 499_800, 0)
        assert [(one.month, one.amount_e4) for one in report.adjustments] == [(date(2026, 7, 1), 499_800)]
        assert report.adjusted_e4 == 0
        july = ask(tx, alice, Question(("returns",), month_of(date(2026, 7, 1))))
        assert july.totals["returns"] == 499_800
        assert report_month(tx, shop.charlie, date(2026, 6, 1)).adjustments == ()
        assert (read_books(tx, sam).closed_by, reopen_months(tx, sam, date(2026, 6, 1)).closed_before) == (
            "Sam",
            date(2026, 6, 1),
        )


def test_the_history_says_who_when_and_why(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, 2)
    items = (SaleLine(3 * E3, shop.lights.id, discount=PercentOff(1000)),)
    amend_sale(tx, shop.bob, receipt.document_id, SaleTerms(items), "counted again")
    note_sale(tx, shop.bob, receipt.document_id, "gift")
    void_sale(tx, shop.alice, receipt.document_id, "never paid")
    told = [(one.action, one.by, one.reason, one.total_e4) for one in read_history(tx, shop.bob, receipt.document_id)]
    assert told == [
        ("recorded", "Bob", None, 499_800),
        ("edited", "Bob", "counted again", 674_700),
        ("noted", "Bob", None, 674_700),
        ("voided", "Alice", "never paid", 0),
    ]
    with pytest.raises(NotAllowed):
        read_history(tx, shop.charlie, receipt.document_id)


def test_a_list_can_be_asked_for_as_it_was(tx: Connection, shop: Shop) -> None:
    with time_machine.travel(datetime(2026, 6, 20, 9, tzinfo=UTC), tick=False):
        first, second = shop.sell(tx, shop.bob, 2), shop.sell(tx, shop.bob, 1)
    with time_machine.travel(datetime(2026, 6, 21, 9, tzinfo=UTC), tick=False):
        amend_sale(tx, shop.bob, first.document_id, SaleTerms((SaleLine(5 * E3, shop.lights.id),)))
        void_sale(tx, shop.bob, second.document_id)
    then = list_documents(tx, shop.alice, LogFilter(as_of=datetime(2026, 6, 20, 12, tzinfo=UTC)))
    assert [(one.document_id, one.total_e4) for one in then.entries] == [
        (second.document_id, 249_900),
        (first.document_id, 499_800),
    ]
    now = list_documents(tx, shop.alice, LogFilter())
    assert [(one.document_id, one.total_e4) for one in now.entries] == [(first.document_id, 1_249_500)]


def test_what_was_retired_is_sold_no_more_but_its_sales_are_corrected(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, 2)
    retire_product(tx, shop.alice, shop.lights.id)
    with pytest.raises(Conflict) as caught:
        shop.sell(tx, shop.bob, 1)
    assert caught.value.field == "product_id"
    corrected = amend_sale(tx, shop.bob, receipt.document_id, SaleTerms((SaleLine(3 * E3, shop.lights.id),)))
    assert corrected.total_e4 == 749_700
