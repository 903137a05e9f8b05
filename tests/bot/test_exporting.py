"""`salesbell export`. One rule: a file, or a sentence that says why there is none."""

import csv
from pathlib import Path

import openpyxl

from tests.bot.command_line import Call


def open_company(salesbell: Call) -> None:
    salesbell("company", "create", "Lumina", "--currency", "SAR", "--branch", "Mall")
    salesbell("person", "add", "Alice", "--role", "manager", "--branch", "Mall")
    salesbell("person", "add", "Bob", "--role", "employee", "--branch", "Mall")
    rows = "date,product,quantity,amount,person,customer\n"
    rows += "2026-01-05,SolarGlow,2,49.98,bob,=1+1\n2026-02-06,GripArm,1,119.99,alice,Jane\n"
    Path("sales.csv").write_text(rows, encoding="utf-8")
    assert salesbell("import", "sales", "--create-missing", "sales.csv")[0] == 0


def read_rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_it_writes_what_was_asked_for(salesbell: Call) -> None:
    open_company(salesbell)
    code, said, _ = salesbell("export", "sales", "--period", "2026-01", "--out", "january.csv")
    assert (code, said) == (0, "january.csv: 1 row\n")
    (row,) = read_rows("january.csv")
    assert (row["Date"], row["Amount"], row["Customer"]) == ("2026-01-05", "49.98", "'=1+1")
    assert salesbell("export", "sales", "--format", "xlsx")[:2] == (0, "lumina-sales.xlsx: 2 rows\n")
    assert openpyxl.load_workbook("lumina-sales.xlsx")["Sales"].max_row == 3
    assert salesbell("export", "team", "--period", "2026-01", "--out", "team.pdf")[0] == 0
    assert Path("team.pdf").read_bytes().startswith(b"%PDF")


def test_it_asks_any_question_to_standard_output(salesbell: Call) -> None:
    open_company(salesbell)
    words = ("--measures", "revenue", "--by", "person", "--where", "product=SolarGlow", "--period", "2026")
    assert salesbell("export", "question", *words, "--out", "-", "--format", "csv")[:2] == (
        0,
        "Person,Revenue\r\nBob,49.98\r\nTotal,49.98\r\n",
    )


def test_it_sees_with_the_eyes_it_is_told_to(salesbell: Call) -> None:
    open_company(salesbell)
    assert salesbell("export", "sales", "--as", "bob", "--out", "own.csv")[0] == 0
    assert [row["Person"] for row in read_rows("own.csv")] == ["Bob"]
    code, _, said = salesbell("export", "team", "--as", "bob", "--out", "team.csv")
    assert code == 2
    assert "may not see the team" in said
    assert not Path("team.csv").exists()


def test_it_says_what_would_work(salesbell: Call) -> None:
    open_company(salesbell)
    for words, told in (
        (("colours", "--format", "csv"), "There is no export “colours”"),
        (("sales",), "salesbell export sales --format xlsx"),
        (("sales", "--out", "sales.docx"), "“.docx” is not a format"),
        (("sales", "--format", "csv", "--out", "nowhere/x.csv"), "--out: nowhere/x.csv cannot be written"),
        (("sales", "--format", "csv", "--low"), "has no filter “low”"),
        (("sales", "--format", "csv", "--kind", "gift"), "There is no kind of document “gift”"),
        (("question", "--format", "csv"), "A question needs a measure."),
    ):
        code, _, said = salesbell("export", *words)
        assert code == 2, words
        assert told in said, said
    assert "Nothing was recorded here" in salesbell("export", "sales", "--period", "2020", "--out", "none.csv")[1]


def test_it_is_imported_again_without_a_word(salesbell: Call) -> None:
    open_company(salesbell)
    assert salesbell("export", "sales", "--out", "all.csv")[0] == 0
    code, said, told = salesbell("import", "all.csv")
    assert code == 0, told
    assert "taken back as it went out" in told
    assert "Read 2 rows: 0 recorded, 2 there before, 0 rejected." in said
    salesbell("company", "create", "Copy", "--currency", "SAR", "--branch", "Mall")
    code, said, _ = salesbell("import", "sales", "--company", "copy", "all.csv")
    assert code == 0
    assert "Read 2 rows: 2 recorded, 0 there before, 0 rejected." in said
    words = ("ask", "--measures", "revenue,orders,customers", "--by", "person", "--json", "--company")
    assert salesbell(*words, "copy")[1] == salesbell(*words, "lumina")[1]
