"""Cards and charts over HTTP. One rule: core.cards fills them in; here figures are worded as in a query's answer."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from api.naming import name_field
from api.routes.card_answers import link_pages, show_card, show_chart_rows, show_choices_of, show_lines
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
from api.schemas.fields import Body
from core import clock
from core.access import Reach, Viewer
from core.cards.asking import Narrowing
from core.cards.charts import read_chart
from core.cards.choices import (
    Choice,
    Choices,
    refuse_cards,
    write_choices,
)
from core.cards.custom import CustomCard
from core.cards.drill import explain_card, explain_measure
from core.cards.figures import read_cards
from core.errors import Conflict, InvalidInput, NotAllowed, NotFound, SalesbellError
from core.metrics.why import Coordinate, LinesWanted
from core.metrics.wording import parse_question
from core.people.members import find_person
from core.people.writing import Writing, choose_writing

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
    return Outcome({"cards": [show_card(figure, viewer) for figure in figures], "currency": currency})


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
    return Outcome(show_chart_rows(chart, viewer))


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
    with _missing("card"):
        if query.card is not None:
            _, period, page = explain_card(tx, viewer, query.card, narrowing, cell, wanted)
        else:
            period, page = explain_measure(tx, viewer, query.measure or "", narrowing, cell, wanted)
    pages = {"page": page.page, "limit": page.limit, "total": page.total, "total_pages": page.pages}
    return Outcome(show_lines(page, period, viewer), pages, link_pages(page))


@table.declare("GET", "/api/metrics/cards/choices", answer=Success[ChoicesAnswer], scope="metrics:read")
def show_choices(tx: Connection, viewer: Viewer) -> Outcome:
    """Read how one wants one's dashboard, and which cards there are."""
    return Outcome(show_choices_of(tx, viewer))


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
    count; cards of one's own; and how figures are written, here and in chat.
    """
    choices = Choices(
        body.period,
        None if body.salespeople is None else tuple(_find_salespeople(tx, viewer, body.salespeople)),
        tuple(
            Choice(one.card, one.hidden, one.position, one.period, one.chart_type, one.top, one.map_type)
            for one in body.cards
        ),
        tuple(
            CustomCard(one.name, one.title, one.measure, one.by, tuple(_split(text) for text in one.where))
            for one in body.custom
        ),
        body.theme,
    )
    with _contradicting(body):
        write_choices(tx, viewer, choices)
        choose_writing(tx, viewer, Writing(body.locale, body.number_format))
    return Outcome(show_choices_of(tx, viewer))


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
    with _contradicting(body):
        return Outcome({"refused": list(refuse_cards(tx, viewer, body.person or "", tuple(body.refused)))})


# ---- from the request -----------------------------------------------------------------------------------------------


@contextmanager
def _missing(name: str = "name") -> Iterator[None]:
    """A well-formed word that nobody here ever used is not found; `name` is what the name of a card is sent as."""
    try:
        yield
    except SalesbellError as error:
        kind = NotFound if isinstance(error, InvalidInput) else type(error)
        raise kind.retell(error, name if error.field == "name" else None) from None


@contextmanager
def _contradicting(body: Body | None = None) -> Iterator[None]:
    """What is well formed and yet cannot be contradicts something; a period that is none is not of its form."""
    try:
        yield
    except InvalidInput as error:
        kind = InvalidInput if error.field == "period" else Conflict
        raise kind.retell(error, name_field(error, body)) from None
    except (Conflict, NotAllowed, NotFound) as error:
        raise type(error).retell(error, name_field(error, body)) from None


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


def _find_salespeople(tx: Connection, viewer: Viewer, handles: list[str]) -> Iterator[int]:
    for number, handle in enumerate(handles):
        try:
            yield find_person(tx, viewer, f"@{handle}").id
        except NotFound as error:
            raise NotFound.retell(error, f"salespeople.{number}") from None


def _read_coordinate(text: str) -> Coordinate:
    name, _, value = text.partition("=")
    return name, value or None


def _split(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value
