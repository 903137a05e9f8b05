"""Telling the bot about sales, through the real python-telegram-bot."""

import asyncio
from datetime import timedelta

from bot.sandbox.correspondent import Correspondent
from core import clock
from core.access import act_as_operator
from core.metrics import Question, ask
from core.periods import Calendar, parse_period
from tests.bot.conftest import GROUP_ID, Chat, build_chat_application


async def count(chat: Chat) -> tuple[int, int]:
    """Revenue e4 and orders of everything."""
    with chat.database.begin_read() as tx:
        period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
        totals = ask(tx, act_as_operator(chat.shop.company), Question(("revenue", "orders"), period)).totals
    return int(totals["revenue"] or 0), int(totals["orders"] or 0)


async def test_it_answers_a_sale_with_a_receipt(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    assert "Sale recorded" in receipt.text
    assert "SolarGlow Outdoor Lights" in receipt.text
    assert "Subtotal: SAR 49.98" in receipt.text
    assert "Total: SAR 49.98" in receipt.text
    assert "Today: SAR 49.98" in receipt.text
    assert "Profit" not in receipt.text
    assert receipt.buttons == ["Undo", "Edit", "Note", "Return"]
    assert "Profit: SAR 27.18" in (await chat.alice.send("/sale 2 SOL-3077")).text


async def test_it_understands_the_long_form(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077 @24.99 -10% etsy #SUMMER")
    for part in ("Subtotal: SAR 49.98", "Discount: −SAR 5.00", "Total: SAR 44.98", "Etsy", "SUMMER"):
        assert part in receipt.text


async def test_it_understands_a_sentence(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("sold 3 griparm for 100 yesterday to John Doe")
    assert "GripArm Pro Dumbbell Set" in receipt.text
    assert "Total: SAR 100.00" in receipt.text
    assert "John Doe" in receipt.text
    assert f"{clock.today('Asia/Riyadh') - timedelta(days=1):%Y}" in receipt.text


async def test_it_offers_candidates_and_records_at_the_press(chat: Chat) -> None:
    await chat.alice.send("/sale 1.00")  # an amount
    with chat.database.begin() as tx:
        from core.catalog.products import add_product

        add_product(tx, chat.shop.alice, sku="MAT-1", name="Yoga Mat Blue", price_e4=100_000)
        add_product(tx, chat.shop.alice, sku="MAT-2", name="Yoga Mat Green", price_e4=120_000)
    (question,) = await chat.bob.send("/sale 2 yoga mat -- for the school")
    assert "Which one" in question.text
    assert await count(chat) == (10_000, 1)
    green = next(label for label in question.buttons if "Green" in label)
    answers = await chat.bob.press(green)
    receipt = answers.messages[0]
    assert receipt.is_edit
    assert receipt.message_id == question.message_id
    assert "Total: SAR 24.00" in receipt.text
    assert "for the school" in receipt.text
    assert await count(chat) == (250_000, 2)


async def test_it_undoes_and_restores_in_the_same_message(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    undone = await chat.bob.press("Undo")
    assert undone.messages[0].message_id == receipt.message_id
    assert "Undone" in undone.messages[0].text
    assert undone.toast == "Undone"
    assert undone.messages[0].buttons == ["Restore"]
    assert await count(chat) == (0, 0)
    await chat.bob.press("Restore")
    assert await count(chat) == (499_800, 1)


async def test_it_corrects_a_sale_when_its_message_is_edited(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    sent = chat.bob.last_message_id or 0
    corrected = await chat.bob.edit(sent, "/sale 3 SOL-3077")
    assert corrected.messages[0].message_id == receipt.message_id
    assert "Sale corrected" in corrected.text
    assert await count(chat) == (749_700, 1)


async def test_it_edits_and_notes_by_reply(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077")
    prompt = (await chat.bob.press("Edit")).messages[0]
    corrected = await chat.bob.send("1 SOL-3077 @20", reply_to=prompt.message_id)
    assert corrected.messages[0].message_id == receipt.message_id
    assert await count(chat) == (200_000, 1)
    prompt = (await chat.bob.press("Note")).messages[0]
    noted = await chat.bob.send("gift wrap <b>please</b>", reply_to=prompt.message_id)
    assert noted.messages[0].message_id == receipt.message_id
    assert "gift wrap <b>please</b>" in noted.text
    assert await count(chat) == (200_000, 1)


async def test_it_records_the_same_update_once(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    again = await chat.bob.redeliver()
    assert not [answer for answer in again.messages if not answer.is_edit]
    assert await count(chat) == (499_800, 1)


async def test_it_records_once_after_a_restart(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    application = build_chat_application(chat.database, chat.world)
    async with application:
        bob = Correspondent(chat.world, chat.bob.user_id, application)
        await bob.redeliver(chat.bob.last_update)
    assert await count(chat) == (499_800, 1)


async def test_it_records_once_when_delivered_twice_at_the_same_time(chat: Chat) -> None:
    await chat.bob.send("/help")
    from bot.sandbox import acts

    act = acts.send_text(chat.world, chat.bob.user_id, chat.bob.chat_id, "/sale 2 SOL-3077")
    await asyncio.gather(*(chat.bob.redeliver(act.update) for _ in range(4)))
    assert await count(chat) == (499_800, 1)


async def test_it_says_that_stock_runs_low(chat: Chat) -> None:
    assert "below the reorder point of 20" in (await chat.bob.send("/sale 81 SOL-3077")).text


async def test_it_refuses_by_name_and_records_nothing(chat: Chat) -> None:
    for text, word in (
        ("/sale 2 nosuchthing", "nosuchthing"),
        ("/sale", "sold"),
        ("/sale 2 SOL-3077 for @zoe", "zoe"),
        ("/sale 200 SOL-3077", "stock"),
        ("/sale 1 SOL-3077 tomorrow", "future"),
        ("what a day", "understand"),
        ("/nosuch", "/nosuch"),
        ("/sale 1 SOL-3077 -30", "discount"),
    ):
        answers = await chat.bob.send(text)
        assert len(answers) == 1, text
        assert word in answers.text, text
        assert "Traceback" not in answers.text
    assert await count(chat) == (0, 0)


async def test_a_manager_records_for_her_people_and_nobody_else_does(chat: Chat) -> None:
    assert "for Bob" in (await chat.alice.send("/sale 2 SOL-3077 for @bob")).text
    assert "🔒" in (await chat.bob.send("/sale 2 SOL-3077 for @alice")).text
    assert (await count(chat))[1] == 1


async def test_charlie_can_press_nothing_of_bobs(chat: Chat) -> None:
    group_bob, group_charlie = chat.bob.within(GROUP_ID), chat.charlie.within(GROUP_ID)
    (receipt,) = await group_bob.send("/sale 2 SOL-3077")
    assert "Profit" not in receipt.text
    refused = await group_charlie.press("Undo", message_id=receipt.message_id)
    assert refused[-1].is_alert
    assert "not yours" in (refused.toast or "")
    assert await count(chat) == (499_800, 1)


async def test_a_stranger_learns_how_to_be_invited_and_nothing_else(chat: Chat) -> None:
    for text in ("hi", "/me", "/sale 2 SOL-3077", "/leaderboard", "/help", "/start", "/start nonsense"):
        answers = await chat.stranger.send(text)
        assert "invitation" in answers.text, text
        assert "Lumina" not in answers.text
    assert await count(chat) == (0, 0)


async def test_profit_stays_out_of_groups(chat: Chat) -> None:
    assert "Profit" not in (await chat.alice.within(GROUP_ID).send("/sale 2 SOL-3077")).text
