"""Telling the bot about a sale, and putting it right. One rule: nothing is recorded that was not understood."""

import re
from collections.abc import Mapping

from sqlalchemy.engine import Connection

from bot.handlers.examples import hinting_with
from bot.handlers.products import find_products_named
from bot.parsing.guests import split_guest
from bot.parsing.reader import parse_sale
from bot.parsing.sale import ParsedLine, ParsedSale, Reading
from bot.turn import Reply, Turn, strip_command
from bot.views.figures import mention
from bot.views.receipt import NOTED, RESTORED, show_receipt
from bot.views.sales import ask_for_correction, ask_for_note, ask_which_product, show_unchanged, write_picks
from core import clock
from core.access import Viewer, find_branch
from core.catalog.products import Product
from core.errors import InvalidInput, NotFound
from core.people.members import find_person
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, note_sale, restore_sale, void_sale
from core.sales.record import find_recorded, record_sale

SOURCE = "chat"
PLATFORMS = ("Etsy", "Shopify", "Direct", "Amazon", "eBay")
EXAMPLE = "/sale 2 SOL-3077 @24.99"
LONGEST_ARGUMENT = 64 - len("pick:")  # bytes a button may bring back, all but its name
_NUMBER = re.compile(r"#(\d{1,18})\b", re.ASCII)
_PICKS = re.compile(r"\d{1,3}=\d{1,18}(?:\|\d{1,3}=\d{1,18})*", re.ASCII)
_NOTE_MARK = re.compile(r"^\s*(?:--|—|–|note:)\s*", re.IGNORECASE)
Picks = Mapping[int, int]  # of the unclear lines, by their index: the product chosen


class ProductUnclear(Exception):
    """Several products could be meant by the words of line `index`; `candidates` is what to offer."""

    def __init__(self, index: int, words: str, candidates: tuple[Product, ...]) -> None:
        super().__init__(words)
        self.index = index
        self.words = words
        self.candidates = candidates


def record_told_sale(tx: Connection, turn: Turn) -> Reply:
    """/sale, or a sentence that tells of one."""
    if not turn.words.strip():
        raise InvalidInput("Tell me what was sold.", field="sale", hint=EXAMPLE)
    return _record(tx, turn, turn.words, {})


def pick_product(tx: Connection, turn: Turn) -> Reply:
    """A candidate's button: the sale it was asked about, with that product. The button carries every choice so far."""
    if not turn.prompt_text:
        raise NotFound("I can no longer see the message this was about. Please send the sale again.", field="sale")
    if not _PICKS.fullmatch(turn.words):
        raise NotFound("That button is too old.", field="sale")
    picks = {int(index): int(product) for index, product in (pair.split("=") for pair in turn.words.split("|"))}
    return _record(tx, turn, strip_command(turn.prompt_text), picks, edits_pressed=True)


def _record(tx: Connection, turn: Turn, words: str, picks: Picks, *, edits_pressed: bool = False) -> Reply:
    try:
        told, guest_at = split_guest(words)
        with hinting_with("sale"):
            parsed = parse_sale(told, read_settings(turn.viewer))
        terms = find_terms(tx, turn.viewer, parsed, picks, guest_at)
    except ProductUnclear as unclear:
        _require_room(unclear, picks, words)
        return ask_which_product(unclear.words, unclear.index, unclear.candidates, picks, edits_pressed=edits_pressed)
    receipt = record_sale(tx, turn.viewer, RecordSale(SOURCE, turn.external_id, terms))
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=edits_pressed)


def _require_room(unclear: ProductUnclear, picks: Picks, words: str) -> None:
    """What was chosen so far travels in the button: where it has no room for more, the person names the codes."""
    skus = [product.sku for product in unclear.candidates]
    if max(len(write_picks({**picks, unclear.index: product.id})) for product in unclear.candidates) > LONGEST_ARGUMENT:
        raise InvalidInput(
            f"So many of these could be several products that I cannot ask about them all. “{unclear.words}” could be "
            f"{', '.join(skus)}: use the codes.",
            field=unclear.words,
            hint=words.replace(unclear.words, skus[0]),
        )


def find_terms(
    tx: Connection, viewer: Viewer, parsed: ParsedSale, picks: Picks, guest_branch: str | None = None
) -> SaleTerms:
    """What a sale told in words says, with its products and people found, and the branch one was a guest at.

    Raises NotFound and InvalidInput naming the words, and ProductUnclear where a button has to decide.
    """
    lines = tuple(_read_line(tx, viewer, index, line, picks) for index, line in enumerate(parsed.lines))
    return SaleTerms(
        lines=lines,
        discount=parsed.discount,
        platform=parsed.platform,
        coupon=parsed.coupon,
        customer=parsed.customer,
        day=parsed.day,
        person_id=_find_seller(tx, viewer, parsed),
        note=parsed.note,
        guest_at=find_branch(tx, viewer.company.id, guest_branch) if guest_branch else None,
    )


def read_settings(viewer: Viewer) -> Reading:
    """How this viewer's company writes days and money."""
    return Reading(
        today=clock.today(viewer.time_zone),
        platforms=PLATFORMS,
        currency=viewer.company.currency,
        day_first=viewer.company.day_first,
    )


def _read_line(tx: Connection, viewer: Viewer, index: int, line: ParsedLine, picks: Picks) -> SaleLine:
    product_id = picks.get(index)
    if line.product_words is not None and product_id is None:
        product_id = _find_product(tx, viewer, index, line.product_words).id
    return SaleLine(line.quantity_e3, product_id, line.unit_price_e4, line.total_e4, line.discount)


def _find_product(tx: Connection, viewer: Viewer, index: int, words: str) -> Product:
    found = find_products_named(tx, viewer, words)
    if len(found) > 1:
        raise ProductUnclear(index, words, found)
    return found[0]


def _find_seller(tx: Connection, viewer: Viewer, parsed: ParsedSale) -> int | None:
    return find_person(tx, viewer, f"@{parsed.handle}").id if parsed.handle else None


def correct_by_edit(tx: Connection, turn: Turn, *, tells_sale: bool) -> Reply | None:
    """The person edited a message: the sale it told of is what it says now, or stays and that is said."""
    document_id = find_recorded(tx, turn.viewer, SOURCE, turn.external_id)
    if document_id is None:
        return record_told_sale(tx, turn) if tells_sale else None
    if not tells_sale:
        return show_unchanged(document_id)
    with hinting_with("sale"):
        return _amend(tx, turn, document_id, turn.words)


def answer_reply(tx: Connection, turn: Turn) -> Reply | None:
    """A reply to one of the bot's messages about a sale: a note after `--` or when asked for one, else a correction."""
    number = _NUMBER.search(turn.replied_text or "")
    if number is None:
        return None
    document_id = int(number[1])
    mark = _NOTE_MARK.match(turn.words)
    if mark or (turn.replied_text or "").startswith("📝"):
        noted = note_sale(tx, turn.viewer, document_id, turn.words[mark.end() if mark else 0 :])
        return show_receipt(noted, in_group=turn.is_group, done=NOTED)
    return _amend(tx, turn, document_id, turn.words)


def _amend(tx: Connection, turn: Turn, document_id: int, words: str) -> Reply:
    try:
        told, guest_at = split_guest(words)
        terms = find_terms(tx, turn.viewer, parse_sale(told, read_settings(turn.viewer)), {}, guest_at)
        return show_receipt(amend_sale(tx, turn.viewer, document_id, terms), in_group=turn.is_group)
    except ProductUnclear as unclear:
        skus = [product.sku for product in unclear.candidates]
        raise InvalidInput(
            f"“{unclear.words}” could be {', '.join(skus)}. Sale #{document_id} stays as it was until you say which.",
            field=unclear.words,
            hint=words.replace(unclear.words, skus[0]),
        ) from unclear
    except (InvalidInput, NotFound) as error:
        message = f"{error.message} Sale #{document_id} stays as it was."
        raise type(error)(message, field=error.field, hint=error.hint) from error


def undo_sale(tx: Connection, turn: Turn) -> Reply:
    """The Undo button."""
    receipt = void_sale(tx, turn.viewer, _read_number(turn))
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=True, toast="Undone")


def redo_sale(tx: Connection, turn: Turn) -> Reply:
    """The Restore button."""
    receipt = restore_sale(tx, turn.viewer, _read_number(turn))
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=True, toast="Restored", done=RESTORED)


def prompt_correction(_tx: Connection, turn: Turn) -> Reply:
    """The Edit button."""
    return ask_for_correction(_read_number(turn), _name_asked(turn))


def prompt_note(_tx: Connection, turn: Turn) -> Reply:
    """The Note button."""
    return ask_for_note(_read_number(turn), _name_asked(turn))


def _name_asked(turn: Turn) -> str:
    """In a group, who pressed: Telegram opens the reply for whom a question names."""
    return f", {mention(turn.telegram_id, turn.viewer.name)}" if turn.is_group else ""


def _read_number(turn: Turn) -> int:
    if not _NUMBER.fullmatch(f"#{turn.words}"):
        raise NotFound("That button is too old.", field="sale")
    return int(turn.words)
