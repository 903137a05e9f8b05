"""Digests of an invented company: its managers' of every day, and its branches' groups' of every week."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from core.access import load_viewer
from core.clock import find_zone
from core.generation.cast import TIME_ZONE, Cast, Place, find_chat
from core.generation.notices import Notice
from core.generation.size import Size
from core.generation.story import Row
from core.leaderboard.ranking import Ranking
from core.metrics.measures import find_measure
from core.models.outbox import digests, subscriptions
from core.models.rollups import ROLLUPS
from core.periods import Period
from core.reports.digest import Digest, Kpi, choose_periods, write_digest
from core.reports.posting import DIGEST
from core.reports.subscriptions import subscribe
from core.statements import load_rows

HOUR, OFFSET_HOURS = 20, 3  # in Riyadh, which is always so far ahead of UTC
FRIDAY = 4
KPIS = ("revenue", "orders", "units")
COLUMNS = ("company_id", "subscription_id", "due_on", "claimed_at")
_BRANCH_DAY = next(rollup.table for rollup in ROLLUPS if rollup.name == "branch_day").c
Sums = tuple[int, ...]  # of KPIS, in their own units


def post_digests(tx: Connection, cast: Cast, size: Size, zone: str) -> list[Notice]:
    """Subscribe, and write what was posted since the first day; the notices that brought it."""
    days, sums, rows, notices = size.days, _read_sums(tx, cast.company.id), list[Row](), list[Notice]()
    for place in cast.places:
        for cadence, chat_id, due_on in (
            ("daily", find_chat(place.manager_id), days[1:]),
            ("weekly", place.group_chat, [day for day in days[7:] if day.weekday() == FRIDAY]),
        ):
            number = _subscribe(tx, place, cadence, chat_id, days[0])
            for day in due_on:
                at = f"{day} {HOUR - OFFSET_HOURS}:00:00.000000{zone}"
                rows.append((cast.company.id, number, day.isoformat(), at))
                content = write_digest(_compose(cast, place, cadence, day, sums))
                notices.append(Notice(at, DIGEST, f"{DIGEST}:{number}", chat_id, content))
    load_rows(tx, digests.name, COLUMNS, rows)
    return notices


def _subscribe(tx: Connection, place: Place, cadence: str, chat_id: int, since: date) -> int:
    viewer = load_viewer(tx, place.manager_id)
    on_day = FRIDAY if cadence == "weekly" else None
    is_group = chat_id < 0
    made = subscribe(tx, viewer, chat_id, is_group=is_group, cadence=cadence, local_minute=HOUR * 60, on_day=on_day)
    began = datetime.combine(since, time(), UTC)
    tx.execute(update(subscriptions).where(subscriptions.c.id == made.id).values(starts_at=began))
    return made.id


def _read_sums(tx: Connection, company_id: int) -> dict[tuple[int, date], Sums]:
    columns = _BRANCH_DAY.branch_id, _BRANCH_DAY.day, _BRANCH_DAY.revenue_e4, _BRANCH_DAY.orders, _BRANCH_DAY.units_e3
    found = tx.execute(select(*columns).where(_BRANCH_DAY.company_id == company_id))
    return {(branch_id, day): tuple(sums) for branch_id, day, *sums in found}


def _compose(cast: Cast, place: Place, cadence: str, day: date, sums: dict[tuple[int, date], Sums]) -> Digest:
    """What it said: the branch's figures of the day or week and of the one before, without ranking or goals."""
    local = datetime.combine(day, time(HOUR), find_zone(TIME_ZONE))
    period, before, is_so_far = choose_periods(cadence, local, cast.company.calendar)
    now, then = (_add_up(place, days, sums) for days in (period, before))
    found = map(find_measure, KPIS)
    return Digest(
        cadence,
        place.name,
        False,
        period,
        before,
        is_so_far,
        tuple(Kpi(one.name, one.label, one.unit, *values) for one, *values in zip(found, now, then, strict=True)),
        Ranking((), KPIS[0], period, now[0], cast.company.currency),
        0,
        (),
        0,
        None,
        cast.company.currency,
        local.astimezone(UTC),
        TIME_ZONE,
    )


def _add_up(place: Place, period: Period, sums: dict[tuple[int, date], Sums]) -> Sums:
    days = (period.start + timedelta(days=number) for number in range(period.days))
    of_days = [sums.get((place.id, day), (0,) * len(KPIS)) for day in days]
    return tuple(map(sum, zip(*of_days, strict=True)))
