"""Telling the bot about a sale, and putting it right. One rule: nothing is recorded that was not understood."""

import re
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.handlers.products import NotSure, WordsLeft, find_item_named
from bot.handlers.reading import hinting_with, read_settings
from bot.parsing.beside import is_noted
from bot.parsing.extras import Extras, choose_currency, list_foreign_currencies, split_extras
from bot.parsing.reader import parse_sale
from bot.parsing.sale import ParsedLine, ParsedSale
from bot.parsing.templates import find_name, join_words
from bot.turn import Reply, Turn
from bot.views.figures import mention
from bot.views.receipt import NOTED, RESTORED, show_receipt
from bot.views.sales import ask_for_correction, ask_for_note, show_unchanged
from core.access import Viewer, find_branch
from core.catalog.products import Product
from core.catalog.search import find_products
from core.errors import InvalidInput, NotFound
from core.people.members import find_person
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.corrections import amend_sale, note_sale, read_terms, restore_sale, void_sale
from core.sales.rates import list_rates
from core.sales.receipts import DocumentMessage, find_message
from core.sales.record import find_recorded, list_recorded
from core.sales.templates import find_template
from core.sales.told import find_reply_told, keep_told, list_told

SOURCE = "chat"
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
NOTE_MARK = re.compile(r"^\s*(?:--|—|–|note:)\s*", re.IGNORECASE)
KEPT_IN_REPLIES = ("platform", "coupon", "customer", "taxes")
Picks = Mapping[int, int]  # of the unclear lines, by their index: the product chosen


class ProductUnclear(Exception):
    """Several products could be meant by the words of line `index`; `candidates` is what to offer."""

    def __init__(self, index: int, words: str, candidates: tuple[Product, ...]) -> None:
        super().__init__(words)
        self.index = index
        self.words = words
        self.candidates = candidates


def name_sale(tx: Connection, turn: Turn) -> str:
    """A message's own name; of an album that of the album, so that its words may move from picture to picture.

    Other words in the same album are another sale.
    """
    told = find_recorded(tx, turn.viewer, SOURCE, turn.album_id) if turn.album else None
    is_other = told is not None and turn.told not in list_told(tx, [told])
    return turn.album_id if turn.album and not is_other else turn.external_id


def find_told(tx: Connection, turn: Turn, message_id: int | None = None) -> int | None:
    """The sale that a message told, in its own words or step by step from there, or the album it is of."""
    name = (turn if message_id is None else replace(turn, message_id=message_id)).external_id
    names = (name, name_step_by_step(name), *([turn.album_id] if turn.album else ()))
    found = (find_recorded(tx, turn.viewer, SOURCE, one) for one in names)
    return next((number for number in found if number is not None), None)


def name_step_by_step(name: str) -> str:
    """The name of what is told step by step, after the message it began with: pressed twice, it is one sale."""
    return f"{name}:new"


def make_sale(turn: Turn, name: str, terms: SaleTerms) -> RecordSale:
    """What a message told, as of when it was written."""
    return RecordSale(SOURCE, name, replace(terms, sold_at=turn.sold_at), turn.told)


def read_told_sale(tx: Connection, viewer: Viewer, words: str, picks: Picks, *, asks: bool = False) -> SaleTerms:
    """What a sale told in words says, with its products and people found. `asks`: what is unusual is asked about.

    Raises NotFound and InvalidInput naming the words, and ProductUnclear where a button has to decide.
    """
    words, own = expand_template(tx, viewer, words), viewer.company.currency
    foreign = list_foreign_currencies(words, own)
    kept = tuple(dict.fromkeys(rate.currency for rate in list_rates(tx, viewer))) if foreign else ()
    currency = choose_currency(foreign, own, kept)
    told, extras = split_extras(words, currency)
    reading = read_settings(viewer, currency)
    parsed = parse_sale(told, replace(reading, knows=lambda named: find_products(tx, viewer, named).is_whole))
    terms = replace(_find_terms(tx, viewer, parsed, picks, extras), asks=asks)
    return terms if currency == own else replace(terms, currency=currency)


def expand_template(tx: Connection, viewer: Viewer, words: str) -> str:
    """The words of the viewer's template where they begin with its name, with what follows it; else as they are."""
    name = find_name(words)
    template = find_template(tx, viewer, name) if name is not None else None
    if name is None or template is None:
        return words
    return join_words(template.words, words.strip()[len(name) :])


def _find_terms(tx: Connection, viewer: Viewer, parsed: ParsedSale, picks: Picks, extras: Extras) -> SaleTerms:
    notes: list[str] = []
    lines = tuple(_read_line(tx, viewer, index, line, picks, notes) for index, line in enumerate(parsed.lines))
    shares = {find_person(tx, viewer, f"@{handle}").id: part for handle, part in extras.share_out().items()}
    return SaleTerms(
        lines=lines,
        discount=parsed.discount,
        platform=parsed.platform,
        coupon=parsed.coupon,
        customer=parsed.customer,
        day=parsed.day,
        person_id=_find_seller(tx, viewer, parsed),
        note="; ".join(filter(None, (*notes, parsed.note))) or None,
        guest_at=find_branch(tx, viewer.company.id, extras.guest_branch) if extras.guest_branch else None,
        taxes=extras.taxes,
        shares=shares or None,
    )


def _read_line(
    tx: Connection, viewer: Viewer, index: int, line: ParsedLine, picks: Picks, notes: list[str]
) -> SaleLine:
    """The line, its product found. How it was packed or paid for, said beside the name, goes to the `notes`."""
    product_id, variant_id = picks.get(index), None
    if line.product_words is not None and product_id is None:
        try:
            found, variant_id = find_item_named(tx, viewer, line.product_words)
        except NotSure as doubt:
            raise ProductUnclear(index, line.product_words, doubt.found) from doubt
        except WordsLeft as left:
            if not is_noted(left.rest):
                raise
            found, variant_id = left.found, left.variant_id
            notes.append(left.rest)
        if len(found) > 1:
            raise ProductUnclear(index, line.product_words, found)
        product_id = found[0].id
    return SaleLine(
        line.quantity_e3, product_id, line.unit_price_e4, line.total_e4, line.discount, variant_id, line.is_bare
    )


def _find_seller(tx: Connection, viewer: Viewer, parsed: ParsedSale) -> int | None:
    return find_person(tx, viewer, f"@{parsed.handle}").id if parsed.handle else None


def correct_by_edit(tx: Connection, turn: Turn, *, tells_sale: bool) -> Reply | None:
    """The person edited a message: the sale it told of is what it says now, or stays and that is said.

    None where it told of none.
    """
    document_id = find_told(tx, turn)
    if document_id is None:
        return None
    keep_told(tx, [document_id], turn.told)
    if not tells_sale:
        return show_unchanged(document_id)
    with hinting_with("sale"):
        return _amend(tx, turn, document_id, turn.words)


def is_read_already(tx: Connection, turn: Turn) -> bool:
    """Whether an event only brings again what its message said when it was last read: then nobody wants anything.

    Telegram tells of an edit also where somebody reacted, or a link got its preview.
    """
    number = find_told(tx, turn)
    numbers = [number] if number else list(list_recorded(tx, turn.viewer, SOURCE, f"{turn.external_id}:bulk:").values())
    if numbers:
        return turn.told in list_told(tx, numbers)
    return turn.told == find_reply_told(tx, turn.viewer, turn.bot_id, turn.chat_id, turn.message_id)


def correct_by_reply(tx: Connection, turn: Turn, document_id: int) -> Reply:
    """What was wrong of a sale, in reply to a message about it."""
    return _amend(tx, turn, document_id, turn.words, keeps=True)


def note_by_reply(tx: Connection, turn: Turn, document_id: int) -> Reply:
    """A note: after `--`, or in reply to the question for one."""
    mark = NOTE_MARK.match(turn.words)
    noted = note_sale(tx, turn.viewer, document_id, turn.words[mark.end() if mark else 0 :])
    return show_receipt(noted, in_group=turn.is_group, done=NOTED)


def find_replied(tx: Connection, turn: Turn) -> DocumentMessage | None:
    """The message replied to, where it is one of the bot's about one document."""
    if turn.replied_id is None:
        return None
    return find_message(tx, turn.viewer.company.id, turn.bot_id, turn.chat_id, turn.replied_id)


def find_document_replied(tx: Connection, turn: Turn, example: str) -> int | None:
    """The document that a command is sent in reply to a message about; None where it replies to nothing of the bot's.

    Raises InvalidInput where that message is about no one document: which is meant is not guessed.
    """
    replied = find_replied(tx, turn)
    if replied is None and turn.replied_id is not None:
        raise InvalidInput(
            "I cannot tell which sale that message is about. Reply to its own receipt, or name its number.",
            field="sale",
            hint=example,
        )
    return replied.document_id if replied is not None else None


def _keep_unsaid(terms: SaleTerms, before: SaleTerms) -> SaleTerms:
    """A reply says what was wrong of a sale; whom it was for, where and when it was sold stays unless it says so."""
    kept = {name: getattr(before, name) for name in KEPT_IN_REPLIES if getattr(terms, name) in (None, ())}
    return replace(terms, **kept)


def _amend(tx: Connection, turn: Turn, document_id: int, words: str, *, keeps: bool = False) -> Reply:
    try:
        terms = read_told_sale(tx, turn.viewer, words, {}, asks=not turn.is_sure)
        if keeps:
            terms = _keep_unsaid(terms, read_terms(tx, turn.viewer, document_id))
        return show_receipt(amend_sale(tx, turn.viewer, document_id, terms), in_group=turn.is_group)
    except ProductUnclear as unclear:
        skus = [product.sku for product in unclear.candidates]
        raise InvalidInput(
            f"“{unclear.words}” could be {', '.join(skus)}. Sale #{document_id} stays as it was until you say which.",
            field=unclear.words,
            hint=words.replace(unclear.words, skus[0]),
            document_id=document_id,
        ) from unclear
    except (InvalidInput, NotFound) as error:
        message = f"{error.message} Sale #{document_id} stays as it was."
        raise type(error)(message, field=error.field, hint=error.hint, document_id=document_id) from error


def undo_sale(tx: Connection, turn: Turn) -> Reply:
    """The Undo button."""
    receipt = void_sale(tx, turn.viewer, read_number(turn))
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=True, toast="Undone")


def redo_sale(tx: Connection, turn: Turn) -> Reply:
    """The Restore button."""
    receipt = restore_sale(tx, turn.viewer, read_number(turn))
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=True, toast="Restored", done=RESTORED)


def prompt_correction(_tx: Connection, turn: Turn) -> Reply:
    """The Edit button."""
    return ask_for_correction(read_number(turn), _name_asked(turn))


def prompt_note(_tx: Connection, turn: Turn) -> Reply:
    """The Note button."""
    return ask_for_note(read_number(turn), _name_asked(turn))


def _name_asked(turn: Turn) -> str:
    """In a group, who pressed: Telegram opens the reply for whom a question names."""
    return f", {mention(turn.telegram_id, turn.viewer.name)}" if turn.is_group else ""


def read_number(turn: Turn) -> int:
    """The document a button was under."""
    if not _NUMBER.fullmatch(turn.words):
        raise NotFound("That button is too old.", field="sale")
    return int(turn.words)
