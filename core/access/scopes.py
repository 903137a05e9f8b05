"""How far a request may reach. One rule: every read and write is scoped here, by the contract's part 3."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access.roles import Permission, Role
from core.access.viewers import Viewer
from core.errors import NotAllowed, NotFound
from core.models.company import branches
from core.text import fold


class Reach(StrEnum):
    """How wide a question is meant: oneself, one's team, or the ranking everybody in a branch may see."""

    MY = "my"
    TEAM = "team"
    BOARD = "board"


ALL_BRANCHES = "all"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question may count: a company, one branch (None: every branch), one person (None: everyone there)."""

    company_id: int
    branch_id: int | None
    person_id: int | None


def resolve_scope(
    viewer: Viewer,
    reach: Reach,
    branch_id: int | None = None,
    *,
    every_branch: bool = False,
    person_id: int | None = None,
) -> Scope:
    """The scope of a request, by the table of the contract's part 3.

    | role | branch | people |
    | employee | own | self; the ranking shows the branch |
    | assistant manager | own | self for "my", else the branch |
    | manager | the one worked on, or another one belonged to | the branch |
    | admin | the one worked on, or any one asked for | anyone there |
    | super admin | the one worked on, any one asked for, or every one | anyone |

    Raises NotAllowed naming `branch` or `person` when the request reaches further.
    """
    if every_branch:
        viewer.require(Permission.SEE_EVERY_BRANCH, field="branch")
        branch = None
    else:
        branch = _resolve_branch(viewer, branch_id)
    return Scope(viewer.company.id, branch, _resolve_person(viewer, reach, person_id))


def _resolve_branch(viewer: Viewer, asked: int | None) -> int | None:
    operational = viewer.operational_branch_id
    if asked is None or asked == operational:
        return operational
    is_open = viewer.role >= Role.ADMIN or (viewer.role == Role.MANAGER and asked in viewer.member_of)
    if not is_open:
        raise NotAllowed("That branch is not yours to see.", field="branch")
    return asked


def _resolve_person(viewer: Viewer, reach: Reach, asked: int | None) -> int | None:
    is_bound = reach is Reach.MY or (reach is Reach.TEAM and not viewer.may(Permission.SEE_TEAM))
    if is_bound and viewer.person_id is not None:
        if asked not in (None, viewer.person_id):
            raise NotAllowed("You may ask for your own numbers only.", field="person")
        return viewer.person_id
    if asked is not None and asked != viewer.person_id and not viewer.may(Permission.SEE_TEAM):
        raise NotAllowed("You may ask for your own numbers only.", field="person")
    return asked


def find_branch(tx: Connection, company_id: int, words: str) -> int:
    """The number of the branch of that handle or name; NotFound names `branch`."""
    for row in tx.execute(select(branches).where(branches.c.company_id == company_id)):
        if fold(words) in (row.handle, fold(row.name)):
            return int(row.id)
    raise NotFound(f"There is no branch “{words}”.", field="branch")
