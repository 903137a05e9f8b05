"""Asking for figures. One rule: core decides whose figures; here only the words are read."""

from sqlalchemy.engine import Connection

from bot.handlers.examples import hinting_with
from bot.handlers.products import find_products_named
from bot.handlers.sales import read_settings
from bot.parsing.filters import LogFilter as LogWords
from bot.parsing.filters import parse_leaderboard, parse_log_filter
from bot.turn import Reply, Turn, strip_command
from bot.views.figures import show_period
from bot.views.sales import show_log
from bot.views.standing import show_ranking, show_standing, show_team
from core import clock
from core.access import Permission, Viewer
from core.catalog.products import Product
from core.company import list_branches
from core.errors import InvalidInput, NotFound
from core.leaderboard.ranking import rank_people
from core.people.members import Person, find_person
from core.periods import month_of
from core.reports.standing import read_standing_of
from core.reports.team import read_team
from core.sales.log import LogFilter, list_documents

PAGE = 8


def answer_me(tx: Connection, turn: Turn) -> Reply:
    """/me: today, this week and this month against the target; a manager may ask for somebody."""
    words = turn.words.strip()
    person_id = find_person(tx, turn.viewer, words).id if words else None
    return show_standing(read_standing_of(tx, turn.viewer, person_id))


def answer_leaderboard(tx: Connection, turn: Turn) -> Reply:
    """/leaderboard: who sold most in a period, by revenue, units or orders."""
    return _rank(tx, turn)


def turn_board(tx: Connection, turn: Turn) -> Reply:
    """The buttons for another period: their argument is what one would type."""
    return _rank(tx, turn, edits_pressed=True)


def _rank(tx: Connection, turn: Turn, *, edits_pressed: bool = False) -> Reply:
    viewer = turn.viewer
    with hinting_with("leaderboard"):
        wanted = parse_leaderboard(turn.words, read_settings(viewer), viewer.company.calendar)
    return show_ranking(
        rank_people(tx, viewer, wanted.period, wanted.measure),
        branch=_name_branch(tx, viewer),
        is_over=wanted.period.end <= clock.today(viewer.time_zone),
        in_group=turn.is_group,
        edits_pressed=edits_pressed,
    )


def _name_branch(tx: Connection, viewer: Viewer) -> str | None:
    """The branch the figures are of, for those who have several to choose from."""
    known = list_branches(tx, viewer) if viewer.may(Permission.INVITE) else ()
    return next((one.name for one in known if one.id == viewer.operational_branch_id and len(known) > 1), None)


def answer_team(tx: Connection, turn: Turn) -> Reply:
    """/team: everybody's figures against their targets."""
    reading = read_settings(turn.viewer)
    if not turn.words.strip():
        return show_team(read_team(tx, turn.viewer, month_of(reading.today)))
    with hinting_with("team"):
        said = parse_log_filter(turn.words, reading, turn.viewer.company.calendar)
    if said.period is None or said != LogWords(period=said.period):
        raise InvalidInput(f"“{turn.words.strip()}” is not a period.", field="period", hint="/team last month")
    return show_team(read_team(tx, turn.viewer, said.period))


def answer_log(tx: Connection, turn: Turn) -> Reply:
    """/sales: the log, narrowed by words."""
    return _show_page(tx, turn, turn.words, 1)


def turn_page(tx: Connection, turn: Turn) -> Reply:
    """The Older and Newer buttons: the words are those of the message the log answers."""
    if turn.prompt_text is None:
        raise NotFound("I can no longer see what was asked. Please send /sales again.", field="page", hint="/sales")
    if not (turn.words.isdecimal() and len(turn.words) < 10):
        raise InvalidInput("That button is too old.", field="page", hint="/sales")
    return _show_page(tx, turn, strip_command(turn.prompt_text), int(turn.words), edits_pressed=True)


def _show_page(tx: Connection, turn: Turn, words: str, page: int, *, edits_pressed: bool = False) -> Reply:
    viewer = turn.viewer
    with hinting_with("sales"):
        said = parse_log_filter(words, read_settings(viewer), viewer.company.calendar)
    person = find_person(tx, viewer, f"@{said.handle}") if said.handle else None
    products: tuple[Product, ...] = ()
    if said.product_words and person:
        products = find_products_named(tx, viewer, said.product_words)
    elif said.product_words:
        products, person = _find_named(tx, viewer, said.product_words)
    wanted = LogFilter(
        period=said.period,
        product_ids=tuple(one.id for one in products) or None,
        platform=said.platform,
        coupon=said.coupon,
        customer=said.customer,
        kinds=(said.kind,) if said.kind else (),
        person_id=person.id if person else None,
    )
    title = _title(said, _name_branch(tx, viewer), person, products)
    names_people = person is None and viewer.may(Permission.SEE_TEAM)
    found = list_documents(tx, viewer, wanted, page, PAGE)
    return show_log(found, title, names_people=names_people, edits_pressed=edits_pressed)


def _find_named(tx: Connection, viewer: Viewer, words: str) -> tuple[tuple[Product, ...], Person | None]:
    """The products that words name; else the person, as somebody forgets the @. NotFound where they name neither."""
    try:
        return find_products_named(tx, viewer, words), None
    except NotFound as error:
        try:
            return (), find_person(tx, viewer, words)
        except (NotFound, InvalidInput):
            raise NotFound(f"I know no product or person like “{words}”.", field=words, hint="/stock") from error


def _title(said: LogWords, branch: str | None, person: Person | None, products: tuple[Product, ...]) -> str:
    """What the log was narrowed to, as it was understood."""
    period = show_period(said.period) if said.period else ""
    names = " or ".join(one.name for one in products)
    coupon = f"#{said.coupon}" if said.coupon else ""
    parts = (branch, person and person.name, period, names, said.platform, coupon, said.customer, said.kind)
    return " · ".join(["Sales", *(part for part in parts if part)])
