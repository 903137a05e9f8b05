"""Who asks or acts. One rule: a viewer is somebody in one company, read from the database for every request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Connection, Row

from core.access.roles import PERMISSIONS, RULES, Branches, Permission, Role, Rule, parse_role
from core.errors import InvalidInput, NotAllowed, NotFound
from core.models.company import branches, companies
from core.models.people import branch_memberships, people
from core.periods import Calendar
from core.text import fold, make_handle, make_storable

MOST_LISTED = 20  # names in a refusal


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
    has_spanning_orders: bool = False
    has_shared_orders: bool = False
    has_mixed_orders: bool = False
    locale: str = "en"
    number_format: str = "international"
    correction_days: int | None = None
    takes_orders_ahead: bool = False
    closed_before: date | None = None
    asks_above: int | None = None

    @property
    def orders_span(self) -> frozenset[str]:
        """The columns of lines in which those of one order may differ."""
        spans = set[str]()
        spans |= {"day", "branch_id"} if self.has_spanning_orders else set()
        spans |= {"person_id"} if self.has_shared_orders else set()
        spans |= {"platform", "coupon"} if self.has_mixed_orders else set()
        return frozenset(spans)


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
    locale: str  # how figures are written for this person: their own, else the company's
    number_format: str

    @property
    def rule(self) -> Rule:
        """How far the viewer's role sees."""
        return RULES[self.role]

    @property
    def operational_branch_id(self) -> int | None:
        """The branch one works on: the one chosen, where the role may work on it, else the one of employment."""
        chosen = self.working_branch_id
        return chosen if chosen is not None and self.may_work_on(chosen) else self.branch_id

    @property
    def bound_to(self) -> frozenset[int] | None:
        """The branches beyond which the viewer may not be told anything; None where the role reaches any."""
        match self.rule.branches:
            case Branches.OWN:
                return frozenset() if self.branch_id is None else frozenset({self.branch_id})
            case Branches.BELONGED_TO:
                return self.member_of
            case _:
                return None

    def may_work_on(self, branch_id: int) -> bool:
        """Whether the role reaches the branch of that number, one of the viewer's company."""
        return self.bound_to is None or branch_id in self.bound_to

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission."""
        return self.role >= PERMISSIONS[permission]

    def require(self, permission: Permission, field: str | None = None) -> None:
        """Raise NotAllowed, naming `field`, unless the role has the permission."""
        if not self.may(permission):
            role = self.role.label.replace("_", " ")
            raise NotAllowed(f"Your role ({role}) may not {permission.value}.", field=field)


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
        fields["has_spanning_orders"],
        fields["has_shared_orders"],
        fields["has_mixed_orders"],
        fields["locale"],
        fields["number_format"],
        fields["correction_days"],
        fields["takes_orders_ahead"],
        fields["closed_before"],
        fields["asks_above"],
    )


def find_company(tx: Connection, handle: str | None = None) -> Company:
    """The company of that handle or name, or the only one there is. Raises NotFound, or InvalidInput listing them."""
    known = [read_company(row) for row in tx.execute(select(companies).order_by(companies.c.id))]
    found = _find_called(known, handle) if handle is not None else known
    if len(found) == 1:
        return found[0]
    if not known:
        raise NotFound("There is no company yet.", field="company", hint='salesbell company create "Lumina Home"')
    names = ", ".join(company.handle for company in known)
    if handle is None:
        raise InvalidInput(f"Which company? There are: {names}.", field="company", hint=known[0].handle)
    raise NotFound(f"There is no company “{handle}”. There are: {names}.", field="company")


def _find_called(known: list[Company], words: str) -> list[Company]:
    """Those of that handle, however its words are joined (corner-shop is corner_shop), else those of that name."""
    by_handle = [company for company in known if company.handle == make_handle(words)]
    return by_handle or [company for company in known if fold(company.name) == fold(words)]


def act_as_operator(company: Company, branch_id: int | None = None) -> Viewer:
    """The viewer for whoever holds the installation's command line: sees and may do everything, in a branch or all."""
    return Viewer(
        company,
        None,
        "operator",
        "Operator",
        Role.SUPER_ADMIN,
        None,
        branch_id,
        frozenset(),
        company.time_zone,
        company.locale,
        company.number_format,
    )


_home, _working = branches.alias("home"), branches.alias("working")

# Everything a Viewer is made of, in one select: a row, or for a manager one row a further branch.
VIEWER_ROWS = (
    select(
        companies,
        people.c.id.label("person_id"),
        people.c.handle.label("person_handle"),
        people.c.name.label("person_name"),
        people.c.role,
        people.c.branch_id,
        people.c.working_branch_id,
        people.c.locale.label("own_locale"),
        people.c.number_format.label("own_number_format"),
        _home.c.time_zone.label("home_zone"),
        _working.c.time_zone.label("working_zone"),
        branch_memberships.c.branch_id.label("membership"),
    )
    .select_from(people)
    .join(companies, companies.c.id == people.c.company_id)
    .join(_home, _home.c.id == people.c.branch_id)
    .outerjoin(_working, _working.c.id == people.c.working_branch_id)
    .outerjoin(
        branch_memberships,
        and_(branch_memberships.c.person_id == people.c.id, people.c.role == Role.MANAGER.label),
    )
    .where(people.c.is_active)
)

_OF_PERSON = VIEWER_ROWS.where(people.c.id == bindparam("person_id"))


def load_viewer(tx: Connection, person_id: int) -> Viewer:
    """The viewer for a person; NotAllowed if the person has left."""
    rows = tx.execute(_OF_PERSON, {"person_id": person_id}).all()
    if not rows:
        raise NotAllowed("You no longer have access.")
    return read_viewer(rows)


def read_viewer(rows: Sequence[Row[Any]]) -> Viewer:
    """The viewer that the rows of VIEWER_ROWS for one person make."""
    row = rows[0]
    company = read_company(row)
    member_of = {row.branch_id, *(each.membership for each in rows if each.membership is not None)}
    viewer = Viewer(
        company,
        row.person_id,
        row.person_handle,
        row.person_name,
        parse_role(row.role),
        row.branch_id,
        row.working_branch_id,
        frozenset(member_of),
        row.home_zone or company.time_zone,
        row.own_locale or company.locale,
        row.own_number_format or company.number_format,
    )
    if viewer.operational_branch_id == row.branch_id:
        return viewer
    return replace(viewer, time_zone=row.working_zone or company.time_zone)


def find_branch_zone(tx: Connection, company: Company, branch_id: int | None) -> str:
    """The time zone a branch's business days are counted in."""
    zone = tx.execute(select(branches.c.time_zone).where(branches.c.id == branch_id)).scalar()
    return zone or company.time_zone


def find_viewer(tx: Connection, handle: str, company_handle: str | None = None) -> Viewer:
    """The viewer for a person's handle, "@ann" or "ann". NotFound, or InvalidInput if several companies have one."""
    wanted = fold(make_storable(handle)).removeprefix("@")
    query = select(people.c.id, companies.c.handle).join(companies, companies.c.id == people.c.company_id)
    query = query.where(people.c.handle == wanted, people.c.is_active)
    if company_handle is not None:
        query = query.where(people.c.company_id == find_company(tx, company_handle).id)
    rows = tx.execute(query).all()
    if not rows:
        raise _miss_person(tx, handle, company_handle)
    if len(rows) > 1:
        known = ", ".join(row.handle for row in rows)
        raise InvalidInput(f"“{handle}” is a person in several companies: {known}.", field="company")
    return load_viewer(tx, rows[0].id)


def _miss_person(tx: Connection, handle: str, company_handle: str | None) -> NotFound:
    """Nobody is called so; who there is."""
    query = select(people.c.handle).where(people.c.is_active).order_by(people.c.id).limit(MOST_LISTED + 1)
    if company_handle is not None:
        query = query.where(people.c.company_id == find_company(tx, company_handle).id)
    known = list(tx.execute(query).scalars())
    if not known:
        return NotFound(f"There is nobody called “{handle}”, nor anybody else yet.", field="handle")
    names = ", ".join(known[:MOST_LISTED]) + (" …" if len(known) > MOST_LISTED else "")
    return NotFound(f"There is nobody called “{handle}”. There are: {names}.", field="handle", hint=known[0])
