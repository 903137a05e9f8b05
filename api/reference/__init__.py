"""The OpenAPI document and a page to read it. One rule: the page is made of it, and of nothing from outside."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import orjson
from aiohttp import web

from api.problems import REFERENCE_PATH
from api.reference.page import render_page
from api.serving import name_request, refuse_method, respond_unless_known, respond_with_problem

_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_FILES = (("page.css", "text/css"), ("page.js", "text/javascript"), ("theme.js", "text/javascript"))
_JSON_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def add_reference(app: web.Application, document: Mapping[str, Any]) -> None:
    """`/openapi.json`, `/api/docs` and what the page loads."""
    folder = files("api.reference")
    _add(app, "/openapi.json", orjson.dumps(document, option=orjson.OPT_INDENT_2), "application/json", _JSON_HEADERS)
    _add(app, REFERENCE_PATH, render_page(document).encode(), "text/html", _PAGE_HEADERS)
    for name, content_type in _FILES:
        _add(app, f"{REFERENCE_PATH}/{name}", (folder / name).read_bytes(), content_type, _PAGE_HEADERS)


def _add(app: web.Application, path: str, body: bytes, content_type: str, headers: Mapping[str, str]) -> None:
    async def answer(request: web.Request) -> web.Response:
        request_id = name_request(request)
        if request.method not in ("GET", "HEAD"):
            return respond_with_problem(refuse_method(request, "GET, HEAD"), request_id)
        return respond_unless_known(request, body, content_type, {**headers, "X-Request-Id": request_id})

    app.router.add_route("*", path, answer)
