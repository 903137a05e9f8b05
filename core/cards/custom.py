"""Cards of one's own. One rule: a measure, perhaps by a dimension or a field of the company's own; nothing else."""

import re
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.catalogue import STANDARD, AnyCard, Card, Chart, ChartType, Trend
from core.errors import Conflict, InvalidInput, NotAllowed
from core.metrics.dimensions import find_dimension
from core.metrics.filters import resolve_filters
from core.metrics.measures import Measured, find_measure
from core.text import clean_name

MOST_CUSTOM = 50
MOST_FILTERS = 16
_NAME = re.compile(r"[a-z][a-z0-9_]{0,23}")


@dataclass(frozen=True, slots=True)
class CustomCard:
    """A card somebody made: a figure, or with `by` a chart of it; of what has the values of `where` only."""

    name: str
    title: str
    measure: str
    by: str | None = None
    where: tuple[tuple[str, str], ...] = ()


def make_card(custom: CustomCard) -> AnyCard:
    """It as one of the cards."""
    measure = find_measure(custom.measure)
    if custom.by is not None:
        return Chart(
            custom.name,
            custom.title,
            custom.measure,
            custom.by,
            None,
            (ChartType.BAR, ChartType.PIE, ChartType.LINE),
            where=custom.where,
        )
    is_of_customers = isinstance(measure, Measured) and measure.distinct_key == "customer_id"
    trend = Trend.CUMULATIVE if is_of_customers else Trend.DAILY
    return Card(custom.name, custom.title, custom.measure, None, trend, where=custom.where)


def check_custom(tx: Connection, viewer: Viewer, custom: CustomCard, known_fields: frozenset[str]) -> CustomCard:
    """It with its words as they are written here. Raises InvalidInput or Conflict naming what cannot be."""
    if not _NAME.fullmatch(custom.name):
        raise InvalidInput(
            f"“{custom.name}” cannot be a name: up to 24 of a-z, 0-9 and _.", field="name", hint="etsy_revenue"
        )
    if custom.name in STANDARD:
        raise Conflict(f"{STANDARD[custom.name].title} has that name.", field="name", hint=f"my_{custom.name}"[:24])
    measure = find_measure(custom.measure)
    if measure.permission is not None and not viewer.may(measure.permission):
        raise NotAllowed(f"Your role may not {measure.permission.value}.", field="measure")
    if len(custom.where) > MOST_FILTERS:
        raise InvalidInput(f"A card has at most {MOST_FILTERS} filters.", field="where")
    resolve_filters(tx, viewer.company.id, custom.where, known_fields)
    by = None if custom.by is None else find_dimension(custom.by, known_fields).name
    return replace(custom, title=clean_name(custom.title, "title", 100), measure=measure.name, by=by)
