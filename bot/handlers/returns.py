"""What came back, in chat. One rule: of a sale it answers or names, else of none that is known."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlalchemy.engine import Connection

from bot.handlers.products import find_item_named
from bot.handlers.reading import hinting_with, read_settings
from bot.handlers.sales import ProductUnclear, find_document_replied, read_number, read_told_sale
from bot.parsing.returns import ParsedReturn, parse_return
from bot.parsing.sale import ParsedLine
from bot.turn import Reply, Turn
from bot.views.receipt import show_exchange, show_given, show_receipt
from bot.views.returns import ask_what_came_back, show_history
from core import clock
from core.errors import InvalidInput, NotFound
from core.money import E3, divide_half_even
from core.people.members import find_person
from core.sales.commands import RecordReturn, ReturnLine
from core.sales.corrections import confirm_share, reattribute_sale, void_sale
from core.sales.history import find_last_recorded, read_history
from core.sales.receipt import read_receipt
from core.sales.record import record_exchange, record_return

SOURCE = "chat"
Told = TypeVar("Told")


def answer_return(tx: Connection, turn: Turn) -> Reply:
    """/return: `1 SOL-3077`, `#12`, or in answer to a receipt; alone it brings back all of that sale."""
    with hinting_with("return"):
        said = parse_return(turn.words, read_settings(turn.viewer))
    command = _make_command(tx, turn, said, "/return 1 SOL-3077 #12")
    return show_receipt(record_return(tx, turn.viewer, command), in_group=turn.is_group)


def return_by_reply(tx: Connection, turn: Turn, _document_id: int) -> Reply:
    """What came back, in reply to the question for it: as /return."""
    return answer_return(tx, turn)


def answer_exchange(tx: Connection, turn: Turn) -> Reply:
    """/exchange: `1 SOL-3077 for 1 GAM-2211`, of a sale it answers or names, or of none."""
    with hinting_with("exchange"):
        said = parse_return(turn.words, read_settings(turn.viewer), exchanges=True)
        command = _make_command(tx, turn, said, "/exchange 1 SOL-3077 #12 for 1 GAM-2211")
        out = _finding_codes(lambda: read_told_sale(tx, turn.viewer, said.out or "", {}, asks=not turn.is_sure))
    back, gone = record_exchange(tx, turn.viewer, command, out)
    return show_exchange(back, gone, in_group=turn.is_group)


def _make_command(tx: Connection, turn: Turn, said: ParsedReturn, example: str) -> RecordReturn:
    original = said.original_id
    if original is None:
        original = find_document_replied(tx, turn, example)
    if original is None and not said.lines:
        raise InvalidInput(
            "Say what came back, or answer the receipt of its sale.", field="return", hint="/return 1 SOL-3077"
        )
    told = said.told
    person = find_person(tx, turn.viewer, f"@{told.handle}").id if told and told.handle else None
    return RecordReturn(
        SOURCE,
        turn.external_id,
        _finding_codes(lambda: tuple(_read_line(tx, turn, line) for line in said.lines)),
        original,
        writes_off=said.writes_off,
        day=told.day if told and told.day else _find_day(turn),
        person_id=person,
        customer=told.customer if told else None,
        reason=said.note,
        told=turn.told,
        asks=not turn.is_sure,
    )


def _find_day(turn: Turn) -> date | None:
    """The day the message was written, where that is over; None: now."""
    day = clock.day_of(turn.sold_at or clock.now(), turn.viewer.time_zone)
    return day if day != clock.today(turn.viewer.time_zone) else None


def _read_line(tx: Connection, turn: Turn, line: ParsedLine) -> ReturnLine:
    unit_price = line.unit_price_e4
    if line.total_e4 is not None:
        unit_price = divide_half_even(line.total_e4 * E3, line.quantity_e3)
    if line.product_words is None:
        return ReturnLine(line.quantity_e3, unit_price_e4=unit_price)
    found, variant_id = find_item_named(tx, turn.viewer, line.product_words)
    if len(found) > 1:
        raise ProductUnclear(0, line.product_words, found)
    return ReturnLine(line.quantity_e3, found[0].id, variant_id, unit_price_e4=unit_price)


def _finding_codes(read: Callable[[], Told]) -> Told:
    """Where a product is unclear, its code has to be said: nothing is recorded on a guess."""
    try:
        return read()
    except ProductUnclear as unclear:
        skus = [product.sku for product in unclear.candidates]
        raise InvalidInput(
            f"“{unclear.words}” could be {', '.join(skus)}. Use the code.", field=unclear.words, hint=f"1 {skus[0]}"
        ) from unclear


def prompt_return(tx: Connection, turn: Turn) -> Reply:
    """The Return button: all of it at one press, or a part in words."""
    return ask_what_came_back(read_receipt(tx, turn.viewer, read_number(turn)))


def return_everything(tx: Connection, turn: Turn) -> Reply:
    """The button that brings all of a sale back. Pressed twice it is one return."""
    number = read_number(turn)
    command = RecordReturn(SOURCE, turn.press_id, (), number)
    return show_receipt(record_return(tx, turn.viewer, command), in_group=turn.is_group, edits_pressed=True)


def answer_give(tx: Connection, turn: Turn) -> Reply:
    """/give @sam, in answer to a receipt, with a sale's number, or of one's last: the sale is theirs."""
    number, words = _take_number(tx, turn, "/give @sam #12")
    handle, _, reason = words.partition(" ")
    if not handle.startswith("@"):
        raise InvalidInput("Say whose sale it is.", field=handle or "person", hint="/give @sam")
    person = find_person(tx, turn.viewer, handle)
    receipt = reattribute_sale(tx, turn.viewer, number, person.id, reason.strip() or None)
    return show_given(receipt, person.name, in_group=turn.is_group)


def answer_history(tx: Connection, turn: Turn) -> Reply:
    """/history, in answer to a receipt, with a sale's number, or of one's last: what became of it."""
    number, _ = _take_number(tx, turn, "/history #12")
    return show_history(number, read_history(tx, turn.viewer, number), turn.viewer)


def answer_undo(tx: Connection, turn: Turn) -> Reply:
    """/undo, in answer to a receipt, with a number, or of what one recorded last."""
    number, words = _take_number(tx, turn, "/undo #12")
    if words:
        raise InvalidInput(f"“{words[:40]}” is no number of a sale.", field=words[:40], hint="/undo #12")
    return show_receipt(void_sale(tx, turn.viewer, number), in_group=turn.is_group)


def _take_number(tx: Connection, turn: Turn, example: str) -> tuple[int, str]:
    """The number of the sale that is named or answered, else of the viewer's last one, and the other words."""
    named = re.search(r"(?<!\S)#?(\d{1,18})(?!\S)", turn.words, re.ASCII)
    if named is not None:
        return int(named[1]), f"{turn.words[: named.start()]} {turn.words[named.end() :]}".strip()
    number = find_document_replied(tx, turn, example) or find_last_recorded(tx, turn.viewer)
    if number is None:
        raise InvalidInput("Which sale? Answer its receipt, or name its number.", field="sale", hint=example)
    return number, turn.words.strip()


def agree_to_share(tx: Connection, turn: Turn) -> Reply:
    """The button of who is asked to share in a sale: yes or no."""
    answer, _, number = turn.words.partition("=")
    if not number.isdecimal() or answer not in ("yes", "no"):
        raise NotFound("That button is too old.", field="button")
    receipt = confirm_share(tx, turn.viewer, int(number), agrees=answer == "yes")
    toast = "Your share counts" if answer == "yes" else "Declined"
    done = "🤝 <b>You share in this sale</b>" if answer == "yes" else None
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=True, toast=toast, done=done)
