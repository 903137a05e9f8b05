"""A generated company in a process of its own, on its last evening, where operations are done and timed.

`python -m tests.bench.scale.operating URL`: each line read, [operation, times], is answered by a line of JSON, a pair
of milliseconds for each time: on the wall's clock, and of processor time, PostgreSQL's included where it runs here.
What an operation wrote is taken back.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
import time_machine
from sqlalchemy.engine import Connection

from core.db import Database
from tests.bench.scale.operations import OPERATIONS, Operation, Stage, set_stage
from tests.bench.scale.questions import LAST_DAY

EVENING = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 20, 30, tzinfo=UTC)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
Pair = tuple[float, float]


def measure(stage: Stage, operation: Operation, number: int) -> Pair:
    """Do it once; the milliseconds it took."""
    with _open_transaction(stage.database, operation) as tx:
        act = operation.prepare(tx, stage, number)
        wall, cpu = time.perf_counter_ns(), _read_cpu_ns(tx)
        act()
        return (time.perf_counter_ns() - wall) / 1e6, (_read_cpu_ns(tx) - cpu) / 1e6


@contextmanager
def _open_transaction(database: Database, operation: Operation) -> Iterator[Connection]:
    if not operation.writes:
        with database.begin_read() as tx:
            yield tx
        return
    with database.engine.connect() as tx, tx.begin() as transaction:
        yield tx
        transaction.rollback()


def _read_cpu_ns(tx: Connection) -> int:
    own = time.process_time_ns()
    if tx.dialect.name == "sqlite":
        return own
    driver: Any = tx.connection.driver_connection
    backend = Path(f"/proc/{driver.info.backend_pid}/schedstat")
    return own + (int(backend.read_text().split()[0]) if backend.exists() else 0)


def obey(url: str) -> None:
    """Until standard input ends."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    database, numbers = Database(url), count(10**6)
    with TemporaryDirectory(prefix="salesbell-operating-") as folder, time_machine.travel(EVENING):
        stage = set_stage(database, Path(folder))
        while line := sys.stdin.readline():
            name, times = json.loads(line)
            print(json.dumps([measure(stage, BY_NAME[name], next(numbers)) for _ in range(times)]), flush=True)
    database.close()


if __name__ == "__main__":
    obey(sys.argv[1])
