"""Writes over HTTP that were given a name by who sent them. One rule: one person, one name, one request."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint

from core.models.columns import Instant, company_column, id_column, metadata, reference

requests = Table(
    "requests",
    metadata,
    company_column(),
    id_column(),
    reference("person_id", "people.id"),
    Column("name", String(128), nullable=False),
    Column("fingerprint", String(64), nullable=False),  # of what was asked
    Column("status", Integer, nullable=False),
    Column("location", String(200)),
    Column("body", LargeBinary, nullable=False),
    Column("asked_at", Instant, nullable=False),
    UniqueConstraint("company_id", "person_id", "name"),
)
