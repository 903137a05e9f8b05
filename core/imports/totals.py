"""What an import brought, as it stands now. One rule: its own lines only, and none that was corrected away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.models.imports import imports
from core.models.sales import lines


@dataclass(frozen=True, slots=True)
class ImportTotals:
    """Documents and amounts (e4) of one kind, and the first and last day they are of."""

    kind: str
    documents: int
    amount_e4: int
    first: date
    last: date


def read_import_totals(tx: Connection, viewer: Viewer, import_ids: Sequence[int]) -> tuple[ImportTotals, ...]:
    """What the lines of these imports add up to, by kind of document. Raises NotAllowed."""
    viewer.require(Permission.IMPORT)
    own = imports.c.company_id == viewer.company.id, imports.c.id.in_(import_ids)
    reach = func.min(imports.c.first_line_id), func.max(imports.c.last_line_id)
    first, last = tx.execute(select(*reach).where(*own)).one()
    if first is None or last is None:
        return ()
    summed = func.count(lines.c.document_id.distinct()), cast(func.sum(lines.c.amount_e4), BigInteger)
    among = lines.c.company_id == viewer.company.id, lines.c.import_id.in_(import_ids), lines.c.id.between(first, last)
    query = (
        select(lines.c.kind, *summed, func.min(lines.c.day), func.max(lines.c.day))
        .where(*among, lines.c.superseded_at.is_(None))
        .group_by(lines.c.kind)
        .order_by(lines.c.kind.desc())
    )
    return tuple(ImportTotals(*row) for row in tx.execute(query))
