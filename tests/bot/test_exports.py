"""Exports by chat, through the real python-telegram-bot. One rule: the file says what the words beside it say."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot.sandbox.correspondent import Answers
from core.exports import typesetting
from tests.bot.conftest import GROUP_ID, Chat, sell_for_everybody


def read_rows(answers: Answers) -> list[dict[str, str]]:
    file = answers[0].file
    assert file is not None
    assert file.content.startswith(b"\xef\xbb\xbf")  # for whoever opens it with a spreadsheet
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


async def test_it_sends_a_workbook_unless_another_format_is_named(chat: Chat, today: date) -> None:
    sell_for_everybody(chat)
    answers = await chat.alice.send("/export sales month")
    file = answers[0].file
    assert file is not None
    assert file.name.startswith("lumina-sales-")
    assert file.name.endswith(".xlsx")
    assert f"Sales · {today:%B %Y} · Mall" in answers.text
    assert "3 rows" in answers.text
    assert "Revenue: SAR 174.93" in answers.text
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["Sales"]
    assert sheet.max_row == 4
    assert sheet.freeze_panes == "A2"


async def test_it_sends_a_page(chat: Chat) -> None:
    sell_for_everybody(chat)
    answers = await chat.alice.send("/export team as pdf")
    file = answers[0].file
    assert file is not None
    assert file.content.startswith(b"%PDF")
    assert file.mime_type == "application/pdf"
    assert "Team against target" in answers.text


async def test_it_narrows_sales_by_the_words_of_the_log(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077 etsy #SUMMER to Jane")
    await chat.bob.send("/sale 1 GAM-2211 amazon")
    for words, expected in (
        ("etsy", ["SOL-3077"]),
        ("amazon today", ["GAM-2211"]),
        ("#SUMMER", ["SOL-3077"]),
        ("to Jane", ["SOL-3077"]),
        ("SOL-3077", ["SOL-3077"]),
        ("@bob", ["SOL-3077", "GAM-2211"]),
    ):
        rows = read_rows(await chat.alice.send(f"/export sales {words} csv"))
        assert [row["SKU"] for row in rows] == expected, words


async def test_everybody_is_given_what_they_may_see(chat: Chat) -> None:
    sell_for_everybody(chat)
    assert {row["Person"] for row in read_rows(await chat.alice.send("/export sales csv"))} == {"Alice", "Bob", "Dana"}
    bobs = read_rows(await chat.bob.send("/export sales csv"))
    assert [row["Person"] for row in bobs] == ["Bob"]
    assert "Profit" not in bobs[0]
    assert [row["Person"] for row in read_rows(await chat.charlie.send("/export log csv"))] == ["Charlie"]
    for words in ("team", "sales @alice", "profit by person"):
        refused = await chat.bob.send(f"/export {words}")
        assert refused.text.startswith("🔒"), words
        assert refused[0].file is None
    assert "in private" in (await chat.alice.within(GROUP_ID).send("/export sales")).text
    assert (await chat.stranger.send("/export sales"))[0].file is None


async def test_it_answers_any_question(chat: Chat) -> None:
    sell_for_everybody(chat)
    rows = read_rows(await chat.alice.send("/export revenue, orders by person and product month csv"))
    assert list(rows[0]) == ["Person", "Product", "Revenue", "Orders"]
    assert rows[-1] == {"Person": "Total", "Product": "", "Revenue": "174.93", "Orders": "3"}
    only = read_rows(await chat.alice.send("/export average order value by platform sku=SOL-3077 csv"))
    assert only[-1]["Average order value"] == "58.31"


@pytest.mark.parametrize(
    "words",
    [
        "leaderboard by units",
        "cards",
        "kpi",
        "chart category",
        "goals",
        "stock",
        "stock low",
        "products Solar",
        "customers",
    ],
)
async def test_it_sends_every_list(chat: Chat, words: str) -> None:
    sell_for_everybody(chat)
    await chat.bob.send("/sale 90 SOL-3077 to Jane")
    await chat.alice.send("/goal 500")
    answers = await chat.alice.send(f"/export {words} csv")
    assert read_rows(answers), answers.text


async def test_it_says_that_there_is_nothing(chat: Chat) -> None:
    answers = await chat.bob.send("/export sales yesterday pdf")
    assert answers[0].file is None
    assert "Nothing was recorded here" in answers.text
    assert "No goals are set" in (await chat.alice.send("/export goals")).text


async def test_it_says_what_it_does_not_understand(chat: Chat) -> None:
    for words, told in (
        ("colours", "“colours” is nothing to export"),
        ("sales csv pdf", "Two formats: csv and pdf."),
        ("team blue", "“blue” is not a period"),
        ("chart nothing", "There is no card “nothing”"),
        ("revenue by person blue", "“blue” is neither a period nor a filter"),
        ("revenue by colour", "“colour” is not a dimension"),
    ):
        answers = await chat.alice.send(f"/export {words}")
        assert told in answers.text, words
        assert answers[0].file is None
    listed = (await chat.alice.send("/export")).text
    assert "/export sales" in listed
    assert "/export revenue by person last month pdf" in listed


async def test_the_words_come_where_no_page_can_be_set(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "WORKER", Path("/nowhere/typesetter.py"))
    sell_for_everybody(chat)
    answers = await chat.alice.send("/export sales month pdf")
    assert answers[0].file is None
    assert "Revenue: SAR 174.93" in answers.text
    assert "A PDF cannot be made just now." in answers.text


async def test_it_leaves_no_file_behind(chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sell_for_everybody(chat)
    for words in ("sales csv", "sales xlsx", "sales pdf", "sales yesterday", "chart nothing"):
        await chat.alice.send(f"/export {words}")
    assert [path for path in list_folder(tmp_path) if "sqlite" not in path.name] == []


def list_folder(folder: Path) -> list[Path]:
    return list(folder.iterdir())
