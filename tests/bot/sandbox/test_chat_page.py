"""The page's own JSON and files. One rule: what a browser would ask is asked over real HTTP."""

import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import acts
from bot.sandbox.chat_page import STRANGER_ID, PageLink, SandboxGroup, SandboxPerson, add_sandbox_routes
from bot.sandbox.world import World
from tests.bot.sandbox.small_bot import build_png
from tests.bot.sandbox.test_server import serve

ALICE, BOB, TEAM = 101, 102, -5001
PEOPLE = [SandboxPerson("alice", "Alice Owner", "Super admin", ALICE), SandboxPerson("bob", "Bob", "Employee", BOB)]
HEADERS = {"X-Sandbox-Page": "1"}


class Browser:
    def __init__(self, world: World, address: str, session: aiohttp.ClientSession) -> None:
        self.world, self.address, self.session = world, address, session

    async def state(self, who: int | str = ALICE) -> dict[str, Any]:
        async with self.session.get(f"{self.address}/chat/api/state?as={who}") as response:
            state: dict[str, Any] = await response.json()
            return state

    async def act(self, name: str, status: int = 200, /, **body: Any) -> dict[str, Any]:
        url = f"{self.address}/chat/api/{name}"
        async with self.session.post(url, json=body, headers=HEADERS) as response:
            assert response.status == status
            answer: dict[str, Any] = await response.json()
            return answer


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    world, app = World(), web.Application()
    add_sandbox_routes(
        app, world, people=PEOPLE, groups=[SandboxGroup(TEAM, "Team")], suggestions=["/me"], title="Shop",
        links=[PageLink("API", "/docs")],
    )  # fmt: skip
    runner, address = await serve(app)
    async with aiohttp.ClientSession() as session:
        yield Browser(world, address, session)
    await runner.cleanup()


async def test_it_serves_a_page_that_loads_nothing_from_outside(browser: Browser) -> None:
    async with browser.session.get(f"{browser.address}/chat") as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy
    names = re.findall(r'(?:src|href)="([^"#]+)', page)
    assert "page/app.js" in names
    for name in {*names, "page/pattern.svg", "page/composer.js"}:
        async with browser.session.get(f"{browser.address}/chat/{name}") as response:
            assert response.status == 200
            assert not re.findall(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", await response.text())
    async with browser.session.get(f"{browser.address}/chat/page/..%2Fworld.py") as response:
        assert response.status == 404


async def test_it_shows_each_person_their_own_chat_and_groups(browser: Browser) -> None:
    await browser.act("send", **{"as": ALICE, "chat_id": ALICE, "text": "secret"})
    alice, bob, stranger = [await browser.state(who) for who in (ALICE, BOB, STRANGER_ID)]
    assert [message["text"] for message in alice["private"]["messages"]] == ["secret"]
    assert bob["private"]["messages"] == []
    assert ([one["title"] for one in bob["groups"]], stranger["groups"]) == (["Team"], [])
    assert [person["handle"] for person in alice["people"]] == ["alice", "bob", "stranger"]
    assert (alice["title"], alice["suggestions"], alice["links"]) == (
        "Shop", ["/me"], [{"label": "API", "url": "/docs"}])  # fmt: skip
    assert (await browser.state("nobody"[:0]))["user_id"] == ALICE


async def test_it_queues_what_people_do_for_the_bot(browser: Browser) -> None:
    keys = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    browser.world.post(browser.world.chats[BOB], browser.world.bot, {"text": "hi", "reply_markup": keys})
    sent = await browser.act("send", **{"as": BOB, "chat_id": BOB, "text": "/me", "reply_to": 1})
    await browser.act("edit", **{"as": BOB, "chat_id": BOB, "message_id": 2, "text": "/me week"})
    await browser.act("press", **{"as": BOB, "chat_id": BOB, "message_id": 1, "data": "go"})
    unseen = await browser.act("send", **{"as": BOB, "chat_id": TEAM, "text": "hello all"})
    assert sent["result"]["reply_to_message"]["text"] == "hi"
    assert (sent["is_seen_by_bot"], unseen["is_seen_by_bot"]) == (True, False)
    kinds = [next(key for key in update if key != "update_id") for update in browser.world.updates.pending]
    assert kinds == ["message", "edited_message", "callback_query"]


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("send", {"as": ALICE, "chat_id": ALICE, "text": " "}, "needs some text"),
        ("send", {"as": ALICE, "chat_id": BOB, "text": "x"}, "Only members"),
        ("send", {"as": 5, "chat_id": 5, "text": "x"}, "no such person"),
        ("send", {"as": ALICE, "text": "x"}, "chat_id"),
        ("press", {"as": ALICE, "chat_id": ALICE, "message_id": 1, "data": "x"}, "button is gone"),
        ("dance", {"as": ALICE, "chat_id": ALICE, "message_id": 1}, "'dance'"),
        ("people", {"name": "  "}, "Type a name"),
    ],
)
async def test_it_says_what_is_wrong(browser: Browser, name: str, body: dict[str, Any], reason: str) -> None:
    assert reason in (await browser.act(name, 400, **body))["error"]


async def test_it_takes_acts_only_from_its_own_page(browser: Browser) -> None:
    async with browser.session.post(f"{browser.address}/chat/api/people", json={"name": "x"}) as response:
        assert response.status == 403


async def test_it_adds_newcomers(browser: Browser) -> None:
    person = (await browser.act("people", name="  Nora   New "))["person"]
    state = await browser.state(person["user_id"])
    assert (person["name"], state["user_id"], state["groups"]) == ("Nora New", person["user_id"], [])
    await browser.act("send", **{"as": person["user_id"], "chat_id": person["user_id"], "text": "/start"})


async def test_it_sends_files_and_offers_them_without_letting_them_run(browser: Browser) -> None:
    for name, content, as_photo, mime in (
        ("evil.html", b"<script>alert(1)</script>" * 60_000, "false", "text/html"),
        ("shelf.png", build_png(), "true", "image/png"),
    ):
        form = aiohttp.FormData({"as": str(ALICE), "chat_id": str(ALICE), "as_photo": as_photo, "caption": "see"})
        form.add_field("file", io.BytesIO(content), filename=name, content_type=mime)
        url = f"{browser.address}/chat/api/upload"
        async with browser.session.post(url, data=form, headers=HEADERS) as response:
            message = (await response.json())["result"]
        file_id = (message["photo"][-1] if "photo" in message else message["document"])["file_id"]
        async with browser.session.get(f"{browser.address}/chat/api/files/{file_id}") as response:
            assert await response.read() == content
            is_shown = response.headers["Content-Disposition"].startswith("inline")
            assert (is_shown, response.content_type == "image/png") == (name == "shelf.png", name == "shelf.png")
            assert "sandbox" in response.headers["Content-Security-Policy"]


async def read_events(stream: aiohttp.ClientResponse, count: int) -> list[tuple[str, dict[str, Any]]]:
    events, position = [], ""
    while len(events) < count:
        line = (await stream.content.readline()).decode().rstrip("\n")
        position = line.removeprefix("id: ") if line.startswith("id: ") else position
        if line.startswith("data: "):
            events.append((position, json.loads(line.removeprefix("data: "))))
    return events


async def test_it_streams_events_and_catches_up_after_a_lost_connection(browser: Browser) -> None:
    url = f"{browser.address}/chat/api/events"
    position = (await browser.state())["position"]
    acts.send_text(browser.world, ALICE, ALICE, "one")
    async with browser.session.get(url, params={"after": position}) as stream:
        ((position, event),) = await read_events(stream, 1)
    assert (event["kind"], event["payload"]["text"]) == ("message", "one")
    acts.send_text(browser.world, ALICE, ALICE, "two")
    async with browser.session.get(url, headers={"Last-Event-ID": position}) as stream:
        acts.edit_text(browser.world, ALICE, ALICE, 1, "uno")
        events = [event for _, event in await read_events(stream, 2)]
    assert [(event["kind"], event["payload"]["text"]) for event in events] == [("message", "two"), ("edit", "uno")]
    async with browser.session.get(url, params={"after": "elsewhere-3"}) as stream:
        assert (await read_events(stream, 1))[0][1] == {"kind": "reset"}
