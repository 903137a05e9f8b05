"""Customers. One rule: one buyer is one row, by the code they came with, else by name whatever its case."""

import hashlib
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.models.catalog import customers
from core.text import clean_name, fold

LONGEST_IDENTITY = 320

_FIND = select(customers.c.id).where(
    customers.c.company_id == bindparam("company_id"), customers.c.identity == bindparam("identity")
)
_ADD: dict[str, Any] = {
    name: dialect.insert(customers).on_conflict_do_nothing().returning(customers.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def find_or_add_customer(tx: Connection, company_id: int, name: str, code: str | None = None) -> int:
    """The number of the customer of that code, else of that name, made if new. InvalidInput names `customer`."""
    name = clean_name(name, "customer", 300)
    key = {"company_id": company_id, "identity": identify_customer(name, code)}
    found = tx.execute(_FIND, key).scalar()
    if found is None:
        found = tx.execute(_ADD[tx.dialect.name], key | {"name": name}).scalar()
    if found is None:  # somebody else added the same one meanwhile
        found = tx.execute(_FIND, key).scalar_one()
    return int(found)


def identify_customer(name: str, code: str | None = None) -> str:
    """What makes a customer one: "id:HO-15234", or "name:" and the folded name. A very long one ends in its hash."""
    code = clean_name(code, "customer code", 300) if code and code.strip() else None
    identity = f"id:{code}" if code else f"name:{fold(name)}"
    if len(identity) <= LONGEST_IDENTITY:
        return identity
    digest = hashlib.sha256(identity.encode()).hexdigest()
    return f"{identity[: LONGEST_IDENTITY - len(digest)]}{digest}"
