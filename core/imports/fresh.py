"""Documents nobody has seen before, many at a time. One rule: the same rows as `take_in` writes, past SQLAlchemy."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection

from core.errors import Conflict
from core.metrics.bulk import move_whole_documents
from core.models.catalog import customers, products
from core.models.company import branches
from core.models.imports import imports
from core.models.people import people
from core.models.sales import documents
from core.statements import load_rows

DOCUMENT_COLUMNS = ("company_id", "id", "kind", "source", "external_id", "original_id", "revision", "created_at")
REVISION_COLUMNS = ("company_id", "document_id", "number", "action", "person_id", "note", "recorded_at")
LINE_COLUMNS = (
    "company_id", "source", "import_id", "recorded_at", "revision", "document_id", "position", "row_key", "kind",
    "sold_at", "day", "branch_id", "person_id", "product_id", "customer_id", "platform", "coupon", "ledger_group",
    "region", "country", "pincode", "attributes", "quantity_e3", "unit_price_e4", "discount_e4", "amount_e4", "cost_e4",
)  # fmt: skip


REFERENCES = {
    "branch_id": branches, "person_id": people, "product_id": products, "customer_id": customers, "import_id": imports
}  # fmt: skip
_IS_SUPERUSER = text("SELECT current_setting('is_superuser')")


@dataclass(frozen=True, slots=True)
class FreshDocument:
    """A document that is to be: its kind, its note, and for a return the external id of the sale it belongs to."""

    kind: str
    note: str | None
    original: str | None


def write_fresh(
    tx: Connection,
    company_id: int,
    source: str,
    fresh: Mapping[str, FreshDocument],
    columns: Mapping[str, Sequence[Any]],
    *,
    person_id: int | None,
    at: datetime,
) -> None:
    """Write documents by their external ids, their first revisions, lines and rollups.

    `columns` are the lines', each a list, with the external id of their `document`; attributes are JSON. Nobody else
    may be writing documents of this source: see `hold_source`.
    """
    ids = dict(zip(fresh, _reserve_ids(tx, len(fresh)), strict=True))
    write_instant, write_day = _choose_writers(tx)
    when = write_instant(at)
    named = [(name, one.original if one.original in ids else None, one) for name, one in fresh.items()]
    # A sale before its return, which refers to it.
    made = [
        (company_id, ids[name], one.kind, source, name, ids[original] if original else None, 1, when)
        for name, original, one in sorted(named, key=lambda each: each[1] is not None)
    ]
    told = [(company_id, ids[name], 1, "recorded", person_id, one.note, when) for name, _, one in named]
    numbers = list(map(ids.__getitem__, columns["document"]))
    written = {
        **columns,
        "document_id": numbers,
        "position": _number_positions(numbers),
        "sold_at": list(map(write_instant, columns["sold_at"])),
        "day": list(map(write_day, columns["day"])),
    }
    constants = {"company_id": company_id, "source": source, "recorded_at": when, "revision": 1}
    values = [repeat(constants[name]) if name in constants else written[name] for name in LINE_COLUMNS]
    with _hold_references(tx, columns):
        load_rows(tx, "documents", DOCUMENT_COLUMNS, made)
        load_rows(tx, "revisions", REVISION_COLUMNS, told)
        load_rows(tx, "lines", LINE_COLUMNS, list(zip(*values, strict=False)))
    move_whole_documents(tx, company_id, {**columns, "document_id": numbers})


@contextmanager
def _hold_references(tx: Connection, columns: Mapping[str, Sequence[Any]]) -> Iterator[None]:
    """On PostgreSQL, look up and hold each row referred to once, as it would itself for every line; eight times a line.

    Where it does not let us, which takes a superuser, it looks them up itself. What is gone meanwhile: Conflict.
    """
    if tx.dialect.name != "postgresql" or tx.execute(_IS_SUPERUSER).scalar_one() != "on":
        yield
        return
    for name, table in REFERENCES.items():
        wanted = {number for number in columns[name] if number is not None}
        held = select(table.c.id).where(table.c.id.in_(wanted)).order_by(table.c.id)
        if len(tx.execute(held.with_for_update(read=True, key_share=True)).all()) != len(wanted):
            raise Conflict(f"Some of the {table.name} a row names were taken away just now.", hint="import it again")
    tx.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    tx.execute(text("SET LOCAL session_replication_role = origin"))


def _number_positions(numbers: Sequence[int]) -> list[int]:
    """Each line's place in its document."""
    last: dict[int, int] = {}
    positions = []
    for number in numbers:
        position = last[number] = last.get(number, 0) + 1
        positions.append(position)
    return positions


def _reserve_ids(tx: Connection, count: int) -> Sequence[int]:
    """So many numbers for documents that nobody else is given; on SQLite whoever writes is alone."""
    if tx.dialect.name == "postgresql":
        numbers = "SELECT nextval(pg_get_serial_sequence('documents', 'id')) FROM generate_series(1, :count)"
        return list(tx.execute(text(numbers), {"count": count}).scalars())
    first = int(tx.execute(select(func.coalesce(func.max(documents.c.id), 0))).scalar_one()) + 1
    return range(first, first + count)


def _choose_writers(tx: Connection) -> tuple[Any, Any]:
    """How an instant and a day are written for the database; PostgreSQL's driver knows by itself."""
    if tx.dialect.name == "postgresql":
        return (lambda value: value), (lambda value: value)
    return _write_instant, _write_day


@lru_cache(maxsize=8_192)
def _write_instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@lru_cache(maxsize=8_192)
def _write_day(value: date) -> str:
    return value.isoformat()
