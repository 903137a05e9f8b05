"""What the bench of scale does to a generated company: one entry of `OPERATIONS` is one operation.

Each goes through what chat or API call with an open transaction, on the evening of the company's last day. What an
operation needs is prepared beside the clock; the person, sale and product are others each time.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from api.routes.sales import get_sale, list_sales
from api.schemas.sales import AsOfQuery, SalePath, SalesQuery
from bot.conversation import Host, Incoming, answer_incoming, offer_products
from core.access import Company, act_as_operator, find_company, load_viewer
from core.db import Database
from core.imports import ImportOptions, import_sales
from core.models.catalog import customers, products
from core.models.people import accounts, people
from core.models.sales import documents, lines
from core.outbox import claim_notices, has_due_notices
from core.people.accounts import Visitor, find_account_viewer
from tests.bench.scale.questions import LAST_DAY
from tests.core.imports.retail import write_retail

HOST = Host("SAR", "Asia/Riyadh", find_account_viewer)
SEATS, SALES_EACH, LATELY = 12, 40, timedelta(days=60)
IMPORTED_ROWS = 1_000
PAGE = 8  # sales, as in chat: the smallest company has five hundred such pages
Act = Callable[[], Any]
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who sells: their account, and sales of theirs that stand and of which nothing came back."""

    telegram_id: int
    person_id: int
    sales: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A generated company and whom and what its operations are done by and to, in turn."""

    database: Database
    company: Company
    seats: Sequence[Seat]
    managers: Sequence[int]  # their Telegram accounts
    products: Sequence[tuple[int, str, str]]  # number, code and name
    customers: Sequence[str]
    file: Path  # to import


@dataclass(frozen=True, slots=True)
class Operation:
    """`prepare` gets the transaction, the stage and a number that is another one each time; what it gives is timed."""

    name: str
    prepare: Callable[[Connection, Stage, int], Act]
    writes: bool = False


def set_stage(database: Database, folder: Path) -> Stage:
    """Find the company's people, their late sales, products and customers."""
    path = folder / "retail.csv"
    write_retail(path, IMPORTED_ROWS)
    with database.begin_read() as tx:
        company = find_company(tx)
        return Stage(
            database,
            company,
            [seat for row in _list_people(tx, company, "employee") if (seat := _seat(tx, company, *row)).sales],
            [telegram_id for telegram_id, _ in _list_people(tx, company, "manager")],
            [row._tuple() for row in _list_some(tx, company, products.c.id, products.c.sku, products.c.name)],
            [name for (name,) in _list_some(tx, company, customers.c.name)],
            path,
        )


def _list_people(tx: Connection, company: Company, role: str) -> list[Any]:
    own = people.c.company_id == company.id, people.c.role == role
    query = select(accounts.c.telegram_id, people.c.id).join(people, people.c.account_id == accounts.c.id).where(*own)
    return list(tx.execute(query.order_by(people.c.id).limit(SEATS)))


def _list_some(tx: Connection, company: Company, *columns: Any) -> list[Any]:
    table = columns[0].table
    return list(tx.execute(select(*columns).where(table.c.company_id == company.id).order_by(table.c.id).limit(20)))


def _seat(tx: Connection, company: Company, telegram_id: int, person_id: int) -> Seat:
    theirs = lines.c.company_id == company.id, lines.c.person_id == person_id, lines.c.day > LAST_DAY - LATELY
    stands = lines.c.kind == "sale", lines.c.superseded_at.is_(None)
    found = set(tx.execute(select(lines.c.document_id).where(*theirs, *stands)).scalars())
    back = select(documents.c.original_id).where(documents.c.id > min(found, default=0))
    found -= set(tx.execute(back).scalars())
    return Seat(telegram_id, person_id, tuple(sorted(found)[-SALES_EACH:]))


def _turn(things: Sequence[Any], number: int) -> Any:
    return things[number % len(things)]


def _write(tx: Connection, telegram_id: int, text: str, message_id: int, **more: Any) -> Act:
    incoming = Incoming(Visitor(telegram_id, "Somebody"), telegram_id, message_id, text, "bot", 1, **more)
    return lambda: answer_incoming(tx, incoming, HOST)


def _say(text: str, *, by_manager: bool = False) -> Callable[[Connection, Stage, int], Act]:
    """A message whose answer only reads; `{sale}`, `{customer}` and `{product}` are put in."""

    def prepare(tx: Connection, stage: Stage, number: int) -> Act:
        seat = _turn(stage.seats, number)
        writer = _turn(stage.managers, number) if by_manager else seat.telegram_id
        name, (_, sku, _) = _turn(stage.customers, number), _turn(stage.products, number)
        return _write(tx, writer, text.format(sale=_turn(seat.sales, number), customer=name, product=sku), number)

    return prepare


def _press(data: str, prompt: str = "") -> Callable[[Connection, Stage, int], Act]:
    """A button of a manager's."""

    def prepare(tx: Connection, stage: Stage, number: int) -> Act:
        writer = _turn(stage.managers, number)
        return _write(tx, writer, "", number, pressed_data=data, prompt_text=prompt, pressed_id=number)

    return prepare


def _record(tx: Connection, stage: Stage, number: int) -> Act:
    _, sku, _ = _turn(stage.products, number)
    return _write(tx, _turn(stage.seats, number).telegram_id, f"/sale 2 {sku} @24.99 etsy", number)


def _correct(tx: Connection, stage: Stage, number: int) -> Act:
    """The message that told of a sale is edited."""
    _record(tx, stage, number)()
    _, sku, _ = _turn(stage.products, number)
    return _write(tx, _turn(stage.seats, number).telegram_id, f"/sale 3 {sku} @24.99 etsy", number, is_edit=True)


def _undo(tx: Connection, stage: Stage, number: int) -> Act:
    seat = _turn(stage.seats, number)
    return _write(tx, seat.telegram_id, "", number, pressed_data=f"undo:{_turn(seat.sales, number)}", pressed_id=number)


def _read_receipt(tx: Connection, stage: Stage, number: int) -> Act:
    seat = _turn(stage.seats, number)
    viewer, path = load_viewer(tx, seat.person_id), SalePath(id=_turn(seat.sales, number))
    return lambda: get_sale(tx, viewer, path, AsOfQuery())


def _list_everywhere(page: int) -> Callable[[Connection, Stage, int], Act]:
    """A page of the log of all branches."""

    def prepare(tx: Connection, stage: Stage, number: int) -> Act:
        viewer = act_as_operator(stage.company)

        def list_page() -> None:
            assert list_sales(tx, viewer, SalesQuery(page=page, limit=PAGE)).data

        return list_page

    return prepare


def _search(tx: Connection, stage: Stage, number: int) -> Act:
    """What somebody types who looks for a product: most of its name, with a slip."""
    _, _, name = _turn(stage.products, number)
    telegram_id = _turn(stage.seats, number).telegram_id
    return lambda: offer_products(tx, telegram_id, name[1:-1], HOST)


def _search_after_change(tx: Connection, stage: Stage, number: int) -> Act:
    changed, _, _ = _turn(stage.products, number)
    tx.execute(update(products).where(products.c.id == changed).values(changes=products.c.changes + number))
    return _search(tx, stage, number)


def _claim(tx: Connection, stage: Stage, number: int) -> Act:
    def claim() -> None:
        assert has_due_notices(tx)
        assert claim_notices(tx)

    return claim


class _Within(Database):
    """The same database inside a transaction that is taken back: each of its own is a savepoint there."""

    def __init__(self, database: Database, tx: Connection) -> None:
        self.engine, self.is_sqlite, self._tx = database.engine, database.is_sqlite, tx

    @contextmanager
    def begin(self) -> Any:
        """One of several transactions."""
        with self._tx.begin_nested():
            yield self._tx

    begin_read = begin


def _import(tx: Connection, stage: Stage, number: int) -> Act:
    viewer, options = act_as_operator(stage.company), ImportOptions(preset="online-retail")

    def import_rows() -> None:
        result = import_sales(_Within(stage.database, tx), viewer, stage.file, options)
        assert result.recorded == IMPORTED_ROWS, result

    return import_rows


OPERATIONS = (
    Operation("record a sale", _record, writes=True),
    Operation("correct it", _correct, writes=True),
    Operation("undo a sale", _undo, writes=True),
    Operation("return a sale", _say("/return #{sale}"), writes=True),
    Operation("sell the same again", _say("/again #{sale}"), writes=True),
    Operation("history of a sale", _say("/history #{sale}")),
    Operation("receipt over HTTP", _read_receipt),
    Operation("log of a branch, page 1", _say("/sales", by_manager=True)),
    Operation("log of a branch, page 500", _press("page:500", "/sales")),
    Operation("log of all, page 1", _list_everywhere(1)),
    Operation("log of all, page 500", _list_everywhere(500)),
    Operation("sales to a customer", _say("/sales to {customer}", by_manager=True)),
    Operation("product search", _search),
    Operation("product search after a change", _search_after_change, writes=True),
    Operation("/me", _say("/me")),
    Operation("goal status", _say("/goal")),
    Operation("/kpi of a platform", _say("/kpi platform=etsy", by_manager=True)),
    Operation("claiming the outbox", _claim, writes=True),
    Operation("import of 1,000 rows", _import, writes=True),
)
