"""How many rows SQLite believes there are: always as many as in a company with a million lines.

SQLite chooses a plan by statistics, has none until it is told to look, and learns nothing from what is added later. So
it is told here what a large company looks like, and plans for that from the first sale on; in a small one every plan
is fast.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy.engine import Connection

from core.models import metadata
from core.models.rollups import ROLLUPS

ROWS = {
    "customers": 20_000,
    "digests": 200_000,
    "documents": 470_000,
    "lines": 1_000_000,
    "outbox": 200_000,
    "products": 2_000,
    "receipts": 470_000,
    "requests": 200_000,
    "revisions": 470_000,
    "stock_levels": 40_000,
    "stock_moves": 500_000,
}
FEW_ROWS = 1_000  # of any other table
PARTIAL_ROWS = {
    "ix_documents_company_id_original_id": 18_000,
    "ix_lines_not_sold": 20_000,
    "ix_outbox_next_attempt_at": 100,
}
# How many different values a column has.
VALUES = {
    "branch_id": 20,
    "company_id": 1,
    "customer_id": 20_000,
    "day": 1_095,
    "document_id": 470_000,
    "kind": 3,
    "original_id": 18_000,
    "person_id": 200,
    "product_id": 2_000,
    "source": 5,
}
FEW_VALUES = 200  # of any other column
STRETCHES = {"day": 1_095, "month": 36, "year": 3}  # in three years


def write_statistics(tx: Connection) -> None:
    """Tell SQLite, in the transaction that gave its tables their shape."""
    tx.exec_driver_sql("ANALYZE sqlite_master")  # this makes the table of statistics
    tx.exec_driver_sql("DELETE FROM sqlite_stat1")
    rows = [row for table in metadata.tables for row in _list_rows(tx, table)]
    tx.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)", rows)
    tx.exec_driver_sql("ANALYZE sqlite_master")  # and this reads it


def _list_rows(tx: Connection, table: str) -> Iterator[dict[str, str]]:
    for _, index, is_unique, origin, _ in tx.exec_driver_sql(f"PRAGMA index_list({table})").fetchall():
        columns = [row[2] for row in tx.exec_driver_sql(f"PRAGMA index_info({index})").fetchall()]
        rows, values = _find_rollup(table) or (ROWS.get(table, FEW_ROWS), VALUES)
        rows = PARTIAL_ROWS.get(index, rows)
        each = _count_each(rows, (values.get(column, FEW_VALUES) for column in columns))
        if is_unique:
            each[-1] = 1
        # A table that is its own index goes by its own name.
        name = table if origin == "pk" else index
        yield {"tbl": table, "idx": name, "stat": " ".join(map(str, (rows, *each)))}


def _find_rollup(table: str) -> tuple[int, dict[str, int]] | None:
    for rollup in ROLLUPS:
        if rollup.table.name == table:
            stretches = STRETCHES[rollup.grain]
            return rollup.rows * stretches, {**VALUES, "day": stretches}
    return None


def _count_each(rows: int, values: Iterable[int]) -> list[int]:
    """How many rows share the first value of an index, the first two, and so on."""
    each = []
    for count in values:
        rows = max(1, rows // count)
        each.append(rows)
    return each
