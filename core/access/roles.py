"""Roles and permissions. One rule: a permission is one row of `PERMISSIONS`, checked in core, whichever edge called."""

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
    MANAGE_COMPANY = "manage the company"


# The least role that has each permission.
PERMISSIONS: dict[Permission, Role] = {
    Permission.RECORD_SALE: Role.EMPLOYEE,
    Permission.SEE_BOARD: Role.EMPLOYEE,
    Permission.SEE_TEAM: Role.ASSISTANT_MANAGER,
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
    Permission.SEE_EVERY_BRANCH: Role.SUPER_ADMIN,
    Permission.MANAGE_COMPANY: Role.SUPER_ADMIN,
}


def parse_role(text: str) -> Role:
    """The role of that name; InvalidInput lists those there are."""
    try:
        return Role[fold(text).replace(" ", "_").replace("-", "_").upper()]
    except KeyError as error:
        known = ", ".join(role.label for role in Role)
        raise InvalidInput(f"“{text}” is not a role.", field="role", hint=known) from error
