"""How far a request may reach. One rule: every read and write is scoped here, by the contract's part 3."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access.roles import Permission, Reach
from core.access.viewers import Viewer
from core.errors import NotAllowed, NotFound
from core.models.company import branches
from core.text import fold

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
    """The scope of a request, by the contract's part 3: the row of `RULES` for the viewer's role.

    Without a branch asked for it is the one worked on. Without a person asked for it is everybody there, but for who
    sees no team, and for what is meant as one's own. The ranking of a branch shows everybody in it to everybody in it.
    Raises NotAllowed naming `branch` or `person` when the request reaches further.
    """
    if every_branch:
        viewer.require(Permission.SEE_EVERY_BRANCH, field="branch")
        branch = None
    else:
        branch = _resolve_branch(viewer, branch_id)
    return Scope(viewer.company.id, branch, _resolve_person(viewer, reach, person_id))


def _resolve_branch(viewer: Viewer, asked: int | None) -> int | None:
    if asked is None:
        return viewer.operational_branch_id
    if not viewer.may_work_on(asked):
        raise refuse_branch()
    return asked


def _resolve_person(viewer: Viewer, reach: Reach, asked: int | None) -> int | None:
    if viewer.person_id is None:
        return asked
    sees_others = viewer.rule.sees_team and reach is not Reach.MY
    if not sees_others and asked not in (None, viewer.person_id):
        raise refuse_others()
    return asked if sees_others or reach is Reach.BOARD else viewer.person_id


def refuse_others() -> NotAllowed:
    """What who sees oneself alone is told when they ask for anybody else, whether there is such a person or not."""
    return NotAllowed("You may ask for your own numbers only.", field="person")


def refuse_branch() -> NotAllowed:
    """What who may not see every branch is told of any other, whether there is such a branch or not."""
    return NotAllowed("That branch is not yours to see.", field="branch")


def find_seen_branch(tx: Connection, viewer: Viewer, words: str) -> int:
    """The number of a branch that the viewer may see, by handle or name.

    NotFound names `branch`; who may not see every branch is refused alike (NotAllowed) whether there is one or not.
    """
    try:
        found = find_branch(tx, viewer.company.id, words)
    except NotFound:
        if viewer.bound_to is None:
            raise
        raise refuse_branch() from None
    if not viewer.may_work_on(found):
        raise refuse_branch()
    return found


def find_branch(tx: Connection, company_id: int, words: str) -> int:
    """The number of the branch of that handle or name; NotFound names `branch`."""
    for row in tx.execute(select(branches).where(branches.c.company_id == company_id)):
        if fold(words) in (row.handle, fold(row.name)):
            return int(row.id)
    raise NotFound(f"There is no branch “{words}”.", field="branch")
