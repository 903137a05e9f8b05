"""Cards, charts and lines as JSON values. One rule: figures are worded as in a query's answer."""

from datetime import date
from typing import Any

from sqlalchemy.engine import Connection

from core.access import Viewer
from core.cards.catalogue import Chart, check_chart_type, check_map_type
from core.cards.charts import ChartRow, ChartRows
from core.cards.choices import Seat, list_handles, read_dashboard
from core.cards.figures import CardFigure
from core.metrics.measures import Measure, Value, find_measure
from core.metrics.why import LinesPage
from core.metrics.wording import show_figure, write_value
from core.money import write_amount, write_decimal
from core.numbers import Style
from core.people.writing import read_own_writing
from core.periods import Period


def _show_days(period: Period) -> dict[str, str]:
    return {"name": period.name, "from": period.start.isoformat(), "to": period.last_day.isoformat()}


def show_card(figure: CardFigure, viewer: Viewer) -> dict[str, Any]:
    """A card as CardAnswer has it."""
    measure, currency = figure.measure, viewer.company.currency
    return {
        "name": figure.card.name,
        "title": figure.card.title,
        "measure": measure.name,
        "unit": measure.unit.value,
        "value": write_value(measure, figure.value, currency),
        "shown": _show(measure, figure.value, viewer),
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
        "chart_type": figure.chart_type,
        "is_custom": figure.is_custom,
        "without_cost": write_value(find_measure("uncosted_revenue"), figure.uncosted_e4, currency),
    }


def _show(measure: Measure, value: Value, viewer: Viewer) -> str | None:
    """A value as the viewer has figures written."""
    if value is None:
        return None
    return show_figure(value, measure.unit, viewer.company.currency, Style(viewer.locale, viewer.number_format))


def show_chart_rows(chart: ChartRows, viewer: Viewer) -> dict[str, Any]:
    """A chart as ChartAnswer has it."""
    measure = chart.measure
    return {
        "name": chart.chart.name,
        "title": chart.chart.title,
        "by": chart.chart.by,
        "measure": measure.name,
        "unit": measure.unit.value,
        "period": _show_days(chart.period),
        "chart_type": chart.chart_type,
        "map_type": chart.map_type,
        "chart_types": list(chart.chart.types),
        "rows": [_show_row(chart, row, viewer) for row in chart.rows],
        "others": write_value(measure, chart.others, chart.currency),
        "total": write_value(measure, chart.total, chart.currency),
        "currency": chart.currency,
        "source": chart.source,
        "is_custom": chart.is_custom,
    }


def _show_row(chart: ChartRows, row: ChartRow, viewer: Viewer) -> dict[str, Any]:
    by_name = {measure.name: measure for measure in chart.measures}
    extras = {
        name: write_value(by_name[measure], row.values[measure], chart.currency) for name, measure in chart.chart.extras
    }
    cell = "&".join(f"{name}={value or ''}" for name, value in row.cell)
    value = row.values[chart.measure.name]
    shown = _show(chart.measure, value, viewer)
    written = write_value(chart.measure, value, chart.currency)
    return {"label": row.label, "value": written, "shown": shown, **extras, "cell": cell}


def show_lines(page: LinesPage, period: Period, viewer: Viewer) -> dict[str, Any]:
    """A page of lines as LinesAnswer has it."""
    currency = page.currency
    return {
        "measure": page.measure.name,
        "unit": page.measure.unit.value,
        "value": write_value(page.measure, page.value, currency),
        "shown": _show(page.measure, page.value, viewer),
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


def link_pages(page: LinesPage) -> dict[str, dict[str, int]]:
    """The parameters that lead to the other pages."""
    links = {"first": {"page": 1}, "last": {"page": page.pages}}
    if page.page > 1:
        links["prev"] = {"page": min(page.page - 1, page.pages)}
    if page.page < page.pages:
        links["next"] = {"page": page.page + 1}
    return links


def show_choices_of(tx: Connection, viewer: Viewer) -> dict[str, Any]:
    """The viewer's dashboard as ChoicesAnswer has it."""
    dashboard, own = read_dashboard(tx, viewer), read_own_writing(tx, viewer)
    choices = dashboard.choices
    return {
        "period": choices.period,
        "salespeople": None if choices.salespeople is None else list_handles(tx, viewer, choices.salespeople),
        "locale": own.locale,
        "number_format": own.number_format,
        "theme": choices.theme,
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
        "chart_type": check_chart_type(seat.card, seat.choice.chart_type),
        "chart_types": list(seat.card.types),
        "map_type": check_map_type(seat.card, seat.choice.map_type),
        "top": seat.choice.top or (chart.top if chart else None),
        "permission": seat.card.permission,
    }
