"""A batch of rows into the ledger. One rule: a row that is refused takes no other with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import InvalidInput
from core.imports.reading.memo import find_flaw, has_flaw
from core.imports.result import NEW, Rejected, Taken
from core.imports.sales.columns import Layout
from core.imports.sales.currencies import convert_columns, find_rates
from core.imports.sales.entities import Entities, Seats
from core.imports.sales.rows import SaleRows
from core.models.company import custom_fields
from core.models.sales import lines
from core.sales.intake import FreshDocument, take_in, take_in_fresh
from core.sales.ledger.documents import divide, find_documents, hold_source
from core.sales.ledger.months import read_closed_before, refuse_closed
from core.sales.restating import TOLD, Fate, Incoming, compare_line, is_remembered
from core.text import fold

PLAIN_TEXTS = ("platform", "coupon", "ledger_group", "region", "country", "pincode")
_RETURNED = "return\t"  # before the key of a line that came back; no text of a file has a tab
LineColumns = dict[str, list[Any]]
_OF_FILES = ("place", "order", "document")  # what a column of lines is not: where in the file, which order and document


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a batch is from: who imports, what the ledger calls the source, which import it is (None: a trial).

    `parted` are the orders of which a batch may have only some rows.
    """

    viewer: Viewer
    source: str
    import_id: int | None
    parted: frozenset[str] = frozenset()


def write_batch(
    tx: Connection, origin: Origin, entities: Entities, rows: SaleRows, orders: list[str], keys: list[str]
) -> Taken:
    """Record a batch's rows: find or make what they name, then lines, rollups and history. Stock does not move.

    `orders` and `keys` say which order each row belongs to and what it is called. Orders nobody has seen before are
    written in the fastest way there is; others are compared with what is there.
    """
    result, now = Taken(), clock.now()
    seats = entities.resolve(tx, rows)
    columns = _make_columns(rows, seats, orders, keys)
    columns, rows = _reject_unknown(columns, rows, result)
    columns, rows = _convert_foreign(tx, origin, columns, rows, result)
    _add_returned(columns, rows.is_returned)
    columns = _reject_closed(tx, origin, columns, rows, result)
    if origin.import_id is None:
        _foresee(tx, origin, columns, result)
        return result
    hold_source(tx, origin.viewer.company.id, origin.source)
    named = list(dict.fromkeys([*columns["document"], *columns["order"]]))
    known = find_documents(tx, origin.viewer.company.id, origin.source, named)
    pairs = zip(columns["order"], columns["document"], strict=True) if known else ()
    seen = {order for order, name in pairs if name in known or order in known}
    seen |= _find_repeating(columns)
    is_fresh = [order not in seen for order in columns["order"]]
    if all(is_fresh):
        _write_fresh(tx, origin, columns, rows, now, result)
    else:
        _write_fresh(tx, origin, _select(columns, is_fresh), rows, now, result)
        _write_seen(tx, origin, _select(columns, [not fresh for fresh in is_fresh]), rows, now, result)
    return result


def _make_columns(rows: SaleRows, seats: Seats, orders: list[str], keys: list[str]) -> LineColumns:
    """The lines the rows make, by column; with the place of their row, and the names of their order and document."""
    count = len(rows)
    kinds, quantities, prices, discounts, amounts, costs = (
        map(list, zip(*rows.amounts, strict=True)) if count else ([] for _ in range(6))
    )
    return {
        "place": list(range(count)),
        "order": orders,
        "document": [order if kind == "sale" else f"return:{order}" for order, kind in zip(orders, kinds, strict=True)],
        "row_key": keys,
        "kind": kinds,
        "person_id": seats.person_id,
        "branch_id": seats.branch_id,
        "product_id": seats.product_id,
        "customer_id": seats.customer_id,
        "moment": seats.moment,
        **{name: rows.get_texts(name) for name in PLAIN_TEXTS},
        "attributes": rows.attributes,
        "quantity_e3": quantities,
        "unit_price_e4": prices,
        "discount_e4": discounts,
        "amount_e4": amounts,
        "cost_e4": costs,
    }


def _select(columns: LineColumns, wanted: Sequence[bool]) -> LineColumns:
    return {name: list(compress(values, wanted)) for name, values in columns.items()}


def _reject_unknown(columns: LineColumns, rows: SaleRows, result: Taken) -> tuple[LineColumns, SaleRows]:
    """Without the rows that name what nobody knows."""
    columns, rows = _drop_flawed(columns, rows, ("person_id", "branch_id", "product_id", "moment"), result)
    moments = columns.pop("moment")
    columns["sold_at"], columns["day"] = [moment[0] for moment in moments], [moment[1] for moment in moments]
    return columns, rows


def _drop_flawed(
    columns: LineColumns, rows: SaleRows, among: Sequence[str], result: Taken
) -> tuple[LineColumns, SaleRows]:
    """Without the rows that have a refusal in one of these columns."""
    flawed = list(filter(has_flaw, [columns[name] for name in among]))
    if not flawed:
        return columns, rows
    flaws = [find_flaw(values) for values in zip(*flawed, strict=True)]
    told = zip(rows.lines, rows.cells, flaws, strict=True)
    result.rejected += [Rejected(line, cells, flaw) for line, cells, flaw in told if flaw is not None]
    wanted = [flaw is None for flaw in flaws]
    columns, rows = _select(columns, wanted), rows.keep(wanted)
    columns["place"] = list(range(len(rows)))
    return columns, rows


def _convert_foreign(
    tx: Connection, origin: Origin, columns: LineColumns, rows: SaleRows, result: Taken
) -> tuple[LineColumns, SaleRows]:
    """Rows in another currency at the rate of their day; those without one are refused."""
    if any(rows.currencies):
        columns["rate"] = find_rates(tx, origin.viewer, rows.currencies, columns["day"])
        columns, rows = _drop_flawed(columns, rows, ("rate",), result)
        convert_columns(columns, columns.pop("rate"))
    return columns, rows


def _add_returned(columns: LineColumns, is_returned: Sequence[bool]) -> None:
    """A second line for each row that says it was sold and came back."""
    if not any(is_returned):
        return
    back = _select(columns, [flag and kind == "sale" for flag, kind in zip(is_returned, columns["kind"], strict=True)])
    back["document"] = [f"return:{order}" for order in back["order"]]
    back["row_key"] = [f"{_RETURNED}{key}" for key in back["row_key"]]
    back["kind"] = ["return"] * len(back["kind"])
    back["place"] = [-1] * len(back["kind"])
    for name, values in back.items():
        columns[name] = columns[name] + values


def _reject_closed(tx: Connection, origin: Origin, columns: LineColumns, rows: SaleRows, result: Taken) -> LineColumns:
    """Without the rows that would add to a closed month; those that are there already go on, to be found so."""
    closed = read_closed_before(tx, origin.viewer.company)
    if closed is None or not columns["day"] or min(columns["day"]) >= closed:
        return columns
    old = _select(columns, [day < closed for day in columns["day"]])
    named = find_documents(tx, origin.viewer.company.id, origin.source, list(dict.fromkeys(old["document"])))
    known = _list_keys(tx, origin.viewer.company.id, list(named.values()))
    refused = {key.removeprefix(_RETURNED) for key in old["row_key"] if key not in known}
    for key, place, day in zip(columns["row_key"], columns["place"], columns["day"], strict=True):
        if place >= 0 and key in refused:
            result.rejected.append(Rejected(rows.lines[place], rows.cells[place], refuse_closed(day)))
    return _select(columns, [key.removeprefix(_RETURNED) not in refused for key in columns["row_key"]])


def _list_keys(tx: Connection, company_id: int, numbers: list[int]) -> set[str]:
    """What the rows of these documents are called, also of lines that were corrected since."""
    keys: set[str] = set()
    for some in divide(numbers):
        asked = lines.c.document_id.in_(some)
        own = lines.c.company_id == company_id, is_remembered(), asked, lines.c.row_key.is_not(None)
        keys.update(tx.execute(select(lines.c.row_key).where(*own)).scalars())
    return keys


def _find_repeating(columns: LineColumns) -> set[str]:
    """The orders in which a row's own name stands more than once."""
    names = columns["row_key"]
    if len(set(names)) == len(names):
        return set()
    met: set[str] = set()
    return {order for order, name in zip(columns["order"], names, strict=True) if name in met or met.add(name)}  # type: ignore[func-returns-value]


def _write_fresh(
    tx: Connection, origin: Origin, columns: LineColumns, rows: SaleRows, now: datetime, result: Taken
) -> None:
    if not columns["place"]:
        return
    notes = rows.texts.get("note")
    documents: dict[str, FreshDocument] = {}
    for name, order, kind, place in zip(
        columns["document"], columns["order"], columns["kind"], columns["place"], strict=True
    ):
        if name not in documents:
            note = notes[place] if notes and place >= 0 else None
            documents[name] = FreshDocument(kind, note, order if kind == "return" else None)
    told = {name: values for name, values in columns.items() if name not in _OF_FILES}
    told["import_id"] = [origin.import_id] * len(columns["place"])
    effects = take_in_fresh(tx, origin.viewer, origin.source, documents, columns["document"], told, at=now)
    result.goals_met += [goal.id for goal in effects.goals_met]
    result.counts.update(NEW[document.kind] for document in documents.values())
    result.counts["recorded"] += sum(place >= 0 for place in columns["place"])


def _write_seen(
    tx: Connection, origin: Origin, columns: LineColumns, rows: SaleRows, now: datetime, result: Taken
) -> None:
    """Lines of orders that are there, or repeat themselves: each is compared with what is known."""
    incoming: dict[str, Incoming] = {}
    placed: dict[str, list[int]] = {}
    notes = rows.texts.get("note")
    for line in _list_lines(origin, columns):
        name, order, place = line.pop("document"), line.pop("order"), line.pop("place")
        if name not in incoming:
            is_back = line["kind"] == "return"
            note = notes[place] if notes and place >= 0 else None
            original, is_whole = order if is_back else None, fold(order) not in origin.parted
            incoming[name] = Incoming(line["kind"], name, [], note, original, place >= 0, is_whole)
        incoming[name].lines.append(line)
        placed.setdefault(name, []).append(place)
    ordered = sorted(incoming.values(), key=lambda one: one.kind == "return")
    taken = take_in(tx, origin.viewer, origin.source, ordered, at=now)
    result.goals_met += [goal.id for goal in taken.effects.goals_met]
    result.counts["corrected_orders"] += taken.corrected
    result.counts.update({NEW[kind]: number for kind, number in taken.new_documents.items()})
    for name, places in placed.items():
        for place, fate in zip(places, taken.fates.get(name, ()), strict=False):
            if place >= 0 and isinstance(fate, InvalidInput):
                result.rejected.append(Rejected(rows.lines[place], rows.cells[place], fate))
            elif place >= 0:
                result.counts["recorded"] += fate is Fate.RECORDED


def _foresee(tx: Connection, origin: Origin, columns: LineColumns, result: Taken) -> None:
    """What would become of each row and document, as far as it can be told without writing."""
    company_id, source = origin.viewer.company.id, origin.source
    named = list(dict.fromkeys([*columns["document"], *columns["order"]]))
    known = find_documents(tx, company_id, source, named)
    before = _find_lines(tx, company_id, list(known.values()))
    for place, key, *told in zip(columns["place"], columns["row_key"], *map(columns.__getitem__, TOLD), strict=True):
        if place < 0:
            continue
        fate = compare_line(before[key], dict(zip(TOLD, told, strict=True))) if key in before else Fate.RECORDED
        result.counts["recorded"] += fate is not Fate.ALREADY_THERE
    kinds = dict(zip(columns["document"], columns["kind"], strict=True))
    for name in kinds.keys() & known.keys():
        kinds.pop(name)
    result.counts.update(map(NEW.__getitem__, kinds.values()))


def _find_lines(tx: Connection, company_id: int, numbers: list[int]) -> dict[str, Mapping[str, Any]]:
    """What is told by the lines there are of these documents' rows, by what the row is called."""
    wanted = (lines.c.row_key, *(lines.c[name] for name in TOLD))
    before: dict[str, Mapping[str, Any]] = {}
    for some in divide(numbers):
        asked = lines.c.document_id.in_(some)
        own = lines.c.company_id == company_id, is_remembered(), asked, lines.c.row_key.is_not(None)
        rows = tx.execute(select(lines.c.id, *wanted).where(*own)).all()
        before |= {row.row_key: dict(row._mapping) for row in sorted(rows)}
    return before


def _list_lines(origin: Origin, columns: LineColumns) -> list[dict[str, Any]]:
    """The same lines, one mapping each, as the ledger takes them."""
    constant: dict[str, Any] = {
        "company_id": origin.viewer.company.id,
        "source": origin.source,
        "import_id": origin.import_id,
    }
    named = [dict(zip(columns, values, strict=True)) | constant for values in zip(*columns.values(), strict=True)]
    for line in named:
        for name in ("attributes", "foreign_amounts"):
            line[name] = json.loads(line[name]) if line.get(name) else None
    return named


def declare_custom_fields(tx: Connection, company_id: int, layout: Layout) -> None:
    """Make the file's own columns dimensions of the company."""
    rows = [{"company_id": company_id, "name": one.name, "label": one.label[:200]} for one in layout.custom]
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[tx.dialect.name]
    if rows:
        tx.execute(dialect.insert(custom_fields).on_conflict_do_nothing(), rows)
