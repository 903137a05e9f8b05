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
