"""Whether something of another branch is there at all. One rule: who may not see it is answered as if it were not."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.catalog.customers import find_or_add_customer
from core.catalog.products import add_product
from core.errors import InvalidInput, SalesbellError
from core.metrics import Question, ask
from core.metrics.dimensions import DIMENSIONS
from core.models.company import custom_fields
from core.models.sales import lines
from core.money import E3, E4
from core.people.teams import add_to_team, form_team
from core.periods import month_of
from core.sales.intake import Incoming, take_in
from tests.shop import Shop

SAID = {
    "platform": "Souq", "coupon": "SPRING", "ledger_group": "Debtors", "region": "Najran", "country": "Oman",
    "pincode": "11564", "currency": "OMR", "source": "till-7",
}  # fmt: skip
# What only the Corniche has: its employee Charlie, his team and customer, and what was said with his one sale.
ELSEWHERE = {
    **SAID, "person": "Charlie", "team": "Hawks", "branch": "Corniche", "customer": "Huda Saleh", "stall": "North",
}  # fmt: skip
# The company's: /product shows it to everybody.
CATALOGUE = {"product", "sku", "category", "category_today", "subcategory", "variant"}
NOWHERE = "Zzyzx"


@pytest.fixture
def sold(tx: Connection, shop: Shop) -> Shop:
    """One sale of Charlie's, with everything a line can tell."""
    company_id = shop.company.id
    add_product(tx, shop.operator, sku="LMP-1", name="Lamp", price_e4=E4, category="Lights")
    add_to_team(tx, shop.operator, form_team(tx, shop.operator, "Hawks").id, shop.charlie.person_id or 0)
    tx.execute(insert(custom_fields), {"company_id": company_id, "name": "stall", "label": "Stall"})
    buyer_id = find_or_add_customer(tx, company_id, "Huda Saleh").id
    sell(tx, shop, shop.charlie, customer_id=buyer_id, attributes={"stall": "North"}, **SAID)
    return shop


def sell(tx: Connection, shop: Shop, viewer: Viewer, **said: Any) -> None:
    shop.sold += 1
    now = clock.now()
    line: dict[str, Any] = {column.name: None if column.nullable else 0 for column in lines.c}
    for name in ("id", "document_id", "revision", "position", "recorded_at", "superseded_at"):
        del line[name]
    line |= {"kind": "sale", "day": clock.today("Asia/Riyadh"), "sold_at": now, "row_key": str(shop.sold)}
    line |= {"branch_id": viewer.branch_id, "person_id": viewer.person_id, "product_id": shop.lights.id}
    line |= {"quantity_e3": E3, "unit_price_e4": E4, "amount_e4": E4, **said}
    take_in(tx, viewer, said["source"], [Incoming("sale", str(shop.sold), [line])], at=now)


def hear(tx: Connection, viewer: Viewer, name: str, value: str, **asked: Any) -> object:
    """Everything an asker is told, but for the word they asked by."""
    question = Question(("orders",), month_of(clock.today("Asia/Riyadh")), where=((name, value),), **asked)
    try:
        return ask(tx, viewer, question).totals["orders"]
    except SalesbellError as refusal:
        return type(refusal), refusal.message.replace(value, "…"), refusal.field, refusal.hint


def test_every_dimension_is_looked_at() -> None:
    assert {name for name, one in DIMENSIONS.items() if not one.is_time} | {"stall"} == {
        *ELSEWHERE, *CATALOGUE, "company",
    }  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_elsewhere_is_told_of_as_what_is_nowhere(tx: Connection, sold: Shop, name: str) -> None:
    value = ELSEWHERE[name]
    branch = {} if name == "branch" else {"branch": "corniche"}
    assert hear(tx, sold.sam, name, value, **branch) == 1
    assert hear(tx, sold.charlie, name, value) == 1
    for viewer in (sold.bob, sold.dana, sold.alice):
        if name == "team" and viewer is sold.alice:
            continue  # who forms teams is shown them all
        nowhere = hear(tx, viewer, name, NOWHERE)
        assert isinstance(nowhere, tuple)
        for written in (value, value.lower(), f"@{value}"):
            assert hear(tx, viewer, name, written) == nowhere, (viewer.handle, written)


@pytest.mark.parametrize("name", [*SAID, "stall"])
def test_what_is_said_here_too_is_answered(tx: Connection, sold: Shop, name: str) -> None:
    sell(tx, sold, sold.bob, **SAID, attributes={"stall": "North"})
    assert [hear(tx, viewer, name, ELSEWHERE[name]) for viewer in (sold.bob, sold.alice)] == [1, 1]


def test_another_company_is_nowhere(tx: Connection, sold: Shop) -> None:
    from core.company import create_company

    create_company(tx, "Neighbours", currency="USD", time_zone="UTC")
    for viewer in (sold.bob, sold.alice, sold.sam):
        assert hear(tx, viewer, "company", "Neighbours") == hear(tx, viewer, "company", NOWHERE)


def test_a_branch_asked_for_by_itself(tx: Connection, sold: Shop) -> None:
    for viewer in (sold.bob, sold.dana, sold.alice):
        there = hear(tx, viewer, "source", "api", branch="corniche")
        assert there == hear(tx, viewer, "source", "api", branch=NOWHERE)
    with pytest.raises(InvalidInput):
        ask(tx, sold.sam, Question(("orders",), month_of(clock.today("UTC")), where=(("branch", NOWHERE),)))
