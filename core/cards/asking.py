"""A card as a question. One rule: what the dashboard is narrowed to holds for every card; a card's own period wins."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Reach, Viewer
from core.cards.catalogue import AnyCard, Chart, find_standard_card, is_for_role, name_card
from core.cards.choices import Choice, Dashboard, Seat, read_dashboard
from core.cards.custom import imagine_card
from core.errors import NotAllowed, NotFound
from core.metrics.question import Question
from core.periods import Period, month_of, parse_period

# Of a chart by months nobody wants this month alone.
USUAL = {"month": "year", "quarter": "year", "year": "all", "financial_year": "all"}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What all cards are narrowed to (the dashboard document's part 3).

    Several values of one dimension in `where` mean any of them. `period` None: the dashboard's own, this month unless
    one was chosen, of a chart by months this year. `insists`: the period is meant for this one card, and wins over the
    card's own.
    """

    period: Period | None = None
    where: tuple[tuple[str, str], ...] = ()
    branch: str | None = None
    reach: Reach = Reach.TEAM
    insists: bool = False


def find_seat(tx: Connection, viewer: Viewer, words: str) -> tuple[Dashboard, Seat]:
    """The viewer's card of that name or title, if it may be seen; or the one that "units by region" describes.

    Raises NotFound naming `name`, InvalidInput naming what is no measure or dimension, and NotAllowed for a card that
    an admin or the role refuses, or that one has hidden.
    """
    dashboard = read_dashboard(tx, viewer)
    standard, wanted = find_standard_card(words), name_card(words)
    for seat in dashboard.seats:
        if seat.card == standard or (seat.is_custom and wanted in (seat.card.name, name_card(seat.card.title))):
            return dashboard, require_shown(seat)
    imagined = imagine_card(tx, viewer, words)
    if imagined is not None:
        return dashboard, require_shown(Seat(imagined, Choice(imagined.name), is_for_role(viewer, imagined), True))
    raise NotFound(f"There is no card “{words}”.", field="name", hint="country")


def require_shown(seat: Seat) -> Seat:
    """The seat; NotAllowed where its card is refused or hidden."""
    if not seat.is_granted:
        raise NotAllowed(f"You may not see the card {seat.card.title}.", field="name")
    if seat.is_hidden:
        raise NotAllowed(f"The card {seat.card.title} is turned off.", field="name", hint=f"/kpi show {seat.card.name}")
    return seat


def choose_card_period(dashboard: Dashboard, viewer: Viewer, seat: Seat, narrowing: Narrowing) -> Period:
    """The period of a card, given what is asked for."""
    if narrowing.insists and narrowing.period is not None:
        return narrowing.period
    return choose_period(dashboard, viewer, seat, narrowing.period)


def ask_about(
    card: AnyCard, dashboard: Dashboard, narrowing: Narrowing, period: Period, by: tuple[str, ...] | None = None
) -> Question:
    """The question a card is, in a period; `by` instead of its own dimension."""
    own = (card.by,) if isinstance(card, Chart) else ()
    return make_question(card.measures, dashboard, narrowing, period, card.where, own if by is None else by)


def make_question(
    measures: tuple[str, ...],
    dashboard: Dashboard,
    narrowing: Narrowing,
    period: Period,
    where: tuple[tuple[str, str], ...] = (),
    by: tuple[str, ...] = (),
) -> Question:
    """A question narrowed to what the dashboard is, and to its chosen salespeople."""
    return Question(
        measures,
        period,
        by,
        narrowing.where,
        narrowing.branch,
        narrowing.reach,
        dashboard.choices.salespeople,
        within=where,
    )


def choose_period(dashboard: Dashboard, viewer: Viewer, seat: Seat, asked: Period | None) -> Period:
    """The period of a card: its own, else the one asked for, else the dashboard's, else what is usual for it."""
    usual = USUAL.get(seat.card.by) if isinstance(seat.card, Chart) else None
    words = seat.choice.period
    if words is None and asked is None and dashboard.choices.period is None:
        words = usual
    if words is not None:
        return parse_period(words, dashboard.today, viewer.company.calendar)
    return choose_dashboard_period(dashboard, viewer, asked)


def choose_dashboard_period(dashboard: Dashboard, viewer: Viewer, asked: Period | None) -> Period:
    """The period asked for, else the one chosen for the dashboard, else this month."""
    if asked is not None:
        return asked
    if dashboard.choices.period is not None:
        return parse_period(dashboard.choices.period, dashboard.today, viewer.company.calendar)
    return month_of(dashboard.today)
