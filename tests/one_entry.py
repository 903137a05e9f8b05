"""One more measure or dimension, in a process of its own. One rule: it is in its table before anything else is loaded.

`python -m tests.one_entry measure FOLDER` prints what chat, picture, API and documentation make of it, as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from core import clock
from core.metrics import dimensions, measures
from tests.entries import make_entry

ENTRIES: dict[str, tuple[Any, dict[str, Any]]] = {
    "measure": (measures, measures.MEASURES),
    "dimension": (dimensions, dimensions.DIMENSIONS),
}


async def ask_everywhere(words: str, query: dict[str, str], folder: Path) -> dict[str, Any]:
    """What `/chart WORDS` says and draws, what API and command line answer, and the pages of the documentation."""
    from aiohttp.test_utils import TestClient, TestServer
    from click.testing import CliRunner

    from api.app import create_api
    from bot.cli.main import salesbell
    from bot.sandbox.correspondent import Correspondent
    from bot.sandbox.world import World
    from core.db import Database
    from core.migrations import migrate
    from core.people.keys import create_key
    from docs.reference import write_everything
    from tests.bot.drawing import Reading, build_drawing_application
    from tests.shop import TELEGRAM_IDS, open_shop
    from tests.tills import import_tills

    database = Database(url := f"sqlite:///{folder / 'one.sqlite3'}")
    migrate(database)
    with database.begin() as tx:
        shop = open_shop(tx)
        key = create_key(tx, shop.operator, shop.alice.person_id or 0)
    import_tills(database, shop.operator, folder, "Mall")
    world, renderer = World(), Reading()
    world.add_person(TELEGRAM_IDS["alice"], "Alice", "alice")
    application = build_drawing_application(database, world, renderer)
    async with application:
        (drawn,) = await Correspondent(world, TELEGRAM_IDS["alice"], application).send(f"/chart {words}")
    await renderer.close()
    async with TestClient(TestServer(create_api(database))) as client:
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.get("/api/metrics/query", params=query, headers=headers)
        asked = await answer.json()
    database.close()
    options = [part for name, value in query.items() for part in (f"--{name}", value)]
    said = CliRunner().invoke(salesbell, ["ask", *options], env={"SALESBELL_DATABASE_URL": url})
    return {
        "command line": said.output,
        "chat": drawn.text,
        "is_drawn": drawn.photo is not None,
        "picture": renderer.drawn[-1],
        "api": asked["data"],
        "documentation": write_everything(),
    }


def main(name: str, folder: str) -> None:
    """Add the entry, ask, print."""
    module, table = ENTRIES[name]
    entry = make_entry(name, module)
    table[entry.name] = entry
    today = clock.today("Asia/Riyadh")
    words, query = {
        "measure": ("average lines per order by person", {"measures": entry.name, "by": "person", "period": "month"}),
        "dimension": ("orders by weekday", {"measures": "orders", "by": entry.name, "where": f"weekday={today:%A}"}),
    }[name]
    print(json.dumps(asyncio.run(ask_everywhere(words, query, Path(folder)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
