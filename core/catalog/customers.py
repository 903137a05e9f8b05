"""Customers. One rule: one buyer is one row, by the code they came with, else by name whatever its case."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.models.catalog import customers
from core.statements import Statement
from core.text import clean_name, fold

LONGEST_NAME, LONGEST_IDENTITY = 300, 320

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
    name = clean_name(name, "customer", LONGEST_NAME)
    row = make_customer_row(company_id, identify_customer(name, code), name)
    key = {"company_id": company_id, "identity": row["identity"]}
    found = _FIND.row(tx, key) or _ADD.row(tx, row) or _FIND.row(tx, key)  # added meanwhile
    return Customer(*found)


def make_customer_row(company_id: int, identity: str, name: str) -> dict[str, Any]:
    """A new row of customers."""
    folded = {"folded_name": fold_name(name), "folded_identity": fold(identity)[:LONGEST_IDENTITY]}
    return {"company_id": company_id, "identity": identity, "name": name, **folded}


def fold_name(name: str) -> str:
    """A customer's name as the index has it: where it is that long, only its beginning."""
    return fold(name)[:LONGEST_NAME]


def is_customer_called(words: str) -> ColumnElement[bool]:
    """The condition that customers go by that name, or identity, whatever its case, width and spacing; see `fold`.

    Of very long ones only the beginning is compared.
    """
    return or_(
        customers.c.folded_name == fold_name(words), customers.c.folded_identity == fold(words)[:LONGEST_IDENTITY]
    )


def identify_customer(name: str, code: str | None = None) -> str:
    """What makes a customer one: "id:HO-15234", or "name:" and the folded name. A very long one ends in its hash."""
    code = clean_name(code, "customer code", 300) if code and code.strip() else None
    identity = f"id:{code}" if code else f"name:{fold(name)}"
    if len(identity) <= LONGEST_IDENTITY:
        return identity
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return f"{identity[: LONGEST_IDENTITY - len(digest)]}{digest}"
