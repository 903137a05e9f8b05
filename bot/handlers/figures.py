"""Asking for figures. One rule: core decides whose figures; here only the words are read."""

from sqlalchemy.engine import Connection

from bot.handlers.products import find_products_named
from bot.handlers.sales import read_settings
from bot.parsing.filters import LogFilter as LogWords
from bot.parsing.filters import parse_leaderboard, parse_log_filter
from bot.turn import Reply, Turn, strip_command
from bot.views.figures import show_period
from bot.views.sales import show_log
from bot.views.standing import show_ranking, show_standing, show_team
from core.errors import InvalidInput, NotFound
from core.leaderboard.ranking import rank_people
from core.people.members import find_person
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
    wanted = parse_leaderboard(turn.words, read_settings(turn.viewer), turn.viewer.company.calendar)
    return show_ranking(rank_people(tx, turn.viewer, wanted.period, wanted.measure))


def answer_team(tx: Connection, turn: Turn) -> Reply:
    """/team: everybody's figures against their targets."""
    reading, calendar = read_settings(turn.viewer), turn.viewer.company.calendar
    period = parse_log_filter(turn.words, reading, calendar).period if turn.words.strip() else None
    return show_team(read_team(tx, turn.viewer, period or month_of(reading.today)))


def answer_log(tx: Connection, turn: Turn) -> Reply:
    """/sales: the log, narrowed by words."""
    return _show_page(tx, turn, turn.words, 1)


def turn_page(tx: Connection, turn: Turn) -> Reply:
    """The Older and Newer buttons: the words are those of the message the log answers."""
    if turn.prompt_text is None:
        raise NotFound("I can no longer see what was asked. Please send /sales again.", field="page", hint="/sales")
    if not turn.words.isdecimal():
        raise InvalidInput("That button is too old.", field="page", hint="/sales")
    return _show_page(tx, turn, strip_command(turn.prompt_text), int(turn.words), edits_pressed=True)


def _show_page(tx: Connection, turn: Turn, words: str, page: int, *, edits_pressed: bool = False) -> Reply:
    viewer = turn.viewer
    said = parse_log_filter(words, read_settings(viewer), viewer.company.calendar)
    found = list_documents(tx, viewer, _resolve(tx, turn, said), page, PAGE)
    return show_log(found, _title(said), edits_pressed=edits_pressed)


def _resolve(tx: Connection, turn: Turn, said: LogWords) -> LogFilter:
    products = find_products_named(tx, turn.viewer, said.product_words) if said.product_words else None
    person = find_person(tx, turn.viewer, f"@{said.handle}") if said.handle else None
    return LogFilter(
        period=said.period,
        product_ids=tuple(one.id for one in products) if products is not None else None,
        platform=said.platform,
        coupon=said.coupon,
        customer=said.customer,
        kind=said.kind,
        person_id=person.id if person else None,
    )


def _title(said: LogWords) -> str:
    """What the log was narrowed to, in words."""
    period = show_period(said.period) if said.period else ""
    handle, coupon = (f"@{said.handle}" if said.handle else ""), (f"#{said.coupon}" if said.coupon else "")
    parts = (period, said.product_words, said.platform, handle, coupon, said.customer, said.kind)
    return " · ".join(["Sales", *(part for part in parts if part)])
