"""A disk that fills up under an import. One rule: it is said, nothing is half done, and it goes on where it was."""

import pytest

from core.errors import Unavailable
from tests.core.imports.retail import write_retail
from tests.core.imports.test_undoing import RETAIL

FOR_EVER = 1_073_741_823


def limit_pages(shop, most):
    with shop.database.begin() as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count = {most}")


def test_a_full_disk_is_said_and_the_import_goes_on_once_there_is_room(sqlite_shop, tmp_path):
    told = write_retail(tmp_path / "retail.csv", 2_000)
    with sqlite_shop.database.begin() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit_pages(sqlite_shop, pages + 150)
    with pytest.raises(Unavailable, match="disk got full after row"):
        sqlite_shop.take(tmp_path / "retail.csv", RETAIL)
    before = sqlite_shop.totals("lines,returned_orders")
    sqlite_shop.verify()
    limit_pages(sqlite_shop, FOR_EVER)
    result = sqlite_shop.take(tmp_path / "retail.csv", RETAIL)
    assert (result.recorded + result.already_there, result.rejected) == (told.rows, 0)
    assert sqlite_shop.totals("lines,returned_orders") != before
    again = sqlite_shop.take(tmp_path / "retail.csv", RETAIL)
    assert (again.recorded, again.already_there) == (0, told.rows)
    sqlite_shop.verify()
