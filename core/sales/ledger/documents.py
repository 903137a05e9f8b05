"""Documents: their identity, and what they say now. The same input is the same document, however often it comes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, bindparam, exists, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from core.errors import Conflict, NotFound
from core.models.sales import documents, lines, revisions
from core.sales.ledger.change import LineRow
from core.statements import Statement, load_columns

T = TypeVar("T")
SOLD = ("sale", "guest")  # the kinds of document that take goods out of the stock
ASKED_AT_ONCE = 5_000
LONGEST_NAME = 200  # of a document in its source

_CLAIM = Statement(
    {
        name: dialect.insert(documents)
        .on_conflict_do_nothing(index_elements=["company_id", "source", "external_id"])
        .returning(documents.c.id)
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)
_BY_INPUT = Statement(
    select(documents.c.id).where(
        documents.c.company_id == bindparam("company_id"),
        documents.c.source == bindparam("source"),
        documents.c.external_id == bindparam("external_id"),
    )
)
_PRESENT = Statement(
    select(lines)
    .where(
        lines.c.company_id == bindparam("company"),
        lines.c.document_id == bindparam("document"),
        lines.c.superseded_at.is_(None),
    )
    .order_by(lines.c.position, lines.c.id)
)


def claim_document(
    tx: Connection,
    company_id: int,
    kind: str,
    source: str,
    external_id: str,
    at: datetime,
    original_id: int | None = None,
    told: str | None = None,
) -> tuple[int, bool]:
    """The number of the document for this input, and whether it is new: the same input again is the same document."""
    identity = {"company_id": company_id, "source": source, "external_id": external_id}
    row = {**identity, "kind": kind, "original_id": original_id, "revision": 1, "created_at": at}
    row["told"] = told
    claimed = _CLAIM.row(tx, row)
    if claimed is not None:
        return int(claimed.id), True
    return int(_BY_INPUT.row(tx, identity).id), False


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that is to be, under a number that was reserved for it."""

    id: int
    kind: str
    source: str
    external_id: str
    original_id: int | None = None


def reserve_document_ids(tx: Connection, count: int) -> Sequence[int]:
    """So many numbers for documents that nobody else is given; on SQLite whoever writes is alone."""
    if tx.dialect.name == "postgresql":
        numbers = "SELECT nextval(pg_get_serial_sequence('documents', 'id')) FROM generate_series(1, :count)"
        return list(tx.execute(text(numbers), {"count": count}).scalars())
    first = int(tx.execute(select(func.coalesce(func.max(documents.c.id), 0))).scalar_one()) + 1
    return range(first, first + count)


def add_documents(tx: Connection, company_id: int, new: Sequence[NewDocument], at: datetime) -> None:
    """Write documents of a file, which were looked for and are not there; see `hold_source`.

    Conflict where somebody else made one of them meanwhile.
    """
    ordered = sorted(new, key=lambda one: one.original_id is not None)  # a sale before its return, which refers to it
    told = {name: [getattr(one, name) for one in ordered] for name in NewDocument.__dataclass_fields__}
    constant = {"company_id": company_id, "revision": 1, "created_at": at}
    try:
        load_columns(tx, documents, told | {name: [value] * len(ordered) for name, value in constant.items()})
    except IntegrityError as error:
        raise Conflict(
            "Some of these documents were recorded by somebody else just now.", hint="import it again"
        ) from error


def hold_source(tx: Connection, company_id: int, source: str) -> None:
    """Let nobody else import documents of this source until the transaction ends; SQLite has one writer anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{company_id} {source}", 0))))


def find_documents(tx: Connection, company_id: int, source: str, names: Sequence[str]) -> dict[str, int]:
    """The numbers of the documents there are, by external id."""
    found: dict[str, int] = {}
    for some in divide(names):
        own = documents.c.company_id == company_id, documents.c.source == source, documents.c.external_id.in_(some)
        rows = tx.execute(select(documents.c.external_id, documents.c.id).where(*own))
        found |= {row.external_id: row.id for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A document nobody else changes until the end of the transaction."""

    id: int
    kind: str
    revision: int
    original_id: int | None


_HELD_COLUMNS = documents.c.id, documents.c.kind, documents.c.revision, documents.c.original_id


def lock_document(tx: Connection, company_id: int, document_id: int) -> Held:
    """Hold a document. NotFound for another company's."""
    held = lock_documents(tx, company_id, [document_id])
    if not held:
        raise NotFound("There is no such sale.", field="sale")
    return held[document_id]


def lock_documents(tx: Connection, company_id: int, numbers: Iterable[int]) -> dict[int, Held]:
    """Hold those of the company's documents that there are; always in the order of their numbers, to avoid deadlock."""
    held: dict[int, Held] = {}
    for some in divide(sorted(set(numbers))):
        own = documents.c.company_id == company_id, documents.c.id.in_(some)
        query = select(*_HELD_COLUMNS).where(*own).order_by(documents.c.id).with_for_update()
        held |= {row.id: Held(*row) for row in tx.execute(query)}
    return held


def read_present_lines(tx: Connection, company_id: int, document_id: int) -> list[LineRow]:
    """The lines a document has now; none once it is voided."""
    rows = _PRESENT.rows(tx, {"company": company_id, "document": document_id})
    return [dict(row._mapping) for row in rows]


def read_last_lines(tx: Connection, company_id: int, document_id: int) -> list[LineRow]:
    """The lines a document had when it last had any: what a voided one is restored to."""
    own = lines.c.company_id == company_id, lines.c.document_id == document_id
    last = select(func.max(lines.c.revision)).where(*own).scalar_subquery()
    rows = tx.execute(select(lines).where(*own, lines.c.revision == last).order_by(lines.c.position, lines.c.id))
    return [dict(row._mapping) for row in rows]


def read_notes(tx: Connection, company_id: int, numbers: Sequence[int]) -> dict[int, str]:
    """The notes documents have now, by number; those without one are left out."""
    latest = (revisions.c.document_id == documents.c.id) & (revisions.c.number == documents.c.revision)
    query = select(revisions.c.document_id, revisions.c.note).join_from(documents, revisions, latest)
    notes: dict[int, str] = {}
    for some in divide(numbers):
        own = documents.c.company_id == company_id, revisions.c.company_id == company_id, documents.c.id.in_(some)
        rows = tx.execute(query.where(*own, revisions.c.note.is_not(None)))
        notes |= {row.document_id: row.note for row in rows}
    return notes


def release_names(tx: Connection, numbers: Sequence[int], suffix: str) -> None:
    """Let documents that were taken back with their file go by another name, so that the file can come anew."""
    for some in divide(numbers):
        renamed = func.substr(documents.c.external_id + suffix, 1, LONGEST_NAME)
        tx.execute(update(documents).where(documents.c.id.in_(some)).values(external_id=renamed))


def link_return(tx: Connection, company_id: int, document_id: int, original_id: int) -> None:
    """Say which sale a return belongs to that came before its sale; one that has a sale already keeps it."""
    own = documents.c.company_id == company_id, documents.c.id == document_id, documents.c.original_id.is_(None)
    tx.execute(update(documents).where(*own).values(original_id=original_id))


def find_returns(tx: Connection, company_id: int, document_id: int) -> tuple[int, ...]:
    """The numbers of the documents by which goods of a sale came back, those that were undone left out."""
    later = documents.c.company_id == company_id, documents.c.original_id == document_id
    standing = exists().where(
        lines.c.company_id == company_id, lines.c.document_id == documents.c.id, lines.c.superseded_at.is_(None)
    )
    of_kind = documents.c.kind.in_(("return", "exchange"))
    return tuple(tx.execute(select(documents.c.id).where(*later, of_kind, standing).order_by(documents.c.id)).scalars())


def find_returned_by_people(
    tx: Connection, company_id: int, sales: Sequence[int] | Select[tuple[int]]
) -> list[tuple[int, int]]:
    """What of these sales came back as people recorded it, and no file told: (the sale's number, the return's)."""
    by_people = exists().where(
        lines.c.company_id == company_id,
        lines.c.document_id == documents.c.id,
        lines.c.superseded_at.is_(None),
        lines.c.import_id.is_(None),
    )
    own = documents.c.company_id == company_id, documents.c.kind.in_(("return", "exchange"))
    query = select(documents.c.original_id, documents.c.id).where(*own, documents.c.original_id.in_(sales), by_people)
    return [(original_id, number) for original_id, number in tx.execute(query.order_by(documents.c.id))]


def divide(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at a time as one statement may name."""
    return (values[start : start + ASKED_AT_ONCE] for start in range(0, len(values), ASKED_AT_ONCE))
