"""Cards of one's own. One rule: a measure, perhaps by a dimension or a field of the company's own; nothing else."""

import re
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.catalogue import MAPPED, PLAIN, STANDARD, AnyCard, Card, Chart, ChartType, Trend
from core.errors import Code, Conflict, InvalidInput, NotAllowed
from core.metrics.dimensions import find_dimension
from core.metrics.filters import list_custom_fields, resolve_filters
from core.metrics.measures import Measured, find_measure
from core.text import clean_name

MOST_CUSTOM = 50
MOST_FILTERS = 16
IMAGINED = "imagined"  # the name of a card that nobody keeps
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
            _list_types(custom.by),
            where=custom.where,
        )
    is_of_customers = isinstance(measure, Measured) and measure.distinct_key == "customer_id"
    trend = Trend.CUMULATIVE if is_of_customers else Trend.DAILY
    return Card(custom.name, custom.title, custom.measure, None, trend, where=custom.where)


def imagine_card(tx: Connection, viewer: Viewer, words: str) -> AnyCard | None:
    """The chart that "average lines per order by weekday" says, without being kept; None where no `by` is in it.

    Raises InvalidInput naming what is no measure or dimension.
    """
    measure_words, is_split, by_words = words.partition(" by ")
    if not is_split or not by_words.strip():
        return None
    measure = find_measure(measure_words.strip())
    by = find_dimension(by_words.strip(), list_custom_fields(tx, viewer.company.id))
    return make_card(CustomCard(IMAGINED, f"{measure.label} by {by.label.lower()}", measure.name, by.name))


def _list_types(by: str) -> tuple[ChartType, ...]:
    """How a chart by a dimension may be drawn."""
    if by in ("region", "country"):
        return MAPPED
    return (*PLAIN, ChartType.CALENDAR) if by == "day" else PLAIN


def check_custom(tx: Connection, viewer: Viewer, custom: CustomCard, known_fields: frozenset[str]) -> CustomCard:
    """It with its words as they are written here. Raises InvalidInput or Conflict naming what cannot be."""
    if not _NAME.fullmatch(custom.name):
        raise InvalidInput(
            f"“{custom.name}” cannot be a name: up to 24 of a-z, 0-9 and _.", field="name", hint="etsy_revenue"
        )
    if custom.name == IMAGINED:
        raise Conflict("That name is taken.", field="name", hint="etsy_revenue", code=Code.DUPLICATE)
    if custom.name in STANDARD:
        taken = f"{STANDARD[custom.name].title} has that name."
        raise Conflict(taken, field="name", hint=f"my_{custom.name}"[:24], code=Code.DUPLICATE)
    measure = find_measure(custom.measure)
    if measure.permission is not None and not viewer.may(measure.permission):
        raise NotAllowed(f"Your role may not {measure.permission.value}.", field="measure")
    if len(custom.where) > MOST_FILTERS:
        raise InvalidInput(f"A card has at most {MOST_FILTERS} filters.", field="where")
    resolve_filters(tx, viewer, custom.where, known_fields)
    by = None if custom.by is None else find_dimension(custom.by, known_fields).name
    return replace(custom, title=clean_name(custom.title, "title", 100), measure=measure.name, by=by)
