"""People in chat. One rule: who may do what is core's to decide."""

from sqlalchemy.engine import Connection

from bot.parsing.setup import PersonWords, RuleWords, parse_company, parse_company_rule, parse_person
from bot.turn import Reply, Turn
from bot.views.people import (
    show_branch_added,
    show_branch_chosen,
    show_branches,
    show_companies,
    show_company,
    show_guests,
    show_invitation,
    show_people,
    show_person_changed,
    show_switched,
    show_team_formed,
    show_teams,
)
from core import clock
from core.access import Reach, Role, find_seen_branch, parse_role, resolve_scope
from core.company import add_branch, ask_above, change_company, limit_corrections, list_branches, take_orders_ahead
from core.errors import InvalidInput, NotFound
from core.people.accounts import find_acting_account, list_companies_of, switch_company
from core.people.employment import (
    change_role,
    choose_branch,
    deactivate_person,
    restore_person,
    transfer_person,
)
from core.people.guests import dismiss_guest, list_guests, welcome_guest
from core.people.invitations import invite
from core.people.members import Person, find_person, list_people
from core.people.teams import add_to_team, find_team, form_team, list_teams
from core.sales.rates import list_rates, set_rate

INVITE_EXAMPLE = "/invite employee"
NO_LONGER = ("off", "leaves", "no")
MANY = ("many", "everyone", "all")


def answer_invite(tx: Connection, turn: Turn) -> Reply:
    """/invite: a link for one to join; `/invite manager`, `/invite employee many`, `/invite employee at Corniche`."""
    words, _, branch_words = turn.words.partition(" at ")
    parts = words.split()
    uses = None if parts and parts[-1].casefold() in MANY else 1
    role_words = " ".join(parts if uses else parts[:-1])
    if role_words.startswith("@"):
        person = find_person(tx, turn.viewer, role_words)
        return show_invitation(invite(tx, turn.viewer, person.role, person_id=person.id), turn.bot_name)
    role = parse_role(role_words) if role_words else Role.EMPLOYEE
    branch_id = find_seen_branch(tx, turn.viewer, branch_words) if branch_words.strip() else None
    return show_invitation(invite(tx, turn.viewer, role, branch_id, uses=uses), turn.bot_name)


def answer_people(tx: Connection, turn: Turn) -> Reply:
    """/people: who is here; `@bob manager`, `@bob to Corniche`, `@bob leaves`, `@bob returns` change it."""
    if not turn.words.strip():
        return show_people(list_people(tx, turn.viewer))
    said = parse_person(turn.words)
    person = find_person(tx, turn.viewer, said.handle)
    if said.act is None:
        resolve_scope(turn.viewer, Reach.TEAM, person.branch_id, person_id=person.id)
        return show_people((person,))
    changed = _change_person(tx, turn, person.id, said)
    return show_person_changed(changed, find_acting_account(tx, changed.id))


def _change_person(tx: Connection, turn: Turn, person_id: int, said: PersonWords) -> Person:
    match said.act:
        case "move":
            branch_id = find_seen_branch(tx, turn.viewer, said.value)
            return transfer_person(tx, turn.viewer, person_id, branch_id)
        case "leave":
            return deactivate_person(tx, turn.viewer, person_id)
        case "return":
            return restore_person(tx, turn.viewer, person_id)
        case _:
            return change_role(tx, turn.viewer, person_id, parse_role(said.value))


def answer_teams(tx: Connection, turn: Turn) -> Reply:
    """/teams: the teams there are; `/teams Falcons @ann @bob` puts people into one, forming it when it is new."""
    name = " ".join(word for word in turn.words.split() if not word.startswith("@"))
    handles = [word for word in turn.words.split() if word.startswith("@")]
    if not name and handles:
        raise InvalidInput("Which team?", field="team", hint=f"/teams Falcons {handles[0]}")
    if not name:
        return show_teams(list_teams(tx, turn.viewer))
    try:
        team_id = find_team(tx, turn.viewer, name)
    except NotFound:
        team_id = form_team(tx, turn.viewer, name).id
    for handle in handles:
        add_to_team(tx, turn.viewer, team_id, find_person(tx, turn.viewer, handle).id)
    formed = next(team for team in list_teams(tx, turn.viewer) if team.id == team_id)
    return show_team_formed(formed)


def answer_guests(tx: Connection, turn: Turn) -> Reply:
    """/guests: who of other branches may sell in the one worked on; `@ann` lets her, `@ann off` no longer."""
    handle, _, rest = turn.words.strip().partition(" ")
    if handle:
        change = dismiss_guest if _is_dismissal(handle, rest.strip()) else welcome_guest
        change(tx, turn.viewer, find_person(tx, turn.viewer, handle))
    return show_guests(list_guests(tx, turn.viewer))


def _is_dismissal(handle: str, rest: str) -> bool:
    if rest and rest.casefold() not in NO_LONGER:
        raise InvalidInput(f"“{rest[:40]}” is not understood.", field=rest[:40], hint=f"/guests {handle} off")
    return bool(rest)


def answer_branch(tx: Connection, turn: Turn) -> Reply:
    """/branch: which branch one works on; with a name, chooses it; `new Corniche` opens one."""
    words = turn.words.strip()
    first, _, rest = words.partition(" ")
    if first.casefold() == "new" and rest.strip():
        return show_branch_added(add_branch(tx, turn.viewer, rest.strip()))
    if not words:
        return show_branches(list_branches(tx, turn.viewer), turn.viewer.operational_branch_id)
    viewer = choose_branch(tx, turn.viewer, None if words.casefold() == "own" else _read_branch(tx, turn, words))
    chosen = next(one for one in list_branches(tx, viewer) if one.id == viewer.operational_branch_id)
    return show_branch_chosen(chosen)


def _read_branch(tx: Connection, turn: Turn, words: str) -> str:
    """The branch that begins with the words, where only one does; NotFound names those there are."""
    known = list_branches(tx, turn.viewer)
    found = [one for one in known if words.casefold() in (one.handle, one.name.casefold())]
    found = found or [one for one in known if one.name.casefold().startswith(words.casefold())]
    if len(found) != 1:
        names = ", ".join(one.name for one in known)
        raise NotFound(f"“{words}” is none of your branches: {names}.", field="branch", hint="/branch")
    return found[0].handle


def answer_company(tx: Connection, turn: Turn) -> Reply:
    """/company: the company; `name Lumina Home`, `currency SAR`, `week sunday`, `numbers indian` and more change it."""
    if not turn.words.strip():
        return show_company(turn.viewer.company, list_rates(tx, turn.viewer))
    rule = parse_company_rule(turn.words)
    if rule is not None:
        return _set_rule(tx, turn, rule)
    return show_company(change_company(tx, turn.viewer, **parse_company(turn.words)))


def _set_rule(tx: Connection, turn: Turn, rule: RuleWords) -> Reply:
    company = turn.viewer.company
    match rule.what:
        case "rate":
            set_rate(tx, turn.viewer, rule.currency, rule.number or 0, clock.today(company.time_zone))
        case "corrections":
            company = limit_corrections(tx, turn.viewer, rule.number)
        case "ahead":
            company = take_orders_ahead(tx, turn.viewer, bool(rule.number))
        case "ask":
            company = ask_above(tx, turn.viewer, rule.number)
    return show_company(company, list_rates(tx, turn.viewer))


def answer_switch(tx: Connection, turn: Turn) -> Reply:
    """/switch: the companies one is in; with a name, acts in that one from now on."""
    if turn.words.strip():
        return show_switched(switch_company(tx, turn.telegram_id, turn.words))
    return show_companies(list_companies_of(tx, turn.telegram_id))
