"""Syncing Tally's exports. One rule: a batch, what it makes and how far it is are one transaction; a stop is no loss.

`Sync` is the cache sync manager of the sales dashboard document (parts 1 and 8): progress for each company, resume,
and whoever wants to hear of it.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from core import clock
from core.access import Permission, Viewer
from core.db import Database, name_outage
from core.errors import Unavailable
from core.imports.claiming import claim_file
from core.imports.entities import Entities
from core.imports.presets import EVERYTHING
from core.imports.progress import Progress
from core.imports.rejects import RejectsFile
from core.imports.tally.details import list_custom_fields
from core.imports.tally.exports import Export, Understanding, understand_exports
from core.imports.tally.fates import Taken
from core.imports.tally.fields import get_field
from core.imports.tally.keeping import declare_dimensions, recall_options, remember_options
from core.imports.tally.options import TallyOptions
from core.imports.tally.progress import (
    Listener,
    State,
    SyncProgress,
    open_file_progress,
    read_company_progress,
)
from core.imports.tally.taking import Taker

log = structlog.get_logger()

REJECT_COLUMNS = {"voucher": "guid", "type": "vchtype", "number": "vchno", "date": "date", "party": "customer"}


@dataclass(frozen=True)
class SyncResult:
    """What a sync did. Counts are of vouchers; `created` is what was made beside: products, customers, people."""

    companies: tuple[str, ...]
    read: int
    taken: Taken
    created: dict[str, int]
    rejects: tuple[Path, ...]
    resumed_at: int
    learned: dict[str, int]
    import_ids: tuple[int, ...]
    notes: tuple[str, ...]


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

    def understand(self, paths: Sequence[Path], options: TallyOptions) -> Understanding:
        """What would be taken in, for somebody to look at first; nothing is written. Raises InvalidInput.

        What is not said (formula, fields, types) is as it was said last time.
        """
        with self._database.begin_read() as tx:
            recalled, parents = recall_options(tx, self._viewer.company.id, options)
        return understand_exports(paths, recalled, parents)

    def run(self, paths: Sequence[Path], options: TallyOptions, plan: Understanding | None = None) -> SyncResult:
        """Take in what these files have. The same again changes nothing; what was stopped half-way goes on there.

        Raises NotAllowed, InvalidInput (nothing is written then), Conflict where somebody imports the same file just
        now, Unavailable where the database goes away (what is committed stays).
        """
        self._viewer.require(Permission.IMPORT)
        plan = plan or self.understand(paths, options)
        options = plan.options
        total = _Total()
        for export in plan.exports:
            self._whole[export.company.label] = 0, 0
        for export in plan.exports:
            label = export.company.label
            self._whole[label] = 0, self._whole[label][1] + export.vouchers
        with ExitStack() as held:
            for export in plan.exports:
                held.enter_context(claim_file(export.source.path))
            with self._database.begin() as tx:
                declare_dimensions(tx, self._viewer.company.id, list_custom_fields(options))
                remember_options(tx, self._viewer, options, plan.masters.types)
            try:
                for export in plan.exports:
                    self._take_file(export, plan, options, total)
            except OperationalError as error:
                log.error("database unavailable", reason=str(error.orig))
                raise Unavailable(
                    f"{name_outage(error)} after {total.read:,} vouchers. What was recorded stays.",
                    hint="run the same sync again: it goes on from there",
                ) from error
            finally:
                self._stop()
        companies = tuple(dict.fromkeys(export.company.label for export in plan.exports))
        return SyncResult(
            companies,
            total.read,
            total.taken,
            total.created,
            tuple(total.rejects),
            total.resumed_at,
            plan.learned,
            tuple(total.import_ids),
            (*plan.notes, *list_currency_notes(plan, self._viewer.company.currency)),
        )

    def _take_file(self, export: Export, plan: Understanding, options: TallyOptions, total: "_Total") -> None:
        label = export.company.label
        entities = Entities(self._viewer, EVERYTHING, options.branch, None)
        rejects = RejectsFile(export.source.path, ("line", *REJECT_COLUMNS), ",")
        with self._database.begin() as tx:
            entities.open(tx)
            progress = _open(tx, self._viewer, export, rejects)
        total.resumed_at += progress.read
        total.read += progress.read
        total.import_ids.append(progress.id)
        taker = Taker(self._viewer, options, export.company, plan.masters, entities, progress.id)
        try:
            vouchers = islice(export.read_vouchers(), progress.read, None)
            self._tell(label, progress, export, State.RUNNING)
            while batch := list(islice(vouchers, options.batch_vouchers)):
                with self._database.begin() as tx:
                    taken = taker.take(tx, batch)
                    _reject(rejects, taken)
                    progress.read += len(batch)
                    progress.recorded += taken.recorded + taken.corrected
                    progress.rejected += len(taken.rejected)
                    progress.goals_met += taken.goals_met
                    progress.save(tx)
                total.add(len(batch), taken)
                self._tell(label, progress, export, State.RUNNING)
            with self._database.begin() as tx:
                progress.finish(tx, self._viewer)
            self._tell(label, progress, export, State.DONE)
            for kind, count in entities.created.items():
                total.created[kind] = total.created.get(kind, 0) + count
            if path := rejects.finish():
                total.rejects.append(path)
        finally:
            rejects.close()

    def _tell(self, company: str, progress: Progress, export: Export, state: State) -> None:
        words = f"{export.source.path.name}: {progress.read:,} of {export.vouchers:,} vouchers"
        done, total = self._whole[company]
        if state is State.DONE:
            self._whole[company] = done + export.vouchers, total
            state = State.DONE if done + export.vouchers >= total else State.RUNNING
        told = SyncProgress(company, done + progress.read, total, words, state, clock.now())
        self._live[company] = told
        for listener in tuple(self._listeners):
            listener(told)

    def _stop(self) -> None:
        """What still says that it runs, runs no more."""
        for company, progress in self._live.items():
            if progress.state is State.RUNNING:
                self._live[company] = SyncProgress(
                    company,
                    progress.current,
                    progress.total,
                    f"{progress.message}; it goes on from there",
                    State.INTERRUPTED,
                    progress.last_updated,
                )


@dataclass
class _Total:
    """What all files together came to."""

    read: int = 0
    resumed_at: int = 0
    taken: Taken = field(default_factory=Taken)
    created: dict[str, int] = field(default_factory=dict)
    rejects: list[Path] = field(default_factory=list)
    import_ids: list[int] = field(default_factory=list)

    def add(self, vouchers: int, taken: Taken) -> None:
        self.read += vouchers
        self.taken.add(taken)


def _open(tx: Connection, viewer: Viewer, export: Export, rejects: RejectsFile) -> Progress:
    progress = open_file_progress(tx, viewer, export)
    if not rejects.resume(progress.rejected):
        # What a stopped run had rejected is lost: start over, as what is recorded is known again.
        rejects.resume(0)
        progress = Progress(progress.id)
    progress.save(tx)
    return progress


def _reject(rejects: RejectsFile, taken: Taken) -> None:
    for found, error in taken.rejected:
        hint = f" Try: {error.hint}" if error.hint else ""
        cells = [get_field(found.fields, name) or "" for name in REJECT_COLUMNS.values()]
        rejects.add(f"line {found.line}: {error.message}{hint}", [str(found.line), *cells])
    rejects.flush()


def list_currency_notes(plan: Understanding, currency: str) -> list[str]:
    """Files whose amounts are shown to be of another currency than the company counts in: never in silence."""
    return [
        f"{export.source.path.name} counts in {export.currency}, the company in {currency}: amounts stay as they are"
        for export in plan.exports
        if export.currency is not None and export.currency != currency
    ]
