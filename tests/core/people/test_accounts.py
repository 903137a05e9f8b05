"""Accounts: whom a Telegram login acts as, in which company."""

import pytest
from sqlalchemy.engine import Connection

from core.access import Role, Viewer, load_viewer
from core.errors import Conflict, NotAllowed, NotFound
from core.people.accounts import (
    Visitor,
    find_account_viewer,
    link_account,
    list_companies_of,
    name_visitor,
    switch_company,
)
from core.people.employment import (
    add_branch_membership,
    change_role,
    choose_branch,
    deactivate_person,
    transfer_person,
)
from tests.core.people.shop import Shop, open_shop
from tests.statements import record_statements

ALICE, BOB = Visitor(7_000_000_001, "Alice"), Visitor(7_000_000_002, "Bob")


def _link_everybody(tx: Connection, shop: Shop) -> dict[int, Viewer]:
    viewers = (shop.sam, shop.dana, shop.alice, shop.bob, shop.charlie)
    return {
        number: link_account(tx, Visitor(number, "x"), shop.number(viewer)) for number, viewer in enumerate(viewers)
    }


def test_it_knows_nobody_it_was_not_told_of(tx: Connection, shop: Shop) -> None:
    assert find_account_viewer(tx, ALICE.telegram_id) is None
    assert list_companies_of(tx, ALICE.telegram_id) == ()


def test_it_makes_the_same_viewer_as_access_does(tx: Connection, shop: Shop) -> None:
    linked = _link_everybody(tx, shop)
    for branch in (shop.riyadh, shop.jeddah):
        add_branch_membership(tx, shop.sam, shop.number(shop.alice), branch.id)
    for viewer in (load_viewer(tx, shop.number(shop.alice)), shop.dana, shop.sam):
        choose_branch(tx, viewer, "jeddah")
    for telegram_id, viewer in linked.items():
        assert find_account_viewer(tx, telegram_id) == load_viewer(tx, shop.number(viewer))
    change_role(tx, shop.sam, shop.number(shop.alice), Role.EMPLOYEE)
    assert find_account_viewer(tx, 2) == load_viewer(tx, shop.number(shop.alice))


def test_it_follows_a_transfer_at_the_next_message(tx: Connection, shop: Shop) -> None:
    link_account(tx, BOB, shop.number(shop.bob))
    transfer_person(tx, shop.dana, shop.number(shop.bob), shop.jeddah.id)
    found = find_account_viewer(tx, BOB.telegram_id)
    assert found is not None
    assert (found.operational_branch_id, found.time_zone) == (shop.jeddah.id, "Asia/Dubai")


def test_it_finds_a_viewer_by_one_statement(tx: Connection, shop: Shop) -> None:
    link_account(tx, ALICE, shop.number(shop.alice))
    add_branch_membership(tx, shop.sam, shop.number(shop.alice), shop.jeddah.id)
    with record_statements(tx) as statements:
        assert find_account_viewer(tx, ALICE.telegram_id) is not None
    assert len(statements) == 1


def test_it_forgets_somebody_who_left(tx: Connection, shop: Shop) -> None:
    link_account(tx, BOB, shop.number(shop.bob))
    deactivate_person(tx, shop.dana, shop.number(shop.bob))
    assert find_account_viewer(tx, BOB.telegram_id) is None
    assert list_companies_of(tx, BOB.telegram_id) == ()
    with pytest.raises(NotAllowed):
        link_account(tx, BOB, shop.number(shop.bob))


def test_it_keeps_an_account_to_one_person_a_company(tx: Connection, shop: Shop) -> None:
    link_account(tx, BOB, shop.number(shop.bob))
    assert link_account(tx, BOB, shop.number(shop.bob)).handle == "bob"
    with pytest.raises(Conflict, match="@bob"):
        link_account(tx, ALICE, shop.number(shop.bob))
    with pytest.raises(Conflict):
        link_account(tx, BOB, shop.number(shop.charlie))


def test_it_switches_between_companies(tx: Connection, shop: Shop) -> None:
    other = open_shop(tx, "Other")
    link_account(tx, BOB, shop.number(shop.bob))
    link_account(tx, BOB, shop.number(other.alice))
    found = find_account_viewer(tx, BOB.telegram_id)
    assert found is not None
    assert found.company == other.company
    known = [(one.company_handle, one.role, one.is_current) for one in list_companies_of(tx, BOB.telegram_id)]
    assert known == [("lamps_co", Role.EMPLOYEE, False), ("other", Role.MANAGER, True)]
    assert switch_company(tx, BOB.telegram_id, "LAMPS & co").handle == "bob"
    assert find_account_viewer(tx, BOB.telegram_id) == shop.bob
    with pytest.raises(NotFound, match="lamps_co, other"):
        switch_company(tx, BOB.telegram_id, "third")


def test_it_leads_nobody_into_a_company_they_are_not_in(tx: Connection, shop: Shop) -> None:
    other = open_shop(tx, "Other")
    link_account(tx, BOB, shop.number(shop.bob))
    with pytest.raises(NotFound):
        switch_company(tx, BOB.telegram_id, "other")
    link_account(tx, BOB, shop.number(other.bob))
    deactivate_person(tx, other.sam, shop.number(other.bob))
    assert find_account_viewer(tx, BOB.telegram_id) is None  # it has to be said where the next sale goes
    with pytest.raises(NotFound):
        switch_company(tx, BOB.telegram_id, "other")
    assert switch_company(tx, BOB.telegram_id, "lamps_co") == shop.bob


@pytest.mark.parametrize("name", ["", " ", "\0", "\ud800", "\n\t"])
def test_it_calls_a_visitor_without_a_name_somebody(name: str) -> None:
    assert name_visitor(Visitor(1, name)) == "Somebody"


@pytest.mark.parametrize("name", ["\0", "\ud800", "x" * 1000, "\u202eevil", "محمد"])
def test_it_links_visitors_of_any_name(tx: Connection, shop: Shop, name: str) -> None:
    assert link_account(tx, Visitor(5, name), shop.number(shop.bob)).handle == "bob"
