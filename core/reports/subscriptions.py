"""Standing orders for digests. One rule: a digest is made for the eyes of whoever asked, as far as they see by then."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, find_branch_zone, load_viewer, resolve_scope
from core.errors import InvalidInput, NotAllowed
from core.models.company import branches
from core.models.outbox import subscriptions
from core.models.people import accounts, people
from core.reports.timetable import CADENCES, Timetable, find_next_due

MINUTES_A_DAY = 24 * 60
LONGEST_TITLE = 255
# The days a cadence may be on, and how to say them.
DAYS = {"weekly": (range(7), "Monday 0 … Sunday 6"), "monthly": (range(1, 29), "1 … 28, which every month has")}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's standing order: which digest, when by which zone's clock, for whose eyes, when next (an instant).

    `branch_name` is a group's branch, which does not change when the person goes to work elsewhere.
    """

    id: int
    chat_id: int
    is_group: bool
    topic_id: int | None
    timetable: Timetable
    person_name: str
    branch_name: str | None
    next_at: datetime


_SUBSCRIPTIONS = (
    select(subscriptions, people.c.name.label("person_name"), branches.c.name.label("branch_name"))
    .select_from(
        subscriptions.join(people, people.c.id == subscriptions.c.person_id).outerjoin(
            branches, branches.c.id == subscriptions.c.branch_id
        )
    )
    .where(subscriptions.c.ended_at.is_(None))
    .order_by(subscriptions.c.id)
)


def subscribe(
    tx: Connection,
    viewer: Viewer,
    chat_id: int,
    *,
    is_group: bool,
    cadence: str,
    local_minute: int,
    on_day: int | None = None,
    time_zone: str | None = None,
    topic_id: int | None = None,
    chat_title: str | None = None,
) -> Subscription:
    """Have a digest posted to a chat: daily, or weekly or monthly `on_day`, at a local time in the branch's zone.

    In place of the chat's digest of the same cadence, in whichever topic that came. What was due before now is not
    posted any more. Raises NotAllowed (a group, without the right to; somebody else's chat),
    InvalidInput naming cadence, on_day, local_minute, time_zone.
    """
    _require_chat(tx, viewer, chat_id, is_group=is_group)
    timetable = _check_timetable(cadence, on_day, local_minute, time_zone or viewer.time_zone)
    changes = {
        "person_id": viewer.person_id,
        "branch_id": resolve_scope(viewer, Reach.TEAM).branch_id if is_group else None,
        "is_group": is_group,
        "topic_id": topic_id,
        "chat_title": (chat_title or "")[:LONGEST_TITLE] or None,
        "failed_at": None,
        "on_day": timetable.on_day,
        "local_minute": timetable.local_minute,
        "time_zone": timetable.time_zone,
        "starts_at": clock.now(),
    }
    row = {"company_id": viewer.company.id, "chat_id": chat_id, "cadence": cadence, **changes}
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(subscriptions).on_conflict_do_update(
        index_elements=["company_id", "chat_id", "cadence"],
        index_where=subscriptions.c.ended_at.is_(None),
        set_=changes,
    )
    made = tx.execute(statement.returning(subscriptions.c.id), row).scalar_one()
    return _read(tx.execute(_SUBSCRIPTIONS.where(subscriptions.c.id == made)).one())


def unsubscribe(tx: Connection, viewer: Viewer, chat_id: int, cadence: str | None = None) -> tuple[Subscription, ...]:
    """End a chat's digests, or the one of a cadence; those ended. Raises NotAllowed in a group without the right."""
    ended = tuple(one for one in list_subscriptions(tx, viewer, chat_id) if cadence in (None, one.timetable.cadence))
    if any(one.is_group for one in ended):
        viewer.require(Permission.SUBSCRIBE_GROUP)
    numbers = [one.id for one in ended]
    tx.execute(update(subscriptions).where(subscriptions.c.id.in_(numbers)).values(ended_at=clock.now()))
    return ended


def list_subscriptions(tx: Connection, viewer: Viewer, chat_id: int) -> tuple[Subscription, ...]:
    """What a chat gets from the viewer's company: one's own chat, or a group."""
    shown = or_(subscriptions.c.is_group, subscriptions.c.person_id == viewer.person_id)
    here = subscriptions.c.company_id == viewer.company.id, subscriptions.c.chat_id == chat_id
    return tuple(_read(row) for row in tx.execute(_SUBSCRIPTIONS.where(*here, shown)))


def mark_failing(tx: Connection, subscription_id: int) -> bool:
    """Its digest cannot be delivered as things are: whether that is new, so that it is told once."""
    working = subscriptions.c.id == subscription_id, subscriptions.c.failed_at.is_(None)
    return bool(tx.execute(update(subscriptions).where(*working).values(failed_at=clock.now())).rowcount)


def mark_working(tx: Connection, subscription_id: int) -> None:
    """Its digest arrived."""
    failing = subscriptions.c.id == subscription_id, subscriptions.c.failed_at.is_not(None)
    tx.execute(update(subscriptions).where(*failing).values(failed_at=None))


def read_destination(tx: Connection, subscription_id: int) -> tuple[str, str | None, bool]:
    """The cadence of a digest, and of the chat it goes to the title and whether it is a group."""
    named = subscriptions.c.cadence, subscriptions.c.chat_title, subscriptions.c.is_group
    row = tx.execute(select(*named).where(subscriptions.c.id == subscription_id)).one()
    return row.cadence, row.chat_title, row.is_group


def migrate_chat(tx: Connection, old_chat_id: int, new_chat_id: int) -> None:
    """A group got another number (Telegram made it a supergroup): its digests go on there, once each."""
    there = select(subscriptions.c.company_id, subscriptions.c.cadence).where(
        subscriptions.c.chat_id == new_chat_id, subscriptions.c.ended_at.is_(None)
    )
    old = subscriptions.c.chat_id == old_chat_id, subscriptions.c.ended_at.is_(None)
    for row in tx.execute(there).all():
        doubled = subscriptions.c.company_id == row.company_id, subscriptions.c.cadence == row.cadence
        tx.execute(update(subscriptions).where(*old, *doubled).values(ended_at=clock.now()))
    tx.execute(update(subscriptions).where(*old).values(chat_id=new_chat_id))


def load_reader(tx: Connection, person_id: int, branch_id: int | None, *, is_group: bool) -> Viewer | None:
    """The viewer a digest is made for; None once they left, or may not post that branch's figures to a group any more.

    `branch_id` is a group's: its digest does not follow the person to another branch.
    """
    try:
        viewer = load_viewer(tx, person_id)
    except NotAllowed:
        return None
    if not is_group:
        return viewer
    there = replace(viewer, working_branch_id=branch_id)
    if not viewer.may(Permission.SUBSCRIBE_GROUP) or there.operational_branch_id != branch_id:
        return None
    return replace(there, time_zone=find_branch_zone(tx, viewer.company, branch_id))


def _require_chat(tx: Connection, viewer: Viewer, chat_id: int, *, is_group: bool) -> None:
    if is_group and chat_id < 0:  # as Telegram numbers groups
        viewer.require(Permission.SUBSCRIBE_GROUP)
        return
    own = select(accounts.c.telegram_id).join_from(people, accounts, accounts.c.id == people.c.account_id)
    if tx.execute(own.where(people.c.id == viewer.person_id)).scalar() != chat_id:
        raise NotAllowed("A digest goes to your own chat with the bot, or to a group.", field="chat")


def _check_timetable(cadence: str, on_day: int | None, local_minute: int, time_zone: str) -> Timetable:
    if cadence not in CADENCES:
        raise InvalidInput(f"“{cadence}” is not how often.", field="cadence", hint=", ".join(CADENCES))
    if local_minute not in range(MINUTES_A_DAY):
        raise InvalidInput("That is not a minute of a day.", field="local_minute", hint="1080 for 18:00")
    allowed, words = DAYS.get(cadence, ((None,), ""))
    if on_day not in allowed:
        raise InvalidInput(f"A {cadence} digest cannot be on day “{on_day}”.", field="on_day", hint=words or None)
    return Timetable(cadence, on_day, local_minute, clock.find_zone(time_zone).key)


def read_timetable(row: Row[Any]) -> Timetable:
    """The timetable in a row of subscriptions."""
    return Timetable(row.cadence, row.on_day, row.local_minute, row.time_zone)


def _read(row: Row[Any]) -> Subscription:
    timetable = read_timetable(row)
    next_at = find_next_due(timetable, clock.now()).at
    return Subscription(
        row.id, row.chat_id, row.is_group, row.topic_id, timetable, row.person_name, row.branch_name, next_at
    )
