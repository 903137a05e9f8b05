"""The operations of the bench of scale do what they say, and leave nothing behind."""

from pathlib import Path

import time_machine
from sqlalchemy import func, select

from core.db import Database
from core.generation import Size, generate_company
from core.models import metadata
from tests.bench.scale.operating import EVENING, measure
from tests.bench.scale.operations import OPERATIONS, set_stage
from tests.bench.scale.questions import LAST_DAY


def _count_rows(database: Database) -> dict[str, int]:
    with database.begin_read() as tx:
        tables = metadata.sorted_tables
        return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_every_operation_is_done_and_taken_back(database: Database, tmp_path: Path) -> None:
    with database.begin() as tx:
        generate_company(tx, "Generated", Size(10_000, LAST_DAY))
    before = _count_rows(database)
    with time_machine.travel(EVENING):
        stage = set_stage(database, tmp_path)
        for operation in OPERATIONS:
            for number in range(2):
                wall, cpu = measure(stage, operation, 10**6 + number)
                assert wall > 0, operation.name
                assert cpu > 0, operation.name
    assert _count_rows(database) == before
