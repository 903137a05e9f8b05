"""Writing the ledger. One rule: lines, stock and rollups move together, and a line is closed, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core.access import Company
from core.catalog.stock import StockMove, move_stock
from core.errors import Conflict, InvalidInput, NotFound
from core.metrics.rollups import move_rollups
from core.models.company import companies
from core.models.sales import documents, lines, revisions
from core.statements import Statement, without_waiting

LineRow = dict[str, Any]  # the columns of `lines`, without id
SOLD = ("sale", "guest")  # the kinds of document that take goods out of the stock

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
_CLOSE = Statement(
    update(lines)
    .where(
        lines.c.company_id == bindparam("company"),
        lines.c.document_id == bindparam("document"),
        lines.c.superseded_at.is_(None),
    )
    .values(superseded_at=bindparam("at"))
)
_RENUMBER = Statement(
    update(documents)
    .where(documents.c.company_id == bindparam("company"), documents.c.id == bindparam("document"))
    .values(revision=bindparam("number"))
)
_INSERT_LINE, _INSERT_REVISION = Statement(insert(lines)), Statement(insert(revisions))


def claim_document(
    tx: Connection,
    company_id: int,
    kind: str,
    source: str,
    external_id: str,
    at: datetime,
    original_id: int | None = None,
) -> tuple[int, bool]:
    """The number of the document for this input, and whether it is new: the same input again is the same document."""
    identity = {"company_id": company_id, "source": source, "external_id": external_id}
    row = {**identity, "kind": kind, "original_id": original_id, "revision": 1, "created_at": at}
    claimed = _CLAIM.row(tx, row)
    if claimed is not None:
        return int(claimed.id), True
    return int(_BY_INPUT.row(tx, identity).id), False


@dataclass(frozen=True, slots=True)
class Held:
    """A document nobody else changes until the end of the transaction."""

    id: int
    kind: str
    revision: int
    original_id: int | None


def lock_document(tx: Connection, company_id: int, document_id: int) -> Held:
    """Hold a document. NotFound for another company's."""
    own = documents.c.company_id == company_id, documents.c.id == document_id
    columns = documents.c.id, documents.c.kind, documents.c.revision, documents.c.original_id
    row = tx.execute(select(*columns).where(*own).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such sale.", field="sale")
    return Held(*row)


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


def find_returns(tx: Connection, company_id: int, document_id: int) -> tuple[int, ...]:
    """The numbers of the documents by which goods of a sale came back, those that were undone left out."""
    later = documents.c.company_id == company_id, documents.c.original_id == document_id
    standing = exists().where(
        lines.c.company_id == company_id, lines.c.document_id == documents.c.id, lines.c.superseded_at.is_(None)
    )
    of_kind = documents.c.kind.in_(("return", "exchange"))
    return tuple(tx.execute(select(documents.c.id).where(*later, of_kind, standing).order_by(documents.c.id)).scalars())


def add_revision(
    tx: Connection,
    company_id: int,
    document_id: int,
    number: int,
    action: str,
    *,
    person_id: int | None,
    at: datetime,
    note: str | None,
    reason: str | None = None,
) -> None:
    """Write down who did what to a document, when and why; the note is the document's from now on."""
    _INSERT_REVISION.run(
        tx,
        {
            "company_id": company_id,
            "document_id": document_id,
            "number": number,
            "action": action,
            "person_id": person_id,
            "reason": reason,
            "note": note,
            "recorded_at": at,
        },
    )
    if number > 1:
        _RENUMBER.run(tx, {"company": company_id, "document": document_id, "number": number})


def require_open_months(company: Company, moved: Sequence[LineRow]) -> None:
    """A month that was closed stays as it was reported; Conflict names `date`."""
    closed = company.closed_before
    if closed is not None and any(line["day"] < closed for line in moved):
        raise Conflict(
            f"The months before {closed} are closed and stay as reported. What changed since is recorded now.",
            field="date",
            hint="/return",
        )


def refuse_closed(day: date) -> InvalidInput:
    """Why nothing is added to a day of a closed month: it names the month."""
    reason = f"{day:%B %Y} is closed and stays as reported, so nothing is added to it."
    return InvalidInput(reason, field="date", hint=f"/close open {day:%B %Y}".lower())


def read_closed_before(tx: Connection, company: Company) -> date | None:
    """Up to which day months are closed by now: whoever works through a file may have begun before the last closing."""
    now = tx.execute(select(companies.c.closed_before).where(companies.c.id == company.id)).scalar()
    return max((day for day in (now, company.closed_before) if day is not None), default=None)


def replace_lines(
    tx: Connection,
    company: Company,
    document_id: int,
    closed: Sequence[LineRow],
    opened: Sequence[LineRow],
    *,
    at: datetime,
    person_id: int | None,
    tracked: frozenset[int],
) -> dict[tuple[int, int], int]:
    """Close a document's present lines, open others, and move rollups and stock by the difference.

    `tracked` are the products whose stock is kept. The stock left of each (branch, product) that moved.
    """
    company_id = company.id
    require_open_months(company, [*closed, *opened])
    moves = [*_stock_moves(closed, tracked, 1), *_stock_moves(opened, tracked, -1)]
    with without_waiting(tx):
        if closed:
            _CLOSE.run(tx, {"company": company_id, "document": document_id, "at": at})
        _INSERT_LINE.run_each(tx, opened)
        move_rollups(tx, company_id, closed, opened)
        return move_stock(tx, company_id, moves, document_id=document_id, person_id=person_id, at=at)


def _stock_moves(moved: Sequence[LineRow], tracked: frozenset[int], sign: int) -> list[StockMove]:
    """What selling these lines takes from stock, times -sign; a return brings it back.

    What a file told of took nothing: the stock was counted without it.
    """
    return [
        StockMove(
            line["branch_id"],
            line["product_id"],
            (sign if line["kind"] in SOLD else -sign) * line["quantity_e3"],
            line["kind"],
        )
        for line in moved
        if line["product_id"] in tracked and not line["written_off"] and line["import_id"] is None
    ]
