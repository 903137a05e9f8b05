"""Many sales at once. One rule: each line stands or falls alone, and is recorded once however often it comes."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy.engine import Connection

from bot.handlers.sales import SOURCE, ProductUnclear, make_sale, read_told_sale
from bot.parsing.bulk import Told, split_bulk
from bot.turn import Reply, Turn
from bot.views.bulk import show_all_undone, show_bulk
from core.errors import Conflict, InvalidInput, NotFound, SalesbellError, Unusual
from core.sales.corrections import amend_sale, void_sale
from core.sales.receipt import Receipt, read_receipt
from core.sales.record import list_recorded, record_sale
from core.sales.told import keep_told


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a line: the receipt, or why there is none."""

    told: Told
    receipt: Receipt | None = None
    refusal: SalesbellError | None = None


def record_bulk(tx: Connection, turn: Turn) -> Reply:
    """/bulk and a sale on each line after it. The same message again records nothing twice; of one that was edited, a
    line in another's place corrects that one's sale, and a new line is a new sale.
    """
    lines = split_bulk(turn.words)
    name = _name_message(turn, turn.message_id)
    before = list_recorded(tx, turn.viewer, SOURCE, name)
    corrected, gone = _match(list(before), [f"{name}{line.mark}" for line in lines])
    done = [_take_line(tx, turn, name, line, before.get(corrected.get(index, ""))) for index, line in enumerate(lines)]
    if turn.is_edit:
        keep_told(tx, before.values(), turn.told)
    left = [
        receipt for receipt in (read_receipt(tx, turn.viewer, before[mark]) for mark in gone) if not receipt.is_void
    ]
    receipts = [one.receipt for one in done if one.receipt is not None]
    refused = [(one.told.words, one.refusal) for one in done if one.refusal is not None]
    return show_bulk(receipts, refused, left, turn.viewer.company.currency, turn.message_id)


def _match(before: list[str], now: list[str]) -> tuple[dict[int, str], list[str]]:
    """Of names recorded before and those of the lines now: what each line that took another's place corrects, by its
    index, and what no line stands for any more.
    """
    corrected: dict[int, str] = {}
    gone: list[str] = []
    for kind, start, end, first, last in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind != "equal":
            paired = dict(zip(range(first, last), before[start:end], strict=False))
            corrected |= paired
            gone += before[start + len(paired) : end]
    return corrected, gone


def _name_message(turn: Turn, message_id: int) -> str:
    """What the names of all sales of a message begin with."""
    return f"{turn.bot_id}:{turn.chat_id}:{message_id}:bulk:"


def _take_line(tx: Connection, turn: Turn, name: str, told: Told, corrects: int | None) -> Done:
    try:
        with tx.begin_nested():
            terms = read_told_sale(tx, turn.viewer, told.words, {}, asks=True)
            if corrects is not None:
                return Done(told, amend_sale(tx, turn.viewer, corrects, terms))
            return Done(told, record_sale(tx, turn.viewer, make_sale(turn, f"{name}{told.mark}", terms)))
    except ProductUnclear as unclear:
        skus = ", ".join(product.sku for product in unclear.candidates)
        return Done(told, refusal=InvalidInput(f"“{unclear.words}” could be {skus}.", field=unclear.words))
    except Unusual as doubt:
        return Done(told, refusal=InvalidInput(f"{doubt.message} Send it by itself if it is meant.", field="sale"))
    except SalesbellError as error:
        return Done(told, refusal=error)


def undo_bulk(tx: Connection, turn: Turn) -> Reply:
    """The button that undoes every sale of a message; those undone already stay so."""
    if not turn.words.isdecimal():
        raise NotFound("That button is too old.", field="button")
    numbers = list_recorded(tx, turn.viewer, SOURCE, _name_message(turn, int(turn.words))).values()
    standing = [number for number in numbers if not read_receipt(tx, turn.viewer, number).is_void]
    if not standing:
        raise Conflict("They are undone already.", field="bulk")
    for number in standing:
        void_sale(tx, turn.viewer, number)
    return show_all_undone(len(standing))
