"""Who sold most. One rule: the figures are the aggregator's; here they only get a place."""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from core.access import Permission, Reach, Viewer
from core.errors import InvalidInput
from core.metrics import Question, ask
from core.metrics.ask import BOARD_MEASURES
from core.periods import Period


@dataclass(frozen=True, slots=True)
class Rank:
    """One person's place. Revenue e4, units e3, orders plain."""

    place: int
    person_id: int
    name: str
    revenue_e4: int
    orders: int
    units_e3: int
    is_viewer: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking of a branch in a period, by one measure, and what everybody together reached."""

    ranks: tuple[Rank, ...]
    measure: str
    period: Period
    total_revenue_e4: int
    currency: str


def rank_people(
    tx: Connection, viewer: Viewer, period: Period, measure: str = "revenue", branch: str | None = None
) -> Ranking:
    """Everybody who sold in the viewer's branch, best first. InvalidInput for a measure the ranking does not show."""
    viewer.require(Permission.SEE_BOARD)
    if measure not in BOARD_MEASURES:
        raise InvalidInput(
            f"The leaderboard does not go by “{measure}”.", field="measure", hint="revenue, orders, units"
        )
    others = tuple(sorted(BOARD_MEASURES - {measure}))
    answer = ask(tx, viewer, Question((measure, *others), period, by=("person",), branch=branch, reach=Reach.BOARD))
    ranks: list[Rank] = []
    last_value = None
    sellers = [row for row in answer.rows if row.values["orders"]]  # others have a return here, or were guests
    for index, row in enumerate(sellers, 1):
        value = row.values[measure]
        place = ranks[-1].place if ranks and value == last_value else index
        last_value = value
        person_id = int(str(row.keys[0]))
        amounts = {name: int(row.values[name] or 0) for name in BOARD_MEASURES}
        ranks.append(
            Rank(
                place,
                person_id,
                row.labels[0] or "",
                amounts["revenue"],
                amounts["orders"],
                amounts["units"],
                person_id == viewer.person_id,
            )
        )
    total = int(answer.totals["revenue"] or 0)
    return Ranking(tuple(ranks), measure, period, total, answer.currency)
