"""Who may see and do what. One rule: every read and write is scoped here, whichever edge it came through."""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row

from core.errors import InvalidInput, NotAllowed, NotFound
from core.models.company import branches, companies
from core.models.people import branch_memberships, people
from core.periods import Calendar
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


class Reach(StrEnum):
    """How wide a question is meant: oneself, one's team, or the ranking everybody in a branch may see."""

    MY = "my"
    TEAM = "team"
    BOARD = "board"


ALL_BRANCHES = "all"


@dataclass(frozen=True, slots=True)
class Company:
    """What core needs to know of a company all the time."""

    id: int
    handle: str
    name: str
    currency: str
    time_zone: str
    calendar: Calendar
    day_first: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks or acts, in one company. `person_id` None: the operator at the command line."""

    company: Company
    person_id: int | None
    handle: str
    name: str
    role: Role
    branch_id: int | None  # of employment
    working_branch_id: int | None  # chosen, for those who may choose
    member_of: frozenset[int]  # every branch the person belongs to
    time_zone: str  # of the branch

    @property
    def operational_branch_id(self) -> int | None:
        """The branch one works on: bound to one's own up to assistant manager (contract, part 3)."""
        if self.role <= Role.ASSISTANT_MANAGER:
            return self.branch_id
        if self.role == Role.MANAGER and self.working_branch_id not in self.member_of:
            return self.branch_id
        return self.working_branch_id or self.branch_id

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission."""
        return self.role >= PERMISSIONS[permission]

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed unless the role has the permission."""
        if not self.may(permission):
            raise NotAllowed(f"Your role ({self.role.label.replace('_', ' ')}) may not {permission.value}.")


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
        viewer.require(Permission.SEE_EVERY_BRANCH)
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


def parse_role(text: str) -> Role:
    """The role of that name; InvalidInput lists those there are."""
    try:
        return Role[fold(text).replace(" ", "_").replace("-", "_").upper()]
    except KeyError as error:
        known = ", ".join(role.label for role in Role)
        raise InvalidInput(f"“{text}” is not a role.", field="role", hint=known) from error


def read_company(row: Row[tuple[object, ...]]) -> Company:
    """A Company from a row of its table."""
    fields = row._mapping
    return Company(
        fields["id"],
        fields["handle"],
        fields["name"],
        fields["currency"],
        fields["time_zone"],
        Calendar(fields["week_start"], fields["financial_year_month"]),
        fields["day_first"],
    )


def find_company(tx: Connection, handle: str | None = None) -> Company:
    """The company of that handle or name, or the only one there is. Raises NotFound, or InvalidInput listing them."""
    known = [read_company(row) for row in tx.execute(select(companies).order_by(companies.c.id))]
    found = [company for company in known if handle is None or fold(handle) in (company.handle, fold(company.name))]
    if len(found) == 1:
        return found[0]
    names = ", ".join(company.handle for company in known) or "none yet"
    if handle is None and known:
        raise InvalidInput(f"Which company? There are: {names}.", field="company", hint=known[0].handle)
    raise NotFound(f"There is no company “{handle or ''}”. There are: {names}.", field="company")


def act_as_operator(company: Company, branch_id: int | None = None) -> Viewer:
    """The viewer for whoever holds the installation's command line: sees and may do everything, in a branch or all."""
    return Viewer(
        company, None, "operator", "Operator", Role.SUPER_ADMIN, None, branch_id, frozenset(), company.time_zone
    )


_VIEWER_ROWS = select(
    companies,
    people.c.id.label("person_id"),
    people.c.handle.label("person_handle"),
    people.c.name.label("person_name"),
    people.c.role,
    people.c.branch_id,
    people.c.working_branch_id,
    people.c.is_active,
    branches.c.time_zone.label("branch_zone"),
).select_from(
    people.join(companies, people.c.company_id == companies.c.id).join(branches, branches.c.id == people.c.branch_id)
)


def load_viewer(tx: Connection, person_id: int) -> Viewer:
    """The viewer for a person; NotAllowed if the person has left."""
    row = tx.execute(_VIEWER_ROWS.where(people.c.id == person_id)).first()
    if row is None or not row.is_active:
        raise NotAllowed("You no longer have access.")
    role = parse_role(row.role)
    member_of = frozenset({row.branch_id})
    if role == Role.MANAGER:
        others = select(branch_memberships.c.branch_id).where(branch_memberships.c.person_id == person_id)
        member_of |= frozenset(tx.execute(others).scalars())
    company = read_company(row)
    viewer = Viewer(
        company,
        row.person_id,
        row.person_handle,
        row.person_name,
        role,
        row.branch_id,
        row.working_branch_id,
        member_of,
        row.branch_zone or company.time_zone,
    )
    if viewer.operational_branch_id == row.branch_id:
        return viewer
    return replace(viewer, time_zone=find_branch_zone(tx, company, viewer.operational_branch_id))


def find_branch_zone(tx: Connection, company: Company, branch_id: int | None) -> str:
    """The time zone a branch's business days are counted in."""
    zone = tx.execute(select(branches.c.time_zone).where(branches.c.id == branch_id)).scalar()
    return zone or company.time_zone


def find_viewer(tx: Connection, handle: str, company_handle: str | None = None) -> Viewer:
    """The viewer for a person's handle, "@ann" or "ann". NotFound, or InvalidInput if several companies have one."""
    wanted = handle.removeprefix("@").casefold()
    query = select(people.c.id, companies.c.handle).join(companies, companies.c.id == people.c.company_id)
    query = query.where(people.c.handle == wanted, people.c.is_active)
    if company_handle is not None:
        query = query.where(people.c.company_id == find_company(tx, company_handle).id)
    rows = tx.execute(query).all()
    if not rows:
        raise NotFound(f"There is nobody called “{handle}” here.", field="handle")
    if len(rows) > 1:
        known = ", ".join(row.handle for row in rows)
        raise InvalidInput(f"“{handle}” is a person in several companies: {known}.", field="company")
    return load_viewer(tx, rows[0].id)


def find_branch(tx: Connection, company_id: int, words: str) -> int:
    """The number of the branch of that handle or name; NotFound names `branch`."""
    for row in tx.execute(select(branches).where(branches.c.company_id == company_id)):
        if fold(words) in (row.handle, fold(row.name)):
            return int(row.id)
    raise NotFound(f"There is no branch “{words}”.", field="branch")
