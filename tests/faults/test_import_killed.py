"""An import in chat whose process is killed, and then ended. One rule: each row is there once, in one import."""

import signal
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.sandbox import acts
from bot.sandbox.files import Upload
from bot.sandbox.world import World
from core.db import Database
from core.models.imports import imports, received_files
from core.models.sales import lines
from tests.faults.processes import TOKEN, run, serve_telegram, start
from tests.faults.test_killed import check_balance, shop_url, wait_until
from tests.shop import TELEGRAM_IDS

__all__ = ["shop_url"]
SAM = TELEGRAM_IDS["sam"]
ROWS = 24_000


def write_file() -> bytes:
    days = [(date(2024, 1, 1) + timedelta(days=number % 600)).isoformat() for number in range(ROWS)]
    rows = [f"O-{number},{day},SolarGlow,1,{number % 90 + 1},Mall,Bob" for number, day in enumerate(days)]
    return "\n".join(["order_id,date,product,quantity,amount,branch,person", *rows]).encode()


def find_shown(world: World) -> dict[str, Any]:
    """The bot's only message to Sam; nothing where there is none yet."""
    told = [one for one in world.chats[SAM].messages.values() if one["from"]["is_bot"]]
    assert len(told) <= 1, [one["text"] for one in told]
    return told[0] if told else {"text": ""}


def says(world: World, *words: str) -> Callable[[], bool]:
    return lambda: all(word in find_shown(world)["text"] for word in words)


@pytest.mark.slow
async def test_an_import_survives_kill_9_and_a_restart(tmp_path: Path, shop_url: str) -> None:
    world = World(token=TOKEN)
    world.add_person(SAM, "Sam", "sam")
    async with serve_telegram(world) as telegram:
        words = {"telegram_token": TOKEN, "telegram_api_url": telegram, "database_url": shop_url}
        async with start(tmp_path, "run", host="127.0.0.1", port="0", **words) as running:
            world.updates.push(acts.send_file(world, SAM, SAM, Upload("big.csv", write_file())).update or {})
            await wait_until(says(world, "Nothing is written"))
            keys = find_shown(world)["reply_markup"]["inline_keyboard"]
            go = next(key["callback_data"] for row in keys for key in row if "Import" in key["text"])
            pressed = acts.press_button(world, SAM, SAM, find_shown(world)["message_id"], go)
            world.updates.push(pressed.update or {})
            await wait_until(lambda: count_lines(shop_url) >= 4_000)
            assert await running.end(signal.SIGKILL) == -signal.SIGKILL
        left = count_lines(shop_url)
        assert 0 < left < ROWS
        async with start(tmp_path, "run", host="127.0.0.1", port="0", **words) as running:
            await wait_until(lambda: count_lines(shop_url) > left)
            assert await running.end(signal.SIGTERM, 30) == 0
        assert count_lines(shop_url) < ROWS
        async with start(tmp_path, "run", host="127.0.0.1", port="0", **words) as running:
            await wait_until(says(world, "Imported big.csv", f"{ROWS:,} recorded"))
            assert await running.end(signal.SIGTERM, 30) == 0
    assert count_lines(shop_url) == ROWS
    with closing(Database(shop_url)) as database, database.begin_read() as tx:
        assert tx.execute(select(imports.c.rows_recorded)).scalars().all() == [ROWS]
        assert tx.execute(select(received_files.c.state)).scalars().all() == ["done"]
    check_balance(shop_url)
    code, said = await run(tmp_path, "verify", database_url=shop_url)
    assert (code, said.splitlines()[-1]) == (0, "Everything balances.")


def count_lines(url: str) -> int:
    with closing(Database(url)) as database, database.begin_read() as tx:
        present = select(func.count()).where(lines.c.superseded_at.is_(None))
        return int(tx.execute(present).scalar_one())
