"""The page about the API. One rule: it says what the OpenAPI document says, for people."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from api.openapi import build_document
from api.problems import CODES
from api.routes import TABLES
from core.people.keys import SCOPES
from docs.markdown import write_code, write_page, write_table

Json = Mapping[str, Any]
DOCUMENT: Json = build_document(TABLES)


def write_http_api() -> str:
    """docs/reference/api.md."""
    blocks = [
        DOCUMENT["info"]["description"],
        "The same as a document: `/openapi.json`; to read in the browser: `/api/docs`.",
        "## What a key may be used for\n\n" + write_scopes(),
    ]
    blocks.append(
        "## What an error's code says\n\nOf each error the `code` says what was wrong, in a word that stays:\n\n"
        + write_table(("code", "what was wrong"), ((write_code(code), meaning) for code, meaning in CODES.items()))
    )
    for tag in DOCUMENT["tags"]:
        blocks.append(f"## {tag['name']}\n\n{tag['description']}")
        blocks += [
            _write_operation(method, path, operation)
            for method, path, operation in list_operations()
            if tag["name"] in operation["tags"]
        ]
    return write_page("The API", *blocks)


def write_scopes() -> str:
    """The table of a key's scopes."""
    return write_table(("scope", "to"), ((write_code(scope), meaning) for scope, meaning in SCOPES.items()))


def write_operations() -> str:
    """The table of everything one can call."""
    rows = (
        (write_code(f"{method} {path}"), operation["summary"], _name_scope(operation))
        for method, path, operation in list_operations()
    )
    return write_table(("call", "to", "scope"), rows)


def list_operations() -> Iterator[tuple[str, str, Json]]:
    """Method, path and description of everything one can call, in the order of the document."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _name_scope(operation: Json) -> str:
    scopes = [scope for need in operation.get("security", ()) for scope in need["key"]]
    return ", ".join(map(write_code, scopes)) or "no key needed"


def _write_operation(method: str, path: str, operation: Json) -> str:
    blocks = [f"### {method} {path}", f"{operation['summary']}.", operation["description"]]
    blocks += [_write_parameters(operation.get("parameters", ())), _write_body(operation)]
    answers = (
        f"{status} {said['description'].split('.')[0].lower()}" for status, said in operation["responses"].items()
    )
    blocks.append(f"Answers: {', '.join(answers)}.")
    return "\n\n".join(block for block in blocks if block)


def _write_parameters(parameters: list[Json]) -> str:
    if not parameters:
        return ""
    rows = ((write_code(one["name"]), one["in"], _need(one["required"]), _explain(one)) for one in parameters)
    return write_table(("parameter", "in", "", "meaning"), rows)


def _need(is_required: bool) -> str:
    return "required" if is_required else ""


def _explain(described: Json) -> str:
    """What a parameter or field means, with its choices where there are few."""
    choices = described.get("schema", described).get("enum", ())
    shown = ": " + ", ".join(map(write_code, choices)) if choices else ""
    old = "deprecated: " if described.get("deprecated") else ""
    return f"{old}{described.get('description', '')}{shown}"


def _write_body(operation: Json) -> str:
    if "requestBody" not in operation:
        return ""
    content = operation["requestBody"]["content"]["application/json"]
    example = json.dumps(content["example"], indent=2, ensure_ascii=False)
    return "\n\n".join([*_write_shapes(content["schema"]), f"For example:\n\n```json\n{example}\n```"])


def _write_shapes(schema: Json) -> Iterator[str]:
    """A table for each shape the body may have, and for the objects inside."""
    waiting, seen = list(_find_names(schema)), list[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.append(name)
        shape = DOCUMENT["components"]["schemas"][name]
        if "properties" not in shape:  # a word of its own kind, no object
            continue
        needed = shape.get("required", ())
        rows = ((write_code(key), _need(key in needed), _explain(one)) for key, one in shape["properties"].items())
        yield f"{shape['description']}\n\n" + write_table(("field", "", "meaning"), rows)
        waiting += _find_names(shape["properties"])


def _find_names(schema: Any) -> Iterator[str]:
    """The names of the components a schema refers to."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for part in schema.values():
            yield from _find_names(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _find_names(part)
