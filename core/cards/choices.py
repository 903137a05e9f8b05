"""What somebody chose for their dashboard. One rule: kept in the database, by person; nobody chooses for another."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.engine import Connection

from core import clock
from core.access import Permission, Viewer, load_viewer
from core.cards.catalogue import (
    STANDARD,
    AnyCard,
    Card,
    check_chart_type,
    check_map_type,
    find_permission,
    find_standard_card,
    is_for_role,
    name_card,
)
from core.cards.custom import MOST_CUSTOM, CustomCard, check_custom, make_card
from core.errors import Code, InvalidInput, NotAllowed, NotFound, about
from core.metrics.filters import list_custom_fields
from core.models.cards import card_choices, card_refusals, custom_cards, dashboards
from core.models.people import people
from core.people.members import find_person
from core.people.rights import require_rank
from core.periods import parse_period

MOST_ROWS = 100
THEMES = ("light", "dark")
MOST_SALESPEOPLE = 500
LAST_POSITION = 1_000_000  # of what was never put anywhere, as the dashboard document has it


@dataclass(frozen=True, slots=True)
class Choice:
    """How one wants a card; None: as it is at first. `period` is in words: the card's own, whatever the others show."""

    card: str
    is_hidden: bool | None = None
    position: int | None = None
    period: str | None = None
    chart_type: str | None = None
    top: int | None = None
    map_type: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything somebody chose.

    `salespeople` are numbers of people: None until chosen, which is everybody; then exactly those, none being nobody.
    `theme` is that of pictures, light or dark; None: light.
    """

    period: str | None = None
    salespeople: tuple[int, ...] | None = None
    cards: tuple[Choice, ...] = ()
    custom: tuple[CustomCard, ...] = ()
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """One card on somebody's dashboard: where it is, whether it may be seen, and what was chosen for it."""

    card: AnyCard
    choice: Choice
    is_granted: bool
    is_custom: bool

    @property
    def is_hidden(self) -> bool:
        """Whether one has hidden it, or not turned it on yet."""
        chosen = self.choice.is_hidden
        return self.card.is_hidden_at_first if chosen is None else chosen

    @property
    def is_shown(self) -> bool:
        """Whether it is granted and not hidden (the dashboard document's part 6)."""
        return self.is_granted and not self.is_hidden


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Somebody's cards in their order, and what holds for all of them."""

    seats: tuple[Seat, ...]
    choices: Choices
    today: date = field(compare=False)

    def list_shown(self) -> tuple[Seat, ...]:
        """What is on it."""
        return tuple(seat for seat in self.seats if seat.is_shown)


def read_dashboard(tx: Connection, viewer: Viewer) -> Dashboard:
    """The viewer's cards, refused and hidden ones too, in the viewer's order."""
    choices, refused = read_choices(tx, viewer), _read_refusals(tx, viewer)
    chosen = {choice.card: choice for choice in choices.cards}
    cards: list[AnyCard] = [*STANDARD.values(), *(make_card(one) for one in choices.custom)]
    seats = [
        Seat(
            card,
            chosen.get(card.name, Choice(card.name)),
            card.permission not in refused and is_for_role(viewer, card),
            card.name not in STANDARD,
        )
        for card in cards
    ]
    seats.sort(key=lambda seat: LAST_POSITION if seat.choice.position is None else seat.choice.position)
    return Dashboard(tuple(seats), choices, clock.today(viewer.time_zone))


def read_choices(tx: Connection, viewer: Viewer) -> Choices:
    """What the viewer chose; nothing for who is no person (the operator)."""
    if viewer.person_id is None:
        return Choices()
    board = tx.execute(_of(dashboards, viewer)).first()
    chosen = tx.execute(_of(card_choices, viewer).order_by(card_choices.c.id))
    custom = tx.execute(_of(custom_cards, viewer).order_by(custom_cards.c.id))
    return Choices(
        board.period if board else None,
        tuple(board.salespeople) if board and board.salespeople is not None else None,
        tuple(
            Choice(row.card, row.is_hidden, row.position, row.period, row.chart_type, row.top, row.map_type)
            for row in chosen
        ),
        tuple(
            CustomCard(row.name, row.title, row.measure, row.by, tuple((name, value) for name, value in row.filters))
            for row in custom
        ),
        board.theme if board else None,
    )


def write_choices(tx: Connection, viewer: Viewer, choices: Choices) -> Choices:
    """Keep what the viewer chose in the place of everything chosen before; gives it back as kept.

    Raises NotAllowed for who is no person, NotFound naming `card` or `salespeople`, and InvalidInput naming what a
    card cannot be.
    """
    checked = _check(tx, viewer, choices)
    key = {"company_id": viewer.company.id, "person_id": viewer.person_id}
    for table in (dashboards, card_choices, custom_cards):
        tx.execute(delete(table).where(table.c.company_id == key["company_id"], table.c.person_id == key["person_id"]))
    chosen = None if checked.salespeople is None else list(checked.salespeople)
    tx.execute(insert(dashboards), [{**key, "period": checked.period, "salespeople": chosen, "theme": checked.theme}])
    cards = [{**key, **_list_fields(one)} for one in checked.cards]
    custom = [
        {**key, "name": one.name, "title": one.title, "measure": one.measure, "by": one.by, "filters": list(one.where)}
        for one in checked.custom
    ]
    if cards:
        tx.execute(insert(card_choices), cards)
    if custom:
        tx.execute(insert(custom_cards), custom)
    return checked


def change_choice(tx: Connection, viewer: Viewer, card: str, **changes: Any) -> None:
    """Change what the viewer chose for one card: `is_hidden`, `position`, `period`, `chart_type`, `top`, `map_type`."""
    choices = read_choices(tx, viewer)
    before = next((one for one in choices.cards if one.card == card), Choice(card))
    others = tuple(one for one in choices.cards if one.card != card)
    write_choices(tx, viewer, replace(choices, cards=(*others, replace(before, **changes))))


def choose_theme(tx: Connection, viewer: Viewer, theme: str) -> None:
    """Have the viewer's pictures light or dark; InvalidInput names `theme`."""
    write_choices(tx, viewer, replace(read_choices(tx, viewer), theme=theme))


def read_theme(tx: Connection, viewer: Viewer) -> str | None:
    """Whether the viewer's pictures are light or dark; None: they have not chosen yet, and are light."""
    query = select(dashboards.c.theme).where(
        dashboards.c.company_id == viewer.company.id, dashboards.c.person_id == viewer.person_id
    )
    return tx.execute(query).scalar()


def turn_card(tx: Connection, viewer: Viewer, words: str, *, is_on: bool) -> AnyCard:
    """Turn a card of that name or title on or off. Raises NotFound, or NotAllowed for one that is refused."""
    dashboard = read_dashboard(tx, viewer)
    standard = find_standard_card(words)
    for seat in dashboard.seats:
        if seat.card == standard or (seat.is_custom and name_card(words) == seat.card.name):
            if not seat.is_granted:
                raise NotAllowed(f"You may not see the card {seat.card.title}.", field="name")
            change_choice(tx, viewer, seat.card.name, is_hidden=not is_on)
            return seat.card
    raise NotFound(f"There is no card “{words}”.", field="name", hint="/kpi show total_revenue")


def list_handles(tx: Connection, viewer: Viewer, numbers: tuple[int, ...]) -> list[str]:
    """The handles of people of the viewer's company, in order."""
    query = select(people.c.handle).where(people.c.company_id == viewer.company.id, people.c.id.in_(numbers))
    return sorted(tx.execute(query).scalars())


def refuse_cards(tx: Connection, viewer: Viewer, person: str, permissions: tuple[str, ...]) -> tuple[str, ...]:
    """Take exactly these card permissions from somebody, who has every other; gives back which they are.

    Raises NotAllowed unless the viewer manages people and stands as high, NotFound naming `person` or `permission`.
    """
    viewer.require(Permission.MANAGE_PEOPLE)
    found = find_person(tx, viewer, person)
    require_rank(viewer, load_viewer(tx, found.id).role)
    names = sorted({find_permission(name) for name in permissions})
    company_id = viewer.company.id
    whose = card_refusals.c.company_id == company_id, card_refusals.c.person_id == found.id
    tx.execute(delete(card_refusals).where(*whose))
    if names:
        rows = [{"company_id": company_id, "person_id": found.id, "permission": name} for name in names]
        tx.execute(insert(card_refusals), rows)
    return tuple(names)


def _read_refusals(tx: Connection, viewer: Viewer) -> frozenset[str]:
    if viewer.person_id is None:
        return frozenset()
    return frozenset(row.permission for row in tx.execute(_of(card_refusals, viewer)))


def _of(table: Table, viewer: Viewer) -> Any:
    return select(table).where(table.c.company_id == viewer.company.id, table.c.person_id == viewer.person_id)


def _list_fields(choice: Choice) -> dict[str, Any]:
    return {
        "card": choice.card,
        "is_hidden": choice.is_hidden,
        "position": choice.position,
        "period": choice.period,
        "chart_type": choice.chart_type,
        "top": choice.top,
        "map_type": choice.map_type,
    }


def _check(tx: Connection, viewer: Viewer, choices: Choices) -> Choices:
    if viewer.person_id is None:
        raise NotAllowed("Only a person has a dashboard of their own.")
    if len(choices.custom) > MOST_CUSTOM:
        raise InvalidInput(f"There may be {MOST_CUSTOM} cards of one's own.", field="custom")
    known = list_custom_fields(tx, viewer.company.id)
    custom: list[CustomCard] = []
    for number, one in enumerate(choices.custom):
        with about("custom", number):
            if one.name in {other.name for other in custom}:
                raise InvalidInput("Two cards of one's own have the same name.", field="name", code=Code.DUPLICATE)
            custom.append(check_custom(tx, viewer, one, known))
    cards: dict[str, AnyCard] = STANDARD | {one.name: make_card(one) for one in custom}
    for number, choice in enumerate(choices.cards):
        with about("cards", number):
            _check_choice(viewer, choice, cards, clock.today(viewer.time_zone))
            if choice.card in {other.card for other in choices.cards[:number]}:
                raise InvalidInput("Two choices are for the same card.", field="card", code=Code.DUPLICATE)
    if choices.period is not None:
        parse_period(choices.period, clock.today(viewer.time_zone), viewer.company.calendar)
    if choices.theme not in (None, *THEMES):
        raise InvalidInput(f"“{choices.theme}” is no theme.", field="theme", hint=" or ".join(THEMES))
    _check_people(viewer, choices.salespeople or ())
    return replace(choices, custom=tuple(custom))


def _check_choice(viewer: Viewer, choice: Choice, cards: dict[str, AnyCard], today: date) -> None:
    card = cards.get(choice.card)
    if card is None:
        raise NotFound(f"There is no card “{choice.card}”.", field="card", hint=", ".join(cards))
    if choice.period is not None:
        parse_period(choice.period, today, viewer.company.calendar)
    check_chart_type(card, choice.chart_type)
    check_map_type(card, choice.map_type)
    if choice.top is not None:
        check_top(choice.top, card)
    if choice.position is not None and not 0 <= choice.position < LAST_POSITION:
        raise InvalidInput("A position is 0 or more.", field="position")


def check_top(top: int, card: AnyCard | None = None) -> int:
    """How many rows a chart is to show; InvalidInput names `top`."""
    if isinstance(card, Card) or not 1 <= top <= MOST_ROWS:
        raise InvalidInput(f"A chart shows 1 to {MOST_ROWS} rows, a figure none.", field="top", hint="top 5 customers")
    return top


def _check_people(viewer: Viewer, chosen: tuple[int, ...]) -> None:
    """Whoever sees only their own numbers chooses nobody else."""
    if len(chosen) > MOST_SALESPEOPLE:
        raise InvalidInput(f"At most {MOST_SALESPEOPLE} people.", field="salespeople")
    if not viewer.may(Permission.SEE_TEAM) and set(chosen) - {viewer.person_id}:
        raise NotAllowed("You may ask for your own numbers only.", field="salespeople")
