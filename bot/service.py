"""The one process that hosts everything. One rule: this is the only place that knows both chat and API."""

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from telegram.error import BadRequest, InvalidToken

from api.app import LONGEST_ADDRESS_BYTES, add_api_routes
from api.clients import Proxies
from api.connections import BACKLOG, Connections, serve_connections, tell_connection
from api.limits import GUESSES, Limits
from bot.allowances import Allowance
from bot.application import IMPORTING, AnyApplication, build_application, part
from bot.delivery import deliver_forever
from bot.handlers import load_handlers
from bot.menus import publish_menus
from bot.pictures import Renderer
from bot.polling import poll_forever, reach_telegram
from bot.request import AiohttpRequest
from bot.scheduler import JobContext, schedule_forever
from bot.webhook import add_webhook_route, derive_secret, set_webhook
from core.db import Database
from core.errors import InvalidInput
from core.settings import Settings

Mount = Callable[[web.Application], None]
LARGEST_BODY_BYTES = 2**20
DEAF_MILLISECONDS = 30_000
DRAIN_SECONDS = 7.0  # for requests that are being answered; Docker waits for ten


@dataclass
class Service:
    """What one process runs: the API, the scheduler, and with a token the chat.

    `api_url` is where the Bot API is; empty means right here (the sandbox, among the `mounts`).
    """

    settings: Settings
    database: Database
    token: str | None = None
    api_url: str = ""
    limits_rate: bool = True
    mounts: list[Mount] = field(default_factory=list)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    renderer: Renderer = field(default_factory=Renderer)
    _requests: tuple[AiohttpRequest, AiohttpRequest] = field(
        default_factory=lambda: (AiohttpRequest(), AiohttpRequest())
    )
    _has_greeted: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, on_ready: Callable[[int], None] | None = None) -> None:
        """Serve until SIGINT or SIGTERM, then let go of everything.

        Raises InvalidInput naming SALESBELL_TELEGRAM_TOKEN or SALESBELL_PORT when that is what keeps it from working.
        """
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        async with self.started() as (port, tasks):
            if on_ready:
                on_ready(port)
            stop = asyncio.create_task(stopping.wait())
            done, _ = await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            for task in done - {stop}:
                task.result()

    @contextlib.asynccontextmanager
    async def started(self) -> AsyncIterator[tuple[int, list[asyncio.Task[None]]]]:
        """Everything running for as long as the block lasts: the port, and the work that never ends by itself."""
        listener = self._bind()
        port = int(listener.getsockname()[1])
        app = web.Application(client_max_size=LARGEST_BODY_BYTES, middlewares=[tell_connection])
        proxies = Proxies(self.settings.trusted_proxies)
        limits = Limits(self.settings.requests_per_minute, GUESSES)
        add_api_routes(app, self.database, self.wake.set, limits, proxies)
        for mount in self.mounts:
            mount(app)
        application = self._build_application(app, port) if self.token else None
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_SECONDS)
        await runner.setup()
        connections = Connections(self.settings.connections_per_address, proxies.__contains__)
        context = JobContext(self.database, self.wake)
        talk = self._talk_forever(application, context) if application else None
        work = [schedule_forever(context), talk or deliver_forever(self.database, None, self.wake)]
        async with serve_connections(runner, connections, listener, max_line_size=LONGEST_ADDRESS_BYTES):
            tasks = [asyncio.create_task(one) for one in work]
            try:
                yield port, tasks
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, runner.cleanup(), return_exceptions=True)
                if application is not None:
                    await part(application)
                for request in self._requests:
                    await request.shutdown()  # the application does not, where it never reached Telegram
                await self.renderer.close()

    def _bind(self) -> socket.socket:
        host, port = self.settings.host, self.settings.port
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
            if hasattr(socket, "TCP_USER_TIMEOUT"):  # a client that does not take its answer is let go of
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAF_MILLISECONDS)
            return listener
        except OSError as error:
            is_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
            what, name, hint = (f"Port {port}", "PORT", "8081") if is_port else (f"Address {host}", "HOST", "0.0.0.0")  # noqa: S104
            raise InvalidInput(
                f"{what} cannot be used: {error.strerror}.", field=f"SALESBELL_{name}", hint=f"SALESBELL_{name}={hint}"
            ) from error

    def _build_application(self, app: web.Application, port: int) -> AnyApplication:
        load_handlers()
        application = build_application(
            self.database,
            self.token or "",
            *self._requests,
            api_url=self.api_url or f"http://127.0.0.1:{port}",
            wake=self.wake,
            limits_rate=self.limits_rate,
            currency=self.settings.currency,
            time_zone=self.settings.time_zone,
            renderer=self.renderer,
            allowance=Allowance(self.settings.messages_per_minute) if self.limits_rate else None,
        )
        if self.settings.public_url:
            add_webhook_route(app, application, self._choose_secret(), self._has_greeted.is_set)
        return application

    def _choose_secret(self) -> str:
        given = self.settings.webhook_secret
        return given.get_secret_value() if given else derive_secret(self.token or "")

    async def _talk_forever(self, application: AnyApplication, context: JobContext) -> None:
        """Greet Telegram, waiting until it can be reached, then take updates as configured, and bring notices."""
        try:
            await reach_telegram(application.initialize)
            self._has_greeted.set()
            context.importing = application.bot_data[IMPORTING]()
            await _gather_or_cancel(
                self._take_updates(application),
                publish_menus(application, self.database),
                deliver_forever(self.database, application.bot, self.wake),
            )
        except InvalidToken as error:
            raise InvalidInput(
                "Telegram does not know that token.",
                field="SALESBELL_TELEGRAM_TOKEN",
                hint="the one @BotFather gave you",
            ) from error

    async def _take_updates(self, application: AnyApplication) -> None:
        if not self.settings.public_url:
            await poll_forever(application)
            return
        address, secret = self.settings.public_url, self._choose_secret()
        try:
            await reach_telegram(lambda: set_webhook(application, address, secret))
        except BadRequest as error:
            raise InvalidInput(
                f"Telegram cannot bring updates there: {error.message}.",
                field="SALESBELL_PUBLIC_URL",
                hint="https://bell.example.com",
            ) from error
        await asyncio.Event().wait()


async def _gather_or_cancel(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it; when one part fails, end the others and raise what it raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
