"""Rollups of many whole documents at once. One rule: the sums `move_rollups` would keep, each line weighed once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import compress
from operator import itemgetter, sub
from struct import Struct
from typing import Any

from sqlalchemy.engine import Connection

from core.metrics.rollups import (
    list_columns,
    list_keys,
    mark_spanning,
    round_day,
    weigh_line,
    write_turns,
    write_upsert,
)
from core.models.rollups import GRAINS, ORDERS, ROLLUPS, SUMS, WORDS, Rollup
from core.statements import load_rows, run_rows

Columns = Mapping[str, Sequence[Any]]
Key = tuple[Any, ...]
Keys = tuple[str, ...]  # the columns a key is of; a day comes after them
Sums = int  # of all SUMS, side by side in one number: adding two of them adds each
WEIGHED = ("kind", "quantity_e3", "discount_e4", "amount_e4", "cost_e4", "tax_e4", "round_off_e4")
SEAT = ("document_id", "branch_id", "person_id", *WORDS)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What whole documents add to each rollup: rows of its columns but the company.

    `spanning` are where their sales were made, if the lines of any of them differ in that.
    """

    rows: Mapping[Rollup, list[Key]]
    spanning: Sequence[Mapping[str, Any]]


def weigh_whole_documents(columns: Columns, sign: int = 1) -> Weighed:
    """What new documents put into every rollup or, with `sign` -1, what those take out that go. No database is asked.

    `columns` are their lines' by name, all of one length: document_id, day, the keys of the rollups, and of what weighs
    those there are. Every present line of such a document has to be among them.
    """
    if not columns["day"]:
        return Weighed({}, ())
    columns = dict.fromkeys(WORDS, [None] * len(columns["day"])) | dict(columns)  # few files tell of any
    weighed = [name for name in WEIGHED if name in columns]
    weigh = lru_cache(maxsize=16_384)(partial(_weigh, weighed, sign))
    weights = list(map(weigh, zip(*(columns[name] for name in weighed), strict=True)))
    is_sale = [kind == "sale" for kind in columns["kind"]]
    finest = {keys: _sum_up(_zip_keys(columns, keys, columns["day"]), weights) for keys in _FINEST}
    rows = {}
    for rollup, sums in _sum_rollups(finest).items():
        rows[rollup] = [(*key, *_unpack(sums[key])) for key in sorted(sums)]
        if ORDERS in rollup.sums:
            orders = _count_orders(columns, rollup, is_sale)
            rows[rollup] = [(*row, sign * orders[key]) for key, row in zip(sorted(sums), rows[rollup], strict=True)]
    seats = set(compress(_zip_keys(columns, SEAT, columns["day"]), is_sale))
    differ = len(seats) > len({seat[0] for seat in seats})
    return Weighed(rows, [dict(zip((*SEAT, "day"), seat, strict=True)) for seat in seats] if differ else ())


def move_whole_documents(tx: Connection, company_id: int, weighed: Weighed) -> None:
    """Put what whole documents weigh into every rollup."""
    for rollup in ROLLUPS if weighed.rows else ():
        if rollup.counts is not None:
            counted = rollup.counts.table.name
            turns = write_turns(rollup, rollup.counts, kept=counted, added=f"new_{counted}")
            tx.exec_driver_sql(write_upsert(rollup, turns))
            continue
        _add_rows(tx, rollup, [(company_id, *row) for row in weighed.rows[rollup]])
    if weighed.spanning:
        mark_spanning(tx, company_id, weighed.spanning)


def _weigh(names: Sequence[str], sign: int, values: Sequence[Any]) -> Sums:
    weights = weigh_line(dict(zip(names, values, strict=True)), sign)
    return sum(weights.get(name, 0) << 64 * place for place, name in enumerate(SUMS))


def _unpack(sums: Sums) -> tuple[int, ...]:
    """Each of SUMS, none of which has more than 63 bits and a sign."""
    return tuple(map(sub, _SHAPE.unpack((sums + _LIFT).to_bytes(_SHAPE.size, "little")), _LIFTED))


# A number below zero would borrow from its neighbour: each is lifted above it, and let down again.
_SHAPE, _LIFTED = Struct(f"<{len(SUMS)}Q"), (1 << 63,) * len(SUMS)
_LIFT = sum(lifted << 64 * place for place, lifted in enumerate(_LIFTED))


def _zip_keys(columns: Columns, keys: Keys, days: Sequence[Any]) -> Iterable[Key]:
    return zip(*(columns[name] for name in keys), days, strict=True)


def _sum_up(keys: Iterable[Key], weights: Iterable[Sums]) -> dict[Key, Sums]:
    sums: dict[Key, Sums] = {}
    for key, weight in zip(keys, weights, strict=True):
        sums[key] = sums.get(key, 0) + weight
    return sums


def _sum_rollups(finest: Mapping[Keys, dict[Key, Sums]]) -> dict[Rollup, dict[Key, Sums]]:
    """What each rollup sums: from whichever has the fewest rows of those that are finer, which are summed before it."""
    summed: dict[Rollup, dict[Key, Sums]] = {}
    for rollup in _FINEST_FIRST:
        source = min(_SOURCES[rollup], key=lambda one: len(summed[one]), default=None)
        if source is not None:
            summed[rollup] = _coarsen(summed[source], source.keys, rollup)
            continue
        keys = _choose_finest(rollup)
        sums = _take_in(finest[keys], keys, rollup)
        exact = sums if (rollup.keys, rollup.grain) == (keys, "day") else _coarsen(sums, keys, rollup)
        summed[rollup] = {tuple(part or 0 for part in key): sums for key, sums in exact.items()}
    return summed


def _take_in(finest: dict[Key, Sums], keys: Keys, rollup: Rollup) -> dict[Key, Sums]:
    """The sums of what a rollup has."""
    if rollup.sifted_by is None:
        return finest
    place = keys.index(rollup.sifted_by)
    return {key: sums for key, sums in finest.items() if rollup.takes_in(key[place])}


def _coarsen(finer: dict[Key, Sums], keys: Keys, rollup: Rollup) -> dict[Key, Sums]:
    """What a rollup sums, from sums of finer keys."""
    rounded = lru_cache(maxsize=None)(partial(round_day, grain=rollup.grain))
    days = [rounded(key[-1]) for key in finer]
    picked = [list(map(itemgetter(keys.index(name)), finer)) for name in rollup.keys]
    return _sum_up(zip(*picked, days, strict=True), finer.values())


def _count_orders(columns: Columns, rollup: Rollup, is_sale: Sequence[bool]) -> Counter[Key]:
    """How many documents each key has; one with lines of several keys counts for each."""
    rounded = list(map(lru_cache(maxsize=None)(partial(round_day, grain=rollup.grain)), columns["day"]))
    seats = set(compress(_zip_keys(columns, ("document_id", *rollup.keys), rounded), is_sale))
    return Counter(map(itemgetter(slice(1, None)), seats))


def _list_finest() -> list[Keys]:
    """The keys, a branch's first, whose sums by day make those of every rollup."""
    wanted = dict.fromkeys(tuple(dict.fromkeys(("branch_id", *rollup.keys))) for rollup in ROLLUPS)
    return [keys for keys in wanted if not any(set(keys) < set(other) for other in wanted)]


_FINEST = _list_finest()


def _choose_finest(rollup: Rollup) -> Keys:
    wanted = {*rollup.keys, "customer_id"} if rollup.is_rest else set(rollup.keys)
    return next(keys for keys in _FINEST if wanted <= set(keys))


def _list_sources(rollup: Rollup) -> list[Rollup]:
    """The rollups that are summed before this one and have every line of it, and no other."""
    before = _FINEST_FIRST[: _FINEST_FIRST.index(rollup)]
    alike = (one for one in before if (one.rest, one.is_rest, one.word) == (rollup.rest, rollup.is_rest, rollup.word))
    return [one for one in alike if set(rollup.keys) <= set(one.keys) and _rank(one.grain) >= _rank(rollup.grain)]


_rank = GRAINS.index
_FINEST_FIRST = sorted(
    (rollup for rollup in ROLLUPS if rollup.counts is None), key=lambda one: (-len(one.keys), -_rank(one.grain))
)
_SOURCES = {rollup: _list_sources(rollup) for rollup in _FINEST_FIRST}


def _add_rows(tx: Connection, rollup: Rollup, rows: list[Key]) -> None:
    """Add to a rollup. By way of a table of this connection's own where PostgreSQL or a count of customers wants it."""
    names, table = list_columns(rollup), rollup.table.name
    if tx.dialect.name == "sqlite":
        day_at, written = names.index("day"), lru_cache(maxsize=None)(date.isoformat)
        rows = [(*row[:day_at], written(row[day_at]), *row[day_at + 1 :]) for row in rows]
    if tx.dialect.name == "sqlite" and rollup not in _COUNTED:
        places = ", ".join("?" * len(names))
        run_rows(tx, write_upsert(rollup, f"VALUES ({places})"), rows)
        return
    if tx.dialect.name == "sqlite":
        chosen = f"SELECT * FROM {table} WHERE 0"  # noqa: S608
        tx.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS new_{table} AS {chosen}")
        tx.exec_driver_sql(f"DELETE FROM new_{table}")  # noqa: S608
    else:
        tx.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS new_{table} (LIKE {table}) ON COMMIT DELETE ROWS")
    load_rows(tx, f"new_{table}", names, rows)
    # Words in the order of their letters' numbers, in which single sales update the rows, whatever the language here.
    keys = (f'{name} COLLATE "C"' if name == rollup.word else name for name in list_keys(rollup))
    ordered = f"SELECT {', '.join(names)} FROM new_{table} WHERE true ORDER BY {', '.join(keys)}"  # noqa: S608
    tx.exec_driver_sql(write_upsert(rollup, ordered))


_COUNTED = tuple(rollup.counts for rollup in ROLLUPS if rollup.counts)
