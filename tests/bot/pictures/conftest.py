"""One renderer for all pictures. One rule: what is drawn here is drawn by the real process with the real fonts."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.pictures import Renderer


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    """A renderer with one worker, ended when the tests are through."""
    one = Renderer(timeout_seconds=60)
    yield one
    await one.close()
