"""Too much of everything. One rule: told beforehand, refused with a time to come back, and nobody else pays for it."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from api.app import add_api_routes
from api.clients import Proxies, name_house
from api.limits import Limits
from api.problems import Problem
from api.turns import AT_ONCE, WAITING, Turns
from bot.allowances import MINUTES_AT_ONCE, Allowance
from core.db import Database
from core.errors import Conflict, InvalidInput
from tests.api.conftest import house
from tests.api.house import Caller, House

__all__ = ["house"]


class Clock:
    """A clock that goes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


async def test_a_key_is_told_what_is_left_and_refused_beyond(database: Database, house: House) -> None:
    clock = Clock()
    app = web.Application()
    add_api_routes(app, database, limits=Limits(6, 20, clock))
    async with TestClient(TestServer(app)) as client:
        bob, alice = Caller(client, house.keys["bob"]), Caller(client, house.keys["alice"])
        for left in range(5, -1, -1):
            answer = await bob.call("GET", "/api/sales")
            assert answer.status == 200
            assert answer.headers["RateLimit-Policy"] == '"key";q=6;w=60'
            assert answer.headers["RateLimit"].startswith(f'"key";r={left};t=')
        refused = await bob.call("POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1})
        assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
        assert (await alice.call("GET", "/api/sales")).status == 200, "others do not pay for it"
        assert (await bob.call("GET", "/api/health")).status == 200
        clock.now += 10
        assert (await bob.call("POST", "/api/sales", json={"sku": "SOL-3077", "quantity": 1})).status == 201


async def test_guessing_is_slowed_down_and_shuts_nobody_out(database: Database, house: House) -> None:
    clock = Clock()
    app = web.Application()
    add_api_routes(app, database, limits=Limits(1_000_000, 5, clock))
    async with TestClient(TestServer(app)) as client:
        bob = Caller(client, house.keys["bob"])
        assert (await bob.call("GET", "/api/sales")).status == 200
        statuses = [(await Caller(client, f"sb_{number}").call("GET", "/api/sales")).status for number in range(40)]
        assert statuses == [401] * 5 + [429] * 35
        assert (await bob.call("GET", "/api/sales")).status == 200, "who has a key goes on"
        clock.now += 3.1
        assert (await Caller(client, "sb_x").call("GET", "/api/sales")).status == 401
        assert (await Caller(client, "sb_y").call("GET", "/api/sales")).status == 429


async def test_many_good_keys_at_once_are_no_guesses(database: Database, house: House) -> None:
    app = web.Application()
    add_api_routes(app, database, limits=Limits(1_000_000, 1))
    async with TestClient(TestServer(app)) as client:
        callers = [Caller(client, key) for key in house.keys.values() for _ in range(20)]
        answers = await asyncio.gather(*(caller.call("GET", "/api/products") for caller in callers))
        assert {answer.status for answer in answers} == {200}


def test_an_address_has_a_limit_of_its_own() -> None:
    limits = Limits(2, 10_000, Clock())
    for number in range(10):
        limits.admit("192.0.2.1", f"sb_{number}")
    with pytest.raises(Problem) as refused:
        limits.admit("192.0.2.1", "sb_11")
    assert refused.value.headers["RateLimit-Policy"] == '"address";q=10;w=60'
    limits.admit("192.0.2.2", "sb_11")


@pytest.mark.parametrize(
    ("named", "headers", "client"),
    [
        ("", {"X-Forwarded-For": "203.0.113.9"}, "10.0.0.5"),
        ("10.0.0.0/8", {"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        ("10.0.0.0/8", {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}, "203.0.113.9"),
        ("10.0.0.0/8", {"X-Forwarded-For": "203.0.113.9, 10.0.0.9"}, "203.0.113.9"),
        ("10.0.0.0/8", {"Forwarded": 'for="[2001:db8:1:2:3::1]:4711";proto=https'}, "2001:db8:1:2::/64"),
        ("10.0.0.0/8", {"Forwarded": "for=192.0.2.60;by=203.0.113.43, for=198.51.100.17:99"}, "198.51.100.17"),
        ("192.0.2.0/24", {"X-Forwarded-For": "203.0.113.9"}, "10.0.0.5"),
        ("10.0.0.0/8", {"X-Forwarded-For": "<script>"}, "<script>"),
        ("10.0.0.0/8", {}, "10.0.0.5"),
    ],
)
def test_a_header_is_believed_of_named_proxies_only(named: str, headers: dict[str, str], client: str) -> None:
    class Transport:
        def get_extra_info(self, name: str, default: Any = None) -> Any:
            return ("10.0.0.5", 1234) if name == "peername" else default

    request = make_mocked_request("GET", "/", headers=headers, transport=Transport())
    assert Proxies(named).find_client(request) == client


def test_proxies_that_are_none_are_named() -> None:
    with pytest.raises(InvalidInput, match="not an address"):
        Proxies("10.0.0.1, proxy.example")
    assert name_house("::ffff:192.0.2.1") == "192.0.2.1"


async def test_files_of_one_do_not_keep_others_waiting() -> None:
    turns, done = Turns(), []

    async def make(person: str) -> None:
        async with turns.take(person):
            await asyncio.sleep(0.01)
            done.append(person)

    greedy = [asyncio.create_task(make("greedy")) for _ in range(WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Problem):
        await make("greedy")
    await make("other")
    assert done.index("other") <= AT_ONCE
    await asyncio.gather(*greedy)
    assert done.count("greedy") == WAITING


def test_a_phone_that_is_stuck_is_told_and_others_go_on() -> None:
    clock = Clock()
    allowance = Allowance(60, clock)
    for _ in range(60 * MINUTES_AT_ONCE):
        allowance.require_room(1)
    for _ in range(3):
        with pytest.raises(Conflict, match=r"300 messages.*nothing was recorded. Send it again in 1 second"):
            allowance.require_room(1)
    allowance.require_room(2)
    clock.now += 1
    allowance.require_room(1)
