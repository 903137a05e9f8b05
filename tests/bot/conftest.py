"""A chat with the real bot. One rule: python-telegram-bot as it is; only the wire is the sandbox."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.application import AnyApplication, build_application
from bot.cli import main
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import World
from core.catalog.stock import verify_stock
from core.db import Database
from core.metrics.recount import verify_rollups
from tests.bot.command_line import Call, Said
from tests.shop import STRANGER_ID, TELEGRAM_IDS, Shop, open_shop

GROUP_ID = -100_500


@dataclass
class Chat:
    """The shop's people and a stranger, each writing to the bot in private, and the group they are in."""

    world: World
    application: AnyApplication
    database: Database
    shop: Shop
    alice: Correspondent
    bob: Correspondent
    charlie: Correspondent
    dana: Correspondent
    sam: Correspondent
    stranger: Correspondent


def build_chat_application(database: Database, world: World) -> AnyApplication:
    """The bot, in process."""
    return build_application(
        database,
        world.token,
        SandboxRequest(world),
        SandboxRequest(world),
        api_url="http://sandbox",
        limits_rate=False,
    )


@pytest.fixture
def chat_database(database: Database) -> Iterator[tuple[Database, Shop]]:
    """The shop, committed; balanced at the end of every test."""
    with database.begin() as tx:
        shop = open_shop(tx)
    yield database, shop
    with database.begin_read() as tx:
        assert all(not proof.differences for proof in verify_rollups(tx, shop.company.id))
        assert not verify_stock(tx, shop.company.id).differences


@pytest.fixture
async def chat(chat_database: tuple[Database, Shop]) -> AsyncIterator[Chat]:
    """Everybody at the bot."""
    database, shop = chat_database
    world = World()
    application = build_chat_application(database, world)
    for name, user_id in TELEGRAM_IDS.items():
        world.add_person(user_id, name.capitalize(), name)
    world.add_person(STRANGER_ID, "Stranger", "stranger")
    world.add_group(GROUP_ID, "Lumina team", TELEGRAM_IDS.values())
    writers = {name: Correspondent(world, user_id, application) for name, user_id in TELEGRAM_IDS.items()}
    async with application:
        yield Chat(
            world, application, database, shop, **writers, stranger=Correspondent(world, STRANGER_ID, application)
        )


def sell_for_everybody(chat: Chat) -> None:
    """Alice, Bob and Dana sell in the Mall, Charlie on the Corniche."""
    with chat.database.begin() as tx:
        shop = chat.shop
        shop.sell(tx, shop.alice, 1)
        shop.sell(tx, shop.bob, 4)
        shop.sell(tx, shop.dana, 2)
        shop.sell(tx, shop.charlie, 1, shop.dumbbells)


@pytest.fixture
def salesbell(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Call:
    """`salesbell("ask", …)` on an empty database: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALESBELL_DATABASE_URL", database_url)

    def call(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["salesbell", *words])
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return int(str(code or 0)), said.out, said.err

    return call


@pytest.fixture
def shop(salesbell: Call, database_url: str) -> Call:
    """The same, with the shop of Alice, Bob and Charlie in it."""
    database = Database(database_url)
    with database.begin() as tx:
        open_shop(tx)
    database.close()
    return salesbell
