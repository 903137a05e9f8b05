"""How far an import is. One rule: the row of `imports` changes in the transaction of the batch it counts."""

from dataclasses import dataclass, field

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, act_as_operator
from core.errors import Conflict
from core.goals.goals import read_goals
from core.imports.understanding import Understanding
from core.models.imports import imports
from core.models.sales import lines
from core.sales.ledger import Effects, tell_effects


@dataclass
class Progress:
    """One import's row: rows of the file behind it, and what became of them."""

    id: int
    read: int = 0
    recorded: int = 0
    rejected: int = 0
    goals_met: list[int] = field(default_factory=list)
    new_documents: dict[str, int] = field(default_factory=dict)

    def finish(self, tx: Connection, viewer: Viewer) -> None:
        """Write down that it is done, and tell people what it brought about."""
        self.save(tx, is_finished=True)
        met = read_goals(tx, viewer.company.id, self.goals_met)
        tell_effects(tx, act_as_operator(viewer.company), Effects(goals_met=met))

    def save(self, tx: Connection, *, is_finished: bool = False) -> None:
        """Write it down. Conflict where somebody takes the import back meanwhile."""
        values = {
            "rows_read": self.read,
            "rows_recorded": self.recorded,
            "rows_rejected": self.rejected,
            "goals_met": self.goals_met,
        }
        last = select(func.max(lines.c.id)).scalar_subquery()
        finished_at = clock.now() if is_finished else None
        statement = update(imports).where(imports.c.id == self.id, imports.c.undone_at.is_(None))
        if not tx.execute(statement.values(**values, last_line_id=last, finished_at=finished_at)).rowcount:
            raise Conflict(f"Import {self.id} is being undone, so it stops here.", field="file", hint="import it anew")


def open_progress(tx: Connection, viewer: Viewer, plan: Understanding) -> Progress:
    """The progress of this very file read this very way: where a killed run left it, else from the start."""
    under_way = imports.c.finished_at.is_(None), imports.c.undone_at.is_(None)
    own = imports.c.company_id == viewer.company.id, imports.c.digest == plan.digest, *under_way
    row = tx.execute(select(imports).where(*own).with_for_update()).first()
    if row is not None:
        return Progress(row.id, row.rows_read, row.rows_recorded, row.rows_rejected, row.goals_met or [])
    added = {
        "company_id": viewer.company.id,
        "source": plan.source,
        "file_name": plan.file.path.name[:255],
        "digest": plan.digest,
        "rows_in_file": plan.rows,
        "rows_read": 0,
        "rows_recorded": 0,
        "rows_rejected": 0,
        "first_line_id": tx.execute(select(func.coalesce(func.max(lines.c.id), 0) + 1)).scalar_one(),
        "started_by": viewer.person_id,
        "started_at": clock.now(),
    }
    return Progress(tx.execute(insert(imports).returning(imports.c.id), added).scalar_one())
