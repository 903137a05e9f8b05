"""The stand-in for Telegram in a process of its own. One rule: it prints its address and serves until its input ends.

`python -m tests.bench.sandbox_process FIRST_USER_ID PEOPLE`
"""

import asyncio
import sys

import uvloop
from aiohttp import web

from bot.sandbox.server import add_bot_api_routes
from bot.sandbox.world import World


async def serve(first_id: int, people: int) -> None:
    """A world with so many people in it."""
    world = World()
    for number in range(people):
        world.add_person(first_id + number, f"Person {number}", f"person{number}")
    app = web.Application()
    add_bot_api_routes(app, world)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
