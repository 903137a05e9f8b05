"""Files that come again, and money of others: an order is counted once, and nothing is what it is not."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select, update

from core.access import act_as_operator
from core.errors import InvalidInput
from core.imports import ImportOptions
from core.models.catalog import customers
from core.models.sales import documents, lines, revisions
from core.sales.closing import close_months
from core.sales.commands import RecordReturn
from core.sales.rates import set_rate
from core.sales.record import record_return

ALL = frozenset({"products", "customers"})
PLAIN = ImportOptions(create_missing=ALL)
HEADER = "order_id,date,sku,product,quantity,amount"
FIRST = (
    "A-1,2026-07-01,BR-1,Brass Lantern,2,40.00",
    "A-2,2026-07-02,MUG-1,Mug,1,18.00",
    "A-2,2026-07-02,MUG-1,Mug,1,18.00",
)


@pytest.fixture
def take(shop, tmp_path):
    def take(*rows, header=HEADER, options=PLAIN, **more):
        path = tmp_path / "orders.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return shop.take(path, options, **more)

    return take


def test_an_order_exported_again_is_corrected_and_keeps_its_history(shop, take):
    take(*FIRST)
    again = take("A-1,2026-07-01,BR-1,Brass Lantern,1,20.00", *FIRST[1:])
    assert (again.recorded, again.rejected) == (1, 0)
    assert shop.totals("revenue,units,orders") == ["56.00", 3, 2]
    assert any("1 order said something else" in note for note in again.notes)
    with shop.database.begin_read() as tx:
        told = select(revisions.c.action, revisions.c.by_source).join(
            documents, documents.c.id == revisions.c.document_id
        )
        found = tx.execute(told.where(documents.c.external_id == "A-1").order_by(revisions.c.number)).all()
        assert [tuple(row) for row in found] == [("recorded", False), ("edited", True)]
        assert tx.execute(select(lines.c.amount_e4).where(lines.c.superseded_at.is_not(None))).scalars().all() == [
            400_000
        ]
    shop.verify()
    assert take("A-1,2026-07-01,BR-1,Brass Lantern,1,20.00", *FIRST[1:]).recorded == 0
    assert shop.totals("revenue") == ["56.00"]


def test_another_name_of_the_product_is_no_second_sale(shop, take):
    header = "order_id,date,product,quantity,amount"
    take("A-1,2026-07-01,Brass Lantern,2,40.00", header=header)
    assert take("A-1,2026-07-01,Brass Lantern XL,2,40.00", header=header).rejected == 0
    assert shop.ask_by("revenue", "product") == {"Brass Lantern XL": ["40.00"]}
    shop.verify()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A-1,2026-07-05,BR-1,Brass Lantern,1,20.00", "with another day"),
        ("A-1,2026-07-01,TOTE,Canvas Tote,7,70.00", "with other items"),
    ],
)
def test_the_number_of_another_systems_order_is_refused(shop, take, row, why):
    take(*FIRST)
    again = take(row)
    assert (again.recorded, again.rejected) == (0, 1)
    assert why in again.reasons[0]
    assert shop.totals("revenue") == ["76.00"]


def test_what_somebody_corrected_here_is_not_overwritten(shop, take):
    take(*FIRST)
    with shop.database.begin() as tx:  # as a correction of Bob's leaves it
        row = tx.execute(select(documents).where(documents.c.external_id == "A-1")).one()
        first = tx.execute(select(revisions).where(revisions.c.document_id == row.id)).one()
        told = {name: value for name, value in first._mapping.items() if name != "id"}
        tx.execute(revisions.insert().values(told | {"number": 2, "action": "edited", "person_id": shop.bob.person_id}))
        tx.execute(update(documents).where(documents.c.id == row.id).values(revision=2))
    again = take("A-1,2026-07-01,BR-1,Brass Lantern,1,20.00")
    assert (again.recorded, again.rejected) == (0, 1)
    assert "was corrected here" in again.reasons[0]


def test_lines_that_only_come_on_top_are_added(shop, take):
    take(*FIRST)
    assert take(*FIRST, "A-1,2026-07-01,TOTE,Canvas Tote,1,5.00").recorded == 1
    assert shop.totals("revenue,orders") == ["81.00", 2]


def test_a_repeated_row_is_remarked_on(take):
    assert any("1 row says exactly" in note for note in take(*FIRST).notes)
    assert take(FIRST[0]).notes == ()


def test_signs_nobody_sees_are_no_part_of_a_name(shop, take):
    header = f"{HEADER},customer"
    names = ("Ravi", "Ra\0vi", "Ra\u200bvi", "\u200fRavi", "Ravi\ufeff")
    take(*(f"{n},2026-07-01,A,Lamp,1,1.00,{name}" for n, name in enumerate(names)), header=header)
    with shop.database.begin_read() as tx:
        own = customers.c.company_id == shop.company.id
        assert tx.execute(select(customers.c.name).where(own)).scalars().all() == ["Ravi"]


def test_a_price_below_zero_is_refused_and_a_quantity_is_a_return(shop, take):
    header = "order_id,date,product,quantity,unit_price"
    result = take("1,2026-07-01,Lamp,1,-5.00", "2,2026-07-01,Lamp,-1,5.00", header=header)
    assert (result.recorded, result.rejected, result.counts["new_returns"]) == (1, 1, 1)
    assert "unit_price is below zero" in result.reasons[0]


MONEY = (
    "1,2026-07-01,Lamp,1,$40.00",
    "2,2026-07-02,Lamp,1,€40.00",
    "3,2026-07-03,Lamp,1,GBP 40.00",
    "4,2026-07-04,Lamp,1,JPY 4000",
)


def test_other_currencies_count_at_the_rate_of_their_day_or_are_refused(shop, take):
    with shop.database.begin() as tx:
        set_rate(tx, shop.alice, "EUR", 1_100_000_000, date(2026, 1, 1))
    result = take(*MONEY, header="order_id,date,product,quantity,amount")
    assert (result.recorded, result.rejected) == (2, 2)
    assert "no rate for GBP on 2026-07-03" in result.reasons[0]
    assert shop.totals("revenue") == ["84.00"]
    with shop.database.begin_read() as tx:
        foreign = tx.execute(select(lines).where(lines.c.currency.is_not(None))).one()
        assert (foreign.currency, foreign.rate_e9, foreign.amount_e4) == ("EUR", 1_100_000_000, 440_000)
        assert foreign.foreign_amounts == {"unit_price_e4": 400_000, "discount_e4": 0, "amount_e4": 400_000}
    shop.verify()
    assert take(*MONEY, header="order_id,date,product,quantity,amount").recorded == 0


@pytest.mark.parametrize(
    ("header", "row", "why"),
    [
        ("amount,currency", "40.00,EUR", "no rate for EUR"),
        ("amount,currency", "€40.00,USD", "no currency"),
        ("amount,currency", "40.00,Dollarydoos", "no currency"),
        ("amount (EUR)", "40.00", "no rate for EUR"),
        ("amount", "AED40", "no rate for AED"),
    ],
)
def test_a_currency_is_found_wherever_it_is_told(take, header, row, why):
    options = ImportOptions(create_missing=ALL, mapping={"amount": header.split(",")[0]})
    result = take(f"1,2026-07-01,Lamp,1,{row}", header=f"order_id,date,product,quantity,{header}", options=options)
    assert (result.recorded, result.rejected) == (0, 1)
    assert why in result.reasons[0]


def test_a_mark_that_may_be_the_companys_own_is(shop, take):
    assert take("1,2026-07-01,Lamp,1,US$40,usd", header="order_id,date,product,quantity,amount,currency").recorded == 1
    assert shop.totals("revenue") == ["40.00"]


def test_charlie_may_not_bring_files_into_alices_company(shop, take):
    take(*FIRST)
    take("A-1,2026-07-01,BR-1,Brass Lantern,1,20.00", viewer=shop.charlie)
    assert shop.totals("revenue") == ["76.00"]
    with pytest.raises(InvalidInput):
        take("no row", header="nothing")


def test_an_order_of_a_closed_month_stays_as_reported_and_the_rest_of_the_file_goes_on(shop, take):
    take(*FIRST)
    with shop.database.begin() as tx:
        close_months(tx, act_as_operator(shop.alice.company), date(2026, 7, 1))
    with time_machine.travel(datetime(2026, 9, 1, 9, tzinfo=UTC)):
        again = take("A-1,2026-07-01,BR-1,Brass Lantern,1,20.00", *FIRST[1:], "A-3,2026-08-02,MUG-1,Mug,1,18.00")
    assert (again.recorded, again.already_there, again.rejected) == (1, 2, 1)
    assert "July 2026 is closed" in again.reasons[0]
    assert shop.totals("revenue") == ["94.00"]
    shop.verify()


def test_an_order_of_which_goods_came_back_here_is_not_overwritten(shop, take):
    take(*FIRST)
    with shop.database.begin() as tx:
        number = tx.execute(select(documents.c.id).where(documents.c.external_id == "A-1")).scalar_one()
        back = record_return(tx, act_as_operator(shop.alice.company), RecordReturn("test", "1", original_id=number))
    again = take("A-1,2026-07-01,BR-1,Brass Lantern,1,20.00", *FIRST[1:])
    assert (again.recorded, again.already_there, again.rejected) == (0, 2, 1)
    assert f"#{back.document_id}" in again.reasons[0]
    assert shop.totals("revenue,returns") == ["76.00", "40.00"]
    shop.verify()
