"""A bot that draws. One rule: what is drawn is the real picture; what it says is kept to be read."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

import bot.outgoing
from bot.application import AnyApplication, build_application
from bot.pictures import Renderer
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import World
from core.db import Database
from tests.bot.conftest import Chat


class Broken(Renderer):
    """A machine on which nothing can be drawn."""

    async def render(self, spec: dict[str, Any]) -> bytes | None:
        assert spec
        raise RuntimeError("no font")


class Reading(Renderer):
    """A renderer of which one can read what it drew."""

    def __init__(self) -> None:
        super().__init__(timeout_seconds=60)
        self.drawn: list[str] = []

    async def render(self, spec: dict[str, Any]) -> bytes | None:
        self.drawn.append(json.dumps(spec, ensure_ascii=False))
        return await super().render(spec)


def build_drawing_application(database: Database, world: World, renderer: Renderer) -> AnyApplication:
    """The bot, in process, with a renderer."""
    return build_application(
        database,
        world.token,
        SandboxRequest(world),
        SandboxRequest(world),
        api_url="http://sandbox",
        limits_rate=False,
        renderer=renderer,
    )


@asynccontextmanager
async def drawing_with(chat: Chat, renderer: Renderer) -> AsyncIterator[Correspondent]:
    """Alice at a bot that draws; she waits for the picture, however busy the machine is."""
    application = build_drawing_application(chat.database, chat.world, renderer)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bot.outgoing, "PATIENCE_SECONDS", 60)
        async with application:
            yield Correspondent(chat.world, chat.alice.user_id, application)
    await renderer.close()
