"""Who may have a digest where, and what becomes of it when people and chats move."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy.engine import Connection

from core.access import Role, load_viewer
from core.errors import InvalidInput, NotAllowed, SalesbellError
from core.people.employment import change_role, choose_branch, deactivate_person, transfer_person
from core.reports.subscriptions import (
    Subscription,
    list_subscriptions,
    load_reader,
    migrate_chat,
    subscribe,
    unsubscribe,
)
from core.reports.timetable import Timetable
from tests.shop import TELEGRAM_IDS, Shop

GROUP, SUPERGROUP = -4001, -1_000_000_004_001
BOB, ALICE = TELEGRAM_IDS["bob"], TELEGRAM_IDS["alice"]


def _subscribe_group(tx: Connection, shop: Shop, chat_id: int = GROUP, cadence: str = "daily") -> Subscription:
    on_day = None if cadence == "daily" else 1
    return subscribe(tx, shop.alice, chat_id, is_group=True, cadence=cadence, local_minute=1080, on_day=on_day)


def test_anybody_gets_a_digest_in_their_own_chat(tx: Connection, shop: Shop) -> None:
    made = subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=1080)

    assert made.timetable == Timetable("daily", None, 1080, "Asia/Riyadh")
    assert made.next_at == datetime(2026, 7, 15, 15, tzinfo=UTC)
    assert (made.person_name, made.branch_name, made.is_group) == ("Bob", None, False)
    assert list_subscriptions(tx, shop.bob, BOB) == (made,)


def test_nobody_gets_one_into_the_chat_of_another(tx: Connection, shop: Shop) -> None:
    subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=1080)

    for viewer in (shop.alice, shop.charlie, shop.operator):
        for is_group in (False, True):
            with pytest.raises(NotAllowed) as refused:
                subscribe(tx, viewer, BOB, is_group=is_group, cadence="daily", local_minute=1080)
            assert refused.value.field == "chat"
        assert list_subscriptions(tx, viewer, BOB) == ()
        assert unsubscribe(tx, viewer, BOB) == ()
    assert len(list_subscriptions(tx, shop.bob, BOB)) == 1


def test_a_group_takes_a_manager(tx: Connection, shop: Shop) -> None:
    for viewer in (shop.bob, shop.dana, shop.charlie):
        with pytest.raises(NotAllowed):
            subscribe(tx, viewer, GROUP, is_group=True, cadence="daily", local_minute=1080)

    made = _subscribe_group(tx, shop)

    assert (made.branch_name, made.is_group) == ("Mall", True)
    with pytest.raises(NotAllowed):
        unsubscribe(tx, shop.bob, GROUP)
    assert [one.id for one in unsubscribe(tx, shop.alice, GROUP)] == [made.id]
    assert list_subscriptions(tx, shop.alice, GROUP) == ()


def test_a_new_time_takes_the_place_of_the_old_one(tx: Connection, shop: Shop, at_noon: time_machine.Traveller) -> None:
    first = _subscribe_group(tx, shop)
    at_noon.shift(60)

    second = subscribe(tx, shop.sam, GROUP, is_group=True, cadence="daily", local_minute=540, time_zone="Europe/London")

    assert second.id == first.id
    assert second.person_name == "Sam"
    assert list_subscriptions(tx, shop.alice, GROUP) == (second,)
    assert second.next_at == datetime(2026, 7, 16, 8, tzinfo=UTC)


def test_each_cadence_is_one_of_its_own(tx: Connection, shop: Shop) -> None:
    made = [_subscribe_group(tx, shop, cadence=cadence) for cadence in ("daily", "weekly", "monthly")]

    assert list_subscriptions(tx, shop.alice, GROUP) == tuple(made)
    assert [one.next_at.day for one in made] == [15, 21, 1]
    assert [one.id for one in unsubscribe(tx, shop.alice, GROUP, "weekly")] == [made[1].id]
    assert len(list_subscriptions(tx, shop.alice, GROUP)) == 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("cadence", {"cadence": "hourly"}),
        ("on_day", {"cadence": "weekly"}),
        ("on_day", {"cadence": "weekly", "on_day": 7}),
        ("on_day", {"cadence": "monthly", "on_day": 29}),
        ("on_day", {"cadence": "daily", "on_day": 1}),
        ("local_minute", {"local_minute": 1440}),
        ("local_minute", {"local_minute": -1}),
        ("time_zone", {"time_zone": "Mars/Olympus"}),
    ],
)
def test_it_names_what_cannot_be(tx: Connection, shop: Shop, field: str, wrong: dict[str, object]) -> None:
    terms = {"cadence": "daily", "local_minute": 1080} | wrong

    with pytest.raises(InvalidInput) as refused:
        subscribe(tx, shop.bob, BOB, is_group=False, **terms)  # type: ignore[arg-type]

    assert refused.value.field == field


def test_a_chat_that_moves_takes_its_digests_along(tx: Connection, shop: Shop) -> None:
    _subscribe_group(tx, shop)
    weekly = _subscribe_group(tx, shop, cadence="weekly")
    there_already = _subscribe_group(tx, shop, SUPERGROUP)

    for _ in range(2):  # told twice, by two processes
        migrate_chat(tx, GROUP, SUPERGROUP)

    assert list_subscriptions(tx, shop.alice, GROUP) == ()
    assert [one.id for one in list_subscriptions(tx, shop.alice, SUPERGROUP)] == [weekly.id, there_already.id]


def test_a_chat_moves_back_after_its_digest_was_ended(tx: Connection, shop: Shop) -> None:
    _subscribe_group(tx, shop)
    unsubscribe(tx, shop.alice, GROUP)
    _subscribe_group(tx, shop, SUPERGROUP)

    migrate_chat(tx, SUPERGROUP, GROUP)

    assert len(list_subscriptions(tx, shop.alice, GROUP)) == 1


def test_a_groups_digest_stays_with_its_branch(tx: Connection, shop: Shop) -> None:
    _subscribe_group(tx, shop)
    sam_id, alice_id = shop.sam.person_id or 0, shop.alice.person_id or 0
    choose_branch(tx, shop.sam, "Corniche")

    reader = load_reader(tx, sam_id, shop.mall_id, is_group=True)
    assert reader is not None
    assert reader.operational_branch_id == shop.mall_id
    own = load_reader(tx, sam_id, None, is_group=False)
    assert own is not None
    assert own.operational_branch_id == shop.corniche_id

    transfer_person(tx, shop.sam, alice_id, shop.corniche_id)
    assert load_reader(tx, alice_id, shop.mall_id, is_group=True) is None


def test_who_left_or_may_no_longer_reads_nothing(tx: Connection, shop: Shop) -> None:
    alice_id, bob_id = shop.alice.person_id or 0, shop.bob.person_id or 0

    change_role(tx, shop.sam, alice_id, Role.ASSISTANT_MANAGER)
    assert load_reader(tx, alice_id, shop.mall_id, is_group=True) is None
    assert load_reader(tx, alice_id, None, is_group=False) is not None

    deactivate_person(tx, shop.sam, bob_id)
    assert load_reader(tx, bob_id, None, is_group=False) is None
    with pytest.raises(SalesbellError):
        load_viewer(tx, bob_id)
