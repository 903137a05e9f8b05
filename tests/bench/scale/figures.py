"""Figures at any size, asked through `ask`.

Each question runs against hand-written SQL over the best table there is for it, against a scan of the same lines in
DuckDB and by Datasette, and against itself on the smallest company. Ours finds out who asks, what is covered, what
things are called, and counts the totals beside the rows.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from core.access import Viewer, act_as_operator, find_company
from core.cards.asking import Narrowing
from core.cards.figures import read_cards
from core.db import Database
from core.metrics import ask
from tests.bench.databases import POSTGRESQL, SQLITE
from tests.bench.race import Contest, Heat, Side
from tests.bench.scale.questions import ALL_KPIS, ASKED, MONTH, Asked
from tests.bench.scale.scans import Scan, open_datasette, open_duckdb

FEWEST_LINES = 1_000_000  # a scan of much fewer takes no time
LAP_SECONDS, MOST_A_LAP = 0.1, 1_000
BY_HAND, DUCKDB, DATASETTE = "hand-written SQL", "DuckDB's scan", "Datasette's scan"
# Within 1.5 of what is written by hand; ahead of a scan where a rollup covers, within five times it where none does (on
# PostgreSQL); at most 1.3 times what the smallest company takes; all figures of a month in a hundredth of Datasette's.
AS_GOOD, AHEAD, UNCOVERED, GROWN, FAR_AHEAD = 1 / 1.5, 1.0, 1 / 5, 1 / 1.3, 100.0
Once = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """A company of a size in an open database, and whoever scans its lines."""

    kind: str
    size: int
    tx: Connection
    viewer: Viewer
    duckdb: Scan
    datasette: Scan

    def ask(self, asked: Asked) -> Once:
        """Our way to have the answer."""
        return lambda: ask(self.tx, self.viewer, asked.question)

    def ask_by_hand(self, asked: Asked) -> Once:
        """The way without us: the driver's cursor and finished SQL."""
        cursor = self.tx.connection.cursor()
        statements = [statement.format(company=self.viewer.company.id) for statement in asked.by_hand or ()]
        return lambda: [cursor.execute(statement) and cursor.fetchall() for statement in statements]


def list_scale_contests(filled: Filled, smallest: Filled) -> Iterator[Contest]:
    """Every question against each of the other ways to have its answer."""
    for asked in ASKED:
        is_covered = asked.by_hand is not None
        ours = filled.ask(asked)
        if is_covered:
            yield _make_contest(filled, asked.name, ours, BY_HAND, filled.ask_by_hand(asked), AS_GOOD)
        scan_aim = AHEAD if is_covered else UNCOVERED if filled.kind == POSTGRESQL else None
        yield _make_contest(filled, asked.name, ours, DUCKDB, filled.duckdb(asked), scan_aim)
        aim = FAR_AHEAD if asked is ALL_KPIS else AHEAD if is_covered else None
        yield _make_contest(filled, asked.name, ours, DATASETTE, filled.datasette(asked), aim)
        if is_covered and filled is not smallest:
            against = f"itself at {smallest.size:,} lines"
            yield _make_contest(filled, asked.name, ours, against, smallest.ask(asked), GROWN)
    dashboard = Narrowing(MONTH, branch="all")
    yield _make_contest(
        filled,
        "all KPI cards with target, period before and course",
        lambda: read_cards(filled.tx, filled.viewer, dashboard),
        DATASETTE,
        filled.datasette(ALL_KPIS),
        None,
    )


def _make_contest(filled: Filled, name: str, ours: Once, against: str, theirs: Once, aim: float | None) -> Contest:
    @asynccontextmanager
    async def prepare() -> AsyncIterator[Heat]:
        yield Heat(_repeat(ours), _repeat(theirs), _choose_count(ours), _choose_count(theirs))

    return Contest(name, filled.kind, against, "questions", f"{filled.size:,} lines", aim, prepare)


def _repeat(once: Once) -> Side:
    async def run(count: int) -> None:
        for _ in range(count):
            once()

    return run


def _choose_count(once: Once) -> int:
    """So many that a lap is long enough to be measured."""
    once()
    begun = time.perf_counter()
    once()
    return int(min(max(LAP_SECONDS / (time.perf_counter() - begun), 1), MOST_A_LAP))


@contextmanager
def open_sizes(filled: Mapping[tuple[str, int], Database], folder: Path) -> Iterator[list[Filled]]:
    """What is large enough to be asked, smallest first. Scans read the SQLite file, whose lines are the same."""
    with ExitStack() as stack:
        opened = []
        for size in sorted({size for _, size in filled if size >= FEWEST_LINES}):
            lines = filled[SQLITE, size]
            with lines.begin_read() as tx:
                company_id = find_company(tx).id
            scans = (
                stack.enter_context(open_duckdb(lines, company_id, folder)),
                stack.enter_context(open_datasette(Path(lines.engine.url.database or ""), company_id)),
            )
            for kind in (kind for kind in (SQLITE, POSTGRESQL) if (kind, size) in filled):
                tx = stack.enter_context(filled[kind, size].begin_read())
                opened.append(Filled(kind, size, tx, act_as_operator(find_company(tx)), *scans))
        yield opened
