"""A small company of six weeks, told through the front doors, in which every table has rows and every kind of change
happened: by the command line, in chat, over HTTP and in files."""

from dataclasses import dataclass
from pathlib import Path

import time_machine
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_api
from bot.application import IMPORTING, AnyApplication
from bot.delivery import deliver_due
from bot.sandbox.correspondent import Answers, Correspondent
from bot.sandbox.world import World
from bot.scheduler import post_due_digests
from core.cards.choices import refuse_cards
from core.db import Database
from core.people.employment import add_branch_membership
from core.people.keys import create_key
from core.people.setup import open_setup
from tests.bot.conftest import GROUP_ID, build_chat_application
from tests.bot.sandbox.small_bot import build_png
from tests.core.imports.tally.daybooks import Item, sell, write_book
from tests.kept.answers import call
from tests.shop import STRANGER_ID, TELEGRAM_IDS, Shop, open_shop

JUNE, JULY, LATER = "2026-06-20T09:00:00Z", "2026-07-21T09:00:00Z", "2026-07-22T15:00:00Z"
REFUSALS = ("🤔", "🔒")
SOME_REJECTED = 1

FILE = """\
Order No,Sold on,Item,Qty,Total,Buyer,Route
A-1,2026-06-14,SolarGlow Outdoor Lights,2,49.98,Jane Roe,North
A-2,2026-06-15,Brass Lantern,1,89.0525,"Omar ""O"" Khalil",South
A-2,2026-06-15,Süßholz 250g,3,12,Émile Zola,South
A-3,2026-06-31,Brass Lantern,1,89.00,Omar Khalil,South
"""
WITHDRAWN = FILE.replace("A-", "B-")
MAPPED = (
    *("--map", "order_id=Order No", "--map", "date=Sold on", "--map", "product=Item", "--map", "quantity=Qty"),
    *("--map", "amount=Total", "--map", "customer=Buyer", "--map", "route=Route", "--date-format", "%Y-%m-%d"),
    *("--branch", "Mall", "--person", "bob", "--create-missing"),
)
TARGETS = "Month,Category,Target\nJun-26,Lighting,10400\nJul-26,Lighting,12800\n"
VOUCHERS = (
    sell("g-1", "100.00", ledgers=[("Output CGST 9%", "9.00"), ("Round Off", "0.25")], day="20260601"),
    sell("g-2", "250.00", party="Åse & Sønner", day="20260602", number="2"),
    sell(
        "g-3",
        type="Credit Note",
        is_return=True,
        day="20260603",
        number="3",
        items=[Item("Pen", "2", "Nos", "10", "20")],
    ),
)
ALTERED = (
    sell("g-1", "120.00", ledgers=[("Output CGST 9%", "10.80")], day="20260601", alter_id=9),
    sell("g-2", "250.00", party="Åse & Sønner", day="20260602", number="2", alter_id=10, cancelled=True),
)


@dataclass
class Scene:
    """The database being filled, the people at their chats, and a folder for files."""

    database: Database
    url: str
    folder: Path
    application: AnyApplication
    people: dict[str, Correspondent]

    def run(self, *words: str, company: str = "lumina", code: int = 0) -> str:
        """What the command line says to this."""
        return call(self.url, *words, "--company", company, code=code)

    def write(self, name: str, content: str) -> str:
        (self.folder / name).write_text(content, encoding="utf-8")
        return str(self.folder / name)

    async def chat(self, who: str, *messages: str) -> Answers:
        """Messages of a person, one after the other; what the last was answered."""
        answers = Answers()
        for message in messages:
            answers = await self.people[who].send(message)
            assert not answers.text.startswith(REFUSALS), f"{message}\n{answers.text}"
        return answers

    async def tap(self, who: str, *labels: str) -> None:
        for label in labels:
            await self.people[who].press(label)


async def fill(database: Database, url: str, folder: Path) -> None:
    """Tell the whole story to a migrated, empty database; the clock is moved meanwhile."""
    with time_machine.travel(JUNE) as clock:
        with database.begin() as tx:
            opened = open_setup(tx)
            assert opened is not None
        world = World()
        application = build_chat_application(database, world)
        async with application:
            scene = Scene(database, url, folder, application, _invite_everybody(world, application))
            await scene.people["owner"].send("/start a code that is none")
            await scene.chat("owner", f"/start {opened.code}")
            shop = _open_shop(scene)
            await _sell_in_june(scene)
            _import_files(scene)
            clock.move_to(JULY)
            await _arrange(scene, shop)
            await _sell_in_july(scene)
            await _use_the_api(scene, shop)
            await _send_files(scene)
            clock.move_to(LATER)
            await _end_the_day(scene)


def _invite_everybody(world: World, application: AnyApplication) -> dict[str, Correspondent]:
    numbers = {**TELEGRAM_IDS, "owner": STRANGER_ID}
    for name, number in numbers.items():
        world.add_person(number, name.capitalize(), name)
    world.add_group(GROUP_ID, "Lumina team", numbers.values())
    return {name: Correspondent(world, number, application) for name, number in numbers.items()}


def _open_shop(scene: Scene) -> Shop:
    """The second company; the first is the one that whoever had the set-up code began with."""
    with scene.database.begin() as tx:
        shop = open_shop(tx)
        add_branch_membership(tx, shop.sam, shop.alice.person_id or 0, shop.corniche_id)
        refuse_cards(tx, shop.sam, "bob", ("Country wise Sales",))
    return shop


async def _sell_in_june(scene: Scene) -> None:
    await scene.chat("sam", "/company rate USD 3.75", "/company corrections 60", "/branch new Airport")
    await scene.chat("alice", "/goal 50000", "/goal @bob 200 units SOL-3077", "/goal weights fri 0")
    await scene.chat("alice", "/goal closed 2026-06-23", "/goal @bob 900", "/goal @bob 1000")
    bob, charlie = scene.people["bob"], scene.people["charlie"]
    await scene.chat("bob", "/sale 2 SOL-3077 @24.99 -10% etsy #SUMMER to Jane Roe -- gift, wrap it")
    await bob.edit(bob.last_message_id or 0, "/sale 3 SOL-3077 @24.99 -10% etsy #SUMMER to Jane Roe")
    await scene.chat("bob", "/return 1 SOL-3077", "sold 1 griparm for 100 to Hala Mansour", "/sale 1 SOL-3077 @10 usd")
    await scene.tap("bob", "Undo", "Restore")
    await scene.chat("bob", "/sale 2 SOL-3077 +15% VAT yesterday", "/sale 1 SOL-3077")
    await scene.tap("bob", "Undo")
    await scene.chat("bob", "/sale 1 GAM-2211 shopify", "/exchange 1 GAM-2211 for 6 SOL-3077 @20")
    await scene.chat("alice", "/guests @charlie")
    await scene.chat("charlie", "/sale 2 SOL-3077 guest at Mall", "/sale 1250")
    await scene.chat("dana", "/sale 4 SOL-3077 with @bob 30%", "/sale 1 SOL-3077 with @alice 20%")
    await deliver_due(scene.database, scene.application.bot)
    await bob.press("Agree")
    await scene.chat("alice", "/sale 5 SOL-3077 for @dana 3 days ago", "/give @bob")
    await charlie.within(GROUP_ID).send("/sale 1 GAM-2211 @130")
    await scene.chat("alice", "/stock SOL-3077 +20", "/product NEW-1 Brass Lantern price 89 cost 60.5")
    await scene.chat("alice", "/product NEW-1 cost 61.5")


def _import_files(scene: Scene) -> None:
    june, withdrawn = scene.write("june.csv", FILE), scene.write("withdrawn.csv", WITHDRAWN)
    scene.run("import", "sales", june, *MAPPED, "--save-preset", "till", code=SOME_REJECTED)
    scene.run("import", "sales", withdrawn, "--preset", "till", code=SOME_REJECTED)
    scene.run("import", "--undo", "2")
    scene.run("import", "targets", scene.write("targets.csv", TARGETS), "--branch", "Mall")
    counters = scene.write("counters.json", '{"qty_sold_2": 5}')
    scene.run("import", "counters", counters, "--branch", "Mall", "--person", "dana")
    for vouchers in (VOUCHERS, ALTERED):
        book = write_book(scene.folder / "DayBook.xml", vouchers)
        scene.run("sync", str(book), "--salesperson", '"Asha"', "--branch", "Mall")


async def _arrange(scene: Scene, shop: Shop) -> None:
    await scene.chat("alice", "/teams Falcons @bob @dana", "/invite employee many", "/digest daily 18:00")
    await scene.people["alice"].within(GROUP_ID).send("/digest weekly sunday 9")
    await scene.chat(
        "alice",
        "/kpi add etsy revenue by month platform=Etsy",
        "/kpi hide total_quantity",
        "/kpi profit on",
        "/goal @bob 1000",
    )
    await scene.chat("bob", "/template usual 2 SOL-3077 @24.99 etsy", "/numbers indian")
    await scene.chat("sam", "/close may 2026")
    call(scene.url, "company", "create", "Corner Shop", "--currency", "EUR", "--time-zone", "Europe/Berlin")
    said = scene.run("person", "add", "Ann", "--role", "manager", "--team", "Solo", company="corner_shop")
    scene.run("product", "add", "SOL-3077", "SolarGlow", "--price", "19.99", "--stock", "7", company="corner_shop")
    await scene.chat("owner", f"/start {said.split()[-1]}", "/sale 2 SOL-3077 to Jürgen")


async def _sell_in_july(scene: Scene) -> None:
    bob = scene.people["bob"]
    (receipt,) = await scene.chat("bob", "/sale usual yesterday")
    await bob.send_photo(build_png(3, 2), reply_to=receipt.message_id)
    await scene.chat("bob", "/bulk\n2 SOL-3077 etsy\n1 SOL-3077 @20 to Jane", "/again", "/sale 40 SOL-3077 @26")
    await scene.chat("dana", "/new 4 SOL-3077 @25")
    await scene.chat("charlie", "/sale 1 GAM-2211 to HALA MANSOUR", "/return 1 GAM-2211 damaged")


async def _use_the_api(scene: Scene, shop: Shop) -> None:
    with scene.database.begin() as tx:
        people = (shop.bob, shop.alice, shop.sam)
        bob, alice, sam = (create_key(tx, shop.operator, person.person_id or 0) for person in people)
    calls = (
        (alice, "POST", f"/api/products/{shop.lights.id}/variants", {"name": "Large", "price": 30}),
        (alice, "POST", "/api/categories", {"name": "Lamps"}),
        (sam, "POST", "/api/performance/recalculate", None),
        (bob, "PUT", "/api/metrics/cards/choices", {"theme": "dark", "salespeople": ["bob"], "period": "last week"}),
        (bob, "POST", "/api/sales", {"sku": "SOL-3077", "variant_id": 1, "quantity": 2, "platform": "Shopify"}),
    )
    async with TestClient(TestServer(create_api(scene.database))) as client:
        for number, (key, method, path, body) in enumerate(calls):
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"call-{number}"}
            answer = await client.request(method, path, json=body, headers=headers)
            assert answer.ok, await answer.text()


async def _send_files(scene: Scene) -> None:
    """One that is imported, and one that is left at the question which branch it is of."""
    importing, sam = scene.application.bot_data[IMPORTING](), scene.people["sam"]
    july = FILE.replace("A-", "C-").replace("-06-", "-07-")
    await sam.send_document("july.csv", july.encode())
    for label in ("Mall", "Import"):
        await importing.settle()
        await sam.press(label)
    await importing.settle()
    await sam.send_document("later.csv", WITHDRAWN.encode())
    await importing.settle()


async def _end_the_day(scene: Scene) -> None:
    await post_due_digests(scene.database)
    await deliver_due(scene.database, scene.application.bot)
    await scene.chat("alice", "/goal @charlie 100")
    await scene.chat("charlie", "/sale 1 GAM-2211")
