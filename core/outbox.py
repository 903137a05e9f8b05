"""What is told after a change. One rule: the row is written with the change, claimed and sent after the commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role
from core.models.outbox import outbox
from core.models.people import accounts, people
from core.sweeping import FROM_THE_FIRST, sweep_oldest

CLAIM_LASTS = timedelta(minutes=3)  # a claim whose process died is anybody's after that
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
MOST_ATTEMPTS = 14  # half a day of trying
LONGEST_FAILURE = 300
KEPT = timedelta(days=30)  # what was delivered or given up, for whoever looks into it


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one chat."""

    id: int
    company_id: int
    event: str
    chat_id: int
    content: dict[str, Any]
    attempts: int
    created_at: datetime
    subject: str | None = None
    topic_id: int | None = None
    ordered_by: int | None = None


def post_notices(
    tx: Connection,
    company_id: int,
    event: str,
    chat_ids: list[int],
    content: dict[str, Any],
    *,
    subject: str | None = None,
    topic_id: int | None = None,
    ordered_by: int | None = None,
) -> None:
    """Write down that chats are to be told of an event; JSON content, money and quantities as integers.

    What is still waiting on the same `subject` (such as yesterday's digest, after a long outage) is not sent any more.
    `topic_id` is that of a forum's topic; `ordered_by` the person who hears of it where it cannot be delivered.
    """
    now = clock.now()
    if subject is not None:
        _drop_waiting(tx, company_id, subject, now)
    rows = [
        {
            "company_id": company_id,
            "event": event,
            "subject": subject,
            "chat_id": chat_id,
            "topic_id": topic_id,
            "ordered_by": ordered_by,
            "content": content,
            "created_at": now,
            "attempts": 0,
            "next_attempt_at": now,
        }
        for chat_id in dict.fromkeys(chat_ids)
    ]
    if rows:
        tx.execute(insert(outbox), rows)


def _drop_waiting(tx: Connection, company_id: int, subject: str, now: datetime) -> None:
    waiting = (*_is_open(now), outbox.c.company_id == company_id, outbox.c.subject == subject)
    tx.execute(update(outbox).where(*waiting).values(dropped_at=now, failure="a later one took its place"))


def _is_open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Neither done nor in the hands of a living process."""
    return (
        outbox.c.delivered_at.is_(None),
        outbox.c.dropped_at.is_(None),
        or_(outbox.c.claimed_at.is_(None), outbox.c.claimed_at < now - CLAIM_LASTS),
    )


def find_chats(
    tx: Connection, company_id: int, branch_id: int, person_id: int | None, *, knows_id: int | None = None
) -> list[int]:
    """The private chats of a person (None: nobody) and of a branch's managers, as far as they have come to the bot.

    Without `knows_id`: whoever brought it about has been told already.
    """
    query = (
        select(accounts.c.telegram_id)
        .join_from(people, accounts, accounts.c.id == people.c.account_id)
        .where(
            people.c.company_id == company_id,
            people.c.is_active,
            people.c.id.is_distinct_from(knows_id),
            or_(
                people.c.id == person_id,
                (people.c.branch_id == branch_id) & (people.c.role == Role.MANAGER.label),
            ),
        )
        .order_by(people.c.id)
    )
    return list(tx.execute(query).scalars())


def find_chats_of(tx: Connection, company_id: int, person_id: int) -> list[int]:
    """The private chat of a person, if they have come to the bot."""
    query = (
        select(accounts.c.telegram_id)
        .join_from(people, accounts, accounts.c.id == people.c.account_id)
        .where(people.c.company_id == company_id, people.c.is_active, people.c.id == person_id)
    )
    return list(tx.execute(query).scalars())


def claim_notices(tx: Connection, most: int = 20) -> list[Notice]:
    """Take up to `most` notices that are due, so that no other process sends them while the claim lasts."""
    now = clock.now()
    due = (
        select(outbox.c.id)
        .where(*_is_open(now), outbox.c.next_attempt_at <= now)
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    numbers = list(tx.execute(due).scalars())
    if not numbers:
        return []
    tx.execute(update(outbox).where(outbox.c.id.in_(numbers)).values(claimed_at=now, attempts=outbox.c.attempts + 1))
    rows = tx.execute(select(outbox).where(outbox.c.id.in_(numbers)).order_by(outbox.c.id))
    return [Notice(**{name: getattr(row, name) for name in Notice.__dataclass_fields__}) for row in rows]


def has_due_notices(tx: Connection) -> bool:
    """Whether there is anything to claim: a look that gets in no writer's way."""
    now = clock.now()
    query = select(outbox.c.id).where(*_is_open(now), outbox.c.next_attempt_at <= now).limit(1)
    return tx.execute(query).first() is not None


def settle_notice(tx: Connection, notice_id: int) -> None:
    """It was delivered."""
    tx.execute(update(outbox).where(outbox.c.id == notice_id).values(delivered_at=clock.now(), failure=None))


def postpone_notice(tx: Connection, notice: Notice, failure: str) -> bool:
    """It was not delivered: try again after twice as long as the last time. False when that was the last attempt."""
    if notice.attempts >= MOST_ATTEMPTS:
        drop_notice(tx, notice.id, failure)
        return False
    pause = min(FIRST_WAIT * 2 ** (notice.attempts - 1), LONGEST_WAIT)
    _put_back(tx, notice, failure, pause, notice.attempts)
    return True


def delay_notice(tx: Connection, notice: Notice, reason: str, wait: timedelta) -> None:
    """It was told to wait, or where to go: try again after `wait`; that was no failed attempt."""
    _put_back(tx, notice, reason, wait, notice.attempts - 1)


def _put_back(tx: Connection, notice: Notice, failure: str, wait: timedelta, attempts: int) -> None:
    changes = {"claimed_at": None, "attempts": attempts, "next_attempt_at": clock.now() + wait}
    tx.execute(update(outbox).where(outbox.c.id == notice.id).values(failure=failure[:LONGEST_FAILURE], **changes))


def drop_notice(tx: Connection, notice_id: int, failure: str) -> bool:
    """It can never be delivered (the bot is blocked, the chat is gone): keep why, and stop. False: it was already."""
    changes = {"failure": failure[:LONGEST_FAILURE], "dropped_at": clock.now()}
    standing = outbox.c.id == notice_id, outbox.c.dropped_at.is_(None)
    return bool(tx.execute(update(outbox).where(*standing).values(**changes)).rowcount)


def readdress_notices(tx: Connection, old_chat_id: int, new_chat_id: int) -> None:
    """A chat got another number: what is waiting for the old one goes to the new one."""
    waiting = outbox.c.chat_id == old_chat_id, outbox.c.delivered_at.is_(None), outbox.c.dropped_at.is_(None)
    tx.execute(update(outbox).where(*waiting).values(chat_id=new_chat_id))


def sweep_notices(tx: Connection, after: int = FROM_THE_FIRST) -> int | None:
    """Let go of some notices that were delivered, or given up, longer ago than KEPT; where to go on from."""
    before = clock.now() - KEPT
    return sweep_oldest(
        tx, outbox.c.created_at, before, lambda row: (row.delivered_at < before) | (row.dropped_at < before), after
    )
