"""How each person's figures are written. One rule: one's own way is one's own, everywhere one looks."""

from bot.delivery import deliver_due
from core import clock
from tests.bot.conftest import Chat
from tests.bot.drawing import Reading, drawing_with
from tests.shop import set_target


def sell_much(chat: Chat) -> None:
    with chat.database.begin() as tx:
        chat.shop.sell(tx, chat.shop.bob, 10_000, chat.shop.dumbbells, customer="Jane")


async def test_it_is_ones_own_in_every_answer_and_picture(chat: Chat) -> None:
    sell_much(chat)
    renderer = Reading()
    async with drawing_with(chat, renderer) as alice:
        assert "SAR 12,34,567.50" in (await alice.send("/numbers indian")).text
        for text in ("/kpi", "/chart salespeople", "/chart revenue", "/why revenue", "/me @bob", "/leaderboard"):
            answer = (await alice.send(text)).text
            assert "11,99,900" in answer, text
            assert "1,199,900" not in answer, text
        assert any("12L" in drawn for drawn in renderer.drawn)
        assert not any("1.2M" in drawn or "1,199" in drawn for drawn in renderer.drawn)
    assert "SAR 1,199,900.00" in (await chat.dana.send("/kpi")).text
    assert "SAR 1,199,900.00" in (await chat.bob.send("/me")).text
    assert "your own way" in (await chat.alice.send("/numbers")).text


async def test_a_locale_brings_its_digits_and_the_company_takes_over_again(chat: Chat) -> None:
    sell_much(chat)
    assert "١" in (await chat.alice.send("/numbers ar-SA")).text
    assert "١" in (await chat.alice.send("/kpi")).text
    await chat.sam.send("/company numbers indian")
    assert "11,99,900" in (await chat.bob.send("/me")).text
    await chat.alice.send("/numbers international")
    assert "as the company has it" in (await chat.alice.send("/numbers company")).text
    assert "11,99,900" in (await chat.alice.send("/kpi")).text
    assert "“moon” is not a locale" in (await chat.alice.send("/numbers moon")).text


async def test_what_is_delivered_to_ones_own_chat_is_written_so_too(chat: Chat) -> None:
    with chat.database.begin() as tx:
        set_target(tx, chat.shop, 1_000_000, clock.today("Asia/Riyadh"), person=chat.shop.bob)
    await chat.alice.send("/numbers indian")
    await chat.bob.send("/sale 10000 GAM-2211")
    await deliver_due(chat.database, chat.application.bot)
    told = [str(one.get("text")) for one in chat.world.chats[chat.alice.chat_id].messages.values()]
    assert "SAR 10,00,000.00" in told[-1]
