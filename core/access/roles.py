"""Roles, how far each sees, and permissions. One rule: these tables are the contract's part 3, checked in core only."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from core.errors import InvalidInput
from core.text import fold


class Role(IntEnum):
    """The five roles of the contract, each reaching further than the one before."""

    EMPLOYEE = 1
    ASSISTANT_MANAGER = 2
    MANAGER = 3
    ADMIN = 4
    SUPER_ADMIN = 5

    @property
    def label(self) -> str:
        """The role as stored and written: "assistant_manager"."""
        return self.name.lower()


class Reach(StrEnum):
    """How wide a question is meant: oneself, one's team, or the ranking everybody in a branch may see."""

    MY = "my"
    TEAM = "team"
    BOARD = "board"


class Branches(StrEnum):
    """Which branches a role may work on and ask for."""

    OWN = "the one of employment"
    BELONGED_TO = "those belonged to"
    ANY = "any one"
    EVERY = "any one, or every one at once"


@dataclass(frozen=True, slots=True)
class Rule:
    """How far a role sees. `sees_team`: all of the branch, not oneself alone. `own_pages`: whom the "my" pages show."""

    branches: Branches
    sees_team: bool
    own_pages: Reach


# The contract's part 3 (and 2.2 for the "my" pages), row by row.
RULES: dict[Role, Rule] = {
    Role.EMPLOYEE: Rule(Branches.OWN, sees_team=False, own_pages=Reach.MY),
    Role.ASSISTANT_MANAGER: Rule(Branches.OWN, sees_team=True, own_pages=Reach.MY),
    Role.MANAGER: Rule(Branches.BELONGED_TO, sees_team=True, own_pages=Reach.TEAM),
    Role.ADMIN: Rule(Branches.ANY, sees_team=True, own_pages=Reach.MY),
    Role.SUPER_ADMIN: Rule(Branches.EVERY, sees_team=True, own_pages=Reach.MY),
}


class Permission(StrEnum):
    """What one may be allowed to do, as it is said in a refusal."""

    RECORD_SALE = "record sales"
    RECORD_FOR_OTHERS = "record sales for others"
    CORRECT_OTHERS = "correct the sales of others"
    SEE_BOARD = "see the leaderboard"
    SEE_TEAM = "see the team's numbers"
    SEE_PROFIT = "see cost and profit"
    MOVE_STOCK = "receive and count stock"
    SET_GOALS = "set goals"
    INVITE = "invite people"
    MANAGE_TEAMS = "form teams"
    MANAGE_PEOPLE = "manage people"
    MANAGE_CATALOG = "manage products"
    SUBSCRIBE_GROUP = "subscribe a group to a digest"
    IMPORT = "import files"
    SEE_EVERY_BRANCH = "see every branch at once"
    CLOSE_MONTHS = "close months"
    MANAGE_COMPANY = "manage the company"


def _find_least(is_so: Callable[[Rule], bool]) -> Role:
    return min(role for role, rule in RULES.items() if is_so(rule))


# The least role that has each permission.
PERMISSIONS: dict[Permission, Role] = {
    Permission.RECORD_SALE: Role.EMPLOYEE,
    Permission.SEE_BOARD: Role.EMPLOYEE,
    Permission.SEE_TEAM: _find_least(lambda rule: rule.sees_team),
    Permission.MOVE_STOCK: Role.ASSISTANT_MANAGER,
    Permission.RECORD_FOR_OTHERS: Role.MANAGER,
    Permission.CORRECT_OTHERS: Role.MANAGER,
    Permission.SEE_PROFIT: Role.MANAGER,
    Permission.SET_GOALS: Role.MANAGER,
    Permission.INVITE: Role.MANAGER,
    Permission.MANAGE_TEAMS: Role.MANAGER,
    Permission.MANAGE_CATALOG: Role.MANAGER,
    Permission.SUBSCRIBE_GROUP: Role.MANAGER,
    Permission.MANAGE_PEOPLE: Role.ADMIN,
    Permission.IMPORT: Role.ADMIN,
    Permission.CLOSE_MONTHS: Role.ADMIN,
    Permission.SEE_EVERY_BRANCH: _find_least(lambda rule: rule.branches is Branches.EVERY),
    Permission.MANAGE_COMPANY: Role.SUPER_ADMIN,
}


def parse_role(text: str) -> Role:
    """The role of that name; InvalidInput lists those there are."""
    try:
        return Role[fold(text).replace(" ", "_").replace("-", "_").upper()]
    except KeyError as error:
        known = ", ".join(role.label for role in Role)
        raise InvalidInput(f"“{text}” is not a role.", field="role", hint=known) from error
