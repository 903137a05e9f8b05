"""Connections to the API, and when they end. One rule: whoever makes us wait gives way to whoever comes.

aiohttp ends a connection that is idle between two requests, and waits for ever for the rest of one that was begun. Here
a request has to be there within HEAD_SECONDS of its first byte, and its body within BODY_SECONDS of that. An address
may hold so many connections; one more takes the place of that address's oldest that waits for its client. Where all of
them are at work it is let in only to ask for the process's health.
"""

import asyncio
import contextlib
import resource
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from api.arguments import BODY_SECONDS
from api.problems import Problem
from api.serving import respond_with_problem

log = structlog.get_logger()
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEAD_SECONDS, IDLE_SECONDS = 10.0, 75.0
LOOK_SECONDS = 1.0  # between two looks at who is late
SPARE = 32  # connections beyond every limit, for whoever asks for the process's health
KEPT_FILES = 128  # that the database, the bot and the pictures may have open beside the connections
BACKLOG = 128  # connections that may be let in at once, before those whose place they take are gone
LEAST_CONNECTIONS, MOST_CONNECTIONS = 64, 8192
HEALTH_PATHS = frozenset({"/api/health", "/api/ready"})


class Connections:
    """Every connection, by address. `per_address` is how many one may hold; `is_exempt` says whom that spares."""

    def __init__(self, per_address: int, is_exempt: Callable[[str], bool] = lambda _: False) -> None:
        self._per_address, self._is_exempt = per_address, is_exempt
        self._most = min(MOST_CONNECTIONS, max(LEAST_CONNECTIONS, _count_files() - KEPT_FILES - BACKLOG - SPARE))
        self._by_address: defaultdict[str, dict[Connection, None]] = defaultdict(dict)  # the oldest first
        self._count = self._spare = 0

    def admit(self, connection: "Connection") -> bool:
        """Take a connection in, at the cost of one that waits where there is no room; False where there is none."""
        address = connection.address
        others = self._by_address.get(address, {})
        is_over = len(others) >= self._per_address and not self._is_exempt(address)
        if is_over:
            is_over = not self._end_oldest(others)
        elif self._count >= self._most:
            is_over = not self._end_oldest(max(self._by_address.values(), key=len))
        if is_over and self._spare >= SPARE:
            log.warning("connection refused", address=address, open=len(others))
            return False
        if is_over:
            connection.is_spare = True
            self._spare += 1
        self._by_address[address][connection] = None
        self._count += 1
        return True

    def forget(self, connection: "Connection") -> None:
        """A connection is gone."""
        others = self._by_address.get(connection.address, {})
        if connection in others:
            del others[connection]
            self._count -= 1
            self._spare -= connection.is_spare
            if not others:
                del self._by_address[connection.address]

    def _end_oldest(self, connections: "dict[Connection, None]") -> bool:
        """End the oldest that waits for its client; False where there is none."""
        for connection in connections:
            if connection.is_waiting:
                log.info("connection ended", address=connection.address, reason="others wait for its place")
                self.forget(connection)
                connection.end()
                return True
        return False

    async def watch(self) -> None:
        """End what is late, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = asyncio.get_running_loop().time()
            for connection in [one for others in self._by_address.values() for one in others]:
                if connection.is_late(now):
                    log.info("connection ended", address=connection.address, reason="the request did not come in time")
                    connection.end()


class Connection(web.RequestHandler):
    """One connection, which knows whom it waits for."""

    __slots__ = ("_connections", "_request", "_since", "address", "is_spare")

    def __init__(self, connections: Connections, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connections = connections
        self._request: web.BaseRequest | None = None
        self._since: float | None = None
        self.address, self.is_spare = "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, or end it."""
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._since = self._loop.time()
        super().connection_made(transport)
        if not self._connections.admit(self):
            self.end()

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is gone."""
        self._connections.forget(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The time of a request begins with its first byte."""
        if self._since is None and self._request is None:
            self._since = self._loop.time()
        super().data_received(data)

    def begin(self, request: web.BaseRequest) -> None:
        """A request's head is there."""
        self._request, self._since = request, self._loop.time()

    def finish(self) -> None:
        """It is answered, but for the sending."""
        self._request = self._since = None

    @property
    def is_waiting(self) -> bool:
        """Whether it is for the client to go on."""
        if self._request is not None:
            return not self._request.content.is_eof()
        return not self._request_in_progress  # aiohttp's: whether an answer is being sent

    def is_late(self, now: float) -> bool:
        """Whether the client takes too long. Between two requests aiohttp looks after it."""
        if self._since is None or not self.is_waiting:
            return False
        return now - self._since > (HEAD_SECONDS if self._request is None else BODY_SECONDS + LOOK_SECONDS)

    def end(self) -> None:
        """Let go of it at once, whatever is still to be sent."""
        transport = cast(asyncio.WriteTransport | None, self.transport)  # uvloop's is none by its classes
        if transport is not None:
            transport.abort()

    def log_exception(self, *args: Any, **options: Any) -> None:
        """What a client sent that cannot be read is one line; for the rest see aiohttp."""
        error = options.get("exc_info")
        if isinstance(error, HttpProcessingError | web.RequestPayloadError | ConnectionError):
            log.info("malformed request", address=self.address, reason=type(error).__name__)
        else:
            super().log_exception(*args, **options)

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """What is no HTTP is answered in words, and is one line of the log; for the rest see aiohttp."""
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        self.log_exception(exc_info=exc)
        response = respond_with_problem(Problem(400, "That is not HTTP as it is spoken here."), "-")
        response.force_close()
        return response


@contextlib.asynccontextmanager
async def serve_connections(
    runner: web.AppRunner, connections: Connections, listener: socket.socket, **options: Any
) -> AsyncIterator[None]:
    """Listen for as long as the block lasts, and end late connections; the runner is the caller's to clean up."""
    loop = asyncio.get_running_loop()
    options = {"access_log": None, "keepalive_timeout": IDLE_SECONDS, "lingering_time": 2.0, **options}
    site = _Site(runner, listener, lambda: Connection(connections, runner.server, loop=loop, **options))
    await site.start()
    watching = asyncio.create_task(connections.watch())
    try:
        yield
    finally:
        watching.cancel()


class _Site(web.BaseSite):
    """A listening socket whose connections are ours."""

    __slots__ = ("_listener", "_make")

    def __init__(self, runner: web.AppRunner, listener: socket.socket, make: Callable[[], Connection]) -> None:
        super().__init__(runner)
        self._listener, self._make = listener, make

    @property
    def name(self) -> str:
        """As aiohttp lists it."""
        return str(self._listener.getsockname())

    async def start(self) -> None:
        """Listen."""
        await super().start()
        self._server = await asyncio.get_running_loop().create_server(self._make, sock=self._listener, backlog=BACKLOG)


@web.middleware
async def tell_connection(request: web.Request, handler: Answering) -> web.StreamResponse:
    """Let the connection know of its request; one that is beyond the limits is for health only."""
    connection = request.protocol
    if not isinstance(connection, Connection):
        return await handler(request)
    connection.begin(request)
    try:
        if connection.is_spare and request.path not in HEALTH_PATHS:
            problem = Problem(503, "Too many connections from your address.", headers={"Retry-After": "5"})
            answer: web.StreamResponse = respond_with_problem(problem, "-")
        else:
            answer = await handler(request)
        if connection.is_spare:
            answer.force_close()
        return answer
    finally:
        connection.finish()


def _count_files() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 65_536 if soft == resource.RLIM_INFINITY else soft
