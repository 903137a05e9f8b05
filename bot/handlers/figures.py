"""Asking for figures. One rule: core decides whose figures; here only the words are read."""

from sqlalchemy.engine import Connection

from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.filters import LogFilter as LogWords
from bot.parsing.filters import parse_leaderboard, parse_log_filter
from bot.parsing.words import split_words, take_last_period
from bot.turn import Reply, Turn
from bot.views.standing import show_period_of, show_ranking, show_standing, show_team
from core import clock
from core.access import Permission, Viewer
from core.company import list_branches
from core.errors import InvalidInput
from core.leaderboard.ranking import rank_people
from core.metrics import Question, ask
from core.people.members import find_seen_person
from core.periods import month_of
from core.reports.standing import read_standing_of
from core.reports.team import read_team


def answer_me(tx: Connection, turn: Turn) -> Reply:
    """/me: today, this week and this month against the target, or another period; a manager may ask for somebody."""
    viewer, words = turn.viewer, split_words(turn.words)
    with hinting_with("me"):
        period = take_last_period(words, read_settings(viewer), viewer.company.calendar)
    named = " ".join(word.text for word in words)
    person = find_seen_person(tx, viewer, named) if named else None
    if period is None:
        return show_standing(read_standing_of(tx, viewer, person.id if person else None))
    handle = person.handle if person else viewer.handle
    question = Question(("revenue", "orders", "units"), period, where=(("person", handle),))
    whose = "Your numbers" if person is None or person.id == viewer.person_id else person.name
    return show_period_of(whose, period, ask(tx, viewer, question).totals, viewer.company.currency)


def answer_leaderboard(tx: Connection, turn: Turn) -> Reply:
    """/leaderboard: who sold most in a period, by revenue, units or orders."""
    return _rank(tx, turn)


def turn_board(tx: Connection, turn: Turn) -> Reply:
    """The buttons for another period: their argument is what one would type."""
    return _rank(tx, turn, edits_pressed=True)


def _rank(tx: Connection, turn: Turn, *, edits_pressed: bool = False) -> Reply:
    from bot.handlers.cards import paint  # only a ranking is drawn: the rest need not load what draws
    from bot.views.drawing import draw_ranking

    viewer = turn.viewer
    with hinting_with("leaderboard"):
        wanted = parse_leaderboard(turn.words, read_settings(viewer), viewer.company.calendar)
    ranking, branch = rank_people(tx, viewer, wanted.period, wanted.measure), name_branch(tx, viewer)
    is_over = wanted.period.end <= clock.today(viewer.time_zone)
    reply = show_ranking(ranking, branch=branch, is_over=is_over, in_group=turn.is_group, edits_pressed=edits_pressed)
    return paint(tx, turn, reply, draw_ranking(ranking, branch, in_group=turn.is_group))


def name_branch(tx: Connection, viewer: Viewer) -> str | None:
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
