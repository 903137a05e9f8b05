"""Notices of an invented company: all but the last few were delivered, and some chats could not be reached."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from core.models.outbox import outbox
from core.statements import load_rows

WAITING, LOST_EVERY = 5, 200  # notices
BLOCKED = "Forbidden: bot was blocked by the user"
COLUMNS = (
    "company_id", "event", "subject", "chat_id", "content", "created_at", "next_attempt_at", "attempts", "claimed_at",
    "delivered_at", "dropped_at", "failure",
)  # fmt: skip


class Notice(NamedTuple):
    """Something a chat was told at an instant, written as the database keeps it."""

    at: str
    event: str
    subject: str | None
    chat_id: int
    content: dict[str, Any]


def write_notices(tx: Connection, company_id: int, notices: Iterable[Notice]) -> None:
    """Put them into the outbox in order of time."""
    ordered = sorted(notices, key=lambda notice: notice.at)
    settled = len(ordered) - WAITING
    rows = [
        (
            company_id,
            notice.event,
            notice.subject,
            notice.chat_id,
            json.dumps(notice.content),
            notice.at,
            notice.at,
            *_settle(notice, number, is_settled=number <= settled),
        )
        for number, notice in enumerate(ordered, 1)
    ]
    load_rows(tx, outbox.name, COLUMNS, rows)


def _settle(notice: Notice, number: int, *, is_settled: bool) -> tuple[Any, ...]:
    """The columns from `attempts` on."""
    if not is_settled:
        return 0, None, None, None, None
    if number % LOST_EVERY == 0:
        return 1, notice.at, None, notice.at, BLOCKED
    return 1, notice.at, notice.at, None, None
