"""What changes while somebody is in a company: role, branch, leaving. One rule: a super admin always remains."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Branches, Permission, Role, Viewer, find_seen_branch, load_viewer
from core.company import lock_company, settle_branch
from core.errors import InvalidInput, NotAllowed
from core.models.people import branch_memberships, guests, people
from core.people.invitations import end_invitations_beyond
from core.people.keys import revoke_keys_given, revoke_keys_of
from core.people.members import Person, get_person
from core.people.rights import require_rank, require_role_gift


def transfer_person(tx: Connection, viewer: Viewer, person_id: int, branch_id: int) -> Person:
    """Employ the person in another branch from now on; what was sold stays where it was sold.

    Raises NotAllowed, NotFound (person, branch).
    """
    person = _find_changeable(tx, viewer, person_id)
    home = settle_branch(tx, viewer, branch_id)
    return _change(tx, viewer, person, branch_id=home, working_branch_id=None)


def change_role(tx: Connection, viewer: Viewer, person_id: int, role: Role) -> Person:
    """Make the person `role`. Raises NotAllowed (theirs or the new one is above one's own), NotFound,
    InvalidInput when nobody would be left to run the company.
    """
    person = _find_changeable(tx, viewer, person_id)
    require_role_gift(viewer, role)
    if role < person.role:
        _keep_a_super_admin(tx, person, viewer.company.id)
        revoke_keys_given(tx, person.id)
    return _change(tx, viewer, person, role=role.label, working_branch_id=None)


def deactivate_person(tx: Connection, viewer: Viewer, person_id: int) -> Person:
    """Let the person go: chat, keys and invitations of theirs stop at once, what they sold stays.

    Keys and invitations end for good, also if the person is taken back; so do keys they made for others.

    Raises NotAllowed, NotFound, InvalidInput when nobody would be left to run the company.
    """
    person = _find_changeable(tx, viewer, person_id)
    _keep_a_super_admin(tx, person, viewer.company.id)
    revoke_keys_of(tx, person.id)
    tx.execute(delete(guests).where(guests.c.company_id == viewer.company.id, guests.c.person_id == person.id))
    return _change(tx, viewer, person, is_active=False, left_at=clock.now())


def restore_person(tx: Connection, viewer: Viewer, person_id: int) -> Person:
    """Take somebody back who was let go, as they were. Raises NotAllowed, NotFound."""
    return _change(tx, viewer, _find_changeable(tx, viewer, person_id), is_active=True, left_at=None)


def add_branch_membership(tx: Connection, viewer: Viewer, person_id: int, branch_id: int) -> None:
    """Let a manager work on one more branch besides the one of employment. Raises NotAllowed, NotFound."""
    person = _find_changeable(tx, viewer, person_id)
    branch = settle_branch(tx, viewer, branch_id)
    lock_company(tx, viewer.company.id)
    if tx.execute(select(branch_memberships.c.id).where(*_is_membership(person.id, branch))).first() is None:
        row = {"company_id": viewer.company.id, "person_id": person.id, "branch_id": branch}
        tx.execute(insert(branch_memberships), row)


def remove_branch_membership(tx: Connection, viewer: Viewer, person_id: int, branch_id: int) -> None:
    """Take a branch away from a manager again; the one of employment stays. Raises NotAllowed, NotFound."""
    person = _find_changeable(tx, viewer, person_id)
    tx.execute(delete(branch_memberships).where(*_is_membership(person.id, branch_id)))
    end_invitations_beyond(tx, person.id)


def choose_branch(tx: Connection, viewer: Viewer, words: str | None) -> Viewer:
    """Work on the branch of that handle or name from now on (None: the one of employment); the viewer as of then.

    A manager chooses among the branches they belong to, admins among all (contract, part 3).
    Raises NotAllowed, NotFound naming `branch`.
    """
    if viewer.person_id is None:
        raise InvalidInput("The operator works on no branch: name the branch each time.", field="branch")
    if viewer.rule.branches is Branches.OWN:
        raise NotAllowed("You work on the branch you are employed in.", field="branch")
    try:
        branch = find_seen_branch(tx, viewer, words) if words is not None else None
    except NotAllowed:
        raise NotAllowed(f"You do not belong to the branch “{words}”.", field="branch") from None
    tx.execute(update(people).where(people.c.id == viewer.person_id).values(working_branch_id=branch))
    return load_viewer(tx, viewer.person_id)


def _find_changeable(tx: Connection, viewer: Viewer, person_id: int) -> Person:
    viewer.require(Permission.MANAGE_PEOPLE)
    person = get_person(tx, viewer, person_id)
    require_rank(viewer, person.role)
    return person


def _change(tx: Connection, viewer: Viewer, person: Person, **changes: Any) -> Person:
    tx.execute(update(people).where(people.c.id == person.id).values(changes))
    end_invitations_beyond(tx, person.id)
    return get_person(tx, viewer, person.id)


def _keep_a_super_admin(tx: Connection, person: Person, company_id: int) -> None:
    """Refuse to lose the last one; a super admin without an account cannot stand in for one who has it."""
    if person.role is not Role.SUPER_ADMIN or not person.is_active:
        return
    lock_company(tx, company_id)
    others = select(people.c.id).where(
        people.c.company_id == company_id,
        people.c.role == Role.SUPER_ADMIN.label,
        people.c.is_active,
        people.c.id != person.id,
    )
    if person.is_linked:
        others = others.where(people.c.account_id.is_not(None))
    if tx.execute(others.limit(1)).first() is None:
        raise InvalidInput(
            f"@{person.handle} is the last super admin; somebody has to run the company.",
            field="person",
            hint="make somebody else super admin first",
        )


def _is_membership(person_id: int, branch_id: int) -> Sequence[Any]:
    return branch_memberships.c.person_id == person_id, branch_memberships.c.branch_id == branch_id
