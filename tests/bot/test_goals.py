"""Goals told in chat and at the command line: of everything, a category, a product; the same figures everywhere."""

import json
from datetime import date
from pathlib import Path

import pytest
import time_machine
from openpyxl import Workbook

from tests.bot.command_line import Call
from tests.bot.conftest import Chat

TARGETS = """Month of Order Date,Category,Target
Apr-18,Lighting,10400.00
Apr-18,Fitness,12000.00
May-18,lighting,10500.00
"""


def _read_goals(shop: Call, month: str, *words: str) -> list[tuple[object, ...]]:
    code, out, _ = shop("goal", "show", "--month", month, "--json", *words)
    assert code == 0
    rows = json.loads(out)["goals"]
    return [(row["person"], row["of"], row["target"], row["actual"], row["percent"]) for row in rows]


async def test_a_goal_of_a_category_is_set_and_counts_what_is_sold_of_it(chat: Chat) -> None:
    with time_machine.travel("2026-07-15T09:00:00Z"):
        text = (await chat.alice.send("/goal lighting 1000 july")).text
        assert "Branch · Lighting" in text
        assert "of SAR 1,000.00" in text
        await chat.bob.send("2 SOL-3077")
        await chat.bob.send("1 GAM-2211")
        await chat.charlie.send("5 SOL-3077")
        for writer in (chat.alice, chat.bob):
            assert "Lighting\nSAR 49.98 of SAR 1,000.00" in (await writer.send("/goal")).text
        assert "None are set." in (await chat.charlie.send("/goal")).text
        assert "7 units" in (await chat.alice.send("/goal @bob 7 units fitness")).text
        assert "Bob · Fitness\n1 of 7 units" in (await chat.alice.send("/goal @bob")).text


async def test_categories_are_told_together_with_what_they_come_to(chat: Chat) -> None:
    for words in ("lighting 10400 april 2018", "Fitness 12000 Apr-2018", "50000 04/2018"):
        await chat.alice.send(f"/goal {words}")
    await chat.bob.send("2 SOL-3077 2018-04-03")
    await chat.alice.send("3 GAM-2211 2018-04-30")
    await chat.alice.send("1 GAM-2211 2018-05-01")
    await chat.charlie.send("1 GAM-2211 2018-04-30")
    shown = (await chat.bob.send("/goal april 2018")).text
    assert shown == (
        "🎯 Goals · April 2018\n\n"
        "⚫ Branch\nSAR 409.95 of SAR 50,000.00\n▱▱▱▱▱▱▱▱▱▱ 0.8% · missed\n\n"
        "Branch by category\n"
        "⚫ Fitness: SAR 359.97 of SAR 12,000.00 · 3%\n"
        "⚫ Lighting: SAR 49.98 of SAR 10,400.00 · 0.5%\n"
        "⚫ Together: SAR 409.95 of SAR 22,400.00 · 1.8%"
    )
    assert "None are set." in (await chat.charlie.send("/goal april 2018")).text


async def test_a_goal_again_changes_nothing_and_another_says_what_it_was(chat: Chat) -> None:
    first = (await chat.alice.send("/goal lighting 10400 april 2018")).text
    assert (await chat.alice.send("/goal Lighting 10400 2018-04")).text == first
    changed = (await chat.alice.send("/goal Lighting 10800 apr-2018")).text
    assert changed.endswith("It was SAR 10,400.00.")
    assert "of SAR 10,800.00" in (await chat.alice.send("/goal april 2018")).text


async def test_a_goal_to_come_says_when_it_begins(chat: Chat) -> None:
    with time_machine.travel("2026-07-15T09:00:00Z"):
        for words in ("50000 december", "2026-12"):
            assert "begins on Tue, 1 Dec 2026" in (await chat.alice.send(f"/goal {words}")).text
        for words in ("lighting 5 2026-12", "fitness 6 2026-12"):
            await chat.alice.send(f"/goal {words}")
        assert "of SAR 11.00 · 0%\nbegins on Tue, 1 Dec 2026" in (await chat.alice.send("/goal 2026-12")).text


async def test_a_sale_that_meets_the_goal_of_a_category_says_so_once(chat: Chat) -> None:
    await chat.alice.send("/goal lighting 60")
    assert "Goal met" not in (await chat.bob.send("2 SOL-3077")).text
    assert "Goal met" not in (await chat.bob.send("2 GAM-2211")).text
    assert "Goal met: Branch · Lighting, SAR 60.00!" in (await chat.bob.send("1 SOL-3077")).text
    assert "Goal met" not in (await chat.bob.send("1 SOL-3077")).text


@pytest.mark.parametrize("words", ["Moonlight 500", "lighting 500 fitness", "lighting 500 smarch"])
async def test_it_names_what_is_neither_a_product_nor_a_category(chat: Chat, words: str) -> None:
    refused = (await chat.alice.send(f"/goal {words}")).text
    assert words.split()[-1 if "500" not in words.rsplit(maxsplit=1)[-1] else 0] in refused
    assert "None are set." in (await chat.alice.send("/goal")).text


async def test_only_who_sets_goals_sets_those_of_categories(chat: Chat) -> None:
    for writer in (chat.bob, chat.dana, chat.charlie):
        assert (await writer.send("/goal lighting 500")).text.startswith("🔒")
    assert "None are set." in (await chat.alice.send("/goal")).text


def test_a_file_of_targets_is_known_by_its_columns_and_taken_in_once(shop: Call) -> None:
    Path("targets.csv").write_text(TARGETS)
    shop("chat", "--as", "bob", "2 SOL-3077 2018-04-03")
    code, out, err = shop("import", "targets.csv", "--branch", "mall")
    assert (code, out) == (
        0,
        "Read 3 rows: 3 new, 0 changed, 0 there before, 0 rejected.\nMonths: 2018-04 to 2018-05.\n",
    )
    assert "month ← Month of Order Date, category ← Category, target ← Target" in err
    april = [
        (None, "Fitness", "12000.00", "0.00", 0.0),
        (None, "Lighting", "10400.00", "49.98", 0.48),
        (None, "all categories", "22400.00", "49.98", 0.22),
    ]
    assert sorted(_read_goals(shop, "04/2018"), key=str) == april
    assert "0 new, 0 changed, 3 there before" in shop("import", "--branch", "mall", "targets.csv")[1]
    assert sorted(_read_goals(shop, "Apr 2018", "--as", "bob"), key=str) == april
    assert _read_goals(shop, "2018-05") == [(None, "Lighting", "10500.00", "0.00", 0.0)]
    assert _read_goals(shop, "2018-04", "--as", "charlie") == []


def test_a_changed_target_takes_the_place_of_the_old_one_which_stays_in_the_history(shop: Call) -> None:
    Path("targets.csv").write_text(TARGETS)
    shop("import", "targets.csv", "--as", "alice")
    Path("targets.csv").write_text(TARGETS.replace("10400.00", "10800.50"))
    assert "0 new, 1 changed, 2 there before, 0 rejected." in shop("import", "targets.csv", "--as", "alice")[1]
    rows = json.loads(shop("goal", "show", "--month", "Apr-18", "--history", "--json", "--as", "alice")[1])["goals"]
    (lighting,) = (row for row in rows if row["of"] == "Lighting")
    assert (lighting["target"], [one["target"] for one in lighting["before"]]) == ("10800.50", ["10400.00"])
    assert "10400.00 until" in shop("goal", "show", "--month", "Apr-18", "--history")[1]


def test_targets_of_people_branches_and_products_stand_in_one_file(shop: Call) -> None:
    Path("plan.csv").write_text(
        "Branch;Employee;Month;SKU;Sales Target\n"
        "mall;;2018-04;;50.000,00\n"
        "Mall;Bob;04/2018;;20.000,50\n"
        ";@charlie;April 2018;;3.000,00\n"
        "Corniche;;Apr 2018;GAM-2211;1.000,00\n"
    )
    shop("chat", "--as", "charlie", "2 GAM-2211 2018-04-03")
    assert "4 new, 0 changed, 0 there before, 0 rejected." in shop("import", "plan.csv")[1]
    assert _read_goals(shop, "Apr-18", "--branch", "mall") == [
        (None, None, "50000.00", "0.00", 0.0),
        ("Bob", None, "20000.50", "0.00", 0.0),
    ]
    assert _read_goals(shop, "Apr-18", "--branch", "corniche") == [
        (None, "GripArm Pro Dumbbell Set", "1000.00", "239.98", 24.0),
        ("Charlie", None, "3000.00", "239.98", 8.0),
    ]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("Foo-18,Lighting,10400,,", ("Month of Order Date", "Foo-18", "2018-04")),
        (",Lighting,10400,,", ("Month of Order Date is empty",)),
        ("Apr-18,Lighting,many,,", ("Target", "many")),
        ("Apr-18,Lighting,,,", ("Target is empty",)),
        ("Apr-18,Lighting,-5,,", ("Target", "-5", "more than zero")),
        ("Apr-18,Lighting,0,,", ("Target", "more than zero")),
        ("Apr-18,Lighting,10400,Zoe,", ("Person", "Zoe")),
        ("Apr-18,Lighting,10400,,Moon", ("Branch", "Moon")),
        ("Apr-18,Lighting,10400,,corniche", ("branch",)),
        ("Apr-18,Lighting,10400,Charlie,", ("branch",)),
        ("May-18,fitness,10401,,", ("Target", "line 2")),
        ("Apr-18,Lighting", ("2 cells",)),
    ],
)
def test_a_row_that_cannot_be_is_kept_with_its_line_column_and_value(
    shop: Call, row: str, named: tuple[str, ...]
) -> None:
    header, good = "Month of Order Date,Category,Target,Person,Branch", "May-18,Fitness,10400,,"
    Path("targets.csv").write_text(f"{header}\n{good}\n{row}\n")
    code, out, _ = shop("import", "targets.csv", "--as", "alice")
    assert (code, "1 new, 0 changed, 0 there before, 1 rejected." in out) == (1, True)
    rejected = Path("targets.rejected.csv").read_text(encoding="utf-8-sig")
    for word in ("line 3: ", *named):
        assert word in rejected
    assert len(_read_goals(shop, "May-18")) == 1
    assert _read_goals(shop, "Apr-18") == []


def test_a_workbook_of_targets_is_one_too(shop: Call) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Month", "Category", "Target"], [date(2018, 4, 1), "Lighting", 10400], ["May-18", "Fitness", 12000.5]):
        sheet.append(row)
    book.save("targets.xlsx")
    assert "2 new, 0 changed, 0 there before, 0 rejected." in shop("import", "targets.xlsx", "--branch", "mall")[1]
    assert _read_goals(shop, "Apr-18") == [(None, "Lighting", "10400.00", "0.00", 0.0)]
    assert _read_goals(shop, "May-18") == [(None, "Fitness", "12000.50", "0.00", 0.0)]


@pytest.mark.parametrize("name", ["bob", "dana", "charlie"])
def test_only_who_may_imports_targets(shop: Call, name: str) -> None:
    Path("targets.csv").write_text(TARGETS)
    assert shop("import", "targets.csv", "--as", name)[0] == 2
    assert _read_goals(shop, "Apr-18") == []


def test_a_company_of_several_branches_is_asked_for_one(shop: Call) -> None:
    Path("targets.csv").write_text(TARGETS)
    code, _, err = shop("import", "targets.csv")
    assert (code, "corniche" in err, "--branch" in err) == (2, True, True)


def test_a_file_of_sales_is_still_one_of_sales(shop: Call) -> None:
    Path("sales.csv").write_text("Order ID,Date,Month,Target,Item,Amount\n1,2026-01-02,Jan,Home,SOL-3077,5\n")
    code, out, _ = shop("import", "sales.csv", "--map", "product=Item", "--create-missing")
    assert (code, out.splitlines()[0]) == (0, "Read 1 row: 1 recorded, 0 there before, 0 rejected.")
    assert "New: 1 order, 0 returns" in out
    code, out, _ = shop("verify")
    assert (code, "1 row, revenue 5.00 SAR" in out, "1 rows" in out) == (0, True, False)


def test_the_command_line_sets_what_chat_shows(shop: Call) -> None:
    code, out, _ = shop("goal", "set", "10400", "--category", "lighting", "--month", "Apr-18", "--branch", "mall")
    assert (code, out) == (0, "branch, Lighting, 2018-04: SAR 10400.00.\n")
    assert "already" in shop("goal", "set", "10400", "--category", "Lighting", "--month", "2018-04", "--as", "alice")[1]
    said = shop(
        "goal", "set", "200", "--measure", "units", "--product", "SOL-3077", "--person", "bob", "--month", "2018-04"
    )
    assert said[1] == "Bob, SolarGlow Outdoor Lights, 2018-04: 200 units.\n"
    shown = shop("chat", "--as", "bob", "/goal april 2018")[1]
    assert "Branch · Lighting\nSAR 0.00 of SAR 10,400.00" in shown
    assert "Bob · SolarGlow Outdoor Lights\n0 of 200 units" in shown
    assert (
        "in place of SAR 10400.00"
        in shop("goal", "set", "10500", "--category", "Lighting", "--month", "2018-04", "--as", "alice")[1]
    )


async def test_a_person_needs_no_at_sign_and_a_goal_can_be_taken_away(chat: Chat) -> None:
    assert "25,000.00" in (await chat.alice.send("/goal bob 25000")).text
    assert "25,000.00" in (await chat.alice.send("/goal bob")).text
    assert "🔒" in (await chat.bob.send("/goal bob off")).text
    assert "Taken away" in (await chat.alice.send("/goal bob off")).text
    assert "25,000.00" not in (await chat.alice.send("/goal bob")).text
    assert "no such goal" in (await chat.alice.send("/goal bob off")).text
    await chat.alice.send("/goal 40 units SOL-3077")
    assert "Taken away" in (await chat.alice.send("/goal off SOL-3077")).text
    assert "like “zoe”" in (await chat.alice.send("/goal zoe 25000")).text
