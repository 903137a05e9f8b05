"""Which days targets fall on, told in chat: Alice sets them for her branch, Sam for all, Bob and Charlie see."""

import pytest
import time_machine

from tests.bot.conftest import Chat


async def test_alice_weighs_the_weekdays_of_her_branch(chat: Chat) -> None:
    assert "Every weekday bears the same." in (await chat.alice.send("/goal weights")).text
    text = (await chat.alice.send("/goal weights sat 2, sunday 1.5 fri 0")).text
    assert text.startswith("📅 Days of the targets · Mall")
    assert "Sat 2 · Sun 1.5 · Mon 1 · Tue 1 · Wed 1 · Thu 1 · Fri 0" in text
    assert "Fri 0" in (await chat.bob.send("/goal weights")).text
    assert "Every weekday bears the same." in (await chat.charlie.send("/goal weights")).text
    assert "Every weekday bears the same." in (await chat.alice.send("/goal weights equal")).text


async def test_weights_hold_from_the_month_they_are_set_in(chat: Chat) -> None:
    with time_machine.travel("2026-07-15T09:00:00Z"):
        await chat.alice.send("/goal 3100")
        text = (await chat.alice.send("/goal weights fri 0")).text
        assert "Fri 0\nFrom July 2026 on; months that are over stay as they were." in text
        assert "From July" not in (await chat.alice.send("/goal weights")).text
        july = (await chat.alice.send("/team 2026-07-10")).text
        assert "of SAR" not in july  # a Friday
        assert "of SAR 119.2" in (await chat.alice.send("/team 2026-07-11")).text
    with time_machine.travel("2026-08-05T09:00:00Z"):
        await chat.alice.send("/goal weights fri 5 sat 0")
        assert (await chat.alice.send("/team 2026-07-10")).text == july
        refused = (await chat.alice.send("/goal closed 2026-07-31")).text
        assert "2026-07-31 is in a month that is over" in refused


async def test_a_goal_is_judged_by_the_days_that_bear_it(chat: Chat) -> None:
    with time_machine.travel("2026-07-15T09:00:00Z"):
        for words in ("3100", "@bob 1000", "@bob 50 units SOL-3077", "lighting 900"):
            await chat.alice.send(f"/goal {words}")
        said = [(await chat.alice.send(words)).text for words in ("/goal", "/me @bob", "/team")]
        assert [text.count("🔴") for text in said] == [4, 1, 2]
        await chat.alice.send("/goal closed 2026-07-01..2026-07-14")
        said = [(await chat.alice.send(words)).text for words in ("/goal", "/me @bob", "/team")]
        assert [text.count("🟢") for text in said] == [4, 1, 2]


async def test_alice_closes_days_and_opens_them_again(chat: Chat) -> None:
    with time_machine.travel("2026-12-01T09:00:00Z"):
        assert "Closed:\nFri, 25 Dec 2026" in (await chat.alice.send("/goal closed 2026-12-25")).text
        closed = (await chat.alice.send("/goal closed 2026-12-24..2026-12-26")).text
        assert "Closed:\nThu, 24 Dec 2026\nFri, 25 Dec 2026\nSat, 26 Dec 2026" in closed
        assert "Closed:\nThu, 24 Dec 2026\nSat, 26 Dec 2026" in (await chat.alice.send("/goal open 2026-12-25")).text
        assert "No day is closed." in (await chat.charlie.send("/goal closed")).text
        assert "No day is closed." in (await chat.alice.send("/goal open december")).text


async def test_sam_sets_them_for_every_branch(chat: Chat) -> None:
    text = (await chat.sam.send("/goal weights fri 0 everywhere")).text
    assert text.startswith("📅 Days of the targets · Lumina")
    for writer in (chat.bob, chat.charlie):
        assert "Fri 0" in (await writer.send("/goal weights")).text


@pytest.mark.parametrize("words", ["weights fri 0", "closed 2026-12-25", "open 2026-12-25"])
async def test_only_who_sets_goals_may(chat: Chat, words: str) -> None:
    for writer in (chat.bob, chat.dana, chat.charlie):
        assert (await writer.send(f"/goal {words}")).text.startswith("🔒")
    assert (await chat.alice.send(f"/goal {words} everywhere")).text.startswith("🔒")
    assert "Every weekday bears the same.\n\nNo day is closed." in (await chat.alice.send("/goal weights")).text


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("weights moon 2", "moon"),
        ("weights sat", "sat"),
        ("weights sat two", "sat"),
        ("weights sat 9999", "1000"),
        ("weights sat 0 sun 0 mon 0 tue 0 wed 0 thu 0 fri 0", "weekday"),
        ("closed someday", "someday"),
        ("closed 2026-12-25 lunch", "lunch"),
        ("closed 2026-02-30", "2026-02-30"),
        ("closed 2020-01-01..2026-12-25", "too many"),
    ],
)
async def test_it_names_what_it_does_not_understand(chat: Chat, words: str, named: str) -> None:
    refused = (await chat.alice.send(f"/goal {words}")).text
    assert named in refused
    assert "/goal " in refused
    assert "Every weekday bears the same." in (await chat.alice.send("/goal weights")).text
