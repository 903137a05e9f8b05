"""Errors as RFC 9457 problem details. One rule: they name the field at fault and what would work."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as make_field
from typing import Any

import orjson

from core.errors import Code, Conflict, InvalidInput, NotAllowed, NotFound, SalesbellError, Unavailable

CONTENT_TYPE = "application/problem+json"
REFERENCE_PATH = "/api/docs"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One way a request may fail; `slug` is its anchor on the reference page."""

    status: int
    slug: str
    title: str
    meaning: str

    @property
    def code(self) -> str:
        """What a program is told where the fault has no word of its own."""
        return self.slug.replace("-", "_")


KINDS: dict[int, ProblemKind] = {
    kind.status: kind
    for kind in (
        ProblemKind(400, "malformed", "Malformed request", "What was sent is not JSON, or not UTF-8."),
        ProblemKind(401, "unauthorized", "No valid key", "The key is missing, unknown or revoked."),
        ProblemKind(403, "forbidden", "Not allowed", "The key lacks a scope, or its person may not."),
        ProblemKind(404, "not-found", "Not found", "There is nothing of that name or number for this person."),
        ProblemKind(405, "method-not-allowed", "Method not allowed", "The `Allow` header says which there are."),
        ProblemKind(408, "too-slow", "Too slow", "The body did not come in time."),
        ProblemKind(
            409,
            "conflict",
            "Contradiction",
            "Every value is well formed, but together, or with what is recorded, they cannot be: a day in the future, "
            "a discount above the price, too little stock, an Idempotency-Key used for another sale.",
        ),
        ProblemKind(413, "too-large", "Too large", "The body is longer than is read."),
        ProblemKind(415, "unsupported-media-type", "Not JSON", "A body is sent as `application/json`."),
        ProblemKind(422, "invalid", "Invalid value", "A parameter or field is unknown, missing, or not of its form."),
        ProblemKind(
            429,
            "too-many",
            "Too many requests",
            "The key or the address has sent too many, or the address too many wrong keys. `Retry-After` says for how "
            "many seconds to wait; `RateLimit` tells beforehand what is left.",
        ),
        ProblemKind(500, "fault", "Fault of ours", "Something broke here; the log has it under the request's id."),
        ProblemKind(503, "unavailable", "Unavailable", "The database cannot be reached or written."),
    )
}

MISSING, UNKNOWN_FIELD = "missing", "unknown_field"
# What `code` says of a problem: the fault where it has a word of its own, else the kind.
CODES: dict[str, str] = {
    Code.TOO_LITTLE_STOCK: "There is less in stock than is to be sold.",
    Code.DUPLICATE: "There is one of that code or name already.",
    Code.FUTURE_DATE: "The day is still to come.",
    Code.CLOSED_MONTH: "The day is in a month that is closed, and stays as reported.",
    Code.REUSED_KEY: "The Idempotency-Key was used for another request.",
    Code.DISCOUNT_TOO_LARGE: "The discount is more than the price.",
    Code.NO_PRICE: "There is no list price, so the price has to be said.",
    Code.NO_RATE: "No exchange rate is kept for the currency on that day.",
    Code.SOLD_NO_MORE: "The product or variant was deleted.",
    Code.TOO_MUCH_RETURNED: "More is to come back than is left of the sale.",
    Code.HAS_RETURNS: "Goods of the sale came back, so it stays as it is.",
    Code.AMBIGUOUS: "Several have that name or code.",
    MISSING: "A field that is needed is not there.",
    UNKNOWN_FIELD: "There is no such field or parameter.",
} | {kind.code: kind.meaning for kind in KINDS.values()}

_STATUS_OF: Mapping[type[SalesbellError], int] = {
    InvalidInput: 422,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a request: the parameter or field (as a path: "lines.0.quantity") and why."""

    field: str
    message: str
    code: str


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """A request that cannot be answered, as it will be told."""

    status: int
    detail: str
    field: str | None = None
    hint: str | None = None
    headers: dict[str, str] = make_field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    code: str | None = None

    def encode(self, request_id: str) -> bytes:
        """The problem as JSON."""
        kind = KINDS[self.status]
        content: dict[str, Any] = {
            "type": f"{REFERENCE_PATH}#problem-{kind.slug}",
            "title": kind.title,
            "status": self.status,
            "code": self.code or kind.code,
            "detail": _storable(self.detail),
            "request_id": request_id,
        }
        if self.field is not None:
            content["field"] = _storable(self.field)
        if self.hint is not None:
            content["hint"] = _storable(self.hint)
        if len(self.faults) > 1:
            content["errors"] = [
                {"field": _storable(fault.field), "detail": _storable(fault.message), "code": fault.code}
                for fault in self.faults
            ]
        return orjson.dumps(content)


def _storable(text: str) -> str:
    """Halves of characters, which a request may hold and UTF-8 may not, are shown as "?"."""
    return text.encode("utf-8", "replace").decode()


def explain_error(error: SalesbellError) -> Problem:
    """The problem for an error of core."""
    status = _STATUS_OF[type(error)]
    headers = {"Retry-After": "10"} if status == 503 else {}
    return Problem(status, error.message, error.field, error.hint, headers, code=error.code)


def require_bearer(detail: str, *, is_known_bad: bool = False) -> Problem:
    """The problem of a missing (or, `is_known_bad`, worthless) key."""
    challenge = 'Bearer realm="salesbell"' + (', error="invalid_token"' if is_known_bad else "")
    hint = "Authorization: Bearer sb_…, made by `salesbell key create`"
    return Problem(401, detail, "Authorization", hint, {"WWW-Authenticate": challenge})
