"""Out and in again. One rule: a round trip through export and import changes nothing."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer, act_as_operator, find_company
from core.catalog.variants import add_variant
from core.company import create_company
from core.db import Database
from core.exports import Format, Wanted, export_file
from core.imports import ImportOptions, import_sales
from core.imports.own import is_own_file
from core.metrics import Question, ask
from core.metrics.recount import verify_rollups
from core.models.catalog import customers, filings, products, variants
from core.models.company import branches
from core.models.people import people
from core.models.sales import documents, lines, revisions
from core.money import E3
from core.periods import END_OF_DAYS, FIRST_DAY, Period
from core.sales.commands import RecordReturn, RecordSale, ReturnLine, SaleLine, SaleTerms
from core.sales.corrections import void_sale
from core.sales.pricing import PercentOff, Tax
from core.sales.rates import set_rate
from core.sales.record import record_return, record_sale
from tests.shop import Shop, open_shop

EVER = Period(FIRST_DAY, END_OF_DAYS)
MEASURES = (
    "revenue", "returns", "exchanges", "guest_coverage", "units", "orders", "lines", "customers", "products", "cost",
    "profit", "discount", "tax", "invoiced", "returned_orders", "returned_profit",
)  # fmt: skip
SPLITS = (
    ("day",), ("person",), ("branch",), ("product", "sku", "category"), ("variant",), ("customer",), ("platform",),
    ("coupon",), ("source",), ("currency",), ("segment",), ("country",), ("region",),
)  # fmt: skip
HOSTILE = [
    "=1+1",
    "'=1+1",
    "@SUM(A1)",
    "-2+3",
    "+966 5",
    "＝cmd",
    "\u200b=x",
    "''",
    "'",
    "|x",
    "%0A",
    "_x0041_",
    "_x005F_",
]


@pytest.fixture(params=["csv", "xlsx"])
def file_format(request: pytest.FixtureRequest) -> Format:
    return Format(request.param)


def tell_everything(database: Database, folder: Path) -> Shop:
    """A company with every kind of document and of word."""
    file = folder / "orders.csv"
    rows = [
        "order_id,row_id,date,sku,product,category,quantity,amount,person,branch,customer,customer_id,country,segment"
    ]
    for n in range(20):
        sold = f"A{n},1,2025-0{n % 9 + 1}-1{n % 9},X-{n % 3},Thing {n % 3},Cat,{n + 1}.5,{n * 7}.3375"
        rows.append(f"{sold},Zed,Mall,Cy,C-{n},France,Home")
    rows += ["A1,2,2025-07-30,X-9,Other,Cat,1,3.5,Alice,Corniche,,,,"]  # of another day, person and branch
    rows += ["R9,1,2025-07-30,X-9,Other,Cat,-1,-3.5,Alice,Corniche,,,,"]
    file.write_text("\n".join(rows), encoding="utf-8")
    with database.begin() as tx:
        shop = open_shop(tx)
        sam = shop.sam
        red = add_variant(tx, shop.alice, shop.lights.id, "Red")
        set_rate(tx, sam, "USD", 3_750_000_000, date(2020, 1, 1))
        for number, text in enumerate(HOSTILE):
            said = {"customer": text, "note": f"{text}\nsecond line", "platform": text, "coupon": text}
            shop.sell(tx, shop.bob, number + 1, shop.dumbbells, **said)
        items = SaleLine(2 * E3, shop.lights.id, variant_id=red.id), SaleLine(E3, unit_price_e4=125_000)
        taxes = Tax("VAT", 1500), Tax("Fee", amount_e4=10_000)
        terms = SaleTerms(items, discount=PercentOff(1000), taxes=taxes, customer="Jane")
        sold = record_sale(tx, shop.bob, RecordSale("chat", "1:2:3", terms))
        abroad = SaleTerms((SaleLine(E3, shop.lights.id, 99_900),), currency="USD")
        record_sale(tx, shop.alice, RecordSale("chat", "1:2:4", abroad))
        guest = SaleTerms((SaleLine(E3, shop.dumbbells.id),), guest_at=shop.corniche_id)
        record_sale(tx, shop.bob, RecordSale("chat", "1:2:5", guest))
        void_sale(tx, shop.bob, shop.sell(tx, shop.bob, 3).document_id)
        came = (ReturnLine(E3, position=1),)
        record_return(tx, shop.alice, RecordReturn("chat", "1:2:6", came, sold.document_id, writes_off=True))
        shop.take_back(tx, shop.alice, "exchange", 400_000, clock.today("Asia/Riyadh") - timedelta(days=400))
        shop.sell(tx, shop.charlie, 1, shop.dumbbells)
    options = ImportOptions(
        mapping={"segment": "segment"},
        create_missing=frozenset({"products", "customers", "people", "branches"}),
        name="shop",
    )
    assert import_sales(database, shop.sam, file, options).rejected == 0
    return shop


def export(database: Database, viewer: Viewer, file_format: Format, folder: Path, **wanted: Any) -> Path:
    with database.begin_read() as tx:
        viewer = act_as_operator(find_company(tx, viewer.company.handle))  # as it is by now
        made = export_file(tx, viewer, "sales", Wanted(**{"branch": "all"} | wanted), file_format, has_mark=True)
    target = folder / made.name
    target.write_bytes(made.path.read_bytes())
    made.discard()
    return target


def open_empty(database: Database) -> Viewer:
    with database.begin() as tx:
        company = create_company(tx, "Copy", currency="SAR", time_zone="Asia/Riyadh", first_branch="Mall")
        return act_as_operator(company)


def describe(tx: Connection, company_id: int) -> list[tuple[Any, ...]]:
    """Every line of a company as it stands, with what it names in words."""
    originals = documents.alias("originals")
    source = (
        lines.join(documents, documents.c.id == lines.c.document_id)
        .join(revisions, (revisions.c.document_id == documents.c.id) & (revisions.c.number == documents.c.revision))
        .join(people, people.c.id == lines.c.person_id)
        .join(branches, branches.c.id == lines.c.branch_id)
        .outerjoin(originals, originals.c.id == documents.c.original_id)
        .outerjoin(products, products.c.id == lines.c.product_id)
        .outerjoin(filings, filings.c.id == lines.c.filing_id)
        .outerjoin(variants, variants.c.id == lines.c.variant_id)
        .outerjoin(customers, customers.c.id == lines.c.customer_id)
    )
    kept = ("id", "company_id", "document_id", "revision", "branch_id", "person_id", "product_id", "variant_id")
    kept += ("filing_id",)
    kept += ("customer_id", "import_id", "recorded_at", "superseded_at", "written_off")
    own = [column for column in lines.c if column.name not in kept]
    names = [documents.c.kind, documents.c.external_id, revisions.c.note, people.c.handle, people.c.name]
    names += [branches.c.name, products.c.sku, products.c.name, filings.c.category, variants.c.name]
    names += [
        func.coalesce(lines.c.written_off, False),
        customers.c.identity,
        customers.c.name,
        originals.c.source,
        originals.c.external_id,
    ]
    present = lines.c.company_id == company_id, lines.c.superseded_at.is_(None)
    query = select(*own, *names).select_from(source).where(*present)
    return sorted(tuple(map(repr, row)) for row in tx.execute(query))


def tell_figures(tx: Connection, viewer: Viewer) -> list[Any]:
    """Every measure by everything."""
    told = []
    for by in ((), *SPLITS):
        answer = ask(tx, viewer, Question(MEASURES, EVER, by, branch="all"))
        told.append((sorted(repr((row.labels, row.values)) for row in answer.rows), answer.totals))
    return told


def count_rows(tx: Connection) -> list[int]:
    counted = documents, lines, revisions, products, customers, people
    return [len(tx.execute(select(table.c.id)).all()) for table in counted]


def test_it_changes_nothing_in_an_empty_company(database: Database, tmp_path: Path, file_format: Format) -> None:
    shop = tell_everything(database, tmp_path)
    file = export(database, shop.operator, file_format, tmp_path)
    assert is_own_file(file)
    copy = open_empty(database)
    result = import_sales(database, copy, file, ImportOptions())
    assert (result.rejected, result.already_there) == (0, 0)
    assert result.recorded == result.read > 35
    with database.begin_read() as tx:
        copied = act_as_operator(find_company(tx, "copy"))
        for here, there in zip(describe(tx, copied.company.id), describe(tx, shop.company.id), strict=True):
            assert here == there
        original = act_as_operator(find_company(tx, shop.company.handle))
        assert tell_figures(tx, copied) == tell_figures(tx, original)
        assert all(not proof.differences for proof in verify_rollups(tx, copied.company.id))
    again = import_sales(database, copied, export(database, copied, file_format, tmp_path / "."), ImportOptions())
    assert (again.recorded, again.rejected, again.already_there) == (0, 0, result.read)


def test_it_changes_nothing_in_the_same_company(database: Database, tmp_path: Path, file_format: Format) -> None:
    shop = tell_everything(database, tmp_path)
    file = export(database, shop.operator, file_format, tmp_path)
    with database.begin_read() as tx:
        before = describe(tx, shop.company.id), tell_figures(tx, shop.operator), count_rows(tx)
    result = import_sales(database, shop.operator, file, ImportOptions())
    assert (result.recorded, result.rejected, result.created) == (0, 0, {})
    assert result.already_there == result.read
    with database.begin_read() as tx:
        assert (describe(tx, shop.company.id), tell_figures(tx, shop.operator), count_rows(tx)) == before
