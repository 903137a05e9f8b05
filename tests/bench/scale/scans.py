"""What reads the lines anew for every question: DuckDB, and Datasette over HTTP. One rule: the same lines as ours."""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import duckdb

from core.db import Database
from tests.bench.scale.questions import ASKED, Asked

Scan = Callable[[Asked], Callable[[], Any]]  # a question as something that can be done again and again
READY_SECONDS = 30
COPIED = (
    "company_id, document_id, kind, day, branch_id, person_id, product_id, customer_id, platform, quantity_e3, "
    "discount_e4, amount_e4, cost_e4"
)
NUMBER = "BIGINT"
TYPES = {"kind": "TEXT", "day": "DATE", "platform": "TEXT"}


@contextmanager
def open_duckdb(database: Database, company_id: int, folder: Path) -> Iterator[Scan]:
    """The present lines once more, as DuckDB keeps them."""
    path = folder / "lines.csv"
    with database.begin_read() as tx, path.open("w", newline="") as file:
        cursor = tx.connection.cursor()
        cursor.execute(f"SELECT {COPIED} FROM lines WHERE superseded_at IS NULL")
        csv.writer(file).writerows(cursor)  # type: ignore[arg-type]
    columns = ", ".join(f"{name} {TYPES.get(name, NUMBER)}" for name in COPIED.split(", "))
    with duckdb.connect(str(folder / f"{path.stat().st_size}.duckdb")) as copy:
        copy.execute(f"CREATE OR REPLACE TABLE lines ({columns})")
        copy.execute(f"COPY lines FROM '{path}' (HEADER FALSE, NULLSTR '')")
        path.unlink()

        def scan(asked: Asked) -> Callable[[], Any]:
            statement = asked.scan.format(company=company_id, present="", month="date_trunc('month', day)")
            return lambda: copy.execute(statement).fetchall()

        yield scan


@contextmanager
def open_datasette(path: Path, company_id: int) -> Iterator[Scan]:
    """Datasette in a process of its own, serving an SQLite file of ours: a page of JSON for each question."""
    queries = {
        f"question-{number}": {
            "sql": asked.scan.format(company=company_id, present="AND superseded_at IS NULL", month="substr(day, 1, 7)")
        }
        for number, asked in enumerate(ASKED)
    }
    metadata = path.with_suffix(".json")
    metadata.write_text(json.dumps({"databases": {path.stem: {"queries": queries}}}))
    arguments = ["serve", str(path), "--port", "0", "--metadata", str(metadata), "--setting", "sql_time_limit_ms"]
    server = subprocess.Popen(
        [sys.executable, "-m", "datasette", *arguments, "600000"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        port = _find_port(server)

        yield lambda asked: lambda: _fetch(port, f"/{path.stem}/question-{ASKED.index(asked)}.json")
    finally:
        server.terminate()
        server.wait(timeout=30)


def _find_port(server: "subprocess.Popen[str]") -> int:
    """The port it says it listens on."""
    assert server.stderr is not None
    until = time.monotonic() + READY_SECONDS
    for line in server.stderr:
        _, found, address = line.partition("http://127.0.0.1:")
        if found:
            return int(address.split()[0].rstrip("/"))
        if time.monotonic() > until:
            break
    raise RuntimeError("Datasette does not say where it listens.")


def _fetch(port: int, path: str) -> Any:
    """What it answers. By a connection of its own: Datasette closes one that rests while others have their turn."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=600)) as connection:
        connection.request("GET", f"{path}?_shape=array")
        response = connection.getresponse()
        body = response.read()
    if response.status != 200:
        raise RuntimeError(f"Datasette answers {response.status}: {body[:200]!r}")
    return json.loads(body)
