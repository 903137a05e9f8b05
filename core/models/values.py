"""What plain dimensions were ever called. One rule: a filter is looked up here, not in every line ever written."""

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table

from core.models.columns import company_column, metadata

known_values = Table(
    "known_values",
    metadata,
    company_column(),
    Column("dimension", String(40), nullable=False),
    Column("value", String(100), nullable=False),
    PrimaryKeyConstraint("company_id", "dimension", "value"),
    sqlite_with_rowid=False,
)
