"""Who may sell in a branch that is not theirs: guests, each on the word of a manager there."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.company import settle_branch
from core.errors import InvalidInput, NotAllowed
from core.models.people import guests, people
from core.people.members import Person, require_present


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of another branch who may sell in this one."""

    person_id: int
    handle: str
    name: str


def list_guests(tx: Connection, viewer: Viewer) -> tuple[Guest, ...]:
    """Who may sell as a guest in the branch the viewer works on, by name. Raises NotAllowed."""
    viewer.require(Permission.RECORD_FOR_OTHERS)
    here = guests.c.company_id == viewer.company.id, guests.c.branch_id == settle_branch(tx, viewer)
    named = select(people.c.id, people.c.handle, people.c.name).join(guests, guests.c.person_id == people.c.id)
    return tuple(Guest(*row) for row in tx.execute(named.where(*here).order_by(people.c.name, people.c.id)))


def welcome_guest(tx: Connection, viewer: Viewer, person: Person, branch_id: int | None = None) -> None:
    """Let somebody of another branch sell in this one (None: the one worked on). Welcome already: no change.

    Raises NotAllowed, InvalidInput for whoever works here anyway.
    """
    viewer.require(Permission.RECORD_FOR_OTHERS)
    branch_id = settle_branch(tx, viewer, branch_id)
    require_present(viewer, person)
    if person.branch_id == branch_id:
        raise InvalidInput(f"{person.name} works here anyway.", field="person")
    if not is_guest(tx, viewer.company.id, branch_id, person.id):
        row = {"company_id": viewer.company.id, "branch_id": branch_id, "person_id": person.id}
        tx.execute(insert(guests), row | {"given_by": viewer.person_id, "given_at": clock.now()})


def dismiss_guest(tx: Connection, viewer: Viewer, person: Person) -> None:
    """Take the word back; what was sold stays. No guest: no change. Raises NotAllowed."""
    viewer.require(Permission.RECORD_FOR_OTHERS)
    tx.execute(delete(guests).where(*_is_pass(viewer.company.id, settle_branch(tx, viewer), person.id)))


def is_guest(tx: Connection, company_id: int, branch_id: int, person_id: int) -> bool:
    """Whether a manager of the branch lets the person sell there."""
    return tx.execute(select(guests.c.id).where(*_is_pass(company_id, branch_id, person_id))).first() is not None


def require_guest(tx: Connection, viewer: Viewer, branch_id: int, person_id: int) -> None:
    """NotAllowed naming `guest_branch`, unless the person is a guest there or the viewer records for others there."""
    if viewer.may(Permission.RECORD_FOR_OTHERS) and (viewer.person_id is None or viewer.may_work_on(branch_id)):
        return
    if not is_guest(tx, viewer.company.id, branch_id, person_id):
        raise NotAllowed(
            "Selling as a guest takes the word of a manager there: they send /guests and the guest’s @name.",
            field="guest_branch",
        )


def _is_pass(company_id: int, branch_id: int, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return guests.c.company_id == company_id, guests.c.branch_id == branch_id, guests.c.person_id == person_id
