"""What a button or a reply may bring. One rule: one entry is one action; what comes with it, its handler checks."""

from collections.abc import Callable

from sqlalchemy.engine import Connection

from bot.handlers.bulk import undo_bulk
from bot.handlers.cards import turn_chart, turn_kpi
from bot.handlers.dialogue import press_dialogue
from bot.handlers.figures import turn_board, turn_page
from bot.handlers.imports import press_file, press_take_back
from bot.handlers.lines import open_why, turn_lines
from bot.handlers.photographs import show_photograph
from bot.handlers.returns import agree_to_share, prompt_return, return_by_reply, return_everything
from bot.handlers.sales import (
    correct_by_reply,
    note_by_reply,
    pick_product,
    prompt_correction,
    prompt_note,
    redo_sale,
    undo_sale,
)
from bot.turn import Reply, Turn
from core.sales.receipts import Purpose

ACTIONS: dict[str, Callable[[Connection, Turn], Reply | None]] = {
    "undo": undo_sale,
    "restore": redo_sale,
    "edit": prompt_correction,
    "note": prompt_note,
    "pick": pick_product,
    "return": prompt_return,
    "back": return_everything,
    "share": agree_to_share,
    "photo": show_photograph,
    "new": press_dialogue,
    "unbulk": undo_bulk,
    "page": turn_page,
    "board": turn_board,
    "kpi": turn_kpi,
    "why": open_why,
    "see": turn_lines,
    "draw": turn_chart,
    "file": press_file,
    "takeback": press_take_back,
}
# The buttons that only ask: they need not wait for who writes.
READING_ACTIONS = frozenset({"return", "photo", "page", "board", "kpi", "why", "see"})
# What words mean in reply to a message about a document, given by its number.
REPLIES: dict[Purpose, Callable[[Connection, Turn, int], Reply]] = {
    Purpose.RECEIPT: correct_by_reply,
    Purpose.CORRECTION: correct_by_reply,
    Purpose.NOTE: note_by_reply,
    Purpose.RETURN: return_by_reply,
}
