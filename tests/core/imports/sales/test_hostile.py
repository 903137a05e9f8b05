"""Files nobody wants. One rule: a clear answer that names what is wrong, and nothing written."""

import json
import zipfile
from dataclasses import replace

import pytest

from core.errors import InvalidInput
from core.imports import ImportOptions, understand_file
from tests.core.imports.shop import SUPERSTORE

HEADER = "Row ID,Order ID,Order Date,Product Name,Sales,Quantity"
ROW = "1,A-1,2021-02-03,Lamp,10.5,1"


def refuse(path, options=SUPERSTORE):
    with pytest.raises(InvalidInput) as caught:
        understand_file(path, options)
    return caught.value.message


def test_it_refuses_what_is_no_file(tmp_path):
    assert "There is no file" in refuse(tmp_path / "nothing.csv")
    assert "is a folder" in refuse(tmp_path)
    assert "There is no file" in refuse(tmp_path / "a\0b")
    assert "cannot be read: File name too long" in refuse(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n\n \n", "is empty"),
        (b"\xef\xbb\xbf", "one column only"),
        (f"{HEADER}\n".encode(), "a header and no rows"),
        (f"{HEADER}\n\n\n".encode(), "a header and no rows"),
        (b"one\ntwo\n", "one column only"),
        (bytes(range(32)) * 50, "is not text"),
        (b"%PDF-1.4 ...", "is a PDF"),
        (b"\x1f\x8b\x08\x00", "is compressed, and broken"),
        (f"{ROW}\n{ROW}\n".encode(), "No column for order_id"),
        (b'Order ID,Order Date\n"' + b"x" * 200_000, "more than 131,072 characters"),
        (b"a,b\n" + b"x" * 3_000_000, "is longer than"),
        (f"{HEADER},Sales\n{ROW},3\n".encode(), "Two columns are called “Sales”"),
    ],
)
def test_it_says_what_is_wrong_with_the_file(tmp_path, content, words):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert words in refuse(path)


def test_it_refuses_a_workbook_by_its_name(tmp_path):
    path = tmp_path / "book.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "Excel workbook" in refuse(path)


def test_it_refuses_bytes_the_encoding_does_not_have(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(f"{HEADER}\n{ROW.replace('Lamp', 'L@mp')}\n".encode().replace(b"@", b"\x81"))
    assert "0x81" in refuse(path, replace(SUPERSTORE, encoding="cp1252"))
    assert "“klingon” is not an encoding" in refuse(path, replace(SUPERSTORE, encoding="klingon"))
    assert "“base64” is not an encoding" in refuse(path, replace(SUPERSTORE, encoding="base64"))
    assert understand_file(path, replace(SUPERSTORE, encoding="latin-1")).units == 1


@pytest.mark.parametrize("options", [{"preset": "amazon"}, {"delimiter": "xx"}, {"delimiter": '"'}, {"name": "!!"}])
def test_it_refuses_options_that_mean_nothing(tmp_path, options):
    path = tmp_path / "sales.csv"
    path.write_text(f"{HEADER}\n{ROW}\n")
    with pytest.raises(InvalidInput) as caught:
        understand_file(path, replace(SUPERSTORE, **options))
    assert caught.value.field == f"--{next(iter(options))}"


def test_it_rejects_rows_of_the_wrong_length_by_themselves(sqlite_shop, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(
        f"{HEADER}\n{ROW}\n2,A-2,2021-02-03,Lamp,1\n3,A-3,2021-02-03,Lamp,1,1,,,\n4,A-4,2021-02-03,Lamp,1,1,extra\n"
    )
    result = sqlite_shop.take(path)
    assert (result.recorded, result.rejected) == (2, 2)
    reasons = result.rejects_path.read_text("utf-8-sig")
    assert "The row has 5 cells, the header 6" in reasons
    assert "The row has 7 cells, the header 6" in reasons


def test_a_quote_that_stays_open_swallows_no_row(sqlite_shop, tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(
        f'{HEADER}\n{ROW}\n2,A-2,2021-02-03,"5" tube,1,1\n3,A-3,2021-02-03,"Lamp,1,1\n4,A-4,2021-02-03,Lamp,1,1\n'
    )
    result = sqlite_shop.take(path)
    assert (result.recorded, result.rejected) == (4, 0)


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "a\x00b", "\x07", "<b>&amp;", "'; DROP TABLE lines; --", "🦊" * 100]
)
def test_it_takes_strange_names_as_text(shop, write_file, name):
    rows = [
        {
            "Order ID": "1",
            "Order Date": "2021-02-03",
            "Product Name": name,
            "Sales": "1",
            "Quantity": "1",
            "Customer Name": name,
        }
    ]
    result = shop.take(write_file(rows))
    if name == "\x07":
        assert (result.recorded, result.rejected) == (0, 1)
        return
    assert result.recorded == 1
    wanted = name.replace("\0", "")
    assert list(shop.ask_by("lines", "product")) == [wanted]
    assert list(shop.ask_by("lines", "customer")) == [wanted]


def test_it_takes_every_naughty_string(shop, shared_data, write_file):
    strings = json.loads((shared_data / "adversarial" / "blns.json").read_text("utf-8"))
    rows = [
        {"Order ID": f"{number}", "Order Date": "2021-02-03", "Product Name": text, "Sales": "1",
         "Quantity": "1", "City": text}
        for number, text in enumerate(strings)
    ]  # fmt: skip
    path = write_file(rows, encoding="utf-8")
    result = shop.take(path)
    assert result.read == len(strings)
    assert result.recorded + result.rejected == len(strings)
    assert result.rejected == 11  # empty ones, those nobody can see, and cities of more than 200 characters
    again = shop.take(path)
    assert (again.recorded, again.already_there) == (0, result.recorded)
    shop.verify()


def test_it_refuses_a_line_that_never_ends(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(f"{HEADER}\n".encode() + b"x" * 5000)
        file.truncate(1 << 28)  # a hole: takes no room on the disk
    assert "longer than" in refuse(path)


def test_it_says_when_a_file_beside_it_does_not_fit(sqlite_shop, sales, write_file, tmp_path):
    (tmp_path / "people.csv").write_text("Name,Phone\nAnn,1\n")
    result = sqlite_shop.take(write_file(sales[:40]))
    assert result.notes == ("people.csv beside it is not used: it has no column “Region”, only Name, Phone.",)
    assert result.recorded == 40


def test_it_needs_no_preset_where_columns_bear_the_fields_names(sqlite_shop, write_file):
    rows = [{"Date": "2024-02-03", "Amount": "5.1234", "Customer": "Zoë", "Note": "two\nlines"}]
    assert sqlite_shop.take(write_file(rows), ImportOptions()).recorded == 1
    assert sqlite_shop.totals("revenue,customers,orders") == ["5.12", 1, 1]
