"""What no example of a command says: newcomers, files, shares, chats that move, sums that went wrong.

Each is done by those who would do it, through a front door, so that what it asks of a database is heard.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import select

from bot.application import IMPORTING, AnyApplication
from bot.delivery import deliver_due
from bot.menus import publish_menus
from bot.sandbox import acts
from bot.sandbox.correspondent import Answers, Correspondent
from bot.sandbox.world import World
from core import clock
from core.access import Role, act_as_operator, find_branch, find_viewer
from core.catalog.search import find_products
from core.catalog.variants import add_variant
from core.company import create_company, list_branches
from core.db import Database
from core.demo import Demo, build_demo
from core.demo.catalogue import JEDDAH
from core.imports.saved import drop_preset, list_saved_presets
from core.imports.tally import read_complete_sales
from core.models.sales import lines
from core.people.accounts import Visitor, link_account
from core.people.employment import remove_branch_membership, transfer_person
from core.people.members import add_person
from core.people.setup import open_setup
from core.people.teams import find_team, remove_from_team
from core.periods import Period
from core.sales.corrections import restore_sale, void_sale
from tests.bot.conftest import build_chat_application
from tests.bot.sandbox.small_bot import build_png
from tests.core.imports.tally.daybooks import sell, write_book
from tests.plans.walk import open_api, walk_jobs

STRANGER, NEWCOMER = 700_000_001, 700_000_002
MOVING_GROUP = -700_001
CODE = re.compile(r"/start (join_\S+)")


@dataclass(frozen=True, slots=True)
class Room:
    """The demo's people at the bot."""

    database: Database
    world: World
    application: AnyApplication
    demo: Demo

    def seat(self, handle: str) -> Correspondent:
        """One of them, by handle."""
        person = next(one for one in self.demo.people if one.handle == handle)
        return Correspondent(self.world, person.telegram_id, self.application)

    async def deliver(self) -> None:
        """Send all that waits, also what is to be tried again in a moment."""
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=True):
            while await deliver_due(self.database, self.application.bot):
                pass


def expect(answers: Answers, told: str) -> None:
    """That it came to that; otherwise nothing that follows from it is heard."""
    assert told in answers.text, answers.text


# ---- who comes in ---------------------------------------------------------------------------------------------------


async def set_up(database: Database) -> None:
    """The first visitor of an empty installation, after a code that is none."""
    with database.begin() as tx:
        made = open_setup(tx)
    world = World()
    world.add_person(STRANGER, "Stranger")
    async with build_chat_application(database, world) as application:
        visitor = Correspondent(world, STRANGER, application)
        await visitor.send("/start ABCDE-ABCDE-ABCDE-ABCDE")
        assert made is not None
        expect(await visitor.send(f"/start {made.code}"), "yours")


async def come_and_go(room: Room) -> None:
    """An invitation is used, somebody is in two companies, a super admin is not the last, a branch is taken away."""
    with room.database.begin() as tx:
        viewer = find_viewer(tx, "ann")
        add_person(tx, viewer, "Zed", Role.EMPLOYEE, viewer.operational_branch_id or 0, handle="zed")
    for number, words in (NEWCOMER + 1, "/invite @zed"), (NEWCOMER, "/invite"):
        (code,) = CODE.findall((await room.seat("ann").send(words)).text)
        room.world.add_person(number, "Newcomer")
        newcomer = Correspondent(room.world, number, room.application)
        expect(await newcomer.send(f"/start {code}"), "Welcome")
    with room.database.begin() as tx:
        other = create_company(tx, "محل", currency="SAR", time_zone="Asia/Riyadh")
        operator = act_as_operator(other)
        person = add_person(tx, operator, "New", Role.EMPLOYEE, list_branches(tx, operator)[0].id)
        link_account(tx, Visitor(NEWCOMER, "New"), person.id)
    await newcomer.send(f"/switch {room.demo.company.handle}")
    layla = room.seat("layla")
    for words in ("@omar super admin", "@omar admin", "@layla leaves", "@nobody"):
        await layla.send(f"/people {words}")
    with room.database.begin() as tx:
        viewer = find_viewer(tx, "layla")
        remove_from_team(tx, viewer, find_team(tx, viewer, "Online"), find_viewer(tx, "mei").person_id or 0)
        remove_branch_membership(
            tx, viewer, find_viewer(tx, "ann").person_id or 0, find_branch(tx, viewer.company.id, JEDDAH)
        )
    await publish_menus(room.application, room.database)
    with room.database.begin() as tx:
        viewer = find_viewer(tx, "layla")
        number = find_viewer(tx, "faisal").person_id or 0
        transfer_person(tx, viewer, number, find_branch(tx, viewer.company.id, "Riyadh Mall"))
    expect(await room.seat("faisal").send("/me"), "Besides")


# ---- selling --------------------------------------------------------------------------------------------------------


async def sell_otherwise(room: Room) -> None:
    """Shares that are agreed to, guests, other currencies, templates, steps, stock nobody kept, the same once more."""
    bob, layla = room.seat("bob"), room.seat("layla")
    for handle in ("ann", "khalid"):
        await room.seat(handle).send("/stock SOL-3077 +500")
    expect(await bob.send("/sale 2 SOL-3077 with @priya 30%"), "recorded")
    await room.deliver()
    await room.seat("priya").press("Agree")
    await room.seat("ann").send("/guests @faisal")
    expect(await room.seat("faisal").send('/sale 1 SOL-3077 guest at "Riyadh Mall"'), "Guest")
    await layla.send("/company rate USD 3.75")
    await layla.send("/company currency USD")
    await bob.send("/sale 1 SOL-3077 @20 USD")
    for words in ("/template mine 1 SOL-3077", "/template mine off", "/new 2 SOL-3077"):
        await bob.send(words)
    await bob.press("Record")
    await layla.send("/product TIN-1 Tin price 5")
    await layla.send("/stock TIN-1 +3")
    await bob.send("/sale 1 SOL-3077")
    await bob.send("/exchange 1 SOL-3077 for 1 GAM-2211")
    await bob.redeliver()
    receipt = (await bob.send("/sale 1 SOL-3077"))[0].message_id
    await bob.send_photo(build_png(), reply_to=receipt)
    await bob.press("Photo", message_id=receipt)
    expect(await bob.send("/sale 20000000"), "Nothing is recorded until you press")
    await bob.press("Record")
    told = (await bob.send("sold 1 SOL-3077"))[-1].message_id - 1
    await bob.edit(told, "sold 2 SOL-3077")
    for words in ("/product GAM-2211 cost 51", "/goal @bob 12345", "/goal @bob off"):
        await room.seat("ann").send(words)
    with room.database.begin() as tx:
        viewer = find_viewer(tx, "ann")
        product = find_products(tx, viewer, "GAM-2211").candidates[0]
        add_variant(tx, viewer, product.id, "Large", sku="GAM-L")
    await bob.send("/sale 1 GAM-L")


# ---- files ----------------------------------------------------------------------------------------------------------

HEADER = "Order,Day,Item,Code,Amount,Shop,Who"
SALES = f"{HEADER}\nC-1,2026-01-13,Solar,SOL-3077,5,Riyadh Mall,@bob\nC-1,2026-01-13,New,NEW-9,6,Riyadh Mall,@bob\n"
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
# A product that is met before it has a name, and then with one.
NAMELESS = f"{RETAIL}500001,22001,,2,1/14/2026 8:26,2.55,17850,Kuwait\n"
NAMED = f"{RETAIL}500002,22001,A LAMP,2,1/14/2026 9:26,2.55,17850,Kuwait\n"


async def send_files(room: Room, folder: Path) -> None:
    """Files in chat: tried, imported, brought again, taken back, into a closed month; a day book; one nobody wants."""
    layla = room.seat("layla")
    importing = room.application.bot_data[IMPORTING]()
    importing.progress_seconds = 0.01

    async def bring(name: str, content: str, *labels: str, told: str) -> None:
        await layla.send_document(name, content.encode())
        await importing.settle()
        for label in labels:
            await layla.press(label)
            await importing.settle()
        shown = [one.text for one in layla.received[-3:]]
        assert any(told in one for one in shown), (name, shown)

    await bring("sales.csv", SALES, "Change", "Order of dates", "Day", "Dry run", told="Tried")
    await layla.press("Import")
    await importing.settle()
    await bring("sales.csv", SALES, "Import", told="2 there before")
    await bring("sales.csv", SALES.replace(",6,", ",7,"), "Import", told="Imported")
    await bring("sales.csv", SALES.replace("C-1", "C-2"), "Import", "Undo import", "Yes", told="taken back")
    await layla.send("/close january 2026")
    await bring("sales.csv", SALES.replace("NEW-9", "NEW-8"), "Dry run", "Import", told="closed")
    await layla.send("/close open january 2026")
    await bring("nothing.csv", SALES, "Cancel", told="not imported")
    await bring("retail.csv", NAMELESS, "Riyadh", "Import", told="Imported")
    await bring("retail.csv", NAMED, "Riyadh", "Import", told="Imported")
    book = write_book(folder / "chat.xml", [sell("c", "5.00"), sell("d", "6.00")]).read_text()
    await bring("book.xml", book, "Riyadh", "Import", "Undo import", "Yes", told="taken back")
    with room.database.begin() as tx:
        viewer = find_viewer(tx, "layla")
        drop_preset(tx, viewer, list_saved_presets(tx, viewer)[0].name)
        imported = tx.execute(select(lines.c.document_id).where(lines.c.import_id.is_not(None)).limit(1)).scalar_one()
        void_sale(tx, viewer, imported)
        restore_sale(tx, viewer, imported)


async def read_tally(room: Room) -> None:
    """Vouchers as they came, for whoever compares them."""
    with room.database.begin_read() as tx:
        viewer = find_viewer(tx, "layla")
        for company, period in ((None, None), ("Demo Ltd", Period(date(2026, 1, 1), date(2026, 5, 1)))):
            list(read_complete_sales(tx, viewer, company, period).sales)


# ---- chats ----------------------------------------------------------------------------------------------------------


async def move_chats(room: Room) -> None:
    """A group with a digest becomes another; Telegram has no time; somebody blocks the bot."""
    ann, mei = room.seat("ann"), room.seat("mei")
    room.world.add_group(MOVING_GROUP, "Moving", [ann.user_id])
    await ann.within(MOVING_GROUP).send("/digest daily 18:00")
    _, updates = acts.migrate_group(room.world, ann.user_id, MOVING_GROUP)
    for one in updates:
        await ann.within(MOVING_GROUP).redeliver(one)
    await room.seat("faisal").send("/sale 1 SOL-3077 with @mei 30%")
    room.world.faults.slow_down("sendMessage", 1)
    await room.deliver()
    room.world.people[mei.user_id].has_blocked = True
    await room.seat("faisal").send("/sale 1 SOL-3077 with @mei 30%")
    await room.deliver()
    await mei.send("/digest daily 00:01")
    for days, has_blocked in ((1, True), (2, False)):
        room.world.people[mei.user_id].has_blocked = has_blocked
        with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
            await walk_jobs(room.database)
            await room.deliver()


# ---- API ------------------------------------------------------------------------------------------------------------


ONE_SALE = {"lines": [{"sku": "SOL-3077", "quantity": 1}]}
CALLS: tuple[tuple[str, str, Any, str | None], ...] = (
    ("POST", "/api/sales", ONE_SALE, "once"),
    ("POST", "/api/sales", ONE_SALE, "once"),
    ("POST", "/api/categories", {"name": "Cellar"}, None),
    ("PUT", "/api/metrics/cards/choices", {"salespeople": ["bob"], "cards": []}, None),
    ("GET", "/api/metrics/cards/choices", None, None),
    ("PUT", "/api/metrics/cards/permissions", {"person": "@mei", "refused": ["Country wise Sales"]}, None),
)


async def call_otherwise(room: Room) -> None:
    """The same call twice, a sale that was undone, a category nobody names, cards that are taken away."""
    async with open_api(room.database, "layla") as (layla,):
        for method, path, body, name in CALLS:
            answer = await layla.call(method, path, None, body, name)
            assert answer["status"] == "success", (method, path, answer)
            if path == "/api/sales":
                await layla.call("DELETE", f"{path}/{answer['data']['id']}")
                await layla.call("GET", f"{path}/{answer['data']['id']}")


# ---- all of it ------------------------------------------------------------------------------------------------------


async def run_errands(database: Database, folder: Path) -> Demo:
    """Most of them, in the demo's company, which is made first."""
    world = World()
    application = build_chat_application(database, world)
    async with application:
        with database.begin() as tx:
            demo = build_demo(tx)
            create_company(tx, "Second", currency="SAR", time_zone="Asia/Riyadh", first_branch="Pier")
        for one in demo.people:
            world.add_person(one.telegram_id, one.name, one.handle)
        room = Room(database, world, application, demo)
        for errand in (sell_otherwise, move_chats, come_and_go, call_otherwise, read_tally):
            await errand(room)
        await send_files(room, folder)
    return demo
