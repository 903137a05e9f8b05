"""The tables, one noun a file. One rule: importing this package registers every table in `metadata`."""

from core.models import (
    cards,
    catalog,
    company,
    goals,
    imports,
    outbox,
    people,
    recalculations,
    requests,
    rollups,
    sales,
    tally,
    values,
)
from core.models.columns import metadata

__all__ = [
    "cards",
    "catalog",
    "company",
    "goals",
    "imports",
    "metadata",
    "outbox",
    "people",
    "recalculations",
    "requests",
    "rollups",
    "sales",
    "tally",
    "values",
]
