"""What comes back. One rule: never more than was sold, and all of a sale returned is worth exactly the sale.

What is given back is the part of what is left: of three for 100, each of the first two is 33.33 and the last 33.34.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, find_branch_zone, resolve_scope
from core.errors import Code, Conflict, InvalidInput, NotAllowed, about
from core.models.sales import documents, lines
from core.money import divide_half_even, round_to_coin, share_out, share_to_coin, write_quantity
from core.sales.amounts import add_line, divide_lines
from core.sales.commands import RecordReturn, ReturnLine, SaleLine, SaleTerms
from core.sales.doubts import require_usual
from core.sales.drafting import NOT_TOLD, find_customer, resolve_seller
from core.sales.goods import read_goods
from core.sales.ledger.change import LineRow
from core.sales.ledger.documents import lock_document, read_present_lines
from core.sales.pricing import price_line

RETURNED = ("return", "exchange")


def read_left(tx: Connection, company_id: int, sale: Sequence[LineRow]) -> list[LineRow]:
    """The lines of a sale with what is left of them once what came back is taken off."""
    left = [dict(line) for line in sale]
    if not left:
        return []
    of_sale = documents.c.company_id == company_id, documents.c.original_id == left[0]["document_id"]
    query = (
        select(lines)
        .join_from(lines, documents, documents.c.id == lines.c.document_id)
        .where(
            lines.c.company_id == company_id, *of_sale, documents.c.kind.in_(RETURNED), lines.c.superseded_at.is_(None)
        )
    )
    for row in tx.execute(query):
        _take_off(left, dict(row._mapping))
    return left


def _take_off(left: list[LineRow], back: LineRow) -> None:
    """An imported return tells no position: it is taken off the first line of its product that can bear it."""
    same = [line for line in left if line["person_id"] == back["person_id"]] or left
    if back["original_position"] is not None:
        fitting = [line for line in same if line["position"] == back["original_position"]]
    else:
        fitting = [line for line in same if line["product_id"] == back["product_id"]]
        fitting = [line for line in fitting if line["quantity_e3"] >= back["quantity_e3"]] or fitting
    for line in fitting[:1]:
        line.update(add_line(line, back, -1))


def require_room(tx: Connection, company_id: int, original_id: int, back: Sequence[LineRow]) -> None:
    """Conflict where what a restored return brings back came back otherwise meanwhile, or its sale changed hands."""
    lock_document(tx, company_id, original_id)
    left = read_left(tx, company_id, read_present_lines(tx, company_id, original_id))
    sellers = {line["person_id"] for line in left}
    if left and any(line["import_id"] is None and line["person_id"] not in sellers for line in back):
        raise Conflict("That sale was given to somebody else meanwhile: record anew what came back.", field="sale")
    for line in back:
        _take_off(left, line)
    if not left or any(line["quantity_e3"] < 0 or line["amount_e4"] < 0 for line in left):
        raise Conflict("That has come back otherwise meanwhile, or its sale was undone.", field="sale")


def draft_return(tx: Connection, viewer: Viewer, command: RecordReturn) -> list[LineRow]:
    """The lines of a return. Raises InvalidInput, NotFound, NotAllowed, Conflict naming the fault."""
    if command.kind not in RETURNED:
        raise InvalidInput(f"“{command.kind}” is neither a return nor an exchange.", field="kind", hint="return")
    if command.original_id is not None:
        return _draft_of_sale(tx, viewer, command, command.original_id)
    return _draft_of_none(tx, viewer, command)


def _draft_of_sale(tx: Connection, viewer: Viewer, command: RecordReturn, original_id: int) -> list[LineRow]:
    held = lock_document(tx, viewer.company.id, original_id)
    sale = read_present_lines(tx, viewer.company.id, original_id)
    if held.kind == "guest":
        raise Conflict("Guest coverage is in nobody's revenue, so it does not come back: undo it.", field="sale")
    if held.kind != "sale" or not sale:
        raise Conflict(f"#{original_id} is no sale that stands, so nothing comes back of it.", field="sale")
    first = sale[0]
    _require_right(viewer, first)
    sold_at, day = _fix_time(command, find_branch_zone(tx, viewer.company, first["branch_id"]), first["day"])
    left = read_left(tx, viewer.company.id, sale)
    wanted = command.lines or _want_everything(left)
    if not wanted:
        raise Conflict(f"All of sale #{original_id} came back already.", field="sale", code=Code.TOO_MUCH_RETURNED)
    told = {"sold_at": sold_at, "day": day, "kind": command.kind, "source": command.source}
    told |= {"row_key": None, "import_id": None, "written_off": command.writes_off or None}
    rows: list[LineRow] = []
    items: dict[tuple[int, int], int] = {}
    for index, line in enumerate(wanted):
        with about("lines", index):
            parts = _take_part(left, line, viewer.company.currency)
        for part in parts:
            _take_off(left, part)
            # The parts of several people are one item, as they are in the sale.
            position = items.setdefault((index, part["original_position"]), len(items) + 1)
            rows.append({**part, **told, "position": position})
    return _strip(rows)


def _require_right(viewer: Viewer, line: LineRow) -> None:
    if viewer.person_id in (None, line["person_id"]):
        return
    if not viewer.may(Permission.CORRECT_OTHERS):
        raise NotAllowed("That sale is not yours: its seller or a manager records what came back.", field="sale")
    resolve_scope(viewer, Reach.TEAM, line["branch_id"])


def _strip(rows: list[LineRow]) -> list[LineRow]:
    kept = ("id", "document_id", "revision", "recorded_at", "superseded_at")
    return [{name: value for name, value in row.items() if name not in kept} for row in rows]


def _want_everything(left: list[LineRow]) -> tuple[ReturnLine, ...]:
    totals: dict[int, int] = {}
    for line in left:
        totals[line["position"]] = totals.get(line["position"], 0) + line["quantity_e3"]
    return tuple(ReturnLine(total, position=position) for position, total in totals.items() if total > 0)


def _take_part(left: list[LineRow], wanted: ReturnLine, currency: str) -> list[LineRow]:
    """Lines that bring back so much of an item: of each person's part of it, in proportion to what is left of it."""
    if wanted.quantity_e3 <= 0:
        raise InvalidInput("What comes back is more than nothing.", field="quantity", hint="/return 1")
    fitting = [line for line in left if _is_meant(line, wanted) and line["quantity_e3"] > 0]
    there = sum(line["quantity_e3"] for line in fitting)
    if wanted.quantity_e3 > there:
        what = "of that item" if there else "of that item in this sale, or none is left"
        raise InvalidInput(
            f"Only {write_quantity(there)} {what} can come back." if there else f"There is nothing {what}.",
            field="quantity",
            hint="/return",
            code=Code.TOO_MUCH_RETURNED,
        )
    parts = share_out(wanted.quantity_e3, [line["quantity_e3"] for line in fitting])
    if wanted.position is None:
        parts = _fill_in_order(wanted.quantity_e3, fitting)
    cut = []
    for position in dict.fromkeys(line["position"] for line in fitting):
        places = [place for place, line in enumerate(fitting) if line["position"] == position]
        cut += _cut([fitting[place] for place in places], [parts[place] for place in places], currency)
    return [line for line in cut if line["quantity_e3"]]


def _is_meant(line: LineRow, wanted: ReturnLine) -> bool:
    if wanted.position is not None:
        return bool(line["position"] == wanted.position)
    is_product = line["product_id"] == wanted.product_id
    return is_product and wanted.variant_id in (None, line["variant_id"])


def _fill_in_order(quantity_e3: int, fitting: list[LineRow]) -> list[int]:
    """Of an item that stands in a sale several times, the first ones come back first; people share within each."""
    parts, rest = [0] * len(fitting), quantity_e3
    for position in dict.fromkeys(line["position"] for line in fitting):
        places = [index for index, line in enumerate(fitting) if line["position"] == position]
        there = [fitting[index]["quantity_e3"] for index in places]
        taken = min(rest, sum(there))
        for index, part in zip(places, share_out(taken, there), strict=True):
            parts[index] = part
        rest -= taken
    return parts


def _cut(lines: list[LineRow], quantities_e3: list[int], currency: str) -> list[LineRow]:
    """So much of what is left of an item, with its part of every amount, which those who share in it bear together.

    All that is left takes all of them.
    """
    whole, wanted = sum(line["quantity_e3"] for line in lines), sum(quantities_e3)

    def take(amounts: Sequence[int], coin: str | None) -> Sequence[int]:
        part = divide_half_even(sum(amounts) * wanted, whole)
        return share_to_coin(part if coin is None else round_to_coin(part, coin), list(amounts), coin)

    cut = list(lines) if wanted == whole else divide_lines(lines, currency, take)
    return [
        line | {"original_position": line["position"], "quantity_e3": quantity_e3}
        for line, quantity_e3 in zip(cut, quantities_e3, strict=True)
    ]


def _draft_of_none(tx: Connection, viewer: Viewer, command: RecordReturn) -> list[LineRow]:
    """What came back of a sale nobody knows: at the price said, else the list price."""
    if not command.lines:
        raise InvalidInput("What came back?", field="lines", hint="/return 1 SOL-3077")
    seller = resolve_seller(tx, viewer, command.person_id)
    sold_at, day = _fix_time(command, seller.time_zone, None)
    goods = read_goods(tx, viewer, command.lines)
    customer = find_customer(tx, viewer, command.customer)
    shared = {
        **NOT_TOLD,
        "company_id": viewer.company.id,
        "kind": command.kind,
        "source": command.source,
        "sold_at": sold_at,
        "day": day,
        "branch_id": seller.branch_id,
        "person_id": seller.person_id,
        "customer_id": customer.id if customer else None,
        "written_off": command.writes_off or None,
        **dict.fromkeys(("platform", "coupon", "taxes", "currency", "rate_e9", "foreign_amounts")),
        "tax_e4": 0,
    }
    rows = []
    for position, line in enumerate(command.lines, 1):
        with about("lines", position - 1):
            unit_price_e4 = goods.find_unit_price(line, {}, None)
            price = price_line(
                line.quantity_e3, viewer.company.currency, unit_price_e4=unit_price_e4, total_e4=None, discount=None
            )
        rows.append(
            {
                **shared,
                "position": position,
                "product_id": line.product_id,
                "variant_id": line.variant_id,
                "quantity_e3": line.quantity_e3,
                "unit_price_e4": price.unit_price_e4,
                "discount_e4": 0,
                "amount_e4": price.amount_e4,
                "cost_e4": goods.find_cost(line),
            }
        )
    told = (
        SaleLine(line.quantity_e3, line.product_id, line.unit_price_e4, None, None, line.variant_id)
        for line in command.lines
    )
    require_usual(tx, viewer, SaleTerms(tuple(told), asks=command.asks), rows, goods)
    return rows


def _fix_time(command: RecordReturn, time_zone: str, sold_on: date | None) -> tuple[datetime, date]:
    """Now, or the day told of, which lies neither ahead nor before the sale."""
    now = clock.now()
    today = clock.day_of(now, time_zone)
    day = command.day or today
    if day > today:
        raise InvalidInput(f"{day} is in the future.", field="date", hint="today or yesterday", code=Code.FUTURE_DATE)
    if sold_on is not None and day < sold_on:
        raise InvalidInput(f"It was sold on {sold_on}, so it cannot have come back before.", field="date", hint="today")
    if day.year < 1900:
        raise InvalidInput(f"{day} is too long ago.", field="date")
    if day == today:
        return now, day
    return datetime.combine(day, time(12), clock.find_zone(time_zone)).astimezone(UTC), day
