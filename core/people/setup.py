"""The first visitor of an empty installation. One rule: the set-up code works once, whoever comes first."""

import secrets
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Role, Viewer, act_as_operator, read_company
from core.company import create_company, list_branches
from core.models.company import companies, setup_codes
from core.models.people import people
from core.people.accounts import Visitor, act_as, name_visitor, record_account
from core.people.members import insert_person

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another one
GROUPS, GROUP_LENGTH = 4, 5
ONLY_ROW = 1

_INSERT_ONCE: dict[str, Any] = {
    name: dialect.insert(setup_codes).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def ensure_setup_code(tx: Connection) -> str | None:
    """The code that makes its first visitor super admin, the same for every process; None once there is one."""
    ruled = select(people.c.id).where(people.c.role == Role.SUPER_ADMIN.label, people.c.account_id.is_not(None))
    if tx.execute(ruled.limit(1)).first() is not None:
        return None
    tx.execute(_INSERT_ONCE[tx.dialect.name], {"id": ONLY_ROW, "code": _make_code()})
    return _read_unclaimed(tx)


def _make_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _read_unclaimed(tx: Connection) -> str | None:
    return tx.execute(
        select(setup_codes.c.code).where(setup_codes.c.id == ONLY_ROW, setup_codes.c.claimed_at.is_(None))
    ).scalar()


def claim_installation(tx: Connection, visitor: Visitor, code: str, *, currency: str, time_zone: str) -> Viewer | None:
    """Make the visitor super admin if the code is the unclaimed one; None if it is not (any more).

    The company is the first there is, else a new "My company" with `currency` and `time_zone`.
    """
    expected = _read_unclaimed(tx)
    given = code.strip().upper().encode(errors="replace")
    if expected is None or not secrets.compare_digest(expected.encode(), given):
        return None
    unclaimed = (setup_codes.c.id == ONLY_ROW, setup_codes.c.claimed_at.is_(None))
    if tx.execute(update(setup_codes).where(*unclaimed).values(claimed_at=clock.now())).rowcount == 0:
        return None
    row = tx.execute(select(companies).order_by(companies.c.id).limit(1)).first()
    company = read_company(row) if row else create_company(tx, "My company", currency=currency, time_zone=time_zone)
    return _make_super_admin(tx, visitor, act_as_operator(company))


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
