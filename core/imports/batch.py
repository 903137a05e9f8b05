"""A batch of rows into the ledger. One rule: a row that is refused takes no other with it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import InvalidInput
from core.imports.columns import Layout
from core.imports.dates import fix_moment
from core.imports.entities import Entities
from core.imports.rows import SaleRow
from core.models.company import custom_fields
from core.sales.intake import Fate, Incoming, take_in

PLAIN_TEXTS = ("platform", "coupon", "ledger_group", "region", "country", "pincode")


@dataclass(slots=True)
class NamedRow:
    """A row that was understood: where it stands in the file, what it says, what it and its order are called."""

    line: int
    cells: list[str]
    row: SaleRow
    order: str
    key: str


Rejected = tuple[int, list[str], InvalidInput]  # line of the file, cells, reason


@dataclass
class BatchResult:
    """What became of a batch's rows, and how many documents it made, by kind."""

    recorded: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    new_documents: dict[str, int] = field(default_factory=dict)


def write_batch(tx: Connection, viewer: Viewer, source: str, entities: Entities, rows: list[NamedRow]) -> BatchResult:
    """Record a batch's rows: find or make what they name, then lines, rollups and history. Stock does not move."""
    entities.prepare(tx, (named.row for named in rows))
    result, now = BatchResult(), clock.now()
    sales: dict[str, Incoming] = {}
    returns: dict[str, Incoming] = {}
    placed: dict[str, list[NamedRow]] = {}
    for named in rows:
        try:
            line = _build_line(viewer, source, entities, named, now)
        except InvalidInput as error:
            result.rejected.append((named.line, named.cells, error))
            continue
        note = named.row.texts.get("note")
        sales.setdefault(named.order, Incoming("sale", named.order, [], note)).lines.append(line)
        placed.setdefault(named.order, []).append(named)
        if named.row.is_returned:
            back = returns.setdefault(
                named.order, Incoming("return", f"return:{named.order}", [], original=named.order)
            )
            back.lines.append({**line, "kind": "return", "row_key": f"return\t{named.key}"})
    incoming = [*sales.values(), *returns.values()]
    taken = take_in(tx, viewer.company.id, source, incoming, person_id=viewer.person_id, at=now)
    for order, places in placed.items():
        for named, fate in zip(places, taken.fates[order], strict=True):
            if isinstance(fate, InvalidInput):
                result.rejected.append((named.line, named.cells, fate))
            else:
                result.recorded += fate is Fate.RECORDED
    result.new_documents = taken.new_documents
    return result


def _build_line(viewer: Viewer, source: str, entities: Entities, named: NamedRow, now: datetime) -> dict[str, Any]:
    """A line of the ledger, exactly as the row says. InvalidInput names what it names and nobody knows."""
    row = named.row
    person, place = entities.find_seller(row)
    sold_at, day = fix_moment(row.moment, place.time_zone)
    if day > clock.day_of(now, place.time_zone):
        raise InvalidInput(f"The date is {day}, which is in the future.", field="date", hint="--date-format")
    return {
        "company_id": viewer.company.id,
        "row_key": named.key,
        "kind": "sale",
        "source": source,
        "sold_at": sold_at,
        "day": day,
        "branch_id": place.id,
        "person_id": person.id,
        "product_id": entities.find_product(row),
        "customer_id": entities.find_customer(row),
        **{name: row.texts.get(name) for name in PLAIN_TEXTS},
        "attributes": row.attributes or None,
        "quantity_e3": row.quantity_e3,
        "unit_price_e4": row.unit_price_e4,
        "discount_e4": row.discount_e4,
        "amount_e4": row.amount_e4,
        "cost_e4": row.cost_e4,
    }


def declare_custom_fields(tx: Connection, company_id: int, layout: Layout) -> None:
    """Make the file's own columns dimensions of the company."""
    rows = [{"company_id": company_id, "name": one.name, "label": one.label[:200]} for one in layout.custom]
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[tx.dialect.name]
    if rows:
        tx.execute(dialect.insert(custom_fields).on_conflict_do_nothing(), rows)
