"""What was sold in a stretch of days, and what came back of it. One rule: contract 1.2 and 1.3, field for field."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Permission, Reach, Viewer
from core.errors import NotAllowed
from core.metrics import AnswerRow, Question, ask
from core.metrics.filters import is_all_branches
from core.people.members import Person, get_person
from core.periods import Period
from core.sales.log import LogFilter, LogPage, list_documents

MEASURES = ("revenue", "returns", "exchanges", "guest_coverage")
RETURNS = ("return", "exchange")


@dataclass(frozen=True, slots=True)
class PersonSales:
    """One person's part. E4."""

    person: Person
    revenue_e4: int


@dataclass(frozen=True, slots=True)
class SalesReport:
    """Contract 1.2: what was sold in a period. Returns and exchanges are beside it, never taken off. Amounts e4.

    Guest coverage is what people of other branches sold here: no part of the revenue (contract 2.1).
    """

    period: Period
    reach: Reach
    revenue_e4: int
    returns_e4: int
    exchanges_e4: int
    guest_coverage_e4: int
    breakdown: tuple[PersonSales, ...]  # who sold most first
    currency: str


@dataclass(frozen=True, slots=True)
class ReturnsReport:
    """Contract 1.3: a page of the returns and exchanges of a period, newest first."""

    period: Period
    page: LogPage
    can_add: bool


def read_sales(
    tx: Connection, viewer: Viewer, period: Period, branch: str | None = None, reach: Reach | None = None
) -> SalesReport:
    """The sales of a period, as far as the viewer's own pages reach, or as `reach` says.

    Raises NotAllowed where the viewer's role does not go (contract, part 3), NotFound for a branch that is not there.
    """
    chosen = choose_reach(viewer, branch, reach)
    answer = ask(tx, viewer, Question(MEASURES, period, by=("person",), branch=branch, reach=chosen))
    revenue, returns, exchanges, guests = (int(answer.totals[name] or 0) for name in MEASURES)
    breakdown = tuple(_name_seller(tx, viewer, row) for row in answer.rows if row.values["revenue"])
    return SalesReport(period, chosen, revenue, returns, exchanges, guests, breakdown, answer.currency)


def _name_seller(tx: Connection, viewer: Viewer, row: AnswerRow) -> PersonSales:
    return PersonSales(get_person(tx, viewer, int(str(row.keys[0]))), int(row.values["revenue"] or 0))


def read_returns(
    tx: Connection,
    viewer: Viewer,
    period: Period,
    branch: str | None = None,
    reach: Reach | None = None,
    *,
    page: int = 1,
    limit: int = 50,
) -> ReturnsReport:
    """The returns and exchanges of a period, in the same scope as `read_sales`, which it raises as."""
    chosen = choose_reach(viewer, branch, reach)
    wanted = LogFilter(period=period, kinds=RETURNS, branch=branch, reach=chosen)
    found = list_documents(tx, viewer, wanted, page, limit)
    return ReturnsReport(period, found, viewer.may(Permission.CORRECT_OTHERS))


def choose_reach(viewer: Viewer, branch: str | None, reach: Reach | None) -> Reach:
    """Whose sales are meant. "My" is oneself in one branch, never in all (contract 2.2): NotAllowed names `branch`."""
    chosen = reach or (Reach.TEAM if viewer.person_id is None else viewer.rule.own_pages)
    if chosen is Reach.MY and is_all_branches(branch):
        raise NotAllowed("Your own numbers are those of one branch.", field="branch")
    return chosen
