"""Files sent to the bot. One rule: what was understood is shown, a press imports once, the chat goes on."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from openpyxl import Workbook
from sqlalchemy import func, select, update

from bot import importing as importing_module
from bot.importing import IMPORTING, Importing
from bot.sandbox import acts
from bot.sandbox.correspondent import Answer, Correspondent
from bot.scheduler import JobContext
from core import clock
from core.access import load_viewer
from core.db import Database
from core.errors import InvalidInput
from core.imports import ImportOptions, import_sales, list_imports, list_saved_presets
from core.imports.received import keep_claim
from core.metrics import Question, ask
from core.models.company import companies
from core.models.goals import goals
from core.models.imports import received_files
from core.models.people import people
from core.models.sales import lines
from core.periods import Period
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application
from tests.bot.jobs import NAMED, hurry, scheduling

EVER = Period(date(2000, 1, 1), date(2100, 1, 1))
HEADER = ("Order No", "Sold on", "Item", "Qty", "Total", "Store", "Seller")
ROWS = [
    ("A-1", "2026-03-14", "SolarGlow", "2", "49.98", "Mall", "Bob"),
    ("A-2", "2026-03-15", "Dumbbells", "1", "119.99", "Mall", "Alice"),
    ("A-2", "2026-03-15", "SolarGlow", "1", "24.99", "Mall", "Alice"),
]


@dataclass
class Desk:
    """The chat, with Alice an admin, and the part that does the work."""

    chat: Chat
    alice: Correspondent
    bob: Correspondent
    charlie: Correspondent

    @property
    def importing(self) -> Importing:
        found: Importing = self.chat.application.bot_data[IMPORTING]
        return found

    @property
    def database(self) -> Database:
        return self.chat.database

    async def send(self, content: bytes | str, name: str = "sales.csv") -> Answer:
        """Alice sends a file: the message that shows how it stands."""
        await self.alice.send_document(name, content if isinstance(content, bytes) else content.encode())
        await self.importing.settle()
        return self.shown

    async def press(self, label: str) -> Answer:
        """Alice presses a button of the last message: how it stands after that."""
        await self.alice.press(label)
        await self.importing.settle()
        return self.shown

    @property
    def shown(self) -> Answer:
        """The bot's last message but for files."""
        return [one for one in self.alice.received if one.file is None][-1]

    @property
    def document(self) -> Answer:
        return next(one for one in reversed(self.alice.received) if one.file is not None)

    def count(self) -> int:
        with self.database.begin_read() as tx:
            return int(tx.execute(select(func.count()).where(lines.c.superseded_at.is_(None))).scalar_one())

    def ask(self, *measures: str) -> list[object]:
        with self.database.begin_read() as tx:
            answer = ask(tx, self.chat.shop.operator, Question(measures, EVER, branch="all"))
        return [answer.totals[name] for name in measures]

    def keep_states(self) -> list[tuple[str, bool]]:
        """How the files stand, and whether they are still kept."""
        with self.database.begin_read() as tx:
            query = select(received_files.c.state, received_files.c.content.is_not(None)).order_by(received_files.c.id)
            return [(row[0], row[1]) for row in tx.execute(query)]


@pytest.fixture
async def desk(chat: Chat) -> AsyncIterator[Desk]:
    with chat.database.begin() as tx:
        tx.execute(update(people).where(people.c.id == chat.shop.alice.person_id).values(role="admin"))
    desk = Desk(chat, chat.alice, chat.bob, chat.charlie)
    desk.importing.progress_seconds = 0.02
    yield desk
    await desk.importing.settle()


def write(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER, delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return stream.getvalue()


def many(count: int) -> str:
    start = date(2024, 1, 1)
    days = [(start + timedelta(days=number % 700)).isoformat() for number in range(count)]
    return write(*((f"O-{number}", day, "SolarGlow", "1", "10.00", "Mall", "Bob") for number, day in enumerate(days)))


# ---- what is shown before -------------------------------------------------------------------------------------------


async def test_it_shows_all_that_it_understood_before_it_writes_anything(desk: Desk) -> None:
    shown = await desk.send(write(*ROWS))
    for told in (
        "sales.csv",
        "3 rows · UTF-8, columns apart by comma",
        "14 March 2026 – 15 March 2026",
        "2026-03-14 is 14 March 2026",
        "Decimals after a point · amounts in SAR",
        "Sold by: Alice, Bob",
        "Order No → order id",
        "Sold on → date",
        "Item → product",
        "Qty → quantity",
        "Total → amount",
        "Seller → person",
        "Nothing is written before you press Import.",
    ):
        assert told in shown.text, (told, shown.text)
    assert shown.button_rows == [["✅ Import", "🔎 Dry run"], ["✏️ Change", "✖️ Cancel"]]
    assert len(desk.alice.received) == 1
    assert desk.count() == 0


async def test_it_imports_once_and_tells_what_came_of_it(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    shown = await desk.press("Import")
    assert "✅ Imported sales.csv · 3 rows\n3 recorded" in shown.text
    assert "2 sales: SAR 194.96, 14 March 2026 – 15 March 2026" in shown.text
    assert shown.buttons == ["↩️ Undo import"]
    assert len(desk.alice.received) == 1
    assert desk.ask("orders", "revenue") == [2, 1_949_600]
    again = await desk.send(write(*ROWS))
    assert again.message_id != shown.message_id
    assert "3 there before" in (await desk.press("Import")).text
    assert desk.count() == 3
    assert desk.keep_states() == [("done", False), ("done", False)]


async def test_a_second_press_and_a_repeated_update_change_nothing(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    await desk.alice.redeliver()
    await desk.importing.settle()
    assert len(desk.alice.received) == 1
    message_id = desk.shown.message_id
    pressed = desk.alice.find_button("✅ Import")
    await desk.alice.press("Import")
    await desk.alice.redeliver()
    await desk.importing.settle()
    await desk.alice.redeliver()
    assert pressed[0]["message_id"] == message_id == desk.shown.message_id
    assert desk.count() == 3
    with desk.database.begin_read() as tx:
        assert len(list_imports(tx, desk.chat.shop.operator)) == 1


async def test_it_sends_what_was_rejected_back_with_the_reasons(desk: Desk) -> None:
    bad = ("A-3", "2026-03-16", "SolarGlow", "two", "1.00", "Mall", "Bob")
    stranger = ("A-4", "2026-03-16", "SolarGlow", "2", "1.00", "Moon", "Bob")
    await desk.send(write(*ROWS, bad, stranger, delimiter=";"))
    shown = await desk.press("Import")
    assert "⚠️ Imported sales.csv · 5 rows\n3 recorded, 2 rejected" in shown.text
    assert "line 5: Qty is “two”, which is not a number" in shown.text
    assert "There is no branch “Moon”" in shown.text
    file = desk.document.file
    assert file is not None
    assert file.name == "sales.rejected.csv"
    assert file.content.decode("utf-8-sig").splitlines()[0] == "reason;" + ";".join(HEADER)
    mended = file.content.decode("utf-8-sig").replace("two", "2").replace("Moon", "Mall")
    assert "rows" in (await desk.send(mended, "sales.rejected.csv")).text
    assert "2 recorded" in (await desk.press("Import")).text


async def test_it_tries_without_writing_and_can_be_cancelled(desk: Desk) -> None:
    await desk.send(write(*ROWS, ("A-9", "x", "SolarGlow", "1", "1", "Mall", "Bob")))
    shown = await desk.press("Dry run")
    assert "🔎 Tried sales.csv · 4 rows\nNothing was written. It would be:\n3 recorded, 1 rejected" in shown.text
    assert (desk.count(), shown.buttons) == (0, ["✅ Import", "✏️ Change", "✖️ Cancel"])
    assert "was not imported" in (await desk.press("Cancel")).text
    assert desk.keep_states() == [("cancelled", False)]
    assert desk.count() == 0


# ---- what is asked --------------------------------------------------------------------------------------------------


async def test_it_asks_which_day_it_is_and_remembers_for_the_next_file(desk: Desk) -> None:
    header = ("Date", "Product", "Amount", "Branch")
    shown = await desk.send(write(("03/04/2026", "Lamp", "5", "Mall"), header=header), "till 1.csv")
    assert "Which day is 03/04/2026?" in shown.text
    assert shown.buttons == ["3 April 2026 (day first)", "4 March 2026 (month first)", "✖️ Cancel"]
    shown = await desk.press("4 March 2026")
    assert "03/04/2026 is 4 March 2026" in shown.text
    await desk.press("Import")
    assert desk.ask("revenue") == [50_000]
    with desk.database.begin_read() as tx:
        (kept,) = list_saved_presets(tx, desk.chat.shop.operator)
    assert (kept.name.startswith("till-1-"), kept.options.date_format) == (True, "M/D/Y")
    shown = await desk.send(write(("05/06/2026", "Lamp", "5", "Mall"), header=header), "till 2.csv")
    assert "05/06/2026 is 6 May 2026" in shown.text
    other = await desk.send(write(("05/06/2026", "Lamp", "5", "x"), header=("Date", "Product", "Amount", "Note")))
    assert "Which day is 05/06/2026?" in other.text


async def test_it_asks_what_a_mark_means(desk: Desk) -> None:
    shown = await desk.send("date;product;amount;branch\n2026-01-05;Lamp;1,234;Mall\n")
    assert "How much is 1,234?" in shown.text
    assert shown.buttons == ["1234", "1.234", "✖️ Cancel"]
    assert "Decimals after a comma" in (await desk.press("1.234")).text
    await desk.press("Import")
    assert desk.ask("revenue") == [12_340]


async def test_it_asks_which_column_is_the_date_and_which_the_amount(desk: Desk) -> None:
    shown = await desk.send("wann,was,wieviel,wo\n2026-01-05,Lamp,12.50,Mall\n")
    assert "Which column is the date?" in shown.text
    shown = await desk.press("was")
    assert "Which column is the amount?" in shown.text
    shown = await desk.press("wieviel")
    assert "was holds no dates.\n❓ Which column is the date?" in shown.text
    shown = await desk.press("wann")
    assert "At which branch was it sold?" in shown.text
    assert shown.buttons == ["Mall", "Corniche", "✖️ Cancel"]
    shown = await desk.press("Corniche")
    assert "At Corniche, by nobody in particular" in shown.text
    await desk.press("Import")
    assert desk.ask("revenue") == [125_000]


async def test_a_choice_can_be_taken_back_by_change(desk: Desk) -> None:
    await desk.send("date,product,amount,price,quantity\n2026-01-05,Lamp,12.50,6.25,2\n")
    shown = await desk.press("Mall")
    assert "amount → amount" in shown.text
    await desk.press("Change")
    await desk.press("Seller")
    shown = await desk.press("Bob")
    assert "by Bob" in shown.text
    await desk.press("Change")
    await desk.press("Columns")
    await desk.press("note")
    shown = await desk.press("price")
    assert "price → note" in shown.text
    await desk.press("Change")
    await desk.press("What is new")
    assert "Made where they are new: customers" in (await desk.press("products")).text
    shown = await desk.press("Import")
    assert "There is no product “Lamp”. Change → What is new lets it be made." in shown.text
    assert "--" not in shown.text


async def test_it_asks_what_a_discount_is(desk: Desk) -> None:
    content = "date,product,price,qty,discount,branch\n2026-01-05,Lamp,100,1,20,Mall\n2026-01-06,Lamp,100,1,10,Mall\n"
    shown = await desk.send(content)
    assert "What is the column Discount?" in shown.text
    shown = await desk.press("Per cent")
    assert "discount → discount percent" in shown.text
    await desk.press("Import")
    assert desk.ask("revenue") == [1_700_000]


async def test_it_asks_which_sheet(desk: Desk) -> None:
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing", "here"])
    sheet = book.create_sheet("Sales of a year whose name is long, or nearly"[:31])
    sheet.append(["date", "product", "amount", "branch"])
    sheet.append([date(2026, 1, 5), "Lamp", 12.5, "Mall"])
    stream = io.BytesIO()
    book.save(stream)
    shown = await desk.send(stream.getvalue(), "book.xlsx")
    assert "Which sheet?" in shown.text
    assert "2026-01-05 is 5 January 2026" in (await desk.press("Sales of")).text
    await desk.press("Import")
    assert desk.ask("revenue") == [125_000]


# ---- what files there are -------------------------------------------------------------------------------------------


async def test_it_knows_superstore_and_asks_what_the_file_leaves_open(desk: Desk, shared_data: Path) -> None:
    content = (shared_data / "retail_superstore" / "orders.csv").read_bytes()
    shown = await desk.send(content, "orders.csv")
    assert "At which branch" in shown.text
    shown = await desk.press("Mall")
    assert "Sales: Tableau's Sample – Superstore" in shown.text
    assert "day/month/year" in shown.text
    shown = await desk.press("Import")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert f"{len(rows):,} recorded" in shown.text
    exact = sum(Decimal(row["Sales"]) for row in rows)
    assert desk.ask("lines", "revenue") == [len(rows), int(exact * 10_000)]


async def test_it_takes_tallys_vouchers(desk: Desk, shared_data: Path) -> None:
    content = (shared_data / "tally" / "tally_daybook_A.xml").read_bytes()
    await desk.send(content, "DayBook.xml")
    shown = await desk.press("Mall")
    assert "Vouchers from Tally" in shown.text
    assert "→ sale" in shown.text
    assert "The file counts in INR, the company in SAR" in shown.text
    shown = await desk.press("Dry run")
    assert "Tried DayBook.xml · 48 vouchers" in shown.text
    assert "Invoiced: SAR" in shown.text
    assert desk.count() == 0
    shown = await desk.press("Import")
    assert "Imported DayBook.xml" in shown.text
    assert desk.count() > 0
    await desk.press("Undo import")
    assert "is taken back" in (await desk.press("Yes, take it back")).text
    assert desk.count() == 0


async def test_it_takes_targets_and_counters(desk: Desk) -> None:
    await desk.send("Month,Branch,Target\n2026-04,Mall,10400\n", "targets.csv")
    shown = await desk.press("Dry run")
    assert "1 set" in shown.text
    with desk.database.begin_read() as tx:
        assert tx.execute(select(func.count()).select_from(goals).where(goals.c.target == 104_000_000)).scalar() == 0
    shown = await desk.press("Import")
    assert ("1 set" in shown.text, shown.buttons) == (True, [])
    await desk.send('{"qty_sold_SOL-3077": "3", "theme": "dark"}', "localStorage.json")
    shown = await desk.press("Mall")
    assert "Old qty_sold counters" in shown.text
    shown = await desk.press("Import")
    assert "1 sale: SAR 74.97" in shown.text


async def test_it_takes_its_own_files_back(desk: Desk, tmp_path: Path) -> None:
    await desk.send(write(*ROWS))
    await desk.press("Import")
    await desk.alice.send("/branch all")
    answers = await desk.alice.send("/export sales march 2026 csv")
    file = answers[-1].file
    assert file is not None
    shown = await desk.send(file.content, "sales.csv")
    assert "written by Salesbell itself" in shown.text
    assert shown.buttons == ["✅ Import", "✖️ Cancel"]
    path = tmp_path / "sales.csv"
    path.write_bytes(file.content)
    with pytest.raises(InvalidInput, match="nothing is tried"):
        import_sales(desk.database, desk.chat.shop.operator, path, ImportOptions(), is_trial=True)
    assert "3 there before" in (await desk.press("Import")).text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("Discount %.csv", b"date,product,price,Discount %,branch\n2026-01-05,Lamp,100,20,Mall\n", "discount percent"),
        ("map.json", b"[" + b"1," * 9_000 + b"1]", "9,001 columns in its first line"),
        ("a.pdf", b"%PDF-1.7 x", "a PDF"),
        ("a.csv", b"just words\nand more\n", "one column only"),
        ("a.csv", b"date,amount\n", "has a header and no rows"),
        ("a.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><ENVELOPE>&a;</ENVELOPE>', ""),
        ("a.json", b"[1, 2", ""),
    ],
)
async def test_it_says_what_is_wrong_with_a_file(desk: Desk, name: str, content: bytes, told: str) -> None:
    shown = await desk.send(content, name)
    assert shown.text.startswith(("🤔", "❓", "📄")), shown.text
    assert told in shown.text
    assert desk.count() == 0


# ---- who may --------------------------------------------------------------------------------------------------------


async def test_nobody_else_may_and_nothing_is_fetched(desk: Desk) -> None:
    content = write(*ROWS).encode()
    for one in (desk.bob, desk.charlie, desk.chat.stranger):
        answer = await one.send_document("sales.csv", content)
        assert "import" in answer.text.casefold() or one is desk.chat.stranger
        assert answer.text.startswith(("🔒", "👋"))
    assert desk.keep_states() == []
    assert await desk.alice.within(GROUP_ID).send_document("sales.csv", content) == []
    assert (await desk.bob.send("/imports")).text.startswith("🔒")


async def test_a_file_is_its_senders_alone(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    with desk.database.begin() as tx:
        tx.execute(update(people).where(people.c.id == desk.chat.shop.bob.person_id).values(role="admin"))
    message, data = desk.alice.find_button("✅ Import")
    assert (await desk.bob.send("/imports")).text.startswith("📥 No imports yet")
    act = acts.press_button(desk.chat.world, desk.alice.user_id, desk.alice.chat_id, message["message_id"], data)
    assert act.update is not None
    forged = json.loads(json.dumps(act.update).replace(f'"id": {desk.alice.user_id}', f'"id": {desk.bob.user_id}'))
    answers = await desk.bob.redeliver(forged)
    await desk.importing.settle()
    assert "not here any more" in str(answers.toast)
    assert desk.count() == 0


async def test_whoever_loses_the_right_imports_no_more(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    with desk.database.begin() as tx:
        tx.execute(update(people).where(people.c.id == desk.chat.shop.alice.person_id).values(role="employee"))
    answers = await desk.alice.press("Import")
    await desk.importing.settle()
    assert "may not import files" in str(answers.toast)
    assert desk.count() == 0


async def test_too_large_a_file_names_the_command_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_module, "LARGEST_BYTES", 100)
    shown = await desk.send(b"x" * 101, "year.csv")
    assert "salesbell import year.csv" in shown.text
    assert desk.keep_states() == [("cancelled", False)]


# ---- meanwhile, and after -------------------------------------------------------------------------------------------


async def test_the_chat_goes_on_while_a_file_comes_in(desk: Desk) -> None:
    await desk.send(many(6_500))
    edits = []
    desk.chat.world.listeners.append(lambda event: edits.append(event.payload.get("text", "")))
    await desk.alice.press("Import")
    answers = [await desk.bob.send("/me") for _ in range(3)]
    sold = await desk.bob.send("2 SOL-3077")
    assert desk.importing._tasks, "the import was over before anybody could write"
    await desk.importing.settle()
    assert all("Month" in answer.text for answer in answers)
    assert "SAR 49.98" in sold.text
    assert any("2,000 of 6,500" in text for text in edits)
    assert "6,500 recorded" in desk.shown.text
    assert len(desk.alice.received) == 1


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Has the first import end after its second batch, as its process does."""
    told: list[int] = []
    tell = importing_module.Pace.tell

    def die(pace: importing_module.Pace, done: int, total: int) -> None:
        told.append(done)
        if len(told) == 2:
            pace.stopping.set()
        tell(pace, done, total)

    monkeypatch.setattr(importing_module.Pace, "tell", die)
    return told


async def test_a_restart_goes_on_where_it_was(desk: Desk, killed: list[int]) -> None:
    await desk.send(many(5_000))
    desk.importing._stopping.set()  # nothing more is begun here …
    await desk.alice.press("Import")
    assert desk.count() == 0
    first = build_chat_application(desk.database, desk.chat.world)
    working: Importing = first.bot_data[IMPORTING]
    async with first:
        await working.look_for_work()
        await working.settle()
        assert desk.count() == 4_000
        with desk.database.begin() as tx:
            number = tx.execute(select(received_files.c.id)).scalar_one()
            keep_claim(tx, number)  # … nor let go of, as by a process that was killed
    second = build_chat_application(desk.database, desk.chat.world)
    async with second:
        await second.bot_data[IMPORTING].look_for_work()
        await second.bot_data[IMPORTING].settle()
        assert desk.count() == 4_000
        with time_machine.travel(clock.now() + timedelta(minutes=2)):
            context = JobContext(desk.database, asyncio.Event(), second.bot_data[IMPORTING])
            async with scheduling(context, NAMED["imports"]), asyncio.timeout(20):
                while desk.count() < 5_000:  # noqa: ASYNC110 - an import sets no event
                    await asyncio.sleep(0.02)
            await second.bot_data[IMPORTING].settle()
    assert desk.count() == 5_000
    assert "5,000 recorded" in desk.shown.text
    assert len(desk.alice.received) == 1


async def test_imports_are_listed_and_taken_back_once(desk: Desk) -> None:
    assert "No imports yet" in (await desk.alice.send("/imports")).text
    await desk.send(write(*ROWS))
    await desk.press("Import")
    listed = await desk.alice.send("/imports")
    assert "✅ #1 sales.csv\n3 recorded" in listed.text
    shown = await desk.press("Undo #1")
    assert "Take back sales.csv?\n3 rows recorded" in shown.text
    await desk.alice.press("Keep it")
    assert desk.count() == 3
    await desk.press("Undo #1")
    shown = await desk.press("Yes, take it back")
    assert "sales.csv is taken back: 3 lines of 2 whole documents" in shown.text
    summary = next(one for one in desk.alice.received if "Imported sales.csv" in one.text)
    assert ("Taken back." in summary.text, summary.buttons) == (True, [])
    assert desk.ask("orders", "revenue") == [0, 0]
    assert "↩️ #1 sales.csv" in (await desk.alice.send("/imports")).text
    await desk.send(write(*ROWS))
    assert "3 recorded" in (await desk.press("Import")).text


async def test_a_closed_month_is_neither_added_to_nor_taken_back(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    await desk.press("Import")
    with desk.database.begin() as tx:
        tx.execute(update(companies).values(closed_before=date(2026, 4, 1)))
    await desk.send(write(*ROWS, ("A-7", "2026-03-20", "SolarGlow", "1", "5", "Mall", "Bob")))
    shown = await desk.press("Import")
    assert "3 there before, 1 rejected" in shown.text
    assert "March 2026 is closed" in shown.text
    await desk.alice.send("/imports")
    await desk.press("Undo #1")
    assert "closed" in (await desk.press("Yes, take it back")).text
    assert desk.count() == 3


async def test_a_file_nobody_says_a_word_about_is_let_go_of(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    with time_machine.travel(clock.now() + timedelta(days=8)):
        async with scheduling(JobContext(desk.database, asyncio.Event()), *hurry(0.05, NAMED["ignored files"])):
            await asyncio.sleep(0.2)
    assert desk.keep_states() == [("cancelled", False)]


async def test_it_is_of_the_company_one_acts_in(desk: Desk) -> None:
    await desk.send(write(*ROWS))
    await desk.press("Import")
    with desk.database.begin_read() as tx:
        assert list_imports(tx, load_viewer(tx, desk.chat.shop.alice.person_id or 0))[0].person == "Alice"
