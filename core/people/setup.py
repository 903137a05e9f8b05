"""The first visitor of an empty installation. One rule: a set-up code works until there is a super admin, or a day."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer, act_as_operator, read_company
from core.company import create_company, list_branches
from core.errors import Conflict, InvalidInput
from core.models.company import companies, setup_codes
from core.models.people import people
from core.people.accounts import Visitor, act_as, name_visitor, record_account
from core.people.members import insert_person

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another one
GROUPS, GROUP_LENGTH = 4, 5
LIFETIME = timedelta(days=1)
NEW_CODE = "salesbell setup-code"


@dataclass(frozen=True, slots=True)
class SetupCode:
    """A code in plain text, for the only time, and until when it is good."""

    code: str
    expires_at: datetime


def open_setup(tx: Connection) -> SetupCode | None:
    """A code that makes its first visitor super admin, beside those given before; None once there is one."""
    if find_super_admin(tx) is not None:
        return None
    made = SetupCode(_make_code(), clock.now() + LIFETIME)
    tx.execute(insert(setup_codes), {"code_hash": _hash(made.code), "expires_at": made.expires_at})
    return made


def renew_setup(tx: Connection) -> SetupCode:
    """A code that is the only good one from now on. Raises Conflict once there is a super admin."""
    tx.execute(update(setup_codes).where(setup_codes.c.expires_at > clock.now()).values(expires_at=clock.now()))
    made = open_setup(tx)
    if made is None:
        who = find_super_admin(tx)
        raise Conflict(
            f"@{who} is super admin, so there is no set-up code any more. They let others in; for their own Telegram:",
            field="code",
            hint=f'salesbell chat --as {who} "/invite @{who}"',
        )
    return made


def find_super_admin(tx: Connection, *, with_account: bool = False) -> str | None:
    """The handle of the first super admin there is, in any company, however they came; None while there is none."""
    ruling = select(people.c.handle).where(people.c.role == Role.SUPER_ADMIN.label, people.c.is_active)
    if with_account:
        ruling = ruling.where(people.c.account_id.is_not(None))
    return tx.execute(ruling.order_by(people.c.id).limit(1)).scalar()


def _make_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def claim_installation(tx: Connection, visitor: Visitor, code: str, *, currency: str, time_zone: str) -> Viewer:
    """Make the visitor super admin. Raises InvalidInput naming `code` if it is none, or none any more, and why.

    The company is the first there is, else a new "My company" with `currency` and `time_zone`.
    """
    _spend(tx, _hash(code))
    row = tx.execute(select(companies).order_by(companies.c.id).limit(1)).first()
    company = read_company(row) if row else create_company(tx, "My company", currency=currency, time_zone=time_zone)
    return _make_super_admin(tx, visitor, act_as_operator(company))


def _spend(tx: Connection, code_hash: str) -> None:
    """End every code with this one, in one statement, so that of two who come at once one is refused."""
    known = tx.execute(select(setup_codes).where(setup_codes.c.code_hash == code_hash)).first()
    if known is None:
        _refuse("is not known here")
    if known.claimed_at is None and known.expires_at <= clock.now():
        _refuse("has expired")
    unclaimed = setup_codes.c.claimed_at.is_(None)
    ended = tx.execute(update(setup_codes).where(unclaimed).values(claimed_at=clock.now()).returning(setup_codes.c.id))
    if known.id not in set(ended.scalars()):
        _refuse("has been used already")
    if find_super_admin(tx) is not None:
        _refuse("is good for nothing any more: there is a super admin")


def _refuse(why: str) -> NoReturn:
    raise InvalidInput(
        f"This code {why}. Ask your manager for an invitation link; where there is no super admin yet, "
        f"whoever runs Salesbell makes a new set-up code with: {NEW_CODE}",
        field="code",
    )


def _make_super_admin(tx: Connection, visitor: Visitor, operator: Viewer) -> Viewer:
    account_id = record_account(tx, visitor)
    company_id = operator.company.id
    known = select(people.c.id).where(people.c.company_id == company_id, people.c.account_id == account_id)
    person_id = tx.execute(known).scalar()
    if person_id is None:
        branch = list_branches(tx, operator)[0]
        name = name_visitor(visitor)
        person_id = insert_person(tx, company_id, name, Role.SUPER_ADMIN, branch.id, account_id=account_id)
    else:
        promoted = {"role": Role.SUPER_ADMIN.label, "is_active": True}
        tx.execute(update(people).where(people.c.id == person_id).values(promoted))
    return act_as(tx, account_id, person_id)


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode(errors="replace")).hexdigest()
