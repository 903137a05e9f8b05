"""Closed months. One rule: their lines stand fast; what changes later is recorded in the month it arrives in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Reach, Viewer, find_seen_branch, resolve_scope
from core.errors import Code, Conflict, InvalidInput
from core.metrics import Question, ask
from core.metrics.filters import is_all_branches
from core.metrics.measures import Value
from core.models.company import companies
from core.models.people import people
from core.models.sales import documents, lines
from core.periods import Period, month_of
from core.sales.ledger.months import hold_months

REPORTED = ("revenue", "returns", "exchanges", "net_revenue", "orders", "units")


@dataclass(frozen=True, slots=True)
class Books:
    """Up to which day the months are closed (None: all are open), and who closed them last, when."""

    closed_before: date | None
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What came back later, in a month, of the sales of an earlier one. E4."""

    month: date
    amount_e4: int


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month as it is reported, and beside it what came back of its sales in later months; amounts e4."""

    period: Period
    is_closed: bool
    reported: dict[str, Value]
    adjustments: tuple[Adjustment, ...]
    currency: str

    @property
    def adjusted_e4(self) -> int:
        """Net revenue after the adjustments."""
        return int(self.reported["net_revenue"] or 0) - sum(one.amount_e4 for one in self.adjustments)


def read_books(tx: Connection, viewer: Viewer) -> Books:
    """How far the months are closed."""
    query = (
        select(companies.c.closed_before, companies.c.closed_at, people.c.name)
        .outerjoin(people, people.c.id == companies.c.closed_by)
        .where(companies.c.id == viewer.company.id)
    )
    return Books(*tx.execute(query).one())


def close_months(tx: Connection, viewer: Viewer, last: date) -> Books:
    """Close the month a day lies in, and every one before. Raises NotAllowed, InvalidInput (a month not yet over)."""
    viewer.require(Permission.CLOSE_MONTHS)
    month = month_of(last)
    if month.end > clock.today(viewer.company.time_zone):
        raise InvalidInput(
            f"{month.start:%B %Y} is not over yet.", field="month", hint="/close last month", code=Code.FUTURE_DATE
        )
    hold_months(tx, viewer.company)
    before = read_books(tx, viewer).closed_before
    if before is not None and month.end <= before:
        raise Conflict(f"{month.start:%B %Y} is closed already.", field="month", hint="/close", code=Code.CLOSED_MONTH)
    return _write(tx, viewer, month.end)


def reopen_months(tx: Connection, viewer: Viewer, first: date) -> Books:
    """Open the month a day lies in, and every one after. Raises NotAllowed, Conflict where it is open."""
    viewer.require(Permission.CLOSE_MONTHS)
    month = month_of(first)
    hold_months(tx, viewer.company)
    before = read_books(tx, viewer).closed_before
    if before is None or month.start >= before:
        raise Conflict(f"{month.start:%B %Y} is open.", field="month", hint="/close")
    return _write(tx, viewer, month.start)


def _write(tx: Connection, viewer: Viewer, before: date) -> Books:
    changed = {"closed_before": before, "closed_at": clock.now(), "closed_by": viewer.person_id}
    tx.execute(update(companies).where(companies.c.id == viewer.company.id).values(**changed))
    return read_books(tx, viewer)


def report_month(tx: Connection, viewer: Viewer, day: date, branch: str | None = None) -> MonthReport:
    """The month a day lies in, as reported and as adjusted since, in the viewer's scope. Raises as `ask` does."""
    period = month_of(day)
    answer = ask(tx, viewer, Question(REPORTED, period, branch=branch))
    before = read_books(tx, viewer).closed_before
    is_closed = before is not None and period.end <= before
    adjustments = _read_adjustments(tx, viewer, period, branch)
    return MonthReport(period, is_closed, answer.totals, adjustments, viewer.company.currency)


def _read_adjustments(tx: Connection, viewer: Viewer, period: Period, branch: str | None) -> tuple[Adjustment, ...]:
    """By the month they arrived in; of the sales there were in the period, and in the viewer's scope."""
    every = is_all_branches(branch) or (viewer.person_id is None and branch is None)
    asked = find_seen_branch(tx, viewer, branch) if branch and not every else None
    scope = resolve_scope(viewer, Reach.TEAM, asked, every_branch=every)
    sold = lines.alias("sold")
    of_month = (
        select(sold.c.document_id)
        .where(
            sold.c.company_id == scope.company_id,
            sold.c.kind == "sale",
            sold.c.day >= period.start,
            sold.c.day < period.end,
            sold.c.superseded_at.is_(None),
        )
        .distinct()
    )
    query = (
        select(lines.c.day, cast(func.sum(lines.c.amount_e4), BigInteger))
        .join_from(lines, documents, documents.c.id == lines.c.document_id)
        .where(
            lines.c.company_id == scope.company_id,
            lines.c.kind.in_(("return", "exchange")),
            lines.c.superseded_at.is_(None),
            lines.c.day >= period.end,
            documents.c.company_id == scope.company_id,
            documents.c.original_id.in_(of_month),
        )
        .group_by(lines.c.day)
        .order_by(lines.c.day)
    )
    if scope.branch_id is not None:
        query = query.where(lines.c.branch_id == scope.branch_id)
    if scope.person_id is not None:
        query = query.where(lines.c.person_id == scope.person_id)
    by_month: dict[date, int] = {}
    for day, amount_e4 in tx.execute(query):
        month = day.replace(day=1)
        by_month[month] = by_month.get(month, 0) + amount_e4
    return tuple(Adjustment(month, amount_e4) for month, amount_e4 in by_month.items())
