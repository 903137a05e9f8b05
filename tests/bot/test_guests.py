"""Selling while helping out in another branch, told in chat: "guest at" says so, and it counts apart, there."""

from core import clock
from core.access import load_viewer
from core.company import add_branch
from core.periods import month_of
from core.reports.sales import read_sales
from tests.bot.conftest import Chat

LIGHT_E4 = 249_900


def read_mall(chat: Chat) -> tuple[int, int]:
    """Revenue and guest coverage of the Mall this month."""
    with chat.database.begin_read() as tx:
        alice = load_viewer(tx, chat.shop.alice.person_id or 0)
        report = read_sales(tx, alice, month_of(clock.today("Asia/Riyadh")))
    return report.revenue_e4, report.guest_coverage_e4


async def test_charlie_sells_in_the_mall_as_a_guest(chat: Chat) -> None:
    for words in ("/sale 2 SOL-3077 guest at Mall", '/sale 1 SOL-3077 etsy as guest at "mall"'):
        assert "Guest coverage recorded" in (await chat.charlie.send(words)).text
    assert read_mall(chat) == (0, 3 * LIGHT_E4)
    assert "Month: SAR 0.00" in (await chat.charlie.send("/me")).text
    assert "🤝" in (await chat.alice.send("/sales")).text
    assert "Charlie" not in (await chat.alice.send("/leaderboard")).text


async def test_a_guests_sale_is_corrected_and_undone_like_any(chat: Chat) -> None:
    await chat.charlie.send("/sale 2 SOL-3077 guest at Mall")
    assert "Undone" in (await chat.charlie.press("Undo")).text
    assert read_mall(chat) == (0, 0)
    await chat.charlie.press("Restore")
    assert read_mall(chat) == (0, 2 * LIGHT_E4)


async def test_a_sale_at_home_does_not_become_a_guests(chat: Chat) -> None:
    sale = (await chat.bob.send("/sale 2 SOL-3077")).messages[0]
    with chat.database.begin() as tx:
        add_branch(tx, chat.shop.operator, "Airport")
    refused = await chat.bob.send("2 SOL-3077 guest at Airport", reply_to=sale.message_id)
    assert "Where it was sold stays" in refused.text
    assert read_mall(chat) == (2 * LIGHT_E4, 0)


async def test_it_says_what_cannot_be(chat: Chat) -> None:
    assert "own branch" in (await chat.bob.send("/sale 1 SOL-3077 guest at mall")).text
    assert "no branch “Moon”" in (await chat.bob.send("/sale 1 SOL-3077 guest at Moon")).text
    assert read_mall(chat) == (0, 0)


async def test_it_takes_the_word_of_a_manager_there(chat: Chat) -> None:
    """Nobody reads or drains the stock of a branch that is not theirs on their own."""
    (receipt,) = await chat.charlie.send("/sale 2 SOL-3077 guest at Mall")
    assert "Nobody of another branch" in (await chat.alice.send("/guests @charlie off")).text
    for words in ("/sale 1000 SOL-3077 guest at Mall", "/sale 37 SOL-3077 @0 guest at Mall"):
        refused = await chat.charlie.send(words)
        assert "word of a manager" in refused.text
        assert not {"98", "902", "too few"} & set(refused.text.split())
    assert "word of a manager" in (await chat.charlie.send("90 SOL-3077", reply_to=receipt.message_id)).text
    assert "98" in (await chat.alice.send("/stock SOL-3077")).text
    for person in (chat.bob, chat.dana, chat.charlie):
        assert "/guests" not in (await person.send("/help")).text
        await person.send("/guests @charlie")
    assert "word of a manager" in (await chat.charlie.send("/sale 1 SOL-3077 guest at Mall")).text
    assert "Undone" in (await chat.charlie.press("Undo", message_id=receipt.message_id)).text
    listed = (await chat.alice.send("/guests @charlie")).text
    assert "/guests @charlie off" in listed
    assert "works here anyway" in (await chat.alice.send("/guests @bob")).text
    assert "Guest coverage recorded" in (await chat.charlie.send("/sale 1 SOL-3077 guest at Mall")).text
    assert "Guest coverage recorded" in (await chat.sam.send("/sale 1 GAM-2211 guest at Corniche")).text
    assert "not understood" in (await chat.alice.send("/guests @charlie maybe")).text
