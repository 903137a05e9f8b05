"""Sales being told step by step. One rule: one for each person in each chat, kept until it is recorded or dropped."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from core import clock
from core.access import Permission, Viewer
from core.models.sales import dialogues
from core.statements import Statement


@dataclass(frozen=True, slots=True)
class Dialogue:
    """How far somebody has come. `state` is the edge's own; `message_id` is the one message that shows it."""

    id: int
    message_id: int | None
    state: dict[str, Any]
    updated_at: datetime


_COLUMNS = dialogues.c.id, dialogues.c.message_id, dialogues.c.state, dialogues.c.updated_at


_ANY = Statement(
    select(dialogues.c.id).where(
        dialogues.c.company_id == bindparam("company"),
        dialogues.c.person_id == bindparam("person"),
        dialogues.c.chat_id == bindparam("chat"),
    )
)


def has_dialogue(tx: Connection, viewer: Viewer, chat_id: int) -> bool:
    """Whether the viewer has one in a chat; every message asks."""
    named = {"company": viewer.company.id, "person": viewer.person_id, "chat": chat_id}
    return _ANY.row(tx, named) is not None


def find_dialogue(tx: Connection, viewer: Viewer, chat_id: int, *, locks: bool = False) -> Dialogue | None:
    """The viewer's dialogue in a chat. `locks`: whoever else wants to change it waits for this transaction."""
    query = select(*_COLUMNS).where(_is_own(viewer, chat_id))
    row = tx.execute(query.with_for_update() if locks else query).first()
    return Dialogue(*row) if row is not None else None


def keep_dialogue(
    tx: Connection, viewer: Viewer, chat_id: int, state: dict[str, Any], message_id: int | None = None
) -> int:
    """Keep how far the viewer has come, in place of what was kept; its number. Raises NotAllowed."""
    viewer.require(Permission.RECORD_SALE)
    said = {"state": state, "message_id": message_id, "updated_at": clock.now()}
    change = update(dialogues).where(_is_own(viewer, chat_id)).values(**said).returning(dialogues.c.id)
    kept = tx.execute(change).scalar()
    if kept is None:
        row = {"company_id": viewer.company.id, "person_id": viewer.person_id, "chat_id": chat_id, **said}
        try:
            with tx.begin_nested():
                kept = tx.execute(insert(dialogues).returning(dialogues.c.id), row).scalar_one()
        except IntegrityError:  # begun by another process just now
            kept = tx.execute(change).scalar_one()
    return int(kept)


def keep_dialogue_message(tx: Connection, dialogue_id: int, message_id: int) -> None:
    """Remember which message of the bot shows a dialogue."""
    tx.execute(update(dialogues).where(dialogues.c.id == dialogue_id).values(message_id=message_id))


def drop_dialogue(tx: Connection, viewer: Viewer, chat_id: int) -> None:
    """It is recorded, or given up."""
    tx.execute(delete(dialogues).where(_is_own(viewer, chat_id)))


def _is_own(viewer: Viewer, chat_id: int) -> ColumnElement[bool]:
    own = dialogues.c.company_id == viewer.company.id, dialogues.c.person_id == viewer.person_id
    return and_(*own, dialogues.c.chat_id == chat_id)
