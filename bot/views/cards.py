"""Cards, charts and the lines behind them, as messages. One rule: the figure first, then how it compares."""

from fractions import Fraction
from typing import Any

from bot.turn import Button, Buttons, Reply
from bot.views.figures import (
    bar,
    clip,
    count_things,
    show_change,
    show_day,
    show_money,
    show_percent,
    show_period,
    show_quantity,
    show_text,
    show_value,
)
from core.cards.catalogue import AnyCard
from core.cards.charts import ChartRow, ChartRows
from core.cards.figures import CardFigure
from core.metrics.measures import Measure, Unit, Value, divide
from core.metrics.why import LinesPage
from core.periods import END_OF_DAYS, FIRST_DAY, Period

MOST_ROWS = 10
LONGEST_LABEL = 32
PERIODS = {"Today": "today", "Week": "this week", "Month": "this month"}
_DAY = "%Y%m%d"


def show_cards(figures: tuple[CardFigure, ...], title: str, currency: str, *, edits_pressed: bool = False) -> Reply:
    """The cards, a line each, with arrows against the period before."""
    periods = (tuple(Button(label, "kpi", words) for label, words in PERIODS.items()),)
    if not figures:
        text = "Every card is turned off. <code>/kpi show total_revenue</code> brings one back."
        return Reply(f"📊 <b>{show_text(title)}</b>\n\n{text}", periods, edits_pressed=edits_pressed)
    first = figures[0]
    rows = [_show_card(figure, first.period, currency) for figure in figures]
    foot = [] if first.period_before is None else [f"\n▲▼ against {show_days(first.period_before)}"]
    head = f"📊 <b>{show_text(title)}</b> · {show_days(first.period)}\n"
    asks = Button("Why?", "why", write_press(first.card.name, first.period))
    return Reply("\n".join([head, *rows, *foot]), (*periods, (asks,)), edits_pressed=edits_pressed)


def show_one_card(figure: CardFigure, title: str, currency: str) -> Reply:
    """One card, and what it is compared with."""
    before = figure.period_before
    foot = [] if before is None else [f"\n▲▼ against {show_days(before)}"]
    head = f"📊 <b>{show_text(title)}</b> · {show_days(figure.period)}\n"
    asks = Button("Why?", "why", write_press(figure.card.name, figure.period))
    return Reply("\n".join([head, _show_card(figure, figure.period, currency), *foot]), ((asks,),))


def _show_card(figure: CardFigure, shared: Period, currency: str) -> str:
    value = show_value(figure.value, figure.measure.unit, currency)
    change = "" if figure.period_before is None else f" {show_change(figure.change_percent)}"
    own = "" if figure.period == shared else f"\n   {show_days(figure.period)}"
    target = ""
    if figure.target:
        reached = divide(figure.value, figure.target, 100)
        target = (
            f"\n{bar(reached)} {show_percent(reached)} of {show_value(figure.target, figure.measure.unit, currency)}"
        )
    return f"{show_text(figure.card.title)}: <b>{value}</b>{change}{own}{target}"


def show_chart(chart: ChartRows, title: str) -> Reply:
    """A chart in words: every row with a bar, what is left out, and the whole."""
    head = f"📈 <b>{show_text(chart.chart.title)}</b>\n{show_text(title)} · {show_days(chart.period)}"
    if not chart.rows:
        return Reply(f"{head}\n\nNothing there.")
    shown = list_told_rows(chart)
    largest = max(_size(row.values[chart.measure.name]) for row in chart.rows)
    rows = [_show_row(chart, row, largest) for row in shown]
    asks = Button("Why?", "why", write_press(chart.chart.name, chart.period))
    return Reply("\n".join([head, "", *rows, *_show_rest(chart, shown)]), ((asks,),))


def list_told_rows(chart: ChartRows) -> tuple[ChartRow, ...]:
    """The rows that are put into words: of time the latest, else the first."""
    return chart.rows[-MOST_ROWS:] if chart.follows_time else chart.rows[:MOST_ROWS]


def _show_row(chart: ChartRows, row: ChartRow, largest: Fraction) -> str:
    value = row.values[chart.measure.name]
    part = divide(value, chart.total, 100) if chart.others is not None and (chart.total or 0) > 0 else None
    percent = f" {show_percent(part)}" if part is not None and part >= 0 else ""
    extras = "".join(
        f" · {_show_extra(name, next(one for one in chart.measures if one.name == measure), row, chart.currency)}"
        for name, measure in chart.chart.extras
        if measure != chart.measure.name
    )
    figure = show_value(value, chart.measure.unit, chart.currency)
    label = show_text(clip(row.label, LONGEST_LABEL))
    return f"{label}: <b>{figure}</b>{extras}\n{bar(divide(_size(value), largest, 100))}{percent}"


def _size(value: Value) -> Fraction:
    return abs(Fraction(value or 0))


def _show_extra(name: str, measure: Measure, row: ChartRow, currency: str) -> str:
    value = row.values[measure.name]
    if name == "billCount":
        return count_things(int(value or 0), "bill", "bills")
    if measure.unit is Unit.QUANTITY:
        return f"{show_quantity(value)} sold"
    return f"{name} {show_value(value, measure.unit, currency)}"


def _show_rest(chart: ChartRows, shown: tuple[ChartRow, ...]) -> list[str]:
    unit, currency = chart.measure.unit, chart.currency
    others = count_others(chart, shown)
    left_out = [f"Others: {show_value(others, unit, currency)}"] if others else []
    return [*left_out, f"Together: <b>{show_value(chart.total, unit, currency)}</b>"]


def count_others(chart: ChartRows, shown: tuple[ChartRow, ...]) -> Value:
    """What all rows come to that are not among those shown; None where values do not add up."""
    if chart.others is None or chart.total is None:
        return None
    return chart.total - sum((row.values[chart.measure.name] or 0 for row in shown), start=0)


def list_charts(charts: tuple[AnyCard, ...]) -> Reply:
    """Which charts there are."""
    rows = [f"<code>/chart {chart.name}</code>\n   {show_text(chart.title)}" for chart in charts]
    return Reply("\n".join(["📈 <b>Which chart?</b>", "", *rows, "", "<code>/chart country last month</code>"]))


def show_turned(titles: tuple[str, ...], *, is_on: bool) -> Reply:
    """Cards were turned on or off."""
    names = ", ".join(show_text(title) for title in titles)
    return Reply(f"{'👁 On' if is_on else '🙈 Off'}: {names}.\nSee /kpi")


def show_lines(
    page: LinesPage,
    title: str,
    period: Period,
    buttons: tuple[Button, ...] = (),
    *,
    edits_pressed: bool = False,
    posts: bool = False,
    quotes: bool = False,
) -> Reply:
    """The lines behind a figure, newest first."""
    head = f"🔎 <b>{show_text(title)}</b> · {show_days(period)}"
    value = show_value(page.value, page.measure.unit, page.currency)
    counted = f"<b>{value}</b> from {count_things(page.total, 'line', 'lines')}"
    if page.measure.unit is not Unit.MONEY:
        counted += f" of {show_money(page.amount_e4, page.currency)}"
    rows = [_show_line(row, page.currency) for row in page.rows]
    foot = [f"\nPage {page.page} of {page.pages}"] if page.pages > 1 else []
    shown: Buttons = (buttons,) if buttons else ()
    text = "\n".join([head, counted if page.total else "No line is behind it.", "", *rows, *foot])
    return Reply(text, shown, edits_pressed=edits_pressed, posts=posts, quotes=quotes)


def _show_line(row: dict[str, Any], currency: str) -> str:
    item = show_text(clip(row["product"], 40)) if row["product"] else "amount"
    names = (row["person"], row["customer"], row["platform"])
    about = "".join(f" · {show_text(clip(name, 24))}" for name in names if name)
    kind = "" if row["kind"] == "sale" else f"{row['kind']} "
    return (
        f"{kind}#{row['document']} <b>{show_money(row['amount'], currency)}</b>{about}\n"
        f"   {show_day(row['day'])} · {show_quantity(row['quantity'])} × {item}"
    )


def leaf(page: LinesPage, action: str, write: Any) -> tuple[Button, ...]:
    """The buttons to the pages before and after; `write` makes the argument of a page's number."""
    newer = (Button("‹ Newer", action, write(page.page - 1)),) if page.page > 1 else ()
    older = (Button("Older ›", action, write(page.page + 1)),) if page.page < page.pages else ()
    return (*newer, *older)


def show_days(period: Period) -> str:
    """The days of a period; one without ends in words."""
    if period.start <= FIRST_DAY and period.end >= END_OF_DAYS:
        return "all time"
    return show_period(period)


def write_press(name: str, period: Period, page: int = 1) -> str:
    """A card, its days and a page as a button's argument."""
    return f"{name}|{period.start:{_DAY}}|{period.end:{_DAY}}|{page}"
