"""Closed months: what was reported stays as it was reported, whoever writes."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.access import Company
from core.errors import Conflict, InvalidInput
from core.models.company import companies
from core.sales.ledger.change import LineRow, pick_column


def require_open_months(company: Company, moved: Sequence[LineRow]) -> None:
    """A month that was closed stays as it was reported; Conflict names `date`."""
    closed = company.closed_before
    if closed is not None and any(day < closed for day in pick_column(moved, "day")):
        raise Conflict(
            f"The months before {closed} are closed and stay as reported. What changed since is recorded now.",
            field="date",
            hint="/return",
        )


def refuse_closed(day: date) -> InvalidInput:
    """Why nothing is added to a day of a closed month: it names the month."""
    reason = f"{day:%B %Y} is closed and stays as reported, so nothing is added to it."
    return InvalidInput(reason, field="date", hint=f"/close open {day:%B %Y}".lower())


def read_closed_before(tx: Connection, company: Company) -> date | None:
    """Up to which day months are closed by now: whoever works through a file may have begun before the last closing."""
    now = tx.execute(select(companies.c.closed_before).where(companies.c.id == company.id)).scalar()
    return max((day for day in (now, company.closed_before) if day is not None), default=None)
