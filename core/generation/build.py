"""Making an invented company. One rule: its rollups are counted from its lines, so verification has nothing to say."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.engine import Connection

from core.access import Company
from core.generation.cast import assemble_cast
from core.generation.channels import RECEIPT_COLUMNS, REQUEST_COLUMNS, Channels
from core.generation.digests import post_digests
from core.generation.loading import count_anew, reserve_numbers
from core.generation.notices import write_notices
from core.generation.size import Size
from core.generation.stock import LEVEL_COLUMNS, MOVE_COLUMNS, Stock
from core.generation.story import DOCUMENT_COLUMNS, LINE_COLUMNS, REVISION_COLUMNS, Telling, tell_sales
from core.generation.targets import set_targets
from core.metrics.known import rebuild_values
from core.metrics.recount import rebuild_rollups
from core.models.catalog import stock_levels, stock_moves
from core.models.requests import requests
from core.models.sales import documents, lines, receipts, revisions
from core.people.requests import KEPT
from core.statements import load_rows

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

    All of it in one transaction: what is stopped half-way leaves nothing. SQLite lets nobody else write meanwhile. Its
    chats are none that Telegram has, so that no notice of it reaches anybody.
    """
    tell = tell or (lambda *_: None)
    cast = assemble_cast(tx, name, size)
    zone = "" if tx.dialect.name == "sqlite" else "+00"
    stock, channels = Stock(cast), Channels(cast, (size.last_day - KEPT).isoformat())
    load_rows(tx, stock_moves.name, MOVE_COLUMNS, stock.count(f"{size.days[0]} 00:00:00.000000{zone}"))
    first_id = reserve_numbers(tx, 2 * size.lines)  # a document has a line at least, and may be told twice
    tellings = tell_sales(cast, size, first_id, zone)
    documents_made = lines_made = 0
    while batch := list(islice(tellings, DOCUMENTS_AT_A_TIME)):
        _write(tx, batch, stock, channels)
        documents_made += len(batch)
        lines_made += sum(line[-1] is None for _, _, rows in batch for line in rows)
        tell("lines", lines_made, size.lines)
    load_rows(tx, stock_levels.name, LEVEL_COLUMNS, stock.list_levels())
    counts = rebuild_rollups(tx, cast.company.id, tell)
    rebuild_values(tx, cast.company.id)
    told = *stock.notices, *set_targets(tx, cast, size, zone), *post_digests(tx, cast, size, zone)
    write_notices(tx, cast.company.id, told)
    count_anew(tx)
    return Generated(cast.company, documents_made, lines_made, counts)


def _write(tx: Connection, batch: list[Telling], stock: Stock, channels: Channels) -> None:
    written = [row for _, _, rows in batch for row in rows]
    load_rows(tx, documents.name, DOCUMENT_COLUMNS, [document for document, _, _ in batch])
    load_rows(tx, revisions.name, REVISION_COLUMNS, [row for _, rows, _ in batch for row in rows])
    load_rows(tx, lines.name, LINE_COLUMNS, written)
    load_rows(tx, stock_moves.name, MOVE_COLUMNS, stock.move(written))
    load_rows(tx, receipts.name, RECEIPT_COLUMNS, channels.list_receipts(batch))
    load_rows(tx, requests.name, REQUEST_COLUMNS, channels.list_requests(batch))
