"""From a request to what a route takes. One rule: what does not fit its model is refused by name."""

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.problems import KINDS, MISSING, UNKNOWN_FIELD, Fault, Problem
from api.routing import Route, Section

BODY_LIMIT_BYTES = 64 * 1024
BODY_SECONDS = 30.0
LAST = {"Connection": "close"}  # nobody knows where a next request would begin
MOST_PARAMETERS = 100
UNION_TAGS = ("one", "several", "entry")  # of the shapes of a sale: no field of anybody's
_LONGEST_INTEGER = 20
INVALID = KINDS[422].code
Pairs = Sequence[tuple[str, str]]


def read_pairs(request: web.Request) -> Pairs:
    """The query as names and values in order. Problem 400 when it is not UTF-8 or endless."""
    raw = request.rel_url.raw_query_string
    if not raw:
        return ()
    try:
        return parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Problem(400, "The query is not UTF-8.", "query") from None
    except ValueError:
        raise Problem(400, f"The query has more than {MOST_PARAMETERS} parameters.", "query") from None


async def read_arguments(route: Route, request: web.Request, pairs: Pairs) -> dict[str, Any]:
    """What the route's function takes beside transaction and viewer. Raises Problem naming what does not fit."""
    if pairs and not route.takes_query:
        raise Problem(422, f"There is no parameter “{pairs[0][0]}” here.", pairs[0][0], code=UNKNOWN_FIELD)
    arguments: dict[str, Any] = {}
    for section in route.sections:
        if section.name == "query":
            sent: Any = _group(pairs, section)
        elif section.name == "path":
            sent = dict(request.match_info)
        elif section.name == "headers":
            sent = {name: request.headers[name] for name in section.known if name in request.headers}
        else:
            sent = await _read_json(request)
        arguments[section.name] = _validate(section, sent)
    return arguments


def _group(pairs: Pairs, section: Section) -> dict[str, Any]:
    """Names and values as a mapping; a list for the parameters that may be repeated."""
    grouped: dict[str, Any] = {}
    for name, value in pairs:
        if name in section.repeatable:
            grouped.setdefault(name, []).append(value)
        elif name in grouped:
            raise Problem(422, f"“{name}” is given more than once.", name)
        else:
            grouped[name] = value
    return grouped


async def _read_json(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise Problem(415, f"A body of type {request.content_type} is not read.", "Content-Type", "application/json")
    raw = await _read_body(request)
    try:
        return json.loads(
            raw.decode("utf-8"), parse_float=_parse_decimal, parse_int=_parse_integer, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8.", "body") from None
    except (ValueError, RecursionError) as error:
        where = f": {error}" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem(400, f"The body is not JSON{where}.", "body") from None


async def _read_body(request: web.Request) -> bytes:
    """The body, as long as it is short enough: what is declared too long is not read at all."""
    too_large = Problem(413, f"A body may have {BODY_LIMIT_BYTES} bytes.", "body")
    if (request.content_length or 0) > BODY_LIMIT_BYTES:
        raise too_large
    chunks, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                if size > BODY_LIMIT_BYTES:
                    raise too_large
                chunks.append(chunk)
    except TimeoutError:
        raise Problem(408, f"The body did not come within {BODY_SECONDS:.0f} seconds.", "body", headers=LAST) from None
    except (ConnectionError, web.RequestPayloadError, HttpProcessingError):
        coding = request.headers.get("Content-Encoding")
        what = f"is no {coding[:20]}, or" if coding else "is broken, or"
        raise Problem(400, f"The body {what} ends too soon.", "body", headers=LAST) from None
    return b"".join(chunks)


def _parse_decimal(digits: str) -> Decimal:
    """One that no Decimal can hold becomes one that no field takes, as large or as small."""
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal(f"{'-' if digits[0] == '-' else ''}1E{'-' if 'e-' in digits.lower() else '+'}999999")


def _parse_integer(digits: str) -> int | Decimal:
    """Very long ones are kept out of int(), which refuses them without saying where they stand."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Decimal(digits)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _validate(section: Section, sent: Any) -> Any:
    try:
        return section.adapter.validate_python(sent)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults = tuple(_explain(detail, section.name) for detail in details)
        is_unknown = details[0]["type"] == "extra_forbidden" and section.known
        hint = ", ".join(sorted(section.known)) if is_unknown else None
        detail = " ".join(dict.fromkeys(fault.message for fault in faults[:5]))
        raise Problem(422, detail, faults[0].field, hint, faults=faults[:50], code=faults[0].code) from None


def _explain(detail: ErrorDetails, section: str) -> Fault:
    location = [part for part in detail["loc"] if part not in UNION_TAGS]
    name = ".".join(str(part) for part in location) or section
    if detail["type"] == "extra_forbidden":
        what = "parameter" if section == "query" else "field"
        return Fault(name, f"There is no {what} “{name}” here.", UNKNOWN_FIELD)
    if detail["type"] == "missing":
        return Fault(name, f"“{name}” is missing.", MISSING)
    if detail["type"] == "value_error":
        return Fault(name, f"“{name}” {detail['ctx']['error']}.", INVALID)
    if detail["type"] == "string_pattern_mismatch":
        return Fault(name, f"“{name}” has a form or a character that is not taken.", INVALID)
    said = detail["msg"].removeprefix("Input ").removeprefix("String ").removeprefix("Value ")
    return Fault(name, f"“{name}” {said[:1].lower()}{said[1:]}.", INVALID)
