"""Syncs of Tally's exports, watched: the cache sync manager of the sales dashboard document (parts 1 and 8).

Progress for each company, and whoever wants to hear of it; the import itself is `run_import`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from core import clock
from core.access import Permission, Viewer
from core.db import Database
from core.imports.plan import Plan, PlannedFile
from core.imports.result import ImportResult
from core.imports.run import run_import
from core.imports.tally.exports import TallyReading
from core.imports.tally.keeping import understand_as_before
from core.imports.tally.options import TallyOptions
from core.imports.tally.progress import Listener, State, SyncProgress, read_company_progress


class Sync:
    """Syncs of one viewer's company. Blocking: an event loop runs it in a thread."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database, self._viewer = database, viewer
        self._listeners: list[Listener] = []
        self._live: dict[str, SyncProgress] = {}
        self._whole: dict[str, tuple[int, int]] = {}  # of each company: vouchers of the files behind, and of all

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every progress there is from now on; what is returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def is_in_progress(self) -> bool:
        """Whether this sync runs just now."""
        return any(progress.state is State.RUNNING for progress in self._live.values())

    def get_company_progress(self, company: str) -> SyncProgress | None:
        """How far a company of Tally is: as it runs, else as the last sync left it; None if there never was one."""
        if company in self._live:
            return self._live[company]
        with self._database.begin_read() as tx:
            found = read_company_progress(tx, self._viewer, company)
        return found[0] if found else None

    def understand(self, paths: Sequence[Path], options: TallyOptions) -> Plan[TallyReading]:
        """What would be taken in, for somebody to look at first; nothing is written. Raises InvalidInput.

        What is not said (formula, fields, types) is as it was said last time.
        """
        return understand_as_before(self._database, self._viewer, paths, options)

    def run(self, paths: Sequence[Path], options: TallyOptions, plan: Plan[TallyReading] | None = None) -> ImportResult:
        """Take in what these files have; counts are of vouchers and, but for those read, of this run.

        Raises as `run_import` does.
        """
        self._viewer.require(Permission.IMPORT)
        plan = plan or self.understand(paths, options)
        labels = {export.planned: export.company.label for export in plan.reading.exports}
        self._whole = dict.fromkeys(labels.values(), (0, 0))
        for file, label in labels.items():
            self._whole[label] = 0, self._whole[label][1] + file.units
        try:
            return run_import(
                self._database,
                self._viewer,
                plan,
                on_step=lambda file, read, is_done: self._tell(labels[file], file, read, is_done=is_done),
            )
        finally:
            self._stop()

    def _tell(self, company: str, file: PlannedFile, read: int, *, is_done: bool) -> None:
        words = f"{file.path.name}: {read:,} of {file.units:,} vouchers"
        done, total = self._whole[company]
        if is_done:
            self._whole[company] = done + file.units, total
        is_last = is_done and done + file.units >= total
        state = State.DONE if is_last else State.RUNNING
        self._live[company] = told = SyncProgress(company, done + read, total, words, state, clock.now())
        for listener in tuple(self._listeners):
            listener(told)

    def _stop(self) -> None:
        """What still says that it runs, runs no more."""
        for company, progress in self._live.items():
            if progress.state is State.RUNNING:
                words = f"{progress.message}; it goes on from there"
                self._live[company] = replace(progress, message=words, state=State.INTERRUPTED)
