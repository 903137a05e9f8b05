"""Files as they come: encodings, broken, hostile. One rule: what cannot be read is refused, naming the place, whole."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.errors import InvalidInput
from core.imports.tally import TallyOptions, is_tally_file
from core.imports.tally.sync import Sync
from core.models.catalog import products
from core.models.sales import documents
from tests.core.imports.shop import Shop
from tests.core.imports.tally.daybooks import PARTIES, Item, make_book, sell, write_book

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
OPEN, CLOSE = "<ENVELOPE><BODY><DATA><TALLYMESSAGE>", "</TALLYMESSAGE></DATA></BODY></ENVELOPE>"


def sync(shop: Shop, *paths: Path, **options):
    return Sync(shop.database, shop.alice).run(list(paths), TallyOptions(**options))


def count_documents(shop: Shop) -> int:
    with shop.database.begin_read() as tx:
        return tx.execute(select(func.count()).select_from(documents)).scalar_one()


def refuse(shop: Shop, path: Path, *words: str) -> None:
    """The file is refused with these words, and nothing was written."""
    with pytest.raises(InvalidInput) as refused:
        sync(shop, path)
    for word in (path.name, *words):
        assert word in refused.value.message
    assert count_documents(shop) == 0


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_reads_every_encoding_tally_writes(sqlite_shop: Shop, tmp_path: Path, encoding: str):
    vouchers = [sell(f"g-{number}", party=party) for number, party in enumerate(PARTIES)]
    path = write_book(tmp_path / "book.xml", vouchers, "Crème ₹ Ltd", encoding)
    sync(sqlite_shop, path)
    assert sqlite_shop.ask_by("invoiced", "customer") == {party: ["100.00"] for party in PARTIES}
    assert list(sqlite_shop.ask_by("invoiced", "source_company")) == ["Crème ₹ Ltd"]


def test_it_reads_the_eight_bits_of_old_exports_and_says_so(sqlite_shop: Shop, tmp_path: Path):
    path = write_book(tmp_path / "book.xml", [sell(party="Émile – Café")], encoding="cp1252")
    plan = Sync(sqlite_shop.database, sqlite_shop.alice).understand([path], TallyOptions())
    assert plan.reading.exports[0].source.encoding == "cp1252"
    sync(sqlite_shop, path)
    assert list(sqlite_shop.ask_by("invoiced", "customer")) == ["Émile – Café"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_it_believes_the_bytes_and_not_a_declaration_that_is_wrong(sqlite_shop: Shop, tmp_path: Path, encoding: str):
    path = write_book(tmp_path / "book.xml", [sell(party="Åse")], encoding=encoding)
    text = path.read_text(encoding=encoding)
    path.write_text('<?xml version="1.0" encoding="UTF-16"?>\r\n' + text, encoding=encoding)
    sync(sqlite_shop, path)
    assert sqlite_shop.totals("invoiced") == ["100.00"]


@pytest.mark.parametrize("reference", ["&#4;", "&#x4;", "&#0;", "&#31;", "&#xFFFE;", "&#xD800;", "&#1114112;", "\x04"])
def test_it_leaves_out_what_no_xml_may_hold(sqlite_shop: Shop, tmp_path: Path, reference: str):
    path = tmp_path / "book.xml"
    write_book(path, [sell(party="MARK Traders")])
    path.write_text(path.read_text().replace("MARK", f"A{reference}B"))
    sync(sqlite_shop, path)
    assert list(sqlite_shop.ask_by("invoiced", "customer")) == ["AB Traders"]


def test_it_keeps_no_control_of_a_terminal_in_a_name(sqlite_shop: Shop, tmp_path: Path):
    path = write_book(tmp_path / "book.xml", [sell(party="A\u009b31mB")])
    sync(sqlite_shop, path)
    assert list(sqlite_shop.ask_by("invoiced", "customer")) == ["A31mB"]


def test_it_refuses_a_file_of_nothing_but_voucher_types(sqlite_shop: Shop, tmp_path: Path):
    path = write_book(tmp_path / "types.xml", (sell(f"g{number}", type=f"T{number}") for number in range(10_001)))
    with pytest.raises(InvalidInput, match="voucher types"):
        sync(sqlite_shop, path)


def test_it_finds_references_that_lie_across_pieces_of_the_file(sqlite_shop: Shop, tmp_path: Path):
    padding = "".join(f"<NARRATION>{'x' * width}&#4;&amp;&#65;</NARRATION>" for width in range(65_500, 65_545))
    path = write_book(tmp_path / "book.xml", [sell(more=padding)])
    sync(sqlite_shop, path)
    assert sqlite_shop.totals("invoiced") == ["100.00"]


BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = {
    "a bomb": f'<!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}]>{OPEN}<NARRATION>&a11;</NARRATION>{CLOSE}',
    "a quadratic bomb": f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>{OPEN}{"&a;" * 1000}{CLOSE}',
    "an external entity": f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{OPEN}<NAME>&a;</NAME>{CLOSE}',
    "an external type": f'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/evil.dtd">{OPEN}{CLOSE}',
    "parameter entities": f'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:1/a"> %a;]>{OPEN}{CLOSE}',
    "a type put together by what is left out": f"<!DOC&#4;TYPE x []>{OPEN}{CLOSE}",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_refuses_hostile_xml(sqlite_shop: Shop, tmp_path: Path, name: str, encoding: str):
    path = tmp_path / "evil.xml"
    path.write_text(HOSTILE[name].replace("&#4;", "\x04"), encoding=encoding)
    refuse(sqlite_shop, path, "document type")


BROKEN = {
    "an end too early": (OPEN + sell().write(), "line"),
    "an end in the middle of a word": ("<ENVELOPE><BODY><DA", "line 1"),
    "tags that cross": (OPEN + "\n\n<A><B></A></B>" + CLOSE, "line 3"),
    "a bare ampersand": (OPEN + "\n<NAME>Bramley & Sons</NAME>" + CLOSE, "line 2"),
    "an entity of its own": (OPEN + "\n<NAME>&evil;</NAME>" + CLOSE, "line 2"),
    "levels without end": ("<ENVELOPE>" + "<A>" * 5000, "deep"),
    "a comment without end": ("<ENVELOPE>\n<!--" + "x" * 5_000_000, "no end"),
    "a tag without end": ("<ENVELOPE>\n<A " + "x" * 5_000_000, "no end"),
    "a voucher without end": ("<ENVELOPE><VOUCHER>" + "<A>1</A>" * 510_000, "500,000 fields"),
    "a text without end": ("<ENVELOPE><VOUCHER><A>" + "x" * 34_000_000, "longer"),
    "something after the end": (OPEN + CLOSE + "<ENVELOPE/>", "line 1"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_refuses_broken_xml_naming_the_place(sqlite_shop: Shop, tmp_path: Path, name: str):
    text, word = BROKEN[name]
    path = tmp_path / "broken.xml"
    path.write_text(text)
    refuse(sqlite_shop, path, word)


def test_it_writes_nothing_of_a_file_that_breaks_off_after_thousands_of_vouchers(sqlite_shop: Shop, tmp_path: Path):
    path = write_book(tmp_path / "long.xml", (sell(f"g-{number}") for number in range(1200)))
    whole = path.read_text()
    path.write_text(whole[: len(whole) - 300])
    refuse(sqlite_shop, path, "line")


def make_json(*vouchers: dict, key: str = "tallymessage") -> str:
    return json.dumps({"static_variables": [{"name": "svCurrentCompany", "value": "J Ltd"}], key: list(vouchers)})


def json_voucher(guid: str = "j-1", amount: str = "50.00", **more) -> dict:
    return {
        "metadata": {"type": "Voucher", "vchtype": "Sales", "action": "Create"},
        "date": "20260401",
        "guid": guid,
        "vouchertypename": "Sales",
        "vouchernumber": "1",
        "partyledgername": "Asha",
        "cstformissuetype": "\u0004 Not Applicable",
        "iscancelled": False,
        "allinventoryentries": [{"stockitemname": "Pen", "rate": "5/nos", "billedqty": " 10 nos", "amount": amount}],
        "ledgerentries": [{"ledgername": "Asha", "ispartyledger": True, "amount": f"-{amount}"}],
    } | more


JSON_SHAPES = {
    "as TallyPrime writes it": make_json(json_voucher()),
    "as a cache keeps it": make_json(json_voucher(), key="vouchers"),
    "in an envelope": json.dumps({"ENVELOPE": {"BODY": {"DATA": {"TALLYMESSAGE": [{"VOUCHER": json_voucher()}]}}}}),
    "one alone": json.dumps({"ENVELOPE": {"BODY": {"DATA": {"TALLYMESSAGE": {"VOUCHER": json_voucher()}}}}}),
    "a bare list": json.dumps([json_voucher()]),
    "spread over lines": json.dumps({"tallymessage": [json_voucher()]}, indent=4),
}


@pytest.mark.parametrize("name", JSON_SHAPES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_reads_json_in_every_shape_and_encoding(sqlite_shop: Shop, tmp_path: Path, name: str, encoding: str):
    path = tmp_path / "book.json"
    path.write_text(JSON_SHAPES[name], encoding=encoding)
    assert is_tally_file(path) or name == "a bare list"
    sync(sqlite_shop, path)
    assert sqlite_shop.ask_by("invoiced,units", "product") == {"Pen": ["50.00", 10]}


BROKEN_JSON = {
    "an end too early": (JSON_SHAPES["as TallyPrime writes it"][:-20], "not whole JSON"),
    "a comma too many": ('{"tallymessage": [\n{"guid": "a",}\n]}', "line 2"),
    "a word without end": ('{"a": "' + "x" * 2_000_000, "no end"),
    "a quote not closed": ('{"tallymessage\n: []}', "quote"),
    "a bracket too many": ('{"tallymessage": []}]', "closes nothing"),
    "no number": ('{"tallymessage": [{"amount": NaN}]}', "NaN"),
    "lists without end": ('{"tallymessage": ' + "[" * 200_000, "deep"),
    "objects without end": ('{"tallymessage": [' + '{"a":' * 200_000, ""),
    "nothing at all": ("{}", "no voucher"),
    "a page of a browser": ("<html><body>No</body></html>", "no voucher"),
    "neither": ("guid;amount\n1;2\n", "neither XML nor JSON"),
}


@pytest.mark.parametrize("name", BROKEN_JSON)
def test_it_refuses_broken_json_naming_the_place(sqlite_shop: Shop, tmp_path: Path, name: str):
    text, word = BROKEN_JSON[name]
    path = tmp_path / "broken.json"
    path.write_text(text)
    refuse(sqlite_shop, path, word)


def test_it_says_what_tally_answered_instead_of_vouchers(sqlite_shop: Shop, tmp_path: Path):
    path = tmp_path / "answer.xml"
    path.write_text("<ENVELOPE><BODY><DATA><LINEERROR>Could not find Company</LINEERROR></DATA></BODY></ENVELOPE>")
    refuse(sqlite_shop, path, "Could not find Company")


@pytest.mark.parametrize("words", ["", "   \n"])
def test_it_refuses_an_empty_file(sqlite_shop: Shop, tmp_path: Path, words: str):
    path = tmp_path / "empty.xml"
    path.write_text(words)
    refuse(sqlite_shop, path, "empty")


def test_it_rejects_a_voucher_that_cannot_be_with_its_place_and_takes_the_others(shop: Shop, tmp_path: Path):
    bad = [
        sell("bad-day", day="20261341"),
        sell("bad-amount", items=[Item("Pen", "1", "Nos", None, "1.00", more="<DISCOUNT>much</DISCOUNT>")]),
        sell("bad-future", day="20990101"),
        sell("bad-name", party="x" * 400),
        sell("bad-state", more=f"<STATENAME>{'x' * 101}</STATENAME>"),
        sell("bad-item", items=[Item("y" * 301, "1", "Nos", None, "1.00")]),
        sell("bad-seller", more=f"<SALESPERSON>{'z' * 201}</SALESPERSON>"),
        sell("too-much", items=[Item("Pen", "99999999", "Nos", "99999999999", "1.00", "<DISCOUNT>9</DISCOUNT>")]),
        sell("bad-rate", items=[Item("Pen", "1", "Nos", None, "1.00", "<RATE>$ 1 = ₹ x/Nos</RATE>")]),
    ]
    path = write_book(tmp_path / "book.xml", [sell("good-1"), *bad, sell("good-2")])
    result = sync(shop, path)
    assert (result.recorded, result.rejected) == (2, 9)
    rejected = result.rejects[0].read_text(encoding="utf-8-sig").splitlines()
    assert result.rejects[0].name == "book.rejected.csv"
    assert len(rejected) == 10
    for words in ("20261341", "much", "future", "longer"):
        assert any(words in line and line.startswith(("line", '"line')) for line in rejected)
    shop.verify()


def test_it_reads_json_of_any_length_a_record_at_a_time(sqlite_shop: Shop, tmp_path: Path):
    path = tmp_path / "long.json"
    with path.open("w") as file:
        file.write('{"noise": [1, 2, "}{][", {"a": [{}]}], "tallymessage": [')
        many = (json_voucher(f"j-{number}", f"{number}.25", narration="é" * 700) for number in range(1, 901))
        file.write(",\n".join(map(json.dumps, many)))
        file.write("]}")
    result = sync(sqlite_shop, path)
    assert result.recorded == 900
    assert sqlite_shop.totals("invoiced") == [f"{900 * 901 // 2 + 225}.00"]


def test_it_adds_up_made_up_books_of_other_companies(shop: Shop, tmp_path: Path):
    vouchers, truth = make_book(400, seed=7)
    half = len(vouchers) // 2
    one = write_book(tmp_path / "one.xml", vouchers[:half], "Ø & Co", "utf-16-le")
    two = write_book(tmp_path / "two.xml", vouchers[half:], "नई कंपनी", "utf-8")
    result = sync(shop, one, two)
    assert set(shop.ask_by("orders", "source_company")) == {"Ø & Co", "नई कंपनी"}
    assert result.counts["differing"] == 0
    read = shop.ask_by("invoiced", "customer")
    assert read == {name: [f"{value:.2f}"] for name, value in truth.invoiced.items()}
    assert shop.totals("tax,orders,returns") == [f"{truth.tax:.2f}", truth.orders, f"{truth.returns:.2f}"]
    goods = {name: value for name, (value,) in shop.ask_by("revenue", "product").items() if name}
    assert goods == {name: f"{value:.2f}" for name, value in truth.goods.items()}
    units = {name: str(value) for name, (value,) in shop.ask_by("units", "product").items() if name}
    assert units == {name: str(float(value)).removesuffix(".0") for name, value in truth.units.items()}
    with shop.database.begin_read() as tx:
        assert tx.execute(select(func.count()).select_from(products)).scalar_one() == len(truth.goods)
    shop.verify()
