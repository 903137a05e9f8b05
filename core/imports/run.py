"""Running an import. One rule: a batch, what it makes and how far it is are one transaction; a killed run goes on."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from core.access import Permission, Viewer
from core.db import Database, name_outage
from core.errors import InvalidInput, Unavailable
from core.imports.formats import FORMATS, SALES, Format
from core.imports.plan import ImportOptions, Plan, PlannedFile
from core.imports.result import ImportResult, Taken
from core.imports.running.claiming import claim_file
from core.imports.running.collector import rest_collector, sweep
from core.imports.running.progress import Progress, open_progress
from core.imports.running.reading_ahead import read_ahead
from core.imports.running.rejects import RejectsFile, read_reasons
from core.imports.taker import Batch, Taker

log = structlog.get_logger()

OnProgress = Callable[[int, int], None]  # units done, units in all files
OnStep = Callable[[PlannedFile, int, bool], None]  # a file, units of it done, whether all of it is


def import_sales(
    database: Database,
    viewer: Viewer,
    path: Path,
    options: ImportOptions,
    on_progress: OnProgress | None = None,
    *,
    is_trial: bool = False,
) -> ImportResult:
    """Import a file of sales, or one that `export sales` wrote. See `run_import`; raises InvalidInput for the file."""
    viewer.require(Permission.IMPORT)
    format_ = FORMATS["own"] if FORMATS["own"].is_ours(path, options) else SALES
    plan = format_.understand(database, viewer, path, options)
    return run_import(database, viewer, plan, on_progress, is_trial=is_trial)


def run_import(
    database: Database,
    viewer: Viewer,
    plan: Plan[Any],
    on_progress: OnProgress | None = None,
    *,
    is_trial: bool = False,
    on_step: OnStep | None = None,
) -> ImportResult:
    """Import files as they were understood; the same again changes nothing, and after a kill it goes on where it was.

    A trial writes nothing but the file of rejected units, and tells what would become of each. Blocking: an event loop
    runs it in a thread. Raises NotAllowed, InvalidInput (nothing is written then), Conflict when a file is being
    imported by somebody else just now or the import is taken back meanwhile, Unavailable when the database goes away
    (what is committed stays; run it again).
    """
    format_ = FORMATS[plan.format]
    viewer.require(format_.permission)
    if is_trial and not format_.can_be_tried:
        name = plan.files[0].path.name
        words = f"{name} is what Salesbell itself wrote: what is there already stays, so nothing is tried."
        raise InvalidInput(words, field="--dry-run", hint=f"salesbell import sales {name}")
    if is_trial and format_.preview is not None:
        return format_.preview(plan)
    taker = format_.taker(viewer, plan, is_trial=is_trial)
    run = _Run(database, viewer, plan, format_, taker, is_trial, on_progress, on_step)
    with ExitStack() as held:
        held.callback(taker.close)
        for file in plan.files:
            held.enter_context(claim_file(file.path))
        held.enter_context(rest_collector())
        try:
            return run.go()
        except OperationalError as error:
            log.error("database unavailable", reason=str(error.orig))
            reached = format_.reached.format(read=run.counts["read"], units=plan.units)
            raise Unavailable(
                f"{name_outage(error)} after {reached}. What was recorded stays.",
                hint="run the same import again: it goes on from there",
            ) from error


@dataclass
class _Run:
    """One run over the files of a plan."""

    database: Database
    viewer: Viewer
    plan: Plan[Any]
    format: Format
    taker: Taker[Any]
    is_trial: bool
    on_progress: OnProgress | None
    on_step: OnStep | None
    counts: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)
    rejects: list[Path] = field(default_factory=list)
    resumed_at: int = 0

    def __post_init__(self) -> None:
        self.keeps_row = self.format.brings_lines and not self.is_trial

    def go(self) -> ImportResult:
        with self._begin() as tx:
            self.taker.open(tx)
        for file in self.plan.files:
            with closing(RejectsFile(file.path, self.plan.header, self.plan.delimiter)) as rejects:
                self._take_file(file, rejects)
        return ImportResult(
            source=self.plan.files[0].source if self.plan.files else "",
            counts=self.counts,
            ids=tuple(self.ids),
            created=self.taker.created,
            rejects=tuple(self.rejects),
            reasons=read_reasons(self.rejects[0]) if self.rejects else (),
            resumed_at=self.resumed_at,
            notes=self.taker.notes,
            period=self.taker.period,
        )

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        """A transaction. In a trial it reads only, in nobody's way; where it cannot but write, that is taken back."""
        if self.is_trial and self.format.brings_lines:
            with self.database.begin_read() as tx:
                yield tx
            return
        with self.database.begin() as tx:
            yield tx
            if self.is_trial:
                tx.rollback()

    def _take_file(self, file: PlannedFile, rejects: RejectsFile) -> None:
        progress = self._open(file, rejects)
        self._tell(file, progress)
        with closing(read_ahead(self.taker.read(file, progress.read))) as batches:
            for batch in batches:
                self._take(batch, progress, rejects)
                sweep()
                self._tell(file, progress)
                if self.on_progress is not None:
                    self.on_progress(self.counts["read"], self.plan.units)
        if self.keeps_row:
            with self._begin() as tx:
                self.taker.finish(tx)
                progress.finish(tx, self.viewer)
        if path := rejects.finish():
            self.rejects.append(path)
        self._tell(file, progress, is_done=True)

    def _open(self, file: PlannedFile, rejects: RejectsFile) -> Progress:
        """Where a run that was killed left this file, else from the start."""
        progress = Progress(0)
        if self.keeps_row:
            with self._begin() as tx:
                progress = open_progress(tx, self.viewer, file)
                if not rejects.resume(progress.rejected):
                    # What a killed run had rejected is lost: start over, as what is recorded is known again.
                    progress = Progress(progress.id)
                progress.save(tx)
            self.ids.append(progress.id)
        if not progress.rejected:
            rejects.resume(0)
        self.resumed_at += progress.read
        self.counts += self._restore_counts(progress)
        return progress

    def _restore_counts(self, progress: Progress) -> Counter[str]:
        """What became of what is behind, as far as a row tells: not where it keeps several counts as one."""
        if len(self.format.recorded) > 1:
            return Counter(read=progress.read)
        rest = progress.read - progress.recorded - progress.rejected
        return Counter(read=progress.read, recorded=progress.recorded, rejected=progress.rejected, already_there=rest)

    def _take(self, batch: Batch, progress: Progress, rejects: RejectsFile) -> None:
        with self._begin() as tx:
            taken = self.taker.take(tx, batch.units, progress.id or None)
            # Before the commit: what a killed run wrote too much here is cut off when it goes on.
            for one in sorted(taken.rejected, key=lambda one: one.line):
                rejects.add(one.words, one.cells)
            rejects.flush()
            self._count(progress, batch.size, taken)
            if self.keeps_row:
                progress.save(tx)
        self.counts.update(taken.counts, read=batch.size, rejected=len(taken.rejected))

    def _count(self, progress: Progress, size: int, taken: Taken) -> None:
        progress.read += size
        progress.recorded += sum(taken.counts[name] for name in self.format.recorded)
        progress.rejected += len(taken.rejected)
        progress.goals_met += taken.goals_met

    def _tell(self, file: PlannedFile, progress: Progress, *, is_done: bool = False) -> None:
        if self.on_step is not None:
            self.on_step(file, progress.read, is_done)
