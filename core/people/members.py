"""The people of a company. One rule: a handle means one person of the company, for ever."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import (
    Permission,
    Reach,
    Role,
    Viewer,
    keep_known,
    load_viewer,
    parse_role,
    refuse_others,
    resolve_scope,
)
from core.company import NUMBERED_FROM, check_handle, choose_handle, lock_company, settle_branch
from core.errors import Code, Conflict, InvalidInput, NotAllowed, NotFound
from core.models.company import branches
from core.models.people import accounts, people
from core.people.rights import require_role_gift
from core.text import ACCOUNT_MARK, clean_name, fold, make_handle

UNNAMED = "person"


_ACCOUNT = re.compile(rf"@?{re.escape(ACCOUNT_MARK)}(\d{{1,18}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a company. `branch_id` is where they are employed; `is_linked`: a Telegram account is theirs."""

    id: int
    handle: str
    name: str
    role: Role
    branch_id: int
    branch_name: str
    is_linked: bool
    is_active: bool
    left_at: datetime | None = None


_PEOPLE = select(
    people.c.id,
    people.c.handle,
    people.c.name,
    people.c.role,
    people.c.branch_id,
    branches.c.name.label("branch_name"),
    people.c.account_id.is_not(None).label("is_linked"),
    people.c.is_active,
    people.c.left_at,
).join_from(people, branches, branches.c.id == people.c.branch_id)


def add_person(
    tx: Connection,
    viewer: Viewer,
    name: str,
    role: Role,
    branch_id: int | None = None,
    handle: str | None = None,
    *,
    is_active: bool = True,
) -> Person:
    """Somebody new, without an account yet, in the branch given or the one worked on.

    `is_active` False: whom sales may count for, yet who is nobody's colleague and can do nothing. A handle derived from
    the name gets a number when it is taken. Raises NotAllowed (role or branch out of reach), InvalidInput (name,
    handle), NotFound (branch), Conflict (a given handle is taken).
    """
    require_role_gift(viewer, role)
    home = settle_branch(tx, viewer, branch_id)
    added = insert_person(tx, viewer.company.id, name, role, home, handle=handle, is_active=is_active)
    return get_person(tx, viewer, added)


def insert_person(
    tx: Connection,
    company_id: int,
    name: str,
    role: Role,
    branch_id: int,
    *,
    handle: str | None = None,
    account_id: int | None = None,
    is_active: bool = True,
) -> int:
    """The number of a new person. For core.people only: nobody's right to do so is checked here."""
    lock_company(tx, company_id)
    name = clean_name(name, "name")
    row = {
        "company_id": company_id,
        "account_id": account_id,
        "handle": _settle_handle(tx, company_id, name, handle),
        "name": name,
        "role": role.label,
        "branch_id": branch_id,
        "is_active": is_active,
        "created_at": clock.now(),
    }
    return int(tx.execute(insert(people).returning(people.c.id), row).scalar_one())


def _settle_handle(tx: Connection, company_id: int, name: str, asked: str | None) -> str:
    wanted = check_handle(asked) if asked is not None else make_handle(name) or UNNAMED
    similar = people.c.handle.startswith(wanted[:NUMBERED_FROM], autoescape=True)
    taken = set(tx.execute(select(people.c.handle).where(people.c.company_id == company_id, similar)).scalars())
    free = choose_handle(wanted, UNNAMED, taken)
    if asked is not None and free != wanted:
        raise Conflict(f"Somebody is called @{wanted} already.", field="handle", hint=free, code=Code.DUPLICATE)
    return free


def list_people(
    tx: Connection, viewer: Viewer, branch_id: int | None = None, *, with_former: bool = False
) -> tuple[Person, ...]:
    """The people the viewer may see, by name: oneself; one's branch; any branch asked for; everybody (contract, 3).

    Those who left only on demand. Raises NotAllowed when the branch is out of reach.
    """
    every_branch = branch_id is None and viewer.may(Permission.SEE_EVERY_BRANCH)
    scope = resolve_scope(viewer, Reach.TEAM, branch_id, every_branch=every_branch)
    query = _PEOPLE.where(people.c.company_id == scope.company_id).order_by(people.c.name, people.c.id)
    if scope.branch_id is not None:
        query = query.where(people.c.branch_id == scope.branch_id)
    if scope.person_id is not None:
        query = query.where(people.c.id == scope.person_id)
    if not with_former:
        query = query.where(people.c.is_active)
    return _read(tx, query)


def find_person(tx: Connection, viewer: Viewer, words: str) -> Person:
    """The person of the viewer's company called that: "@ann", "ann", "Ann Lee", or "Ann" when there is one Ann.

    Somebody who left is found only where nobody present is called so. Finding is not seeing: what may be asked about
    the person is for the scope to say. Raises NotFound naming the word, InvalidInput listing the handles it fits.
    """
    return _choose_one(_list_called(tx, viewer, words), words)


def find_seen_person(tx: Connection, viewer: Viewer, words: str) -> Person:
    """As `find_person`, for asking about somebody: who is only in a branch that the viewer may not see is not found.

    Who sees oneself alone is refused anybody else (NotAllowed), whether there is such a person or not.
    """
    called = _list_called(tx, viewer, words)
    if not viewer.rule.sees_team and viewer.person_id not in {person.id for person in called}:
        raise refuse_others()
    known = set(keep_known(tx, viewer, people, [person.id for person in called]))
    return _choose_one(tuple(person for person in called if person.id in known), words)


def _list_called(tx: Connection, viewer: Viewer, words: str) -> tuple[Person, ...]:
    named = _PEOPLE.where(people.c.company_id == viewer.company.id)
    if (account := _ACCOUNT.fullmatch(words.strip())) is not None:
        return (_find_by_account(tx, named, int(account[1])),)
    if (handle := _read_handle(words)) is not None:
        by_handle = _read(tx, named.where(people.c.handle == handle))
        if by_handle:
            return by_handle
    everybody = () if words.strip().startswith("@") else _read(tx, named.order_by(people.c.id))
    wanted = fold(words)
    by_name = tuple(person for person in everybody if fold(person.name) == wanted)
    return by_name or tuple(person for person in everybody if _is_part_of(wanted, person.name))


def _find_by_account(tx: Connection, named: Select[Any], telegram_id: int) -> Person:
    """The very person that a message names, whatever they are called."""
    account = select(accounts.c.id).where(accounts.c.telegram_id == telegram_id).scalar_subquery()
    found = _read(tx, named.where(people.c.account_id == account))
    if not found:
        raise NotFound("The person you name has not come to me yet, or is not in this company.", field="person")
    return found[0]


def require_present(viewer: Viewer, person: Person) -> Person:
    """The person; NotAllowed says when they left, and to who may take them back how."""
    if person.is_active:
        return person
    raise NotAllowed(
        f"{tell_departure(viewer, person)}, so nothing new can be theirs.",
        field="person",
        hint=f"/people @{person.handle} returns" if viewer.may(Permission.MANAGE_PEOPLE) else None,
    )


def tell_departure(viewer: Viewer, person: Person) -> str:
    """That somebody left, and when where that is known."""
    if person.left_at is None:
        return f"@{person.handle} has left"
    day, today = clock.day_of(person.left_at, viewer.time_zone), clock.today(viewer.time_zone)
    year = f" {day.year}" if day.year != today.year else ""
    return f"@{person.handle} left on {day.day} {day:%B}{year}"


def load_colleague(tx: Connection, viewer: Viewer, person_id: int) -> Viewer:
    """The viewer that somebody else is. Raises NotFound, and NotAllowed where they left."""
    return load_viewer(tx, require_present(viewer, get_person(tx, viewer, person_id)).id)


def _read_handle(words: str) -> str | None:
    try:
        return check_handle(words)
    except InvalidInput:
        return None


def list_handles(tx: Connection) -> list[str]:
    """The handles of everybody active, in every company: for the operator."""
    return list(tx.execute(select(people.c.handle).where(people.c.is_active).order_by(people.c.id)).scalars())


def _is_part_of(wanted: str, name: str) -> bool:
    words = set(wanted.split())
    return bool(words) and words <= set(fold(name).split())


def _choose_one(found: tuple[Person, ...], words: str) -> Person:
    found = tuple(person for person in found if person.is_active) or found
    if not found:
        raise NotFound(f"There is nobody called “{words}” here.", field="person")
    if len(found) > 1:
        handles = ", ".join(f"@{person.handle}" for person in found[:10])
        could = f"“{words}” could be {handles}."
        raise InvalidInput(could, field="person", hint=f"@{found[0].handle}", code=Code.AMBIGUOUS)
    return found[0]


def get_person(tx: Connection, viewer: Viewer, person_id: int) -> Person:
    """The person of that number in the viewer's company, also one who left; NotFound names `person`."""
    found = _read(tx, _PEOPLE.where(people.c.company_id == viewer.company.id, people.c.id == person_id))
    if not found:
        raise NotFound(f"There is no person number {person_id}.", field="person")
    return found[0]


def _read(tx: Connection, query: Select[Any]) -> tuple[Person, ...]:
    return tuple(_read_person(row) for row in tx.execute(query))


def _read_person(row: Row[Any]) -> Person:
    return Person(
        row.id,
        row.handle,
        row.name,
        parse_role(row.role),
        row.branch_id,
        row.branch_name,
        bool(row.is_linked),
        row.is_active,
        row.left_at,
    )
