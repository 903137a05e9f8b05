"""Cards and charts. One rule: core decides which; here only the words are read."""

from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.cards import (
    DRAWN_AS,
    CardWords,
    ChosenTheme,
    DroppedCard,
    NewCard,
    Turned,
    parse_card_words,
    parse_chart,
    parse_kpi,
    parse_named_card,
)
from bot.parsing.presses import REMEMBERED, Leaf, parse_drawing, parse_leaf
from bot.pictures import Theme
from bot.turn import Picture, Reply, Turn, strip_command
from bot.views.cards import (
    THEMES,
    list_charts,
    offer_themes,
    show_added,
    show_cards,
    show_chart,
    show_dropped,
    show_one_card,
    show_turned,
)
from bot.views.drawing import draw_card, draw_cards, draw_chart, list_ways
from core.access import Permission, Viewer
from core.cards.asking import Narrowing, find_seat
from core.cards.catalogue import Card, Chart, check_chart_type, check_map_type
from core.cards.charts import read_chart
from core.cards.choices import (
    change_choice,
    check_top,
    choose_theme,
    read_dashboard,
    read_theme,
    turn_card,
)
from core.cards.custom import IMAGINED, CustomCard
from core.cards.figures import read_card, read_cards
from core.cards.own import add_custom, drop_custom
from core.company import list_branches
from core.errors import NotFound

CARDS = "kpi:"  # before what is drawn anew in another theme, where that is the cards


def answer_kpi(tx: Connection, turn: Turn) -> Reply:
    """/kpi: the cards of a period; `profit on`, `show`, `hide`, `add` and `drop` change which there are."""
    with hinting_with("kpi"):
        said = parse_kpi(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    match said:
        case Turned():
            titles = tuple(turn_card(tx, turn.viewer, name, is_on=said.is_on).title for name in said.cards)
            return show_turned(titles, is_on=said.is_on)
        case NewCard():
            title = said.name.replace("_", " ").capitalize()
            return show_added(
                add_custom(tx, turn.viewer, CustomCard(said.name, title, said.measure, said.by, said.where))
            )
        case DroppedCard():
            return show_dropped(drop_custom(tx, turn.viewer, said.name))
        case ChosenTheme():
            choose_theme(tx, turn.viewer, said.theme)
            return _show_kpi(tx, turn, CardWords(()))
        case CardWords():
            return _show_kpi(tx, turn, said)


def turn_kpi(tx: Connection, turn: Turn) -> Reply:
    """The buttons for another period."""
    words = turn.words.removeprefix(REMEMBERED)
    said = parse_card_words(words, read_settings(turn.viewer), turn.viewer.company.calendar)
    where = recall(turn, "/kpi").where if turn.words.startswith(REMEMBERED) else ()
    return _show_kpi(tx, turn, replace(said, where=where), edits_pressed=True)


def _show_kpi(tx: Connection, turn: Turn, said: CardWords, *, edits_pressed: bool = False) -> Reply:
    figures = read_cards(tx, turn.viewer, Narrowing(said.period, said.where))
    whose, currency = name_whose(tx, turn.viewer), turn.viewer.company.currency
    reply = show_cards(figures, whose, currency, REMEMBERED if said.where else "", edits_pressed=edits_pressed)
    days = figures[0].period if figures else None
    asked = f"{CARDS}{REMEMBERED if said.where else ''}{f'{days.start}..{days.last_day}' if days else ''}"
    return paint(tx, turn, reply, draw_cards(figures, whose, currency, turn.viewer), asked)


def answer_chart(tx: Connection, turn: Turn) -> Reply:
    """/chart: one chart, or one card with its course, of a period; `as map` has it drawn so from now on."""
    with hinting_with("chart"):
        said = parse_chart(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    if not said.names:
        seats = read_dashboard(tx, turn.viewer).list_shown()
        return list_charts(tuple(seat.card for seat in seats if isinstance(seat.card, Chart)))
    return _show_chart(tx, turn, said)


def open_chart(tx: Connection, turn: Turn) -> Reply:
    """A chart's button in the list of all: the chart in a message of its own."""
    return replace(_show_chart(tx, turn, CardWords((turn.words,))), posts=True)


def turn_chart(tx: Connection, turn: Turn) -> Reply:
    """The buttons for another way to draw."""
    drawn_as, leaf = parse_drawing(turn.words)
    said = recall(turn, "/chart country") if leaf.is_remembered else CardWords((leaf.name,))
    said = replace(said, period=leaf.period, drawn_as=drawn_as)
    return _show_chart(tx, turn, said, edits_pressed=True)


def _show_chart(tx: Connection, turn: Turn, said: CardWords, *, edits_pressed: bool = False) -> Reply:
    viewer = turn.viewer
    card, drawn = _choose_drawing(tx, viewer, said)
    subject = REMEMBERED if said.where or said.top or card.name == IMAGINED else card.name
    narrowing, whose = Narrowing(said.period, said.where, insists=True), name_whose(tx, viewer)
    if isinstance(card, Card):
        figure, currency = read_card(tx, viewer, said.text, narrowing), viewer.company.currency
        reply = show_one_card(figure, whose, currency, subject, edits_pressed=edits_pressed)
        asked = Leaf(subject, figure.period).write()
        return paint(tx, turn, reply, draw_card(figure, whose, currency, viewer), asked)
    chart = replace(read_chart(tx, viewer, said.text, narrowing, said.top and check_top(said.top)), **drawn)
    reply = show_chart(chart, whose, subject, list_ways(chart), edits_pressed=edits_pressed)
    return paint(tx, turn, reply, draw_chart(chart, whose, viewer), Leaf(subject, chart.period).write())


def paint(tx: Connection, turn: Turn, reply: Reply, picture: Picture | None, asked: str | None = None) -> Reply:
    """The reply with its picture in the theme of whoever asked, who is offered both until they have chosen one.

    `asked` is what to draw again then, as a button's argument; None: they are not offered here.
    """
    if picture is None:
        return reply
    theme = read_theme(tx, turn.viewer)
    if theme is None and asked is not None and not turn.is_group:
        reply = replace(reply, buttons=(*reply.buttons, offer_themes(asked)))
    painted = replace(picture, chart=replace(picture.chart, theme=Theme(theme or Theme.LIGHT)))
    return replace(reply, picture=painted)


def choose_pictures(tx: Connection, turn: Turn) -> Reply:
    """The buttons for light or dark pictures: what they are under is drawn anew."""
    code, _, asked = turn.words.partition("|")
    choose_theme(tx, turn.viewer, {theme[0]: theme for theme in THEMES}[code])
    if asked.startswith(CARDS):
        return turn_kpi(tx, replace(turn, words=asked.removeprefix(CARDS)))
    leaf = parse_leaf(asked)
    said = recall(turn, "/chart country") if leaf.is_remembered else CardWords((leaf.name,))
    return _show_chart(tx, turn, replace(said, period=leaf.period), edits_pressed=True)


def _choose_drawing(tx: Connection, viewer: Viewer, said: CardWords) -> tuple[Card | Chart, dict[str, Any]]:
    """The card, and how it is drawn where that was said; kept for a card that is kept."""
    card = find_seat(tx, viewer, said.text)[1].card
    if said.drawn_as is None:
        return card, {}
    chart_type, map_type = DRAWN_AS[said.drawn_as]
    drawn = {"chart_type": check_chart_type(card, chart_type), "map_type": check_map_type(card, map_type)}
    if card.name != IMAGINED:
        change_choice(tx, viewer, card.name, chart_type=chart_type, **({"map_type": map_type} if map_type else {}))
    return card, drawn


def recall(turn: Turn, hint: str) -> CardWords:
    """What the person's message says that a button belongs to; NotFound where it is gone."""
    if turn.prompt_text is None:
        raise NotFound("I can no longer see what was asked. Please send it again.", field="button", hint=hint)
    words = strip_command(turn.prompt_text)
    return parse_named_card(words, read_settings(turn.viewer), turn.viewer.company.calendar)


def name_whose(tx: Connection, viewer: Viewer) -> str:
    """Whose figures they are: one's own, or those of the branch."""
    if not viewer.may(Permission.SEE_TEAM):
        return "Your numbers"
    known = list_branches(tx, viewer)
    return next((one.name for one in known if one.id == viewer.operational_branch_id), viewer.company.name)
