"""What holds for every request. One rule: no key, no answer; and never a trace."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api.app import add_api_routes, create_api
from core.access import act_as_operator, find_company, find_viewer
from core.db import Database
from core.people.employment import deactivate_person
from core.people.keys import list_keys, revoke_key
from tests.api.house import Caller, House, make_key

PATHS = ["/api/sales", "/api/sales/1", "/api/metrics/query?measures=revenue", "/api/dashboard", "/api/products"]


@pytest.mark.parametrize("path", PATHS)
async def test_it_asks_for_a_key(stranger: Caller, path: str) -> None:
    problem = await stranger.refused(401, "GET", path)
    assert problem["field"] == "Authorization"
    answer = await stranger.call("GET", path)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="salesbell"'


@pytest.mark.parametrize("value", ["Bearer sb_nobody", "Bearer", "Basic YWxpY2U6eA==", "sb_x", "Bearer \u00e9"])
async def test_it_knows_no_other_key(stranger: Caller, value: str) -> None:
    for path in ("/api/sales", "/api/sales?colour=red"):
        await stranger.refused(401, "GET", path, headers={"Authorization": value})


async def test_it_forgets_a_key_that_was_revoked(alice: Caller, database: Database) -> None:
    await alice.get("/api/sales")
    with database.begin() as tx:
        viewer = find_viewer(tx, "alice")
        revoke_key(tx, viewer, list_keys(tx, viewer)[0].id)
    await alice.refused(401, "GET", "/api/sales")
    await alice.refused(401, "POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1})


async def test_it_forgets_the_key_of_somebody_who_left(bob: Caller, database: Database, house: House) -> None:
    with database.begin() as tx:
        deactivate_person(tx, act_as_operator(find_company(tx)), house.people["bob"])
    await bob.refused(401, "GET", "/api/sales")


async def test_it_opens_what_the_key_is_for(client: TestClient[Any, Any], database: Database, house: House) -> None:
    with database.begin() as tx:
        reader = Caller(client, make_key(tx, "bob", "sales:read"))
    await reader.get("/api/sales")
    problem = await reader.refused(403, "POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1})
    assert "sales:write" in problem["detail"]
    for path in PATHS[2:]:
        await reader.refused(403, "GET", path)


async def test_it_answers_what_is_not_there_with_a_problem(stranger: Caller) -> None:
    for path in ("/api", "/api/", "/api/nothing", "/api/sales/1/2", "/api/sales/"):
        await stranger.refused(404, "GET", path)


@pytest.mark.parametrize("path", ["/api/sales", "/api/metrics/query", "/api/health", "/openapi.json", "/api/docs"])
async def test_it_says_which_methods_there_are(stranger: Caller, path: str) -> None:
    for method in ("DELETE", "PATCH", "TRACE", "PROPFIND"):
        await stranger.refused(405, method, path)
        answer = await stranger.call(method, path)
        assert "GET" in answer.headers["Allow"]
    if path.startswith("/api/") and path != "/api/docs":
        options = await stranger.call("OPTIONS", path)
        assert options.status == 204


async def test_it_says_nothing_new_while_nothing_is(bob: Caller) -> None:
    first = await bob.call("GET", "/api/sales")
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for known in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        answer = await bob.call("GET", "/api/sales", headers={"If-None-Match": known})
        assert (answer.status, await answer.read(), answer.headers["ETag"]) == (304, b"", tag)
    await bob.sell(sku="SOL-3077", quantity=1)
    changed = await bob.call("GET", "/api/sales", headers={"If-None-Match": tag})
    assert changed.status == 200
    assert changed.headers["ETag"] != tag


async def test_it_answers_head_without_a_body(bob: Caller) -> None:
    answer = await bob.call("HEAD", "/api/sales")
    assert (answer.status, await answer.read()) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


async def test_it_names_the_request(bob: Caller) -> None:
    named = await bob.call("GET", "/api/sales", headers={"X-Request-Id": "mine-1"})
    assert named.headers["X-Request-Id"] == "mine-1"
    for bad in ("a b", "x" * 65, "<b>"):
        answer = await bob.call("GET", "/api/sales", headers={"X-Request-Id": bad})
        assert answer.headers["X-Request-Id"] != bad
        assert len(answer.headers["X-Request-Id"]) == 16


async def test_it_is_well(stranger: Caller, database: Database) -> None:
    assert (await stranger.get("/api/health"))["data"]["health"] == "alive"
    assert (await stranger.get("/api/ready"))["data"] == {"ready": True}


async def test_it_says_when_the_database_is_away(tmp_path: Any) -> None:
    away = Database(f"sqlite:///{tmp_path}/no/such/folder.sqlite3")
    async with TestClient(TestServer(create_api(away))) as client:
        caller = Caller(client, "sb_x")
        problem = await caller.refused(503, "GET", "/api/ready")
        assert "hint" in problem
        await caller.refused(503, "GET", "/api/sales")
        await caller.refused(503, "POST", "/api/sales", json={"quantity": 1, "unit_price": 1})
        answer = await caller.call("GET", "/api/sales")
        assert answer.headers["Retry-After"] == "10"
        assert (await caller.get("/api/health"))["data"]["health"] == "alive"
    away.close()


async def test_it_keeps_a_fault_to_itself(bob: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("api.serving.authenticate_key", fail)
    problem = await bob.refused(500, "GET", "/api/sales")
    assert "secret" not in str(problem)


async def test_it_writes_no_key_into_the_log(bob: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    await bob.get("/api/sales")
    await bob.refused(422, "GET", f"/api/sales?key={bob.key}")
    printed = "".join(capsys.readouterr())  # wherever a test before this one had the log go
    assert "request_id" in printed
    assert str(bob.key) not in printed


async def test_it_wakes_who_delivers_after_a_write(database: Database, house: House) -> None:
    woken: list[bool] = []
    app = web.Application()
    add_api_routes(app, database, lambda: woken.append(True))
    async with TestClient(TestServer(app)) as client:
        bob = Caller(client, house.keys["bob"])
        await bob.get("/api/sales")
        await bob.refused(404, "POST", "/api/sales", json={"sku": "NONE", "quantity": 1})
        assert woken == []
        await bob.sell(sku="SOL-3077", quantity=1)
        assert woken == [True]


async def test_it_leaves_the_rest_of_a_shared_application_alone(database: Database) -> None:
    app = web.Application()

    async def greet(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app.router.add_get("/", greet)
    add_api_routes(app, database)
    async with TestClient(TestServer(app)) as client:
        assert await (await client.get("/")).text() == "hello"
        assert (await client.get("/nothing")).content_type == "text/plain"
