"""Files at the command line: shown, tried, kept, listed, taken back. One rule: what is not said is asked for."""

import re
from pathlib import Path

import pytest

from tests.bot.command_line import Call

ROWS = "Nr;Tag;Ware;Netto\n1;03.04.2024;Lampe Müller;1.234,50\n2;04.04.2024;Tisch;2,25\n3;05.04.2024;Stuhl;?\n"
MAPPED = ("--map", "order_id=Nr", "--map", "date=Tag", "--map", "product=Ware", "--map", "amount=Netto")


@pytest.fixture
def till(tmp_path: Path) -> str:
    """A till's export in the working folder's way of writing."""
    path = tmp_path / "till.csv"
    path.write_bytes(ROWS.encode("cp1252"))
    return str(path)


def test_it_shows_what_it_understood_and_asks_what_stays_open(shop: Call, till: str) -> None:
    code, _, err = shop("import", till, *MAPPED, "--dry-run")
    assert code == 2
    assert "date-format" in err
    code, out, err = shop("import", till, *MAPPED, "--create-missing", "--date-format", "D/M/Y", "--dry-run")
    assert code == 1  # a row is refused
    assert "Windows-1252, so that a word reads “Müller”, columns apart by semicolon" in err
    assert "dates: day/month/year; decimals after a comma" in err
    assert "Nothing was written" in out
    assert "2 recorded, 0 there before, 1 rejected" in out
    assert "No imports yet" in shop("imports")[1]


def test_it_keeps_how_a_file_is_read_and_takes_an_import_back(shop: Call, till: str) -> None:
    told = (*MAPPED, "--create-missing", "--date-format", "D/M/Y", "--save-preset", "Our till")
    assert "--preset our-till" in shop("import", till, *told, "--dry-run")[2]
    code, out, _ = shop("import", till, "--preset", "our-till", "--yes")
    assert (code, "2 recorded" in out) == (1, True)
    listed = shop("imports")[1]
    assert re.search(r"^ +1  \d{4}-.*  done  till.csv: 2 rows recorded, 1 rejected, by the operator$", listed, re.M)
    assert "preset our-till" in listed
    code, out, _ = shop("import", "--undo", "1")
    assert (code, "Import 1 of till.csv is undone: 2 lines of 2 whole documents" in out) == (0, True)
    assert "undone" in shop("imports")[1]
    assert "Everything balances." in shop("verify")[1]
    assert "2 recorded" in shop("import", till, "--preset", "our-till")[1]


def test_it_joins_two_files(shop: Call, tmp_path: Path) -> None:
    (tmp_path / "orders.txt").write_text("Order ID,Order Date,City\nA-1,13-01-2024,Pune\n")
    (tmp_path / "details.csv").write_text("Order ID,Amount,Item\nA-1,5,Lamp\nA-1,6,Lamp\n")
    mapped = ("--map", "order_id=Order ID", "--map", "date=Order Date", "--map", "amount=Amount", "--map", "town=City")
    code, out, err = shop("import", str(tmp_path / "details.csv"), "--with", str(tmp_path / "orders.txt"), *mapped)
    assert (code, "2 recorded" in out) == (0, True)
    assert "orders.txt gives date, town for 1 values of order_id" in err


def test_it_says_what_is_wrong_with_an_undo(shop: Call) -> None:
    for words, fault in (
        (("--undo", "99"), "no import 99"),
        (("--undo", "x"), "--undo"),
        (("--undo", "1", "--as", "bob"), "may not import"),
    ):
        code, _, err = shop("import", *words)
        assert (code, fault in err) == (2, True), err
    assert shop("imports", "--as", "bob")[0] == 2
