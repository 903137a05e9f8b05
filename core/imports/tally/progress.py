"""How far a company's sync is. One rule: what is shown is what the database has committed, whoever asks.

The shape is that of the cache sync manager (sales dashboard document, parts 1 and 8).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Row

from core import clock
from core.access import Viewer
from core.imports.progress import Progress
from core.imports.tally.exports import Export
from core.models.imports import imports
from core.models.sales import lines
from core.text import make_handle

SOURCE = "tally"
LONGEST_SOURCE = 64


class State(StrEnum):
    """Where a sync stands."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"  # stopped half-way: the next one goes on from there
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """One company's sync: vouchers done of how many, in words, and when anything last changed."""

    company: str
    current: int
    total: int
    message: str
    state: State
    last_updated: datetime | None

    @property
    def percentage(self) -> int:
        """Whole per cent done; only what is finished is a hundred."""
        if self.total <= 0:
            return 100 if self.state is State.DONE else 0
        return min(100 if self.state is State.DONE else 99, self.current * 100 // self.total)


Listener = Callable[[SyncProgress], None]


def name_source(company: str) -> str:
    """What the list of imports calls the syncs of a company of Tally."""
    return f"{SOURCE}:{make_handle(company) or 'company'}"[:LONGEST_SOURCE]


def open_file_progress(tx: Connection, viewer: Viewer, export: Export) -> Progress:
    """Where this very file, read this very way, was left by a sync that was stopped; else from the start."""
    under_way = imports.c.finished_at.is_(None), imports.c.undone_at.is_(None)
    own = imports.c.company_id == viewer.company.id, imports.c.digest == export.digest
    row = tx.execute(select(imports).where(*own, *under_way).with_for_update()).first()
    if row is not None:
        return Progress(row.id, row.rows_read, row.rows_recorded, row.rows_rejected, row.goals_met or [])
    added = {
        "company_id": viewer.company.id,
        "source": name_source(export.company.label),
        "file_name": export.source.path.name[:255],
        "digest": export.digest,
        "rows_in_file": export.vouchers,
        "rows_read": 0,
        "rows_recorded": 0,
        "rows_rejected": 0,
        "first_line_id": tx.execute(select(func.coalesce(func.max(lines.c.id), 0) + 1)).scalar_one(),
        "started_by": viewer.person_id,
        "started_at": clock.now(),
    }
    return Progress(tx.execute(insert(imports).returning(imports.c.id), added).scalar_one())


def read_company_progress(tx: Connection, viewer: Viewer, company: str | None = None) -> tuple[SyncProgress, ...]:
    """How far the syncs of each company of Tally are, the last first; of one company where it is named."""
    own = [imports.c.company_id == viewer.company.id, imports.c.undone_at.is_(None)]
    own.append(imports.c.source == name_source(company) if company else imports.c.source.startswith(f"{SOURCE}:"))
    found: dict[str, Row[Any]] = {}
    for row in tx.execute(select(imports).where(*own).order_by(imports.c.id.desc())):
        found.setdefault(row.source, row)
    return tuple(_write_progress(row) for row in found.values())


def _write_progress(row: Row[Any]) -> SyncProgress:
    is_done = row.finished_at is not None
    words = f"{row.file_name}: {row.rows_read:,} of {row.rows_in_file:,} vouchers"
    return SyncProgress(
        row.source.partition(":")[2],
        row.rows_read,
        row.rows_in_file,
        words if is_done else f"{words}; it goes on from there",
        State.DONE if is_done else State.INTERRUPTED,
        row.finished_at or row.started_at,
    )
