"""What plain dimensions were ever called, and where. One rule: a filter is looked up here, not in every line."""

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table

from core.models.columns import company_column, metadata, reference

known_values = Table(
    "known_values",
    metadata,
    company_column(),
    Column("dimension", String(40), nullable=False),
    reference("branch_id", "branches.id"),
    Column("value", String(100), nullable=False),
    PrimaryKeyConstraint("company_id", "dimension", "branch_id", "value"),
    sqlite_with_rowid=False,
)
