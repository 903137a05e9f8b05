"""Files of our own that were changed on the way. One rule: a document is taken whole, or refused with a reason."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import func, null, select, update

from core.access import Viewer, act_as_operator, find_company
from core.company import create_company
from core.db import Database
from core.errors import Conflict, InvalidInput, NotAllowed
from core.exports import Format, Wanted, export_file
from core.imports import ImportOptions, ImportResult, run_import, undo_import
from core.imports.formats import find_format
from core.imports.own import is_own_file, understand_own_file
from core.imports.run import OnProgress
from core.metrics import Question, ask
from core.models.imports import imports
from core.models.sales import documents, lines
from core.money import E3
from core.periods import END_OF_DAYS, FIRST_DAY, Period
from core.sales.commands import RecordReturn, RecordSale, SaleLine, SaleTerms
from core.sales.corrections import void_sale
from core.sales.record import record_return, record_sale
from tests.shop import Shop, open_shop

Rows = list[dict[str, str]]


@pytest.fixture
def sold(database: Database, tmp_path: Path) -> tuple[Shop, Path]:
    """Two sales of Bob's, one of two items, exported as CSV."""
    with database.begin() as tx:
        shop = open_shop(tx)
        items = SaleLine(E3, shop.lights.id), SaleLine(2 * E3, shop.dumbbells.id)
        record_sale(tx, shop.bob, RecordSale("chat", "1", SaleTerms(items, customer="Jane")))
        shop.sell(tx, shop.bob, 3)
        made = export_file(tx, shop.operator, "sales", Wanted(), Format.CSV)
    path = tmp_path / "sales.csv"
    path.write_bytes(made.path.read_bytes())
    made.discard()
    return shop, path


def take_back(database: Database, viewer: Viewer, path: Path, on_progress: OnProgress | None = None) -> ImportResult:
    return run_import(database, viewer, understand_own_file(path, ImportOptions()), on_progress)


def change(path: Path, *changes: tuple[int, str, str]) -> Path:
    """The file with other cells: row, column, text."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row, column, text in changes:
        rows[row][column] = text
    changed = path.with_name("changed.csv")
    with changed.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return changed


def take_elsewhere(database: Database, path: Path) -> ImportResult:
    """What comes of it in an empty company."""
    with database.begin() as tx:
        company = create_company(tx, "Copy", currency="SAR", time_zone="Asia/Riyadh", first_branch="Mall")
    return take_back(database, act_as_operator(company), path)


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        ("Amount", "a lot", "“a lot” is not a number"),
        ("Amount", "", "Amount is empty"),
        ("Quantity", "-1", "Quantity is below what the ledger holds"),
        ("Quantity", "1e400", "“1e400” is not a usable number"),
        ("Discount", "-1", "Discount is below what the ledger holds"),
        ("Date", "18/07/2026", "is not a day written as YYYY-MM-DD"),
        ("Date", "2999-01-01", "in the future"),
        ("Sold at", "2026-07-18 10:30", "is not an instant"),
        ("Kind", "gift", "“gift” is no kind of document"),
        ("Kind", "return", "are of two kinds"),
        ("Position", "2", "have the same position"),
        ("Position", "first", "“first” is not a number"),
        ("Taxes", "[1]", "is not what was exported"),
        ("Currency", "XXY", "“XXY” is not a currency code"),
        ("Customer", "a\x00b", "holds a character that cannot be kept"),
        ("Person", "x" * 201, "is longer than 200 characters"),
    ],
)
def test_a_document_with_a_row_that_cannot_be_is_refused_whole(
    database: Database, sold: tuple[Shop, Path], column: str, text: str, told: str
) -> None:
    result = take_elsewhere(database, change(sold[1], (0, column, text)))
    assert (result.read, result.recorded, result.rejected) == (3, 1, 2)
    assert result.rejects_path is not None
    with result.rejects_path.open(encoding="utf-8-sig", newline="") as stream:
        rejected = list(csv.DictReader(stream))
    assert all(told in row["reason"] for row in rejected), rejected
    assert {row["External ID"] for row in rejected} == {"1"}


def test_what_is_recorded_and_says_something_else_is_refused(database: Database, sold: tuple[Shop, Path]) -> None:
    shop, path = sold
    result = take_back(database, shop.operator, change(path, (0, "Amount", "1.00"), (2, "Quantity", "4")))
    assert (result.already_there, result.rejected, result.recorded) == (1, 2, 0)


def test_what_was_undone_since_stays_undone(database: Database, sold: tuple[Shop, Path]) -> None:
    shop, path = sold
    with database.begin() as tx:
        number = tx.execute(select(func.min(lines.c.document_id))).scalar_one()
        void_sale(tx, shop.bob, number)
    result = take_back(database, shop.operator, path)
    assert (result.already_there, result.rejected, result.recorded) == (3, 0, 0)
    with database.begin_read() as tx:
        assert ask(tx, shop.operator, Question(("orders",), Period(FIRST_DAY, END_OF_DAYS))).totals["orders"] == 1


def test_the_same_file_again_in_another_company_changes_nothing(database: Database, sold: tuple[Shop, Path]) -> None:
    first = take_elsewhere(database, sold[1])
    assert (first.recorded, first.created) == (3, {"people": 1, "products": 2})
    with database.begin_read() as tx:
        copy = act_as_operator(find_company(tx, "copy"))
    again = take_back(database, copy, sold[1])
    assert (again.recorded, again.already_there, again.created) == (0, 3, {})


@pytest.mark.parametrize("sheet", [None, "Sales", "Returns and exchanges", "Notes"])
@pytest.mark.parametrize("kind", [Format.CSV, Format.XLSX])
def test_it_is_known_whatever_sheet_was_said(
    database: Database, sold: tuple[Shop, Path], tmp_path: Path, kind: Format, sheet: str | None
) -> None:
    with database.begin_read() as tx:
        made = export_file(tx, sold[0].operator, "sales", Wanted(), kind)
    path = tmp_path / f"export.{kind}"
    path.write_bytes(made.path.read_bytes())
    made.discard()
    assert find_format(path, ImportOptions(sheet=sheet)).name == "own"


def test_a_file_that_went_through_a_spreadsheet_is_still_ours(database: Database, sold: tuple[Shop, Path]) -> None:
    rows = list(csv.reader(sold[1].read_text(encoding="utf-8").splitlines()))
    dialect = sold[1].with_name("excel.csv")
    with dialect.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    assert is_own_file(dialect)
    assert take_elsewhere(database, dialect).recorded == 3


def test_it_is_for_those_who_may_import(database: Database, sold: tuple[Shop, Path]) -> None:
    shop, path = sold
    for viewer in (shop.alice, shop.bob, shop.charlie):
        with pytest.raises(NotAllowed):
            take_back(database, viewer, path)


def test_another_file_is_none_of_ours(database: Database, sold: tuple[Shop, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("Date,Kind,Amount\n2026-01-01,sale,5\n", encoding="utf-8")
    assert not is_own_file(other)
    assert not is_own_file(tmp_path / "nothing.csv")
    with pytest.raises(InvalidInput, match="is not what `export sales` writes"):
        take_back(database, sold[0].operator, other)


class Killed(BaseException):
    """What ends a run half-way."""


def kill(_done: int, _rows: int) -> None:
    raise Killed


def open_copy(database: Database) -> Viewer:
    """The operator of an empty company."""
    with database.begin() as tx:
        made = create_company(tx, "Copy", currency="SAR", time_zone="Asia/Riyadh", first_branch="Mall")
        return act_as_operator(made)


@pytest.fixture
def returned(database: Database, sold: tuple[Shop, Path]) -> Path:
    """A return first, then what was sold; the second sale has an amount that is none."""
    shop = sold[0]
    with database.begin() as tx:
        number = tx.execute(select(func.min(lines.c.document_id))).scalar_one()
        record_return(tx, shop.bob, RecordReturn("chat", "back", original_id=number))
        made = export_file(tx, shop.operator, "sales", Wanted(), Format.CSV)
    with made.path.open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: (row["Kind"] != "return", row["Source"] == "chat"))
    made.discard()
    rows[2]["Amount"] = "?"
    path = sold[1].with_name("returned.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_killed_run_keeps_its_rejects_and_the_returns_that_wait_for_their_sale(
    database: Database, returned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.own.taking.BATCH_DOCUMENTS", 1)
    copy = open_copy(database)
    for behind in (2, 3):
        with pytest.raises(Killed):
            take_back(database, copy, returned, kill)
        with database.begin_read() as tx:
            row = tx.execute(select(imports)).one()
        assert (row.rows_read, row.rows_recorded, row.rows_rejected) == (behind, 2, behind - 2)
    result = take_back(database, copy, returned)
    assert (result.resumed_at, result.read, result.recorded, result.rejected) == (3, 5, 4, 1)
    assert result.rejects_path is not None
    assert "“?” is not a number" in result.rejects_path.read_text("utf-8-sig")
    with database.begin_read() as tx:
        sale = documents.alias()
        of = sale.c.id == documents.c.original_id, documents.c.company_id == copy.company.id
        pairs = select(documents.c.external_id, sale.c.external_id).join(sale, of[0]).where(of[1])
        assert [tuple(row) for row in tx.execute(pairs)] == [("back", "1")]


def test_an_import_of_the_version_before_that_counted_ahead_is_found_and_starts_over(
    database: Database, sold: tuple[Shop, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.own.taking.BATCH_DOCUMENTS", 1)
    copy = open_copy(database)
    with pytest.raises(Killed):
        take_back(database, copy, sold[1], kill)
    with database.begin() as tx:
        tx.execute(update(imports).values(rows_read=3, goals_met=null()))
        number = tx.execute(select(imports.c.id)).scalar_one()
    result = take_back(database, copy, sold[1])
    assert (result.id, result.resumed_at, result.recorded, result.already_there) == (number, 0, 1, 2)


def test_it_is_taken_in_by_one_at_a_time_and_stops_when_it_is_undone(
    database: Database, sold: tuple[Shop, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.imports.own.taking.BATCH_DOCUMENTS", 1)
    copy = open_copy(database)

    def interfere(done: int, _rows: int) -> None:
        if done == 2:
            with pytest.raises(Conflict, match="is being imported just now"):
                take_back(database, copy, sold[1])
            with database.begin_read() as tx:
                number = tx.execute(select(imports.c.id)).scalar_one()
            undo_import(database, copy, number)

    with pytest.raises(Conflict, match="is being undone, so it stops here"):
        take_back(database, copy, sold[1], interfere)
    with database.begin_read() as tx:
        assert ask(tx, copy, Question(("orders",), Period(FIRST_DAY, END_OF_DAYS))).totals["orders"] == 0
