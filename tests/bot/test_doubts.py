"""What is far beyond the usual is asked about before it is recorded, in chat; programs are not asked."""

import pytest

from core.catalog.products import add_product
from core.money import E4
from tests.bot.conftest import Chat
from tests.bot.test_returning import count


async def test_it_asks_about_many_times_the_list_price(chat: Chat) -> None:
    (asked,) = await chat.bob.send("sold 1 SOL-3077 for 1500000")
    assert "That is 60,000 times the list price. Record?" in asked.text
    assert asked.buttons == ["Record", "No"]
    assert count(chat, "revenue") == (0,)
    recorded = (await chat.bob.press("Record")).messages[0]
    assert "Sale recorded" in recorded.text
    assert count(chat, "revenue") == (15_000_000_000,)


async def test_no_is_no(chat: Chat) -> None:
    await chat.bob.send("sold 1 SOL-3077 @1500000")
    refused = (await chat.bob.press("No")).messages[0]
    assert "Not recorded" in refused.text
    assert count(chat, "revenue", "orders") == (0, 0)


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("sold 1 SOL-3077 for 0", "for nothing"),
        ("/sale 2 SOL-3077 @0", "for nothing"),
        ("/sale 2", "an amount of SAR 2.00, and no product"),
        ("/sale 1 SOL-3077 @24.99; 1 GAM-2211 @99999999", "times the list price of"),
    ],
)
async def test_it_asks_about_what_may_be_a_slip(chat: Chat, words: str, doubt: str) -> None:
    (asked,) = await chat.bob.send(words)
    assert doubt in asked.text
    assert count(chat, "orders") == (0,)
    await chat.bob.press("Record")
    assert count(chat, "orders") == (1,)


@pytest.mark.parametrize("words", ["sold 1 SOL-3077 for 249", "/sale SAR 2", "/sale 2.00", "/sale 2 SOL-3077 -100%"])
async def test_it_does_not_ask_about_what_is_clear(chat: Chat, words: str) -> None:
    (recorded,) = await chat.bob.send(words)
    assert "Sale recorded" in recorded.text


async def test_a_usual_sale_is_the_median_of_the_newest(chat: Chat) -> None:
    with chat.database.begin() as tx:
        for _ in range(10):
            chat.shop.sell(tx, chat.shop.bob, 1)
    assert "Sale recorded" in (await chat.bob.send("/sale 2400"))[0].text
    (asked,) = await chat.bob.send("/sale 24990")
    assert "That is 1,000 times a usual sale. Record?" in asked.text
    (many,) = await chat.bob.send("sold 20000 SOL-3077")
    assert "times a usual sale" in many.text
    # Another branch's usual sale is its own, and would be told by how many times a sale is it.
    assert "Sale recorded" in (await chat.charlie.send("/sale 24990"))[0].text


async def test_what_is_not_understood_and_far_beyond_the_usual_is_asked_one_after_the_other(chat: Chat) -> None:
    (draft,) = await chat.bob.send("sold 1 red SOL-3077 for 99999")
    assert "Not recorded yet" in draft.text
    (asked,) = (await chat.bob.press(draft.buttons[0], message_id=draft.message_id)).messages
    assert (asked.message_id, count(chat, "orders")) == (draft.message_id, (0,))
    assert "times the list price. Record?" in asked.text
    await chat.bob.press("Record", message_id=draft.message_id)
    assert count(chat, "orders", "revenue") == (1, 99_999 * E4)


async def test_what_comes_back_of_no_known_sale_is_asked_about_too(chat: Chat) -> None:
    (asked,) = await chat.bob.send("/return 1 SOL-3077 @1500000")
    assert "60,000 times the list price" in asked.text
    assert count(chat, "returns") == (0,)
    recorded = (await chat.bob.press("Record")).messages[0]
    assert "Return recorded" in recorded.text
    assert count(chat, "returns") == (15_000_000_000,)


async def test_corrections_are_asked_about_too(chat: Chat) -> None:
    sent = await chat.bob.send("sold 1 SOL-3077")
    (asked,) = await chat.bob.send("1 SOL-3077 for 1500000", reply_to=sent[-1].message["message_id"])
    assert "60,000 times the list price" in asked.text
    assert "stays as it was" in asked.text
    corrected = (await chat.bob.press("Record")).messages[0]
    assert "Sale corrected" in corrected.text
    assert count(chat, "revenue", "orders") == (15_000_000_000, 1)


async def test_a_product_chosen_by_button_is_asked_about_too(chat: Chat) -> None:
    with chat.database.begin() as tx:
        add_product(tx, chat.shop.alice, sku="SOL-9", name="SolarGlow Indoor Lights", price_e4=200_000)
    await chat.bob.send("sold 1 solarglow for 1500000")
    asked = (await chat.bob.press("SolarGlow Outdoor Lights · SOL-3077")).messages[0]
    assert "times the list price" in asked.text
    recorded = (await chat.bob.press("Record")).messages[0]
    assert "Sale recorded" in recorded.text


async def test_each_line_of_many_says_so(chat: Chat) -> None:
    (answer,) = await chat.bob.send("/bulk\n1 SOL-3077\n1 SOL-3077 for 1500000")
    assert "Send it by itself if it is meant" in answer.text
    assert count(chat, "orders") == (1,)


async def test_the_company_says_from_when_on_it_is_asked(chat: Chat) -> None:
    (kept,) = await chat.sam.send("/company ask never")
    assert "Asks first" not in kept.text
    assert "Sale recorded" in (await chat.bob.send("sold 1 SOL-3077 for 1500000"))[0].text
    (kept,) = await chat.sam.send("/company ask 3")
    assert "Asks first: above 3 times the list price, 30 usual sales" in kept.text
    assert "4 times the list price" in (await chat.bob.send("sold 1 SOL-3077 for 100"))[0].text
    (refused,) = await chat.bob.send("/company ask never")
    assert "🔒" in refused.text


async def test_the_year_taken_is_told(chat: Chat) -> None:
    (asked,) = await chat.bob.send("sold 1 SOL-3077 2019-12-31")
    assert "2019, not this year" in asked.text
