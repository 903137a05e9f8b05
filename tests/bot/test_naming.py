"""What cannot be answered is refused by the name of the parameter, over HTTP, on the command line and in chat alike."""

import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api.app import create_api
from core.people.keys import create_key
from tests.bot.command_line import Call
from tests.bot.conftest import Chat

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# A question of Alice's, the manager of the Mall, and the parameter at fault.
QUESTIONS: list[tuple[dict[str, str], str]] = [
    ({"period": "2025-13"}, "period"),
    ({"period": "fortnight"}, "period"),
    ({"period": "1025-01-01..2025-01-01"}, "period"),
    ({"period": "1950-01-01..2950-01-01"}, "period"),
    ({"period": "month", "from": "2025-06-02"}, "period"),
    ({"from": "1025-01-01", "to": "2025-01-01"}, "from"),
    ({"from": "1950-01-01", "to": "2950-01-01"}, "to"),
    ({"from": "2025-01-01", "to": "3025-01-01"}, "to"),
    ({"from": "2025-13-01"}, "from"),
    ({"from": "2025-06-02", "to": "2025-06-01"}, "to"),
    ({"measures": "revenu"}, "measures"),
    ({"measures": "profi,revenue"}, "measures"),
    ({"by": "colour"}, "by"),
    ({"by": "month", "window": "sideways"}, "window"),
    ({"window": "running"}, "by"),
    ({"where": "colour=red"}, "where"),
    ({"where": "country=Atlantis"}, "country"),
    ({"where": "person=@zoe"}, "person"),
    ({"where": "branch=Moon"}, "branch"),
    ({"where": "branch=corniche"}, "branch"),
    ({"where": "month=2025-13"}, "month"),
    ({"where": "week=2025-W60"}, "week"),
    ({"where": "quarter=2025-Q5"}, "quarter"),
    ({"where": "year=20x5"}, "year"),
    ({"where": "financial_year=soon"}, "financial_year"),
    ({"where": "day=2025-02-30"}, "day"),
    ({"branch": "corniche"}, "branch"),
    ({"branch": "Moon"}, "branch"),
    ({"branch": "all"}, "branch"),
    ({"limit": "0"}, "limit"),
    ({"limit": "many"}, "limit"),
    ({"view": "their"}, "view"),
    ({"as_of": "yesterday"}, "as_of"),
]
# Other routes, and the parameter at fault.
ADDRESSES = [
    ("/api/metrics/query?measures=revenue&where=country", "where.0"),
    ("/api/metrics/cards?period=2025-13", "period"),
    ("/api/metrics/cards?from=1025-01-01&to=2025-01-01", "from"),
    ("/api/metrics/cards?where=country=Atlantis", "where"),
    ("/api/metrics/cards?branch=corniche", "branch"),
    ("/api/metrics/charts/moon", "name"),
    ("/api/metrics/charts/country?limit=0", "limit"),
    ("/api/metrics/charts/country?where=month=2025-13", "where"),
    ("/api/metrics/lines?measure=revenu", "measure"),
    ("/api/metrics/lines?measure=revenue&page=0", "page"),
    ("/api/metrics/lines?measure=revenue&page=next", "page"),
    ("/api/metrics/lines?measure=revenue&limit=1000", "limit"),
    ("/api/metrics/lines?measure=revenue&sort=moon", "sort"),
    ("/api/metrics/lines?measure=revenue&search=amount=much", "search"),
    ("/api/metrics/lines?measure=revenue&search=moon=full", "search.0"),
    ("/api/metrics/lines?measure=revenue&cell=month=2025-13", "cell"),
    ("/api/metrics/lines?measure=revenue&cell=moon=full", "cell"),
    ("/api/metrics/dashboard?month=2025-13", "month"),
    ("/api/metrics/dashboard?branch=corniche", "branch"),
    ("/api/metrics/my-target?month=June", "month"),
    ("/api/metrics/sales-my?from=1025-01-01&to=2025-01-01", "from"),
    ("/api/metrics/sales-my?from=2025-02-30", "from"),
    ("/api/metrics/returns?page=0", "page"),
    ("/api/metrics/returns?branch=Moon", "branch"),
    ("/api/sales?sort=moon", "sort"),
    ("/api/sales?limit=0", "limit"),
    ("/api/sales?start_date=1025-01-01", "start_date"),
    ("/api/sales?person=zoe", "person"),
    ("/api/products?after=x", "after"),
]
# What Alice writes, and the word that the answer's first line takes up.
MESSAGES = [
    ("/sales 2025-13", "“2025-13” is not a period"),
    ("/sales 1025-01-01..2025-01-01", "“1025-01-01..2025-01-01” is not a period"),
    ("/sales 1950-01-01..2950-01-01", "“1950-01-01..2950-01-01”"),
    ("/sales @zoe", "“@zoe”"),
    ("/sales nosuch", "“nosuch”"),
    ("/leaderboard by moon", "“moon”"),
    ("/leaderboard 2025-13", "“2025-13” is not a period"),
    ("/team 2025-13", "“2025-13” is not a period"),
    ("/kpi 2025-13", "“2025-13” is not a period"),
    ("/kpi moon", "“moon”"),
    ("/chart moon", "“moon”"),
    ("/chart country 2025-13", "“2025-13” is not a period"),
    ("/why revenue 2025-13", "“2025-13” is not a period"),
    ("/why country Atlantis", "“Atlantis”"),
    ("/goal 2025-13", "“2025-13” is not a period"),
    ("/goal @zoe", "“@zoe”"),
    ("/stock NOPE", "“NOPE”"),
    ("/branch corniche", "“corniche”"),
    ("/me @charlie", "“@charlie”"),
    ("/people @charlie", "That branch is not yours to see"),
]


async def test_over_http_the_problem_names_the_parameter(chat: Chat) -> None:
    with chat.database.begin() as tx:
        key = create_key(tx, chat.shop.operator, chat.shop.alice.person_id or 0)
    headers, wrong = {"Authorization": f"Bearer {key}"}, []
    asked: list[tuple[str, dict[str, str], str]] = [(path, {}, field) for path, field in ADDRESSES]
    asked += [
        ("/api/metrics/query", {"measures": "revenue", **said}, "where" if "where" in said else field)
        for said, field in QUESTIONS
    ]
    async with TestClient(TestServer(create_api(chat.database))) as client:
        for path, params, field in asked:
            answer = await client.get(path, params=params, headers=headers)
            problem: Any = json.loads(await answer.text())
            if not 400 <= answer.status < 500 or problem.get("field") != field or not problem["detail"]:
                wrong.append((path, params, field, answer.status, problem))
    assert wrong == []


def test_on_the_command_line_the_error_names_the_option(shop: Call) -> None:
    wrong = []
    for said, field in QUESTIONS:
        options = {"measures": "revenue", **said}
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        code, out, err = shop("ask", "--as", "alice", *words)
        if code != 2 or out or field.replace("_", "-") not in err.replace("_", "-") or "Traceback" in err:
            wrong.append((said, field, code, out, err))
    assert wrong == []


async def test_in_chat_the_first_line_names_the_word(chat: Chat) -> None:
    wrong = []
    for text, word in MESSAGES:
        answer = (await chat.alice.send(text)).text
        if word not in answer.splitlines()[0]:
            wrong.append((text, word, answer))
    assert wrong == []


async def test_a_filter_of_time_is_shown_one_that_would_do(chat: Chat) -> None:
    with chat.database.begin() as tx:
        key = create_key(tx, chat.shop.operator, chat.shop.alice.person_id or 0)
    async with TestClient(TestServer(create_api(chat.database))) as client:
        for said, field in QUESTIONS:
            name, _, value = said.get("where", "").partition("=")
            if name != field or name in ("country", "person", "branch"):
                continue
            params = {"measures": "revenue", **said}
            headers = {"Authorization": f"Bearer {key}"}
            problem = await (await client.get("/api/metrics/query", params=params, headers=headers)).json(
                content_type=None
            )
            assert problem["detail"].startswith(f"“{value}” is not a {name.replace('_', ' ')}."), problem
            again = {**params, "where": f"{name}={problem['hint']}"}
            assert (await client.get("/api/metrics/query", params=again, headers=headers)).status == 200, problem
