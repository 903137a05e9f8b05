"""Why a figure is what it is. One rule: the lines told are those the figure counts, for the same eyes."""

from hashlib import blake2b

from sqlalchemy.engine import Connection

from bot.handlers.cards import recall
from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.cards import CardWords, parse_named_card
from bot.parsing.presses import REMEMBERED, SORTS, WHOLE, Leaf, parse_leaf
from bot.turn import Reply, Turn
from bot.views.cards import MOST_ROWS, list_told_rows
from bot.views.lines import Behind, show_lines
from core.access import Viewer
from core.cards.asking import Narrowing, find_seat
from core.cards.catalogue import AnyCard, Card, Chart
from core.cards.charts import ChartRow, read_chart
from core.cards.choices import read_dashboard
from core.cards.drill import explain_card
from core.errors import InvalidInput, NotFound
from core.metrics.line_columns import COLUMNS
from core.metrics.why import NEWEST_FIRST, Coordinate, LinesWanted
from core.text import fold

Named = tuple[AnyCard, str, str]  # a card, the words that named it, and those that are to name a row
PAGE = 6
MOST_ROWS_SOUGHT = 10_000
SORT = "sort"


def answer_why(tx: Connection, turn: Turn) -> Reply:
    """/why: the lines behind a card, a chart or one row of it; `customer=jan` and `sort=-amount` go by columns."""
    with hinting_with("why"):
        said = parse_named_card(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    if not said.names:
        raise InvalidInput("Why what? Name a card, a chart, or a row of it.", field="why", hint="/why revenue today")
    return _show_lines(tx, turn, said, Leaf(REMEMBERED))


def open_why(tx: Connection, turn: Turn) -> Reply:
    """The Why button under cards and charts: the lines in a message of their own."""
    return _show_pressed(tx, turn, posts=True)


def turn_lines(tx: Connection, turn: Turn) -> Reply:
    """The buttons of that message: other pages, the other order, other rows."""
    return _show_pressed(tx, turn, edits_pressed=True)


def _show_pressed(tx: Connection, turn: Turn, *, posts: bool = False, edits_pressed: bool = False) -> Reply:
    leaf = parse_leaf(turn.words)
    said = recall(turn, "/why revenue") if leaf.is_remembered else CardWords((leaf.name,))
    if leaf.name:
        said = CardWords((leaf.name,), where=said.where)
    return _show_lines(tx, turn, said, leaf, posts=posts, edits_pressed=edits_pressed)


def _show_lines(
    tx: Connection, turn: Turn, said: CardWords, leaf: Leaf, *, posts: bool = False, edits_pressed: bool = False
) -> Reply:
    viewer = turn.viewer
    card, name, label = _split_name(tx, viewer, said)
    searches = tuple((name, value) for name, value in said.where if name in COLUMNS)
    where = tuple((name, value) for name, value in said.where if name not in COLUMNS and name != SORT)
    narrowing = Narrowing(leaf.period or said.period, where, insists=True)
    row = _find_row(tx, viewer, (card, name, label), leaf, narrowing)
    sort = SORTS.get(leaf.sort) or dict(said.where).get(SORT, NEWEST_FIRST)
    _, period, page = explain_card(
        tx, viewer, name, narrowing, row.cell if row else (), LinesWanted(leaf.page, PAGE, sort, searches)
    )
    here = Leaf(leaf.subject, period, leaf.page, leaf.sort, leaf.row)
    others = _offer_rows(tx, viewer, card, name, here, narrowing, is_row=row is not None)
    title = f"{card.title} · {row.label}" if row else card.title
    behind = Behind(title, period, here, sort, (*where, *searches), others)
    return show_lines(page, behind, edits_pressed=edits_pressed, posts=posts)


def _split_name(tx: Connection, viewer: Viewer, said: CardWords) -> Named:
    """The card that the first words name, as many as do, and the row that the others name."""
    refusal: InvalidInput | NotFound | None = None
    for count in range(len(said.names), 0, -1):
        try:
            _, seat = find_seat(tx, viewer, " ".join(said.names[:count]))
        except (InvalidInput, NotFound) as error:  # "units by moon" has no dimension, "units by" no card
            refusal = error if refusal is None or isinstance(error, InvalidInput) else refusal
            continue
        return seat.card, " ".join(said.names[:count]), " ".join(said.names[count:])
    if isinstance(refusal, InvalidInput):
        raise refusal
    raise NotFound(f"There is no card “{said.text}”.", field="why", hint="/why revenue")


def _find_row(tx: Connection, viewer: Viewer, named: Named, leaf: Leaf, narrowing: Narrowing) -> ChartRow | None:
    """The row that a button or the words mean; None: all of the card."""
    card, name, label = named
    if leaf.row == WHOLE or not (leaf.row or label):
        return None
    if not isinstance(card, Chart):
        raise InvalidInput(f"{card.title} has no rows.", field=label[:40], hint=f"/why {card.name}")
    chart = read_chart(tx, viewer, name, narrowing, MOST_ROWS_SOUGHT)
    for row in chart.rows:
        if leaf.row == mark_cell(row.cell) or (not leaf.row and fold(row.label) == fold(label)):
            return row
    if leaf.row:
        raise NotFound("That row is no longer there.", field="row", hint=f"/why {name}")
    known = chart.rows[0].label if chart.rows else None
    raise NotFound(f"{card.title} has no row “{label[:40]}”.", field=label[:40], hint=known and f"/why {name} {known}")


def _offer_rows(
    tx: Connection, viewer: Viewer, card: AnyCard, name: str, leaf: Leaf, narrowing: Narrowing, *, is_row: bool
) -> tuple[tuple[str, Leaf], ...]:
    """What may be chosen instead: the rows of a chart or all of it again, the other cards of a dashboard."""
    if is_row:
        return (("‹ All rows", Leaf(leaf.subject, leaf.period, 1, leaf.sort, WHOLE)),)
    if isinstance(card, Card):
        shown = [seat.card for seat in read_dashboard(tx, viewer).list_shown() if isinstance(seat.card, Card)]
        memory = REMEMBERED if leaf.is_remembered else ""
        others = [one for one in shown if one.name != card.name][:MOST_ROWS]
        return tuple((one.title, Leaf(f"{memory}{one.name}", leaf.period, 1, leaf.sort)) for one in others)
    rows = list_told_rows(read_chart(tx, viewer, name, narrowing))
    return tuple((row.label, Leaf(leaf.subject, leaf.period, 1, leaf.sort, mark_cell(row.cell))) for row in rows)


def mark_cell(cell: tuple[Coordinate, ...]) -> str:
    """A short mark of a cell, that stays the same however the rows around it change."""
    return blake2b(repr(cell).encode(), digest_size=3).hexdigest()
