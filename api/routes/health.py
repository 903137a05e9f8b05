"""Whether the process lives and can work. One rule: they need no key and tell nothing else."""

from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from sqlalchemy.engine import Connection

from api.routing import Outcome, RouteTable
from api.schemas.envelope import Answer, Success


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
    """Whether requests can be answered.

    The database is asked. Where it is away the answer is a 503, and nobody should be sent here meanwhile.
    """
    tx.exec_driver_sql("SELECT 1")
    return Outcome({"ready": True})
