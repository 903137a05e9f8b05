"""Cards and charts as messages. One rule: the figure first, then how it compares."""

from collections.abc import Sequence
from fractions import Fraction

from bot.parsing.presses import REMEMBERED, Leaf, write_drawing
from bot.turn import Button, Buttons, Reply
from bot.views.figures import (
    bar,
    clip,
    count_things,
    show_change,
    show_percent,
    show_period,
    show_quantity,
    show_stretch,
    show_text,
    show_value,
)
from bot.views.goals import SIGNS
from core.cards.catalogue import AnyCard, Chart, ChartType, MapType
from core.cards.charts import ChartRow, ChartRows
from core.cards.figures import CardFigure
from core.goals.progress import Status
from core.metrics.measures import Measure, Unit, Value, divide
from core.periods import END_OF_DAYS, FIRST_DAY, Period

Way = tuple[ChartType, MapType | None]
MOST_ROWS = 10
LONGEST_LABEL = 32
LONGEST_TITLE = 28  # of a chart, two in a row
MOST_IN_A_ROW = 3  # buttons whose words a phone shows whole
PERIODS = {"Today": "today", "Week": "this week", "Month": "this month"}
THEMES = {"light": "☀️ Light", "dark": "🌙 Dark"}
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
DRAWING_WORDS: dict[Way, str] = {
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
    ways = [way for way in DRAWING_WORDS if way[0] in figure.card.types]
    buttons = offer_drawings((figure.chart_type, None), ways, subject, figure.period)
    return Reply(text, buttons, edits_pressed=edits_pressed, quotes=subject.startswith(REMEMBERED))


def offer_drawings(now: Way, ways: Sequence[Way], subject: str, period: Period) -> Buttons:
    """The other of the `ways` to draw a card, and Why."""
    words = [DRAWING_WORDS[way] for way in ways if way != now]
    others = tuple(Button(DRAWN[word], "draw", write_drawing(word, subject, period)) for word in words)
    asks = (Button("Why?", "why", Leaf(subject, period).write()),)
    half = -(-len(others) // 2) if len(others) > MOST_IN_A_ROW else len(others)
    return tuple(row for row in (others[:half], others[half:], asks) if row)


def offer_themes(asked: str) -> tuple[Button, ...]:
    """Light or dark pictures; `asked` is what to draw anew."""
    return tuple(Button(label, "theme", f"{theme[0]}|{asked}") for theme, label in THEMES.items())


def _show_card(figure: CardFigure, shared: Period, currency: str) -> str:
    value = show_value(figure.value, figure.measure.unit, currency)
    change = "" if figure.period_before is None else f" {show_change(figure.change_percent)}"
    own = "" if figure.period == shared else f"\n   {show_days(figure.period)}"
    target = ""
    if figure.target:
        reached = divide(figure.value, figure.target, 100)
        of = show_value(figure.target, figure.measure.unit, currency)
        target = f"\n{bar(reached)} {show_percent(reached)} of {of}{_show_pace(figure.pace)}"
    left_out = ""
    if figure.uncosted_e4:
        left_out = f"\n   without {show_value(figure.uncosted_e4, Unit.MONEY, currency)} whose cost is not known"
    return f"{show_text(figure.card.title)}: <b>{value}</b>{change}{own}{left_out}{target}"


def _show_pace(pace: Status | None) -> str:
    return f" · {SIGNS[pace]} {pace.value}" if pace else ""


def show_chart(
    chart: ChartRows, title: str, subject: str, ways: Sequence[Way], *, edits_pressed: bool = False
) -> Reply:
    """A chart in words: every row with a bar, what is left out, and the whole; under its picture whole and best row.

    `subject` names it in its buttons, `ways` are those to draw it that make sense.
    """
    head = f"📈 <b>{show_text(chart.chart.title)}</b>\n{show_text(title)} · {show_days(chart.period)}"
    if not chart.rows:
        return Reply(f"{head}\n\nNothing there.", edits_pressed=edits_pressed)
    shown = list_told_rows(chart)
    largest = max(_size(row.values[chart.measure.name]) for row in chart.rows)
    rows = [_show_row(chart, row, largest) for row in shown]
    now = chart.chart_type, chart.map_type if chart.chart_type is ChartType.MAP else None
    buttons = offer_drawings(now, ways, subject, chart.period)
    text = "\n".join([head, "", *rows, *_show_rest(chart, shown)])
    caption = "\n".join([head, "", _show_whole(chart), *_show_best(chart)])
    return Reply(text, buttons, caption=caption, edits_pressed=edits_pressed, quotes=subject.startswith(REMEMBERED))


def _show_best(chart: ChartRows) -> list[str]:
    """The best row, where there are several; the largest where they are all losses."""
    if len(chart.rows) <= 1:
        return []
    name = chart.measure.name
    choose = max if any((row.values[name] or 0) > 0 for row in chart.rows) else min
    best = choose(chart.rows, key=lambda row: row.values[name] or 0)
    value, label = best.values[name], show_text(clip(show_label(chart, best), LONGEST_LABEL))
    share, figure = _show_share(chart, value), show_value(value, chart.measure.unit, chart.currency)
    return [f"Top: {label}, <b>{figure}</b>{share and f' ({share})'}"]


def show_label(chart: ChartRows, row: ChartRow, *, is_short: bool = False) -> str:
    """What a row is called: its day or month as people write it, else its name."""
    return show_stretch(row.label, is_short=is_short) if chart.follows_time else row.label


def _show_share(chart: ChartRows, value: Value) -> str:
    """How much of the whole a row is, where it is part of one."""
    part = divide(value, chart.total, 100) if chart.others is not None and (chart.total or 0) > 0 else None
    return show_percent(part) if part is not None and part >= 0 else ""


def list_told_rows(chart: ChartRows) -> tuple[ChartRow, ...]:
    """The rows that are put into words: of time the latest, else the first."""
    return chart.rows[-MOST_ROWS:] if chart.follows_time else chart.rows[:MOST_ROWS]


def _show_row(chart: ChartRows, row: ChartRow, largest: Fraction) -> str:
    value = row.values[chart.measure.name]
    share = _show_share(chart, value)
    note = show_note(chart, row)
    extras = f" · {note}" if note else ""
    figure = show_value(value, chart.measure.unit, chart.currency)
    label = show_text(clip(show_label(chart, row), LONGEST_LABEL))
    return f"{label}: <b>{figure}</b>{extras}\n{bar(divide(_size(value), largest, 100))}{share and f' {share}'}"


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
    return [*left_out, _show_whole(chart)]


def _show_whole(chart: ChartRows) -> str:
    return f"Together: <b>{show_value(chart.total, chart.measure.unit, chart.currency)}</b>"


def count_others(chart: ChartRows, shown: tuple[ChartRow, ...]) -> Value:
    """What all rows come to that are not among those shown; None where values do not add up."""
    if chart.others is None or chart.total is None:
        return None
    return chart.total - sum((row.values[chart.measure.name] or 0 for row in shown), start=0)


def list_charts(charts: tuple[AnyCard, ...]) -> Reply:
    """Which charts there are, a button each."""
    buttons = [Button(clip(chart.title.removesuffix(" Chart"), LONGEST_TITLE), "chart", chart.name) for chart in charts]
    pairs = tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))
    more = ["<code>/chart country as map last month</code>", "<code>/chart orders by platform</code>"]
    return Reply("\n".join(["📈 <b>Which chart?</b>", "", "Or one of your own:", *more]), pairs)


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


def show_days(period: Period) -> str:
    """The days of a period; one without ends in words."""
    if period.start <= FIRST_DAY and period.end >= END_OF_DAYS:
        return "all time"
    return show_period(period)
