"""The set-up code: one, for everybody who asks, good for one visitor."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.access import Role, Viewer, find_company
from core.db import Database
from core.models.company import companies
from core.people.accounts import Visitor, find_account_viewer, link_account
from core.people.invitations import accept_invitation, invite
from core.people.setup import claim_installation, ensure_setup_code
from tests.core.people.shop import Shop, open_shop

SAM, EVE = Visitor(1, "Sam"), Visitor(2, "Eve")


def _claim(tx: Connection, visitor: Visitor, code: str) -> Viewer | None:
    return claim_installation(tx, visitor, code, currency="KWD", time_zone="Asia/Kuwait")


def _read_code(tx: Connection) -> str:
    code = ensure_setup_code(tx)
    assert code is not None
    return code


def test_it_gives_everybody_the_same_code_until_it_is_claimed(tx: Connection) -> None:
    code = _read_code(tx)
    assert _read_code(tx) == code
    assert len(code.replace("-", "")) == 20
    assert _claim(tx, SAM, code) is not None
    assert ensure_setup_code(tx) is None


def test_it_makes_the_first_visitor_super_admin_of_a_new_company(tx: Connection) -> None:
    sam = _claim(tx, SAM, f"  {_read_code(tx).lower()} ")
    assert sam is not None
    assert (sam.role, sam.name, sam.company.name) == (Role.SUPER_ADMIN, "Sam", "My company")
    assert (sam.company.currency, sam.time_zone) == ("KWD", "Asia/Kuwait")
    assert find_account_viewer(tx, SAM.telegram_id) == sam


def test_it_takes_the_company_there_is(tx: Connection, shop: Shop) -> None:
    sam = _claim(tx, SAM, _read_code(tx))
    assert sam is not None
    assert (sam.company, sam.handle, sam.operational_branch_id) == (shop.company, "sam2", shop.riyadh.id)


def test_it_raises_somebody_who_is_there_already(tx: Connection, shop: Shop) -> None:
    link_account(tx, EVE, shop.number(shop.bob))
    eve = _claim(tx, EVE, _read_code(tx))
    assert eve is not None
    assert (eve.handle, eve.role) == ("bob", Role.SUPER_ADMIN)


@pytest.mark.parametrize("code", ["", "wrong", "AAAAA-AAAAA-AAAAA-AAAAA", "رمز", "\ud800", "\0"])
def test_it_opens_to_no_other_code(tx: Connection, code: str) -> None:
    right = _read_code(tx)
    assert _claim(tx, EVE, code) is None
    assert tx.execute(select(func.count()).select_from(companies)).scalar() == 0
    assert _claim(tx, SAM, right) is not None
    assert _claim(tx, EVE, right) is None
    assert find_account_viewer(tx, EVE.telegram_id) is None


def test_it_needs_no_code_where_a_super_admin_can_log_in(tx: Connection, shop: Shop) -> None:
    assert ensure_setup_code(tx) is not None
    accept_invitation(tx, SAM, str(invite(tx, shop.sam, Role.SUPER_ADMIN).code))
    assert ensure_setup_code(tx) is None


def test_it_lets_in_one_of_many_who_come_at_once(database: Database) -> None:
    def ask(_: int) -> str | None:
        with database.begin() as tx:
            return ensure_setup_code(tx)

    def claim(number: int) -> Viewer | None:
        with database.begin() as tx:
            return _claim(tx, Visitor(number, f"Visitor {number}"), str(codes[0]))

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(ask, range(6)))
        viewers = list(pool.map(claim, range(6)))
    assert len(set(codes)) == 1
    assert sum(viewer is not None for viewer in viewers) == 1
    with database.begin() as tx:
        assert find_company(tx).name == "My company"


def test_it_leaves_a_code_unused_before_a_claim_out_of_reach(tx: Connection) -> None:
    assert _claim(tx, SAM, "") is None
    open_shop(tx)
    assert _claim(tx, SAM, "AAAAA-AAAAA-AAAAA-AAAAA") is None
