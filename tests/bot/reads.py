"""What can be asked in chat about a branch or a person, how the answer is read, and what the contract's part 3 says.

One rule: what is expected is reckoned from tests.reach, never asked of the code.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.access import Role
from tests.reach import DEALS, MALL, NOBODY, PEOPLE, PIER, STOCK, add_up

REFUSED, UNKNOWN = "🔒", "🔍"
Told = int | str | frozenset[int] | frozenset[str]
TARGETS = {name: add_up(seller=name) for name in PEOPLE}


@dataclass(frozen=True)
class Asking:
    """Somebody who asks while working on a branch, and (where one is named) whom about."""

    name: str
    branch: str
    target: str = ""

    @property
    def sees_team(self) -> bool:
        return PEOPLE[self.name].sees_team

    @property
    def is_of_role(self) -> Callable[[Role], bool]:
        return lambda least: PEOPLE[self.name].role >= least


@dataclass(frozen=True)
class Read:
    """One way to ask: the words, what is read from the answer, and what is expected. `presses`: on to the last page."""

    words: str
    read: Callable[[str], Told]
    expect: Callable[[Asking], Told]
    presses: str = ""


# ---- what is read ---------------------------------------------------------------------------------------------------


def find(pattern: str) -> Callable[[str], Told]:
    """The amount, in whole units, that stands behind some words."""

    def read(text: str) -> Told:
        found = re.search(pattern + r"(?:SAR )?([\d,]+)", text)
        return int(found[1].replace(",", "")) if found else text

    return read


def add_each(pattern: str) -> Callable[[str], Told]:
    """The sum of every amount behind some words."""
    return lambda text: sum(int(amount.replace(",", "")) for amount in re.findall(pattern + r"SAR ([\d,]+)", text))


def list_each(pattern: str) -> Callable[[str], Told]:
    """Every name there."""
    return lambda text: frozenset(re.findall(pattern, text))


def read_targets(text: str) -> Told:
    return frozenset(int(amount.replace(",", "")) for amount in re.findall(r"of SAR ([\d,]+)", text))


def read_export(text: str) -> Told:
    """The revenue beside a file; nothing where the file would have held nothing."""
    return 0 if "Nothing was recorded" in text else find("Revenue: ")(text)


# ---- what is expected -----------------------------------------------------------------------------------------------


def own(asking: Asking) -> Told:
    return add_up(asking.branch, asking.name)


def seen(asking: Asking) -> Told:
    """Everybody's there, or an employee's own."""
    return add_up(asking.branch, None if asking.sees_team else asking.name)


def board(asking: Asking) -> Told:
    """The ranking shows everybody to everybody."""
    return add_up(asking.branch)


def team(asking: Asking) -> Told:
    return add_up(asking.branch) if asking.sees_team else REFUSED


def log(asking: Asking) -> Told:
    """Sold, and brought back."""
    return 2 * add_up(asking.branch, None if asking.sees_team else asking.name)


def knows(asking: Asking) -> bool:
    """Whether somebody is known to who asks: they work in a branch of theirs, or sold there."""
    near, target = PEOPLE[asking.name].may_ask, asking.target
    if target == NOBODY or PEOPLE[asking.name].role >= Role.ADMIN:
        return target != NOBODY
    return PEOPLE[target].home in near or any(deal.seller == target and deal.branch in near for deal in DEALS)


def standing_of(asking: Asking) -> Told:
    """Somebody's figures are those of the branch they are employed in: that has to be in reach."""
    if asking.target == asking.name:
        return own(asking)
    if not asking.sees_team:
        return REFUSED
    if not knows(asking):
        return UNKNOWN
    home = PEOPLE[asking.target].home
    return add_up(home, asking.target) if home in PEOPLE[asking.name].may_ask else REFUSED


def log_of(asking: Asking) -> Told:
    if not asking.sees_team and asking.target != asking.name:
        return REFUSED
    return 2 * add_up(asking.branch, asking.target) if knows(asking) else UNKNOWN


def export_of(asking: Asking) -> Told:
    """What was sold, of what the log shows."""
    shown = log_of(asking)
    return shown // 2 if isinstance(shown, int) else shown


def why_of(asking: Asking) -> Told:
    """A row that is not there for the eyes of who asks is unknown to them."""
    if not asking.sees_team and asking.target != asking.name:
        return UNKNOWN
    return add_up(asking.branch, asking.target) or UNKNOWN


def goals(asking: Asking) -> Told:
    near = [name for name, one in PEOPLE.items() if one.home == asking.branch]
    return frozenset(TARGETS[name] for name in near if asking.sees_team or name == asking.name)


def goals_of(asking: Asking) -> Told:
    if not asking.sees_team and asking.target != asking.name:
        return REFUSED
    if not knows(asking):
        return UNKNOWN
    is_here = PEOPLE[asking.target].home == asking.branch
    return frozenset({TARGETS[asking.target]} if is_here else ())


def people(asking: Asking) -> Told:
    """Who works there; a super admin's people are everybody."""
    if not asking.sees_team:
        return REFUSED
    everybody = asking.is_of_role(Role.SUPER_ADMIN)
    return frozenset(name for name, one in PEOPLE.items() if everybody or one.home == asking.branch)


def people_of(asking: Asking) -> Told:
    if not asking.sees_team:
        return REFUSED
    if asking.target == NOBODY:
        return UNKNOWN
    is_near = PEOPLE[asking.target].home in PEOPLE[asking.name].may_ask
    return frozenset({asking.target}) if is_near else REFUSED


def teams(asking: Asking) -> Told:
    return people(asking) if asking.is_of_role(Role.MANAGER) else REFUSED


def catalogue(asking: Asking) -> Told:
    return frozenset({"SOL-1"}) if asking.is_of_role(Role.MANAGER) else REFUSED


def branches(asking: Asking) -> Told:
    return frozenset(PEOPLE[asking.name].may_ask) if asking.is_of_role(Role.MANAGER) else REFUSED


TARGET = "{target}"
NAMES = r"@(\w+)"
# Every command that reads, in every form that names a person or none. /branch is how another branch is asked for.
READS: dict[str, tuple[Read, ...]] = {
    "me": (Read("/me", find("Month: "), own), Read("/me @{target}", find("Month: "), standing_of)),
    "sales": (
        Read("/sales", add_each(r"#\d+ "), log, "Older"),
        Read("/sales @{target}", add_each(r"#\d+ "), log_of, "Older"),
    ),
    "leaderboard": (Read("/leaderboard", find("Together: "), board),),
    "team": (Read("/team", find(r"Together · .*\n"), team),),
    "kpi": (Read("/kpi", find("Total Revenue: "), seen),),
    "chart": (
        Read("/chart total_revenue", find("Total Revenue: "), seen),
        Read("/chart salesperson_totals", find("Together: "), seen),
    ),
    "why": (
        Read("/why revenue", add_each(r"#\d+ "), seen, "Older"),
        Read("/why salesperson_totals {target}", find(r"July 2026\n"), why_of),
    ),
    "export": (
        Read("/export sales csv", read_export, seen),
        Read("/export sales @{target} csv", read_export, export_of),
        Read("/export team csv", read_export, team),
        Read("/export leaderboard csv", read_export, board),
    ),
    "goal": (Read("/goal", read_targets, goals), Read("/goal @{target}", read_targets, goals_of)),
    "stock": (Read("/stock", find("SOL-1 "), lambda asking: STOCK[asking.branch]),),
    "people": (Read("/people", list_each(NAMES), people), Read("/people @{target}", list_each(NAMES), people_of)),
    "teams": (Read("/teams", list_each(r"(\w+_\w+)"), teams),),
    "product": (Read("/product", list_each(r"(SOL-\d)(?= )"), catalogue),),
    "branch": (Read("/branch", list_each(f"({MALL}|{PIER})(?= ·|,)"), branches),),
}
# Commands that tell nothing of a branch or a person, and why.
TELL_NOTHING = {
    "sale": "records; what it answers is the sale itself",
    "new": "one's own sale, before it is recorded",
    "cancel": "one's own sale, given up",
    "undo": "of one sale, which is corrected by whom a receipt's Undo is allowed",
    "price": "list prices of the company, which every seller knows",
    "again": "records; the sale it repeats is read as its receipt is",
    "template": "one's own words",
    "bulk": "records",
    "return": "records",
    "exchange": "records",
    "give": "whose a sale is; it is read as its receipt is",
    "history": "of one sale, which is read as its receipt is",
    "close": "which months are closed",
    "digest": "which digests come to this chat; their figures are compared below",
    "invite": "makes a link",
    "invitations": "those to the branches one may invite to, without their links: tests/core/people",
    "keys": "one's own, or for who manages people others', without the keys themselves: tests/core/people",
    "guests": "who of other branches may sell in the one worked on, for its manager: test_guests",
    "imports": "the files that came in, for who may import: who runs the company",
    "company": "settings of the company, for who runs it",
    "switch": "one's own companies",
    "numbers": "how one's own figures are written",
    "help": "one's own commands",
}


# ---- buttons ---------------------------------------------------------------------------------------------------------


def count_entries(text: str) -> Told:
    found = re.search(r"(\d+) entr", text)
    return int(found[1]) if found else 0


def count_log(asking: Asking) -> Told:
    """How many entries there are, sold and brought back: so many that there is a second page, or nothing is on it."""
    if not asking.sees_team:
        return 0
    return 2 * sum(one.branch == asking.branch for one in DEALS)


# What is sent in a group, the button pressed under the answer, and what whoever presses it is told then. The ranking
# has no buttons in a group; in private it is one's own.
PRESSES: dict[str, tuple[str, tuple[str, ...], Callable[[str], Told], Callable[[Asking], Told]]] = {
    "page": ("/sales", ("Older",), count_entries, count_log),
    "kpi": ("/kpi", ("Month",), find("Total Revenue: "), seen),
    "why": ("/kpi", ("Why?",), find(r"July 2026\n"), seen),
    "see": ("/kpi", ("Why?", "Older"), find(r"July 2026\n"), seen),
    "chart": ("/chart", ("Sales by Period",), find("Together: "), seen),
    "draw": ("/chart total_revenue as card", ("Calendar",), find("Total Revenue: "), seen),
}
