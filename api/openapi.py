"""The OpenAPI 3.1 document. One rule: everything in it comes from the table of routes; nothing is written twice."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import TypeAdapter

from api.problems import CONTENT_TYPE, KINDS
from api.routing import Route, RouteTable, Section
from api.schemas.envelope import ProblemDetails
from core.people.keys import SCOPES

Json = dict[str, Any]
PLACES = {"path": "path", "query": "query", "headers": "header"}
READ_HEADERS = {"ETag": "the answer's mark, to be sent back as `If-None-Match`"}
REQUEST_ID = {"X-Request-Id": "the request's name in the log: the one sent, or a new one"}
_PROBLEM = {"$ref": "#/components/schemas/ProblemDetails"}
_ABOUT = """Record sales and ask for figures. Every figure is the one the chat shows: one ledger, one aggregator.

A request carries a key, made by `salesbell key create --company C --as HANDLE`, as `Authorization: Bearer sb_…`, and
acts as that person: what they may not see or do in chat, they may not do here.

- An answer is `{"status": "success", "data": …}`, with `pagination` where it is a list.
- An error is a problem (RFC 9457) with a stable `code` that names the `field` at fault by its path as it was sent
  (`lines.1.sku`) and, as `hint`, what would work. A value that is not
  of its form is 422; a name that means nothing here 404; well-formed values that contradict one another, or what is
  recorded, 409.
- Amounts are JSON numbers with the currency's decimals, written from integers and read as decimals: 49.98 is 49.98.
  The figures of `/api/metrics/query` are decimal strings.
- `discount_percentage` is per cent of the subtotal (`unit_price` × `quantity`), sent and answered. (The transactions
  document's example has 2.00 off two of 25.99 as 7.7, which is of the price of one; here it reads 3.8.)
- Writing back what was read changes nothing: what is sent as it reads is no change.
- A write may be given a name of your own as `Idempotency-Key`: the same request again changes nothing and has the same
  answer, and the name given to another request is refused (409).
- Reads carry an `ETag`; sent back as `If-None-Match`, it is answered with 304 while nothing has changed."""


def build_document(tables: Sequence[RouteTable]) -> Json:
    """The document for these routes."""
    routes = [route for table in tables for route in table]
    answers, bodies, components = _build_schemas(routes)
    paths: dict[str, Json] = {}
    for route in routes:
        described = _describe(route, answers[route.name], bodies.get(route.name))
        paths.setdefault(route.path, {})[route.method.lower()] = described
    licence = {"name": "MIT", "identifier": "MIT"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Salesbell", "version": "1", "description": _ABOUT, "license": licence},
        "servers": [{"url": "/"}],
        "tags": [{"name": table.tag, "description": table.about} for table in tables],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"key": _describe_key()}},
    }


def _describe_key() -> Json:
    scopes = ", ".join(f"`{scope}` ({meaning})" for scope, meaning in SCOPES.items())
    return {"type": "http", "scheme": "bearer", "description": f"A key, `sb_…`. Its scopes: {scopes}."}


def _build_schemas(routes: Sequence[Route]) -> tuple[dict[str, Json], dict[str, Json], Json]:
    """The schema of each route's answer and body, by its name, and the components they refer to."""
    wanted: list[tuple[tuple[str, str], Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        (("", "problem"), "serialization", TypeAdapter(ProblemDetails))
    ]
    for route in routes:
        wanted.append(((route.name, "answer"), "serialization", TypeAdapter(route.answer)))
        wanted += [((route.name, "body"), "validation", one.adapter) for one in route.sections if one.name == "body"]
    schemas, definitions = TypeAdapter.json_schemas(wanted, ref_template="#/components/schemas/{model}")
    found = {key: _without_null_defaults(schema) for (key, _), schema in schemas.items()}
    answers = {name: schema for (name, part), schema in found.items() if part == "answer"}
    bodies = {name: schema for (name, part), schema in found.items() if part == "body"}
    return answers, bodies, _without_null_defaults(definitions["$defs"])


def _without_null_defaults(schema: Any) -> Any:
    """Absent is not null: where null takes away, a client that fills in defaults would take away what it left out."""
    if isinstance(schema, dict):
        is_null = "default" in schema and schema["default"] is None
        kept = {word: value for word, value in schema.items() if not (is_null and word == "default")}
        return {word: _without_null_defaults(value) for word, value in kept.items()}
    return [_without_null_defaults(one) for one in schema] if isinstance(schema, list) else schema


def _describe(route: Route, answer: Json, body: Json | None) -> Json:
    needs = f"Needs the scope `{route.scope}`." if route.scope else ""
    described: Json = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.summary,
        "description": "\n\n".join(part for part in (route.description, needs) if part),
        "responses": _describe_responses(route, answer),
    }
    parameters = [
        parameter for section in route.sections if section.name in PLACES for parameter in _list(section, route)
    ]
    if parameters:
        described["parameters"] = parameters
    if body is not None:
        content = {"schema": body, "example": route.example.body}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    described["security"] = [{"key": [route.scope] if route.scope else []}] if route.needs_key else []
    return described


def _list(section: Section, route: Route) -> list[Json]:
    """The parameters of a section."""
    schema = section.adapter.json_schema(mode="validation", by_alias=True)
    parameters = []
    for name, described in schema["properties"].items():
        plain = _without_null(described)
        parameter: Json = {"name": name, "in": PLACES[section.name], "required": name in schema.get("required", ())}
        for word in ("description", "deprecated"):
            if word in plain:
                parameter[word] = plain.pop(word)
        examples = route.example.path if section.name == "path" else route.example.query
        if name in examples:
            parameter["example"] = examples[name]
        parameters.append({**parameter, "schema": plain})
    return sorted(parameters, key=lambda one: (not one["required"], "deprecated" in one))


def _without_null(schema: Json) -> Json:
    """A parameter is left out, never null."""
    plain = {word: value for word, value in schema.items() if word != "title" and (word, value) != ("default", None)}
    choices = [choice for choice in plain.pop("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        return {**choices[0], **plain}
    return {**plain, "anyOf": choices} if choices else plain


def _describe_responses(route: Route, answer: Json) -> Json:
    is_tagged = route.method == "GET" and not route.media
    headers = REQUEST_ID | (READ_HEADERS if is_tagged else {}) | dict(route.headers)
    success: Json = {
        "description": "Success",
        "content": {media: {"schema": answer} for media in route.media or ("application/json",)},
        "headers": _describe_headers(headers),
    }
    if route.leads_to:
        success["links"] = {
            name: {"operationId": name, "parameters": {parameter: f"$response.body#/data/{parameter}"}}
            for name, parameter in route.leads_to.items()
        }
    responses: Json = {str(route.status): success}
    if is_tagged:
        responses["304"] = {"description": "Nothing has changed since", "headers": _describe_headers(READ_HEADERS)}
    for status in _list_problems(route):
        responses[str(status)] = _describe_problem(status)
    return responses


def _list_problems(route: Route) -> list[int]:
    found = {400, 422, 500, *route.problems}
    if route.needs_key:
        found |= {401, 403, 429}
    if route.needs_database:
        found.add(503)
    if any(section.name == "body" for section in route.sections):
        found |= {408, 413, 415}
    return sorted(found)


def _describe_problem(status: int) -> Json:
    headers = dict(REQUEST_ID)
    if status == 401:
        headers["WWW-Authenticate"] = "how to authenticate"
    kind = KINDS[status]
    return {
        "description": f"{kind.title}. {kind.meaning}",
        "content": {CONTENT_TYPE: {"schema": _PROBLEM}},
        "headers": _describe_headers(headers),
    }


def _describe_headers(headers: Mapping[str, str]) -> Json:
    return {name: {"description": about, "schema": {"type": "string"}} for name, about in headers.items()}
