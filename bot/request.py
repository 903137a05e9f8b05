"""python-telegram-bot's requests over aiohttp: several times the rate of its own. One rule: the token, which is
part of every address, never reaches a log line or an exception."""

import json
from typing import Any

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

_Timeout = Any  # PTB: float | None | DEFAULT_NONE, and DEFAULT_NONE's type is private


class AiohttpRequest(BaseRequest):
    """Give it to `Application.builder().request(AiohttpRequest())`; a second one to `.get_updates_request`.

    Timeouts are in seconds, None waits for ever; `media_write_timeout` holds for requests that upload files.
    """

    def __init__(
        self,
        connection_pool_size: int = 256,
        *,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
    ) -> None:
        self._connection_pool_size = connection_pool_size
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; harmless when it is open."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connection_pool_size, ttl_dns_cache=300, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": self.USER_AGENT}, auto_decompress=True
            )

    async def shutdown(self) -> None:
        """Close the pool; harmless when it is closed."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As PTB's, with orjson, and without writing the payload to the log."""
        try:
            parsed: dict[str, Any] = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("Invalid server response") from None
        return parsed

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """(status, body). Raises TimedOut when a limit passed, NetworkError for any other failure to get there."""
        if self._session is None:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        has_files = request_data is not None and request_data.contains_files
        write_default = self._media_write_timeout if has_files else self._write_timeout
        timeout = self._build_timeout(
            _choose(read_timeout, self._read_timeout),
            _choose(write_timeout, write_default),
            _choose(connect_timeout, self._connect_timeout),
            _choose(pool_timeout, self._pool_timeout),
        )
        body, content_type = _build_body(request_data)
        headers = {"Content-Type": content_type} if content_type else None
        try:
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
                return response.status, await response.read()
        except aiohttp.ConnectionTimeoutError:
            problem: TelegramError = TimedOut("No connection in time; the request was not sent")
        except TimeoutError:
            problem = TimedOut()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            problem = NetworkError(f"aiohttp.{type(error).__name__}")
        # Raised out here because the original may hold the address, and as its context would be logged with it.
        raise problem

    @staticmethod
    def _build_timeout(
        read: float | None, write: float | None, connect: float | None, pool: float | None
    ) -> aiohttp.ClientTimeout:
        """aiohttp has no limit on writing, so writing and reading share one on the whole exchange."""
        parts = (read, write, connect, pool)
        total = None if None in parts else sum(part for part in parts if part is not None)
        waiting = None if connect is None or pool is None else connect + pool
        return aiohttp.ClientTimeout(total=total, connect=waiting, sock_connect=connect, sock_read=read)


def _choose(timeout: _Timeout, default: float | None) -> float | None:
    chosen: float | None = default if timeout is BaseRequest.DEFAULT_NONE else timeout
    return chosen


def _build_body(request_data: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, str | None]:
    """(body, its content type when aiohttp cannot tell): JSON, or multipart when there are files."""
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        return _encode_json(request_data.parameters), "application/json"
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for part, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(part, content, filename=filename, content_type=mime_type)
    return form, None


def _encode_json(parameters: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(parameters)
    except TypeError:  # what JSON allows and orjson does not: half a surrogate pair, very large integers
        return json.dumps(parameters).encode()
