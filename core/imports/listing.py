"""The imports there were. One rule: of the viewer's company, the latest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access import Permission, Viewer
from core.models.imports import imports
from core.models.people import people


@dataclass(frozen=True, slots=True)
class ImportListing:
    """One import: what came in, who brought it, and what became of it. `person` None: the operator."""

    id: int
    file_name: str
    source: str
    rows_in_file: int
    rows_read: int
    rows_recorded: int
    rows_rejected: int
    person: str | None
    started_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None

    @property
    def state(self) -> str:
        """In a word: undone, done, or stopped (or still going)."""
        if self.undone_at is not None:
            return "undone"
        return "done" if self.finished_at is not None else "unfinished"

    @property
    def percentage(self) -> int:
        """How much of the file is behind it."""
        return 100 * self.rows_read // self.rows_in_file if self.rows_in_file else 100


def list_imports(tx: Connection, viewer: Viewer, limit: int = 50) -> list[ImportListing]:
    """The last imports, the latest first. Raises NotAllowed."""
    viewer.require(Permission.IMPORT)
    names = [field for field in ImportListing.__dataclass_fields__ if field != "person"]
    query = (
        select(people.c.name.label("person"), *(imports.c[name] for name in names))
        .outerjoin_from(imports, people, people.c.id == imports.c.started_by)
        .where(imports.c.company_id == viewer.company.id)
        .order_by(imports.c.id.desc())
        .limit(limit)
    )
    return [ImportListing(**row._mapping) for row in tx.execute(query)]
