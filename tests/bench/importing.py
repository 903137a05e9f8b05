"""A file coming in, beside what one would write by hand for it. One rule: both read the same file, row by row.

Ours: understood, checked, named, every product and customer found, fourteen rollups kept, and it can be stopped, done
again and taken back. Theirs: the rows into a table that was made for them, and sums by one GROUP BY; or the same rows
into the ledger's own tables, by whoever knows every number beforehand.
"""

import csv
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import uvloop
from rich.console import Console
from sqlalchemy import text

from core.access import act_as_operator
from core.company import create_company
from core.db import Database
from core.imports import ImportOptions, import_sales
from core.migrations import migrate
from core.statements import load_rows
from tests.bench.databases import Databases, open_databases
from tests.bench.race import Contest, Heat, run_contest
from tests.bench.report import show_results, write_line
from tests.core.imports.retail import write_retail

SIZE = 50_000
AT_A_TIME = 10_000
BARE, LEDGER = "rows by hand, one GROUP BY", "the ledger's tables by hand"
AIMS = {"sqlite": 0.5, "postgresql": 0.4}
RETAIL = ImportOptions(preset="online-retail")
_BARE = ("invoice", "code", "description", "quantity", "day", "price_e4", "customer", "country")
_TYPES = ("TEXT", "TEXT", "TEXT", "BIGINT", "DATE", "BIGINT", "TEXT", "TEXT")
_DOCUMENT_COLUMNS = ("company_id", "id", "kind", "source", "external_id", "original_id", "revision", "created_at")
_LINE_COLUMNS = (
    "company_id", "source", "recorded_at", "revision", "document_id", "position", "row_key", "kind", "sold_at", "day",
    "branch_id", "person_id", "country", "quantity_e3", "unit_price_e4", "discount_e4", "amount_e4",
)  # fmt: skip
_names = count(1)
Write = Callable[[Database, Path], None]


def list_importing(databases: Databases, size: int = SIZE) -> list[Contest]:
    """An import against each of the other ways, on every kind of database."""
    return [
        Contest(
            "import of a file",
            kind,
            against,
            "rows",
            f"{size:,} rows",
            AIMS[kind] if against == BARE else None,
            partial(_prepare, databases, kind, size, write),
        )
        for kind in databases.kinds
        for against, write in ((BARE, _write_bare), (LEDGER, _write_ledger))
    ]


@asynccontextmanager
async def _prepare(databases: Databases, kind: str, size: int, write: Write) -> AsyncIterator[Heat]:
    ours, theirs = Database(databases.make(kind)), Database(databases.make(kind))
    migrate(ours)
    migrate(theirs)
    with TemporaryDirectory(prefix="salesbell-import-") as folder:
        make = lru_cache(partial(_make_file, Path(folder)))

        async def import_ours(rows: int) -> None:
            with ours.begin() as tx:
                name = f"Retail {next(_names)}"
                viewer = act_as_operator(create_company(tx, name, currency="GBP", time_zone="Europe/London"))
            result = import_sales(ours, viewer, make(rows), RETAIL)
            assert result.recorded == rows

        async def write_theirs(rows: int) -> None:
            write(theirs, make(rows))

        make(size)
        make(max(size // 4, 1))
        yield Heat(import_ours, write_theirs, size)
    ours.close()
    theirs.close()


def _make_file(folder: Path, rows: int) -> Path:
    path = folder / f"retail_{rows}.csv"
    write_retail(path, rows)
    return path


def _read(path: Path) -> Iterator[tuple[Any, ...]]:
    """The file's rows, typed."""
    read_day = lru_cache(65_536)(lambda cell: datetime.strptime(cell, "%m/%d/%Y %H:%M").date().isoformat())
    read_price = lru_cache(65_536)(lambda cell: int(Decimal(cell) * 10_000))
    with path.open(encoding="iso-8859-1", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        for invoice, code, name, quantity, when, price, buyer, country in rows:
            yield invoice, code, name, int(quantity), read_day(when), read_price(price), buyer, country


def _write_bare(database: Database, path: Path) -> None:
    """The rows into a table of their own without an index, by executemany or COPY; then sums by day and product."""
    name = f"bare_{next(_names)}"
    columns = ", ".join(f"{column} {kind}" for column, kind in zip(_BARE, _TYPES, strict=True))
    with database.begin() as tx:
        tx.execute(text(f"CREATE TABLE {name} ({columns})"))
        rows = _read(path)
        while batch := list(islice(rows, AT_A_TIME)):
            load_rows(tx, name, _BARE, batch)
        sums = "sum(quantity) AS quantity, sum(quantity * price_e4) AS amount_e4"
        tx.execute(text(f"CREATE TABLE sums_{name} AS SELECT day, code, {sums} FROM {name} GROUP BY day, code"))


def _write_ledger(database: Database, path: Path) -> None:
    """The rows into the ledger's own tables, with their indexes and references, and no sums at all."""
    with database.begin() as tx:
        company = create_company(tx, f"Ledger {next(_names)}", currency="GBP", time_zone="Europe/London")
        branch = tx.execute(text("SELECT id FROM branches WHERE company_id = :id"), {"id": company.id}).scalar_one()
        person = "INSERT INTO people (company_id, handle, name, role, branch_id, is_active, created_at) VALUES "
        person += "(:id, 'ann', 'Ann', 'employee', :branch, true, '2024-02-03') RETURNING id"
        seller = tx.execute(text(person), {"id": company.id, "branch": branch}).scalar_one()
        first = tx.execute(text("SELECT coalesce(max(id), 0) + 1 FROM documents")).scalar_one()
        rows, documents = _read(path), dict[str, int]()
        constant = {"company_id": company.id, "source": "by hand", "recorded_at": "2024-02-03 00:00:00", "revision": 1}
        constant |= {"kind": "sale", "branch_id": branch, "person_id": seller, "discount_e4": 0}
        numbers = count(1)
        while batch := list(islice(rows, AT_A_TIME)):
            known = len(documents)
            for row in batch:
                documents.setdefault(row[0], first + len(documents))
            new = list(documents.items())[known:]
            made = [(company.id, number, "sale", "by hand", name, None, 1, "2024-02-03") for name, number in new]
            load_rows(tx, "documents", _DOCUMENT_COLUMNS, made)
            lines = [
                {
                    **constant,
                    "document_id": documents[invoice],
                    "position": 1,
                    "row_key": f"{invoice}.{next(numbers)}",
                    "sold_at": f"{day} 12:00:00",
                    "day": day,
                    "country": country,
                    "quantity_e3": abs(quantity) * 1_000,
                    "unit_price_e4": price_e4,
                    "amount_e4": abs(quantity) * price_e4,
                }
                for invoice, _, _, quantity, day, price_e4, _, country in batch
            ]
            load_rows(tx, "lines", _LINE_COLUMNS, [tuple(map(line.get, _LINE_COLUMNS)) for line in lines])


@click.command()
@click.option("--lines", "size", default=SIZE, show_default=True, help="rows of the file: 1000000 takes a while")
@click.option("--rounds", default=3, show_default=True, help="turns of each side")
@click.option("--only", default="", help="contests with this in their storage or what they are against")
def importing(size: int, rounds: int, only: str) -> None:
    """Run the bench of imports."""
    console, results = Console(width=200), []
    with open_databases() as databases:
        for contest in list_importing(databases, size):
            if only in f"{contest.storage} {contest.against}":
                results.append(uvloop.run(run_contest(contest, rounds)))
                click.echo(write_line(results[-1]))
    show_results(results, console)


if __name__ == "__main__":
    importing()
