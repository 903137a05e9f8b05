"""How somebody's figures are written. One rule: it is one's own affair, and nobody else's figures change."""

from sqlalchemy.engine import Connection

from bot.turn import Reply, Turn
from bot.views.people import show_writing
from core.company import NUMBER_FORMATS
from core.people.writing import Writing, change_writing, choose_writing, read_own_writing

OF_COMPANY = ("company", "default", "off")


def answer_numbers(tx: Connection, turn: Turn) -> Reply:
    """/numbers: how one's figures look; `indian`, `international` or a locale changes it, `company` undoes that."""
    said, viewer = turn.words.strip(), turn.viewer
    if said.casefold() in OF_COMPANY:
        viewer = choose_writing(tx, viewer, Writing())
    elif said.casefold() in NUMBER_FORMATS:
        viewer = change_writing(tx, viewer, number_format=said.casefold())
    elif said:
        viewer = change_writing(tx, viewer, locale=said)
    return show_writing(viewer, read_own_writing(tx, viewer))
