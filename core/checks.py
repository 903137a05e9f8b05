"""Whether a database is whole and takes what is written. One rule: cheap for when it is asked, said in words."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Index, PrimaryKeyConstraint, text
from sqlalchemy.engine import Connection

from core.errors import Unavailable
from core.models import metadata

FIELD = "SALESBELL_DATABASE_URL"
SMALL_FILE_BYTES = 32 * 2**20  # looked through as a whole in a fraction of a second
NAMED_AT_MOST = 5
# The one row that every database of ours has and nothing else locks.
_TOUCH = text("UPDATE alembic_version SET version_num = version_num")
_TOUCHED = text("SELECT version_num FROM alembic_version")
_NEWEST = text("SELECT id FROM documents ORDER BY id DESC LIMIT 1")
_MAY_RECORD = text("LOCK TABLE documents, lines IN ROW EXCLUSIVE MODE")  # waits for whoever keeps sales out


def check_recording(tx: Connection) -> None:
    """Write and read something small, as a sale would. Raises what a sale would."""
    if tx.dialect.name == "postgresql":
        tx.execute(_MAY_RECORD)
    tx.execute(_TOUCH)
    if tx.execute(_TOUCHED).scalar() is None:
        raise Unavailable("The database has lost its revision.", field=FIELD)
    tx.execute(_NEWEST).scalar()


def check_start(tx: Connection) -> None:
    """Look for damaged pages before anything is served. Raises Unavailable that says which.

    A small SQLite file is looked through. Of a large one, which would take a minute for each ten gigabytes, the length
    is checked, and the first and the last row of every table and index: where files are cut off or half copied.
    PostgreSQL tells by itself what it cannot read.
    """
    if tx.dialect.name != "sqlite":
        return
    pages, size = tx.execute(text("PRAGMA page_count")).scalar_one(), tx.execute(text("PRAGMA page_size")).scalar_one()
    faults = list_damage(tx) if pages * size <= SMALL_FILE_BYTES else _read_edges(tx)
    if faults:
        raise Unavailable(
            f"The database is damaged: {_name(faults)}. Nothing was changed. Restore a back-up.", field=FIELD
        )


def list_damage(tx: Connection) -> list[str]:
    """What is wrong with the pages of a SQLite file, all of which are read; nothing of any other database."""
    if tx.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in tx.execute(text("PRAGMA quick_check(20)"))]
    return [] if found == ["ok"] else found


def _read_edges(tx: Connection) -> list[str]:
    for statement in _list_edges():
        tx.exec_driver_sql(statement).fetchall()  # SQLite says itself what it cannot read
    return []


def _list_edges() -> Iterator[str]:
    for table in metadata.sorted_tables:
        key = ["rowid"] if table.dialect_options["sqlite"]["with_rowid"] else _list_names(table.primary_key)
        for order in ("", " DESC"):
            ordered = ", ".join(f"{name}{order}" for name in key)
            yield f'SELECT * FROM "{table.name}" NOT INDEXED ORDER BY {ordered} LIMIT 1'  # noqa: S608 - our names
        for index in table.indexes:
            columns, held = ", ".join(_list_names(index)), index.dialect_options["sqlite"]["where"]
            if columns:
                found = f'"{table.name}" INDEXED BY "{index.name}"' + (f" WHERE {held}" if held is not None else "")
                yield f"SELECT {columns} FROM {found} ORDER BY {columns} LIMIT 1"  # noqa: S608 - our names


def _list_names(index: Index | PrimaryKeyConstraint) -> list[str]:
    return [f'"{column.name}"' for column in index.columns]


def _name(faults: list[str]) -> str:
    named = "; ".join(" ".join(fault.split()) for fault in faults[:NAMED_AT_MOST])
    return named + (f" and {len(faults) - NAMED_AT_MOST} more" if len(faults) > NAMED_AT_MOST else "")


def explain_file(path: Path) -> str | None:
    """Why a SQLite file cannot be opened or written, and what to do; None where nothing stands in the way."""
    import getpass  # only when something is wrong
    import os

    folder = path.parent
    if not folder.exists():
        return f"there is no folder {folder}. Make it, or set {FIELD} to a file in another"
    can_enter = os.access(folder, os.X_OK)
    known = (path, folder) if can_enter and path.exists() else (folder,)
    hindered = next((one for one in known if not can_enter or not os.access(one, os.R_OK | os.W_OK)), None)
    if hindered is None:
        return None
    owner = hindered.stat().st_uid
    try:
        whose = f"{hindered.owner()} ({owner})"
    except KeyError:
        whose = str(owner)
    who = f"{getpass.getuser()} ({os.geteuid()})"
    return (
        f"{hindered} belongs to user {whose} and may not be written by {who}, as whom Salesbell runs."
        f" Give it to that user: chown -R {os.geteuid()} {hindered}"
    )
