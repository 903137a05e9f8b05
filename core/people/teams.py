"""Teams across branches. One rule: a team shows to each viewer only the members that viewer may see."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from core.access import Permission, Reach, Viewer, resolve_scope
from core.company import lock_company
from core.errors import Code, Conflict, NotAllowed, NotFound
from core.models.people import team_members, teams
from core.people.members import Person, get_person, list_people, require_present
from core.text import clean_name, fold


@dataclass(frozen=True, slots=True)
class Team:
    """A named group of people; `members` are those the viewer may see."""

    id: int
    name: str
    members: tuple[Person, ...]


def form_team(tx: Connection, viewer: Viewer, name: str) -> Team:
    """A new team without members. Raises NotAllowed, InvalidInput, Conflict when the name is taken."""
    viewer.require(Permission.MANAGE_TEAMS)
    name = clean_name(name, "team")
    lock_company(tx, viewer.company.id)
    if fold(name) in {fold(known) for known in _read_names(tx, viewer).values()}:
        raise Conflict(f"There is a team “{name}” already.", field="team", hint=f"{name} 2", code=Code.DUPLICATE)
    row = {"company_id": viewer.company.id, "name": name}
    return Team(tx.execute(insert(teams).returning(teams.c.id), row).scalar_one(), name, ())


def find_team(tx: Connection, viewer: Viewer, words: str) -> int:
    """The number of the team of that name in the viewer's company; NotFound names `team`."""
    for team_id, name in _read_names(tx, viewer).items():
        if fold(name) == fold(words):
            return team_id
    raise NotFound(f"There is no team “{words}”.", field="team")


def add_to_team(tx: Connection, viewer: Viewer, team_id: int, person_id: int) -> None:
    """Put a person into a team; once is enough. Raises NotAllowed (person out of reach), NotFound (team, person)."""
    require_present(viewer, _check_reach(tx, viewer, team_id, person_id))
    lock_company(tx, viewer.company.id)
    there = select(team_members.c.id).where(team_members.c.team_id == team_id, team_members.c.person_id == person_id)
    if tx.execute(there).first() is None:
        tx.execute(insert(team_members), {"company_id": viewer.company.id, "team_id": team_id, "person_id": person_id})


def remove_from_team(tx: Connection, viewer: Viewer, team_id: int, person_id: int) -> None:
    """Take a person out of a team; NotFound when they are not in it. Raises NotAllowed."""
    person = _check_reach(tx, viewer, team_id, person_id)
    gone = delete(team_members).where(team_members.c.team_id == team_id, team_members.c.person_id == person_id)
    if tx.execute(gone).rowcount == 0:
        raise NotFound(f"@{person.handle} is not in that team.", field="person")


def list_teams(tx: Connection, viewer: Viewer) -> tuple[Team, ...]:
    """The teams by name; without the right to form teams, those one sees somebody of."""
    seen = {person.id: person for person in list_people(tx, viewer)}
    query = select(team_members.c.team_id, team_members.c.person_id).where(
        team_members.c.company_id == viewer.company.id
    )
    members: dict[int, list[Person]] = {}
    for row in tx.execute(query):
        if row.person_id in seen:
            members.setdefault(row.team_id, []).append(seen[row.person_id])
    names = _read_names(tx, viewer)
    return tuple(
        Team(team_id, name, tuple(sorted(members.get(team_id, ()), key=lambda person: (person.name, person.id))))
        for team_id, name in names.items()
        if team_id in members or viewer.may(Permission.MANAGE_TEAMS)
    )


def _check_reach(tx: Connection, viewer: Viewer, team_id: int, person_id: int) -> Person:
    viewer.require(Permission.MANAGE_TEAMS)
    if team_id not in _read_names(tx, viewer):
        raise NotFound(f"There is no team number {team_id}.", field="team")
    person = get_person(tx, viewer, person_id)
    try:
        resolve_scope(viewer, Reach.TEAM, person.branch_id)
    except NotAllowed as error:
        raise NotAllowed(f"@{person.handle} works in a branch that is not yours.", field="person") from error
    return person


def _read_names(tx: Connection, viewer: Viewer) -> dict[int, str]:
    query = select(teams.c.id, teams.c.name).where(teams.c.company_id == viewer.company.id).order_by(teams.c.name)
    return {row.id: row.name for row in tx.execute(query)}
