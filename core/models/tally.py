"""How a company's Tally is read. One rule: one row a company, what was said last holds until something else is."""

from sqlalchemy import JSON, Column, Table, UniqueConstraint

from core.models.columns import Instant, company_column, id_column, metadata, reference

tally_settings = Table(
    "tally_settings",
    metadata,
    company_column(),
    id_column(),
    # {"salesperson": a formula, "fields": {name: path}, "types": {type: parent} as said, "parents" as masters told}
    Column("options", JSON, nullable=False),
    reference("saved_by", "people.id", nullable=True),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("company_id"),
)
