"""Sales of several people: pending until they agree, then counted in parts that add up."""

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Reach, Viewer
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.metrics import Question, ask
from core.models.outbox import outbox
from core.money import E3, E4
from core.periods import Calendar, parse_period
from core.sales.commands import RecordReturn, RecordSale, ReturnLine, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, confirm_share, read_terms, reattribute_sale, void_sale
from core.sales.receipt import Receipt, read_receipt
from core.sales.record import record_return, record_sale
from tests.shop import Shop

pytestmark = pytest.mark.usefixtures("balanced")
MEASURES = ("revenue", "units", "discount", "cost", "profit", "returns", "tax")


def share(tx: Connection, shop: Shop, part_e2: int = 3333, total: int = 100) -> Receipt:
    items = (SaleLine(3 * E3, shop.lights.id, total_e4=total * E4),)
    terms = SaleTerms(items, shares={shop.dana.person_id or 0: part_e2})
    shop.sold += 1
    return record_sale(tx, shop.bob, RecordSale("test", str(shop.sold), terms))


def ask_by_person(tx: Connection, shop: Shop) -> tuple[dict[str | None, dict[str, object]], dict[str, object]]:
    period = parse_period("all", clock.today(shop.company.time_zone), Calendar())
    answer = ask(tx, shop.alice, Question(MEASURES, period, by=("person",)))
    return {row.labels[0]: dict(row.values) for row in answer.rows}, dict(answer.totals)


def revenue_of(tx: Connection, viewer: Viewer) -> object:
    period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
    return ask(tx, viewer, Question(("revenue",), period, reach=Reach.MY)).totals["revenue"]


def test_it_counts_for_the_seller_until_the_other_agrees(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop)
    assert [(one.person_name, one.share_e2, one.state) for one in receipt.shares] == [("Dana", 3333, "pending")]
    assert (revenue_of(tx, shop.bob), revenue_of(tx, shop.dana)) == (100 * E4, 0)
    notices = tx.execute(select(outbox.c.chat_id).where(outbox.c.event == "share_asked")).scalars().all()
    assert notices == [1004]
    confirmed = confirm_share(tx, shop.dana, receipt.document_id, agrees=True)
    assert confirmed.shares[0].state == "confirmed"
    assert (revenue_of(tx, shop.bob), revenue_of(tx, shop.dana)) == (666_700, 333_300)


def test_the_parts_of_every_figure_add_up_to_the_whole(tx: Connection, shop: Shop) -> None:
    before = share(tx, shop)
    rows, totals = ask_by_person(tx, shop)
    confirm_share(tx, shop.dana, before.document_id, agrees=True)
    parts, same = ask_by_person(tx, shop)
    assert same == totals == rows["Bob"]
    assert {name: sum(int(str(part[name])) for part in parts.values()) for name in MEASURES} == totals
    after = read_receipt(tx, shop.bob, before.document_id)
    assert (after.lines, after.total_e4) == (before.lines, before.total_e4)


def test_agreeing_twice_changes_nothing_and_another_answer_is_refused(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop)
    first = confirm_share(tx, shop.dana, receipt.document_id, agrees=True)
    again = confirm_share(tx, shop.dana, receipt.document_id, agrees=True)
    assert (first.revision, again.revision) == (2, 2)
    with pytest.raises(Conflict):
        confirm_share(tx, shop.dana, receipt.document_id, agrees=False)


def test_a_share_declined_stays_the_sellers(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop)
    assert confirm_share(tx, shop.dana, receipt.document_id, agrees=False).shares[0].state == "declined"
    assert (revenue_of(tx, shop.bob), revenue_of(tx, shop.dana)) == (100 * E4, 0)


def test_nobody_answers_for_another(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop)
    for viewer in (shop.bob, shop.alice, shop.charlie):
        with pytest.raises((NotFound, NotAllowed)):
            confirm_share(tx, viewer, receipt.document_id, agrees=True)
    with pytest.raises(NotAllowed):
        read_receipt(tx, shop.charlie, receipt.document_id)


@pytest.mark.parametrize("part_e2", [0, -1, 10_000])
def test_a_share_leaves_something_to_everybody(tx: Connection, shop: Shop, part_e2: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        share(tx, shop, part_e2)
    assert caught.value.field == "share"


def test_it_is_shared_within_a_branch(tx: Connection, shop: Shop) -> None:
    items = (SaleLine(E3, shop.lights.id),)
    for person in (shop.charlie, shop.bob):
        terms = SaleTerms(items, shares={person.person_id or 0: 5000})
        with pytest.raises(InvalidInput) as caught:
            record_sale(tx, shop.bob, RecordSale("test", person.handle, terms))
        assert caught.value.field == "person"


def test_a_correction_keeps_the_shares_and_a_return_comes_off_both(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop, 5000)
    confirm_share(tx, shop.dana, receipt.document_id, agrees=True)
    items = (SaleLine(4 * E3, shop.lights.id, total_e4=80 * E4),)
    amend_sale(tx, shop.bob, receipt.document_id, SaleTerms(items))
    assert (revenue_of(tx, shop.bob), revenue_of(tx, shop.dana)) == (40 * E4, 40 * E4)
    line = (ReturnLine(2 * E3, shop.lights.id),)
    record_return(tx, shop.bob, RecordReturn("t", "r", line, receipt.document_id))
    rows, totals = ask_by_person(tx, shop)
    assert (rows["Bob"]["returns"], rows["Dana"]["returns"], totals["returns"]) == (20 * E4, 20 * E4, 40 * E4)
    rest = record_return(tx, shop.bob, RecordReturn("t", "rest", original_id=receipt.document_id))
    assert rest.total_e4 == 40 * E4


def test_what_it_says_is_read_back_exactly(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop, 2500)
    confirm_share(tx, shop.dana, receipt.document_id, agrees=True)
    terms = read_terms(tx, shop.bob, receipt.document_id)
    assert amend_sale(tx, shop.bob, receipt.document_id, terms).revision == 2
    given = reattribute_sale(tx, shop.alice, receipt.document_id, shop.dana.person_id or 0, "she sold it")
    assert (given.person_name, given.total_e4) == ("Dana", 100 * E4)
    assert (revenue_of(tx, shop.bob), revenue_of(tx, shop.dana)) == (0, 100 * E4)
    with pytest.raises(NotAllowed):
        reattribute_sale(tx, shop.bob, receipt.document_id, shop.bob.person_id or 0)


def test_an_undone_sale_is_not_shared(tx: Connection, shop: Shop) -> None:
    receipt = share(tx, shop)
    void_sale(tx, shop.bob, receipt.document_id)
    with pytest.raises(Conflict):
        confirm_share(tx, shop.dana, receipt.document_id, agrees=True)


def test_a_sale_given_away_is_its_new_sellers_to_correct(tx: Connection, shop: Shop) -> None:
    receipt = shop.sell(tx, shop.bob, 1)
    reattribute_sale(tx, shop.alice, receipt.document_id, shop.dana.person_id or 0)
    with pytest.raises(NotAllowed):
        void_sale(tx, shop.bob, receipt.document_id)
    assert void_sale(tx, shop.dana, receipt.document_id).is_void
