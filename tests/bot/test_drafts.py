"""Sentences that are not wholly understood: nothing is dropped unseen, and nothing is recorded unasked."""

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.correspondent import Answer, Correspondent
from core import clock
from core.access import Viewer
from core.catalog.products import add_product, retire_product
from core.money import E4
from core.sales.log import LogFilter, list_documents
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application

CATALOGUE = (
    ("LMP-1", "Floor Lamp", 329),
    ("LMP-2", "Desk Lamp", 149),
    ("TWL-1", "Bath Towel", 45),
    ("MAT-1", "Yoga Mat", 89),
    ("X99", "X99 Speaker", 499),
)


@pytest.fixture
def stocked(chat: Chat) -> Chat:
    """The shop with lamps and towels."""
    with chat.database.begin() as tx:
        for sku, name, price in CATALOGUE:
            add_product(tx, chat.shop.operator, sku=sku, name=name, price_e4=price * E4)
    return chat


def read_sold(chat: Chat, viewer: Viewer | None = None) -> list[str]:
    """What was sold, the first first: quantity and name of each line, total, day where it is not today, customer."""
    from core.sales.receipt import read_receipt

    told = []
    with chat.database.begin_read() as tx:
        page = list_documents(tx, viewer or chat.shop.sam, LogFilter(), 1, 50)
        for entry in reversed(page.entries):
            receipt = read_receipt(tx, viewer or chat.shop.sam, entry.document_id)
            items = " + ".join(f"{line.quantity_e3 // 1000} {line.name}" for line in receipt.lines)
            rest = [f"to {receipt.customer}" if receipt.customer else "", receipt.note or ""]
            day = "" if receipt.is_today else f"{receipt.day:%d %b}"
            told.append(" | ".join([items, f"{receipt.total_e4 // E4}", *filter(None, (*rest, day))]))
    return told


GRIP = "GripArm Pro Dumbbell Set"


@pytest.mark.parametrize(
    ("said", "understood", "unused"),
    [
        ("sold 2 griparm refund", f"{GRIP}", "refund"),
        ("sold 2 griparm void", f"{GRIP}", "void"),
        ("sold 2 griparm damaged", f"{GRIP}", "damaged"),
        ("sold 2 griparm free", f"{GRIP}", "free"),
        ("sold 2 griparm gift", f"{GRIP}", "gift"),
        ("sold 2 griparm Huda", f"{GRIP}", "Huda"),
        ("/sale 1 red floor lamp", "Floor Lamp", "red"),
        ("sold 2 floor lamp quickly yesterday", "Floor Lamp", "quickly"),
        ("sold 2 griparm for free", f"{GRIP}", "for free"),
        ("sold 2 griparm @24.99 for 100", f"{GRIP}", "for 100"),
        ("sold 2 bath towels wednesdayish", "Bath Towel", "wednesdayish"),
        ("sold 2 griparm, 3 elephants", f"{GRIP}", "elephants"),
    ],
)
async def test_it_shows_what_it_did_not_use_and_records_nothing(
    stocked: Chat, said: str, understood: str, unused: str
) -> None:
    (draft,) = await stocked.bob.send(said)
    assert "Not recorded yet" in draft.text
    told, _, left = draft.text.partition("Not used:")
    assert understood in told
    assert unused in left
    assert draft.buttons[0].startswith("✅ Record · SAR")
    assert draft.buttons[1] == "Edit"
    assert read_sold(stocked) == []
    await stocked.bob.press(draft.buttons[0])
    assert len(read_sold(stocked)) == 1
    assert read_sold(stocked)[0].startswith(("1 ", "2 "))


@pytest.mark.parametrize(
    ("said", "option", "sold"),
    [
        ("sold 2 griparm Huda", "to Huda", f"2 {GRIP} | 239 | to Huda"),
        ("sold 2 griparm for Mrs. Ahmed", "to Mrs.", f"2 {GRIP} | 239 | to Mrs. Ahmed"),
        ("sold 2 griparm 345", "for 345", f"2 {GRIP} | 345"),
        ("sold 2 griparm 345", "@345", f"2 {GRIP} | 690"),
        ("sold 2 griparm 100 sar", "@100 sar", f"2 {GRIP} | 200"),
        ("/sale griparm 345", "for 345", f"1 {GRIP} | 345"),
        ("/sale 2 griparm 10%", "-10%", f"2 {GRIP} | 215"),
    ],
)
async def test_what_may_have_been_meant_is_a_button(stocked: Chat, said: str, option: str, sold: str) -> None:
    await stocked.bob.send(said)
    await stocked.bob.press(option)
    assert read_sold(stocked) == [sold]


async def test_candidates_and_words_left_over_are_decided_at_one_press(stocked: Chat) -> None:
    (draft,) = await stocked.bob.send("hey just sold a couple of lamps Huda for 50 bucks each")
    assert "Which one is “lamps”" in draft.text
    assert "Huda" in draft.text
    await stocked.bob.press(next(label for label in draft.buttons if "Desk" in label))
    assert read_sold(stocked) == ["2 Desk Lamp | 100"]


async def test_two_doubts_are_decided_one_after_the_other(stocked: Chat) -> None:
    (draft,) = await stocked.bob.send("sold 2 griparm Huda 345")
    assert "Huda" in draft.text
    assert "345" in draft.text
    (second,) = (await stocked.bob.press("@345" if "@345" in draft.buttons else "to Huda")).messages
    assert "Not recorded yet" in second.text
    assert read_sold(stocked) == []
    await stocked.bob.press(second.buttons[0])
    assert len(read_sold(stocked)) == 1


async def draft_of(writer: Correspondent, said: str = "sold 2 griparm refund") -> Answer:
    return (await writer.send(said))[0]


async def test_a_draft_outlives_a_restart_and_is_recorded_once(stocked: Chat) -> None:
    draft = await draft_of(stocked.bob)
    application = build_chat_application(stocked.database, stocked.world)
    async with application:
        bob = Correspondent(stocked.world, stocked.bob.user_id, application)
        await bob.press(draft.buttons[0], message_id=draft.message_id)
        press = bob.last_update
        again: dict[str, Any] = {**(press or {}), "update_id": (press or {})["update_id"] + 1}
        await bob.redeliver(again)
    assert read_sold(stocked) == [f"2 {GRIP} | 239"]


async def test_only_who_told_it_decides(stocked: Chat) -> None:
    draft = await draft_of(stocked.bob.within(GROUP_ID), "/sale 2 griparm refund")
    for other in (stocked.charlie, stocked.alice):
        refused = await other.within(GROUP_ID).press(draft.buttons[0], message_id=draft.message_id)
        assert "Only who told this sale" in (refused.toast or "")
    assert read_sold(stocked) == []
    await stocked.bob.within(GROUP_ID).press(draft.buttons[0], message_id=draft.message_id)
    assert read_sold(stocked) == [f"2 {GRIP} | 239"]


async def test_a_draft_expires(stocked: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = await draft_of(stocked.bob)
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    refused = await stocked.bob.press(draft.buttons[0])
    assert "more than a day ago" in (refused.toast or "")
    assert read_sold(stocked) == []


async def test_a_draft_is_of_the_day_it_was_told(stocked: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = await draft_of(stocked.bob)
    told_on = clock.today("Asia/Riyadh")
    later = clock.now() + timedelta(hours=23, minutes=59)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", lambda _zone: told_on + timedelta(days=1))
    await stocked.bob.press(draft.buttons[0])
    assert read_sold(stocked) == [f"2 {GRIP} | 239 | {told_on:%d %b}"]


async def test_edit_goes_on_step_by_step_and_it_stays_one_sale(stocked: Chat) -> None:
    draft = await draft_of(stocked.bob)
    sent = stocked.bob.last_message_id or 0
    (steps,) = (await stocked.bob.press("Edit")).messages
    assert steps.message_id == draft.message_id
    assert "New sale" in steps.text
    await stocked.bob.press("+")
    await stocked.bob.press(next(label for label in stocked.bob.messages[-1].buttons if "Record" in label))
    assert read_sold(stocked) == [f"3 {GRIP} | 359"]
    await stocked.bob.edit(sent, "sold 1 griparm")
    assert read_sold(stocked) == [f"1 {GRIP} | 119"]


async def test_an_edited_message_is_read_again(stocked: Chat) -> None:
    await draft_of(stocked.bob)
    await stocked.bob.edit(stocked.bob.last_message_id or 0, "sold 2 griparm to Huda")
    assert read_sold(stocked) == [f"2 {GRIP} | 239 | to Huda"]


@pytest.mark.parametrize(
    "said",
    ["sold 2 elephants", "sold 0 griparm", "/sale -2 griparm", "sold 2 griparm for 50 eur", "/sale 500 g griparm"],
)
async def test_of_what_would_be_something_else_there_is_no_draft(stocked: Chat, said: str) -> None:
    (refused,) = await stocked.bob.send(said)
    assert "Not recorded yet" not in refused.text
    assert not refused.buttons
    assert read_sold(stocked) == []


@pytest.mark.parametrize(
    ("said", "sold"),
    [
        ("1 floor lamp", "1 Floor Lamp | 329"),
        ("2 bath towels to Ali", "2 Bath Towel | 90 | to Ali"),
        ("griparm 2", f"2 {GRIP} | 239"),
        ("2 X99", "2 X99 Speaker | 998"),
        ("X99 x2", "2 X99 Speaker | 998"),
        ("sold desk lamp x2 and floor lamp x1", "2 Desk Lamp + 1 Floor Lamp | 627"),
        ("2 desk lamp/1 floor lamp", "2 Desk Lamp + 1 Floor Lamp | 627"),
        ("griparm x2, yoga mat x3", f"2 {GRIP} + 3 Yoga Mat | 506"),
        ("• 2 bath towels\n• 1 yoga mat", "2 Bath Towel + 1 Yoga Mat | 179"),
        ("sold griparm to Sara", f"1 {GRIP} | 119 | to Sara"),
        ("Sara bought 2 bath towels", "2 Bath Towel | 90 | to Sara"),
        ("sold 2 boxes of griparm", f"2 {GRIP} | 239 | boxes"),
        ("sold 2 griparm cash", f"2 {GRIP} | 239 | cash"),
        ("sold 2 floor lamps (1 red 1 blue)", "2 Floor Lamp | 658 | 1 red 1 blue"),
        ("sold 2 griparm to Huda 0501234567, not paid yet", f"2 {GRIP} | 239 | to Huda | 0501234567; not paid yet"),
        ("sold twenty bath towels for two hundred riyals", "20 Bath Towel | 200"),
        ("sold the floor lamp", "1 Floor Lamp | 329"),
    ],
)
async def test_in_private_a_number_and_a_known_product_are_a_sale(stocked: Chat, said: str, sold: str) -> None:
    await stocked.bob.send(said)
    assert read_sold(stocked) == [sold]


@pytest.mark.parametrize(
    "said", ["see you at 5", "2 minutes", "call me at 0501234567", "2 griparm?", "griparm", "1250"]
)
async def test_talk_is_no_sale(stocked: Chat, said: str) -> None:
    (answer,) = await stocked.bob.send(said)
    assert "Not recorded" not in answer.text
    assert read_sold(stocked) == []


async def test_in_a_group_only_a_sentence_is_a_sale(stocked: Chat) -> None:
    for said in ("1 floor lamp", "griparm 2", "undo", "help", "me"):
        assert not await stocked.bob.within(GROUP_ID).send(said)
    assert read_sold(stocked) == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("help", "/sale"),
        ("hi", "Welcome, Bob"),
        ("Undo", "Undone"),
        ("cancel", "/undo"),
        ("me", "Your numbers"),
        ("how am I doing", "Your numbers"),
        ("price of floor lamp?", "SAR 329.00"),
        ("how much is the yoga mat?", "SAR 89.00"),
        ("return 1 bath towel", "Return recorded"),
        ("#1", "2 × SAR 45.00"),
        ("/sales #1", "2 × SAR 45.00"),
    ],
)
async def test_a_word_without_its_slash_does_what_it_says(stocked: Chat, said: str, answer: str) -> None:
    await stocked.bob.send("sold 2 bath towels")
    assert answer in (await stocked.bob.send(said)).text


async def test_undo_is_of_ones_own(stocked: Chat) -> None:
    await stocked.bob.send("sold 2 bath towels")
    assert "Which sale?" in (await stocked.charlie.send("undo")).text
    assert "not yours" in (await stocked.charlie.send("/undo #1")).text
    (receipt,) = await stocked.bob.send("sold 1 yoga mat")
    await stocked.bob.send("sold 3 yoga mats")
    assert "Undone" in (await stocked.bob.send("undo", reply_to=receipt.message_id)).text
    assert read_sold(stocked) == ["2 Bath Towel | 90", "3 Yoga Mat | 267"]


async def test_cancel_ends_a_dialogue_whatever_it_asks(stocked: Chat) -> None:
    await stocked.bob.send("/new 1 floor lamp")
    await stocked.bob.press("Customer")
    assert "Nothing was recorded" in (await stocked.bob.send("cancel")).text
    assert "Nothing is being told" in (await stocked.bob.send("/cancel")).text


async def test_other_commands_lose_no_word_either(stocked: Chat) -> None:
    for said in ("/stock griparm Huda", "/sales griparm Huda", "/return 1 griparm Huda", "/bulk\n2 griparm Huda"):
        assert "“Huda”" in (await stocked.alice.send(said)).text, said


async def test_an_example_names_a_product_of_ones_own_and_works(stocked: Chat) -> None:
    with stocked.database.begin() as tx:
        for product in (stocked.shop.lights, stocked.shop.dumbbells):
            retire_product(tx, stocked.shop.alice, product.id)
    for said in ("what a day", "/sale 2 X99 @1.250", "/return"):
        refused = (await stocked.bob.send(said)).text
        assert "SOL-3077" not in refused, said
    hint = (await stocked.bob.send("what a day")).text.partition("For example: ")[2]
    assert "recorded" in (await stocked.bob.send(hint.strip())).text
