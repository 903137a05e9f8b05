"""The migrations make the tables that the code knows, whoever starts first."""

from concurrent.futures import ThreadPoolExecutor

from core.db import Database
from core.migrations import find_drift, migrate


def test_it_leaves_no_difference_between_code_and_database(database: Database) -> None:
    assert find_drift(database) == []


def test_it_may_be_started_by_several_processes_at_once(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/together.sqlite3"
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, databases))
    assert find_drift(databases[0]) == []
    for database in databases:
        database.close()
