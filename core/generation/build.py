"""Making an invented company. One rule: its rollups are counted from its lines, so verification has nothing to say."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.engine import Connection

from core.access import Company
from core.generation.cast import assemble_cast
from core.generation.loading import count_anew, load_rows, reserve_numbers, trust_references
from core.generation.size import Size
from core.generation.story import DOCUMENT_COLUMNS, LINE_COLUMNS, REVISION_COLUMNS, Telling, tell_sales
from core.metrics.known import rebuild_values
from core.metrics.recount import rebuild_rollups
from core.models.sales import documents, lines, revisions

DOCUMENTS_AT_A_TIME = 50_000
Tell = Callable[[str, int, int], None]  # what is done, how much of it, of how much


@dataclass(frozen=True, slots=True)
class Generated:
    """What was made: the lines that stand, and the rows of each rollup."""

    company: Company
    documents: int
    lines: int
    rollups: dict[str, int]


def generate_company(tx: Connection, name: str, size: Size, tell: Tell | None = None) -> Generated:
    """Fill a new company with believable sales. Raises Conflict when there is one of that name.

    All of it in one transaction: what is stopped half-way leaves nothing. SQLite lets nobody else write meanwhile.
    """
    tell = tell or (lambda *_: None)
    cast = assemble_cast(tx, name, size)
    first_id = reserve_numbers(tx, size.lines)  # a document has a line at least
    trust_references(tx)
    tellings = tell_sales(cast, size, first_id, "" if tx.dialect.name == "sqlite" else "+00")
    documents_made = lines_made = 0
    while batch := list(islice(tellings, DOCUMENTS_AT_A_TIME)):
        _write(tx, batch)
        documents_made += len(batch)
        lines_made += sum(line[-1] is None for _, _, rows in batch for line in rows)
        tell("lines", lines_made, size.lines)
    counts = rebuild_rollups(tx, cast.company.id, tell)
    rebuild_values(tx, cast.company.id)
    count_anew(tx)
    return Generated(cast.company, documents_made, lines_made, counts)


def _write(tx: Connection, batch: list[Telling]) -> None:
    load_rows(tx, documents, DOCUMENT_COLUMNS, [document for document, _, _ in batch])
    load_rows(tx, revisions, REVISION_COLUMNS, [row for _, rows, _ in batch for row in rows])
    load_rows(tx, lines, LINE_COLUMNS, [row for _, _, rows in batch for row in rows])
