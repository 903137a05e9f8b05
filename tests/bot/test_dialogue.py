"""A sale told step by step, through the real bot. One rule: one message throughout, and one sale at the end."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from telegram import Update

from bot.sandbox.acts import press_button
from bot.sandbox.correspondent import Answer, Correspondent
from core import clock
from core.access import act_as_operator
from core.catalog.products import add_product
from core.catalog.variants import add_variant
from core.metrics import Question, ask
from core.periods import Calendar, parse_period
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application, sell_for_everybody


def count(chat: Chat, measure: str) -> object:
    with chat.database.begin_read() as tx:
        period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
        return ask(tx, act_as_operator(chat.shop.company), Question((measure,), period)).totals[measure]


def see(person: Correspondent) -> Answer:
    """The dialogue's message as it stands: the only one there is."""
    (shown,) = person.received
    return shown


async def tap(person: Correspondent, *labels: str) -> Answer:
    for label in labels:
        await person.press(label)
    return see(person)


async def test_a_sale_is_told_with_buttons_in_one_message(chat: Chat) -> None:
    await chat.alice.send("/new")
    assert "What was sold?" in see(chat.alice).text
    assert see(chat.alice).buttons[0] == "🔎 Search the products"
    shown = await tap(chat.alice, "SolarGlow", "+")
    assert "2 × SAR 24.99 = SAR 49.98" in shown.text
    shown = await tap(chat.alice, "Price")
    await chat.alice.send("25.99")
    await tap(chat.alice, "Discount")
    await chat.alice.send("2.00")
    shown = see(chat.alice)
    # the transactions document's own example: 2 x 25.99 - 2.00 = 49.98
    assert "Subtotal: SAR 51.98" in shown.text
    assert "Discount: −SAR 2.00 (3.8% of it)" in shown.text
    assert "Total: SAR 49.98" in shown.text
    assert "Cost: SAR 22.80\nProfit: SAR 27.18 · margin 54.4%" in shown.text
    await tap(chat.alice, "Platform", "Etsy", "Date", "Yesterday", "Customer")
    await chat.alice.send("John Doe")
    await tap(chat.alice, "Coupon")
    await chat.alice.send("#SUMMER2024")
    await tap(chat.alice, "Note")
    await chat.alice.send("Customer requested gift wrapping")
    receipt = await tap(chat.alice, "Record")
    for words in ("Sale recorded", "Total: SAR 49.98", "Etsy", "John Doe", "SUMMER2024", "gift wrapping"):
        assert words in receipt.text
    assert receipt.buttons[:2] == ["Undo", "Edit"]
    assert count(chat, "revenue") == 499_800
    assert [message.text for message in chat.alice.messages if message.message["from"]["id"] == 1001] == ["/new"]


async def test_a_discount_in_per_cent_is_shown_in_money_too(chat: Chat) -> None:
    await chat.bob.send("/new 4 SOL-3077 @25")
    shown = await tap(chat.bob, "Discount", "10 %")
    assert "Discount: −SAR 10.00 (10% of it)" in shown.text
    assert "Cost" not in shown.text
    assert "Profit" not in shown.text
    shown = await tap(chat.bob, "Discount", "No discount")
    assert "Discount" not in shown.text


async def test_a_product_is_searched_for_while_typing(chat: Chat) -> None:
    await chat.bob.send("/new")
    offered = await chat.bob.search("grip")
    assert [one["title"] for one in offered] == ["GripArm Pro Dumbbell Set"]
    assert offered[0]["description"] == "SAR 119.99 · GAM-2211 · Fitness"
    await chat.bob.choose("GripArm Pro Dumbbell Set")
    assert "GripArm Pro Dumbbell Set" in see(chat.bob).text
    assert "Total: SAR 119.99" in see(chat.bob).text
    await chat.bob.redeliver()
    assert "Total: SAR 119.99" in see(chat.bob).text
    assert len(await chat.bob.search()) == 2


async def test_a_choice_begins_a_dialogue_where_there_is_none(chat: Chat) -> None:
    await chat.bob.search("solar")
    await chat.bob.choose("SolarGlow Outdoor Lights")
    assert "not recorded yet" in see(chat.bob).text
    assert count(chat, "orders") == 0


async def test_a_stranger_finds_nothing_and_another_company_nothing_of_this_one(chat: Chat) -> None:
    assert await chat.stranger.search("solar") == []


async def test_what_one_sells_most_is_offered_first(chat: Chat) -> None:
    sell_for_everybody(chat)
    await chat.charlie.send("/new")
    assert "GripArm" in see(chat.charlie).buttons[1]
    await chat.bob.send("/new")
    assert "SolarGlow" in see(chat.bob).buttons[1]
    assert len(see(chat.bob).buttons) == 3


async def test_a_variant_is_asked_for_where_there_are_any(chat: Chat) -> None:
    with chat.database.begin() as tx:
        add_variant(tx, chat.shop.alice, chat.shop.lights.id, "Large", price_e4=300_000)
    await chat.bob.send("/new")
    shown = await tap(chat.bob, "SolarGlow")
    assert shown.buttons == ["Large", "None of these"]
    shown = await tap(chat.bob, "Large")
    assert "SolarGlow Outdoor Lights · Large" in shown.text
    assert "Total: SAR 30.00" in shown.text
    receipt = await tap(chat.bob, "Record")
    assert "· Large" in receipt.text


async def test_several_items_each_with_its_own_number(chat: Chat) -> None:
    await chat.bob.send("/new")
    shown = await tap(chat.bob, "SolarGlow", "+", "Add item")
    await chat.bob.send("GAM-2211")
    shown = see(chat.bob)
    assert "▸ <b>" not in shown.text
    assert "▸ GripArm" in shown.text
    shown = await tap(chat.bob, "Item 2/2", "+")
    assert "3 × SAR 24.99" in shown.text
    shown = await tap(chat.bob, "Remove")
    assert "SolarGlow" not in shown.text
    receipt = await tap(chat.bob, "Record")
    assert "Total: SAR 119.99" in receipt.text


async def test_a_quantity_and_a_day_are_typed(chat: Chat) -> None:
    await chat.bob.send("/new 1 SOL-3077")
    await tap(chat.bob, "1 ×")
    await chat.bob.send("2.5")
    assert "2.5 × SAR 24.99" in see(chat.bob).text
    await tap(chat.bob, "Date")
    await chat.bob.send("2026-01-18")
    assert "📅 Sun, 18 Jan 2026" in see(chat.bob).text
    await tap(chat.bob, "Platform", "Other…")
    await chat.bob.send("Souk")
    assert "Souk" in see(chat.bob).text


@pytest.mark.parametrize(
    ("label", "words", "named"),
    [
        ("1 ×", "many", "many"),
        ("1 ×", "0", "more than zero"),
        ("Price", "free", "free"),
        ("Price", "10 usd", "usd"),
        ("Discount", "30", "exceeds the price"),
        ("Discount", "110%", "more than the whole price"),
        ("Date", "tomorrow", "is in the future"),
        ("Date", "some day", "some day"),
        ("Coupon", "x" * 60, "longer than 50"),
    ],
)
async def test_an_answer_that_cannot_be_is_named_and_the_dialogue_stays(
    chat: Chat, label: str, words: str, named: str
) -> None:
    await chat.bob.send("/new 1 SOL-3077")
    await tap(chat.bob, label)
    await chat.bob.send(words)
    assert named in see(chat.bob).text
    assert "Total: SAR 24.99" in see(chat.bob).text
    await tap(chat.bob, "Back", "Record")
    assert count(chat, "revenue") == 249_900


async def test_more_than_there_is_is_refused_and_can_be_put_right(chat: Chat) -> None:
    await chat.bob.send("/new 101 SOL-3077")
    refused = await chat.bob.press("Record")
    assert refused[0].is_alert
    assert "1 too few" in (refused.toast or "")
    await tap(chat.bob, "−", "Record")
    assert count(chat, "units") == 100_000


async def test_pressed_twice_it_is_recorded_once(chat: Chat) -> None:
    await chat.bob.send("/new 1 SOL-3077")
    await chat.bob.press("Record")
    again = await chat.bob.redeliver()
    assert again.toast == "It is recorded already"
    assert "Sale recorded" in see(chat.bob).text
    assert count(chat, "orders") == 1


async def test_two_processes_that_are_pressed_at_once_record_it_once(chat: Chat) -> None:
    await chat.bob.send("/new 1 SOL-3077")
    message, data = chat.bob.find_button("Record")
    other = build_chat_application(chat.database, chat.world)
    async with other:
        updates = [press_button(chat.world, 1002, 1002, message["message_id"], data).update for _ in range(2)]
        pairs = zip((chat.application, other), updates, strict=True)
        await asyncio.gather(*(one.process_update(Update.de_json(update, one.bot)) for one, update in pairs))
    assert count(chat, "orders") == 1
    assert "Sale recorded" in see(chat.bob).text


async def test_an_abandoned_dialogue_is_taken_up_by_another_process_next_day(chat: Chat) -> None:
    now = datetime(2026, 7, 20, 9, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        await chat.bob.send("/new 3 SOL-3077 etsy")
    later = build_chat_application(chat.database, chat.world)
    bob = Correspondent(chat.world, chat.bob.user_id, later)
    async with later:
        with time_machine.travel(now + timedelta(days=1), tick=False):
            (talk,) = await bob.send("John Doe")
            assert "did not understand" in talk.text
            (offered,) = await bob.send("/new")
            assert "You had begun to tell a sale" in offered.text
            assert "Total: SAR 74.97" in offered.text
            (shown,) = (await bob.press("Go on")).messages
            assert "Etsy" in shown.text
            await bob.press("Customer", message_id=shown.message_id)
            (shown,) = (await bob.send("John Doe")).messages
            assert shown.message_id == offered.message_id
            await bob.press("Record", message_id=shown.message_id)
            assert count(chat, "revenue") == 749_700
            (fresh,) = await bob.send("/new")
            assert "What was sold?" in fresh.text


async def test_one_may_begin_anew_or_cancel(chat: Chat) -> None:
    await chat.bob.send("/new 3 SOL-3077")
    (offered,) = await chat.bob.send("/new")
    (shown,) = (await chat.bob.press("Begin anew", message_id=offered.message_id)).messages
    assert "SolarGlow" not in shown.text
    (gone,) = (await chat.bob.press("Cancel", message_id=offered.message_id)).messages
    assert "Nothing was recorded" in gone.text
    late = await chat.bob.press("Record")
    assert "not being told any more" in (late.toast or "")
    assert count(chat, "orders") == 0


async def test_a_sentence_that_tells_of_a_sale_stays_a_sale(chat: Chat) -> None:
    await chat.bob.send("/new 1 SOL-3077")
    shown = await tap(chat.bob, "Customer")
    answers = await chat.bob.send("sold 2 GAM-2211")
    assert "Sale recorded" in answers.text
    await chat.bob.press("Back", message_id=shown.message_id)
    await chat.bob.press("Note", message_id=shown.message_id)
    await chat.bob.send("2x boxes by courier")
    assert count(chat, "orders") == 1
    assert any("2x boxes by courier" in message.text for message in chat.bob.received)


@pytest.mark.parametrize("step", ["", "Customer", "Note", "Date"])
async def test_a_forgotten_dialogue_eats_no_sale(chat: Chat, step: str) -> None:
    (asked,) = await chat.bob.send("/new" if not step else "/new 1 SOL-3077")
    if step:
        await tap(chat.bob, step)
    await chat.bob.send("/kpi")
    recorded = await chat.bob.send("sold 1 griparm to Sara")
    assert "Sale recorded" in recorded.text
    assert "Sara" in recorded.text
    assert count(chat, "orders") == 1
    assert "sold 1 griparm to Sara" in [message.text for message in chat.bob.messages]
    assert asked.message_id in [message.message_id for message in chat.bob.received]


async def test_what_came_below_a_dialogue_puts_it_under_that(chat: Chat) -> None:
    (asked,) = await chat.bob.send("/new")
    await chat.bob.send("/me")
    (shown,) = (await chat.bob.send("2 griparm")).messages
    assert not shown.is_edit
    assert "2 × SAR 119.99" in shown.text
    assert chat.bob.received[-1].message_id == shown.message_id
    assert asked.message_id not in [message.message_id for message in chat.bob.messages]
    await chat.bob.press("Customer", message_id=shown.message_id)
    answered = await chat.bob.send("Hala")
    assert (answered.messages[0].is_edit, answered.messages[0].message_id) == (True, shown.message_id)
    again = await chat.bob.press("Record")
    assert "Hala" in again.text
    assert count(chat, "orders") == 1


async def test_the_product_may_be_told_as_a_sale_is(chat: Chat) -> None:
    await chat.bob.send("/new")
    await chat.bob.send("3 solarglow @20 etsy to Hala")
    for words in ("3 × SAR 20.00", "Etsy", "Hala"):
        assert words in see(chat.bob).text
    await tap(chat.bob, "Add item")
    await chat.bob.send("no such thing")
    assert "no such thing" in see(chat.bob).text
    assert count(chat, "orders") == 0


async def test_a_product_without_a_list_price_is_asked_for_it(chat: Chat) -> None:
    with chat.database.begin() as tx:
        add_product(tx, chat.shop.alice, sku="CUSTOM", name="Made to measure")
    await chat.bob.send("/new")
    shown = await tap(chat.bob, "Made to measure")
    assert "What did one sell for?" in shown.text
    await chat.bob.send("75")
    assert "Total: SAR 75.00" in see(chat.bob).text


async def test_it_is_told_in_private_and_by_nobody_else(chat: Chat) -> None:
    answers = await chat.bob.within(GROUP_ID).send("/new")
    assert "private" in answers.text
    (hello,) = await chat.stranger.send("/new")
    assert "don't know you" in hello.text
    await chat.bob.send("/new 1 SOL-3077")
    await chat.charlie.send("/new")
    assert "SolarGlow" not in see(chat.charlie).text.partition("What was sold?")[0]
    await chat.charlie.send("Hala")
    assert "Hala" not in see(chat.bob).text


async def test_help_has_a_button_to_it(chat: Chat) -> None:
    await chat.bob.send("/help")
    answers = await chat.bob.press("step by step")
    assert "What was sold?" in answers.text
    first = await chat.bob.press("SolarGlow")
    await chat.bob.press("Record", message_id=first.messages[0].message_id)
    await chat.bob.press("step by step")
    second = await chat.bob.press("SolarGlow")
    await chat.bob.press("Record", message_id=second.messages[0].message_id)
    assert count(chat, "orders") == 2
