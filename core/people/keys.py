"""API keys. One rule: a key acts as its person, never beyond, and is kept only as a hash."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.pool import Pool

from core import clock
from core.access import VIEWER_ROWS, Permission, Viewer, parse_role, read_viewer
from core.errors import InvalidInput, NotFound
from core.models.people import api_keys, people
from core.people.members import get_person, require_present
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
    "access:read": "list keys and invitations",
    "access:write": "revoke keys and invitations",
}
LONGEST_LIFETIME = timedelta(days=3_660)
NOTED_EVERY = timedelta(minutes=1)  # a use is written down; those soon after it are not


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed: everything but the key itself.

    `handle`: whom it acts as; `made_by` None: made at the command line. `expires_at` None: it lasts.
    """

    id: int
    handle: str
    label: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None
    made_by: str | None
    expires_at: datetime | None
    last_used_at: datetime | None

    @property
    def is_good(self) -> bool:
        """Whether it opens anything still."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > clock.now())


def create_key(
    tx: Connection,
    viewer: Viewer,
    person_id: int,
    scopes: Iterable[str] = tuple(SCOPES),
    label: str = "API",
    *,
    lifetime: timedelta | None = None,
) -> str:
    """A new key that acts as the person, in plain text for the only time; without `lifetime` it lasts.

    For oneself anybody may; for others it takes the right to manage people and no lower a role.
    Raises NotAllowed, NotFound (person), InvalidInput naming `scope`, `label` or `days`.
    """
    if lifetime is not None and not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise InvalidInput(f"A key is good for 1 to {LONGEST_LIFETIME.days:,} days.", field="days", hint="90")
    person = get_person(tx, viewer, person_id)
    if person.id != viewer.person_id:
        require_rank(viewer, person.role)
    require_present(viewer, person)
    key = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "company_id": viewer.company.id,
        "person_id": person.id,
        "key_hash": _hash(key),
        "label": clean_name(label, "label"),
        "scopes": " ".join(_check_scopes(scopes)),
        "created_at": clock.now(),
        "created_by": viewer.person_id,
        "expires_at": None if lifetime is None else clock.now() + lifetime,
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
    VIEWER_ROWS.add_columns(api_keys.c.scopes, api_keys.c.id.label("key_id"), api_keys.c.last_used_at)
    .join(api_keys, api_keys.c.person_id == people.c.id)
    .where(
        api_keys.c.key_hash == bindparam("key_hash"),
        api_keys.c.revoked_at.is_(None),
        or_(
            api_keys.c.expires_at.is_(None), api_keys.c.expires_at > bindparam("now", type_=api_keys.c.expires_at.type)
        ),
    )
)

# Uses that are to be written down, by key: an authentication only reads, so that it waits for nobody.
# By the pool of connections, which all ways into one database have in common.
_uses: WeakKeyDictionary[Pool, dict[int, datetime]] = WeakKeyDictionary()


def authenticate_key(tx: Connection, key: str) -> tuple[Viewer, frozenset[str]] | None:
    """Whom the key acts as and what for; None if it is unknown, revoked, over, or its person has left. One select.

    Its use is remembered, for `write_key_uses`.
    """
    now = clock.now()
    rows = _OF_KEY.rows(tx, {"key_hash": _hash(key), "now": now})
    if not rows:
        return None
    noted = rows[0].last_used_at
    if noted is None or now - noted >= NOTED_EVERY:
        _uses.setdefault(tx.engine.pool, {})[rows[0].key_id] = now
    return read_viewer(rows), frozenset(rows[0].scopes.split())


def has_key_uses(engine: Engine) -> bool:
    """Whether there are uses to be written down: at most one a key and NOTED_EVERY."""
    return bool(_uses.get(engine.pool))


def write_key_uses(tx: Connection) -> None:
    """Write down when keys were last used."""
    uses = _uses.pop(tx.engine.pool, {})
    for key_id, used_at in sorted(uses.items()):  # in one order, for others write them too
        earlier = or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at < used_at)
        tx.execute(update(api_keys).where(api_keys.c.id == key_id, earlier).values(last_used_at=used_at))


def list_keys(tx: Connection, viewer: Viewer) -> tuple[Key, ...]:
    """The keys one may revoke, the newest first: one's own; for who manages people, of all but those above them."""
    maker = people.alias("maker")
    query = (
        select(api_keys, people.c.handle, people.c.role, maker.c.handle.label("made_by"))
        .join_from(api_keys, people, people.c.id == api_keys.c.person_id)
        .outerjoin(maker, maker.c.id == api_keys.c.created_by)
        .where(api_keys.c.company_id == viewer.company.id)
        .order_by(api_keys.c.id.desc())
    )
    if not viewer.may(Permission.MANAGE_PEOPLE):
        query = query.where(api_keys.c.person_id == viewer.person_id)
    return tuple(
        Key(
            row.id,
            row.handle,
            row.label,
            frozenset(row.scopes.split()),
            row.created_at,
            row.revoked_at,
            row.made_by,
            row.expires_at,
            row.last_used_at,
        )
        for row in tx.execute(query)
        if parse_role(row.role) <= viewer.role
    )


def revoke_key(tx: Connection, viewer: Viewer, key_id: int) -> Key:
    """Make a key worthless at once, and for good; NotFound names `key` when it is none the viewer may revoke."""
    if key_id not in {key.id for key in list_keys(tx, viewer)}:
        raise NotFound(f"There is no key number {key_id} that you may revoke.", field="key")
    _revoke(tx, api_keys.c.id == key_id)
    return next(key for key in list_keys(tx, viewer) if key.id == key_id)


def revoke_keys_of(tx: Connection, person_id: int) -> None:
    """End the keys of somebody who leaves, and those they made for others and may have kept. For core.people only."""
    _revoke(tx, or_(api_keys.c.person_id == person_id, api_keys.c.created_by == person_id))


def revoke_keys_given(tx: Connection, person_id: int) -> None:
    """End the keys that somebody made for others and could no longer make. For core.people only."""
    _revoke(tx, (api_keys.c.created_by == person_id) & (api_keys.c.person_id != person_id))


def _revoke(tx: Connection, which: ColumnElement[bool]) -> None:
    tx.execute(update(api_keys).where(which, api_keys.c.revoked_at.is_(None)).values(revoked_at=clock.now()))


def _hash(key: str) -> str:
    return hashlib.sha256(key.strip().encode(errors="replace")).hexdigest()
