"""Once: across ticks, restarts, two processes, downtime; never to who left. And what is posted, to whom."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.db import Database
from core.models.outbox import digests, outbox
from core.outbox import claim_notices, settle_notice
from core.people.employment import deactivate_person, restore_person
from core.reports.digest import Digest, read_digest
from core.reports.posting import find_due_digests, post_digest
from core.reports.subscriptions import subscribe, unsubscribe
from tests.shop import TELEGRAM_IDS, Shop, open_shop

BOB, CHARLIE = TELEGRAM_IDS["bob"], TELEGRAM_IDS["charlie"]
GROUP = -4001
SIX = datetime(2026, 7, 15, 15, 0, tzinfo=UTC)  # 18:00 in Riyadh


@pytest.fixture
def bobs_digest(tx: Connection, shop: Shop) -> int:
    """Bob's daily one at 18:00, asked for at 15:00."""
    return subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=1080).id


def _tick(tx: Connection) -> int:
    return sum(post_digest(tx, wanted) for wanted in find_due_digests(tx, clock.now()))


def _posted(tx: Connection) -> list[Digest]:
    rows = tx.execute(select(outbox.c.content).where(outbox.c.event == "digest").order_by(outbox.c.id))
    return [read_digest(content) for content in rows.scalars()]


@pytest.mark.usefixtures("bobs_digest")
def test_it_is_posted_once_when_its_time_has_come(tx: Connection, at_noon: time_machine.Traveller) -> None:
    at_noon.move_to(SIX - timedelta(seconds=1))
    assert _tick(tx) == 0
    at_noon.move_to(SIX)
    assert _tick(tx) == 1
    for _ in range(5):
        at_noon.shift(15)
        assert _tick(tx) == 0
    at_noon.move_to(SIX + timedelta(days=1))
    assert _tick(tx) == 1
    assert [digest.due_at for digest in _posted(tx)] == [SIX, SIX + timedelta(days=1)]


def test_it_begins_tomorrow_when_asked_for_after_its_time(
    tx: Connection, shop: Shop, at_noon: time_machine.Traveller
) -> None:
    at_noon.move_to(SIX + timedelta(minutes=5))
    subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=1080)

    assert _tick(tx) == 0
    at_noon.move_to(SIX + timedelta(days=1))
    assert _tick(tx) == 1


@pytest.mark.usefixtures("bobs_digest")
def test_a_day_that_was_posted_is_not_posted_again_at_another_hour(
    tx: Connection, shop: Shop, at_noon: time_machine.Traveller
) -> None:
    at_noon.move_to(SIX)
    assert _tick(tx) == 1
    subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=1140)

    at_noon.move_to(SIX + timedelta(hours=2))
    assert _tick(tx) == 0
    at_noon.move_to(SIX + timedelta(days=1, hours=2))
    assert _tick(tx) == 1


@pytest.mark.usefixtures("bobs_digest")
def test_after_an_outage_of_days_only_the_latest_is_posted_and_is_late(
    tx: Connection, at_noon: time_machine.Traveller
) -> None:
    at_noon.move_to(SIX + timedelta(days=9, hours=6))

    assert [_tick(tx), _tick(tx)] == [1, 0]

    (digest,) = _posted(tx)
    assert digest.due_at == SIX + timedelta(days=9)
    assert digest.is_late(clock.now())
    assert not digest.is_late(digest.due_at + timedelta(seconds=30))
    assert digest.period.start == date(2026, 7, 24)


@pytest.mark.usefixtures("bobs_digest")
def test_one_that_still_waits_gives_way_to_the_next(tx: Connection, at_noon: time_machine.Traveller) -> None:
    """Days without Telegram: the chat gets the latest, not all of them."""
    for day in range(4):
        at_noon.move_to(SIX + timedelta(days=day))
        assert _tick(tx) == 1

    (notice,) = claim_notices(tx)
    assert read_digest(notice.content).due_at == SIX + timedelta(days=3)
    settle_notice(tx, notice.id)
    assert claim_notices(tx) == []


def test_who_left_gets_nothing_until_they_are_back(
    tx: Connection, shop: Shop, bobs_digest: int, at_noon: time_machine.Traveller
) -> None:
    deactivate_person(tx, shop.sam, shop.bob.person_id or 0)
    at_noon.move_to(SIX)
    assert _tick(tx) == 0
    restore_person(tx, shop.sam, shop.bob.person_id or 0)
    at_noon.move_to(SIX + timedelta(days=1))
    assert _tick(tx) == 1


def test_who_leaves_at_the_last_moment_gets_nothing(
    tx: Connection, shop: Shop, bobs_digest: int, at_noon: time_machine.Traveller
) -> None:
    at_noon.move_to(SIX)
    (found,) = find_due_digests(tx, clock.now())
    deactivate_person(tx, shop.sam, shop.bob.person_id or 0)

    assert not post_digest(tx, found)
    assert _posted(tx) == []


@pytest.mark.usefixtures("bobs_digest")
def test_what_was_ended_is_not_posted(tx: Connection, shop: Shop, at_noon: time_machine.Traveller) -> None:
    unsubscribe(tx, shop.bob, BOB)
    at_noon.move_to(SIX)

    assert _tick(tx) == 0


@pytest.mark.parametrize(
    ("zone", "minute", "start", "expected"),
    [
        # the hour comes twice in the night of 25 October: posted at the first one only
        ("Europe/London", 90, "2026-10-24T12:00Z", ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"]),
        # it is skipped in the night of 29 March: posted at the end of the gap
        ("Europe/London", 90, "2026-03-28T12:00Z", ["2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"]),
        ("America/New_York", 150, "2026-03-07T12:00Z", ["2026-03-08T07:00", "2026-03-09T06:30", "2026-03-10T06:30"]),
        ("Australia/Lord_Howe", 130, "2026-10-03T00:00Z", ["2026-10-03T15:30", "2026-10-04T15:10", "2026-10-05T15:10"]),
        ("Africa/Casablanca", 150, "2026-02-14T12:00Z", ["2026-02-15T01:30", "2026-02-16T02:30", "2026-02-17T02:30"]),
        ("Pacific/Apia", 1080, "2011-12-28T12:00Z", ["2011-12-29T04:00", "2011-12-30T04:00", "2011-12-31T04:00"]),
    ],
)
def test_it_is_posted_once_a_local_day_whatever_the_clocks_do(
    tx: Connection, shop: Shop, at_noon: time_machine.Traveller, zone: str, minute: int, start: str, expected: list[str]
) -> None:
    at_noon.move_to(start)
    subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=minute, time_zone=zone)
    seen = []
    for _ in range(72 * 6):  # three days, a tick every ten minutes
        at_noon.shift(600)
        seen += [clock.now()] * _tick(tx)

    assert [at.isoformat()[:16] for at in seen] == expected


async def test_two_at_once_post_it_once(database: Database, at_noon: time_machine.Traveller) -> None:
    with database.begin() as tx:
        shop = open_shop(tx)
        subscribe(tx, shop.bob, BOB, is_group=False, cadence="daily", local_minute=1080)
        subscribe(tx, shop.charlie, CHARLIE, is_group=False, cadence="daily", local_minute=1080)
    at_noon.move_to(SIX)
    both = await asyncio.gather(*(database.read(find_due_digests, SIX) for _ in range(6)))

    posted = await asyncio.gather(*(database.write(post_digest, wanted) for found in both for wanted in found))

    assert (len(posted), sum(posted)) == (12, 2)
    with database.begin_read() as tx:
        assert len(tx.execute(select(digests)).all()) == 2
        assert sorted(tx.execute(select(outbox.c.chat_id)).scalars()) == [BOB, CHARLIE]


def test_everybody_reads_what_they_may(tx: Connection, shop: Shop, at_noon: time_machine.Traveller) -> None:
    shop.sell(tx, shop.bob, 2)
    shop.sell(tx, shop.charlie, 9, shop.dumbbells)
    subscribe(tx, shop.alice, GROUP, is_group=True, cadence="daily", local_minute=1080)
    for viewer, name in ((shop.alice, "alice"), (shop.bob, "bob"), (shop.charlie, "charlie")):
        subscribe(tx, viewer, TELEGRAM_IDS[name], is_group=False, cadence="daily", local_minute=1080)
    at_noon.move_to(SIX)
    _tick(tx)

    group, alice, bob, charlie = _posted(tx)

    assert [(digest.title, digest.is_own) for digest in (group, alice, bob, charlie)] == [
        ("Mall", False),
        ("Mall", False),
        ("Mall", True),
        ("Corniche", True),
    ]
    assert [digest.kpis[0].value for digest in (group, alice, bob)] == [2 * 249_900] * 3
    assert charlie.kpis[0].value == 9 * 1_199_900
    assert "Bob" not in str(charlie)
    assert "Charlie" not in str((group, alice, bob))
