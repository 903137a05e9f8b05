"""API keys: shown once, acting as their person and no further, worthless once revoked."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, load_viewer
from core.errors import InvalidInput, NotAllowed, NotFound
from core.models.people import api_keys
from core.people.employment import (
    add_branch_membership,
    change_role,
    deactivate_person,
    restore_person,
    transfer_person,
)
from core.people.keys import (
    SCOPES,
    authenticate_key,
    create_key,
    has_key_uses,
    list_keys,
    revoke_key,
    write_key_uses,
)
from tests.core.people.shop import Shop, open_shop
from tests.statements import record_statements


def test_it_acts_as_its_person(tx: Connection, shop: Shop) -> None:
    add_branch_membership(tx, shop.sam, shop.number(shop.alice), shop.jeddah.id)
    for viewer in (shop.bob, shop.alice, shop.sam):
        key = create_key(tx, viewer, shop.number(viewer))
        assert authenticate_key(tx, key) == (load_viewer(tx, shop.number(viewer)), frozenset(SCOPES))


def test_it_is_a_secret_kept_as_a_hash(tx: Connection, shop: Shop) -> None:
    key = create_key(tx, shop.operator, shop.number(shop.bob))
    assert re.fullmatch(r"sb_[A-Za-z0-9_-]{43}", key)
    assert key not in tx.execute(select(api_keys)).one()


def test_it_opens_what_it_was_made_for(tx: Connection, shop: Shop) -> None:
    key = create_key(tx, shop.bob, shop.number(shop.bob), ["sales:write", "metrics:read"], "till 1")
    found = authenticate_key(tx, key)
    assert found is not None
    assert found[1] == {"metrics:read", "sales:write"}
    for scopes in ([], ["everything"], ["sales:read", "sales:"]):
        with pytest.raises(InvalidInput) as refusal:
            create_key(tx, shop.bob, shop.number(shop.bob), scopes)
        assert refusal.value.field == "scope"
        assert "metrics:read" in str(refusal.value.hint)


def test_it_is_read_by_one_statement(tx: Connection, shop: Shop) -> None:
    key = create_key(tx, shop.alice, shop.number(shop.alice))
    with record_statements(tx) as statements:
        assert authenticate_key(tx, key) is not None
    assert len(statements) == 1


@pytest.mark.parametrize("key", ["", "sb_", "sb_wrong", "مفتاح", "\ud800", "\0"])
def test_it_opens_to_no_other_key(tx: Connection, shop: Shop, key: str) -> None:
    create_key(tx, shop.bob, shop.number(shop.bob))
    assert authenticate_key(tx, key) is None


def test_it_is_made_for_oneself_or_by_an_admin(tx: Connection, shop: Shop) -> None:
    for viewer in (shop.bob, shop.charlie, shop.alice):
        with pytest.raises(NotAllowed):
            create_key(tx, viewer, shop.number(shop.dana))
    with pytest.raises(NotAllowed):
        create_key(tx, shop.dana, shop.number(shop.sam))
    with pytest.raises(NotFound):
        create_key(tx, shop.sam, shop.number(open_shop(tx, "Other").bob))
    assert create_key(tx, shop.dana, shop.number(shop.charlie))


def test_it_ends_with_revocation(tx: Connection, shop: Shop) -> None:
    key = create_key(tx, shop.bob, shop.number(shop.bob), label="till")
    (listed,) = list_keys(tx, shop.bob)
    assert (listed.handle, listed.label, listed.scopes, listed.revoked_at) == ("bob", "till", frozenset(SCOPES), None)
    for viewer in (shop.charlie, shop.alice, open_shop(tx, "Other").sam):
        assert list_keys(tx, viewer) == ()
        with pytest.raises(NotFound):
            revoke_key(tx, viewer, listed.id)
    revoke_key(tx, shop.dana, listed.id)
    assert authenticate_key(tx, key) is None
    assert list_keys(tx, shop.bob)[0].revoked_at is not None


def test_it_hides_the_keys_of_those_above(tx: Connection, shop: Shop) -> None:
    create_key(tx, shop.sam, shop.number(shop.sam))
    create_key(tx, shop.bob, shop.number(shop.bob))
    assert [key.handle for key in list_keys(tx, shop.dana)] == ["bob"]
    assert [key.handle for key in list_keys(tx, shop.operator)] == ["bob", "sam"]


def test_it_ends_when_the_person_leaves(tx: Connection, shop: Shop) -> None:
    key = create_key(tx, shop.bob, shop.number(shop.bob))
    deactivate_person(tx, shop.dana, shop.number(shop.bob))
    assert authenticate_key(tx, key) is None
    with pytest.raises(NotAllowed, match="@bob"):
        create_key(tx, shop.sam, shop.number(shop.bob))


def test_it_follows_its_person(tx: Connection, shop: Shop) -> None:
    key = create_key(tx, shop.alice, shop.number(shop.alice))
    change_role(tx, shop.sam, shop.number(shop.alice), Role.EMPLOYEE)
    found = authenticate_key(tx, key)
    assert found is not None
    assert found[0].role == Role.EMPLOYEE


def test_it_stays_ended_when_the_person_comes_back(tx: Connection, shop: Shop) -> None:
    own = create_key(tx, shop.bob, shop.number(shop.bob))
    deactivate_person(tx, shop.dana, shop.number(shop.bob))
    restore_person(tx, shop.dana, shop.number(shop.bob))
    assert authenticate_key(tx, own) is None
    assert authenticate_key(tx, create_key(tx, shop.bob, shop.number(shop.bob))) is not None


@pytest.mark.parametrize("how", ["let go", "lowered", "moved"])
def test_what_somebody_made_for_others_ends_when_they_could_not_make_it(tx: Connection, shop: Shop, how: str) -> None:
    for_bob, own = create_key(tx, shop.dana, shop.number(shop.bob)), create_key(tx, shop.dana, shop.number(shop.dana))
    of_bob = create_key(tx, shop.bob, shop.number(shop.bob))
    match how:
        case "let go":
            deactivate_person(tx, shop.sam, shop.number(shop.dana))
        case "lowered":
            change_role(tx, shop.sam, shop.number(shop.dana), Role.MANAGER)
        case _:
            transfer_person(tx, shop.sam, shop.number(shop.dana), shop.jeddah.id)
    assert (authenticate_key(tx, for_bob) is not None) == (how == "moved")
    assert (authenticate_key(tx, own) is not None) == (how != "let go")
    assert authenticate_key(tx, of_bob) is not None


def test_it_may_end_by_itself(tx: Connection, shop: Shop) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        key = create_key(tx, shop.bob, shop.number(shop.bob), lifetime=timedelta(days=2))
        moment.shift(timedelta(days=2, seconds=-1))
        assert authenticate_key(tx, key) is not None
        moment.shift(timedelta(seconds=1))
        assert authenticate_key(tx, key) is None
        assert not list_keys(tx, shop.bob)[0].is_good
    with pytest.raises(InvalidInput) as refusal:
        create_key(tx, shop.bob, shop.number(shop.bob), lifetime=timedelta(0))
    assert (refusal.value.field, refusal.value.hint) == ("days", "90")


def test_its_use_is_noted_once_a_minute(tx: Connection, shop: Shop) -> None:
    with time_machine.travel(clock.now(), tick=False) as moment:
        key, first = create_key(tx, shop.sam, shop.number(shop.bob)), clock.now()
        assert (list_keys(tx, shop.bob)[0].made_by, list_keys(tx, shop.bob)[0].last_used_at) == ("sam", None)
        authenticate_key(tx, key)
        assert has_key_uses(tx.engine)
        write_key_uses(tx)
        moment.shift(timedelta(seconds=59))
        authenticate_key(tx, key)
        assert not has_key_uses(tx.engine)
        assert list_keys(tx, shop.bob)[0].last_used_at == first
        moment.shift(timedelta(seconds=1))
        authenticate_key(tx, key)
        write_key_uses(tx)
        assert list_keys(tx, shop.bob)[0].last_used_at == clock.now()
