"""The page that documents the API. One rule: it shows the document, whole, and nothing in it can be more than text."""

import re

from api.openapi import build_document
from api.reference.page import render_page
from api.routes import TABLES
from tests.api.house import Caller


async def test_it_shows_every_route(stranger: Caller) -> None:
    answer = await stranger.call("GET", "/api/docs")
    page = await answer.text()
    assert (answer.status, answer.content_type, answer.charset) == (200, "text/html", "utf-8")
    for table in TABLES:
        for route in table:
            assert f'<article id="{route.name}">' in page
            assert f'href="#{route.name}"' in page
            assert route.summary.replace("'", "&#x27;") in page
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert anchor == "top" or f'id="{anchor}"' in page


async def test_it_loads_nothing_from_outside_and_runs_nothing_inline(stranger: Caller) -> None:
    answer = await stranger.call("GET", "/api/docs")
    page = await answer.text()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    loaded = re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert (await stranger.call("GET", address)).status == 200
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page)


async def test_it_knows_what_it_has_sent_already(stranger: Caller) -> None:
    for path in ("/api/docs", "/openapi.json", "/api/docs/page.css"):
        first = await stranger.call("GET", path)
        again = await stranger.call("GET", path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status, await again.read()) == (304, b"")


def test_it_shows_markup_as_text() -> None:
    document = build_document(TABLES)
    evil = "<script>alert(1)</script>\"'`<img>`"
    document["info"]["description"] = f"{evil}\n\n- {evil}"
    operation = document["paths"]["/api/metrics/query"]["get"]
    operation |= {"summary": evil, "description": evil}
    operation["parameters"][0] |= {"name": evil, "description": evil, "example": evil}
    document["components"]["schemas"]["MetricsAnswer"]["properties"][evil] = {"type": "string", "description": evil}
    page = render_page(document)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") > 5
