"""Invitation links. One rule: a link is a secret, so only its hash is kept and it never gives more than its maker."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import Permission, Role, Viewer, load_viewer, parse_role
from core.company import settle_branch
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from core.models.company import branches
from core.models.people import invitations, people
from core.people.accounts import Visitor, act_as, name_visitor, record_account
from core.people.members import get_person, insert_person, require_present
from core.people.rights import require_role_gift

PREFIX = "join_"
SECRET_BYTES = 24
LIFETIME = timedelta(days=7)
MOST_USES = 10_000
LONGEST_LIFETIME = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A way in. `code` is known only where it was just made; `uses_left` None: any number of people.

    `made_by` None: made at the command line. `handle`: the person it links an account to.
    """

    id: int
    code: str | None
    role: Role
    branch_id: int
    branch_name: str
    person_id: int | None
    uses_left: int | None
    expires_at: datetime
    made_by: str | None
    handle: str | None
    created_at: datetime
    last_used_at: datetime | None


def invite(
    tx: Connection,
    viewer: Viewer,
    role: Role,
    branch_id: int | None = None,
    *,
    uses: int | None = 1,
    lifetime: timedelta = LIFETIME,
    person_id: int | None = None,
) -> Invitation:
    """An invitation for `uses` people (None: any number) to become `role` in the branch, or the one worked on.

    Its `code` fits https://t.me/BOT?start=CODE. With `person_id` it links an account to that person, whose role and
    branch count instead. Raises NotAllowed (role or branch out of reach), NotFound, InvalidInput, Conflict (linked).
    """
    viewer.require(Permission.INVITE)
    if person_id is not None:
        role, branch_id, uses = *_find_unlinked(tx, viewer, person_id), 1
    require_role_gift(viewer, role)
    branch = settle_branch(tx, viewer, branch_id)
    if uses is not None and not 1 <= uses <= MOST_USES:
        raise InvalidInput(f"An invitation is good for 1 to {MOST_USES:,} people.", field="uses", hint="1")
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise InvalidInput("An invitation lasts up to a year.", field="lifetime", hint="7 days")
    code = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "company_id": viewer.company.id,
        "code_hash": _hash(code),
        "role": role.label,
        "branch_id": branch,
        "person_id": person_id,
        "uses_left": uses,
        "expires_at": clock.now() + lifetime,
        "created_by": viewer.person_id,
        "created_at": clock.now(),
    }
    made = tx.execute(insert(invitations).returning(invitations.c.id), row).scalar_one()
    return _read_invitation(tx.execute(_INVITATIONS.where(invitations.c.id == made)).one(), code)


def _find_unlinked(tx: Connection, viewer: Viewer, person_id: int) -> tuple[Role, int]:
    person = get_person(tx, viewer, person_id)
    if person.is_linked:
        raise Conflict(f"@{person.handle} has a Telegram account already.", field="person")
    require_present(viewer, person)
    return person.role, person.branch_id


_maker = people.alias("maker")
_INVITATIONS = (
    select(
        invitations,
        branches.c.name.label("branch_name"),
        _maker.c.handle.label("made_by"),
        people.c.handle.label("handle"),
    )
    .join_from(invitations, branches, branches.c.id == invitations.c.branch_id)
    .outerjoin(_maker, _maker.c.id == invitations.c.created_by)
    .outerjoin(people, people.c.id == invitations.c.person_id)
)


def _read_invitation(row: Row[Any], code: str | None = None) -> Invitation:
    return Invitation(
        row.id,
        code,
        parse_role(row.role),
        row.branch_id,
        row.branch_name,
        row.person_id,
        row.uses_left,
        row.expires_at,
        row.made_by,
        row.handle,
        row.created_at,
        row.last_used_at,
    )


def accept_invitation(tx: Connection, visitor: Visitor, code: str) -> Viewer:
    """Let the visitor in and make that company the current one. Whoever is in it already uses nothing up.

    Raises InvalidInput when the invitation is unknown, expired or used up, NotAllowed for somebody who was let go.
    """
    invitation = tx.execute(select(invitations).where(invitations.c.code_hash == _hash(code))).first()
    if invitation is None:
        _refuse("is not known here")
    account_id = record_account(tx, visitor)
    in_company = people.c.company_id == invitation.company_id
    known = tx.execute(select(people).where(in_company, people.c.account_id == account_id)).first()
    if known is not None and not known.is_active:
        raise NotAllowed("You no longer have access to this company; an admin there can take you back.")
    if known is not None:
        return act_as(tx, account_id, known.id)
    _use_up(tx, invitation)
    return act_as(tx, account_id, _admit(tx, invitation, account_id, visitor))


def _require_giver(tx: Connection, invitation: Row[Any]) -> None:
    """Refuse where its maker could not give it today, as to somebody who was raised above them since."""
    if invitation.created_by is None:
        return
    given = invitation.role, invitation.branch_id
    if invitation.person_id is not None:
        whom = select(people.c.role, people.c.branch_id).where(people.c.id == invitation.person_id)
        given = tuple(tx.execute(whom).one())
    if not _may_give(_find_maker(tx, invitation.created_by), *given):
        _refuse("has ended: whoever made it could not make it any more")


def _find_maker(tx: Connection, person_id: int) -> Viewer | None:
    try:
        return load_viewer(tx, person_id)
    except NotAllowed:  # they left
        return None


def _may_give(maker: Viewer | None, role: str, branch_id: int) -> bool:
    try:
        if maker is not None:
            require_role_gift(maker, parse_role(role))
    except NotAllowed:
        return False
    return maker is not None and maker.may_work_on(branch_id)


def end_invitations_beyond(tx: Connection, person_id: int) -> None:
    """End, for good, what somebody made and could no longer give: it leads back in by another account.

    To be called after every change of what they may do. For core.people only.
    """
    maker = _find_maker(tx, person_id)
    is_open = invitations.c.expires_at > clock.now()
    made = tx.execute(select(invitations).where(invitations.c.created_by == person_id, is_open)).all()
    ended = [row.id for row in made if not _may_give(maker, row.role, row.branch_id)]
    tx.execute(update(invitations).where(invitations.c.id.in_(ended)).values(expires_at=clock.now()))


def _use_up(tx: Connection, invitation: Row[Any]) -> None:
    """Count one use in one statement, so that of two who come at once for the last place one is refused."""
    if invitation.expires_at <= clock.now():
        _refuse("has expired or was revoked")
    _require_giver(tx, invitation)
    left = or_(invitations.c.uses_left.is_(None), invitations.c.uses_left > 0)
    counted = update(invitations).where(invitations.c.id == invitation.id, left)
    used = {"uses_left": invitations.c.uses_left - 1, "last_used_at": clock.now()}
    if tx.execute(counted.values(used)).rowcount == 0:
        _refuse("has been used already")


def _admit(tx: Connection, invitation: Row[Any], account_id: int, visitor: Visitor) -> int:
    if invitation.person_id is None:
        role, name = parse_role(invitation.role), name_visitor(visitor)
        return insert_person(tx, invitation.company_id, name, role, invitation.branch_id, account_id=account_id)
    person_id: int = invitation.person_id
    free = (people.c.id == person_id, people.c.account_id.is_(None), people.c.is_active)
    if tx.execute(update(people).where(*free).values(account_id=account_id)).rowcount == 0:
        _refuse("has been used already")
    return person_id


def _refuse(why: str) -> NoReturn:
    raise InvalidInput(f"This invitation {why}. Ask whoever invited you for a new one.", field="invitation")


def list_invitations(tx: Connection, viewer: Viewer) -> tuple[Invitation, ...]:
    """The invitations still open in the branches the viewer may invite to, the newest first. Raises NotAllowed."""
    viewer.require(Permission.INVITE)
    query = _INVITATIONS.where(
        invitations.c.company_id == viewer.company.id,
        invitations.c.expires_at > clock.now(),
        or_(invitations.c.uses_left.is_(None), invitations.c.uses_left > 0),
    )
    if viewer.role < Role.ADMIN:
        query = query.where(invitations.c.branch_id.in_(viewer.member_of))
    return tuple(_read_invitation(row) for row in tx.execute(query.order_by(invitations.c.id.desc())))


def revoke_invitation(tx: Connection, viewer: Viewer, invitation_id: int) -> Invitation:
    """Make an open invitation worthless, and for good; the invitation as it was. Raises NotAllowed, NotFound."""
    for invitation in list_invitations(tx, viewer):
        if invitation.id == invitation_id:
            tx.execute(update(invitations).where(invitations.c.id == invitation_id).values(expires_at=clock.now()))
            return invitation
    raise NotFound(f"There is no open invitation number {invitation_id} that you may revoke.", field="invitation")


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().encode(errors="replace")).hexdigest()
