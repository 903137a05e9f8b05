"""The contract's part 3 in chat, multiplied out: role × membership × what may be asked × branch and person asked for.

A command, or a button, that is in no table of tests.bot.reads fails the first test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from bot.actions import ACTIONS
from bot.application import AnyApplication
from bot.commands import COMMANDS
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.world import World as Telegram
from core.access import Role, load_viewer
from core.db import Database
from core.people.accounts import Visitor, link_account
from core.reports.digest import compose_digest
from tests.bot.conftest import build_chat_application
from tests.bot.reads import PRESSES, READS, REFUSED, TARGET, TELL_NOTHING, UNKNOWN, Asking, Read, Told, find, seen
from tests.reach import MALL, NOBODY, PEOPLE, PIER, World, add_up, build_world

NOW = datetime(2026, 7, 25, 15, tzinfo=UTC)  # 18:00 in Riyadh, late enough for a digest of the day so far
FIRST_ID, GROUP_ID = 2001, -100_500
CHANGING_BUTTONS = {
    "file",
    "takeback",
    "undo",
    "restore",
    "edit",
    "note",
    "pick",
    "draft",
    "back",
    "share",
    "new",
    "unbulk",
} | {
    "unkey",
    "uninvite",
    "theme",
    "sure",
    "mine",
    "notmine",
}
OF_ONE_SALE = {"return", "photo", "open"}  # they read the receipt first, which whoever may not see it is refused


def test_every_command_and_button_is_in_a_table() -> None:
    assert set(READS) | set(TELL_NOTHING) == set(COMMANDS)
    assert set(READS).isdisjoint(TELL_NOTHING)
    assert {*PRESSES, "board"} | CHANGING_BUTTONS | OF_ONE_SALE == set(ACTIONS)


# ---- the world ------------------------------------------------------------------------------------------------------


@dataclass
class Office:
    """The bot, and everybody at it."""

    database: Database
    telegram: Telegram
    application: AnyApplication
    world: World

    def seat(self, name: str) -> Correspondent:
        """Somebody in their private chat."""
        return Correspondent(self.telegram, FIRST_ID + list(PEOPLE).index(name), self.application)


@pytest.fixture
def office(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    """One world for everybody; nobody changes anything but the branch they work on."""
    path = tmp_path / "reach.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database, telegram = Database(f"sqlite:///{path}"), Telegram()
    with time_machine.travel(NOW):
        with database.begin() as tx:
            world = build_world(tx)
            for number, name in enumerate(PEOPLE, FIRST_ID):
                link_account(tx, Visitor(number, name), world.people[name])
                telegram.add_person(number, name, name)
        telegram.add_group(GROUP_ID, "Acme", range(FIRST_ID, FIRST_ID + len(PEOPLE)))
        yield Office(database, telegram, build_chat_application(database, telegram), world)
    database.close()


async def ask(seat: Correspondent, read: Read, asking: Asking) -> Told:
    """What is told: from every page, where the answer has several."""
    answers = await seat.send(read.words.format(target=asking.target))
    texts = [answers.text]
    while read.presses and any(read.presses in button for button in answers[-1].buttons):
        answers = (await seat.press(read.presses)).messages
        texts.append(answers.text)
    return texts[0][0] if texts[0][:1] in (REFUSED, UNKNOWN) else read.read("\n".join(texts))


async def list_wrong(office: Office, name: str, branch: str) -> list[tuple[object, ...]]:
    """Everything that somebody is told otherwise than expected, of what there is to ask."""
    seat, wrong = office.seat(name), []
    for reads in READS.values():
        for read in reads:
            for target in (*PEOPLE, NOBODY) if TARGET in read.words else ("",):
                asking = Asking(name, branch, target)
                told, expected = await ask(seat, read, asking), read.expect(asking)
                if told != expected:
                    wrong.append((asking, read.words, told, expected))
    return [*wrong, *read_digest(office, name, branch)]


def read_digest(office: Office, name: str, branch: str) -> list[tuple[object, ...]]:
    with office.database.begin_read() as tx:
        digest = compose_digest(tx, load_viewer(tx, office.world.people[name]), "daily", NOW)
    told = next(kpi.value for kpi in digest.kpis if kpi.measure == "revenue")
    expected = seen(Asking(name, branch))
    return [] if (told or 0) / 10_000 == expected else [(name, branch, "digest", told, expected)]


@pytest.mark.parametrize("name", PEOPLE)
async def test_everybody_is_told_as_much_as_the_contract_says(office: Office, name: str) -> None:
    one = PEOPLE[name]
    async with office.application:
        wrong = await list_wrong(office, name, one.home)
        for asked in ("all", "Moon", PIER, MALL):
            answer = (await office.seat(name).send(f"/branch {asked}")).text
            if one.role < Role.MANAGER:
                assert answer.startswith(REFUSED), (asked, answer)
            elif asked not in one.may_ask:
                assert answer.startswith(UNKNOWN), (asked, answer)
            else:
                assert answer.startswith(f"📍 You now work on {asked}."), answer
                wrong += await list_wrong(office, name, asked)
    assert wrong == []


@pytest.mark.parametrize("action", PRESSES)
async def test_a_button_tells_whoever_presses_it_as_much_as_they_may_see(office: Office, action: str) -> None:
    text, labels, read, expect = PRESSES[action]
    wrong = []
    async with office.application:
        asker = office.seat("super_admin_mall").within(GROUP_ID)
        for name, one in PEOPLE.items():
            (shown,) = await asker.send(text)
            for label in labels[:-1]:
                shown = (await asker.press(label, message_id=shown.message_id)).messages[0]
            answers = await office.seat(name).within(GROUP_ID).press(labels[-1], message_id=shown.message_id)
            told = read(answers.text or next(one.text for one in asker.messages if one.message_id == shown.message_id))
            expected = expect(Asking(name, one.home))
            if told != expected:
                wrong.append((name, told, expected))
    assert wrong == []


async def test_the_rankings_buttons_stay_in_ones_branch(office: Office) -> None:
    async with office.application:
        for name, one in PEOPLE.items():
            await office.seat(name).send("/leaderboard yesterday")
            told = find("Together: ")((await office.seat(name).press("Month")).text)
            assert told == add_up(one.home), name
