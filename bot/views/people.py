"""People, branches and companies as messages. One rule: what is to be passed on can be forwarded or copied."""

from calendar import day_name, month_name
from dataclasses import replace

from bot.turn import Reply
from bot.views.figures import count_things, show_compact, show_day, show_money, show_rate, show_text
from bot.views.numbers import Style, writing_as
from core.access import Company, Role, Viewer
from core.company import Branch
from core.people.accounts import Membership
from core.people.guests import Guest
from core.people.invitations import Invitation
from core.people.members import Person
from core.people.rights import write_role
from core.people.teams import Team
from core.people.writing import Writing
from core.sales.rates import Rate

EXAMPLE_E4 = 12_345_675_000  # long enough to show how a company groups its numbers


def show_invitation(invitation: Invitation, bot_name: str) -> Reply:
    """The link, what it gives, and until when."""
    uses = "for one person" if invitation.uses_left == 1 else "for any number of people"
    text = (
        f"🔗 <b>Invitation</b> {uses}\n"
        f"As {write_role(invitation.role)} at {show_text(invitation.branch_name)}.\n"
        f"Until {show_day(invitation.expires_at.date())}.\n\n"
        f"Send on this link:\nhttps://t.me/{bot_name}?start={invitation.code}\n\n"
        f"Or have them type:\n<code>/start {invitation.code}</code>"
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
        waiting = waiting if person.is_active else " · has left"
        rows.append(f"{show_text(person.name)} · {name_role(person.role)} · @{person.handle}{waiting}")
    return Reply("\n".join(rows))


def show_person_changed(person: Person, telegram_id: int | None) -> Reply:
    """Somebody as they are now; their menu shows what they may do from now on."""
    return replace(show_people((person,)), menu_role=person.role if telegram_id else None, menu_of=telegram_id)


def show_teams(teams: tuple[Team, ...]) -> Reply:
    """The teams and who is in them."""
    if not teams:
        return Reply("🤝 There are no teams yet.\nForm one: <code>/teams Falcons @ann @bob</code>")
    return Reply("\n".join(["🤝 <b>Teams</b>", "", *(_show_team(team) for team in teams)]))


def show_team_formed(team: Team) -> Reply:
    """The team as it is now."""
    return Reply(f"🤝 Team {_show_team(team)}")


def _show_team(team: Team) -> str:
    members = ", ".join(show_text(person.name) for person in team.members) or "nobody yet"
    return f"<b>{show_text(team.name)}</b>: {members}"


def show_branches(branches: tuple[Branch, ...], current_id: int | None) -> Reply:
    """The branches one belongs to; the one worked on is marked."""
    rows = [
        f"📍 <b>{show_text(branch.name)}</b>, where you work now"
        if branch.id == current_id
        else f"▫️ {show_text(branch.name)} · <code>/branch {branch.handle}</code>"
        for branch in branches
    ]
    return Reply("\n".join(["🏬 <b>Branches</b>", *rows]))


def show_guests(guests: tuple[Guest, ...]) -> Reply:
    """Who of other branches may sell in this one."""
    if not guests:
        return Reply("🤝 Nobody of another branch may sell here.\nLet somebody: <code>/guests @name</code>")
    rows = [f"• {show_text(guest.name)} · <code>/guests @{guest.handle} off</code>" for guest in guests]
    return Reply("\n".join(["🤝 <b>Guests who may sell here</b>", *rows]))


def show_branch_added(branch: Branch) -> Reply:
    """A branch that has just been opened."""
    name = show_text(branch.name)
    how = f"Work on it: <code>/branch {branch.handle}</code>"
    return Reply(f"🏬 <b>{name}</b> is open.\n{how}\nLet people in: <code>/invite employee at {name}</code>")


def show_branch_chosen(branch: Branch) -> Reply:
    """The branch worked on from now."""
    return Reply(
        f"📍 You now work on <b>{show_text(branch.name)}</b>.\n"
        "/sales, /team, /leaderboard, /goal and /stock are about it from now on."
    )


def show_company(company: Company, rates: tuple[Rate, ...] = ()) -> Reply:
    """The company's name, money and time, its rules, and how its figures are written."""
    week, year = day_name[company.calendar.week_start], month_name[company.calendar.financial_year_month]
    figures = _show_example(Style(company.locale, company.number_format), company.currency)
    rows = [
        f"🏢 <b>{show_text(company.name)}</b>",
        f"Currency: {company.currency}",
        f"Time zone: {company.time_zone}",
        f"Week: from {week}",
        f"Financial year: from {year}",
        f"Numbers: {figures} ({company.number_format}, {company.locale})",
    ]
    if company.correction_days is not None:
        rows.append(f"Corrections: for {count_things(company.correction_days, 'day', 'days')}; managers always")
    if company.takes_orders_ahead:
        rows.append("Orders ahead: taken")
    if company.asks_above is not None:
        rows.append(
            f"Asks first: above {company.asks_above} times the list price, {10 * company.asks_above} usual sales"
        )
    if company.closed_before is not None:
        rows.append(f"Closed: before {show_day(company.closed_before)}")
    newest = {rate.currency: rate for rate in reversed(rates)}
    rows += [f"1 {rate.currency} = {show_rate(rate.rate_e9)} {company.currency}" for rate in newest.values()]
    return Reply("\n".join(rows))


def show_writing(viewer: Viewer, own: Writing) -> Reply:
    """How one's figures are written, and whose choice that is."""
    figures = _show_example(Style(viewer.locale, viewer.number_format), viewer.company.currency)
    whose = "your own way" if own.locale or own.number_format else "as the company has it"
    how = "<code>/numbers indian</code>, <code>/numbers ar-SA</code>, <code>/numbers company</code>"
    return Reply(
        f"🔢 <b>Your figures</b>: {figures}\n{viewer.number_format}, {viewer.locale} · {whose}\nAnother way: {how}"
    )


def _show_example(style: Style, currency: str) -> str:
    with writing_as(style):
        return f"{show_money(EXAMPLE_E4, currency)} · {show_compact(EXAMPLE_E4, currency)}"


def show_companies(memberships: tuple[Membership, ...]) -> Reply:
    """The companies one is in; the current one is marked."""
    if len(memberships) == 1:
        only = memberships[0]
        return Reply(f"🏢 You are in one company: <b>{show_text(only.company_name)}</b>, as {write_role(only.role)}.")
    rows = [
        f"📍 <b>{show_text(one.company_name)}</b> · {name_role(one.role)}"
        if one.is_current
        else f"▫️ {show_text(one.company_name)} · {name_role(one.role)} · <code>/switch {one.company_handle}</code>"
        for one in memberships
    ]
    return Reply("\n".join(["🏢 <b>Your companies</b>", *rows]))


def show_switched(viewer: Viewer) -> Reply:
    """The company one acts in from now on, where the role and with it the menu may be another."""
    text = f"🏢 You are now in <b>{show_text(viewer.company.name)}</b>, as {write_role(viewer.role)}."
    return Reply(text, menu_role=viewer.role)


def name_role(role: Role) -> str:
    """The role in a list: "assistant manager"."""
    return role.label.replace("_", " ")
