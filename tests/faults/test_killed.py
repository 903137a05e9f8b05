"""kill -9 at any moment. One rule: what was answered is there, what was sent is there once, and everything balances."""

import asyncio
import random
import re
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.sandbox import acts
from bot.sandbox.world import Event, World
from core.catalog.products import add_product
from core.catalog.stock import verify_stock
from core.company import ask_above
from core.db import Database
from core.metrics.recount import verify_rollups
from core.migrations import migrate
from core.models.sales import documents, lines, revisions
from tests.faults.processes import PROGRAM, TOKEN, build_environment, run, serve_telegram, start
from tests.shop import TELEGRAM_IDS, open_shop

SELLERS = ("alice", "bob", "dana", "charlie", "sam")
_TOTAL = re.compile(r"Total: SAR ([\d,.]+)")


@pytest.fixture
def shop_url(empty_url: str) -> str:
    """A database with the shop in it and stock enough, once of each kind."""
    with closing(Database(empty_url)) as database:
        migrate(database)
        with database.begin() as tx:
            shop = open_shop(tx)
            ask_above(tx, shop.sam, None)  # amounts tell these sales apart, and are far beyond the list price
            add_product(tx, shop.alice, sku="BIG-1", name="Big one", price_e4=10_000, stock_e3=5_000_000)
    return empty_url


def read_amounts(url: str) -> Counter[int]:
    """How often each amount (in whole units) was recorded."""
    with closing(Database(url)) as database, database.begin_read() as tx:
        current = lines.c.superseded_at.is_(None)
        query = select(lines.c.amount_e4, func.count()).where(current).group_by(lines.c.amount_e4)
        return Counter({row[0] // 10_000: row[1] for row in tx.execute(query)})


def read_actions(url: str) -> dict[str, int]:
    """How many changes of each kind there were."""
    with closing(Database(url)) as database, database.begin_read() as tx:
        rows = tx.execute(select(revisions.c.action, func.count()).group_by(revisions.c.action))
        return {row[0]: row[1] for row in rows}


def check_balance(url: str) -> None:
    with closing(Database(url)) as database, database.begin_read() as tx:
        (company_id,) = tx.execute(select(documents.c.company_id).distinct()).scalars().all()
        assert all(not proof.differences for proof in verify_rollups(tx, company_id))
        assert not verify_stock(tx, company_id).differences


async def wait_until(is_so: Callable[[], bool], timeout_seconds: float = 90.0) -> None:
    async with asyncio.timeout(timeout_seconds):
        while not is_so():  # noqa: ASYNC110 - it is another process that makes it so
            await asyncio.sleep(0.005)


class Team:
    """Everybody of the shop, telling the bot one sale after another, each of another amount."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.answers = 0
        self._number = 0
        for name, user_id in TELEGRAM_IDS.items():
            world.add_person(user_id, name.capitalize(), name)
        world.listeners.append(self._count)

    def _count(self, event: Event) -> None:
        self.answers += event.kind == "message" and event.payload["from"]["is_bot"]

    def tell(self, sales: int) -> None:
        for number in range(self._number + 1, self._number + sales + 1):
            name = SELLERS[number % len(SELLERS)]
            product = "GAM-2211" if name == "charlie" else "BIG-1"
            text = f"/sale 1 {product} @{number}" if number % 3 else f"/sale SAR {number}"
            update = acts.send_text(self.world, TELEGRAM_IDS[name], TELEGRAM_IDS[name], text).update
            assert update is not None
            self.world.updates.push(update)
        self._number += sales

    def correct(self) -> None:
        """Edit each message into a sale of a thousand more, and between these tell of goods that came back."""
        for name, user_id in TELEGRAM_IDS.items():
            product = "GAM-2211" if name == "charlie" else "BIG-1"
            for message in list(self.world.chats[user_id].messages.values()):
                if message["from"]["is_bot"]:
                    continue
                number = int(re.findall(r"\d+", message["text"])[-1])
                texts = (f"/sale 1 {product} @{1000 + number}", f"/return 1 {product} @{2000 + number}")
                edited = acts.edit_text(self.world, user_id, user_id, message["message_id"], texts[0]).update
                told = acts.send_text(self.world, user_id, user_id, texts[1]).update
                for update in (edited, told):
                    assert update is not None
                    self.world.updates.push(update)

    def _list_receipts(self) -> list[tuple[int, dict[str, Any]]]:
        return [
            (user_id, message)
            for user_id in TELEGRAM_IDS.values()
            for message in self.world.chats[user_id].messages.values()
            if message["from"]["is_bot"] and "Total" in message["text"]
        ]

    def reply_to_each(self) -> None:
        """Correct the sale of each receipt, in reply to it, into one of a thousand more."""
        for user_id, message in self._list_receipts():
            found = _TOTAL.search(message["text"])
            assert found is not None
            product = "GAM-2211" if user_id == TELEGRAM_IDS["charlie"] else "BIG-1"
            text, number = f"1 {product} @{1000 + int(float(found[1]))}", message["message_id"]
            update = acts.send_text(self.world, user_id, user_id, text, reply_to=number).update
            assert update is not None
            self.world.updates.push(update)

    def undo_each(self) -> None:
        """Press Undo under each receipt."""
        for user_id, message in self._list_receipts():
            ((undo, *_), *_) = message["reply_markup"]["inline_keyboard"]
            update = acts.press_button(
                self.world, user_id, user_id, message["message_id"], undo["callback_data"]
            ).update
            assert update is not None
            self.world.updates.push(update)

    async def wait_for_answers(self, more: int) -> None:
        wanted = self.answers + more
        await wait_until(lambda: self.answers >= wanted or not self.world.updates.pending)

    async def wait_until_confirmed(self) -> None:
        await wait_until(lambda: not self.world.updates.pending)


async def sell_and_kill(folder: Path, url: str, sales: int, kills: int) -> World:
    """The process is killed `kills` times, each time at another moment among the answers; then it may finish."""
    chance, world = random.Random(20261120), World(token=TOKEN)
    team, share = Team(world), sales // (kills + 1)
    async with serve_telegram(world) as telegram:
        address = {"telegram_token": TOKEN, "telegram_api_url": telegram, "database_url": url}
        for life in range(kills + 1):
            team.tell(share if life < kills else sales - kills * share)
            async with start(folder, "run", host="127.0.0.1", port="0", **address) as running:
                if life < kills:
                    await team.wait_for_answers(chance.randint(1, share))
                    await asyncio.sleep(chance.uniform(0, 0.02))
                    assert await running.end(signal.SIGKILL) == -signal.SIGKILL
                else:
                    await team.wait_until_confirmed()
                    assert await running.end(signal.SIGTERM) == 0
    return world


def read_answered(world: World) -> Counter[int]:
    """How many receipts were sent for each amount."""
    texts = [
        message["text"]
        for user_id in TELEGRAM_IDS.values()
        for message in world.chats[user_id].messages.values()
        if message["from"]["is_bot"]
    ]
    found = [_TOTAL.search(text) for text in texts]
    assert all(found), [text for text in texts if not _TOTAL.search(text)]
    return Counter(int(float(one[1].replace(",", ""))) for one in found if one)


async def check_survival(folder: Path, url: str, sales: int, kills: int) -> None:
    world = await sell_and_kill(folder, url, sales, kills)
    assert read_amounts(url) == Counter(range(1, sales + 1)), "every sale that was sent is there, once"
    assert set(read_answered(world)) == set(range(1, sales + 1)), "and everybody heard of theirs"
    check_balance(url)
    code, said = await run(folder, "verify", database_url=url)
    assert (code, said.splitlines()[-1]) == (0, "Everything balances.")


async def test_no_sale_is_lost_or_doubled_when_killed(tmp_path: Path, shop_url: str) -> None:
    await check_survival(tmp_path, shop_url, sales=60, kills=2)


@pytest.mark.slow
async def test_a_thousand_sales_survive_twelve_kills(tmp_path: Path, shop_url: str) -> None:
    await check_survival(tmp_path, shop_url, sales=1000, kills=12)


async def test_no_correction_or_return_is_lost_or_doubled_when_killed(tmp_path: Path, shop_url: str) -> None:
    chance, world, sales = random.Random(5), World(token=TOKEN), 30
    team = Team(world)
    async with serve_telegram(world) as telegram:
        address = {"telegram_token": TOKEN, "telegram_api_url": telegram, "database_url": shop_url}
        for life in range(4):
            async with start(tmp_path, "run", host="127.0.0.1", port="0", **address) as running:
                if life == 0:
                    team.tell(sales)
                    await team.wait_until_confirmed()
                    team.correct()
                if life < 3:
                    await team.wait_for_answers(chance.randint(3, 12))
                    await asyncio.sleep(chance.uniform(0, 0.02))
                    assert await running.end(signal.SIGKILL) == -signal.SIGKILL
                else:
                    await running.port()  # it may have nothing left to do
                    await team.wait_until_confirmed()
                    assert await running.end(signal.SIGTERM) == 0
    expected = Counter([*range(1001, 1001 + sales), *range(2001, 2001 + sales)])
    assert read_amounts(shop_url) == expected, "each is there as it was corrected, and each return once"
    assert read_actions(shop_url) == {"recorded": 2 * sales, "edited": sales}
    check_balance(shop_url)


async def test_after_a_kill_a_reply_corrects_its_own_sale_or_none_and_buttons_work(
    tmp_path: Path, shop_url: str
) -> None:
    """What the last messages were about may not have been kept: that is said, and nothing is guessed."""
    world, sales = World(token=TOKEN), 20
    team = Team(world)
    async with serve_telegram(world) as telegram:
        address = {"telegram_token": TOKEN, "telegram_api_url": telegram, "database_url": shop_url}
        team.tell(sales)
        async with start(tmp_path, "run", host="127.0.0.1", port="0", **address) as running:
            await team.wait_for_answers(sales // 2)
            assert await running.end(signal.SIGKILL) == -signal.SIGKILL
        async with start(tmp_path, "run", host="127.0.0.1", port="0", **address) as running:
            await team.wait_until_confirmed()
            team.reply_to_each()
            await team.wait_until_confirmed()
            corrected = read_amounts(shop_url)
            team.undo_each()
            await team.wait_until_confirmed()
            assert await running.end(signal.SIGTERM) == 0
    texts = [message["text"] for chat in world.chats.values() for message in chat.messages.values()]
    refused = sum("I cannot tell which sale that message is about" in text for text in texts)
    assert sum(corrected.values()) == sales, "each is there once"
    assert {amount % 1000 for amount in corrected} == set(range(1, sales + 1)), "and as it was told or corrected"
    assert sum(amount > 1000 for amount in corrected) >= sales - refused
    assert read_amounts(shop_url) == Counter(), "undone by their buttons, whatever was kept"
    check_balance(shop_url)


async def test_a_chat_at_the_prompt_goes_on_after_it_was_killed(tmp_path: Path, shop_url: str) -> None:
    """Nobody brings again what was typed: what was answered is there, and what is typed afterwards is no repetition."""
    chance, told, answered = random.Random(7), 0, []
    for life in range(3):
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *("chat", "--as", "bob"),
            cwd=tmp_path,
            env=build_environment({"database_url": shop_url}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"".join(b"/sale %d\n" % number for number in range(told + 1, told + 41)))
        told += 40
        if life == 2:
            process.stdin.close()
        enough = chance.randint(5, 35)
        while life == 2 or enough:
            row = await process.stdout.readline()
            if not row:
                break
            if found := _TOTAL.search(row.decode()):
                answered.append(int(float(found[1].replace(",", ""))))
                enough -= 1
        if life < 2:
            process.kill()
        assert await process.wait() in (0, -signal.SIGKILL)
        process.stdin.close()
    recorded = read_amounts(shop_url)
    assert set(answered) <= set(recorded)
    assert max(recorded.values()) == 1
    assert set(range(81, 121)) <= set(answered), "all of the life that was not cut short"
    check_balance(shop_url)
