"""The cards there are. One rule: one entry of `CARDS` or `CHARTS` is one card, in chat, API and documentation.

The dashboard document's parts 4 and 5 name them; `permission` is the name by which an admin takes one from somebody.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.access import Viewer
from core.errors import InvalidInput, NotFound
from core.metrics.measures import Measure, find_measure
from core.text import fold


class Trend(StrEnum):
    """How a card's series runs: each day's own value, or everybody seen up to that day."""

    DAILY = "daily"
    CUMULATIVE = "cumulative"


class ChartType(StrEnum):
    """How a chart may be drawn."""

    BAR = "bar"
    PIE = "pie"
    LINE = "line"
    MAP = "geoMap"
    MULTI_AXIS = "multiAxis"
    CALENDAR = "calendar"
    SPARKLINE = "sparkline"


class MapType(StrEnum):
    """How a map shows its values: places as dark as they are large, or a circle on each."""

    CHOROPLETH = "choropleth"
    BUBBLE = "bubble"


class Keep(StrEnum):
    """Which rows a chart shows: all of them, or those above or below zero."""

    ALL = "all"
    GAINS = "gains"
    LOSSES = "losses"


PLAIN = (ChartType.BAR, ChartType.PIE, ChartType.LINE)


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its target, its past and its course."""

    name: str
    title: str
    measure: str
    permission: str | None  # None: one's own card, which nobody takes away
    trend: Trend = Trend.DAILY
    is_hidden_at_first: bool = False
    where: tuple[tuple[str, str], ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """What it counts."""
        return (self.measure,)

    @property
    def types(self) -> tuple[ChartType, ...]:
        """How it may be drawn; everybody seen so far is nothing for a calendar."""
        return (ChartType.SPARKLINE, ChartType.CALENDAR) if self.trend is Trend.DAILY else (ChartType.SPARKLINE,)


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure split by a dimension; `extras` go along: the name in a row, and the measure.

    The first of `types` is how it is drawn unless chosen otherwise. `top` rows are shown, the rest is one figure.
    `unknown` stands for a label that nobody gave; None: a ranking, in which such a row has no place and is left out.
    """

    name: str
    title: str
    measure: str
    by: str
    permission: str | None
    types: tuple[ChartType, ...] = PLAIN
    extras: tuple[tuple[str, str], ...] = ()
    top: int | None = None
    keep: Keep = Keep.ALL
    unknown: str | None = "Unknown"
    where: tuple[tuple[str, str], ...] = ()
    is_hidden_at_first: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        """What it counts, the value first."""
        return (self.measure, *dict.fromkeys(measure for _, measure in self.extras if measure != self.measure))


AnyCard = Card | Chart
TOP = 10
MAPPED = (*PLAIN, ChartType.MAP)
BARS = (ChartType.BAR,)

CARDS: dict[str, Card] = {
    card.name: card
    for card in (
        Card("total_revenue", "Total Revenue", "revenue", "Total Revenue"),
        Card("total_invoices", "Total Invoices", "orders", "Total Invoices"),
        Card("total_quantity", "Total Quantity", "units", "Total Quantity"),
        Card("unique_customers", "Unique Customers", "customers", "Unique Customers", Trend.CUMULATIVE),
        Card("avg_invoice_value", "Avg Invoice Value", "average_order_value", "Avg Invoice Value"),
        Card("total_profit", "Total Profit", "profit", "Total Profit", is_hidden_at_first=True),
        Card("profit_margin", "Profit Margin", "profit_margin", "Profit Margin", is_hidden_at_first=True),
        Card(
            "avg_profit_per_order",
            "Avg Profit per Order",
            "profit_per_order",
            "Avg Profit per Order",
            is_hidden_at_first=True,
        ),
    )
}

CHARTS: dict[str, Chart] = {
    chart.name: chart
    for chart in (
        Chart("stock_group", "Sales by Stock Group", "revenue", "category", "Stock Group wise Sales"),
        Chart("ledger_group", "Sales by Ledger Group", "revenue", "ledger_group", "Ledger Group wise Sales"),
        Chart("state", "Sales by State", "revenue", "region", "State wise Sales", MAPPED),
        Chart("country", "Sales by Country", "revenue", "country", "Country wise Sales", MAPPED),
        Chart("period", "Sales by Period", "revenue", "month", "Period wise Sales"),
        Chart("top_customers", "Top Customers Chart", "revenue", "customer", "Top Customers", top=TOP, unknown=None),
        Chart(
            "top_items_by_revenue",
            "Top Items by Revenue Chart",
            "revenue",
            "product",
            "Top Items by Revenue",
            extras=(("revenue", "revenue"), ("quantity", "units")),
            top=TOP,
            unknown=None,
        ),
        Chart(
            "top_items_by_quantity",
            "Top Items by Quantity Chart",
            "units",
            "product",
            "Top Items by Quantity",
            top=TOP,
            unknown=None,
        ),
        Chart(
            "revenue_vs_profit",
            "Revenue vs Profit",
            "revenue",
            "month",
            "Revenue vs Profit",
            (ChartType.MULTI_AXIS,),
            extras=(("revenue", "revenue"), ("profit", "profit")),
        ),
        Chart(
            "salesperson_totals",
            "Salesperson Totals",
            "revenue",
            "person",
            "Salesperson wise Sales",
            BARS,
            extras=(("billCount", "orders"),),
            unknown="Unassigned",
        ),
        Chart(
            "top_profitable_items",
            "Top Profitable Items",
            "profit",
            "product",
            "Top Profitable Items",
            BARS,
            top=TOP,
            unknown=None,
            keep=Keep.GAINS,
        ),
        Chart(
            "top_loss_items",
            "Top Loss Items",
            "profit",
            "product",
            "Top Loss Items",
            BARS,
            top=TOP,
            unknown=None,
            keep=Keep.LOSSES,
        ),
        Chart("month_wise_profit", "Month-wise Profit", "profit", "month", "Month-wise Profit"),
    )
}

STANDARD: dict[str, AnyCard] = {**CARDS, **CHARTS}
# The dashboard document's part 6: the permission as an admin sees it, and the card it opens.
CARD_PERMISSIONS: dict[str, str] = {
    card.permission: card.name for card in STANDARD.values() if card.permission is not None
}
# Words people use for a card, beside its name and title.
_ALSO = {
    "revenue": "total_revenue",
    "invoices": "total_invoices",
    "orders": "total_invoices",
    "quantity": "total_quantity",
    "units": "total_quantity",
    "unique": "unique_customers",
    "margin": "profit_margin",
    "category": "stock_group",
    "categories": "stock_group",
    "region": "state",
    "countries": "country",
    "month": "period",
    "months": "period",
    "customers": "top_customers",
    "items": "top_items_by_revenue",
    "top_items": "top_items_by_revenue",
    "products": "top_items_by_revenue",
    "salespeople": "salesperson_totals",
    "people": "salesperson_totals",
    "profitable": "top_profitable_items",
    "loss": "top_loss_items",
    "losses": "top_loss_items",
}


def is_for_role(viewer: Viewer, card: AnyCard) -> bool:
    """Whether the viewer's role may see every measure of a card."""
    return all(measure.permission is None or viewer.may(measure.permission) for measure in list_measures(card))


def list_measures(card: AnyCard) -> tuple[Measure, ...]:
    """The measures of a card, its value first."""
    return tuple(find_measure(name) for name in card.measures)


def name_card(words: str) -> str:
    """The form in which a card's name, title or permission is compared: "Sales by State" is sales_by_state."""
    return fold(words).replace(" ", "_").replace("-", "_")


def find_standard_card(words: str) -> AnyCard | None:
    """The card of that name, title, permission or usual word."""
    wanted = name_card(words)
    wanted = _ALSO.get(wanted, wanted)
    for card in STANDARD.values():
        if wanted in (card.name, name_card(card.title), name_card(card.permission or "")):
            return card
    return None


def find_permission(name: str) -> str:
    """The permission of that name, as it is written; NotFound names `permission`."""
    for permission in CARD_PERMISSIONS:
        if fold(permission) == fold(name):
            return permission
    raise NotFound(f"There is no card permission “{name}”.", field="permission", hint="Country wise Sales")


def check_chart_type(card: AnyCard, wanted: str | None) -> ChartType:
    """The way to draw a card, if it may be drawn so; InvalidInput names `chart_type` and lists those that it may."""
    if wanted is None:
        return card.types[0]
    if wanted not in card.types:
        raise InvalidInput(f"{card.title} is not drawn as “{wanted}”.", field="chart_type", hint=", ".join(card.types))
    return ChartType(wanted)


def check_map_type(card: AnyCard, wanted: str | None) -> MapType | None:
    """How the map of a card shows its values, None for a card without one; InvalidInput names `map_type`."""
    has_map = ChartType.MAP in card.types
    if wanted is None:
        return MapType.CHOROPLETH if has_map else None
    if not has_map or wanted not in tuple(MapType):
        known = ", ".join(MapType) if has_map else "state or country"
        raise InvalidInput(f"{card.title} has no map “{wanted}”.", field="map_type", hint=known)
    return MapType(wanted)
