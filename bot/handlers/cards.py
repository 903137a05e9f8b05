"""Cards, charts and why they say what they say. One rule: core decides which; here only the words are read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.engine import Connection

from bot.handlers.examples import hinting_with
from bot.handlers.sales import read_settings
from bot.parsing.cards import CardWords, Turned, parse_card_words, parse_kpi
from bot.turn import Reply, Turn, strip_command
from bot.views.cards import (
    leaf,
    list_charts,
    show_cards,
    show_chart,
    show_lines,
    show_one_card,
    show_turned,
    write_press,
)
from bot.views.drawing import draw_card, draw_chart
from core.access import Permission, Viewer
from core.cards.asking import Narrowing, find_seat
from core.cards.catalogue import AnyCard, Card, Chart
from core.cards.charts import read_chart
from core.cards.choices import read_dashboard, turn_card
from core.cards.drill import explain_card
from core.cards.figures import read_card, read_cards
from core.company import list_branches
from core.errors import InvalidInput, NotFound
from core.metrics.why import Coordinate, LinesWanted
from core.periods import Period
from core.text import fold

PAGE = 6
MOST_ROWS_SOUGHT = 10_000


def answer_kpi(tx: Connection, turn: Turn) -> Reply:
    """/kpi: the cards of a period; `profit on`, `show NAME` and `hide NAME` turn cards on and off."""
    with hinting_with("kpi"):
        said = parse_kpi(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    if isinstance(said, Turned):
        titles = tuple(turn_card(tx, turn.viewer, name, is_on=said.is_on).title for name in said.cards)
        return show_turned(titles, is_on=said.is_on)
    return _show_kpi(tx, turn, said)


def turn_kpi(tx: Connection, turn: Turn) -> Reply:
    """The buttons for another period."""
    said = parse_card_words(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    return _show_kpi(tx, turn, said, edits_pressed=True)


def _show_kpi(tx: Connection, turn: Turn, said: CardWords, *, edits_pressed: bool = False) -> Reply:
    figures = read_cards(tx, turn.viewer, Narrowing(said.period))
    currency = turn.viewer.company.currency
    return show_cards(figures, _name_whose(tx, turn.viewer), currency, edits_pressed=edits_pressed)


def answer_chart(tx: Connection, turn: Turn) -> Reply:
    """/chart: one chart, or one card with its course, of a period."""
    with hinting_with("chart"):
        said = _read_words(turn)
    if not said.names:
        seats = read_dashboard(tx, turn.viewer).list_shown()
        return list_charts(tuple(seat.card for seat in seats if isinstance(seat.card, Chart)))
    narrowing, whose = Narrowing(said.period, insists=True), _name_whose(tx, turn.viewer)
    if isinstance(find_seat(tx, turn.viewer, said.text)[1].card, Card):
        figure, currency = read_card(tx, turn.viewer, said.text, narrowing), turn.viewer.company.currency
        return replace(show_one_card(figure, whose, currency), picture=draw_card(figure, whose, currency))
    chart = read_chart(tx, turn.viewer, said.text, narrowing)
    return replace(show_chart(chart, whose), picture=draw_chart(chart, whose))


def answer_why(tx: Connection, turn: Turn) -> Reply:
    """/why: the lines behind a card, a chart or one row of it."""
    return _show_why(tx, turn, turn.words, 1)


def turn_why(tx: Connection, turn: Turn) -> Reply:
    """Older and Newer under the answer to /why, whose words say what of."""
    if turn.prompt_text is None or not turn.words.isdecimal():
        raise NotFound("I can no longer see what was asked. Please send /why again.", field="page", hint="/why revenue")
    return _show_why(tx, turn, strip_command(turn.prompt_text), int(turn.words), edits_pressed=True)


def _show_why(tx: Connection, turn: Turn, words: str, page: int, *, edits_pressed: bool = False) -> Reply:
    viewer = turn.viewer
    with hinting_with("why"):
        said = parse_card_words(words, read_settings(viewer), viewer.company.calendar)
    if not said.names:
        raise InvalidInput("Why what? Name a card, a chart, or a row of it.", field="why", hint="/why revenue today")
    card, label = _split_name(tx, viewer, said)
    narrowing = Narrowing(said.period, insists=True)
    cell = _find_cell(tx, viewer, card, label, narrowing) if label else ()
    wanted = LinesWanted(page, PAGE)
    _, period, found = explain_card(tx, viewer, card.name, narrowing, cell, wanted)
    title = f"{card.title} · {label}" if label else card.title
    return show_lines(found, title, period, leaf(found, "lines", str), edits_pressed=edits_pressed, quotes=True)


def open_why(tx: Connection, turn: Turn) -> Reply:
    """The Why button under cards and charts: the lines in a message of their own."""
    return _show_pressed(tx, turn, posts=True)


def turn_behind(tx: Connection, turn: Turn) -> Reply:
    """Older and Newer in that message."""
    return _show_pressed(tx, turn, edits_pressed=True)


def _show_pressed(tx: Connection, turn: Turn, *, edits_pressed: bool = False, posts: bool = False) -> Reply:
    name, period, page = _read_press(turn.words)
    card, _, found = explain_card(tx, turn.viewer, name, Narrowing(period, insists=True), (), LinesWanted(page, PAGE))
    buttons = leaf(found, "behind", _write_page(card, period))
    return show_lines(found, card.title, period, buttons, edits_pressed=edits_pressed, posts=posts)


def _write_page(card: AnyCard, period: Period) -> Callable[[int], str]:
    return lambda number: write_press(card.name, period, number)


def _read_press(argument: str) -> tuple[str, Period, int]:
    try:
        name, first, end, page = argument.split("|")
        return name, Period(_read_day(first), _read_day(end)), max(int(page), 1)
    except ValueError:
        raise InvalidInput("That button is too old.", field="page", hint="/kpi") from None


def _read_day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def _read_words(turn: Turn) -> CardWords:
    said = parse_card_words(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    # "/chart month" names a chart: a period alone says nothing of what.
    return CardWords((turn.words.strip(),)) if said.period is not None and not said.names else said


def _split_name(tx: Connection, viewer: Viewer, said: CardWords) -> tuple[AnyCard, str]:
    """The card that the first words name, as many as do, and the row that the others name."""
    for count in range(len(said.names), 0, -1):
        try:
            _, seat = find_seat(tx, viewer, " ".join(said.names[:count]))
        except NotFound:
            continue
        return seat.card, " ".join(said.names[count:])
    find_seat(tx, viewer, said.names[0])
    raise NotFound(f"There is no card “{said.text}”.", field="why", hint="/why revenue")


def _find_cell(
    tx: Connection, viewer: Viewer, card: AnyCard, label: str, narrowing: Narrowing
) -> tuple[Coordinate, ...]:
    if not isinstance(card, Chart):
        raise InvalidInput(f"{card.title} has no rows.", field=label[:40], hint=f"/why {card.name}")
    chart = read_chart(tx, viewer, card.name, narrowing, MOST_ROWS_SOUGHT)
    for row in chart.rows:
        if fold(row.label) == fold(label):
            return row.cell
    known = chart.rows[0].label if chart.rows else None
    raise NotFound(
        f"{card.title} has no row “{label[:40]}”.", field=label[:40], hint=known and f"/why {card.name} {known}"
    )


def _name_whose(tx: Connection, viewer: Viewer) -> str:
    if not viewer.may(Permission.SEE_TEAM):
        return "Your numbers"
    known = list_branches(tx, viewer)
    return next((one.name for one in known if one.id == viewer.operational_branch_id), viewer.company.name)
