"""Importing what was looked at, whatever it is. One rule: one way to run, one shape of what came of it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.access import Viewer
from core.db import Database
from core.errors import InvalidInput
from core.imports.looking import FileKind, Look
from core.imports.quantities import CountersPlan, import_counters
from core.imports.rejects import REASON
from core.imports.runner import import_sales
from core.imports.tally import Sync, SyncProgress, TallyOptions, preview_exports
from core.imports.tally.exports import Understanding as TallyPlan
from core.imports.targets import TargetsPlan, import_targets
from core.imports.totals import ImportTotals, read_import_totals
from core.imports.understanding import Understanding

REASONS_SHOWN = 4
OnProgress = Callable[[int, int], None]  # things done, things in the file


@dataclass
class Outcome:
    """What an import did, or in a trial would do. `counts` are of what the file has: rows, vouchers, counters.

    `import_ids` are those it can be taken back by; `totals` what is in the ledger of them now.
    """

    counts: dict[str, int]
    created: dict[str, int] = field(default_factory=dict)
    import_ids: tuple[int, ...] = ()
    totals: tuple[ImportTotals, ...] = ()
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    rejects_path: Path | None = None
    invoiced_e4: int = 0  # what a trial of Tally's vouchers comes to, returns taken off

    @property
    def rejected(self) -> int:
        """How many were refused."""
        return self.counts.get("rejected", 0)


def perform_import(
    database: Database, viewer: Viewer, path: Path, look: Look, tell: OnProgress, *, is_trial: bool = False
) -> Outcome:
    """Import a file as it was looked at. Blocking; goes on where it was stopped. Raises as the import of its kind does.

    A file of ours cannot be tried.
    """
    if look.kind is FileKind.TALLY:
        outcome = _run_tally(database, viewer, path, look, tell, is_trial=is_trial)
    elif look.kind is FileKind.TARGETS:
        outcome = _set_targets(database, viewer, look, is_trial=is_trial)
    elif look.kind is FileKind.COUNTERS:
        outcome = _take_counters(database, viewer, look, is_trial=is_trial)
    else:
        outcome = _run_sales(database, viewer, path, look, tell, is_trial=is_trial)
    if outcome.rejects_path is not None:
        outcome.reasons = _read_reasons(outcome.rejects_path)
    if outcome.import_ids and not is_trial:
        with database.begin_read() as tx:
            outcome.totals = read_import_totals(tx, viewer, outcome.import_ids)
    return outcome


def _run_sales(
    database: Database, viewer: Viewer, path: Path, look: Look, tell: OnProgress, *, is_trial: bool
) -> Outcome:
    plan = look.plan if isinstance(look.plan, Understanding) else None
    done = import_sales(database, viewer, path, look.options, tell, plan=plan, is_trial=is_trial)
    counts = {"read": done.read, "recorded": done.recorded, "already_there": done.already_there}
    return Outcome(
        counts | {"rounded": done.rounded, "rejected": done.rejected},
        done.created,
        () if is_trial else (done.id,),
        notes=done.notes,
        rejects_path=done.rejects_path,
    )


def _run_tally(
    database: Database, viewer: Viewer, path: Path, look: Look, tell: OnProgress, *, is_trial: bool
) -> Outcome:
    plan = look.plan
    if not isinstance(plan, TallyPlan):
        raise InvalidInput("That file was not understood.", field="file")
    if is_trial:
        seen = preview_exports(plan)
        counts = {"read": plan.vouchers, "sales": seen.sales, "returns": seen.returns}
        return Outcome(
            counts | {"passed_over": seen.passed_over, "rejected": seen.rejected},
            reasons=tuple(seen.refusals[:REASONS_SHOWN]),
            invoiced_e4=seen.invoiced_e4 - seen.returned_e4,
        )
    sync = Sync(database, viewer)

    def listen(progress: SyncProgress) -> None:
        tell(progress.current, progress.total)

    end = sync.subscribe(listen)
    try:
        done = sync.run([path], TallyOptions(branch=look.options.branch), plan)
    finally:
        end()
    taken = done.taken
    counts = {
        "read": done.read,
        "recorded": taken.recorded,
        "corrected": taken.corrected,
        "withdrawn": taken.withdrawn,
        "already_there": taken.unchanged,
        "passed_over": taken.passed_over,
        "rejected": taken.refused,
    }
    rejects = done.rejects[0] if done.rejects else None
    return Outcome(counts, done.created, done.import_ids, notes=done.notes, rejects_path=rejects)


class _Trial(Exception):
    """Takes the transaction of a trial back."""


def _set_targets(database: Database, viewer: Viewer, look: Look, *, is_trial: bool) -> Outcome:
    if not isinstance(look.plan, TargetsPlan):
        raise InvalidInput("That file was not understood.", field="file")
    found: list[Any] = []
    try:
        with database.begin() as tx:
            found.append(import_targets(tx, viewer, look.plan, look.options))
            if is_trial:
                raise _Trial
    except _Trial:
        pass
    done = found[-1]
    counts = {"read": done.read, "set": done.new, "changed": done.changed, "already_there": done.already_there}
    return Outcome(counts | {"rounded": done.rounded, "rejected": done.rejected}, rejects_path=done.rejects_path)


def _take_counters(database: Database, viewer: Viewer, look: Look, *, is_trial: bool) -> Outcome:
    if not isinstance(look.plan, CountersPlan):
        raise InvalidInput("That file was not understood.", field="file")
    with database.begin() as tx:
        done = import_counters(tx, viewer, look.plan, look.options, is_trial=is_trial)
    counts = {"read": done.read, "recorded": done.recorded, "already_there": done.already_there, "empty": done.empty}
    made = (done.id,) if done.id else ()
    return Outcome(counts | {"rejected": done.rejected}, {}, made, rejects_path=done.rejects_path)


def _read_reasons(path: Path) -> tuple[str, ...]:
    """The first reasons of a file of rejected rows, each once."""
    reasons: dict[str, None] = {}
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        delimiter = stream.readline()[len(REASON) : len(REASON) + 1]
        for cells in csv.reader(stream, delimiter=delimiter or ","):
            reasons.setdefault(cells[0] if cells else "")
            if len(reasons) == REASONS_SHOWN:
                break
    return tuple(filter(None, reasons))
