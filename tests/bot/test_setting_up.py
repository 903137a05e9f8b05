"""Setting a company up in chat: products, people, branches; each word stands before its own value."""

import pytest

from bot.parsing.setup import parse_person, parse_product
from core.errors import InvalidInput
from tests.bot.conftest import Chat


async def test_a_manager_adds_a_product_and_sells_it(chat: Chat) -> None:
    added = await chat.alice.send("/product LMP-1 Desk Lamp price 49.90 cost 20 category Lighting reorder 5")
    for part in ("Desk Lamp", "added", "LMP-1", "49.90", "20.00", "Lighting"):
        assert part in added.text
    assert "stock" in (await chat.bob.send("/sale 2 LMP-1")).text  # a reorder point: stock is kept, and none is there
    await chat.alice.send("/stock LMP-1 +10")
    assert "SAR 99.80" in (await chat.bob.send("/sale 2 LMP-1")).text
    changed = await chat.alice.send("/product LMP-1 price 45")
    assert "changed" in changed.text
    assert "45.00" in changed.text
    assert "Desk Lamp" in (await chat.alice.send("/product lmp-1")).text


async def test_a_new_product_needs_a_name(chat: Chat) -> None:
    assert "needs a name" in (await chat.alice.send("/product NEW-1 price 5")).text


async def test_an_employee_sets_nothing_up(chat: Chat) -> None:
    for text in ("/product X-1 Thing price 5", "/people @bob manager", "/branch new Third"):
        assert "🔒" in (await chat.bob.send(text)).text, text
        assert "🔒" in (await chat.charlie.send(text)).text, text


async def test_a_super_admin_moves_and_promotes_people(chat: Chat) -> None:
    assert "assistant manager" in (await chat.sam.send("/people @bob assistant manager")).text
    assert "Corniche" in (await chat.sam.send("/people @bob to Corniche")).text
    assert "has left" in (await chat.sam.send("/people @bob leaves")).text
    assert "invitation" in (await chat.bob.send("/me")).text
    await chat.sam.send("/people @bob returns")
    assert "invitation" not in (await chat.bob.send("/me")).text


async def test_a_super_admin_opens_a_branch(chat: Chat) -> None:
    assert "is open" in (await chat.sam.send("/branch new Airport")).text
    assert "Airport" in (await chat.sam.send("/branch airport")).text
    assert "🔒" in (await chat.alice.send("/branch new Harbour")).text


@pytest.mark.parametrize(
    ("text", "word"),
    [("A-1 Lamp price 5 price 6", "6"), ("A-1 Lamp price", "price"), ("A-1 Lamp price much", "much")],
)
def test_a_product_said_unclearly_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_product(text, "SAR")
    assert word in refusal.value.message


def test_a_person_is_named_by_handle() -> None:
    with pytest.raises(InvalidInput):
        parse_person("bob manager")
    assert parse_person("@bob").act is None


async def test_a_super_admin_says_how_figures_are_written(chat: Chat) -> None:
    shown = (await chat.sam.send("/company")).text
    for part in (
        "Week: from Saturday",
        "Financial year: from January",
        "SAR 1,234,567.50 · SAR 1.2M (international, en)",
    ):
        assert part in shown
    assert "SAR 12,34,567.50 · SAR 12.3L (indian, en)" in (await chat.sam.send("/company numbers indian")).text
    assert "Total: SAR 1,23,456.00" in (await chat.bob.send("/sale 123456")).text
    assert "SAR 1,23,456.00" in (await chat.alice.send("/leaderboard")).text
    assert "(indian, en-IN)" in (await chat.sam.send("/company locale en-IN")).text
    assert "international, ar-SA" in (await chat.sam.send("/company locale ar-SA")).text
    assert "١٢٣٬٤٥٦٫٠٠" in (await chat.bob.send("/sales")).text
    assert "Week: from Sunday" in (await chat.sam.send("/company week sunday")).text
    assert "Financial year: from April" in (await chat.sam.send("/company year april")).text


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("numbers roman", "roman"),
        ("locale klingon", "klingon"),
        ("locale en-IN-and-much-more-of-it", "much-more"),
        ("week someday", "someday"),
        ("year 13", "13"),
        ("week", "week"),
        ("colour blue", "colour"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_by_name(chat: Chat, words: str, named: str) -> None:
    refused = (await chat.sam.send(f"/company {words}")).text
    assert named in refused
    assert "(international, en)" in (await chat.sam.send("/company")).text


async def test_nobody_else_changes_how_figures_are_written(chat: Chat) -> None:
    for person in (chat.alice, chat.bob, chat.charlie):
        assert (await person.send("/company numbers indian")).text.startswith("🔒")


async def test_no_word_of_product_becomes_a_name_by_accident(chat: Chat) -> None:
    await chat.alice.send("/product LMP-1 Desk Lamp price 49.90")
    assert "is off sale" in (await chat.alice.send("/product lmp-1 off")).text
    assert "no product" in (await chat.bob.send("/sale 1 LMP-1")).text
    assert "on sale again" in (await chat.alice.send("/product LMP-1 back")).text
    assert "is off sale" in (await chat.alice.send("/product delete desk lamp")).text
    await chat.alice.send("/product LMP-1 back")
    for text in ("/product LMP-1 Table Lamp", "/product desk lamp price 30", "/product Desk Lamp broken"):
        assert "/product LMP-1" in (await chat.alice.send(text)).text, text
    assert "SAR 49.90 · Desk Lamp" in (await chat.alice.send("/product LMP-1")).text
    assert "Table Lamp" in (await chat.alice.send("/product LMP-1 name Table Lamp")).text
    assert "🔒" in (await chat.bob.send("/product LMP-1 off")).text


async def test_everybody_may_ask_a_price(chat: Chat) -> None:
    for said in ("/price griparm", "price of griparm?", "how much is griparm?", "/price"):
        answer = (await chat.charlie.send(said)).text
        assert "SAR 119.99" in answer, said
        assert "Cost" not in answer
