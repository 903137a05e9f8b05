"""Telegram accounts and whom they act as. One rule: an account is at most one person in each company."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import VIEWER_ROWS, Role, Viewer, load_viewer, parse_role, read_viewer
from core.errors import Conflict, InvalidInput, NotFound
from core.models.company import companies
from core.models.people import accounts, people
from core.statements import Statement
from core.text import clean_name, fold

FALLBACK_NAME = "Somebody"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever wrote to the bot, as Telegram names them."""

    telegram_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One company an account is somebody in."""

    person_id: int
    company_handle: str
    company_name: str
    role: Role
    is_current: bool


_OF_ACCOUNT = Statement(
    VIEWER_ROWS.join(accounts, accounts.c.current_person_id == people.c.id).where(
        accounts.c.telegram_id == bindparam("telegram_id"), people.c.account_id == accounts.c.id
    )
)


def find_account_viewer(tx: Connection, telegram_id: int) -> Viewer | None:
    """Whom the account acts as just now; None for somebody unknown or who left. One select: asked at every message.

    Somebody who left one company and is in another has to choose it (`list_companies_of`, `switch_company`): a sale
    must not land in another company than the one last chosen.
    """
    rows = _OF_ACCOUNT.rows(tx, {"telegram_id": telegram_id})
    return read_viewer(rows) if rows else None


def list_companies_of(tx: Connection, telegram_id: int) -> tuple[Membership, ...]:
    """Every company the account is an active person in, the oldest membership first."""
    query = (
        select(people.c.id, companies.c.handle, companies.c.name, people.c.role, accounts.c.current_person_id)
        .join_from(accounts, people, people.c.account_id == accounts.c.id)
        .join(companies, companies.c.id == people.c.company_id)
        .where(accounts.c.telegram_id == telegram_id, people.c.is_active)
        .order_by(people.c.id)
    )
    return tuple(
        Membership(row.id, row.handle, row.name, parse_role(row.role), row.id == row.current_person_id)
        for row in tx.execute(query)
    )


def switch_company(tx: Connection, telegram_id: int, words: str) -> Viewer:
    """Act in the company of that handle or name from now on. Raises NotFound listing those there are."""
    known = list_companies_of(tx, telegram_id)
    for membership in known:
        if fold(words) in (membership.company_handle, fold(membership.company_name)):
            of_account = accounts.c.telegram_id == telegram_id
            tx.execute(update(accounts).where(of_account).values(current_person_id=membership.person_id))
            return load_viewer(tx, membership.person_id)
    handles = ", ".join(membership.company_handle for membership in known)
    raise NotFound(f"You are in no company “{words}”." + (f" You are in: {handles}." if known else ""), field="company")


def list_leaders(tx: Connection, most: int = 200) -> list[tuple[int, Role]]:
    """The private chats of those whose menu is longer than an employee's, with their role."""
    query = (
        select(accounts.c.telegram_id, people.c.role)
        .join_from(accounts, people, people.c.id == accounts.c.current_person_id)
        .where(people.c.is_active, people.c.role != Role.EMPLOYEE.label)
        .order_by(people.c.id)
        .limit(most)
    )
    return [(row.telegram_id, parse_role(row.role)) for row in tx.execute(query)]


def find_acting_account(tx: Connection, person_id: int) -> int | None:
    """The Telegram number of the account that acts as a person just now; None where none does."""
    acting = select(accounts.c.telegram_id).where(accounts.c.current_person_id == person_id)
    return tx.execute(acting).scalar()


def _build_upsert(dialect: Any) -> Any:
    statement = dialect.insert(accounts)
    return statement.on_conflict_do_update(
        index_elements=["telegram_id"], set_={"name": statement.excluded.name}
    ).returning(accounts.c.id)


_UPSERTS: dict[str, Any] = {"sqlite": _build_upsert(sqlite), "postgresql": _build_upsert(postgresql)}


def record_account(tx: Connection, visitor: Visitor) -> int:
    """The number of the visitor's account, made if new; held until the transaction ends, so that two /start of the
    same visitor follow one another.
    """
    row = {"telegram_id": visitor.telegram_id, "name": name_visitor(visitor), "created_at": clock.now()}
    return int(tx.execute(_UPSERTS[tx.dialect.name], row).scalar_one())


def name_visitor(visitor: Visitor) -> str:
    """What to call a visitor whose name Telegram may leave blank."""
    try:
        return clean_name(visitor.name[:200], "name")
    except InvalidInput:
        return FALLBACK_NAME


def link_account(tx: Connection, visitor: Visitor, person_id: int) -> Viewer:
    """Make the visitor's account act as that person, from now on.

    Raises Conflict when the person is somebody else's account, or the account somebody else in that company;
    NotAllowed when the person has left.
    """
    account_id = record_account(tx, visitor)
    viewer = load_viewer(tx, person_id)
    in_company = people.c.company_id == viewer.company.id
    held = tx.execute(select(people.c.id).where(in_company, people.c.account_id == account_id)).scalar()
    if held is None:
        free = people.c.account_id.is_(None)
        taken = tx.execute(update(people).where(people.c.id == person_id, free).values(account_id=account_id)).rowcount
        if not taken:
            raise Conflict(f"@{viewer.handle} has a Telegram account already.", field="person")
    elif held != person_id:
        raise Conflict("This Telegram account is somebody else in this company.", field="person")
    return act_as(tx, account_id, person_id)


def act_as(tx: Connection, account_id: int, person_id: int) -> Viewer:
    """Make the account act as a person that is already its own; the viewer as of then."""
    tx.execute(update(accounts).where(accounts.c.id == account_id).values(current_person_id=person_id))
    return load_viewer(tx, person_id)
