"""What is told after a change. One rule: the row is written with the change, claimed and sent after the commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role
from core.models.outbox import outbox
from core.models.people import accounts, people

CLAIM_LASTS = timedelta(minutes=2)  # a claim whose process died is anybody's after that
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 12


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


def post_notices(tx: Connection, company_id: int, event: str, chat_ids: list[int], content: dict[str, Any]) -> None:
    """Write down that chats are to be told of an event; JSON content, money and quantities as integers."""
    now = clock.now()
    rows = [
        {
            "company_id": company_id,
            "event": event,
            "chat_id": chat_id,
            "content": content,
            "created_at": now,
            "attempts": 0,
            "next_attempt_at": now,
        }
        for chat_id in dict.fromkeys(chat_ids)
    ]
    if rows:
        tx.execute(insert(outbox), rows)


def find_chats(tx: Connection, company_id: int, branch_id: int, person_id: int) -> list[int]:
    """The private chats of a person and of the managers of a branch, as far as they have come to the bot."""
    query = (
        select(accounts.c.telegram_id)
        .join_from(people, accounts, accounts.c.id == people.c.account_id)
        .where(
            people.c.company_id == company_id,
            people.c.is_active,
            or_(
                people.c.id == person_id,
                (people.c.branch_id == branch_id) & (people.c.role == Role.MANAGER.label),
            ),
        )
        .order_by(people.c.id)
    )
    return list(tx.execute(query).scalars())


def claim_notices(tx: Connection, most: int = 20) -> list[Notice]:
    """Take up to `most` notices that are due, so that no other process sends them."""
    now = clock.now()
    due = (
        select(outbox.c.id)
        .where(
            outbox.c.delivered_at.is_(None),
            outbox.c.failure.is_(None) | (outbox.c.attempts < MOST_ATTEMPTS),
            outbox.c.next_attempt_at <= now,
            or_(outbox.c.claimed_at.is_(None), outbox.c.claimed_at < now - CLAIM_LASTS),
        )
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    numbers = list(tx.execute(due).scalars())
    if not numbers:
        return []
    tx.execute(update(outbox).where(outbox.c.id.in_(numbers)).values(claimed_at=now, attempts=outbox.c.attempts + 1))
    rows = tx.execute(select(outbox).where(outbox.c.id.in_(numbers)).order_by(outbox.c.id))
    return [
        Notice(row.id, row.company_id, row.event, row.chat_id, row.content, row.attempts, row.created_at)
        for row in rows
    ]


def settle_notice(tx: Connection, notice_id: int) -> None:
    """It was delivered."""
    tx.execute(update(outbox).where(outbox.c.id == notice_id).values(delivered_at=clock.now(), failure=None))


def postpone_notice(tx: Connection, notice: Notice, failure: str, wait: timedelta | None = None) -> None:
    """It was not delivered: try again after `wait`, or after twice as long as the last time."""
    pause = wait or min(timedelta(seconds=5) * 2**notice.attempts, LONGEST_WAIT)
    tx.execute(
        update(outbox)
        .where(outbox.c.id == notice.id)
        .values(failure=failure[:300], claimed_at=None, next_attempt_at=clock.now() + pause)
    )


def drop_notice(tx: Connection, notice_id: int, failure: str) -> None:
    """It can never be delivered (the bot is blocked, the chat is gone): keep why, and stop."""
    tx.execute(update(outbox).where(outbox.c.id == notice_id).values(failure=failure[:300], attempts=MOST_ATTEMPTS))
