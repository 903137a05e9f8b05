"""What the tests of Tally's files may ask for. One rule: a book is written where the test can see it."""

import shutil
from pathlib import Path

import pytest

from core.imports import ImportResult
from core.imports.tally import TallyOptions
from core.imports.tally.sync import Sync
from tests.core.imports.shop import Shop
from tests.core.imports.tally.daybooks import write_book


@pytest.fixture(scope="session")
def tally_data(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real files, copied: rejects are written beside them, and a file is imported by one process at a time."""
    real = Path(__file__).resolve().parents[5] / "shared" / "data" / "tally"
    if not real.is_dir():
        pytest.skip("no real files of Tally here")
    return Path(shutil.copytree(real, tmp_path_factory.mktemp("real") / "tally"))


@pytest.fixture
def take(tmp_path: Path):
    """Write vouchers as a book and take them in as Alice; `shop` first."""

    def take_in(
        shop: Shop, *vouchers, name: str = "DayBook.xml", viewer=None, company="Demo Ltd", **options
    ) -> ImportResult:
        path = write_book(tmp_path / name, vouchers, company)
        return Sync(shop.database, viewer or shop.alice).run([path], TallyOptions(**options))

    return take_in
