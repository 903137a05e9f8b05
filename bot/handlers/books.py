"""Months that are closed, in chat. One rule: what is closed stays as reported; what came later stands beside it."""

from sqlalchemy.engine import Connection

from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.goals import parse_goal
from bot.turn import Reply, Turn
from bot.views.books import show_books, show_month
from core.periods import Period
from core.sales.closing import close_months, read_books, reopen_months, report_month


def answer_close(tx: Connection, turn: Turn) -> Reply:
    """/close: how far the months are closed; `june 2026` closes, `open june 2026` opens, `report june 2026` reports."""
    act, _, rest = turn.words.strip().partition(" ")
    match act.casefold():
        case "":
            return show_books(read_books(tx, turn.viewer))
        case "open" | "reopen":
            return show_books(reopen_months(tx, turn.viewer, _read_month(turn, rest).start))
        case "report":
            return show_month(report_month(tx, turn.viewer, _read_month(turn, rest).start))
    return show_books(close_months(tx, turn.viewer, _read_month(turn, turn.words).start))


def _read_month(turn: Turn, words: str) -> Period:
    with hinting_with("close"):
        return parse_goal(words, read_settings(turn.viewer), turn.viewer.company.calendar).period
