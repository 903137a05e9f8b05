"""Numbers beyond every measure, wherever a number is read. One rule: refused by name, never a fault of ours."""

import contextlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from api.routes import TABLES
from bot.parsing.reader import parse_sale
from bot.parsing.sale import Reading
from core.errors import InvalidInput
from core.imports.reading.numbers import read_number
from core.imports.reading.numbers import read_scaled as read_cell
from core.imports.tally.files.values import _read_signed
from core.money import E4, parse_scaled
from tests.api.conftest import alice, client, house
from tests.api.house import Caller, House

__all__ = ["alice", "client", "house"]

NUMBERS = [
    "1E+99999999999999999999",
    "-1E+99999999999999999999",
    "1E-99999999999999999999",
    "1E+999999999999999999",
    "1E+400000",
    "1e-999999999",
    "9" * 5000,
    "0." + "9" * 5000,
    "-0.0",
    "1" + "0" * 400 + ".5",
]
WORDS = [*NUMBERS, "NaN", "-Infinity", "sNaN", "1_000", "0x10", "٩" * 50]
WRITES = [(route.method, route.path, route.example.body) for table in TABLES for route in table if route.example.body]


def put(example: Any, text: str) -> list[str]:
    """The example as JSON, each of its numbers in turn replaced by `text` as it stands."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in list(pairs):
            if isinstance(inner, dict | list):
                walk(inner)
            elif isinstance(inner, int | float) and not isinstance(inner, bool):
                places.append((value, key))

    copied = json.loads(json.dumps(example))
    walk(copied)
    written = []
    for holder, key in places:
        before, holder[key] = holder[key], "@number@"
        written.append(json.dumps(copied).replace('"@number@"', text))
        holder[key] = before
    return written


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: text[:24])
async def test_no_number_of_a_body_is_a_fault(alice: Caller, house: House, number: str) -> None:
    tried = 0
    for method, path, body in WRITES:
        where = path.replace("{", "").replace("}", "") if "{" not in path else path.split("{")[0] + "1"
        for content in put(body, number):
            answer = await alice.call(method, where, data=content, headers={"Content-Type": "application/json"})
            assert answer.status < 500, (method, path, content[:200], await answer.text())
            tried += 1
    assert tried > 5


async def test_a_number_beyond_every_exponent_is_named(alice: Caller) -> None:
    body = '{"sku": "SOL-3077", "quantity": 1E+99999999999999999999}'
    problem = await alice.refused(422, "POST", "/api/sales", data=body, headers={"Content-Type": "application/json"})
    assert problem["field"] == "quantity"
    assert "too large" in problem["detail"]


@pytest.mark.parametrize("path", ["/api/sales", "/api/metrics/query", "/api/products", "/api/exports/sales.csv"])
async def test_no_number_of_a_query_is_a_fault(alice: Caller, path: str) -> None:
    for name in ("limit", "page", "product_id", "min", "after", "where", "period", "window"):
        for number in WORDS:
            params = {"measures": "revenue", name: number[:1000]}
            assert (await alice.call("GET", path, params=params)).status < 500, (name, number[:30])


@pytest.mark.parametrize("word", WORDS, ids=lambda text: text[:24])
def test_no_number_of_a_file_or_a_setting_is_a_fault(word: str) -> None:
    for read in (
        lambda: parse_scaled(word, E4, "price"),
        lambda: read_number(word, ".", "Amount"),
        lambda: read_cell(word, 4, ".", "Amount"),
        lambda: read_cell(word, 3, ",", "Amount"),
        lambda: _read_signed(word, E4, "Amount", word),
        lambda: parse_scaled(Decimal("1E+999999999999999999"), E4, "price"),
    ):
        with contextlib.suppress(InvalidInput):
            read()


@pytest.mark.parametrize("word", WORDS, ids=lambda text: text[:24])
def test_no_number_of_a_message_is_a_fault(word: str) -> None:
    for text in (f"{word} SOL-3077", f"2 SOL-3077 @{word}", f"2 SOL-3077 -{word}%", word):
        with contextlib.suppress(InvalidInput):
            parse_sale(text[:4096], Reading(date(2026, 12, 1), ("Etsy",), "SAR"))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_body_that_is_not_what_it_says(alice: Caller, coding: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    for body in (b"hello", b"\x1f\x8b\x08\x00garbage", b"\x78\x9c\xff\xff"):
        answer = await alice.call("POST", "/api/sales", data=body, headers=headers)
        assert answer.status == 400, await answer.text()
