"""Roles, branches, leaving: who may change them, and that somebody always runs the company."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.engine import Connection

from core.access import Role, Viewer, load_viewer
from core.db import Database
from core.errors import InvalidInput, NotAllowed, NotFound
from core.people.accounts import Visitor, link_account
from core.people.employment import (
    add_branch_membership,
    change_role,
    choose_branch,
    deactivate_person,
    remove_branch_membership,
    restore_person,
    transfer_person,
)
from core.people.members import add_person
from tests.core.people.shop import Shop, open_shop


def _again(tx: Connection, shop: Shop, viewer: Viewer) -> Viewer:
    return load_viewer(tx, shop.number(viewer))


def test_it_moves_somebody_to_another_branch_and_its_days(tx: Connection, shop: Shop) -> None:
    transfer_person(tx, shop.dana, shop.number(shop.bob), shop.jeddah.id)
    bob = _again(tx, shop, shop.bob)
    assert (bob.operational_branch_id, bob.time_zone) == (shop.jeddah.id, "Asia/Dubai")


def test_it_forgets_the_chosen_branch_at_a_transfer(tx: Connection, shop: Shop) -> None:
    choose_branch(tx, shop.dana, "riyadh_mall")
    transfer_person(tx, shop.sam, shop.number(shop.dana), shop.jeddah.id)
    assert _again(tx, shop, shop.dana).operational_branch_id == shop.jeddah.id


@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_it_lets_only_admins_change_people(tx: Connection, shop: Shop, who: str) -> None:
    viewer, bob = getattr(shop, who), shop.number(shop.bob)
    for change in (
        lambda: transfer_person(tx, viewer, bob, shop.riyadh.id),
        lambda: change_role(tx, viewer, bob, Role.EMPLOYEE),
        lambda: deactivate_person(tx, viewer, bob),
        lambda: restore_person(tx, viewer, bob),
        lambda: add_branch_membership(tx, viewer, bob, shop.riyadh.id),
    ):
        with pytest.raises(NotAllowed, match="manage people"):
            change()


def test_it_lets_nobody_change_somebody_above_them_or_beyond_themselves(tx: Connection, shop: Shop) -> None:
    for change in (
        lambda: deactivate_person(tx, shop.dana, shop.number(shop.sam)),
        lambda: change_role(tx, shop.dana, shop.number(shop.sam), Role.EMPLOYEE),
        lambda: change_role(tx, shop.dana, shop.number(shop.dana), Role.SUPER_ADMIN),
        lambda: change_role(tx, shop.dana, shop.number(shop.bob), Role.SUPER_ADMIN),
    ):
        with pytest.raises(NotAllowed, match="super admin"):
            change()
    assert change_role(tx, shop.dana, shop.number(shop.bob), Role.ADMIN).role == Role.ADMIN
    with pytest.raises(NotFound):
        deactivate_person(tx, open_shop(tx, "Other").sam, shop.number(shop.bob))


def test_it_lets_somebody_go_and_takes_them_back(tx: Connection, shop: Shop) -> None:
    assert deactivate_person(tx, shop.dana, shop.number(shop.bob)).is_active is False
    with pytest.raises(NotAllowed):
        _again(tx, shop, shop.bob)
    assert restore_person(tx, shop.dana, shop.number(shop.bob)).is_active
    assert _again(tx, shop, shop.bob) == shop.bob


def test_it_keeps_the_last_super_admin(tx: Connection, shop: Shop) -> None:
    sam = shop.number(shop.sam)
    for change in (
        lambda: deactivate_person(tx, shop.sam, sam),
        lambda: change_role(tx, shop.sam, sam, Role.ADMIN),
        lambda: deactivate_person(tx, shop.operator, sam),
    ):
        with pytest.raises(InvalidInput, match="@sam is the last super admin"):
            change()
    add_person(tx, shop.sam, "Eve", Role.SUPER_ADMIN)
    assert change_role(tx, shop.sam, sam, Role.ADMIN).role == Role.ADMIN


def test_it_counts_no_super_admin_who_cannot_log_in(tx: Connection, shop: Shop) -> None:
    sam, eve = shop.number(shop.sam), add_person(tx, shop.sam, "Eve", Role.SUPER_ADMIN).id
    link_account(tx, Visitor(1, "Sam"), sam)
    with pytest.raises(InvalidInput, match="last super admin"):
        deactivate_person(tx, shop.operator, sam)
    deactivate_person(tx, shop.sam, eve)


def test_it_keeps_one_of_two_super_admins_who_remove_each_other_at_once(database: Database) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        eve = load_viewer(tx, add_person(tx, shop.sam, "Eve", Role.SUPER_ADMIN, shop.riyadh.id).id)

    def remove_sam() -> str:
        try:
            with database.begin() as tx:
                return deactivate_person(tx, eve, shop.number(shop.sam)).handle
        except InvalidInput as refusal:
            return refusal.message

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as tx:
            deactivate_person(tx, shop.sam, shop.number(eve))
            second = pool.submit(remove_sam)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)  # it waits to hear whether Eve stays
        assert "@sam is the last super admin" in second.result(timeout=20)


def test_it_lets_a_manager_work_on_the_branches_they_belong_to(tx: Connection, shop: Shop) -> None:
    with pytest.raises(NotAllowed, match="do not belong"):
        choose_branch(tx, shop.alice, "Jeddah")
    for _ in range(2):
        add_branch_membership(tx, shop.dana, shop.number(shop.alice), shop.jeddah.id)
    alice = choose_branch(tx, _again(tx, shop, shop.alice), "Jeddah")
    assert (alice.operational_branch_id, alice.time_zone) == (shop.jeddah.id, "Asia/Dubai")
    remove_branch_membership(tx, shop.dana, shop.number(shop.alice), shop.jeddah.id)
    assert _again(tx, shop, alice).operational_branch_id == shop.riyadh.id


def test_it_lets_admins_work_on_any_branch_and_return(tx: Connection, shop: Shop) -> None:
    assert choose_branch(tx, shop.dana, "jeddah").operational_branch_id == shop.jeddah.id
    assert choose_branch(tx, shop.dana, None).operational_branch_id == shop.riyadh.id
    with pytest.raises(NotFound):
        choose_branch(tx, shop.dana, "atlantis")


def test_it_binds_employees_to_their_branch(tx: Connection, shop: Shop) -> None:
    for viewer in (shop.bob, shop.charlie):
        with pytest.raises(NotAllowed):
            choose_branch(tx, viewer, "riyadh_mall")
    with pytest.raises(InvalidInput):
        choose_branch(tx, shop.operator, "riyadh_mall")
