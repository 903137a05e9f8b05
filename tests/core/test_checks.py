"""Whether a file is whole, looked at before anything is served from it."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from core import checks
from core.checks import check_start
from core.db import Database
from core.generation import Size, generate_company
from tests.statements import record_statements


@pytest.fixture
def path(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a company in it, which counts as large."""
    monkeypatch.setattr(checks, "SMALL_FILE_BYTES", 0)
    path = Path(shutil.copy(sqlite_template, tmp_path / "large.sqlite3"))
    database = Database(f"sqlite:///{path}")
    with database.begin() as tx:
        generate_company(tx, "Large", Size(2_000, date(2026, 6, 30), years=1))
    database.close()
    return path


def test_a_large_file_that_is_whole_is_served_and_no_table_is_put_in_order_for_that(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    with database.begin_read() as tx:
        with record_statements(tx) as heard:
            check_start(tx)
        looks = [one for one in heard if one.startswith("SELECT")]
        plans = [tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}").fetchall() for one in looks]
    database.close()
    assert len(looks) > 100
    sorting = [look for look, plan in zip(looks, plans, strict=True) if "TEMP B-TREE" in str(plan)]
    assert sorting == []


def test_a_large_file_that_was_cut_off_is_not(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    database = Database(f"sqlite:///{path}")
    with pytest.raises(DatabaseError), database.begin_read() as tx:
        check_start(tx)
    database.close()
