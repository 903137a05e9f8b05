"""Closed months: what was reported stays as it was reported, whoever writes.

Whoever writes into a month that can be closed holds the company's months until the end of the transaction, together
with others who write; whoever closes one holds them alone. So what was in a month when it was closed is all there is.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Company
from core.errors import Code, Conflict, InvalidInput
from core.models.company import companies
from core.periods import month_of
from core.sales.ledger.change import LineRow, pick_column


def require_open_months(tx: Connection, company: Company, *moved: Sequence[LineRow]) -> None:
    """A month that was closed stays as it was reported; Conflict names `date`."""
    first = min((day for lines in moved for day in pick_column(lines, "day")), default=None)
    if first is None or not _can_be_closed(company, first):
        return
    require_later(read_closed_before(tx, company), *moved)


def require_later(closed: date | None, *moved: Sequence[LineRow]) -> None:
    """Conflict naming `date` where any of these lines is of a month that is closed."""
    if closed is not None and any(day < closed for lines in moved for day in pick_column(lines, "day")):
        raise Conflict(
            f"The months before {closed} are closed and stay as reported. What changed since is recorded now.",
            field="date",
            hint="/return",
            code=Code.CLOSED_MONTH,
        )


def _can_be_closed(company: Company, day: date) -> bool:
    """Whether a day's month may be over before this transaction is; clocks differ by less than a day."""
    return month_of(day).end <= clock.today(company.time_zone) + timedelta(days=1)


def refuse_closed(day: date) -> InvalidInput:
    """Why nothing is added to a day of a closed month: it names the month."""
    reason = f"{day:%B %Y} is closed and stays as reported, so nothing is added to it."
    return InvalidInput(reason, field="date", hint=f"/close open {day:%B %Y}".lower(), code=Code.CLOSED_MONTH)


def read_closed_before(tx: Connection, company: Company) -> date | None:
    """Up to which day months are closed, by now; nobody closes another until the transaction ends."""
    if tx.dialect.name == "postgresql":  # SQLite has one writer
        tx.execute(select(func.pg_advisory_xact_lock_shared(_name_months(company))))
    now = tx.execute(select(companies.c.closed_before).where(companies.c.id == company.id)).scalar()
    return max((day for day in (now, company.closed_before) if day is not None), default=None)


def hold_months(tx: Connection, company: Company) -> None:
    """Wait for those who write into months that can be closed, and let nobody begin to until the transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_name_months(company))))


def _name_months(company: Company) -> Any:
    return func.hashtextextended(f"months of {company.id}", 0)
