"""API keys. One rule: a key acts as its person, never beyond, and is kept only as a hash."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import VIEWER_ROWS, Permission, Viewer, parse_role, read_viewer
from core.errors import InvalidInput, NotFound
from core.models.people import api_keys, people
from core.people.members import get_person
from core.people.rights import require_rank
from core.statements import Statement
from core.text import clean_name

PREFIX = "sb_"
SECRET_BYTES = 32

# What a key may be used for; adding a scope is one entry here.
SCOPES: dict[str, str] = {
    "sales:read": "read sales",
    "sales:write": "record and correct sales",
    "metrics:read": "ask for figures",
    "cards:write": "choose which cards to see, and how",
    "products:read": "read products and stock",
    "products:write": "add and change products, categories and stock",
    "exports:read": "download lists and reports as files",
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: everything but the key itself."""

    id: int
    handle: str
    label: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None


def create_key(
    tx: Connection, viewer: Viewer, person_id: int, scopes: Iterable[str] = tuple(SCOPES), label: str = "API"
) -> str:
    """A new key that acts as the person, in plain text for the only time.

    For oneself anybody may; for others it takes the right to manage people and no lower a role.
    Raises NotAllowed, NotFound (person), InvalidInput naming `scope` or `label`.
    """
    person = get_person(tx, viewer, person_id)
    if person.id != viewer.person_id:
        require_rank(viewer, person.role)
    if not person.is_active:
        raise InvalidInput(f"@{person.handle} has left.", field="person")
    key = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "company_id": viewer.company.id,
        "person_id": person.id,
        "key_hash": _hash(key),
        "label": clean_name(label, "label"),
        "scopes": " ".join(_check_scopes(scopes)),
        "created_at": clock.now(),
    }
    tx.execute(insert(api_keys), row)
    return key


def _check_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    known = ", ".join(SCOPES)
    for scope in wanted:
        if scope not in SCOPES:
            raise InvalidInput(f"“{scope}” is not a scope of a key.", field="scope", hint=known)
    if not wanted:
        raise InvalidInput("A key without a scope opens nothing.", field="scope", hint=known)
    return wanted


_OF_KEY = Statement(
    VIEWER_ROWS.add_columns(api_keys.c.scopes)
    .join(api_keys, api_keys.c.person_id == people.c.id)
    .where(api_keys.c.key_hash == bindparam("key_hash"), api_keys.c.revoked_at.is_(None))
)


def authenticate_key(tx: Connection, key: str) -> tuple[Viewer, frozenset[str]] | None:
    """Whom the key acts as and what for; None if it is unknown, revoked, or its person has left. One select."""
    rows = _OF_KEY.rows(tx, {"key_hash": _hash(key)})
    return (read_viewer(rows), frozenset(rows[0].scopes.split())) if rows else None


def list_keys(tx: Connection, viewer: Viewer) -> tuple[Key, ...]:
    """The keys one may revoke, the newest first: one's own; for who manages people, of all but those above them."""
    query = select(api_keys, people.c.handle, people.c.role).join_from(
        api_keys, people, people.c.id == api_keys.c.person_id
    )
    query = query.where(api_keys.c.company_id == viewer.company.id).order_by(api_keys.c.id.desc())
    if not viewer.may(Permission.MANAGE_PEOPLE):
        query = query.where(api_keys.c.person_id == viewer.person_id)
    return tuple(
        Key(row.id, row.handle, row.label, frozenset(row.scopes.split()), row.created_at, row.revoked_at)
        for row in tx.execute(query)
        if parse_role(row.role) <= viewer.role
    )


def revoke_key(tx: Connection, viewer: Viewer, key_id: int) -> None:
    """Make a key worthless at once; NotFound names `key` when it is none the viewer may revoke."""
    if key_id not in {key.id for key in list_keys(tx, viewer)}:
        raise NotFound(f"There is no key number {key_id}.", field="key")
    unrevoked = api_keys.c.revoked_at.is_(None)
    tx.execute(update(api_keys).where(api_keys.c.id == key_id, unrevoked).values(revoked_at=clock.now()))


def _hash(key: str) -> str:
    return hashlib.sha256(key.strip().encode(errors="replace")).hexdigest()
