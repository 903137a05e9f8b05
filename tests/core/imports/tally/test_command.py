"""`salesbell sync`. One rule: what a shell would see, from the understanding to the figures."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import explain, salesbell
from core.errors import SalesbellError
from tests.core.imports.tally.daybooks import sell, write_book


@pytest.fixture
def call(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Run a command against an empty database, once of each kind, with a company in it."""
    monkeypatch.setenv("SALESBELL_DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(salesbell, words)
        if isinstance(result.exception, SalesbellError):
            return 2, result.stdout, explain(result.exception, words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    assert run("company", "create", "Demo", "--currency", "INR", "--time-zone", "Asia/Kolkata")[0] == 0
    return run


def test_it_syncs_a_real_day_book_and_answers(call, tally_data: Path):
    code, said, shown = call("sync", str(tally_data / "tally_daybook_A.xml"))
    assert code == 0
    assert "48 vouchers of ABC Company (demo)" in shown
    assert "30 Sales: sale" in shown
    assert "Read 48 vouchers: 30 recorded, 0 corrected, 0 withdrawn, 0 there before, 18 no sales, 0 rejected." in said
    _, answer, _ = call("ask", "--measures", "invoiced", "--by", "month", "--json")
    for value in ("6125000.00", "1000000.00", "2284020.51", "3010586.85", "1540646.38"):
        assert value in answer
    _, said, _ = call("sync", str(tally_data / "tally_daybook_A.xml"))
    assert "0 recorded, 0 corrected, 0 withdrawn, 30 there before" in said
    _, status, _ = call("sync", "--status")
    assert "abc_company_demo: 100 %" in status


def test_it_finds_out_that_a_file_is_tallys(call, tally_data: Path):
    for name in ("tallyprime7_day-book-trading.xml", "tallyprime7_sales_voucher.json"):
        code, said, _ = call("import", str(tally_data / name))
        assert code == 0
        assert "recorded" in said
    assert "21300.00" in call("ask", "--measures", "invoiced", "--by", "customer")[1]


def test_it_shows_first_and_writes_nothing_when_dry(call, tmp_path: Path):
    path = write_book(tmp_path / "b.xml", [sell("a"), sell("b", day="20269999")])
    code, said, _ = call("sync", str(path), "--dry-run")
    assert code == 0
    assert "1 sales of 100.00 INR" in said
    assert "20269999" in said
    code, said, _ = call("sync", str(path), "--list-fields")
    assert "Inventory Entries\n  allinventoryentries.stockitemname: Pen" in said
    assert "Nothing was synced yet" in call("sync", "--status")[1]


def test_it_takes_options_and_leaves_rejects_beside_the_file(call, tmp_path: Path):
    udf = "<UDF:ROUTE.LIST><UDF:ROUTE>North</UDF:ROUTE></UDF:ROUTE.LIST>"
    write_book(tmp_path / "b.xml", [sell("a", type="Window 5", more=udf), sell("b", day="20269999")])
    words = ["--type", "Window 5=Sales", "--field", "route=udf:route", "--salesperson", "upper(udf:route)"]
    code, said, _ = call("sync", str(tmp_path), *words, "--source-company", "Shop & Co", "--location-id", "9")
    assert code == 1
    assert "b.rejected.csv" in said
    for dimension, value in (("route", "North"), ("person", "NORTH"), ("source_company", "Shop & Co")):
        assert value in call("ask", "--measures", "invoiced", "--by", dimension)[1]


@pytest.mark.parametrize(
    ("words", "at_fault"),
    [
        ([], "PATHS"),
        (["nowhere.xml"], "nowhere.xml"),
        (["b.xml", "--salesperson", "frob(x)"], "frob"),
        (["b.xml", "--type", "Window 5"], "Window 5"),
        (["b.xml", "--type", "Window 5=Selling"], "Selling"),
        (["b.xml", "--field", "month=udf:x"], "month"),
        (["b.xml", "--encoding", "klingon"], "klingon"),
        (["b.xml", "--branch", "moon"], "moon"),
        (["b.xml", "--as", "nobody"], "nobody"),
    ],
)
def test_it_names_what_is_at_fault(call, tmp_path: Path, words: list[str], at_fault: str):
    write_book(tmp_path / "b.xml", [sell("a")])
    code, said, told = call("sync", *words)
    assert code == 2
    assert at_fault in told
    assert "Traceback" not in told + said
