"""What befell the database: away, full, busy, damaged, or a fault of ours. One rule: the driver's codes tell it.

An error that none of the entries below knows is a fault of ours, and is never called an outage.
"""

import sqlite3
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Outage:
    """One way in which a database fails: what begins a sentence, another that says what helps, and what to try."""

    name: str
    what: str
    help: str = ""
    hint: str | None = "try again in a minute"


AWAY = Outage("away", "The database cannot be reached just now")
FULL = Outage("full", "The disk of the database is full", " Somebody has to make room on it.")
READ_ONLY = Outage("read only", "The database may only be read", " Whoever runs Salesbell can let it be written.", None)
BUSY = Outage("busy", "Something else holds the database just now")
SLOW = Outage("slow", "The database took too long to answer", " Ask for less at once, or try again.", None)
DAMAGED = Outage("damaged", "The database is damaged", " `salesbell verify` says where; restore a back-up.", None)

_OF_SQLITE = {
    sqlite3.SQLITE_CANTOPEN: AWAY,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_INTERRUPT: SLOW,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}
# PostgreSQL's SQLSTATE, or the class it begins with: the longest that fits.
_OF_POSTGRESQL = {
    "08": AWAY,  # connections
    "28": AWAY,  # it does not let this user in
    "3D": AWAY,  # no such database
    "53": AWAY,  # no connections or memory left
    "53100": FULL,
    "57P": AWAY,  # shut down, or starting
    "57014": SLOW,  # statement_timeout
    "55P03": BUSY,  # lock_timeout
    "55000": AWAY,  # a database that lets nobody in
    "25006": READ_ONLY,
    "58": AWAY,  # the server's own disk or memory
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}


def find_outage(error: DBAPIError) -> Outage | None:
    """What befell the database; None where nothing did, and the fault is ours."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return _OF_SQLITE.get(code & 0xFF)  # the rest says more than is needed
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # PostgreSQL did not get to answer
        return AWAY if error.connection_invalidated or _is_of_connection(error) else None
    return next((_OF_POSTGRESQL[state[:size]] for size in (5, 3, 2) if state[:size] in _OF_POSTGRESQL), None)


def _is_of_connection(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError")


def explain_outage(outage: Outage) -> Unavailable:
    """An outage of a transaction that was taken back, as a person is told."""
    return Unavailable(f"{outage.what}, so nothing was recorded.{outage.help}", hint=outage.hint)
