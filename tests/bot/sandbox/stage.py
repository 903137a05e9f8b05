"""Alice, Bob and Charlie with a bot in process. One rule: Charlie is in no group, and must see nothing of theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from telegram.ext import Application

from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import World
from tests.bot.sandbox.small_bot import AnyApplication, add_handlers

ALICE, BOB, CHARLIE, TEAM = 101, 102, 103, -5001


@dataclass
class Stage:
    world: World
    application: AnyApplication
    alice: Correspondent
    bob: Correspondent
    charlie: Correspondent

    @property
    def bot(self) -> Any:
        return self.application.bot


def populate(world: World) -> World:
    for user_id, name in ((ALICE, "Alice Owner"), (BOB, "Bob"), (CHARLIE, "Charlie")):
        world.add_person(user_id, name, name.split()[0].lower())
    world.add_group(TEAM, "Team", [ALICE, BOB])
    return world


@asynccontextmanager
async def open_stage(world: World | None = None) -> AsyncIterator[Stage]:
    """A running application in `world`, or in a new one with the three and their group."""
    world = world or populate(World())
    request = SandboxRequest(world)
    application = add_handlers(Application.builder().token(world.token).request(request))
    await application.initialize()
    yield Stage(world, application, *(Correspondent(world, who, application) for who in (ALICE, BOB, CHARLIE)))
    await application.shutdown()
