"""The API as part of a web application. One rule: everything under /api is answered here, also what does not exist."""

from collections.abc import Callable

from aiohttp import web

from api.clients import Proxies
from api.limits import Limits
from api.openapi import build_document
from api.problems import Problem
from api.pulse import Pulse
from api.reference import add_reference
from api.routes import TABLES
from api.routing import Route
from api.serving import Desk, House, name_request, respond_with_problem
from api.turns import Turns
from core.db import Database

# A question may have many filters, in scripts of which every letter takes twelve bytes of an address.
LONGEST_ADDRESS_BYTES = 128 * 1024


def _wake_nobody() -> None:
    """Nobody delivers notices in this process."""


def create_api(database: Database) -> web.Application:
    """An application that is nothing but the API."""
    app = web.Application(handler_args={"max_line_size": LONGEST_ADDRESS_BYTES})
    add_api_routes(app, database)
    return app


def add_api_routes(
    app: web.Application,
    database: Database,
    wake: Callable[[], None] = _wake_nobody,
    limits: Limits | None = None,
    proxies: Proxies | None = None,
) -> None:
    """Everything under /api, and /openapi.json. The database stays the caller's to close.

    `wake` is called in the event loop after each write that succeeded: it may have left notices to deliver.
    Without `limits` anybody may send any number of requests; `proxies` are believed about who that is.
    """
    house = House(database, wake, limits or Limits(), proxies or Proxies(), Turns(), Pulse())
    by_path: dict[str, dict[str, Route]] = {}
    for table in TABLES:
        for route in table:
            by_path.setdefault(route.path, {})[route.method] = route
    for path, routes in by_path.items():
        app.router.add_route("*", path, Desk(house, routes).answer)
    add_reference(app, build_document(TABLES))
    app.router.add_route("*", "/api", _refuse)
    app.router.add_route("*", "/api/{path:.*}", _refuse)


async def _refuse(request: web.Request) -> web.Response:
    problem = Problem(404, f"There is nothing at {request.path}.", hint="/api/docs lists what there is")
    return respond_with_problem(problem, name_request(request))
