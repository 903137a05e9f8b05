"""Recalculations that were asked for. One rule: one row a company, the last one, until another is asked for."""

from sqlalchemy import JSON, Column, Table, UniqueConstraint

from core.models.columns import Instant, company_column, id_column, metadata

recalculations = Table(
    "recalculations",
    metadata,
    company_column(),
    id_column(),
    Column("asked_at", Instant, nullable=False),
    Column("held_at", Instant),  # when whoever does it last said that they do
    Column("done_at", Instant),
    Column("checked", JSON, nullable=False),  # once it is done: [[rollup, rows, rows that differed], …]
    UniqueConstraint("company_id"),
)
