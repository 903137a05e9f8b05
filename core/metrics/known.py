"""What plain dimensions were ever called, so that a filter need not look through every line."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.metrics.dimensions import DIMENSIONS
from core.models.sales import lines
from core.models.values import known_values
from core.statements import Statement

# The dimensions that are a text on the line itself.
PLAIN = tuple(one.name for one in DIMENSIONS.values() if one.key == one.name and not one.path and not one.is_time)
_KEEP = Statement(
    {
        name: dialect.insert(known_values).on_conflict_do_nothing()
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)


def keep_values(
    tx: Connection, company_id: int, branches: Sequence[int], used: Mapping[str, Iterable[str | None]]
) -> None:
    """Write down values of plain dimensions, by the dimension's name, with the branch of each line; known ones stay."""
    rows = [
        {"company_id": company_id, "dimension": name, "branch_id": branch_id, "value": value}
        for name, values in sorted(used.items())
        # A consistent lock order avoids deadlock.
        for branch_id, value in sorted({one for one in zip(branches, values, strict=False) if one[1] is not None})
    ]
    _KEEP.run_each(tx, rows)


def list_spellings(tx: Connection, company_id: int, dimension: str, text: str) -> tuple[str, ...]:
    """The ways a value was ever written, whatever its case."""
    ours = known_values.c.company_id == company_id, known_values.c.dimension == dimension
    same = func.lower(known_values.c.value) == text.lower()
    return tuple(tx.execute(select(known_values.c.value).where(*ours, same).distinct()).scalars())


def rebuild_values(tx: Connection, company_id: int) -> None:
    """Write down anew every value that a company's lines ever had."""
    tx.execute(delete(known_values).where(known_values.c.company_id == company_id))
    for name in PLAIN:
        used = select(literal(company_id), literal(name), lines.c.branch_id, lines.c[name]).distinct()
        used = used.where(lines.c.company_id == company_id, lines.c[name].is_not(None))
        tx.execute(insert(known_values).from_select(["company_id", "dimension", "branch_id", "value"], used))
