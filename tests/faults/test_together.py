"""Many people at the same moment. One rule: everything is recorded, nothing twice, and every sum agrees."""

import asyncio
import random
import re

from bot.sandbox.correspondent import Correspondent
from core.access import Role
from core.catalog.products import add_product
from core.people.accounts import Visitor, link_account
from core.people.members import add_person
from tests.bot.conftest import Chat
from tests.bot.test_recording import count

PEOPLE, SALES = 8, 50


def gather_people(chat: Chat) -> list[Correspondent]:
    """Eight people of one branch, and three products they fight for."""
    writers = []
    with chat.database.begin() as tx:
        for sku in ("A-1", "B-1", "C-1"):
            add_product(tx, chat.shop.alice, sku=sku, name=f"Thing {sku}", price_e4=10_000, stock_e3=10_000_000)
        for number in range(PEOPLE):
            user_id, name = 70_000 + number, f"Seller {number}"
            person = add_person(tx, chat.shop.operator, name, Role.EMPLOYEE, chat.shop.mall_id)
            link_account(tx, Visitor(user_id, name), person.id)
            chat.world.add_person(user_id, name)
            writers.append(Correspondent(chat.world, user_id, chat.application))
    return writers


async def test_eight_people_sell_at_once(chat: Chat) -> None:
    async def sell(writer: Correspondent) -> None:
        for _ in range(SALES):
            assert "Sale recorded" in (await writer.send("/sale 1 A-1")).text

    writers = gather_people(chat)
    await asyncio.gather(*(sell(writer) for writer in writers))
    assert await count(chat) == (PEOPLE * SALES * 10_000, PEOPLE * SALES)
    assert f"{10_000 - PEOPLE * SALES:,}" in (await chat.alice.send("/stock A-1")).text
    today = (await writers[0].send("/me")).text
    assert f"SAR {SALES}.00" in today


async def test_products_in_any_order_and_corrections_in_between(chat: Chat) -> None:
    """Several lines in different orders are what two transactions of PostgreSQL wait for each other over."""
    chance, expected = random.Random(3), []

    async def sell(writer: Correspondent) -> None:
        for _ in range(12):
            things = chance.sample(["A-1", "B-1", "C-1"], 3)
            receipt = (await writer.send("/sale " + "\n".join(f"1 {thing}" for thing in things)))[0]
            assert "Sale recorded" in receipt.text
            what = chance.random()
            if what < 0.3:
                assert "Sale corrected" in (await writer.edit(writer.last_message_id or 0, f"/sale 2 {things[0]}")).text
                expected.append(2)
            elif what < 0.5:
                assert (await writer.press("Undo", message_id=receipt.message_id)).toast == "Undone"
            else:
                expected.append(3)

    await asyncio.gather(*(sell(writer) for writer in gather_people(chat)))
    assert await count(chat) == (sum(expected) * 10_000, len(expected))


async def test_one_message_that_comes_to_everybody_at_once_is_one_sale(chat: Chat) -> None:
    await chat.bob.send("/sale 1 SOL-3077")
    update = chat.bob.last_update
    await chat.bob.press("Undo")
    await asyncio.gather(*(chat.bob.redeliver(update) for _ in range(16)))
    assert await count(chat) == (0, 0), "and undone it stays"
    numbers = {number for answer in chat.bob.received for number in re.findall(r"#(\d+)", answer.text)}
    assert len(numbers) == 1


async def test_what_came_in_is_taken_in_once_however_often_it_is_told(chat: Chat) -> None:
    answers = await chat.alice.send("/stock SOL-3077 +20")
    assert "120" in answers.text
    update = chat.alice.last_update
    for _ in range(2):
        assert "120" in (await chat.alice.redeliver(update)).text
    await asyncio.gather(*(chat.alice.redeliver(update) for _ in range(8)))
    await chat.bob.send("/sale 5 SOL-3077")
    assert "115" in (await chat.alice.redeliver(update)).text
    assert "90" in (await chat.alice.send("/stock SOL-3077 90")).text
    counted = chat.alice.last_update
    await chat.bob.send("/sale 5 SOL-3077")
    assert "85" in (await chat.alice.redeliver(counted)).text, "the sale after the count stays"
