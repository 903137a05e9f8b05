"""The lines behind a card. One rule: the same question as the card's, so that they add up to what it shows."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.asking import (
    Narrowing,
    ask_about,
    choose_card_period,
    choose_dashboard_period,
    find_seat,
    make_question,
)
from core.cards.catalogue import AnyCard
from core.cards.choices import read_dashboard
from core.metrics.why import Coordinate, LinesPage, LinesWanted, why
from core.periods import Period


def explain_card(
    tx: Connection,
    viewer: Viewer,
    name: str,
    narrowing: Narrowing,
    cell: tuple[Coordinate, ...] = (),
    wanted: LinesWanted | None = None,
) -> tuple[AnyCard, Period, LinesPage]:
    """A card, its period, and the lines behind it or behind one cell of it.

    Raises NotFound and NotAllowed naming `name`, and what `why` raises.
    """
    dashboard, seat = find_seat(tx, viewer, name)
    period = choose_card_period(dashboard, viewer, seat, narrowing)
    question = ask_about(seat.card, dashboard, narrowing, period, by=())
    return seat.card, period, why(tx, viewer, question, cell, wanted)


def explain_measure(
    tx: Connection,
    viewer: Viewer,
    measure: str,
    narrowing: Narrowing,
    cell: tuple[Coordinate, ...] = (),
    wanted: LinesWanted | None = None,
) -> tuple[Period, LinesPage]:
    """A period and the lines behind a measure, whoever's sales the dashboard shows. Raises what `why` raises."""
    dashboard = read_dashboard(tx, viewer)
    period = choose_dashboard_period(dashboard, viewer, narrowing.period)
    everybody = replace(dashboard, choices=replace(dashboard.choices, salespeople=None))
    return period, why(tx, viewer, make_question((measure,), everybody, narrowing, period), cell, wanted)
