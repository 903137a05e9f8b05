"""The Bot API over HTTP. One rule: what a bot sees here is what it would see from api.telegram.org."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import aiohttp
import orjson
from aiohttp import web

from bot.sandbox.errors import JSON, AnswerLost, BotApiError
from bot.sandbox.files import Upload
from bot.sandbox.methods import call_method, wrap_result
from bot.sandbox.methods.parameters import Parameters
from bot.sandbox.world import World

UPLOAD_LIMIT_BYTES = 64 * 1024 * 1024
_FIRST_RETRY_SECONDS = 0.5
_LONGEST_RETRY_SECONDS = 60.0


def add_bot_api_routes(app: web.Application, world: World) -> None:
    """`/bot<token>/<method>`, `/file/bot<token>/<path>`, and webhook delivery while `app` runs.

    A bot uses it with base_url `http://host:port/bot` and base_file_url `http://host:port/file/bot`.
    """

    async def answer_call(request: web.Request) -> web.Response:
        return await _answer_call(world, request)

    async def answer_download(request: web.Request) -> web.Response:
        return _answer_download(world, request)

    async def deliver_webhook(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(_deliver_forever(world))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def end_polling(_app: web.Application) -> None:
        world.updates.stop()

    app.on_shutdown.append(end_polling)
    app.router.add_route("*", "/bot{token:[^/]+}/{method}", answer_call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", answer_download)
    app.cleanup_ctx.append(deliver_webhook)


def _respond(status: int, body: JSON) -> web.Response:
    headers = {"Retry-After": str(body["parameters"]["retry_after"])} if status == 429 else None
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json", headers=headers)


async def _answer_call(world: World, request: web.Request) -> web.Response:
    if request.match_info["token"] != world.token:
        return _respond(401, BotApiError(401, "Unauthorized").to_json())
    try:
        parameters = await _read_parameters(request)
        result = await call_method(world, request.match_info["method"], parameters)
    except BotApiError as error:
        return _respond(error.code, error.to_json())
    except AnswerLost:
        if request.transport is not None:
            request.transport.close()
        return web.Response(status=504)
    return _respond(200, wrap_result(result))


async def _read_parameters(request: web.Request) -> Parameters:
    parameters = Parameters(dict(request.query))
    if not request.body_exists:
        return parameters
    if request.content_type == "application/json":
        try:
            body = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            raise BotApiError(400, "Bad Request: can't parse JSON object") from None
        if not isinstance(body, dict):
            raise BotApiError(400, "Bad Request: object expected")
        parameters.values.update(body)
    elif request.content_type == "multipart/form-data":
        parts = await read_parts(request)
        parameters.values.update(parts.values)
        parameters.uploads.update(parts.uploads)
    else:
        parameters.values.update(await request.post())
    return parameters


async def read_parts(request: web.Request) -> Parameters:
    """The fields and files of a multipart body of at most 64 MiB. Raises BotApiError 413."""
    parameters = Parameters({})
    try:
        async for part in await request.clone(client_max_size=UPLOAD_LIMIT_BYTES).multipart():
            if isinstance(part, aiohttp.BodyPartReader) and part.name:
                _keep_part(part, bytes(await part.read(decode=True)), parameters)
    except web.HTTPRequestEntityTooLarge:
        raise BotApiError(413, "Request Entity Too Large") from None
    return parameters


def _keep_part(part: aiohttp.BodyPartReader, content: bytes, parameters: Parameters) -> None:
    if part.name and part.filename is not None:
        mime_type = part.headers.get("Content-Type", "")
        parameters.uploads[part.name] = Upload(part.filename, content, mime_type)
    elif part.name:
        parameters.values[part.name] = content.decode(errors="replace")


def _answer_download(world: World, request: web.Request) -> web.Response:
    if request.match_info["token"] != world.token:
        return _respond(401, BotApiError(401, "Unauthorized").to_json())
    stored = world.files.by_path.get(request.match_info["path"])
    if stored is None:
        return _respond(404, BotApiError(404, "Not Found").to_json())
    return web.Response(body=stored.content, content_type="application/octet-stream")


async def _deliver_forever(world: World) -> None:
    """Post pending updates to the webhook, oldest first; one that fails is tried again, ever less often."""
    retry_seconds = _FIRST_RETRY_SECONDS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        while True:
            if not world.updates.webhook.url or not world.updates.pending:
                await world.updates.wait_for_change(None)
            elif await _deliver_first(world, session):
                retry_seconds = _FIRST_RETRY_SECONDS
            else:
                await world.updates.wait_for_change(retry_seconds * random.uniform(0.8, 1.2))
                retry_seconds = min(retry_seconds * 2, _LONGEST_RETRY_SECONDS)


async def _deliver_first(world: World, session: aiohttp.ClientSession) -> bool:
    webhook, update = world.updates.webhook, world.updates.pending[0]
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
    try:
        async with session.post(webhook.url, json=update, headers=headers, ssl=False) as response:
            problem = "" if response.ok else (
                f"Wrong response from the webhook: {response.status} {response.reason}")  # fmt: skip
    except (aiohttp.ClientError, TimeoutError) as error:
        is_timeout = isinstance(error, TimeoutError)
        problem = "Read timeout expired" if is_timeout else "Connection failed"
    if problem:
        webhook.last_error_date, webhook.last_error_message = world.now(), problem
        return False
    world.updates.confirm(update["update_id"] + 1)
    return True
