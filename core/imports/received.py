"""Files somebody sent, until they are imported. One rule: how one stands is in its row, so a restart goes on there.

A file comes (`arrived`), is looked at (`looking`), waits for whoever sent it (`asked`), is tried (`trying`) or imported
(`running`), is reported (`telling`), and then is `done`; or `cancelled`. Taking an import back (`undoing`) is one too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.errors import Conflict, NotFound
from core.models.imports import imports, received_files

CLAIM_LASTS = timedelta(seconds=20)  # a file whose process died is anybody's after that
KEPT = timedelta(days=7)  # a file that nobody says a word about
WORK = ("arrived", "looking", "trying", "running", "telling", "undoing")
LARGEST_BYTES = 20 * 1024 * 1024  # that Telegram gives a bot
LONGEST_NAME = 200
MOST_BETWEEN = 200  # files that came after one that waited to be imported
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came in a chat, and how it stands."""

    id: int
    person_id: int
    chat_id: int
    topic_id: int | None
    file_id: str
    file_name: str
    content: bytes | None
    state: str
    choices: dict[str, Any]
    seen: dict[str, Any] | None
    result: dict[str, Any] | None
    import_id: int | None
    shown_in: int | None


_COLUMNS = [received_files.c[name] for name in ReceivedFile.__dataclass_fields__]
_IS_BEING_UNDONE = received_files.c.state == "undoing", received_files.c.finished_at.is_(None)  # as the index says it
_LIGHT = [column for column in _COLUMNS if column.name != "content"]


def receive_file(
    tx: Connection,
    viewer: Viewer,
    *,
    chat_id: int,
    message_name: str,
    file_id: str,
    file_name: str,
    topic_id: int | None = None,
) -> int | None:
    """Note down that a file is there to be looked at: its number; None for a message that came before."""
    viewer.require(Permission.IMPORT)
    own = received_files.c.company_id == viewer.company.id, received_files.c.message_name == message_name
    if tx.execute(select(received_files.c.id).where(*own)).scalar() is not None:
        return None
    told = {"message_name": message_name, "file_id": file_id, "state": "arrived", "topic_id": topic_id}
    return _add(tx, viewer, chat_id, file_name[-LONGEST_NAME:], told)


def ask_to_undo(
    tx: Connection,
    viewer: Viewer,
    import_id: int,
    *,
    chat_id: int,
    shown_in: int | None,
    topic_id: int | None = None,
) -> int:
    """Note down that an import is to be taken back: the number of that task. Raises NotAllowed, NotFound, Conflict."""
    viewer.require(Permission.IMPORT)
    own = imports.c.company_id == viewer.company.id, imports.c.id == import_id
    row = tx.execute(select(imports.c.file_name, imports.c.undone_at).where(*own).with_for_update()).first()
    if row is None:
        raise NotFound(f"There is no import {import_id}.", field="import", hint="/imports")
    under_way = *_IS_BEING_UNDONE, received_files.c.import_id == import_id
    if row.undone_at is not None or tx.execute(select(received_files.c.id).where(*under_way)).scalar() is not None:
        raise Conflict(f"Import {import_id} is being taken back, or was already.", field="import", hint="/imports")
    name = f"undo:{import_id}:{clock.now().isoformat()}"
    told: dict[str, Any] = {"message_name": name, "file_id": "", "state": "undoing", "import_id": import_id}
    told |= {"shown_in": shown_in, "topic_id": topic_id}
    return _add(tx, viewer, chat_id, row.file_name, told)


def _add(tx: Connection, viewer: Viewer, chat_id: int, file_name: str, told: dict[str, Any]) -> int:
    row = {
        "company_id": viewer.company.id,
        "person_id": viewer.person_id,
        "chat_id": chat_id,
        "file_name": file_name,
        "choices": {},
        "received_at": clock.now(),
        **told,
    }
    return int(tx.execute(insert(received_files).returning(received_files.c.id), row).scalar_one())


def get_received(tx: Connection, viewer: Viewer, number: int) -> ReceivedFile:
    """A file of the viewer's own, without its content. Raises NotAllowed and NotFound."""
    viewer.require(Permission.IMPORT)
    own = received_files.c.company_id == viewer.company.id, received_files.c.person_id == viewer.person_id
    row = tx.execute(select(*_LIGHT).where(*own, received_files.c.id == number).with_for_update()).first()
    if row is None:
        raise NotFound("That file is not here any more; send it again.", field="file")
    return _read(row)


def choose_state(tx: Connection, number: int, state: str, choices: Json | None = None) -> None:
    """Say what is to be done with a file next, and how it is to be read."""
    values: dict[str, Any] = {"state": state} | ({} if choices is None else {"choices": dict(choices)})
    if state == "cancelled":
        values |= {"content": None, "finished_at": clock.now()}
    tx.execute(update(received_files).where(received_files.c.id == number).values(**values))


def list_waiting(tx: Connection) -> list[int]:
    """The files there is something to do about, which nobody works on; of every company."""
    query = select(received_files.c.id).where(*_is_free(clock.now())).order_by(received_files.c.id)
    return list(tx.execute(query).scalars())


def forget_ignored(tx: Connection) -> int:
    """Let go of the files nobody said a word about for days: how many those were."""
    ignored = (
        received_files.c.finished_at.is_(None),  # in the words of the index
        received_files.c.state == "asked",
        received_files.c.received_at < clock.now() - KEPT,
    )
    values = {"state": "cancelled", "content": None, "finished_at": clock.now()}
    return tx.execute(update(received_files).where(*ignored).values(values)).rowcount


def claim_received(tx: Connection, number: int) -> ReceivedFile | None:
    """Take a file to work on it; None where there is nothing to do, or somebody else does."""
    now = clock.now()
    free = received_files.c.id == number, *_is_free(now)
    taken = update(received_files).where(*free).values(claimed_until=now + CLAIM_LASTS)
    if not tx.execute(taken).rowcount:
        return None
    return _read(tx.execute(select(*_COLUMNS).where(received_files.c.id == number)).one())


def _is_free(now: datetime) -> tuple[Any, ...]:
    unclaimed = or_(received_files.c.claimed_until.is_(None), received_files.c.claimed_until < now)
    return received_files.c.finished_at.is_(None), received_files.c.state.in_(WORK), unclaimed


def keep_claim(tx: Connection, number: int) -> None:
    """Go on working on a file."""
    until = clock.now() + CLAIM_LASTS
    tx.execute(update(received_files).where(received_files.c.id == number).values(claimed_until=until))


def release_received(tx: Connection, number: int) -> None:
    """Let others work on it."""
    tx.execute(update(received_files).where(received_files.c.id == number).values(claimed_until=None))


def keep_content(tx: Connection, number: int, content: bytes) -> None:
    """The file itself has come."""
    row = update(received_files).where(received_files.c.id == number)
    tx.execute(row.values(content=content, state="looking"))


def keep_seen(tx: Connection, number: int, seen: Json) -> None:
    """A file was looked at, and it is for whoever sent it to say how to go on."""
    row = update(received_files).where(received_files.c.id == number)
    tx.execute(row.values(seen=dict(seen), state="asked"))


def keep_result(tx: Connection, number: int, result: Json, rejects: bytes | None) -> None:
    """It is done and wants to be told; what was refused takes the place of the file."""
    row = update(received_files).where(received_files.c.id == number)
    tx.execute(row.values(result=dict(result), content=rejects, state="telling"))


def mark_undone(tx: Connection, company_id: int, import_id: int) -> ReceivedFile | None:
    """The file an import was of, if it came in a chat; its result says from now on that it was taken back."""
    its = imports.c.company_id == company_id, imports.c.id == import_id
    before = received_files.c.received_at <= select(imports.c.started_at).where(*its).scalar_subquery()
    own = received_files.c.company_id == company_id, received_files.c.state == "done", before
    newest = received_files.c.received_at.desc(), received_files.c.id.desc()
    for row in tx.execute(select(*_LIGHT).where(*own).order_by(*newest).limit(MOST_BETWEEN)):
        if row.result and import_id in row.result.get("import_ids", ()):
            result = {**row.result, "is_undone": True}
            tx.execute(update(received_files).where(received_files.c.id == row.id).values(result=result))
            return replace(_read(row), result=result)
    return None


def finish_received(tx: Connection, number: int, state: str = "done") -> None:
    """It is told: nothing is left to do."""
    row = update(received_files).where(received_files.c.id == number)
    tx.execute(row.values(content=None, state=state, claimed_until=None, finished_at=clock.now()))


def keep_shown(tx: Connection, number: int, message_id: int) -> None:
    """Which message shows how it stands."""
    tx.execute(update(received_files).where(received_files.c.id == number).values(shown_in=message_id))


def place_shown(tx: Connection, chat_id: int, message_id: int) -> None:
    """The message whose button was pressed shows what was asked for by it."""
    asked = *_IS_BEING_UNDONE, received_files.c.chat_id == chat_id
    statement = update(received_files).where(*asked, received_files.c.shown_in.is_(None))
    tx.execute(statement.values(shown_in=message_id))


def find_shown(tx: Connection, number: int) -> int | None:
    """The message that shows how it stands, if there is one."""
    return tx.execute(select(received_files.c.shown_in).where(received_files.c.id == number)).scalar()


def _read(row: Row[Any]) -> ReceivedFile:
    return ReceivedFile(**{"content": None, **row._mapping})
