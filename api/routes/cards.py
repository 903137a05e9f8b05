"""Cards and charts over HTTP. One rule: core.cards fills them in; here figures are worded as in a query's answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from api.routing import Example, Outcome, RouteTable
from api.schemas.cards import (
    CardsAnswer,
    CardsQuery,
    ChartAnswer,
    ChartPath,
    ChartQuery,
    ChoicesAnswer,
    ChoicesBody,
    LinesListing,
    LinesQuery,
    RefusalsAnswer,
    RefusalsBody,
)
from api.schemas.envelope import Success
from core import clock
from core.access import Reach, Viewer
from core.cards.asking import Narrowing
from core.cards.catalogue import Chart
from core.cards.charts import ChartRow, ChartRows, read_chart
from core.cards.choices import (
    Choice,
    Choices,
    Seat,
    list_handles,
    read_dashboard,
    refuse_cards,
    write_choices,
)
from core.cards.custom import CustomCard
from core.cards.drill import explain_card, explain_measure
from core.cards.figures import CardFigure, read_cards
from core.errors import Conflict, InvalidInput, NotFound
from core.metrics.measures import find_measure
from core.metrics.why import Coordinate, LinesPage, LinesWanted
from core.metrics.wording import parse_question, write_value
from core.money import write_amount, write_decimal
from core.people.members import find_person
from core.periods import Period

table = RouteTable("Cards", "The dashboard: cards, charts, the lines behind them, and how one wants to see them.")


@table.declare(
    "GET",
    "/api/metrics/cards",
    answer=Success[CardsAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"period": "month"}),
)
def list_cards(tx: Connection, viewer: Viewer, query: CardsQuery) -> Outcome:
    """Read the figures of one's dashboard.

    The cards one sees, each with its target, the period before and its course. Cards of profit are there once they
    are turned on. An employee's figures are their own, the others' those of the branch.
    """
    narrowing = _read_narrowing(viewer, query)
    with _missing():
        figures = read_cards(tx, viewer, narrowing)
    currency = viewer.company.currency
    return Outcome({"cards": [_show_card(figure, currency) for figure in figures], "currency": currency})


@table.declare(
    "GET",
    "/api/metrics/charts/{name}",
    answer=Success[ChartAnswer],
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"period": "year"}, path={"name": "country"}),
)
def show_chart(tx: Connection, viewer: Viewer, path: ChartPath, query: ChartQuery) -> Outcome:
    """Read a chart.

    Its rows and what they leave out add up to the total. A chart that an admin refuses, or that is turned off, is not
    allowed (403).
    """
    narrowing = _read_narrowing(viewer, query)
    with _missing():
        chart = read_chart(tx, viewer, path.name, narrowing, query.limit)
    return Outcome(_show_chart(chart))


@table.declare(
    "GET",
    "/api/metrics/lines",
    answer=LinesListing,
    scope="metrics:read",
    problems=(404, 409),
    example=Example(query={"card": "total_revenue", "period": "month", "sort": "-amount"}),
    headers={"Link": "the `first`, `prev`, `next` and `last` page (RFC 8288)"},
)
def list_lines(tx: Connection, viewer: Viewer, query: LinesQuery) -> Outcome:
    """List the lines behind a figure.

    Of a card or chart, of one cell of it, or of a measure: exactly those that the figure counts for the same person,
    so that they add up to it.
    """
    if (query.card is None) == (query.measure is None):
        raise Conflict("Say either a card or a measure.", field="card", hint="card=total_revenue")
    narrowing = _read_narrowing(viewer, query)
    cell = tuple(_read_coordinate(text) for text in query.cell)
    searches = tuple((name, value) for name, _, value in (text.partition("=") for text in query.search))
    wanted = LinesWanted(query.page, query.limit, query.sort, searches)
    with _missing():
        if query.card is not None:
            _, period, page = explain_card(tx, viewer, query.card, narrowing, cell, wanted)
        else:
            period, page = explain_measure(tx, viewer, query.measure or "", narrowing, cell, wanted)
    pages = {"page": page.page, "limit": page.limit, "total": page.total, "total_pages": page.pages}
    return Outcome(_show_lines(page, period), pages, _link_pages(page))


@table.declare("GET", "/api/metrics/cards/choices", answer=Success[ChoicesAnswer], scope="metrics:read")
def show_choices(tx: Connection, viewer: Viewer) -> Outcome:
    """Read how one wants one's dashboard, and which cards there are."""
    return Outcome(_show_choices(tx, viewer))


@table.declare(
    "PUT",
    "/api/metrics/cards/choices",
    answer=Success[ChoicesAnswer],
    scope="cards:write",
    problems=(404, 409),
    example=Example(
        body={
            "period": "last_month",
            "salespeople": None,
            "cards": [{"card": "total_profit", "hidden": False, "position": 0}, {"card": "country", "period": "year"}],
            "custom": [{"name": "etsy", "title": "Etsy", "measure": "revenue", "by": "month", "where": []}],
        }
    ),
)
def choose_cards(tx: Connection, viewer: Viewer, body: ChoicesBody) -> Outcome:
    """Choose how one wants one's dashboard.

    In the place of everything chosen before: which cards, in which order, of which period, drawn how; whose sales
    count; and cards of one's own.
    """
    choices = Choices(
        body.period,
        None if body.salespeople is None else tuple(find_person(tx, viewer, f"@{one}").id for one in body.salespeople),
        tuple(Choice(one.card, one.hidden, one.position, one.period, one.chart_type, one.top) for one in body.cards),
        tuple(
            CustomCard(one.name, one.title, one.measure, one.by, tuple(_split(text) for text in one.where))
            for one in body.custom
        ),
    )
    with _contradicting():
        write_choices(tx, viewer, choices)
    return Outcome(_show_choices(tx, viewer))


@table.declare(
    "PUT",
    "/api/metrics/cards/permissions",
    answer=Success[RefusalsAnswer],
    scope="cards:write",
    problems=(404, 409),
    example=Example(body={"person": "@bob", "refused": ["Ledger Group wise Sales"]}),
)
def refuse_permissions(tx: Connection, viewer: Viewer, body: RefusalsBody) -> Outcome:
    """Take cards from somebody, or give them back.

    For those who manage people. What is not named is granted, as far as the person's role goes.
    """
    with _contradicting():
        return Outcome({"refused": list(refuse_cards(tx, viewer, body.person or "", tuple(body.refused)))})


# ---- from the request -----------------------------------------------------------------------------------------------


@contextmanager
def _missing() -> Iterator[None]:
    """A well-formed word that nobody here ever used is not found."""
    try:
        yield
    except InvalidInput as error:
        raise NotFound(error.message, field=error.field, hint=error.hint) from None


@contextmanager
def _contradicting() -> Iterator[None]:
    """What is well formed and yet cannot be contradicts something; a period that is none is not of its form."""
    try:
        yield
    except InvalidInput as error:
        if error.field == "period":
            raise
        raise Conflict(error.message, field=error.field, hint=error.hint) from None


def _read_narrowing(viewer: Viewer, query: CardsQuery) -> Narrowing:
    """Raises Conflict where what is well formed contradicts itself, InvalidInput for a period that is none."""
    if query.period is not None and (query.first is not None or query.last is not None):
        raise Conflict("Say either a period or from and to.", field="period", hint="period=month")
    if query.first is not None and query.last is not None and query.last < query.first:
        raise Conflict(f"{query.last} is before {query.first}.", field="to", hint=f"{query.first} or later")
    with _contradicting():
        said = parse_question(
            measures="revenue",
            where=query.where,
            first=query.first.isoformat() if query.first else None,
            last=query.last.isoformat() if query.last else None,
            period=query.period,
            today=clock.today(viewer.time_zone),
            calendar=viewer.company.calendar,
        )
    is_dated = query.period is not None or query.first is not None or query.last is not None
    return Narrowing(said.period if is_dated else None, said.where, query.choose_branch(), Reach(query.view))


def _read_coordinate(text: str) -> Coordinate:
    name, _, value = text.partition("=")
    return name, value or None


def _split(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


# ---- to the answer --------------------------------------------------------------------------------------------------


def _show_days(period: Period) -> dict[str, str]:
    return {"name": period.name, "from": period.start.isoformat(), "to": period.last_day.isoformat()}


def _show_card(figure: CardFigure, currency: str) -> dict[str, Any]:
    measure = figure.measure
    return {
        "name": figure.card.name,
        "title": figure.card.title,
        "measure": measure.name,
        "unit": measure.unit.value,
        "value": write_value(measure, figure.value, currency),
        "target": write_value(measure, figure.target, currency),
        "difference": write_value(measure, figure.difference, currency),
        "status": figure.status.value,
        "previous": write_value(measure, figure.before, currency),
        "change_pct": write_value(find_measure("discount_rate"), figure.change_percent, currency),
        "period": _show_days(figure.period),
        "previous_period": None if figure.period_before is None else _show_days(figure.period_before),
        "trend": [
            {"label": point.label, "value": write_value(measure, point.value, currency)} for point in figure.trend
        ],
        "is_custom": figure.is_custom,
    }


def _show_chart(chart: ChartRows) -> dict[str, Any]:
    measure = chart.measure
    return {
        "name": chart.chart.name,
        "title": chart.chart.title,
        "by": chart.chart.by,
        "measure": measure.name,
        "unit": measure.unit.value,
        "period": _show_days(chart.period),
        "chart_type": chart.chart_type,
        "chart_types": list(chart.chart.types),
        "rows": [_show_row(chart, row) for row in chart.rows],
        "others": write_value(measure, chart.others, chart.currency),
        "total": write_value(measure, chart.total, chart.currency),
        "currency": chart.currency,
        "source": chart.source,
        "is_custom": chart.is_custom,
    }


def _show_row(chart: ChartRows, row: ChartRow) -> dict[str, Any]:
    by_name = {measure.name: measure for measure in chart.measures}
    extras = {
        name: write_value(by_name[measure], row.values[measure], chart.currency) for name, measure in chart.chart.extras
    }
    cell = "&".join(f"{name}={value or ''}" for name, value in row.cell)
    value = write_value(chart.measure, row.values[chart.measure.name], chart.currency)
    return {"label": row.label, "value": value, **extras, "cell": cell}


def _show_lines(page: LinesPage, period: Period) -> dict[str, Any]:
    currency = page.currency
    return {
        "measure": page.measure.name,
        "unit": page.measure.unit.value,
        "value": write_value(page.measure, page.value, currency),
        "amount": write_amount(page.amount_e4, currency),
        "currency": currency,
        "period": _show_days(period),
        "columns": [column.name for column in page.columns],
        "rows": [
            {column.name: _show_cell(column.scale, row[column.name]) for column in page.columns} for row in page.rows
        ],
    }


def _show_cell(scale: str | None, value: Any) -> str | int | float | None:
    """A value of a line: amounts in full, for an imported one may be finer than a coin."""
    if value is None:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if scale == "amount":
        return write_decimal(value, 4, 4 if value % 100 else 2)
    if scale == "quantity":
        return int(value) // 1000 if value % 1000 == 0 else float(value) / 1000
    return int(value) if scale == "number" else str(value)


def _link_pages(page: LinesPage) -> dict[str, dict[str, int]]:
    links = {"first": {"page": 1}, "last": {"page": page.pages}}
    if page.page > 1:
        links["prev"] = {"page": min(page.page - 1, page.pages)}
    if page.page < page.pages:
        links["next"] = {"page": page.page + 1}
    return links


def _show_choices(tx: Connection, viewer: Viewer) -> dict[str, Any]:
    dashboard = read_dashboard(tx, viewer)
    choices = dashboard.choices
    return {
        "period": choices.period,
        "salespeople": None if choices.salespeople is None else list_handles(tx, viewer, choices.salespeople),
        "cards": [_show_seat(seat) for seat in dashboard.seats],
        "custom": [
            {
                "name": one.name,
                "title": one.title,
                "measure": one.measure,
                "by": one.by,
                "where": [f"{name}={value}" for name, value in one.where],
            }
            for one in choices.custom
        ],
    }


def _show_seat(seat: Seat) -> dict[str, Any]:
    chart = seat.card if isinstance(seat.card, Chart) else None
    return {
        "card": seat.card.name,
        "title": seat.card.title,
        "kind": "figure" if chart is None else "chart",
        "granted": seat.is_granted,
        "hidden": seat.is_hidden,
        "position": seat.choice.position,
        "period": seat.choice.period,
        "chart_type": seat.choice.chart_type or (chart.types[0] if chart else None),
        "chart_types": list(chart.types) if chart else [],
        "top": seat.choice.top or (chart.top if chart else None),
        "permission": seat.card.permission,
    }
