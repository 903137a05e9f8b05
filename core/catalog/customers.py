"""Customers. One rule: one buyer is one row, by the code they came with, else by name whatever its case."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.models.catalog import customers
from core.statements import Statement
from core.text import clean_name, fold

LONGEST_IDENTITY = 320

_FIND = Statement(
    select(customers.c.id, customers.c.name).where(
        customers.c.company_id == bindparam("company_id"), customers.c.identity == bindparam("identity")
    )
)
_ADD = Statement(
    {
        name: dialect.insert(customers).on_conflict_do_nothing().returning(customers.c.id, customers.c.name)
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer, by the name first told."""

    id: int
    name: str


def find_or_add_customer(tx: Connection, company_id: int, name: str, code: str | None = None) -> Customer:
    """The customer of that code, else of that name, made if new. InvalidInput names `customer`."""
    name = clean_name(name, "customer", 300)
    key = {"company_id": company_id, "identity": identify_customer(name, code)}
    found = _FIND.row(tx, key) or _ADD.row(tx, key | {"name": name}) or _FIND.row(tx, key)  # added meanwhile
    return Customer(*found)


def identify_customer(name: str, code: str | None = None) -> str:
    """What makes a customer one: "id:HO-15234", or "name:" and the folded name. A very long one ends in its hash."""
    code = clean_name(code, "customer code", 300) if code and code.strip() else None
    identity = f"id:{code}" if code else f"name:{fold(name)}"
    if len(identity) <= LONGEST_IDENTITY:
        return identity
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return f"{identity[: LONGEST_IDENTITY - len(digest)]}{digest}"
