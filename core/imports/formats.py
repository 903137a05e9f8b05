"""The formats of files that come in. Whatever is special about one is said here and in its reader and taker."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.access import Permission, Viewer
from core.db import Database
from core.imports.counters.reading import is_file_of_counters
from core.imports.counters.taking import CountersTaker, understand_counters
from core.imports.own import OwnTaker, is_own_file, understand_own_file
from core.imports.plan import ImportOptions, Plan
from core.imports.result import ImportResult
from core.imports.sales.taking import SalesTaker
from core.imports.sales.understanding import understand_file
from core.imports.taker import Taker
from core.imports.tally import TallyOptions, TallyTaker, is_tally_file, preview_exports
from core.imports.tally.keeping import understand_as_before
from core.imports.targets import TargetsTaker, is_file_of_targets, understand_targets

Understand = Callable[[Database, Viewer, Path, ImportOptions], Plan[Any]]
MakeTaker = Callable[..., Taker[Any]]  # viewer, plan, is_trial=…


@dataclass(frozen=True)
class Format:
    """A format: what it is called, how a file of it is known and understood, and what takes its units in.

    `units` are what it counts, one and several; `reached` says how far a run is that stops. `choices` may be said
    otherwise in chat, `tells` are fields every file of it has. `recorded` are the counts its import's row adds up. One
    that `brings_lines` to the ledger has such a row, can be resumed and taken back. `preview` tries it without a run.
    """

    name: str
    title: str
    is_ours: Callable[[Path, ImportOptions], bool]
    understand: Understand
    taker: MakeTaker
    units: tuple[str, str] = ("row", "rows")
    reached: str = "row {read:,} of {units:,}"
    choices: tuple[str, ...] = ("branch",)
    tells: frozenset[str] = frozenset()
    recorded: tuple[str, ...] = ("recorded",)
    permission: Permission = Permission.IMPORT
    brings_lines: bool = True
    can_be_tried: bool = True
    preview: Callable[[Plan[Any]], ImportResult] | None = None


def by_file(understand: Callable[[Path, ImportOptions], Plan[Any]]) -> Understand:
    """To understand a file by itself and what was said, whoever asks."""
    return lambda _database, _viewer, path, options: understand(path, options)


SALES = Format(
    "sales",
    "Sales",
    lambda path, _: path.is_file(),  # whatever none of the others takes
    by_file(understand_file),
    SalesTaker,
    choices=("fields", "date", "decimal", "makes", "person", "sheet", "branch"),
)
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "tally",
            "Vouchers from Tally",
            lambda path, _: is_tally_file(path),
            lambda database, viewer, path, options: understand_as_before(
                database, viewer, [path], TallyOptions(branch=options.branch)
            ),
            TallyTaker,
            units=("voucher", "vouchers"),
            reached="{read:,} vouchers",
            tells=frozenset({"person"}),
            recorded=("recorded", "corrected"),
            preview=preview_exports,
        ),
        Format(
            "counters",
            "Old qty_sold counters",
            lambda path, _: is_file_of_counters(path),
            by_file(understand_counters),
            CountersTaker,
            units=("counter", "counters"),
            choices=("person", "branch"),
        ),
        Format(
            "own",
            "Sales, written by Salesbell itself",
            lambda path, options: options.is_open and is_own_file(path),
            by_file(understand_own_file),
            OwnTaker,
            choices=(),
            tells=frozenset({"person", "branch"}),
            can_be_tried=False,
        ),
        Format(
            "targets",
            "Targets by month",
            is_file_of_targets,
            by_file(understand_targets),
            TargetsTaker,
            choices=("decimal", "sheet", "branch"),
            tells=frozenset({"person"}),
            permission=Permission.SET_GOALS,
            brings_lines=False,
        ),
        SALES,
    )
}


def find_format(path: Path, options: ImportOptions) -> Format:
    """The format of a file, by what it holds; of sales where it is no other."""
    others = (one for one in FORMATS.values() if one is not SALES)
    return next((one for one in others if one.is_ours(path, options)), SALES)
