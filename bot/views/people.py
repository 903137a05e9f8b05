"""People, branches and companies as messages. One rule: a link can be copied with one tap."""

from bot.turn import Reply
from bot.views.figures import show_text
from core.access import Company
from core.company import Branch
from core.people.accounts import Membership
from core.people.invitations import Invitation
from core.people.members import Person
from core.people.rights import write_role
from core.people.teams import Team


def show_invitation(invitation: Invitation, bot_name: str) -> Reply:
    """The link, what it gives, and until when."""
    uses = "for one person" if invitation.uses_left == 1 else "for any number of people"
    link = f"https://t.me/{bot_name}?start={invitation.code}"
    text = (
        f"🔗 <b>Invitation</b> {uses}: {write_role(invitation.role)} at {show_text(invitation.branch_name)}, "
        f"until {invitation.expires_at:%d %b %Y}.\n\nSend them this link:\n<code>{link}</code>\n\n"
        f"Or they type: <code>/start {invitation.code}</code>"
    )
    return Reply(text)


def show_people(people: tuple[Person, ...]) -> Reply:
    """Who is here, by branch."""
    rows, branch = ["👥 <b>People</b>"], None
    for person in sorted(people, key=lambda one: (one.branch_name, -one.role, one.name)):
        if person.branch_name != branch:
            branch = person.branch_name
            rows.append(f"\n<b>{show_text(branch)}</b>")
        waiting = "" if person.is_linked else " · not on Telegram yet"
        rows.append(f"@{person.handle} · {show_text(person.name)} · {write_role(person.role)}{waiting}")
    return Reply("\n".join(rows))


def show_teams(teams: tuple[Team, ...]) -> Reply:
    """The teams and who is in them."""
    if not teams:
        return Reply("🤝 There are no teams yet.\nForm one: <code>/teams Falcons @ann @bob</code>")
    return Reply("\n".join(["🤝 <b>Teams</b>", "", *(_show_team(team) for team in teams)]))


def show_team_formed(team: Team) -> Reply:
    """The team as it is now."""
    return Reply(f"🤝 {_show_team(team)}")


def _show_team(team: Team) -> str:
    members = ", ".join(show_text(person.name) for person in team.members) or "nobody yet"
    return f"<b>{show_text(team.name)}</b>: {members}"


def show_branches(branches: tuple[Branch, ...], current_id: int | None) -> Reply:
    """The branches one belongs to; the one worked on is marked."""
    rows = [f"{'📍' if branch.id == current_id else '▫️'} {show_text(branch.name)}" for branch in branches]
    how = f"\n\nWork on another: <code>/branch {branches[-1].handle}</code>" if len(branches) > 1 else ""
    return Reply("🏬 <b>Branches</b>\n\n" + "\n".join(rows) + how)


def show_branch_chosen(branch: Branch) -> Reply:
    """The branch worked on from now."""
    return Reply(f"📍 You now work on <b>{show_text(branch.name)}</b>.")


def show_company(company: Company) -> Reply:
    """The company's name, money and time."""
    return Reply(f"🏢 <b>{show_text(company.name)}</b>\nCurrency: {company.currency}\nTime zone: {company.time_zone}")


def show_companies(memberships: tuple[Membership, ...]) -> Reply:
    """The companies one is in; the current one is marked."""
    rows = [
        f"{'📍' if one.is_current else '▫️'} {show_text(one.company_name)} · {write_role(one.role)} · "
        f"<code>/switch {one.company_handle}</code>"
        for one in memberships
    ]
    return Reply("🏢 <b>Your companies</b>\n\n" + "\n".join(rows))
