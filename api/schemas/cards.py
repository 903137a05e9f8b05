"""Cards, charts and the lines behind them. One rule: they are narrowed by the words of a question."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool

from api.schemas.branch import BranchQuery
from api.schemas.envelope import Answer, Pages
from api.schemas.fields import Body, Day, PageLength, PageNumber, Query, RowLimit, Text100
from api.schemas.metrics import LONGEST_FILTER, MOST_FILTERS, PERIOD_PATTERN, WHERE_PATTERN
from core.cards.catalogue import CARD_PERMISSIONS, CARDS, CHARTS, ChartType, MapType
from core.cards.choices import LAST_POSITION, MOST_ROWS, MOST_SALESPEOPLE, THEMES
from core.cards.custom import MOST_CUSTOM
from core.company import NUMBER_FORMATS
from core.metrics.line_columns import COLUMNS
from core.metrics.measures import MEASURES

# Of a list of lines: as many altogether as a question has filters.
MOST_LINE_FILTERS, MOST_CELLS, MOST_SEARCHES = 8, 2, 4
CARD_PATTERN = r"^[a-z][a-z0-9_]{0,23}$"
_SHOWN = r"[^\u0000-\u001f\u007f-\u009f]"
_VISIBLE = r"[^\s\u0000-\u001f\u007f-\u009f]"
_WORD = r"[A-Za-z][A-Za-z0-9_]{0,63}"
CELL_PATTERN = f"^{_WORD}=({_VISIBLE}{_SHOWN}*)?$"
SEARCH_PATTERN = f"^({'|'.join(COLUMNS)})={_VISIBLE}{_SHOWN}*$"
SORT_PATTERN = f"^-?({'|'.join(COLUMNS)})$"
MEASURE_PATTERN = f"^({'|'.join(MEASURES)})$"
LOCALE_PATTERN = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}$"
ANY = str | int | float | None

Filter = Annotated[str, Field(max_length=LONGEST_FILTER, pattern=WHERE_PATTERN)]
CardName = Annotated[str, Field(pattern=CARD_PATTERN)]
PeriodWords = Annotated[str, Field(min_length=1, max_length=64, json_schema_extra={"pattern": PERIOD_PATTERN})]


def _read_whole(value: object) -> object:
    """A JSON number without a rest; text is none."""
    if isinstance(value, Decimal) and value == value.to_integral_value() and value.adjusted() < 20:
        return int(value)
    return value


_WHOLE = BeforeValidator(_read_whole)
Position = Annotated[Annotated[int, Field(strict=True, ge=0, lt=LAST_POSITION)], _WHOLE]
Top = Annotated[Annotated[int, Field(strict=True, ge=1, le=MOST_ROWS)], _WHOLE]


class CardsQuery(BranchQuery):
    """What the cards are narrowed to."""

    where: list[Filter] = Field(
        default_factory=list,
        max_length=MOST_FILTERS,
        description="only what has this, as `country=France`, `month=2026-07`; several of one dimension mean any of "
        "them",
    )
    first: Day | None = Field(None, alias="from", description="from this day on")
    last: Day | None = Field(None, alias="to", description="up to this day, included")
    period: PeriodWords | None = Field(
        None,
        description="instead of from and to: `month`, `last_week`, `30d`, `2025-06` …; the dashboard's own unless "
        "given. A card that has a period of its own keeps it",
    )
    view: Literal["my", "team"] = Field("team", description="`my`: only what is one's own")


class ChartPath(Query):
    """Which chart."""

    name: CardName = Field(description=f"a card of one's own, or one of {', '.join(f'`{name}`' for name in CHARTS)}")


class ChartQuery(CardsQuery):
    """What a chart is narrowed to."""

    limit: RowLimit | None = Field(None, description="at most so many rows; the rest is `others`")


class LinesQuery(CardsQuery):
    """Which figure, and how its lines are listed."""

    where: list[Filter] = Field(
        default_factory=list, max_length=MOST_LINE_FILTERS, description="only what has this, as `country=France`"
    )
    card: CardName | None = Field(None, description="a card or chart, with whatever was chosen for it")
    measure: Annotated[str, Field(pattern=MEASURE_PATTERN)] | None = Field(None, description="instead of `card`")
    cell: list[Annotated[str, Field(max_length=LONGEST_FILTER, pattern=CELL_PATTERN)]] = Field(
        default_factory=list,
        max_length=MOST_CELLS,
        description="one row of it, as a chart's `cell` says: `country=France`, `person=12`, `country=` for unknown",
    )
    search: list[Annotated[str, Field(max_length=LONGEST_FILTER, pattern=SEARCH_PATTERN)]] = Field(
        default_factory=list,
        max_length=MOST_SEARCHES,
        description="what a column contains, as `customer=jan`; a number or day, or those between two: `amount=5..10`",
    )
    sort: Annotated[str, Field(pattern=SORT_PATTERN)] = Field(
        "-day", description="a column; with a minus the largest first"
    )
    page: PageNumber = Field(1, description="which page")
    limit: PageLength = Field(50, description="how many on a page")


class Days(Answer):
    """A stretch of days, both included, and the word for it."""

    name: str
    first: str = Field(serialization_alias="from", validation_alias="from")
    last: str = Field(serialization_alias="to", validation_alias="to")


class TrendRow(Answer):
    """A day or month of a course."""

    label: str
    value: ANY


class CardAnswer(Answer):
    """A card. Money and percentages are decimal strings, counts and quantities numbers; null has no meaning."""

    name: str
    title: str
    measure: str
    unit: str
    value: ANY
    shown: str | None = Field(description="the value as one has figures written")
    target: ANY = Field(description="the month's target, or its share of the days; null where none is set")
    difference: ANY = Field(description="value − target")
    status: Literal["met", "below", "above"] = Field(description="`met` where there is no target")
    previous: ANY = Field(description="the value of the period before; of a running one, up to the same day")
    change_pct: ANY
    period: Days
    previous_period: Days | None
    trend: list[TrendRow] = Field(
        description="by day, or by month when longer than a year; of customers everybody seen so far"
    )
    chart_type: ChartType = Field(description="how its picture is drawn")
    is_custom: bool
    without_cost: ANY = Field(description="of a margin: the revenue it leaves out, whose cost nobody knows; else null")


class CardsAnswer(Answer):
    """The cards one sees, in one's order."""

    cards: list[CardAnswer]
    currency: str


class ChartAnswer(Answer):
    """A chart. A row has `label`, `value`, further figures by their names, and `cell` for `/api/metrics/lines`.

    `shown` is the value as one has figures written.
    """

    name: str
    title: str
    by: str
    measure: str
    unit: str
    period: Days
    chart_type: ChartType
    map_type: MapType | None = Field(description="of a chart that may be a map")
    chart_types: list[ChartType]
    rows: list[dict[str, ANY]]
    others: ANY = Field(description="the value of all rows that are not here; null where values do not add up")
    total: ANY
    currency: str
    source: str = Field(description="what it was counted from: `lines`, or the rollups kept beside them")
    is_custom: bool


class LinesAnswer(Answer):
    """The lines of a page, by column, and what those of all pages come to."""

    measure: str
    unit: str
    value: ANY = Field(description="the measure over all of them: without `search`, the figure")
    shown: str | None = Field(description="the value as one has figures written")
    amount: str = Field(description="the sum of their amounts")
    currency: str
    period: Days
    columns: list[str]
    rows: list[dict[str, ANY]]


class LinesListing(Answer):
    """A page of lines; the `Link` header leads to the others."""

    status: Literal["success"]
    data: LinesAnswer
    pagination: Pages


class CardChoice(Body):
    """How one wants a card; what is null is as the card is at first."""

    card: CardName
    hidden: StrictBool | None = Field(None, description="false turns a profit card on")
    position: Position | None = None
    period: PeriodWords | None = Field(None, description="its own, whatever the dashboard shows")
    chart_type: ChartType | None = None
    map_type: MapType | None = Field(None, description="of a chart that may be a map")
    top: Top | None = Field(None, description="how many rows of a chart")


class OwnCard(Body):
    """A card of one's own: a figure, or with `by` a chart."""

    name: CardName
    title: Annotated[str, Field(max_length=100, pattern=f"^{_VISIBLE}{_SHOWN}*$")]
    measure: Annotated[str, Field(pattern=MEASURE_PATTERN)]
    by: Annotated[str, Field(pattern=f"^{_WORD}$")] | None = Field(
        None, description="a dimension, or a field of the company's own"
    )
    where: list[Filter] = Field(default_factory=list, max_length=MOST_FILTERS)


class ChoicesBody(Body):
    """Everything chosen for a dashboard; what is left out is as at first."""

    period: PeriodWords | None = Field(None, description="of all cards that have none of their own")
    salespeople: list[Annotated[str, Field(max_length=64, pattern=r"^[a-z0-9_]+$")]] | None = Field(
        None,
        max_length=MOST_SALESPEOPLE,
        description="handles of the only people who count: null is everybody, an empty list nobody",
    )
    locale: Annotated[str, Field(max_length=16, pattern=LOCALE_PATTERN)] | None = Field(
        None, description="the language and region in which one has figures written, as `en-IN`: null as the company"
    )
    number_format: Literal[NUMBER_FORMATS] | None = Field(  # type: ignore[valid-type]
        None, description="groups of digits, in every picture and chat answer too: null as the locale or the company"
    )
    theme: Literal[THEMES] | None = Field(None, description="of the pictures in chat")  # type: ignore[valid-type]
    cards: list[CardChoice] = Field(default_factory=list, max_length=len(CARDS) + len(CHARTS) + MOST_CUSTOM)
    custom: list[OwnCard] = Field(default_factory=list, max_length=MOST_CUSTOM)


class SeatAnswer(Answer):
    """A card as one has it."""

    card: str
    title: str
    kind: Literal["figure", "chart"]
    granted: bool = Field(description="whether role and admin allow it")
    hidden: bool
    position: int | None
    period: str | None
    chart_type: ChartType
    chart_types: list[ChartType]
    map_type: MapType | None
    top: int | None
    permission: str | None = Field(description="by which an admin refuses it; null for a card of one's own")


class OwnCardAnswer(Answer):
    """A card of one's own."""

    name: str
    title: str
    measure: str
    by: str | None
    where: list[str]


class ChoicesAnswer(Answer):
    """A dashboard as it was chosen, with every card there is."""

    period: str | None
    salespeople: list[str] | None
    locale: str | None
    number_format: str | None
    theme: str | None
    cards: list[SeatAnswer]
    custom: list[OwnCardAnswer]


class RefusalsBody(Body):
    """The card permissions that somebody does not have."""

    person: Text100 = Field(description="handle or name")
    refused: list[Literal[tuple(CARD_PERMISSIONS)]] = Field(  # type: ignore[valid-type]
        max_length=len(CARD_PERMISSIONS), description="exactly these; every other is granted"
    )


class RefusalsAnswer(Answer):
    """The card permissions that somebody does not have."""

    refused: list[str]
