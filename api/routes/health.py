"""Whether the process lives and can work. One rule: they need no key and tell nothing else."""

from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from sqlalchemy.engine import Connection

from api.routing import Outcome, RouteTable
from api.schemas.envelope import Answer, Success
from core.checks import check_recording


class HealthAnswer(Answer):
    """The process lives."""

    health: Literal["alive"]
    version: str


class ReadyAnswer(Answer):
    """The database answers."""

    ready: Literal[True]


table = RouteTable("Health", "For whoever watches over the process; no key is needed.")


def _find_version() -> str:
    try:
        return version("salesbell")
    except PackageNotFoundError:  # a checkout that was never installed
        return "unknown"


_VERSION = _find_version()


@table.declare("GET", "/api/health", answer=Success[HealthAnswer])
def check_health() -> Outcome:
    """Whether the process lives."""
    return Outcome({"health": "alive", "version": _VERSION})


@table.declare("GET", "/api/ready", answer=Success[ReadyAnswer], problems=(503,))
def check_readiness(tx: Connection) -> Outcome:
    """Whether sales can be recorded.

    Something small is written to the database and read. Where that does not succeed within two seconds the answer is a
    503 that says why, and nobody should be sent here meanwhile. An answer is shared by all who ask within a second.
    """
    check_recording(tx)
    return Outcome({"ready": True})
