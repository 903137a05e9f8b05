"""The conversation of `chat` between two calls. One rule: a message number is never given twice, whatever happens.

A sale is known by its bot, chat and message number: a number given twice would be a sale taken for one told before.
So a range of numbers is reserved in the file before the first message, the file is replaced in one piece, and a
conversation that had to begin anew has another bot.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bot.sandbox.world import World
from core import clock
from core.errors import InvalidInput

RESERVED = 100_000  # message numbers a session may use up before it is ended properly
EPOCH_SECONDS = 1_750_000_000
MESSAGES_KEPT = 200
LARGEST_BOT_ID = 2**50


@dataclass
class KeptChat:
    """Everything said so far; `last_number` is given already; `asked`: by chat, the message that waits for a reply."""

    world: World
    last_number: int
    asked: dict[int, int] = field(default_factory=dict)


@contextmanager
def keep_chat(path: Path) -> Iterator[KeptChat]:
    """The conversation in the file, for nobody else meanwhile; kept again at the end.

    Raises InvalidInput naming SALESBELL_CHAT_FILE where there can be no such file.
    """
    with _naming_trouble():
        lock = path.with_name(path.name + ".lock").open("w")
    with lock:
        with _naming_trouble():
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = _load(path)
            _write(path, kept, kept.last_number + RESERVED)
        try:
            yield kept
        finally:
            chats = kept.world.chats.values()
            used = max((chat.last_message_id for chat in chats), default=0)
            for chat in chats:
                chat.messages = dict(list(chat.messages.items())[-MESSAGES_KEPT:])
            with _naming_trouble():
                _write(path, kept, max(used, kept.last_number))


@contextmanager
def _naming_trouble() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InvalidInput(
            f"The conversation cannot be kept in its file: {error.strerror}.", field="SALESBELL_CHAT_FILE"
        ) from error


def _load(path: Path) -> KeptChat:
    try:
        content = json.loads(path.read_bytes())
        asked = {int(chat): int(number) for chat, number in content.get("asked", {}).items()}
        return KeptChat(World.load(content["world"]), int(content["reserved"]), asked)
    except FileNotFoundError:
        pass
    except (ValueError, TypeError, KeyError, AttributeError):
        click.echo(f"{path} cannot be read any more; the conversation begins anew.", err=True)
    first_number = int((clock.now().timestamp() - EPOCH_SECONDS) * 10)
    return KeptChat(World(token=f"{secrets.randbelow(LARGEST_BOT_ID) + 1}:chat"), first_number)


def _write(path: Path, kept: KeptChat, reserved: int) -> None:
    content: dict[str, Any] = {"reserved": reserved, "world": kept.world.dump(), "asked": kept.asked}
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
