"""The Bot API over real HTTP: polling, webhook, raw bodies. One rule: a real aiohttp server on a free port."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram.error import NetworkError, TimedOut
from telegram.ext import Application
from telegram.request import BaseRequest, HTTPXRequest

from bot.request import AiohttpRequest
from bot.sandbox import acts
from bot.sandbox.correspondent import Correspondent
from bot.sandbox.server import add_bot_api_routes
from bot.sandbox.world import World
from tests.bot.sandbox.small_bot import AnyApplication, add_handlers, build_png

ALICE, BOB = 101, 102


@dataclass
class Served:
    world: World
    address: str
    session: aiohttp.ClientSession

    async def call(self, method: str, **values: Any) -> dict[str, Any]:
        url = f"{self.address}/bot{self.world.token}/{method}"
        async with self.session.post(url, json=values) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    def push(self, text: str) -> int:
        update = acts.send_text(self.world, ALICE, ALICE, text).update
        self.world.updates.push(update)
        return int(update["update_id"])


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    world = World()
    world.add_person(ALICE, "Alice", "alice")
    world.add_person(BOB, "Bob", "bob")
    app = web.Application()
    add_bot_api_routes(app, world)
    runner, address = await serve(app)
    async with aiohttp.ClientSession() as session:
        yield Served(world, address, session)
    await runner.cleanup()


def build_application(served: Served, request: type[BaseRequest]) -> AnyApplication:
    builder = Application.builder().token(served.world.token).base_url(f"{served.address}/bot")
    builder = builder.base_file_url(f"{served.address}/file/bot").request(request()).get_updates_request(request())
    return add_handlers(builder)


@pytest.mark.parametrize("request_class", [AiohttpRequest, HTTPXRequest])
async def test_it_serves_a_polling_bot(served: Served, request_class: type[BaseRequest]) -> None:
    application = build_application(served, request_class)
    alice = Correspondent(served.world, ALICE, quiet_seconds=0.15)
    async with application:
        await application.start()
        await application.updater.start_polling(timeout=5)
        assert (await alice.send("/sale 1 x"))[0].buttons == ["Undo", "Why?", "Open"]
        assert (await alice.press("Undo")).toast == "Undone."
        assert (await alice.send("/chart"))[0].photo == build_png()
        answers = await alice.send_document("größe 1.csv", b"x;y\n")
        assert answers[0].text == "4 bytes: b'x;y\\n'"
        await application.updater.stop()
        await application.stop()
    assert not served.world.updates.pending


async def test_it_serves_a_bot_with_a_webhook_and_its_secret(served: Served) -> None:
    application = build_application(served, AiohttpRequest)
    alice = Correspondent(served.world, ALICE, quiet_seconds=0.15)
    statuses = []

    async def take(request: web.Request) -> web.Response:
        from telegram import Update

        is_genuine = request.headers.get("X-Telegram-Bot-Api-Secret-Token") == "s3cret"
        statuses.append(200 if is_genuine and statuses else 500)
        if statuses[-1] == 200:
            await application.process_update(Update.de_json(await request.json(), application.bot))
        return web.Response(status=statuses[-1])

    app = web.Application()
    app.router.add_post("/hook", take)
    runner, address = await serve(app)
    async with application:
        await application.bot.set_webhook(f"{address}/hook", secret_token="s3cret")
        answers = await alice.send("hello")
        info = await application.bot.get_webhook_info()
    await runner.cleanup()
    assert statuses == [500, 200], "the first delivery failed and was tried again"
    assert answers[0].text == "you said hello"
    assert (info.pending_update_count, info.last_error_message) == (
        0, "Wrong response from the webhook: 500 Internal Server Error")  # fmt: skip


async def test_it_keeps_updates_until_they_are_confirmed(served: Served) -> None:
    first, second, third = (served.push(text) for text in "abc")

    async def ids(**values: Any) -> list[int]:
        return [update["update_id"] for update in (await served.call("getUpdates", **values))["result"]]

    assert await ids() == [first, second, third]
    assert await ids(limit=2) == [first, second]
    assert await ids(offset=second) == [second, third]
    assert await ids(offset=-1) == [third]
    assert await ids() == [third]
    assert await ids(offset=third + 1) == []


async def test_it_holds_a_long_poll_until_something_comes(served: Served) -> None:
    poll = asyncio.create_task(served.call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    assert not poll.done()
    update_id = served.push("late")
    assert [update["update_id"] for update in (await poll)["result"]] == [update_id]


async def test_it_lets_a_second_poller_end_the_first(served: Served) -> None:
    first = asyncio.create_task(served.call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(served.call("getUpdates", timeout=20))
    body = await first
    assert body["error_code"] == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    served.push("x")
    assert len((await second)["result"]) == 1


async def test_it_refuses_polling_while_a_webhook_is_set(served: Served) -> None:
    poll = asyncio.create_task(served.call("getUpdates", timeout=20))
    await asyncio.sleep(0.05)
    await served.call("setWebhook", url="http://127.0.0.1:9/hook")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    body = await served.call("getUpdates")
    assert (body["error_code"], body["description"]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    served.push("x")
    await served.call("deleteWebhook", drop_pending_updates=True)
    assert (await served.call("getUpdates"))["result"] == []


async def test_it_sends_only_the_updates_asked_for_and_remembers(served: Served) -> None:
    await served.call("getUpdates", allowed_updates=["callback_query", "message_reaction"])
    served.push("unwanted")
    reaction = acts.send_text(served.world, ALICE, ALICE, "x").result
    served.world.updates.push(acts.react(served.world, ALICE, ALICE, reaction["message_id"], "👍").update)
    found = (await served.call("getUpdates"))["result"]
    assert [sorted(update) for update in found] == [["message_reaction", "update_id"]]


@pytest.mark.parametrize(
    ("method", "values", "code", "description"),
    [
        ("noSuchMethod", {}, 404, "Not Found: method not found"),
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": ALICE}, 400, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": 5, "text": "x"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": ALICE, "text": "x", "reply_markup": "{"}, 400,
         "Bad Request: can't parse reply keyboard markup JSON object"),
        ("sendMessage", {"chat_id": ALICE, "text": "x", "reply_markup": [1]}, 400,
         "Bad Request: object expected as reply markup"),
        ("sendPhoto", {"chat_id": ALICE}, 400, "Bad Request: there is no photo in the request"),
        ("sendDocument", {"chat_id": ALICE, "document": "http://x.example/y"}, 400,
         "Bad Request: failed to get HTTP URL content"),
        ("editMessageText", {"chat_id": ALICE, "text": "x"}, 400, "Bad Request: message identifier is not specified"),
        ("sendChatAction", {"chat_id": ALICE, "action": "dance"}, 400,
         "Bad Request: wrong parameter action in request"),
        ("getFile", {"file_id": "x"}, 400, "Bad Request: invalid file_id"),
        ("setWebhook", {"url": "http://example.com/"}, 400,
         "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ("setWebhook", {"url": "https://example.com:99/"}, 400,
         "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ("setWebhook", {"url": "https://example.com/", "secret_token": "ü"}, 400,
         "Bad Request: secret token contains unallowed characters"),
    ],
)  # fmt: skip
async def test_it_refuses_with_telegrams_bodies(
    served: Served, method: str, values: dict[str, Any], code: int, description: str
) -> None:
    body = await served.call(method, **values)
    assert body == {"ok": False, "error_code": code, "description": description}


async def test_it_says_how_long_to_wait(served: Served) -> None:
    served.world.faults.slow_down("sendMessage", 14)
    assert await served.call("sendMessage", chat_id=ALICE, text="x") == {
        "ok": False, "error_code": 429, "description": "Too Many Requests: retry after 14",
        "parameters": {"retry_after": 14},
    }  # fmt: skip


async def test_it_takes_parameters_in_every_form_and_methods_in_any_case(served: Served) -> None:
    base = f"{served.address}/bot{served.world.token}"
    form = aiohttp.FormData({"chat_id": str(ALICE), "text": "part"}, default_to_multipart=True)
    requests = [
        served.session.get(f"{base}/SENDMESSAGE?chat_id={ALICE}&text=query"),
        served.session.post(f"{base}/sendmessage", data={"chat_id": str(ALICE), "text": "form"}),
        served.session.post(f"{base}/sendMessage", data=form),
        served.session.post(f"{base}/sendMessage", json={"chat_id": str(ALICE), "text": "json"}),
    ]
    texts = []
    for request in requests:
        async with request as response:
            texts.append((await response.json())["result"]["text"])
    assert texts == ["query", "form", "part", "json"]


async def test_it_refuses_a_wrong_token_for_calls_and_files(served: Served) -> None:
    for path in ("/bot1:x/getMe", "/file/bot1:x/documents/file_0.csv"):
        async with served.session.get(served.address + path) as response:
            assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_its_request_says_what_went_wrong_without_the_token(served: Served) -> None:
    token, data = served.world.token, None
    request = AiohttpRequest(read_timeout=0.2, write_timeout=0.2)
    with pytest.raises(RuntimeError, match="not initialized"):
        await request.do_request(f"{served.address}/bot{token}/getMe", "POST", data)
    async with request:
        served.world.faults.delay("getMe", 5)
        with pytest.raises(TimedOut) as late:
            await request.post(f"{served.address}/bot{token}/getMe")
        served.world.faults.lose_answer("getMe")
        with pytest.raises(NetworkError) as lost:
            await request.post(f"{served.address}/bot{token}/getMe")
        with pytest.raises(NetworkError) as refused:
            await request.post(f"http://127.0.0.1:9/bot{token}/getMe")
        with pytest.raises(NetworkError) as malformed:
            await request.post(f"http://[bad/bot{token}/getMe")
    for caught in (late, lost, refused, malformed):
        error: BaseException | None = caught.value
        while error is not None:
            assert token not in repr(error)
            error = error.__cause__ or error.__context__
    assert str(refused.value) == "aiohttp.ClientConnectorError"
    assert request.read_timeout == 0.2
