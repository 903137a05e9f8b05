"""Messages that begin with no command, and edits. One rule: what tells of no sale is not taken for one."""

from sqlalchemy.engine import Connection

from bot.handlers.bulk import record_bulk
from bot.handlers.dialogue import answer_dialogue, take_chosen
from bot.handlers.sales import answer_reply, correct_by_edit, record_told_sale
from bot.parsing.sentences import is_sale_sentence
from bot.turn import Reply, Turn
from core.errors import InvalidInput


def answer_message(tx: Connection, turn: Turn) -> Reply | None:
    """A choice, a reply, a step of a dialogue or a sale; None where a group talks of something else."""
    if turn.is_chosen:
        return take_chosen(tx, turn)
    answered = answer_reply(tx, turn) if turn.replied_text is not None else None
    if answered is None and not turn.is_group and turn.photograph is None:
        answered = answer_dialogue(tx, turn)
    if answered is None and is_sale_sentence(turn.words):
        answered = record_told_sale(tx, turn)
    if answered is not None or turn.is_group:
        return answered
    raise InvalidInput(
        "I did not understand that. /help shows what I can do.", field=turn.words[:40], hint="/sale 2 SOL-3077"
    )


def answer_edit(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    """A message that was changed: the sales it told are corrected. `name` is the command it begins with."""
    if name == "bulk":
        return record_bulk(tx, turn)
    tells_sale = name == "sale" or (name is None and is_sale_sentence(turn.words))
    return correct_by_edit(tx, turn, tells_sale=tells_sale)
