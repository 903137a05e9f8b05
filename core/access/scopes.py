"""How far a request may reach. One rule: every read and write is scoped here, by the contract's part 3."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Table, false, or_, select
from sqlalchemy.engine import Connection

from core.access.roles import Permission, Reach
from core.access.viewers import Viewer
from core.errors import NotAllowed, NotFound
from core.models.catalog import customers
from core.models.company import branches
from core.models.people import people
from core.models.sales import lines
from core.text import fold

ALL_BRANCHES = "all"
_LINE_KEYS = {customers: "customer_id", people: "person_id"}


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


def keep_known(tx: Connection, viewer: Viewer, table: Table, numbers: Collection[int]) -> list[int]:
    """Those people or customers whom a branch that the viewer may see has, or had: of others it is not told at all."""
    if viewer.bound_to is None or not numbers:
        return list(numbers)
    bound_to = sorted(viewer.bound_to)
    met = select(lines.c.id).where(
        lines.c.company_id == viewer.company.id,
        lines.c[_LINE_KEYS[table]] == table.c.id,
        lines.c.branch_id.in_(bound_to),
        lines.c.superseded_at.is_(None),
    )
    is_there = people.c.branch_id.in_(bound_to) if table is people else false()
    return list(tx.execute(select(table.c.id).where(table.c.id.in_(numbers), or_(is_there, met.exists()))).scalars())
