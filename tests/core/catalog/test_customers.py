"""Customers: one buyer is one row, whoever types the name, however often, at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.catalog.customers import find_or_add_customer
from core.db import Database
from core.errors import InvalidInput
from core.models.catalog import customers
from tests.core.people.shop import Shop, open_shop


@pytest.mark.parametrize(
    ("first", "second"),
    [("John Doe", "  john   DOE "), ("STRAßE", "strasse"), ("José", "JOSÉ"), ("ﷺ" * 300, "ﷺ" * 300)],
)
def test_it_knows_a_buyer_by_name_whatever_the_case(tx: Connection, shop: Shop, first: str, second: str) -> None:
    number = find_or_add_customer(tx, shop.company.id, first)
    assert find_or_add_customer(tx, shop.company.id, second) == number
    assert tx.execute(select(customers.c.name)).scalar() == first


def test_it_knows_a_buyer_by_code_before_the_name(tx: Connection, shop: Shop) -> None:
    coded = find_or_add_customer(tx, shop.company.id, "Darren Powers", "DP-13000")
    assert find_or_add_customer(tx, shop.company.id, "Darren P.", " DP-13000 ") == coded
    named = find_or_add_customer(tx, shop.company.id, "Darren Powers")
    assert find_or_add_customer(tx, shop.company.id, "Darren Powers", " ") == named != coded
    assert find_or_add_customer(tx, shop.company.id, "Darren Powers", "DP-13001") not in (coded, named)


def test_it_tells_long_names_apart_by_their_end(tx: Connection, shop: Shop) -> None:
    numbers = {find_or_add_customer(tx, shop.company.id, "ﷺ" * 299 + end) for end in "ab"}
    assert len(numbers) == 2


def test_it_keeps_companies_apart(tx: Connection, shop: Shop) -> None:
    other = open_shop(tx, "Other").company.id
    assert find_or_add_customer(tx, other, "Ann") != find_or_add_customer(tx, shop.company.id, "Ann")


@pytest.mark.parametrize("name", ["", " \n", "\0", "x" * 301])
def test_it_refuses_what_is_no_name(tx: Connection, shop: Shop, name: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        find_or_add_customer(tx, shop.company.id, name)
    assert refusal.value.field == "customer"


def test_it_adds_a_buyer_once_whom_many_name_at_once(database: Database) -> None:
    with database.begin() as tx:
        company_id = open_shop(tx).company.id

    def find(name: str) -> int:
        with database.begin() as tx:
            return find_or_add_customer(tx, company_id, name)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(find, ["John Doe", "JOHN DOE"] * 8))) == 1
