"""Photographs of receipts. One rule: a picture belongs to the sale it answers, or that its caption tells."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.handlers.sales import find_replied, find_told, read_number
from bot.turn import Photograph, Reply, Turn
from bot.views.photographs import KEPT, KEPT_ALREADY, offer_photograph, show_photographs
from bot.views.receipt import show_receipt
from core.errors import InvalidInput, NotAllowed, NotFound
from core.sales.photographs import add_photograph, list_photographs
from core.sales.receipt import read_receipt


def keep_photograph(tx: Connection, turn: Turn) -> Reply | None:
    """A picture without words: of the receipt it answers. In a group any other picture is none of our business."""
    replied = find_replied(tx, turn)
    document_id = replied.document_id if replied is not None else find_told(tx, turn)
    if document_id is None:
        if turn.is_group or turn.earlier:  # of an album is asked once
            return None
        raise InvalidInput(
            "Whose receipt is that? Send the picture in answer to a sale’s receipt, or write the sale under it.",
            field="photograph",
            hint="2 SOL-3077 etsy",
        )
    is_new = _keep(tx, turn, document_id, turn.photograph)
    receipt = read_receipt(tx, turn.viewer, document_id)
    return show_receipt(receipt, in_group=turn.is_group, done=KEPT if is_new else KEPT_ALREADY)


def keep_exchanged(tx: Connection, turn: Turn) -> Reply | None:
    """Another picture in the place of one, over words that are the same: kept too. None where it is the same."""
    number = find_told(tx, turn)
    try:
        if number is None or not _keep(tx, turn, number, turn.photograph):
            return None
    except (NotAllowed, NotFound):  # the sale is somebody else's by now
        return None
    return show_receipt(read_receipt(tx, turn.viewer, number), in_group=turn.is_group, done=KEPT)


def attach_photograph(tx: Connection, turn: Turn, reply: Reply) -> Reply:
    """The receipt of the sale that a picture's caption told, with the picture kept."""
    if turn.photograph is None or reply.receipt_of is None:
        return reply
    for picture in (*turn.earlier, turn.photograph):
        _keep(tx, turn, reply.receipt_of, picture)
    return replace(reply, buttons=offer_photograph(reply.buttons, reply.receipt_of))


def _keep(tx: Connection, turn: Turn, document_id: int, picture: Photograph | None) -> bool:
    return picture is not None and add_photograph(tx, turn.viewer, document_id, picture.file_id, picture.unique_id)


def show_photograph(tx: Connection, turn: Turn) -> Reply:
    """The Photo button."""
    number = read_number(turn)
    return show_photographs(number, list_photographs(tx, turn.viewer, number))
