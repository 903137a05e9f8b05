"""Proving every sum that is kept, and putting right what is wrong, while people go on selling.

One rule: a ledger that is soon looked through is proved at once; any other by a job, in pieces: a month or year of a
rollup. What a piece finds wrong is put right before what is made of it is looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer
from core.db import Database
from core.metrics.recount import Days, count_differences, put_right
from core.models.recalculations import recalculations
from core.models.rollups import ROLLUPS, Rollup
from core.models.sales import lines
from core.periods import END_OF_DAYS, FIRST_DAY

# Lines, present or past, that are proved while somebody waits: a tenth of a second or so, as a page of a report takes.
FEW_LINES = 5_000
HELD_FOR = timedelta(minutes=2)  # without a word from whoever proves it, somebody else begins anew
SAY_AFTER = timedelta(seconds=10)
NOT_DONE = recalculations.c.done_at.is_(None)


class Stage(StrEnum):
    """How far a recalculation is."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Checked:
    """One rollup: how many rows it has, and how many of them were wrong and have been put right."""

    name: str
    rows: int
    differences: int


@dataclass(frozen=True, slots=True)
class Recalculation:
    """The last one of a company. `checked` is empty until it is done."""

    stage: Stage
    asked_at: datetime
    done_at: datetime | None
    checked: tuple[Checked, ...]

    @property
    def has_put_right(self) -> bool:
        """Whether anything was wrong."""
        return any(one.differences for one in self.checked)


@dataclass(frozen=True, slots=True)
class Hold:
    """Whose recalculation this process does; `held_at` tells it from another's."""

    company_id: int
    held_at: datetime


def ask_for_recalculation(tx: Connection, viewer: Viewer) -> Recalculation:
    """Prove a small ledger at once, else leave it to the job; one that is asked for is not asked for once more."""
    viewer.require(Permission.MANAGE_COMPANY)
    company_id, now = viewer.company.id, clock.now()
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    asked: dict[str, Any] = {"asked_at": now, "held_at": None, "done_at": None, "checked": []}
    row = dialect.insert(recalculations).values(company_id=company_id, **asked)
    tx.execute(row.on_conflict_do_update(index_elements=["company_id"], set_=asked, where=NOT_DONE.is_(False)))
    if not _is_large(tx, company_id):
        _settle(tx, company_id, [_check(tx, rollup, company_id) for rollup in ROLLUPS])
    return _read(tx.execute(select(recalculations).where(recalculations.c.company_id == company_id)).one())


def read_recalculation(tx: Connection, viewer: Viewer) -> Recalculation | None:
    """How the last one stands; None where none was ever asked for."""
    viewer.require(Permission.MANAGE_COMPANY)
    row = tx.execute(select(recalculations).where(recalculations.c.company_id == viewer.company.id)).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Recalculation:
    stage = Stage.DONE if row.done_at else Stage.RUNNING if row.held_at else Stage.ASKED
    return Recalculation(stage, row.asked_at, row.done_at, tuple(Checked(*one) for one in row.checked))


def _is_large(tx: Connection, company_id: int) -> bool:
    own = select(lines.c.id).where(lines.c.company_id == company_id)
    return tx.execute(own.offset(FEW_LINES).limit(1)).first() is not None


def _check(tx: Connection, rollup: Rollup, company_id: int) -> Checked:
    rows, differences = count_differences(tx, rollup, company_id)
    if differences:
        put_right(tx, rollup, company_id)
    return Checked(rollup.name, rows, differences)


def _settle(tx: Connection, company_id: int, checked: list[Checked]) -> None:
    said = [[one.name, one.rows, one.differences] for one in checked]
    own = recalculations.c.company_id == company_id
    tx.execute(update(recalculations).where(own).values(done_at=clock.now(), checked=said))


# ---- what the job does ----------------------------------------------------------------------------------------------


async def do_recalculations(database: Database) -> None:
    """Do those that were asked for and that no other process is doing."""
    for company_id in await database.read(_find_asked):
        hold = await database.write(_take, company_id)
        if hold is not None:
            await _prove(database, hold)


def _find_asked(tx: Connection) -> list[int]:
    return list(tx.execute(select(recalculations.c.company_id).where(_is_free())).scalars())


def _is_free() -> Any:
    is_silent = recalculations.c.held_at < clock.now() - HELD_FOR
    return and_(NOT_DONE, or_(recalculations.c.held_at.is_(None), is_silent))


def _take(tx: Connection, company_id: int) -> Hold | None:
    now = clock.now()
    taken = update(recalculations).where(recalculations.c.company_id == company_id, _is_free()).values(held_at=now)
    return Hold(company_id, now) if tx.execute(taken).rowcount else None


def _is_ours(hold: Hold) -> Any:
    return and_(recalculations.c.company_id == hold.company_id, NOT_DONE, recalculations.c.held_at == hold.held_at)


def _go_on(tx: Connection, hold: Hold) -> Hold | None:
    """Say that it is still being done; None where another process does it, or somebody has asked anew."""
    now = clock.now()
    said = tx.execute(update(recalculations).where(_is_ours(hold)).values(held_at=now))
    return replace(hold, held_at=now) if said.rowcount else None


def _end(tx: Connection, hold: Hold, checked: list[Checked]) -> None:
    if tx.execute(select(recalculations.c.id).where(_is_ours(hold)).with_for_update()).first() is not None:
        _settle(tx, hold.company_id, checked)


async def _prove(database: Database, hold: Hold) -> None:
    company_id, found = hold.company_id, dict.fromkeys(ROLLUPS, (0, 0))
    for rollup, days in await database.read(_list_pieces, company_id):
        rows, differences = await database.read(count_differences, rollup, company_id, days)
        if differences:
            await database.write(put_right, rollup, company_id, days)
        found[rollup] = found[rollup][0] + rows, found[rollup][1] + differences
        if clock.now() - hold.held_at > SAY_AFTER:
            still = await database.write(_go_on, hold)
            if still is None:
                return
            hold = still
    await database.write(_end, hold, [Checked(rollup.name, *counted) for rollup, counted in found.items()])


def _list_pieces(tx: Connection, company_id: int) -> list[tuple[Rollup, Days]]:
    """Every rollup by the months, or years, there are lines of: the first and the last are open, for stray rows.

    What a rollup is made of comes before it.
    """
    own = select(lines.c.day).where(lines.c.company_id == company_id)
    first = tx.execute(own.order_by(lines.c.day).limit(1)).scalar()
    last = tx.execute(own.order_by(lines.c.day.desc()).limit(1)).scalar()
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)] if first and last else []
    months = list(_list_months(first, last))[1:] if first and last else []
    finer = [rollup for rollup in ROLLUPS if rollup.grain != "year"]
    yearly = [rollup for rollup in ROLLUPS if rollup.grain == "year"]
    pieces = [(rollup, days) for days in _cut_at(months) for rollup in finer]
    return pieces + [(rollup, days) for days in _cut_at(years) for rollup in yearly]


def _list_months(first: date, last: date) -> Iterator[date]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(number // 12, number % 12 + 1, 1)


def _cut_at(days: list[date]) -> Iterator[Days]:
    yield from zip([FIRST_DAY, *days], [*days, END_OF_DAYS], strict=True)
