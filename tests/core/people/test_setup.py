"""The set-up code: until there is a super admin, or for a day; a hash; a wrong one is told so and costs time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer, find_company
from core.db import Database
from core.errors import Conflict, InvalidInput, NotAllowed
from core.models.company import companies, setup_codes
from core.models.people import accounts, people, wrong_codes
from core.people.accounts import Visitor, find_account_viewer, link_account
from core.people.employment import change_role
from core.people.guessing import FREE_TRIES, LONGEST_WAIT, sweep_wrong_codes, try_code
from core.people.members import add_person
from core.people.setup import LIFETIME, claim_installation, open_setup, renew_setup
from tests.core.people.shop import Shop, open_shop

SAM, EVE = Visitor(1, "Sam"), Visitor(2, "Eve")


def _claim(tx: Connection, visitor: Visitor, code: str) -> Viewer:
    return claim_installation(tx, visitor, code, currency="KWD", time_zone="Asia/Kuwait")


def _open(tx: Connection) -> str:
    made = open_setup(tx)
    assert made is not None
    return made.code


def _refuse(tx: Connection, visitor: Visitor, code: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        _claim(tx, visitor, code)
    assert refusal.value.field == "code"
    return refusal.value.message


@pytest.fixture
def unruled(tx: Connection) -> Shop:
    """The shop while nobody runs it."""
    shop = open_shop(tx)
    tx.execute(update(people).where(people.c.role == Role.SUPER_ADMIN.label).values(role=Role.ADMIN.label))
    return shop


def test_each_start_has_a_code_and_the_first_claim_ends_them_all(tx: Connection) -> None:
    first, second = _open(tx), _open(tx)
    assert first != second
    assert len(first.replace("-", "")) == 20
    assert _claim(tx, SAM, first).role is Role.SUPER_ADMIN
    assert open_setup(tx) is None
    for code in (first, second):
        assert "has been used already" in _refuse(tx, EVE, code)


def test_it_is_kept_as_a_hash(tx: Connection) -> None:
    code = _open(tx)
    assert code not in repr(tx.execute(select(setup_codes)).all())


def test_it_makes_the_first_visitor_super_admin_of_a_new_company(tx: Connection) -> None:
    sam = _claim(tx, SAM, f"  {_open(tx).lower()} ")
    assert (sam.role, sam.name, sam.company.name) == (Role.SUPER_ADMIN, "Sam", "My company")
    assert (sam.company.currency, sam.time_zone) == ("KWD", "Asia/Kuwait")
    assert find_account_viewer(tx, SAM.telegram_id) == sam


def test_it_takes_the_company_there_is(tx: Connection, unruled: Shop) -> None:
    sam = _claim(tx, SAM, _open(tx))
    assert (sam.company, sam.operational_branch_id) == (unruled.company, unruled.riyadh.id)


def test_it_raises_somebody_who_is_there_already(tx: Connection, unruled: Shop) -> None:
    link_account(tx, EVE, unruled.number(unruled.bob))
    eve = _claim(tx, EVE, _open(tx))
    assert (eve.handle, eve.role) == ("bob", Role.SUPER_ADMIN)


@pytest.mark.parametrize("code", ["wrong", "AAAAA-AAAAA-AAAAA-AAAAA", "رمز", "\ud800", "\0"])
def test_it_opens_to_no_other_code(tx: Connection, code: str) -> None:
    right = _open(tx)
    assert "is not known here" in _refuse(tx, EVE, code)
    assert "salesbell setup-code" in _refuse(tx, EVE, code)
    assert tx.execute(select(func.count()).select_from(companies)).scalar() == 0
    assert _claim(tx, SAM, right) is not None
    assert find_account_viewer(tx, EVE.telegram_id) is None


@pytest.mark.parametrize("how", ["command line", "promotion", "demo"])
def test_it_ends_with_the_first_super_admin_however_they_came(tx: Connection, unruled: Shop, how: str) -> None:
    code = _open(tx)
    match how:
        case "command line":
            add_person(tx, unruled.operator, "Rula", Role.SUPER_ADMIN, unruled.riyadh.id)
        case "promotion":
            change_role(tx, unruled.operator, unruled.number(unruled.bob), Role.SUPER_ADMIN)
        case _:
            open_shop(tx, "Another company")
    assert open_setup(tx) is None
    assert "there is a super admin" in _refuse(tx, EVE, code)
    with pytest.raises(Conflict, match="is super admin") as refusal:
        renew_setup(tx)
    assert "/invite @" in str(refusal.value.hint)


def test_it_expires_and_is_made_anew(tx: Connection) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        old = _open(tx)
        moment.shift(LIFETIME)
        assert "has expired" in _refuse(tx, EVE, old)
        other = _open(tx)
        made = renew_setup(tx)
        assert made.expires_at == clock.now() + LIFETIME
        assert "has expired" in _refuse(tx, EVE, other)
        assert _claim(tx, SAM, made.code).role is Role.SUPER_ADMIN


def test_it_lets_in_one_of_many_who_come_at_once(database: Database) -> None:
    def ask(_: int) -> str:
        with database.begin() as tx:
            return _open(tx)

    def claim(number: int) -> bool:
        try:
            with database.begin() as tx:
                _claim(tx, Visitor(number, f"Visitor {number}"), codes[number])
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(ask, range(6)))
        came_in = list(pool.map(claim, range(6)))
    assert len(set(codes)) == 6
    assert sum(came_in) == 1
    with database.begin() as tx:
        assert find_company(tx).name == "My company"


def test_guessing_takes_ever_longer_and_a_right_code_has_to_wait_too(tx: Connection) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        right = _open(tx)
        for _ in range(FREE_TRIES):
            assert isinstance(try_code(tx, EVE.telegram_id, lambda: _claim(tx, EVE, "guess")), InvalidInput)
        with pytest.raises(NotAllowed, match="Try again in a minute"):
            try_code(tx, EVE.telegram_id, lambda: _claim(tx, EVE, right))
        assert isinstance(try_code(tx, SAM.telegram_id, lambda: _claim(tx, SAM, "guess")), InvalidInput)
        moment.shift(timedelta(minutes=1))
        assert isinstance(try_code(tx, EVE.telegram_id, lambda: _claim(tx, EVE, "guess")), InvalidInput)
        moment.shift(timedelta(minutes=1))
        with pytest.raises(NotAllowed, match="Try again in a minute"):
            try_code(tx, EVE.telegram_id, lambda: _claim(tx, EVE, right))
        moment.shift(LONGEST_WAIT)
        viewer = try_code(tx, EVE.telegram_id, lambda: _claim(tx, EVE, right))
        assert isinstance(viewer, Viewer)


def test_a_wrong_code_leaves_a_count_and_nothing_else_and_that_for_a_day(tx: Connection) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        try_code(tx, EVE.telegram_id, lambda: _claim(tx, EVE, "guess"))
        assert tx.execute(select(func.count()).select_from(accounts)).scalar() == 0
        assert tx.execute(select(wrong_codes.c.tries)).scalar() == 1
        sweep_wrong_codes(tx)
        assert tx.execute(select(wrong_codes.c.tries)).scalar() == 1
        moment.shift(timedelta(days=1, seconds=1))
        sweep_wrong_codes(tx)
        assert tx.execute(select(wrong_codes.c.tries)).scalar() is None
