"""How far an import is. One rule: the row of `imports` changes in the transaction of the batch it counts."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.imports.understanding import Understanding
from core.models.sales import imports


@dataclass
class Progress:
    """One import's row: rows of the file behind it, and what became of them."""

    id: int
    read: int = 0
    recorded: int = 0
    rejected: int = 0

    def save(self, tx: Connection, *, is_finished: bool = False) -> None:
        """Write it down."""
        values = {"rows_read": self.read, "rows_recorded": self.recorded, "rows_rejected": self.rejected}
        finished_at = clock.now() if is_finished else None
        tx.execute(update(imports).where(imports.c.id == self.id).values(**values, finished_at=finished_at))


def open_progress(tx: Connection, viewer: Viewer, plan: Understanding) -> Progress:
    """The progress of this very file read this very way: where a killed run left it, else from the start."""
    own = imports.c.company_id == viewer.company.id, imports.c.digest == plan.digest
    row = tx.execute(select(imports).where(*own).with_for_update()).first()
    if row is None:
        added = {
            "company_id": viewer.company.id,
            "source": plan.source,
            "digest": plan.digest,
            "rows_read": 0,
            "rows_recorded": 0,
            "rows_rejected": 0,
            "started_by": viewer.person_id,
            "started_at": clock.now(),
        }
        return Progress(tx.execute(insert(imports).returning(imports.c.id), added).scalar_one())
    if row.finished_at is not None:
        return Progress(row.id)
    return Progress(row.id, row.rows_read, row.rows_recorded, row.rows_rejected)
