"""Whether what is far beyond the usual is meant: asked before it is recorded, answered by a button."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.handlers.drafts import choose
from bot.handlers.messages import answer_edit
from bot.handlers.returns import answer_exchange, answer_return
from bot.turn import Reply, Turn, split_command
from bot.views.sales import NO, show_not_recorded
from core.errors import NotFound

COMMANDS = {"return": answer_return, "exchange": answer_exchange}  # what else than a sale may be far beyond the usual


def name_doubt(turn: Turn) -> str:
    """What a button brings back of a turn besides the message it answers: products chosen, or what that replies to."""
    action, _, argument = turn.button.partition(":")
    return argument if action == "pick" else str(turn.replied_id or 0)


def answer_doubt(tx: Connection, turn: Turn) -> Reply | None:
    """The button: the message asked about, as if it came now and nothing of it were unusual."""
    if turn.words == NO:
        return show_not_recorded()
    if not turn.prompt_text:
        raise NotFound("I can no longer see the message this was about. Please send the sale again.", field="sale")
    sure = replace(turn, is_sure=True)
    if "=" in turn.words or "~" in turn.words:
        return choose(tx, sure)
    if not turn.words.isdecimal():
        raise NotFound("That button is too old.", field="sale")
    name, words = split_command(turn.prompt_text, turn.bot_name)
    sure = replace(sure, words=words, replied_id=int(turn.words) or None)
    again = COMMANDS.get(name or "")
    reply = again(tx, sure) if again is not None else answer_edit(tx, sure, name)
    return replace(reply, edits_pressed=True) if reply is not None else None
