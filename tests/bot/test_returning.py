"""Returns, exchanges, shares, taxes, currencies, variants and closed months in chat, through the real bot."""

import pytest

from bot.delivery import deliver_due
from core import clock
from core.access import act_as_operator
from core.catalog.variants import add_variant
from core.metrics import Question, ask
from core.periods import Calendar, parse_period
from tests.bot.conftest import Chat


def count(chat: Chat, *measures: str, by: tuple[str, ...] = ()) -> object:
    with chat.database.begin_read() as tx:
        period = parse_period("all", clock.today("Asia/Riyadh"), Calendar())
        answer = ask(tx, act_as_operator(chat.shop.company), Question(measures, period, by=by))
    if by:
        return {row.labels[0]: row.values[measures[0]] for row in answer.rows}
    return tuple(answer.totals[name] for name in measures)


async def test_a_part_comes_back_in_answer_to_the_receipt(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 3 SOL-3077")
    (back,) = await chat.bob.send("/return 1 SOL-3077", reply_to=receipt.message["message_id"])
    assert "Return recorded" in back.text
    assert "of #1" in back.text
    assert back.buttons == ["Undo", "Note"]
    assert count(chat, "revenue", "returns", "net_revenue") == (749_700, 249_900, 499_800)
    (refused,) = await chat.bob.send("/return 5 SOL-3077 #1")
    assert "Only 2 of that item can come back" in refused.text
    (rest,) = await chat.bob.send("/return #1 -- changed his mind")
    assert "changed his mind" in rest.text
    assert count(chat, "net_revenue") == (0,)


async def test_the_button_brings_all_of_it_back_once(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    asked = (await chat.bob.press("Return")).messages[0]
    assert "What came back of sale #1" in asked.text
    back = (await chat.bob.press("All of it")).messages[0]
    assert "Return recorded" in back.text
    assert count(chat, "returns") == (499_800,)


async def test_charlie_brings_nothing_of_bobs_back(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    for words in ("/return #1", "/history #1", "/give @charlie #1"):
        (refused,) = await chat.charlie.send(words)
        assert "SolarGlow" not in refused.text
        assert "49.98" not in refused.text
    assert count(chat, "returns") == (0,)


async def test_a_return_of_no_known_sale(chat: Chat) -> None:
    (back,) = await chat.bob.send("/return 2 SOL-3077 @20 damaged to Hala")
    assert "Return recorded" in back.text
    assert "Hala" in back.text
    assert count(chat, "returns") == (400_000,)
    (refused,) = await chat.bob.send("/return")
    assert "/return 1 SOL-3077" in refused.text


async def test_an_exchange_says_what_is_to_be_paid(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 1 SOL-3077")
    (done,) = await chat.bob.send("/exchange 1 SOL-3077 for 1 GAM-2211", reply_to=receipt.message["message_id"])
    assert "Exchange recorded" in done.text
    assert "To pay: SAR 95.00" in done.text
    assert count(chat, "exchanges", "revenue") == (249_900, 249_900 + 1_199_900)
    (unclear,) = await chat.bob.send("/exchange 1 SOL-3077")
    assert "what went out" in unclear.text


async def test_a_share_is_pending_until_the_other_agrees(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("sold 2 SOL-3077 @50 with @dana 30%")
    assert "Dana: 30 % · has yet to agree" in receipt.text
    assert count(chat, "revenue", by=("person",)) == {"Bob": 1_000_000}
    assert await deliver_due(chat.database, chat.application.bot) == 1
    asked = chat.dana.messages[-1]
    assert "30 %" in asked.text
    assert asked.buttons == ["Agree", "Decline"]
    agreed = (await chat.dana.press("Agree")).messages[0]
    assert "You share in this sale" in agreed.text
    assert "Today (Bob)" in agreed.text  # Dana is an assistant manager
    assert count(chat, "revenue", by=("person",)) == {"Bob": 700_000, "Dana": 300_000}
    (refused,) = await chat.bob.send("sold 2 SOL-3077 with @charlie")
    assert "another branch" in refused.text


async def test_tax_and_another_currency_are_told_in_words(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077 @100 +15% VAT")
    assert "VAT: SAR 30.00" in receipt.text
    assert "To pay: SAR 230.00" in receipt.text
    (refused,) = await chat.bob.send("/sale 2 SOL-3077 @10 usd")
    assert "usd" in refused.text
    (kept,) = await chat.sam.send("/company rate usd 3.75")
    assert "1 USD = 3.75 SAR" in kept.text
    (foreign,) = await chat.bob.send("/sale 2 SOL-3077 @10 usd")
    assert "USD" in foreign.text
    assert "at 3.75" in foreign.text
    assert "Total: SAR 75.00" in foreign.text


async def test_a_variant_is_named_by_its_code_or_after_its_product(chat: Chat) -> None:
    with chat.database.begin() as tx:
        add_variant(tx, chat.shop.alice, chat.shop.lights.id, "Large", sku="SOL-L", price_e4=300_000)
    for words in ("/sale 1 sol-l", "/sale 1 SOL-3077 large", "/sale 1 solarglow large"):
        (receipt,) = await chat.bob.send(words)
        assert "SolarGlow Outdoor Lights · Large" in receipt.text
        assert "Total: SAR 30.00" in receipt.text
    (plain,) = await chat.bob.send("/sale 1 SOL-3077")
    assert "Total: SAR 24.99" in plain.text


async def test_a_reply_keeps_what_it_does_not_say(chat: Chat) -> None:
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077 etsy to Hala")
    (corrected,) = await chat.bob.send("3 SOL-3077", reply_to=receipt.message["message_id"])
    assert "Etsy" in corrected.text
    assert "Hala" in corrected.text


async def test_a_sale_is_given_away_and_its_history_told(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077")
    (given,) = await chat.alice.send("/give @dana #1 she served them")
    assert "Dana" in given.text
    assert count(chat, "revenue", by=("person",)) == {"Dana": 499_800}
    (told,) = await chat.alice.send("/history 1")
    assert "Recorded" in told.text
    assert "she served them" in told.text
    (refused,) = await chat.bob.send("/give @bob #1")
    assert "not for your role" in refused.text


async def test_months_are_closed_and_reported(chat: Chat) -> None:
    (closed,) = await chat.sam.send("/close last month")
    assert "Closed up to" in closed.text
    (refused,) = await chat.bob.send("/sale 1 SOL-3077 2020-01-01")
    assert "closed" in refused.text
    (report,) = await chat.sam.send("/close report last month")
    assert "Net as reported" in report.text
    (denied,) = await chat.bob.send("/close last month")
    assert "not for your role" in denied.text


async def test_managers_hear_once_of_what_runs_out(chat: Chat) -> None:
    await chat.bob.send("/sale 81 SOL-3077")
    await chat.bob.send("/sale 1 SOL-3077")
    await deliver_due(chat.database, chat.application.bot)
    told = [message.text for message in chat.alice.messages if "below the reorder point" in message.text]
    assert len(told) == 1
    assert "19" in told[0]


@pytest.mark.parametrize("words", ["rate usd x", "rate usd", "corrections soon", "ahead maybe"])
async def test_a_rule_that_is_not_clear_is_refused(chat: Chat, words: str) -> None:
    (refused,) = await chat.sam.send(f"/company {words}")
    assert "/company" in refused.text


async def test_the_rules_of_the_company_hold(chat: Chat) -> None:
    (kept,) = await chat.sam.send("/company corrections 3")
    assert "Corrections: for 3 days" in kept.text
    (ahead,) = await chat.sam.send("/company ahead yes")
    assert "Orders ahead" in ahead.text
    (always,) = await chat.sam.send("/company corrections always")
    assert "Corrections" not in always.text


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("/sale 1 SOL-3077 vat", "vat"),
        ("/sale 1 SOL-3077 +150% vat", "150%"),
        ("/sale 1 SOL-3077 with @dana 130%", "130%"),
        ("/sale 1 SOL-3077 with @dana and @dana", "twice"),
    ],
)
async def test_a_tax_or_share_that_is_not_clear_records_nothing(chat: Chat, words: str, named: str) -> None:
    (refused,) = await chat.bob.send(words)
    assert refused.text.startswith("🤔")
    assert named in refused.text
    assert count(chat, "orders") == (0,)


async def test_parts_that_come_back_are_divided_alike_in_both_currencies(chat: Chat) -> None:
    await chat.sam.send("/company rate USD 3.75")
    await chat.bob.send("/sale 3 SOL-3077 for 100 usd +15% VAT")
    for told in ("33.33", "33.34", "33.33"):
        (back,) = await chat.bob.send("/return 1 SOL-3077 #1")
        assert f"= USD {told}" in back.text
        assert "Total: SAR 125.00" in back.text
    assert count(chat, "net_revenue") == (0,)


async def test_what_comes_back_of_a_shared_sale_is_shown_as_pieces(chat: Chat) -> None:
    await chat.bob.send("/sale 2 SOL-3077 with @dana 30%")
    await deliver_due(chat.database, chat.application.bot)
    await chat.dana.press("Agree")
    (back,) = await chat.bob.send("/return 1 SOL-3077 #1")
    assert "1 × SAR 24.99 = SAR 24.99" in back.text
    assert count(chat, "returns", by=("person",)) == {"Bob": 175_000, "Dana": 74_900}
    (rest,) = await chat.bob.send("/return #1")
    assert "1 × SAR 24.99 = SAR 24.99" in rest.text


async def test_a_foreign_amount_is_read_as_its_own_currency_writes_it(chat: Chat) -> None:
    await chat.sam.send("/company rate KWD 12")
    (sold,) = await chat.bob.send("sold 3 griparm for 12.500 kwd")
    assert "= KWD 12.500" in sold.text
    assert "Total: SAR 150.00" in sold.text
