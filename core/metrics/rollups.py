"""Keeping the rollups: they change in the transaction of the lines, by what is added and taken away.

The SQL is written out, not built: one statement moves every rollup on PostgreSQL, and it is longer than what a driver
keeps parsed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import bindparam, update
from sqlalchemy.engine import Connection

from core.models.company import companies
from core.models.rollups import ENTRIES, ORDERS, ROLLUPS, Rollup
from core.statements import Statement, run_rows

LineValues = Mapping[str, Any]
Key = tuple[Any, ...]
Row = tuple[Any, ...]  # of a rollup's table, in the order of its columns
Changes = Mapping[Rollup, Sequence[Row]]
Weights = dict[str, int]
_AMOUNTS = {"return": "returns_e4", "exchange": "exchanges_e4", "guest": "guest_e4"}  # what else than sales there is
_COUNTS = {rollup.counts: rollup for rollup in ROLLUPS if rollup.counts is not None}
# Where the lines of one order differ, and how the company is marked that has such orders.
SPANS = {
    ("branch_id", "day"): "has_spanning_orders",
    ("person_id",): "has_shared_orders",
    ("platform", "coupon"): "has_mixed_orders",
}
_MARKS = {
    flag: Statement(update(companies).where(companies.c.id == bindparam("company")).values({flag: True}))
    for flag in SPANS.values()
}


def move_rollups(tx: Connection, company_id: int, closed: Iterable[LineValues], opened: Iterable[LineValues]) -> None:
    """Take `closed` lines out of every rollup and put `opened` ones in. Lines are mappings of a line's columns.

    All lines of one document must come in one call: its order is counted once where it has the same keys. Every call
    updates the rows in one order, and they stay held until the transaction ends: it belongs near its end.
    """
    opened = list(opened)
    moved = [(line, weigh_line(line, -1)) for line in closed] + [(line, weigh_line(line, 1)) for line in opened]
    summed = (rollup for rollup in ROLLUPS if rollup.counts is None)
    changes = {rollup: rows for rollup in summed if (rows := _list_rows(rollup, company_id, moved))}
    if changes:
        move = _move_at_once if tx.dialect.name == "postgresql" else _move_each
        move(tx, changes)
    if len(opened) > 1:
        mark_spanning(tx, company_id, [line for line in opened if line["kind"] == "sale"])


def mark_spanning(tx: Connection, company_id: int, sold: Sequence[LineValues]) -> None:
    """Write down where the lines of one order differ: over that no rollup can count orders once."""
    for columns, flag in SPANS.items():
        seats: dict[int, Key] = {}
        for line in sold:
            seat = tuple(line.get(name) or None for name in columns)
            if seats.setdefault(line["document_id"], seat) != seat:
                _MARKS[flag].run(tx, {"company": company_id})
                break


def _list_rows(rollup: Rollup, company_id: int, moved: list[tuple[LineValues, Weights]]) -> list[Row]:
    """What lines change in a rollup, in the order of its keys; nothing that stays as it is."""
    changes: dict[Key, Weights] = {}
    counted: set[tuple[Key, int, int]] = set()
    for line, weights in moved:
        if rollup.sifted_by and not rollup.takes_in(line.get(rollup.sifted_by)):
            continue
        key = (*(line[name] or 0 for name in rollup.keys), round_day(line["day"], rollup.grain).isoformat())
        sums = changes.get(key)
        if sums is None:
            sums = changes[key] = dict.fromkeys(rollup.sums, 0)
        for name, value in weights.items():
            sums[name] += value
        once = key, line["document_id"], weights[ENTRIES]
        if ORDERS in rollup.sums and line["kind"] == "sale" and once not in counted:
            counted.add(once)
            sums[ORDERS] += weights[ENTRIES]
    return [(company_id, *key, *sums.values()) for key, sums in sorted(changes.items()) if any(sums.values())]


def round_day(day: date, grain: str) -> date:
    """The first day of the day, month or year that a day lies in."""
    if grain == "day":
        return day
    return day.replace(day=1) if grain == "month" else day.replace(month=1, day=1)


def weigh_line(line: LineValues, sign: int) -> Weights:
    """What one line adds to each sum, or with its sign turned takes; core.metrics.recount has the same rules in SQL."""
    amount, cost = line["amount_e4"], line["cost_e4"]
    if line["kind"] != "sale":
        return {ENTRIES: sign, _AMOUNTS[line["kind"]]: sign * amount}
    weights = {
        ENTRIES: sign,
        "lines": sign,
        "units_e3": sign * line["quantity_e3"],
        "revenue_e4": sign * amount,
        "discount_e4": sign * line["discount_e4"],
        "tax_e4": sign * line.get("tax_e4", 0),
        "invoiced_e4": sign * (amount + line.get("tax_e4", 0) + line.get("round_off_e4", 0)),
    }
    if cost is not None:
        weights |= {"cost_e4": sign * cost, "profit_e4": sign * (amount - cost)}
    return weights


def _move_at_once(tx: Connection, changes: Changes) -> None:
    """One trip to PostgreSQL, whatever moved."""
    run_rows(
        tx, _write_move(tuple(changes)), [[_write_array(rows, _find_word(rollup)) for rollup, rows in changes.items()]]
    )


def _find_word(rollup: Rollup) -> int | None:
    return list_columns(rollup).index(rollup.word) if rollup.word else None


def _write_array(rows: Sequence[Row], word_at: int | None) -> str:
    """Rows as PostgreSQL writes an array of them: a word is quoted in its row, of numbers and days there is no need."""
    if word_at is not None:
        words = (_escape(f'"{_escape(row[word_at])}"') for row in rows)
        rows = [(*row[:word_at], word, *row[word_at + 1 :]) for row, word in zip(rows, words, strict=True)]
    return "{" + ",".join(f'"({",".join(map(str, row))})"' for row in rows) + "}"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@lru_cache
def _write_move(changed: tuple[Rollup, ...]) -> str:
    """One statement that adds to several rollups, given the n-th's rows as `$n`.

    PostgreSQL runs what stands in WITH from the last to the first, but what another part reads before that. Hence the
    rollups are listed the other way round, so that their rows are updated in the order of ROLLUPS.
    """
    parts = []
    for number, rollup in enumerate(changed, 1):
        added = f"unnest(${number}::{rollup.table.name}[])"
        counts = _COUNTS.get(rollup)
        columns = ", ".join(list_columns(rollup))
        part = f"{rollup.name} AS ({write_upsert(rollup, f'SELECT {columns} FROM {added}')}"  # noqa: S608
        if counts is not None:
            turns = write_turns(counts, rollup, kept=rollup.name, added=added)
            part += f" RETURNING {rollup.table.name}.*), {counts.name} AS ({write_upsert(counts, turns)}"
        parts.append(f"{part})")
    return f"WITH {', '.join(reversed(parts))} SELECT"


def _move_each(tx: Connection, changes: Changes) -> None:
    for rollup, rows in changes.items():
        run_rows(tx, _write_values(rollup), rows)
        counts = _COUNTS.get(rollup)
        if counts is not None:
            run_rows(tx, _write_turns_of_values(counts, rollup), [[orjson.dumps(rows).decode()]])


@lru_cache
def _write_values(rollup: Rollup) -> str:
    return write_upsert(rollup, f"VALUES ({', '.join('?' * len(list_columns(rollup)))})")


@lru_cache
def _write_turns_of_values(counts: Rollup, counted: Rollup) -> str:
    fields = (f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(list_columns(counted)))
    added = f"(SELECT {', '.join(fields)} FROM json_each(?))"  # noqa: S608
    return write_upsert(counts, write_turns(counts, counted, kept=counted.table.name, added=added))


def list_keys(rollup: Rollup) -> list[str]:
    """The columns that tell a rollup's rows apart."""
    return ["company_id", *rollup.keys, "day"]


def list_columns(rollup: Rollup) -> list[str]:
    """A rollup's columns, in the order of its table."""
    return [*list_keys(rollup), *rollup.sums]


def write_upsert(rollup: Rollup, rows: str) -> str:
    """SQL that adds `rows`, a SELECT or VALUES of the rollup's columns, to it."""
    table, columns = rollup.table.name, ", ".join(list_columns(rollup))
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in rollup.sums)
    keys = ", ".join(list_keys(rollup))
    return f"INSERT INTO {table} ({columns}) {rows} ON CONFLICT ({keys}) DO UPDATE SET {added}"


def write_turns(rollup: Rollup, counted: Rollup, kept: str, added: str) -> str:
    """A SELECT of how counts of customers change: by those who now have lines, or sales, less those who no longer have.

    `kept` has the rows of the customers as they are now, `added` what was added to them.
    """
    same = " AND ".join(f"kept.{name} = added.{name}" for name in list_keys(counted))
    keys = ", ".join(f"added.{name}" for name in list_keys(rollup))
    entries, sales = (
        f"sum(CASE WHEN kept.{name} > 0 THEN 1 ELSE 0 END - CASE WHEN kept.{name} > added.{name} THEN 1 ELSE 0 END)"
        for name in (ENTRIES, "lines")
    )
    return (
        f"SELECT {keys}, {entries}, {sales} FROM {added} AS added JOIN {kept} AS kept ON {same} "  # noqa: S608
        f"GROUP BY {keys} HAVING {entries} <> 0 OR {sales} <> 0 ORDER BY {keys}"
    )
