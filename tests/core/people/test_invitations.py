"""Invitation links: who may make them, who gets in by them, and how often."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer, load_viewer
from core.db import Database
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.models.people import invitations
from core.people.accounts import Visitor, find_account_viewer, link_account
from core.people.employment import (
    add_branch_membership,
    change_role,
    deactivate_person,
    remove_branch_membership,
    restore_person,
    transfer_person,
)
from core.people.invitations import accept_invitation, invite, list_invitations, revoke_invitation
from core.people.members import add_person, list_people
from tests.core.people.shop import Shop, open_shop

NEO, TRIN = Visitor(1, "Neo"), Visitor(2, "Trin")


def _code(tx: Connection, viewer: Viewer, role: Role = Role.EMPLOYEE, **terms: object) -> str:
    return str(invite(tx, viewer, role, **terms).code)  # type: ignore[arg-type]


def test_it_lets_a_stranger_in_as_what_the_link_says(tx: Connection, shop: Shop) -> None:
    neo = accept_invitation(tx, NEO, _code(tx, shop.alice, Role.ASSISTANT_MANAGER))
    assert (neo.handle, neo.role, neo.branch_id) == ("neo", Role.ASSISTANT_MANAGER, shop.riyadh.id)
    assert find_account_viewer(tx, NEO.telegram_id) == neo


def test_it_makes_links_nobody_guesses_and_keeps_only_their_hash(tx: Connection, shop: Shop) -> None:
    codes = {_code(tx, shop.alice) for _ in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(r"join_[A-Za-z0-9_-]{32}", code) for code in codes)
    assert not codes & set(tx.execute(select(invitations.c.code_hash)).scalars())
    assert all(invitation.code is None for invitation in list_invitations(tx, shop.alice))


@pytest.mark.parametrize(
    ("who", "highest"),
    [
        ("charlie", None),
        ("bob", None),
        ("alice", Role.ASSISTANT_MANAGER),
        ("dana", Role.ADMIN),
        ("sam", Role.SUPER_ADMIN),
    ],
)
def test_it_gives_no_role_beyond_its_maker(tx: Connection, shop: Shop, who: str, highest: Role | None) -> None:
    for role in Role:
        if highest is not None and role <= highest:
            assert invite(tx, getattr(shop, who), role).role == role
        else:
            with pytest.raises(NotAllowed):
                invite(tx, getattr(shop, who), role)


def test_it_leads_to_no_branch_beyond_its_maker(tx: Connection, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        invite(tx, shop.alice, Role.EMPLOYEE, shop.jeddah.id)
    with pytest.raises(NotFound):
        invite(tx, shop.sam, Role.EMPLOYEE, open_shop(tx, "Other").riyadh.id)
    assert invite(tx, shop.dana, Role.EMPLOYEE, shop.jeddah.id).branch_name == "Jeddah"


def test_it_works_as_often_as_it_says(tx: Connection, shop: Shop) -> None:
    code = _code(tx, shop.alice, uses=2)
    for number in (1, 2):
        accept_invitation(tx, Visitor(number, "x"), code)
    with pytest.raises(InvalidInput, match=r"used already.*new one"):
        accept_invitation(tx, Visitor(3, "x"), code)
    unlimited = _code(tx, shop.alice, uses=None)
    assert {accept_invitation(tx, Visitor(number, "x"), unlimited).role for number in range(4, 12)} == {Role.EMPLOYEE}


def test_it_expires(tx: Connection, shop: Shop) -> None:
    code = _code(tx, shop.alice, lifetime=timedelta(hours=1))
    with (
        time_machine.travel(clock.now() + timedelta(hours=1), tick=False),
        pytest.raises(InvalidInput, match=r"expired.*new one"),
    ):
        accept_invitation(tx, NEO, code)
    assert find_account_viewer(tx, NEO.telegram_id) is None
    assert accept_invitation(tx, NEO, code).handle == "neo"


@pytest.mark.parametrize("code", ["", "join_", "join_nothing", "متجر", "\ud800", "'; DROP TABLE people"])
def test_it_knows_no_other_link(tx: Connection, shop: Shop, code: str) -> None:
    invite(tx, shop.alice, Role.EMPLOYEE)
    with pytest.raises(InvalidInput, match=r"not known here.*new one"):
        accept_invitation(tx, NEO, code)


def test_it_uses_nothing_up_for_whoever_is_in_already(tx: Connection, shop: Shop) -> None:
    code = _code(tx, shop.alice, Role.ASSISTANT_MANAGER)
    bob = link_account(tx, NEO, shop.number(shop.bob))
    assert accept_invitation(tx, NEO, code) == bob
    assert accept_invitation(tx, TRIN, code).role == Role.ASSISTANT_MANAGER
    assert accept_invitation(tx, TRIN, code).handle == "trin"  # the same update delivered twice


def test_it_makes_the_new_company_the_current_one(tx: Connection, shop: Shop) -> None:
    other = open_shop(tx, "Other")
    accept_invitation(tx, NEO, _code(tx, shop.alice))
    accept_invitation(tx, NEO, _code(tx, other.alice))
    found = find_account_viewer(tx, NEO.telegram_id)
    assert found is not None
    assert found.company == other.company


def test_it_links_an_account_to_somebody_already_there(tx: Connection, shop: Shop) -> None:
    ann = add_person(tx, shop.alice, "Ann Lee", Role.ASSISTANT_MANAGER)
    code = _code(tx, shop.alice, person_id=ann.id, uses=None)
    assert accept_invitation(tx, NEO, code).person_id == ann.id
    with pytest.raises(InvalidInput, match="used already"):
        accept_invitation(tx, TRIN, code)
    with pytest.raises(Conflict, match="@ann_lee"):
        invite(tx, shop.alice, Role.EMPLOYEE, person_id=ann.id)


def test_it_links_nobody_above_or_elsewhere(tx: Connection, shop: Shop) -> None:
    for person in (shop.sam, shop.dana, shop.alice, shop.charlie):
        with pytest.raises(NotAllowed):
            invite(tx, shop.alice, Role.EMPLOYEE, person_id=shop.number(person))
    with pytest.raises(NotFound):
        invite(tx, shop.sam, Role.EMPLOYEE, person_id=shop.number(open_shop(tx, "Other").bob))


def test_it_does_not_let_somebody_who_was_let_go_back_in(tx: Connection, shop: Shop) -> None:
    code = _code(tx, shop.alice, uses=None)
    neo = accept_invitation(tx, NEO, code)
    deactivate_person(tx, shop.dana, shop.number(neo))
    with pytest.raises(NotAllowed, match="take you back"):
        accept_invitation(tx, NEO, code)
    restore_person(tx, shop.dana, shop.number(neo))
    assert accept_invitation(tx, NEO, code) == neo


@pytest.mark.parametrize("how", ["let go", "lowered"])
def test_it_is_worth_no_more_than_its_maker(tx: Connection, shop: Shop, how: str) -> None:
    code, of_dana = _code(tx, shop.alice, uses=None), _code(tx, shop.dana)
    if how == "let go":
        deactivate_person(tx, shop.dana, shop.number(shop.alice))
    else:
        change_role(tx, shop.dana, shop.number(shop.alice), Role.EMPLOYEE)
    with pytest.raises(InvalidInput, match="expired"):
        accept_invitation(tx, NEO, code)
    assert accept_invitation(tx, NEO, of_dana).handle == "neo"


def test_it_is_revoked_by_whoever_may_see_it(tx: Connection, shop: Shop) -> None:
    here, there = invite(tx, shop.alice, Role.EMPLOYEE), invite(tx, shop.dana, Role.EMPLOYEE, shop.jeddah.id)
    assert [one.id for one in list_invitations(tx, shop.alice)] == [here.id]
    assert [one.id for one in list_invitations(tx, shop.dana)] == [there.id, here.id]
    for viewer in (shop.bob, shop.charlie):
        with pytest.raises(NotAllowed):
            list_invitations(tx, viewer)
    with pytest.raises(NotFound):
        revoke_invitation(tx, shop.alice, there.id)
    with pytest.raises(NotFound):
        revoke_invitation(tx, open_shop(tx, "Other").sam, here.id)
    revoke_invitation(tx, shop.alice, here.id)
    with pytest.raises(InvalidInput):
        accept_invitation(tx, NEO, str(here.code))


@pytest.mark.parametrize("terms", [{"uses": 0}, {"uses": -1}, {"uses": 10_001}, {"lifetime": timedelta(0)}])
def test_it_refuses_terms_that_mean_nothing(tx: Connection, shop: Shop, terms: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        invite(tx, shop.alice, Role.EMPLOYEE, **terms)  # type: ignore[arg-type]
    assert refusal.value.field == next(iter(terms))


def test_it_lets_in_one_of_many_who_share_a_last_place(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        code = _code(tx, shop.alice)

    def accept(number: int) -> bool:
        try:
            with database.begin() as tx:
                accept_invitation(tx, Visitor(number, "Neo"), code)
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(accept, range(6)))
    assert sum(outcomes) == 1
    with database.begin() as tx:
        assert [one.handle for one in list_people(tx, shop.alice)].count("neo") == 1


def test_it_lets_a_visitor_in_once_who_comes_twice_at_once(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        code = _code(tx, shop.alice, uses=None)

    def accept(_: int) -> Viewer:
        with database.begin() as tx:
            return accept_invitation(tx, NEO, code)

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(accept, range(6)))) == 1


def test_it_lets_many_of_one_name_in_at_once(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        code = _code(tx, shop.alice, uses=None)

    def accept(number: int) -> str:
        with database.begin() as tx:
            return accept_invitation(tx, Visitor(number, "Neo"), code).handle

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(accept, range(6))) == ["neo", "neo2", "neo3", "neo4", "neo5", "neo6"]


@pytest.mark.parametrize("how", ["moved", "left a branch", "lowered a step"])
def test_it_ends_for_good_when_its_maker_could_not_give_it(tx: Connection, shop: Shop, how: str) -> None:
    alice, jeddah = shop.number(shop.alice), shop.jeddah.id
    add_branch_membership(tx, shop.dana, alice, jeddah)
    here = str(invite(tx, shop.alice, Role.EMPLOYEE).code)
    there = str(invite(tx, load_viewer(tx, alice), Role.EMPLOYEE, jeddah).code)
    as_admin = str(invite(tx, shop.dana, Role.ADMIN).code)
    match how:
        case "moved":
            transfer_person(tx, shop.dana, alice, jeddah)
            transfer_person(tx, shop.dana, alice, shop.riyadh.id)
            ended, left = here, [there, as_admin]
        case "left a branch":
            remove_branch_membership(tx, shop.dana, alice, jeddah)
            add_branch_membership(tx, shop.dana, alice, jeddah)
            ended, left = there, [here, as_admin]
        case _:
            change_role(tx, shop.sam, shop.number(shop.dana), Role.MANAGER)
            change_role(tx, shop.sam, shop.number(shop.dana), Role.ADMIN)
            ended, left = as_admin, [here, there]
    with pytest.raises(InvalidInput, match="expired or was revoked"):
        accept_invitation(tx, NEO, ended)
    for number, code in enumerate(left):
        assert accept_invitation(tx, Visitor(700 + number, "Guest"), code)


def test_it_does_not_link_somebody_who_was_raised_above_its_maker(tx: Connection, shop: Shop) -> None:
    ann = add_person(tx, shop.alice, "Ann", Role.EMPLOYEE)
    code = str(invite(tx, shop.alice, Role.EMPLOYEE, person_id=ann.id).code)
    change_role(tx, shop.sam, ann.id, Role.ADMIN)
    with pytest.raises(InvalidInput, match="could not make it any more"):
        accept_invitation(tx, NEO, code)


def test_it_says_who_made_it_and_when_it_was_used(tx: Connection, shop: Shop) -> None:
    code = _code(tx, shop.alice, uses=3)
    assert (list_invitations(tx, shop.dana)[0].made_by, list_invitations(tx, shop.dana)[0].last_used_at) == (
        "alice",
        None,
    )
    with time_machine.travel(clock.now(), tick=False):
        accept_invitation(tx, NEO, code)
        (listed,) = list_invitations(tx, shop.alice)
        assert (listed.uses_left, listed.last_used_at) == (2, clock.now())
