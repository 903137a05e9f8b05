"""Cards, charts and the lines behind them, as messages. One rule: the figure first, then how it compares."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from bot.parsing.presses import REMEMBERED, Leaf, write_drawing
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
from core.cards.catalogue import AnyCard, Chart, ChartType, MapType
from core.cards.charts import ChartRow, ChartRows
from core.cards.figures import CardFigure
from core.metrics.measures import Measure, Unit, Value, divide
from core.metrics.why import NEWEST_FIRST, LinesPage
from core.periods import END_OF_DAYS, FIRST_DAY, Period

MOST_ROWS = 10
LONGEST_LABEL = 32
LONGEST_BUTTON = 22
MOST_IN_A_ROW = 3  # buttons whose words a phone shows whole
PERIODS = {"Today": "today", "Week": "this week", "Month": "this month"}
DRAWN = {
    "bar": "Bars",
    "pie": "Pie",
    "line": "Line",
    "map": "Map",
    "bubbles": "Bubbles",
    "calendar": "Calendar",
    "card": "Card",
}
# A way to draw, as somebody would call it.
DRAWING_WORDS: dict[tuple[ChartType, MapType | None], str] = {
    (ChartType.BAR, None): "bar",
    (ChartType.PIE, None): "pie",
    (ChartType.LINE, None): "line",
    (ChartType.MAP, MapType.CHOROPLETH): "map",
    (ChartType.MAP, MapType.BUBBLE): "bubbles",
    (ChartType.CALENDAR, None): "calendar",
    (ChartType.SPARKLINE, None): "card",
}


def show_cards(
    figures: tuple[CardFigure, ...], title: str, currency: str, memory: str = "", *, edits_pressed: bool = False
) -> Reply:
    """The cards, a line each, with arrows against the period before.

    `memory` is REMEMBERED where the person's message holds more than a button can.
    """
    periods = (tuple(Button(label, "kpi", f"{memory}{words}") for label, words in PERIODS.items()),)
    quotes = bool(memory)
    if not figures:
        text = "Every card is turned off. <code>/kpi show total_revenue</code> brings one back."
        return Reply(f"📊 <b>{show_text(title)}</b>\n\n{text}", periods, edits_pressed=edits_pressed, quotes=quotes)
    first = figures[0]
    rows = [_show_card(figure, first.period, currency) for figure in figures]
    foot = [] if first.period_before is None else [f"\n▲▼ against {show_days(first.period_before)}"]
    head = f"📊 <b>{show_text(title)}</b> · {show_days(first.period)}\n"
    asks = Button("Why?", "why", Leaf(f"{memory}{first.card.name}", first.period).write())
    text = "\n".join([head, *rows, *foot])
    return Reply(text, (*periods, (asks,)), edits_pressed=edits_pressed, quotes=quotes)


def show_one_card(figure: CardFigure, title: str, currency: str, subject: str, *, edits_pressed: bool = False) -> Reply:
    """One card, and what it is compared with; `subject` names it in its buttons."""
    before = figure.period_before
    foot = [] if before is None else [f"\n▲▼ against {show_days(before)}"]
    head = f"📊 <b>{show_text(title)}</b> · {show_days(figure.period)}\n"
    text = "\n".join([head, _show_card(figure, figure.period, currency), *foot])
    buttons = offer_drawings(figure.card, (figure.chart_type, None), subject, figure.period)
    return Reply(text, buttons, edits_pressed=edits_pressed, quotes=subject.startswith(REMEMBERED))


def offer_drawings(card: AnyCard, now: tuple[ChartType, MapType | None], subject: str, period: Period) -> Buttons:
    """The other ways to draw a card, and Why."""
    ways = [way for way in DRAWING_WORDS if way[0] in card.types and way != now]
    others = tuple(
        Button(DRAWN[DRAWING_WORDS[way]], "draw", write_drawing(DRAWING_WORDS[way], subject, period)) for way in ways
    )
    asks = (Button("Why?", "why", Leaf(subject, period).write()),)
    half = -(-len(others) // 2) if len(others) > MOST_IN_A_ROW else len(others)
    return tuple(row for row in (others[:half], others[half:], asks) if row)


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
    left_out = ""
    if figure.uncosted_e4:
        left_out = f"\n   without {show_value(figure.uncosted_e4, Unit.MONEY, currency)} whose cost is not known"
    return f"{show_text(figure.card.title)}: <b>{value}</b>{change}{own}{left_out}{target}"


def show_chart(chart: ChartRows, title: str, subject: str, *, edits_pressed: bool = False) -> Reply:
    """A chart in words: every row with a bar, what is left out, and the whole; `subject` names it in its buttons."""
    head = f"📈 <b>{show_text(chart.chart.title)}</b>\n{show_text(title)} · {show_days(chart.period)}"
    if not chart.rows:
        return Reply(f"{head}\n\nNothing there.", edits_pressed=edits_pressed)
    shown = list_told_rows(chart)
    largest = max(_size(row.values[chart.measure.name]) for row in chart.rows)
    rows = [_show_row(chart, row, largest) for row in shown]
    buttons = offer_drawings(chart.chart, (chart.chart_type, chart.map_type), subject, chart.period)
    text = "\n".join([head, "", *rows, *_show_rest(chart, shown)])
    return Reply(text, buttons, edits_pressed=edits_pressed, quotes=subject.startswith(REMEMBERED))


def list_told_rows(chart: ChartRows) -> tuple[ChartRow, ...]:
    """The rows that are put into words: of time the latest, else the first."""
    return chart.rows[-MOST_ROWS:] if chart.follows_time else chart.rows[:MOST_ROWS]


def _show_row(chart: ChartRows, row: ChartRow, largest: Fraction) -> str:
    value = row.values[chart.measure.name]
    part = divide(value, chart.total, 100) if chart.others is not None and (chart.total or 0) > 0 else None
    percent = f" {show_percent(part)}" if part is not None and part >= 0 else ""
    note = show_note(chart, row)
    extras = f" · {note}" if note else ""
    figure = show_value(value, chart.measure.unit, chart.currency)
    label = show_text(clip(row.label, LONGEST_LABEL))
    return f"{label}: <b>{figure}</b>{extras}\n{bar(divide(_size(value), largest, 100))}{percent}"


def show_note(chart: ChartRows, row: ChartRow) -> str:
    """The further figures of a row: "12 bills", "7 sold"."""
    by_name = {measure.name: measure for measure in chart.measures}
    further = [(name, by_name[measure]) for name, measure in chart.chart.extras if measure != chart.measure.name]
    return " · ".join(_show_extra(name, measure, row, chart.currency) for name, measure in further)


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
    more = ["<code>/chart country as map last month</code>", "<code>/chart orders by platform</code>"]
    return Reply("\n".join(["📈 <b>Which chart?</b>", "", *rows, "", *more]))


def show_turned(titles: tuple[str, ...], *, is_on: bool) -> Reply:
    """Cards were turned on or off."""
    names = ", ".join(show_text(title) for title in titles)
    return Reply(f"{'👁 On' if is_on else '🙈 Off'}: {names}.\nSee /kpi")


def show_added(card: AnyCard) -> Reply:
    """A card of one's own is kept."""
    see = f"<code>/chart {card.name}</code>" if isinstance(card, Chart) else "/kpi"
    return Reply(f"➕ {show_text(card.title)} is yours. See {see}\nAway with it: <code>/kpi drop {card.name}</code>")


def show_dropped(card: AnyCard) -> Reply:
    """A card of one's own is gone."""
    return Reply(f"🗑 {show_text(card.title)} is gone.")


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose lines are told, and what buttons lead to: `leaf` is the page shown, `others` what else may be chosen."""

    title: str
    period: Period
    leaf: Leaf
    sort: str
    narrowed: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, Leaf], ...] = ()


def show_lines(page: LinesPage, behind: Behind, *, edits_pressed: bool = False, posts: bool = False) -> Reply:
    """The lines behind a figure, and the ways to others: pages, the other order, the rows that may be chosen."""
    head = [f"🔎 <b>{show_text(behind.title)}</b> · {show_days(behind.period)}"]
    if behind.narrowed:
        head.append("only " + ", ".join(f"{name}={show_text(value)}" for name, value in behind.narrowed))
    value = show_value(page.value, page.measure.unit, page.currency)
    counted = f"<b>{value}</b> from {count_things(page.total, 'line', 'lines')}"
    if page.measure.unit is not Unit.MONEY:
        counted += f" of {show_money(page.amount_e4, page.currency)}"
    rows = [_show_line(row, page.currency) for row in page.rows]
    foot = [f"\nPage {page.page} of {page.pages}"] if page.pages > 1 else []
    text = "\n".join([*head, counted if page.total else "No line is behind it.", "", *rows, *foot])
    return Reply(
        text, _offer_leaves(page, behind), edits_pressed=edits_pressed, posts=posts, quotes=behind.leaf.is_remembered
    )


def _offer_leaves(page: LinesPage, behind: Behind) -> Buttons:
    leaf = behind.leaf
    by_day = behind.sort == NEWEST_FIRST
    before, after = ("‹ Newer", "Older ›") if by_day else ("‹ Back", "More ›")
    turn = []
    if page.page > 1:
        turn.append(Button(before, "see", replace(leaf, page=page.page - 1).write()))
    if page.page < page.pages:
        turn.append(Button(after, "see", replace(leaf, page=page.page + 1).write()))
    if page.total > 1:
        label, sort = ("Largest first", "a") if by_day else ("Newest first", "d")
        turn.append(Button(label, "see", replace(leaf, page=1, sort=sort).write()))
    others = [Button(clip(label, LONGEST_BUTTON), "see", other.write()) for label, other in behind.others]
    pairs = [tuple(others[index : index + 2]) for index in range(0, len(others), 2)]
    return tuple(row for row in (tuple(turn), *pairs) if row)


def _show_line(row: dict[str, Any], currency: str) -> str:
    item = show_text(clip(row["product"], 40)) if row["product"] else "amount"
    names = (row["person"], row["customer"], row["platform"])
    about = "".join(f" · {show_text(clip(name, 24))}" for name in names if name)
    kind = "" if row["kind"] == "sale" else f"{row['kind']} "
    return (
        f"{kind}#{row['document']} <b>{show_money(row['amount'], currency)}</b>{about}\n"
        f"   {show_day(row['day'])} · {show_quantity(row['quantity'])} × {item}"
    )


def show_days(period: Period) -> str:
    """The days of a period; one without ends in words."""
    if period.start <= FIRST_DAY and period.end >= END_OF_DAYS:
        return "all time"
    return show_period(period)
