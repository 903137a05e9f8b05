"""Requests that somebody gave a name of their own. One rule: the same again is answered as before, and does nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from core import clock
from core.access import Viewer
from core.errors import Code, Conflict
from core.models.requests import requests
from core.statements import Statement
from core.sweeping import FROM_THE_FIRST, sweep_oldest

KEPT = timedelta(days=30)

_CLAIM = Statement(
    {
        name: dialect.insert(requests)
        .on_conflict_do_nothing(index_elements=["company_id", "person_id", "name"])
        .returning(requests.c.id)
        for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
    }
)
_KNOWN = Statement(
    select(requests.c.fingerprint, requests.c.status, requests.c.location, requests.c.body).where(
        requests.c.company_id == bindparam("company"),
        requests.c.person_id == bindparam("person"),
        requests.c.name == bindparam("name"),
    )
)
_KEEP = Statement(
    update(requests)
    .where(requests.c.id == bindparam("claimed"))
    .values(status=bindparam("status"), location=bindparam("location"), body=bindparam("body"))
)


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer a request was given."""

    status: int
    body: bytes
    location: str | None = None


def claim_request(tx: Connection, viewer: Viewer, name: str, fingerprint: str) -> int | Answered:
    """The number to keep the answer under where it is new, else the answer it had.

    Whoever sends the same at the same time waits. Conflict where the name was given to another request.
    """
    row: dict[str, Any] = {"company_id": viewer.company.id, "person_id": viewer.person_id, "name": name}
    row |= {"fingerprint": fingerprint, "status": 0, "location": None, "body": b"", "asked_at": clock.now()}
    claimed = _CLAIM.row(tx, row)
    if claimed is not None:
        return int(claimed.id)
    known = _KNOWN.row(tx, {"company": viewer.company.id, "person": viewer.person_id, "name": name})
    if known.fingerprint != fingerprint:
        raise Conflict(
            "This Idempotency-Key was used for another request.",
            field="Idempotency-Key",
            hint="a new key for it",
            code=Code.REUSED_KEY,
        )
    return Answered(known.status, bytes(known.body), known.location)


def keep_answer(tx: Connection, number: int, answered: Answered) -> None:
    """Keep the answer of a request that was claimed, in the transaction that did it."""
    said = {"status": answered.status, "location": answered.location, "body": answered.body}
    _KEEP.run(tx, {"claimed": number, **said})


def sweep_requests(tx: Connection, after: int = FROM_THE_FIRST) -> int | None:
    """Let go of some answers kept for longer than KEPT; where to go on from."""
    before = clock.now() - KEPT
    return sweep_oldest(tx, requests.c.asked_at, before, lambda row: row.asked_at < before, after)
