"""Updates that cannot be read, or not be handled: logged, counted and skipped, and the next one is answered.

Every field of the updates of `data/telegram`, and of our people's own, is left out, null, of another type, or huge.
"""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.polling import take_update
from bot.sandbox import acts
from tests.bot.conftest import Chat

JSON = dict[str, Any]
Place = tuple[str | int, ...]
SPOILT: tuple[Any, ...] = (
    None, [], {}, True, -1, 0, 1.5, 10**12, 10**30, "", "x", "1", "\u0000\ud83d", "ﷺ" * 5_000,
    [None], [{}], [[]], {"id": 1},
)  # fmt: skip
LEFT_OUT = object()
IN_THE_SUITE = 400  # of all of them, chosen by a seed


def list_places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where anything stands in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*place, key)
        yield from list_places(part, (*place, key))


def spoil(update: JSON, place: Place, value: Any) -> JSON:
    """The update with another value there, or without any."""
    spoilt = deepcopy(update)
    around: Any = spoilt
    for key in place[:-1]:
        around = around[key]
    if value is LEFT_OUT:
        del around[place[-1]]
    else:
        around[place[-1]] = value
    return spoilt


def read_updates(folder: Path) -> Iterator[JSON]:
    for path in sorted(folder.glob("*.json")):
        update = json.loads(path.read_text(encoding="utf-8"))
        if "update_id" in update:
            yield update


async def make_updates(chat: Chat) -> list[JSON]:
    """What Bob does: he sells, corrects, answers a receipt, presses its buttons and searches."""
    (receipt,) = await chat.bob.send("/sale 2 SOL-3077 to Hala")
    made = [chat.bob.last_update]
    await chat.bob.send("3 SOL-3077", reply_to=receipt.message_id)
    made.append(chat.bob.last_update)
    await chat.bob.edit(chat.bob.last_message_id or 0, "4 SOL-3077")
    made.append(chat.bob.last_update)
    for label in ("Undo", "Restore", "Return"):
        await chat.bob.press(label)
        made.append(chat.bob.last_update)
    made.append(acts.ask_inline(chat.world, chat.bob.user_id, "solar").update)
    return [update for update in made if update is not None]


def spoil_all(updates: list[JSON]) -> list[JSON]:
    return [
        spoil(update, place, value)
        for update in updates
        for place in list_places(update)
        for value in (LEFT_OUT, *SPOILT)
    ]


async def take_all(chat: Chat, spoilt: list[JSON]) -> None:
    with capture_logs():
        for number, update in enumerate(spoilt, 1):
            await take_update(chat.application, update)
            if number % 100 == 0:
                assert "Sale recorded" in (await chat.bob.send("/sale 1 GAM-2211")).text


async def test_whatever_is_wrong_with_an_update_the_next_is_answered(chat: Chat, shared_data: Path) -> None:
    updates = [*read_updates(shared_data / "telegram"), *await make_updates(chat)]
    assert len(updates) > 30
    await take_all(chat, random.Random(10).sample(spoil_all(updates), IN_THE_SUITE))


@pytest.mark.slow
async def test_every_field_of_every_update(chat: Chat, shared_data: Path) -> None:
    await take_all(chat, spoil_all([*read_updates(shared_data / "telegram"), *await make_updates(chat)]))


@pytest.mark.parametrize("raw", [None, 3, "x", [], {}, {"update_id": "x"}, {"update_id": 1, "message": 3}])
async def test_what_is_no_update_is_skipped_and_said(chat: Chat, raw: object) -> None:
    with capture_logs() as said:
        await take_update(chat.application, raw)
    assert all(entry["update"] == raw for entry in said)
    assert said or raw == {"update_id": "x"}


async def test_what_was_skipped_is_counted_with_its_number(chat: Chat) -> None:
    poll = {"update_id": 7, "poll": {"id": "1", "question": "?", "options": []}}
    with capture_logs() as said:
        await take_update(chat.application, poll)
        await take_update(chat.application, poll)
    first, second = said
    assert (first["event"], first["number"], first["update"]) == ("update skipped", 7, poll)
    assert second["skipped_so_far"] == first["skipped_so_far"] + 1
