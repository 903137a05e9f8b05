"""Sales under a name, and the last one again. One rule: what is kept is one's words, read anew every time."""

import re

from sqlalchemy.engine import Connection

from bot.handlers.reading import read_settings
from bot.handlers.sales import SOURCE, ProductUnclear, find_document_replied, make_sale, read_told_sale
from bot.parsing.templates import check_name
from bot.turn import Reply, Turn
from bot.views.receipt import show_receipt
from bot.views.templates import name_repetition, show_template_dropped, show_template_kept, show_templates
from core.access import Viewer
from core.errors import InvalidInput, NotFound
from core.sales.estimating import estimate_sale
from core.sales.receipt import read_receipt
from core.sales.record import record_sale
from core.sales.repeating import find_last_sale, is_just_repeated, restate_at_list
from core.sales.templates import (
    drop_template,
    find_product_called,
    list_templates,
    save_template,
)

EXAMPLE = "/template usual 2 SOL-3077 @24.99 etsy"
REPEATED = ":again"
_NUMBER = re.compile(r"#?(\d{1,18})", re.ASCII)


def answer_template(tx: Connection, turn: Turn) -> Reply:
    """/template: the list; `usual 2 SOL-3077` keeps those words; `usual off` drops them."""
    name, _, words = turn.words.strip().partition(" ")
    if not name:
        kept = list_templates(tx, turn.viewer)
        return show_templates(kept, {one.name: find_product_called(tx, turn.viewer, one.name) for one in kept})
    words = words.strip()
    if words.casefold() == "off":
        drop_template(tx, turn.viewer, name)
        return show_template_dropped(name)
    if not words:
        raise InvalidInput(f"What is sold as “{name}”?", field=name, hint=EXAMPLE.replace("usual", name[:40]))
    check_name(name, read_settings(turn.viewer))
    _check_words(tx, turn.viewer, words)
    return show_template_kept(save_template(tx, turn.viewer, name, words))


def _check_words(tx: Connection, viewer: Viewer, words: str) -> None:
    """What is kept must be a sale that could be recorded now. Raises what recording would."""
    try:
        terms = read_told_sale(tx, viewer, words, {})
    except ProductUnclear as unclear:
        skus = [product.sku for product in unclear.candidates]
        raise InvalidInput(
            f"“{unclear.words}” could be {', '.join(skus)}. Use the code.",
            field=unclear.words,
            hint=f"/template usual {words.replace(unclear.words, skus[0])}"[:200],
        ) from unclear
    except InvalidInput as error:
        hint = f"/template usual {error.hint}" if error.hint and not error.hint.startswith("/") else error.hint
        raise InvalidInput(error.message, field=error.field, hint=hint) from error
    estimate_sale(tx, viewer, terms)


def answer_again(tx: Connection, turn: Turn) -> Reply:
    """/again: one's last sale once more, now, at today's list prices; in answer to a receipt, that one."""
    number = _find_named(tx, turn)
    last = find_last_sale(tx, turn.viewer)
    if number is None and last is not None and is_just_repeated(tx, turn.viewer, last, SOURCE, REPEATED):
        return show_receipt(read_receipt(tx, turn.viewer, last), in_group=turn.is_group, done=name_repetition(None))
    number = number or last
    if number is None:
        raise NotFound("You have not sold anything yet.", field="sale", hint="/new")
    terms = restate_at_list(tx, turn.viewer, number)
    before = read_receipt(tx, turn.viewer, number)
    receipt = record_sale(tx, turn.viewer, make_sale(turn, f"{turn.external_id}{REPEATED}", terms))
    return show_receipt(receipt, in_group=turn.is_group, done=name_repetition(before))


def _find_named(tx: Connection, turn: Turn) -> int | None:
    """The sale that is named, or answered."""
    words = turn.words.strip()
    if words:
        named = _NUMBER.fullmatch(words)
        if named is None:
            raise InvalidInput(
                f"“{words[:40]}” is no sale's number. Changes are told in a sale of their own.",
                field=words[:40],
                hint="/again #12",
            )
        return int(named[1])
    return find_document_replied(tx, turn, "/again #12")
