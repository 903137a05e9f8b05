"""Messages that begin with no command, and edits. One rule: what tells of no sale is not taken for one."""

from collections.abc import Callable, Collection
from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.commands import find_command
from bot.handlers import load_handler
from bot.handlers.bulk import record_bulk
from bot.handlers.dialogue import answer_dialogue, take_chosen
from bot.handlers.drafts import record_counted, record_told_sale
from bot.handlers.returns import return_by_reply
from bot.handlers.sales import (
    NOTE_MARK,
    correct_by_edit,
    correct_by_reply,
    find_replied,
    is_read_already,
    note_by_reply,
    undo_sale,
)
from bot.parsing.sentences import is_sale_sentence, says_sold
from bot.parsing.talk import read_talk
from bot.turn import Reply, Turn
from bot.views.welcome import show_welcome
from core.errors import InvalidInput
from core.sales.receipts import DocumentMessage, Purpose, keep_messages

AT_ONCE = ("cancel", "undo", "help")  # they are no answer to whatever is asked
# What words mean in reply to a message about a document, given by its number.
REPLIES: dict[Purpose, Callable[[Connection, Turn, int], Reply]] = {
    Purpose.RECEIPT: correct_by_reply,
    Purpose.CORRECTION: correct_by_reply,
    Purpose.NOTE: note_by_reply,
    Purpose.RETURN: return_by_reply,
}


def answer_message(tx: Connection, turn: Turn) -> Reply | None:
    """A choice, a reply, a step of a dialogue or a sale; None where a group talks of something else."""
    if turn.is_chosen:
        return take_chosen(tx, turn)
    answered = _answer_reply(tx, turn)
    if answered is None and not (turn.is_group or turn.is_forwarded) and turn.photograph is None:
        answered = _answer_talk(tx, turn, AT_ONCE) or answer_dialogue(tx, turn)
    if answered is None:
        answered = _answer_sentence(tx, turn)
    if answered is None and not (turn.is_group or turn.is_forwarded) and turn.replied_id is None:
        answered = _answer_talk(tx, turn) or record_counted(tx, turn)
    if answered is not None or (turn.is_group and not turn.is_addressed):
        return answered
    about_sales = " What is meant for a sale replies to its own receipt." if turn.replied_id is not None else ""
    raise InvalidInput(
        f"I did not understand that.{about_sales} /help shows what I can do.",
        field=turn.words[:40],
        hint="/sale 2 SOL-3077",
    )


def _answer_talk(tx: Connection, turn: Turn, names: Collection[str] = ()) -> Reply | None:
    """A command said without its slash: “undo”, “how am I doing”; of those names only, where any are given."""
    meant = read_talk(turn.words)
    if meant is None or (names and meant[0] not in names):
        return None
    name, words = meant
    if name == "start":
        return show_welcome(turn.viewer)
    handler = load_handler(find_command(name, turn.viewer, is_group=turn.is_group).handler)
    return handler(tx, replace(turn, words=words))


def _answer_reply(tx: Connection, turn: Turn) -> Reply | None:
    """A reply to a message about a document: what that message is for says what the words mean."""
    replied = find_replied(tx, turn)
    if replied is None:
        return None
    meant = read_talk(turn.words)
    if meant == ("undo", "") and replied.purpose is Purpose.RECEIPT:
        return undo_sale(tx, replace(turn, words=str(replied.document_id)))
    purpose = Purpose.NOTE if NOTE_MARK.match(turn.words) else replied.purpose
    reply = REPLIES[purpose](tx, turn, replied.document_id)
    if purpose is not Purpose.RETURN:  # what came back is a document of its own, which keeps what its message said
        said = turn.bot_id, turn.chat_id, turn.message_id, replied.document_id
        keep_messages(tx, [DocumentMessage(*said, Purpose.TOLD, turn.told)])
    return reply


def _answer_sentence(tx: Connection, turn: Turn) -> Reply | None:
    """A sentence that tells of a sale.

    In reply to a message that is about no one sale, only one that says with a verb that something was sold: any other
    could be meant as a correction, and of which sale is not guessed.
    """
    tells_sale = is_sale_sentence(turn.words)
    if turn.replied_id is not None and (NOTE_MARK.match(turn.words) or (tells_sale and not says_sold(turn.words))):
        raise InvalidInput(
            "I cannot tell which sale that message is about, so nothing was changed. To correct a sale or to note "
            "something, reply to its own receipt, or to what /history 12 shows of it."
            + (" If it is a new sale, send it as a command." if tells_sale else ""),
            field=turn.words[:40],
            hint=f"/sale {turn.words}" if tells_sale else None,
        )
    return record_told_sale(tx, turn) if tells_sale else None


def answer_edit(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    """The sale a message told is what it says now; one that told of none is taken as if it were new.

    `name` is the command it begins with. None where it says what it said.
    """
    if is_read_already(tx, turn):
        return None
    if name == "bulk":
        return record_bulk(tx, turn)
    tells_sale = name == "sale" or (name is None and is_sale_sentence(turn.words))
    corrected = correct_by_edit(tx, turn, tells_sale=tells_sale) if name != "new" else None
    if corrected is None and name == "sale":
        return record_told_sale(tx, turn)
    if corrected is None and name is None:
        return _answer_reply(tx, turn) or _answer_sentence(tx, turn)
    return corrected
