"""Posting digests that are due. One rule: whoever inserts the row of `digests`, posts; late ones once, the latest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.errors import InvalidInput
from core.models.outbox import digests, subscriptions
from core.models.people import people
from core.outbox import post_notices
from core.reports.digest import compose_digest, write_digest
from core.reports.subscriptions import load_reader, mark_failing, mark_working, read_destination, read_timetable
from core.reports.timetable import Due, find_last_due
from core.sweeping import FROM_THE_FIRST, sweep_oldest

log = structlog.get_logger()
DIGEST = "digest"  # the event in the outbox
KEPT = timedelta(days=90)  # longer than any time that may still be the latest due: a month


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest nobody has posted yet."""

    company_id: int
    subscription_id: int
    due: Due


_LAST_POSTED = (
    select(func.max(digests.c.due_on))
    .where(digests.c.company_id == subscriptions.c.company_id, digests.c.subscription_id == subscriptions.c.id)
    .scalar_subquery()
)
_ACTIVE = (
    select(subscriptions, _LAST_POSTED.label("last_posted"))
    .join_from(subscriptions, people, people.c.id == subscriptions.c.person_id)
    .where(subscriptions.c.ended_at.is_(None), people.c.is_active)
    .order_by(subscriptions.c.id)
)


def find_due_digests(tx: Connection, now: datetime) -> list[DueDigest]:
    """Every subscription's latest time that has come and was not posted; what an outage left before that is let go."""
    found = []
    for row in tx.execute(_ACTIVE):
        try:
            due = find_last_due(read_timetable(row), now)
        except InvalidInput as error:  # a zone this machine does not know must not keep the others back
            log.error("a subscription cannot be timed", subscription=row.id, reason=error.message)
            continue
        if due.at > row.starts_at and (row.last_posted is None or due.day > row.last_posted):
            found.append(DueDigest(row.company_id, row.id, due))
    return found


def post_digest(tx: Connection, wanted: DueDigest) -> bool:
    """Claim a digest and put it in the outbox, in one transaction; False when somebody else has, or nobody may read it.

    Two processes that try at once wait for each other on the unique row: the second finds it taken.
    """
    if not _claim(tx, wanted):
        return False
    row = tx.execute(_ACTIVE.where(subscriptions.c.id == wanted.subscription_id)).first()
    if row is None:
        return False
    reader = load_reader(tx, row.person_id, row.branch_id, is_group=row.is_group)
    if reader is None:
        return False
    digest = compose_digest(tx, reader, row.cadence, wanted.due.at, is_group=row.is_group, time_zone=row.time_zone)
    post_notices(
        tx,
        row.company_id,
        DIGEST,
        [row.chat_id],
        write_digest(digest),
        subject=f"{DIGEST}:{row.id}",
        topic_id=row.topic_id,
        ordered_by=row.person_id,
    )
    return True


def settle_digest(tx: Connection, subject: str) -> None:
    """A digest arrived: whatever kept an earlier one back is over."""
    mark_working(tx, _read_subject(subject))


def tell_failing(tx: Connection, subject: str) -> dict[str, Any] | None:
    """A digest cannot be delivered for good: what to tell the person who ordered it; None where they know.

    The next ones are tried when they are due, without a word, until one arrives.
    """
    number = _read_subject(subject)
    if not mark_failing(tx, number):
        return None
    cadence, chat_title, is_group = read_destination(tx, number)
    return {"cadence": cadence, "chat": chat_title, "is_group": is_group}


def _read_subject(subject: str) -> int:
    return int(subject.removeprefix(f"{DIGEST}:"))


def _claim(tx: Connection, wanted: DueDigest) -> bool:
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    row = {
        "company_id": wanted.company_id,
        "subscription_id": wanted.subscription_id,
        "due_on": wanted.due.day,
        "claimed_at": clock.now(),
    }
    claim = dialect.insert(digests).on_conflict_do_nothing().returning(digests.c.id)
    return tx.execute(claim, row).scalar() is not None


def sweep_digests(tx: Connection, after: int = FROM_THE_FIRST) -> int | None:
    """Let go of some marks of digests that were posted longer ago than KEPT; where to go on from."""
    before = clock.now() - KEPT
    return sweep_oldest(tx, digests.c.claimed_at, before, lambda row: row.claimed_at < before, after)
