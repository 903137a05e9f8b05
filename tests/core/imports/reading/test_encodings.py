"""The same content in every encoding and dialect. One rule: the same figures and the same names, or a question."""

import csv
import gzip
import json
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from core.errors import InvalidInput
from core.imports import ImportOptions, understand_file
from core.imports.reading.encodings import choose_encoding, find_wide_words
from core.imports.reading.opening import open_file

MAKES = frozenset({"products", "people"})
WESTERN = ("Müller", "Café São", "naïve Señor", "Übung £5", "Zürich")
SCRIPTS = {
    "utf-8": WESTERN, "utf-8-sig": WESTERN, "utf-16": WESTERN, "utf-16-le": WESTERN, "utf-16-be": WESTERN,
    "utf-32": WESTERN, "utf-32-le": WESTERN, "cp1252": WESTERN, "iso8859-1": WESTERN, "iso8859-15": WESTERN,
    "cp850": WESTERN, "mac_roman": WESTERN,
    "cp1250": ("Łódź", "Dvořák", "Žižka", "źródło", "Šárka"),
    "cp1251": ("Привет", "Москва", "Сергей", "лампа", "Красная"),
    "koi8_r": ("Привет", "Москва", "Сергей", "лампа", "Красная"),
    "cp866": ("Привет", "Москва", "Сергей", "лампа", "Красная"),
    "cp1253": ("Αθήνα", "Γιώργος", "λάμπα", "Πάτρα", "Χανιά"),
    "cp1254": ("Işık", "Şişli", "Çağlayan", "Güneş", "İstanbul"),
    "cp1255": ("מנורה", "שולחן", "ירושלים", "אברהם", "כיסא"),
    "cp1256": ("مصباح", "أحمر", "الرياض", "محمد", "كرسي"),
    "cp932": ("ランプ", "東京", "さくら", "株式会社", "机"),
    "euc_jp": ("ランプ", "東京", "さくら", "株式会社", "机"),
    "gb18030": ("北京", "红色", "桌子", "有限公司", "客户"),
    "big5": ("臺北", "紅色", "桌子", "有限公司", "高雄"),
    "euc_kr": ("서울", "램프", "책상", "주식회사", "의자"),
}  # fmt: skip


def make_rows(names):
    return [
        {"Order ID": f"A-{n}", "date": f"2024-02-{n + 10}", "product": name, "amount": f"{n}.25", "person": names[0]}
        for n, name in enumerate(names, 1)
    ]


@pytest.mark.parametrize("encoding", SCRIPTS)
def test_it_finds_out_the_encoding_and_shows_a_word(sqlite_shop, write_file, encoding):
    names = SCRIPTS[encoding]
    path = write_file(make_rows(names), encoding=encoding)
    plan = understand_file(path, ImportOptions(mapping={"order_id": "Order ID"}))
    if not encoding.startswith("utf"):
        assert f"so that a word reads “{names[0].split()[0]}" in plan.words[0]
    result = sqlite_shop.take(path, ImportOptions(mapping={"order_id": "Order ID"}, create_missing=MAKES))
    assert (result.recorded, result.rejected) == (5, 0)
    assert set(sqlite_shop.ask_by("revenue", "product")) == set(names)
    assert sqlite_shop.totals("revenue,orders") == ["16.25", 5]
    again = write_file(make_rows(names), name="again.csv", delimiter=";")
    known = sqlite_shop.take(again, ImportOptions(mapping={"order_id": "Order ID"}, create_missing=MAKES))
    assert (known.recorded, known.already_there) == (0, 5)


def write_dialect(path, rows, changes, **dialect):
    """Rows with some values written otherwise, under a first line or none."""
    before = dialect.pop("before", "")
    with path.open("w", newline="", encoding=dialect.pop("encoding", "utf-8")) as stream:
        stream.write(before)
        writer = csv.writer(stream, **dialect)
        writer.writerow(rows[0])
        writer.writerows([[changes.get(name, str)(value) for name, value in row.items()] for row in rows])
    return path


def with_comma(value):
    return value.replace(".", ",")


def turn_day(value):
    year, month, day = value.split("-")
    return f"{day}.{month}.{year}"


def turn_month(value):
    year, month, day = value.split("-")
    return f"{int(month)}/{int(day)}/{year} 0:00"


DIALECTS = {
    "commas": ({}, {}),
    "semicolons and decimal commas": ({"amount": with_comma}, {"delimiter": ";"}),
    "tabs": ({}, {"delimiter": "\t"}),
    "bars": ({}, {"delimiter": "|"}),
    "what Excel says first": ({"amount": with_comma}, {"delimiter": ";", "before": "sep=;\r\n"}),
    "a first line that says what nobody would guess": ({}, {"delimiter": "^", "before": "sep=^\n"}),
    "all quoted": ({}, {"quoting": csv.QUOTE_ALL}),
    "one carriage return": ({}, {"lineterminator": "\r", "quoting": csv.QUOTE_ALL}),
    "line feeds": ({}, {"lineterminator": "\n"}),
    "days with points": ({"date": turn_day}, {}),
    "American days with midnight": ({"date": turn_month}, {}),
    "currency": ({"amount": lambda value: f"${value}"}, {}),
    "thousands": ({"amount": lambda value: f"{float(value):,.4f}"}, {}),
    "spaces": ({"amount": lambda value: f"  {value} "}, {}),
    "UTF-16 with tabs": ({}, {"delimiter": "\t", "encoding": "utf-16"}),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_it_knows_the_same_rows_in_every_dialect(sqlite_shop, tmp_path, name):
    rows = make_rows(("Müller, A.", 'a "quoted" lamp', "two\nlines", "tab\there", "Zürich"))
    rows.append(rows[-1] | {"amount": "1234.5"})
    options = ImportOptions(mapping={"order_id": "Order ID"}, create_missing=MAKES)
    plain = write_dialect(tmp_path / "plain.csv", rows, {})
    sqlite_shop.take(plain, options)
    changes, dialect = DIALECTS[name]
    path = write_dialect(tmp_path / "other.csv", rows, changes, **dialect)
    result = sqlite_shop.take(path, options)
    assert (result.recorded, result.already_there, result.rejected) == (0, 6, 0)
    assert sqlite_shop.totals("revenue,lines") == ["1250.75", 6]


def test_it_takes_spaces_after_commas_for_what_they_are(sqlite_shop, tmp_path):
    path = tmp_path / "spaced.csv"
    path.write_text('"date", "product", "amount"\n"2024-02-03", "Lamp, red", "5.50"\n')
    assert sqlite_shop.take(path, ImportOptions(create_missing=MAKES)).recorded == 1
    assert sqlite_shop.ask_by("revenue", "product") == {"Lamp, red": ["5.50"]}


def test_it_reads_every_case_of_the_csv_spectrum(shared_data):
    folder = shared_data / "adversarial" / "csv_spectrum"
    cases = sorted(folder.glob("*.csv"))
    assert len(cases) == 6
    for path in cases:
        file = open_file(path)
        read = [dict(zip(file.header, cells, strict=True)) for _, cells in file.read_rows()]
        assert read == json.loads(path.with_suffix(".json").read_text("utf-8")), path.name


@pytest.fixture
def book(tmp_path):
    """A workbook of two sheets with rows, an empty one and one hidden in plain sight."""
    made = openpyxl.Workbook()
    made.active.title = "Sales"
    for row in (("date", "product", "amount"), ("2024-02-03", "=1+1", 5.5), ("2024-02-04", "Lamp", "oops")):
        made.active.append(row)
    made.active["B2"].data_type = "s"
    made.create_sheet("Empty")
    made.create_sheet("Other").append(("x", "y"))
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_it_asks_which_sheet(sqlite_shop, book):
    with pytest.raises(InvalidInput, match="2 sheets: Sales, Other") as caught:
        understand_file(book, ImportOptions())
    assert caught.value.field == "--sheet"
    with pytest.raises(InvalidInput, match="no sheet “Sums”"):
        understand_file(book, ImportOptions(sheet="Sums"))
    result = sqlite_shop.take(book, ImportOptions(sheet="sales", create_missing=MAKES))
    assert (result.recorded, result.rejected) == (1, 1)
    assert sqlite_shop.ask_by("revenue", "product") == {"=1+1": ["5.50"]}
    assert "line 3: amount is “oops”" in result.rejects_path.read_text("utf-8-sig")


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[: len(raw) // 2], lambda raw: raw.replace(b"xl/worksheets", b"xl/worksheetz")]
)
def test_it_says_that_a_workbook_is_broken(book, damage):
    book.write_bytes(damage(book.read_bytes()))
    with pytest.raises(InvalidInput):
        understand_file(book, ImportOptions(sheet="Sales"))


def test_it_reads_no_entity_of_a_workbook(book, tmp_path):
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    bomb = entities + b'<worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as new:
        for entry in old.namelist():
            new.writestr(entry, bomb if entry == "xl/worksheets/sheet1.xml" else old.read(entry))
    with pytest.raises(InvalidInput, match="cannot be read"):
        understand_file(tmp_path / "bomb.xlsx", ImportOptions(sheet="Sales"))


def test_it_keeps_formulas_of_others_as_text(sqlite_shop, write_file):
    attacks = ("=cmd|' /C calc'!A0", "+SUM(1+1)", "-2+3", "@SUM(1)", '=HYPERLINK("http://x","y")', "\t=1+1", "%0A=1")
    rows = [{"date": "2024-02-03", "amount": "1", "product": text, "note": text} for text in attacks]
    assert sqlite_shop.take(write_file(rows), ImportOptions(create_missing=MAKES)).recorded == len(attacks)
    assert set(sqlite_shop.ask_by("revenue", "product")) == {text.strip() for text in attacks}


def test_it_takes_the_encoding_it_is_told(sqlite_shop, write_file):
    path = write_file(make_rows(("Işık", "a", "b", "c", "d")), encoding="cp1254")
    options = ImportOptions(mapping={"order_id": "Order ID"}, create_missing=MAKES)
    assert understand_file(path, replace(options, encoding="cp1252")).reading.file.words.startswith("Windows-1252")
    sqlite_shop.take(path, replace(options, encoding="cp1254"))
    assert "Işık" in sqlite_shop.ask_by("revenue", "product")


@pytest.mark.parametrize(
    "word",
    ["Bob’s", "180°C", "½", "1½ cup", "Item – Lamp", "“Retro” Lamp", "don’t", "€40", "£12", "Acme™", "±5", "José"],
)
def test_it_knows_windows_by_its_signs(word):
    assert choose_encoding(find_wide_words(word.encode("cp1252"))) == "cp1252"


QUOTED = {
    "a quote that nobody closes": ('D,I,Q,A\n1,"Lamp,1,20\n2,Tote,1,12\n3,24" Pan,1,4\n4,Mug,1,6\n', 4, '"Lamp'),
    "to the end of a file of tabs": ('D\tI\tQ\n1\t"Lamp\t1\n2\tTote\t1\n', 2, '"Lamp'),
    "a name of inches after it": ('D,I,Q,A\n1,"Lamp,1,20\n2,"Pan 24",1,4\n', 2, '"Lamp'),
    "a word in quotes amid tabs": ('D\tI\tQ\n1\t"Speckled" Mug\t1\n', 1, '"Speckled" Mug'),
    "a cell of two lines": ('D,I,Q\n1,"Lamp,\nbrass",1\n2,Tote,1\n', 2, "Lamp,\nbrass"),
}  # fmt: skip


@pytest.mark.parametrize("name", QUOTED)
def test_no_row_is_lost_to_a_quote(tmp_path, name):
    text, count, second = QUOTED[name]
    path = tmp_path / "quotes.csv"
    path.write_text(text)
    rows = list(open_file(path).read_rows())
    assert len(rows) == count
    assert rows[0][1][1] == second
    assert {len(cells) for _, cells in rows} == {len(text.split("\n")[0].replace("\t", ",").split(","))}


TITLED = "Sales of July\n\nDate,Item,Qty\n2026-07-01,Lamp,1\n"
PAGE = "<html><table><tr><th>Date<th>Item<th>Qty</tr><tr><td>2026-07-01<td>Lamp &amp; Co<td>1</tr></table></html>"
SHEET = (
    '<?xml version="1.0"?><Workbook xmlns:ss="x"><Worksheet><Table><Row><Cell><Data>Date</Data></Cell><Cell><Data>Item'
    '</Data></Cell><Cell><Data>Qty</Data></Cell></Row><Row><Cell><Data>2026-07-01</Data></Cell><Cell ss:Index="3">'
    "<Data>1</Data></Cell></Row></Table></Worksheet></Workbook>"
)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (TITLED.encode(), (4, ["2026-07-01", "Lamp", "1"])),
        (gzip.compress(TITLED.encode(), mtime=0), (4, ["2026-07-01", "Lamp", "1"])),
        (PAGE.encode(), (2, ["2026-07-01", "Lamp & Co", "1"])),
        (gzip.compress(PAGE.encode(), mtime=0), (2, ["2026-07-01", "Lamp & Co", "1"])),
        (SHEET.encode(), (2, ["2026-07-01", "", "1"])),
    ],
)
def test_it_reads_what_is_wrapped(tmp_path, content, row):
    path = tmp_path / "sales.xls"
    path.write_bytes(content)
    file = open_file(path)
    assert (file.header, list(file.read_rows())) == (("Date", "Item", "Qty"), [row])


@pytest.mark.parametrize("content", [gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], b"<html><p>nothing</p></html>"])
def test_it_says_what_is_broken_of_it(tmp_path, content):
    path = tmp_path / "sales.xls"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"compressed, and broken|page without a table"):
        open_file(path)
