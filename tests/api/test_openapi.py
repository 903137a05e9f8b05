"""The document against the server. One rule: what it promises is kept, by examples and by thousands of odd requests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from pydantic import TypeAdapter

from api.openapi import build_document
from api.routes import TABLES
from api.routing import Route
from tests.api.house import Caller, House

DOCUMENT = build_document(TABLES)
ROUTES = [route for table in TABLES for route in table]
EXAMPLES_OF_EACH = 25


def test_it_is_valid_openapi_3_1() -> None:
    document = build_document(TABLES)
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()


def test_it_describes_every_route_once() -> None:
    document = build_document(TABLES)
    described = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(described) == {(route.method, route.path) for route in ROUTES}
    names = [operation["operationId"] for operation in described.values()]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in described.values())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_it_answers_every_declared_example_as_declared(route: Route, alice: Caller, sam: Caller) -> None:
    """Number 1 of everything is there, Sam is asked to share in the sale, and a month is closed."""
    shares = [{"person": "@sam", "percentage": 30}]
    number = (await alice.sell(sku="SOL-3077", quantity=1, platform="Etsy", shares=shares))["id"]
    for path, body in (("/api/products/1/variants", {"name": "Red"}), ("/api/categories", {"name": "Lamps"})):
        assert (await alice.call("POST", path, json=body)).status == 201
    assert (await sam.call("POST", "/api/months/2023-12/close")).status == 200
    options: dict[str, Any] = {"params": dict(route.example.query)}
    if route.example.body is not None:
        options["json"] = route.example.body
    answer = await sam.call(route.method, route.path.format(**{"id": number, **route.example.path}), **options)
    assert answer.status == route.status, await answer.text()
    if route.media:
        assert answer.content_type in route.media
    else:
        TypeAdapter(route.answer).validate_json(await answer.read())
        said = DOCUMENT["paths"][route.path][route.method.lower()]
        validate(said["responses"][str(route.status)]["content"]["application/json"]["schema"], await answer.json())
        if route.example.body is not None:
            validate(said["requestBody"]["content"]["application/json"]["schema"], route.example.body)


def validate(schema: Any, value: Any) -> None:
    """What a validator of JSON Schema says of a value."""
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


def test_a_validator_takes_what_the_api_takes() -> None:
    sale = {"sku": "SOL-3077", "quantity": 0.333, "unit_price": 25.99, "discount_percentage": 12.34, "rate": 3.7512}
    one, item = ({"$ref": f"#/components/schemas/{name}"} for name in ("SaleOfOne", "SaleItem"))
    validate(one, sale)
    for cents in range(1, 3000):
        validate(item, {"sku": "X", "quantity": 1, "unit_price": cents / 100})
    for unnamed in ({"quantity": 1}, {"quantity": 1, "sku": None}, {"quantity": 1, "sku": " "}):
        with pytest.raises(ValidationError):
            validate(item, unnamed)


def test_absent_is_not_null_and_nothing_is_required_by_halves() -> None:
    for part in walk(DOCUMENT):
        assert part.get("default", ...) is not None
        assert "multipleOf" not in part
        for word in ("anyOf", "oneOf"):
            assert not any("required" in choice and "type" not in choice for choice in part.get(word, ()))
    for path in ("/api/health", "/api/ready"):
        assert DOCUMENT["paths"][path]["get"]["security"] == []
    assert all("security" in operation for methods in DOCUMENT["paths"].values() for operation in methods.values())


def walk(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in it but what is under `not`, which only refuses, and examples."""
    if isinstance(part, dict):
        yield part
    for name, inner in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if name not in ("not", "example"):
            yield from walk(inner)


@pytest.mark.parametrize("handle", ["alice", "bob"])
def test_it_keeps_its_promises_whatever_is_asked(running_api: tuple[str, House], handle: str, tmp_path: Path) -> None:
    address, house = running_api
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--checks", "all"]
    command += ["--header", f"Authorization: Bearer {house.keys[handle]}", "--seed", "20250701", "--no-color"]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.api.decimals",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command += ["--max-examples", str(EXAMPLES_OF_EACH), "--generation-database", "none"]
    found = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False, env=environment
    )
    assert found.returncode == 0, found.stdout[-8000:] + found.stderr[-2000:]
    assert f"Tested: {len(ROUTES)}" in found.stdout
