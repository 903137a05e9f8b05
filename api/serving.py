"""One request, from the wire to core and back. One rule: one hop to the database, and an answer whatever happens."""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import orjson
import structlog
from aiohttp import web
from sqlalchemy.engine import Connection

from api.arguments import Pairs, read_arguments, read_pairs
from api.clients import Proxies
from api.downloads import Download
from api.limits import Limits
from api.naming import name_as_sent
from api.problems import CONTENT_TYPE, Problem, explain_error, require_bearer
from api.pulse import Pulse
from api.routing import Outcome, Route
from api.turns import Turns
from core.access import Viewer
from core.db import Database
from core.errors import SalesbellError
from core.people.keys import authenticate_key, has_key_uses, write_key_uses
from core.people.requests import Answered, claim_request, keep_answer

log = structlog.get_logger()

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_READ_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
_WRITE_HEADERS = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to be sent, but for its links."""

    body: bytes
    outcome: Outcome
    person_id: int | None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that a route is there for."""

    request: web.Request
    route: Route
    pairs: Pairs
    request_id: str


class UnknownKey(Problem):
    """A key that opens nothing."""


@dataclass(frozen=True, slots=True)
class House:
    """What all desks share: whom they believe, how much they take in, and who waits for a file."""

    database: Database
    wake: Callable[[], None]  # called after a write
    limits: Limits
    proxies: Proxies
    turns: Turns
    pulse: Pulse


class Desk:
    """Answers the requests for one path, each method by its route."""

    def __init__(self, house: House, routes: Mapping[str, Route]) -> None:
        """`routes` by method."""
        self._house = house
        self._noting: set[asyncio.Task[None]] = set()
        self._routes = routes
        self._allow = ", ".join(sorted({*routes, "OPTIONS", *(["HEAD"] if "GET" in routes else [])}))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer to a request, a problem where it cannot be answered."""
        started, request_id = perf_counter(), name_request(request)
        person_id, response = None, web.StreamResponse()
        try:
            if request.method == "OPTIONS":
                return web.Response(status=204, headers={"Allow": self._allow, "X-Request-Id": request_id})
            route = self._routes.get("GET" if request.method == "HEAD" else request.method)
            if route is None:
                raise refuse_method(request, self._allow)
            reply, response = await self._serve_named(Asked(request, route, read_pairs(request), request_id))
            self._note_key_uses()
            person_id = reply.person_id
        except Problem as problem:
            response = respond_with_problem(problem, request_id)
        except SalesbellError as error:
            response = respond_with_problem(explain_error(error), request_id)
        except Exception:
            log.exception("request failed", method=request.method, path=request.path, request_id=request_id)
            response = respond_with_problem(Problem(500, "Something broke here; it has been logged."), request_id)
        status = response.status
        write = log.info if status >= 400 or request.method not in ("GET", "HEAD") else log.debug
        write(
            "request",
            method=request.method,
            path=request.path,
            status=status,
            milliseconds=round((perf_counter() - started) * 1000, 1),
            person_id=person_id,
            request_id=request_id,
        )
        return response

    def _note_key_uses(self) -> None:
        """Have written down, beside the answer, that a key was used: at most once a minute for each."""
        if has_key_uses(self._house.database.engine):
            task = asyncio.create_task(self._write_key_uses())
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    async def _write_key_uses(self) -> None:
        try:
            await self._house.database.write(write_key_uses)
        except (SalesbellError, RuntimeError) as error:  # away, full, or closing: the answer is none the worse
            log.debug("use of a key not written down", reason=str(error))

    async def _serve_named(self, asked: Asked) -> tuple[Reply, web.StreamResponse]:
        """What a problem is about goes by the name it was sent by."""
        try:
            return await self._serve(asked)
        except (Problem, SalesbellError) as error:
            name_as_sent(error, asked.route, asked.pairs)
            raise

    async def _serve(self, asked: Asked) -> tuple[Reply, web.StreamResponse]:
        route, request = asked.route, asked.request
        if not route.needs_key:
            arguments = await read_arguments(route, request, asked.pairs)
            if route.needs_database:
                look = partial(self._house.database.write, _act, "", route, arguments)
                reply = await self._house.pulse.feel(look)
            else:
                reply = _encode(route, route.function(**arguments))
            return reply, await _respond(asked, reply)
        key, address, limits = _read_key(request), self._house.proxies.find_client(request), self._house.limits
        limits.admit(address, key)
        try:
            reply, response = await self._answer_key(asked, key)
        except UnknownKey:
            limits.note_unknown(address, key)
            raise
        limits.note_known(key)
        response.headers.update(limits.describe(key))
        return reply, response

    async def _answer_key(self, asked: Asked, key: str) -> tuple[Reply, web.StreamResponse]:
        database, route = self._house.database, asked.route
        try:
            arguments = await read_arguments(route, asked.request, asked.pairs)
        except Problem:  # whoever has no key does not learn what the API takes
            await database.read(_identify, key, route)
            raise
        if route.media:
            viewer = await database.read(_identify, key, route)
            async with self._house.turns.take(f"{viewer.person_id}"):
                reply = await database.read_long(_act, key, route, arguments)
                return reply, await _respond(asked, reply)
        if route.is_write:
            reply = await database.write(_act, key, route, arguments)
            self._house.wake()
        else:
            reply = await database.read(_act, key, route, arguments)
        return reply, await _respond(asked, reply)


def _act(tx: Connection, key: str, route: Route, arguments: Mapping[str, Any]) -> Reply:
    taken = {name: value for name, value in arguments.items() if name in route.takes}
    if not route.needs_key:
        return _encode(route, route.function(tx, **taken))
    viewer = _identify(tx, key, route)
    name = arguments["headers"].idempotency_key if route.is_write else None
    if name is None:
        return _encode(route, route.function(tx, viewer, **taken), viewer.person_id)
    claimed = claim_request(tx, viewer, name, _fingerprint(route, arguments))
    if isinstance(claimed, Answered):
        location = {"Location": claimed.location} if claimed.location else {}
        repeated = Outcome(None, headers=location | {"Idempotent-Replay": "true"})
        return Reply(claimed.body, repeated, viewer.person_id, claimed.status)
    reply = _encode(route, route.function(tx, viewer, **taken), viewer.person_id)
    keep_answer(tx, claimed, Answered(reply.status, reply.body, reply.outcome.headers.get("Location")))
    return reply


def _fingerprint(route: Route, arguments: Mapping[str, Any]) -> str:
    """What is asked, whatever way it was written; the headers only name it."""
    asked = [(name, repr(value)) for name, value in sorted(arguments.items()) if name != "headers"]
    return hashlib.sha256(f"{route.name}{asked}".encode(errors="replace")).hexdigest()


def _encode(route: Route, outcome: Outcome, person_id: int | None = None) -> Reply:
    if outcome.file is not None:
        return Reply(b"", outcome, person_id, route.status)
    content: dict[str, Any] = {"status": "success", "data": outcome.data}
    if outcome.pagination is not None:
        content["pagination"] = outcome.pagination
    return Reply(orjson.dumps(content, option=orjson.OPT_UTC_Z), outcome, person_id, route.status)


def _identify(tx: Connection, key: str, route: Route) -> Viewer:
    known = authenticate_key(tx, key)
    if known is None:
        refusal = require_bearer("That key is unknown or revoked.", is_known_bad=True)
        raise UnknownKey(refusal.status, refusal.detail, refusal.field, refusal.hint, refusal.headers)
    viewer, scopes = known
    if route.scope is not None and route.scope not in scopes:
        raise Problem(403, f"This key lacks the scope {route.scope}.", "Authorization", f"--scope {route.scope}")
    return viewer


def _read_key(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if not key.strip():
        raise require_bearer("A key is needed.")
    if scheme.casefold() != "bearer":
        raise require_bearer(f"A key is sent as a bearer token, not as “{scheme[:20]}”.", is_known_bad=True)
    return key.strip()


def name_request(request: web.Request) -> str:
    """The request's id: the one the client gave, if it is fit to be logged, else a new one."""
    given = request.headers.get("X-Request-Id")
    return given if given is not None and _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def refuse_method(request: web.Request, allow: str) -> Problem:
    """The problem of a method that a path does not have."""
    return Problem(405, f"There is no {request.method[:20]} here.", hint=allow, headers={"Allow": allow})


def respond_with_problem(problem: Problem, request_id: str) -> web.Response:
    """The answer that tells a problem."""
    headers = {"X-Request-Id": request_id, "Cache-Control": "no-store", **problem.headers}
    return web.Response(
        status=problem.status, body=problem.encode(request_id), headers=headers, content_type=CONTENT_TYPE
    )


async def _respond(asked: Asked, reply: Reply) -> web.StreamResponse:
    request, route = asked.request, asked.route
    headers = {"X-Request-Id": asked.request_id, **reply.outcome.headers}
    if (made := reply.outcome.file) is not None:
        try:
            await made.finish()
        except BaseException:
            made.discard()
            raise
        return Download(request, made, headers)
    if reply.outcome.links:
        headers["Link"] = _write_links(request, asked.pairs, reply.outcome.links)
    if route.is_write:
        return web.Response(
            status=reply.status, body=reply.body, headers=headers | _WRITE_HEADERS, content_type="application/json"
        )
    return respond_unless_known(request, reply.body, "application/json", headers | _READ_HEADERS)


def respond_unless_known(
    request: web.Request, body: bytes, content_type: str, headers: Mapping[str, str]
) -> web.Response:
    """The body with its ETag, or 304 where the client says that it has it."""
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    tagged = {**headers, "ETag": etag}
    known = request.headers.get("If-None-Match")
    if known is not None and _is_known(known, etag):
        return web.Response(status=304, headers=tagged)
    charset = "utf-8" if content_type.startswith("text/") else None
    return web.Response(body=body, headers=tagged, content_type=content_type, charset=charset)


def _is_known(known: str, etag: str) -> bool:
    """RFC 9110's weak comparison with `If-None-Match`."""
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def _write_links(request: web.Request, pairs: Pairs, links: Mapping[str, Mapping[str, Any]]) -> str:
    """RFC 8288 links to other parts of a list: the same question, with other parameters."""
    written = []
    for relation, changes in links.items():
        kept = [(name, value) for name, value in pairs if name not in changes]
        query = urlencode([*kept, *changes.items()])
        written.append(f'<{request.path}?{query}>; rel="{relation}"')
    return ", ".join(written)
