"""Bringing a database to the shape this program needs, or saying in words why it cannot be brought there.

Any number of processes may start at once. Alembic is loaded only where a database is behind.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from core.db import Database
from core.errors import Unavailable
from core.models import metadata

log = structlog.get_logger()

VERSIONS = Path(__file__).parent / "versions"
VERSION_TABLE = "alembic_version"
ADVISORY_LOCK = 5_317_041  # any number, the same in every process
FIELD = "SALESBELL_DATABASE_URL"
NAMED_AT_MOST = 5

_COLUMNS = {
    "sqlite": text(
        "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ),
    "postgresql": text(
        "SELECT t.relname, c.attname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace "
        "JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped "
        "WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p') "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')"  # an extension's
    ),
}
_REVISION = text("SELECT version_num FROM alembic_version")


def list_revisions(versions: Path = VERSIONS) -> list[str]:
    """The revisions of a folder of migrations, oldest first: 0001, 0002 …, as the files' names begin."""
    return sorted(path.name.split("_")[0] for path in versions.glob("[0-9]*_*.py"))


def migrate(database: Database, versions: Path = VERSIONS) -> None:
    """Bring `database` to the newest revision, in one transaction; nothing is written where it is there already.

    Raises Unavailable, and leaves it as it was, where it is another program's, of a newer version, or incomplete.
    """
    known = list_revisions(versions)
    with database.begin_read() as tx:
        found = find_revision(tx, known)
    database.share_file()  # not sooner: until here it may have been another program's
    if found == known[-1]:
        return
    with _begin_upgrade(database) as tx:
        found = find_revision(tx, known)  # again, under the lock: another process may have been first
        if found != known[-1]:
            _upgrade(tx, versions, found)
            find_revision(tx, known)


def find_revision(tx: Connection, known: list[str]) -> str | None:
    """The revision a database is at, None of an empty one; Unavailable where nothing can be made of what is there."""
    columns = _read_columns(tx)
    revision = tx.execute(_REVISION).scalar() if VERSION_TABLE in columns else None
    if revision is None and columns.keys() <= {VERSION_TABLE}:
        return None
    if revision is None or not re.fullmatch(r"\d{4}", revision):
        raise Unavailable(
            "This is not a database of Salesbell: it holds the tables of another program. Nothing was changed.",
            field=FIELD,
            hint=f"{FIELD}=sqlite:///salesbell.sqlite3",
        )
    if revision not in known and revision < known[-1]:
        raise Unavailable(
            f"This database is at revision {revision}, which this version does not know: a trial version between"
            f" {known[0]} and {known[-1]} made it. Nothing was changed. Export the sales with that version and import"
            " them into a new database.",
            field=FIELD,
        )
    if revision not in known:
        raise Unavailable(
            f"A newer version of Salesbell has written to this database: it is at revision {revision}, and this version"
            f" knows those up to {known[-1]}. Nothing was changed. Install the newer version again, or restore a"
            " back-up from before the upgrade.",
            field=FIELD,
        )
    if revision == known[-1]:
        _require_complete(columns)
    return str(revision)


def _read_columns(tx: Connection) -> Mapping[str, set[str]]:
    columns: dict[str, set[str]] = defaultdict(set)
    for table, column in tx.execute(_COLUMNS[tx.dialect.name]):
        columns[table].add(column)
    return columns


def _require_complete(columns: Mapping[str, set[str]]) -> None:
    """Before databases were kept, 0001 itself was changed; what such a one lacks would be missed at the first write."""
    missing = [name for name in sorted(metadata.tables) if name not in columns]
    missing += [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if table.name in columns and column.name not in columns[table.name]
    ]
    if not missing:
        return
    named = ", ".join(missing[:NAMED_AT_MOST])
    more = f" and {len(missing) - NAMED_AT_MOST} more" if len(missing) > NAMED_AT_MOST else ""
    raise Unavailable(
        f"This database is incomplete: it lacks {named}{more}. It was made by a trial version from before the first"
        " release, or restored in part. Nothing was changed. Restore a whole back-up, or export the sales with the"
        " version that made it and import them into a new database.",
        field=FIELD,
    )


@contextmanager
def _begin_upgrade(database: Database) -> Iterator[Connection]:
    """One transaction that keeps every other process waiting."""
    with database.engine.connect() as tx, _ease_references(tx), tx.begin():
        if not database.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        yield tx


@contextmanager
def _ease_references(tx: Connection) -> Iterator[None]:
    """SQLite changes most of a table by copying it, and drops none while others point at it.

    So, as its manual says, foreign keys are off during an upgrade, and `_upgrade` checks them all before the commit.
    """
    if tx.dialect.name != "sqlite":
        yield
        return
    cursor = tx.connection.cursor()  # no transaction yet: inside one the setting has no effect
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")


def _upgrade(tx: Connection, versions: Path, found: str | None) -> None:
    from core.migrations.integers import require_integers
    from core.migrations.scripts import upgrade
    from core.migrations.statistics import write_statistics

    broken = None
    if found is not None:
        log.info("upgrading the database, which takes some seconds for each 100,000 lines", revision=found)
    try:
        upgrade(tx, versions)
        if tx.dialect.name == "sqlite":
            require_integers(tx)
            write_statistics(tx)
            broken = tx.execute(text("PRAGMA foreign_key_check")).first()
    except DBAPIError as error:
        if found is None:
            raise
        raise _tell_failure(found, " ".join(str(error.orig).split())) from error
    if broken is not None:
        raise _tell_failure(found, f"a row of {broken[0]} would point at none of {broken[2]}")


def _tell_failure(found: str | None, reason: str) -> Unavailable:
    return Unavailable(
        f"The database could not be upgraded from revision {found}: {reason}. Nothing was changed, so the version that"
        " wrote it still works on it.",
        field=FIELD,
    )
