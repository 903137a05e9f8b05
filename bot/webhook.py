"""Updates that Telegram brings by itself. One rule: a call without the secret is nobody; 200 means answered."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.application import AnyApplication
from bot.polling import ALLOWED_UPDATES, take_update

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MOST_CONNECTIONS = 40
BODY_SECONDS = 30.0


def derive_secret(token: str) -> str:
    """A webhook secret from the bot's token: the same in every process, and the token cannot be told from it."""
    return hmac.new(token.encode(), b"salesbell webhook", hashlib.sha256).hexdigest()


def add_webhook_route(
    app: web.Application, application: AnyApplication, secret: str, is_ready: Callable[[], bool]
) -> None:
    """Let Telegram bring updates to PATH, once the application `is_ready` to answer."""

    async def receive_update(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=403)
        if not is_ready():
            return web.Response(status=503)  # Telegram brings it again
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except (OSError, web.RequestPayloadError, HttpProcessingError):  # too slow, gone, or not what it says
            return web.Response(status=400)
        await take_update(application, _read_json(body))
        return web.Response()

    app.router.add_post(PATH, receive_update)


def _read_json(body: bytes) -> object:
    """What a body says; itself where it is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode(errors="replace")


async def set_webhook(application: AnyApplication, public_url: str, secret: str) -> None:
    """Tell Telegram where to bring updates."""
    await application.bot.set_webhook(
        public_url.rstrip("/") + PATH,
        secret_token=secret,
        allowed_updates=ALLOWED_UPDATES,
        max_connections=MOST_CONNECTIONS,
    )
