"""Telling a sale step by step. One rule: every step is kept before it is shown, and it is recorded once."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from bot.handlers.drafts import find_prompt, read_draft
from bot.handlers.reading import read_settings
from bot.handlers.sales import SOURCE, find_told, name_step_by_step
from bot.handlers.telling import (
    add_product_to,
    answer_by_choice,
    answer_in_words,
    find_favourites,
    read_sale_words,
    require_steps,
    tell_more,
)
from bot.parsing.dialogue import (
    ANSWERS,
    PRESSES,
    PRICE,
    PRODUCT,
    TOO_OLD,
    VARIANT,
    Telling,
    change_by_press,
    read_state,
    write_state,
)
from bot.parsing.drafts import read_decisions
from bot.parsing.sentences import is_sale_sentence, says_sold
from bot.turn import Reply, Turn
from bot.views.dialogue import Shown, ask_whether_to_go_on, show_cancelled, show_dialogue, show_nothing_to_cancel
from bot.views.receipt import show_receipt
from core import clock
from core.access import Viewer
from core.catalog.products import Product, get_product
from core.catalog.variants import list_variants
from core.errors import InvalidInput, NotFound, SalesbellError
from core.sales.commands import RecordSale, SaleTerms
from core.sales.dialogues import Dialogue, drop_dialogue, find_dialogue, has_dialogue, keep_dialogue
from core.sales.estimating import Estimate, estimate_sale
from core.sales.receipt import read_receipt
from core.sales.record import record_sale

LISTENS_FOR = timedelta(hours=1)  # after that a word is no answer any more: who asked has been forgotten
_ARGUMENT = re.compile(r"(\d{1,18})\|([a-z]{1,10})\|([\w.-]{0,30})", re.ASCII)


def begin_dialogue(tx: Connection, turn: Turn) -> Reply:
    """/new: the first step, or with words after it the sale as far as they tell it."""
    present = find_dialogue(tx, turn.viewer, turn.chat_id, locks=True)
    if present is not None and present.state["key"] == turn.message_id:  # the same message once more
        return _show_again(tx, turn, present)
    if present is not None and present.state["lines"] and not turn.words.strip():
        return _offer_to_go_on(tx, turn, read_state(present.state))
    telling = Telling(turn.message_id)
    if turn.words.strip():
        telling = tell_more(telling, read_sale_words(tx, turn.viewer, turn.words))
    return _post(tx, turn, telling)


def _show_again(tx: Connection, turn: Turn, dialogue: Dialogue) -> Reply:
    telling, estimate = _settle(tx, turn.viewer, read_state(dialogue.state))
    shown = _show(tx, turn, telling, estimate)
    return replace(shown, dialogue_id=dialogue.id, shown_in=dialogue.message_id)


def _offer_to_go_on(tx: Connection, turn: Turn, telling: Telling) -> Reply:
    telling, estimate = _settle(tx, turn.viewer, telling)
    return ask_whether_to_go_on(telling, Shown(read_settings(turn.viewer), estimate))


def press_dialogue(tx: Connection, turn: Turn) -> Reply:
    """A button of the dialogue."""
    found = _ARGUMENT.fullmatch(turn.words)
    if turn.words == "":
        return _begin_by_button(tx, turn)
    if found is None:
        raise NotFound(TOO_OLD, field="button")
    key, verb, value = int(found[1]), found[2], found[3]
    dialogue = find_dialogue(tx, turn.viewer, turn.chat_id, locks=True)
    if dialogue is None or dialogue.state["key"] != key:
        return _answer_late(tx, turn, key)
    telling = read_state(dialogue.state)
    if verb in STEPS_OF_CORE:
        return STEPS_OF_CORE[verb](tx, turn, telling, value)
    if verb not in PRESSES:
        raise NotFound(TOO_OLD, field="button")
    changed = change_by_press(telling, verb, value, read_settings(turn.viewer))
    return _keep(tx, turn, changed)


def _begin_by_button(tx: Connection, turn: Turn) -> Reply:
    """The button under /help: as /new."""
    if turn.is_group:
        raise InvalidInput("Please tell me sales step by step in private.", field="new")
    key = int(clock.now().timestamp() * 1000)  # not the message's number: the button may be pressed for every sale
    return replace(begin_dialogue(tx, replace(turn, message_id=key)), posts=True)


def open_draft(tx: Connection, turn: Turn) -> Reply:
    """The Edit button of a draft: what was understood of it, step by step. In a group one edits one's message."""
    words = find_prompt(turn)
    if find_told(tx, turn, turn.message_id) is not None:
        return _answer_late(tx, turn, turn.message_id)
    draft = read_draft(tx, turn, words, read_decisions(turn.words))
    if turn.is_group or draft.terms is None:
        raise InvalidInput("Edit your message: I read it again.", field="sale")
    require_steps(turn.viewer, draft.terms, words)
    present = find_dialogue(tx, turn.viewer, turn.chat_id, locks=True)
    if present is not None and present.state["lines"] and present.state["key"] != turn.message_id:
        raise InvalidInput("You are telling another sale step by step: record or cancel it first.", field="sale")
    return _keep(tx, turn, tell_more(Telling(turn.message_id, taken=turn.message_id), draft.terms))


def _answer_late(tx: Connection, turn: Turn, key: int) -> Reply:
    """A button of a dialogue that is over: the receipt, if it was recorded."""
    document_id = find_told(tx, turn, key)
    if document_id is None:
        raise NotFound("That sale is not being told any more. /new begins another.", field="sale")
    return show_receipt(read_receipt(tx, turn.viewer, document_id), edits_pressed=True, toast="It is recorded already")


def _name_sale(turn: Turn, key: int) -> str:
    """The name of what a dialogue records, for all time: pressed twice, in two processes, it is one sale."""
    return name_step_by_step(f"{turn.bot_id}:{turn.chat_id}:{key}")


def _record(tx: Connection, turn: Turn, telling: Telling, _value: str) -> Reply:
    if find_told(tx, turn, telling.key) is not None:  # its message was edited meanwhile, and told it
        drop_dialogue(tx, turn.viewer, turn.chat_id)
        return _answer_late(tx, turn, telling.key)
    receipt = record_sale(tx, turn.viewer, RecordSale(SOURCE, _name_sale(turn, telling.key), telling.write_terms()))
    drop_dialogue(tx, turn.viewer, turn.chat_id)
    return show_receipt(receipt, edits_pressed=True, toast="Recorded")


def _cancel(tx: Connection, turn: Turn, _telling: Telling, _value: str) -> Reply:
    drop_dialogue(tx, turn.viewer, turn.chat_id)
    return show_cancelled()


def cancel_dialogue(tx: Connection, turn: Turn) -> Reply:
    """/cancel, or the word: what is being told step by step is given up."""
    is_open = has_dialogue(tx, turn.viewer, turn.chat_id)
    drop_dialogue(tx, turn.viewer, turn.chat_id)
    return replace(show_cancelled(), edits_pressed=False, toast=None) if is_open else show_nothing_to_cancel()


def _go_on(tx: Connection, turn: Turn, telling: Telling, _value: str) -> Reply:
    return _keep(tx, turn, telling)


def _begin_anew(tx: Connection, turn: Turn, _telling: Telling, _value: str) -> Reply:
    return _keep(tx, turn, Telling(turn.pressed_id))


def _choose_product(tx: Connection, turn: Turn, telling: Telling, value: str) -> Reply:
    """A product's button. At another step it has been pressed already."""
    if telling.step == PRODUCT:
        telling = add_product_to(tx, turn.viewer, telling, get_product(tx, turn.viewer, int(value)))
    return _keep(tx, turn, telling)


STEPS_OF_CORE: dict[str, Callable[[Connection, Turn, Telling, str], Reply]] = {
    "record": _record,
    "cancel": _cancel,
    "again": _go_on,
    "anew": _begin_anew,
    "p": _choose_product,
}


def answer_dialogue(tx: Connection, turn: Turn) -> Reply | None:
    """What somebody wrote, as the answer to the step they are at; None where nothing is being asked.

    A sentence that tells of a sale stays one, unless a note or the product is asked for: there it belongs. One that
    says with a verb that something was sold is no answer: the question may have been forgotten.
    """
    if not has_dialogue(tx, turn.viewer, turn.chat_id):
        return None
    dialogue = find_dialogue(tx, turn.viewer, turn.chat_id, locks=True)
    if dialogue is None or clock.now() - dialogue.updated_at > LISTENS_FOR:
        return None
    telling = read_state(dialogue.state)
    if telling.step not in ANSWERS and telling.step != PRODUCT:
        return None
    may_be_items = telling.step in (PRODUCT, "note")
    if says_sold(turn.words) or (is_sale_sentence(turn.words) and not may_be_items):
        return None
    return _take(tx, turn, dialogue, telling, answer_in_words)


def take_chosen(tx: Connection, turn: Turn) -> Reply | None:
    """A product chosen among what a search found: the dialogue's, or the first of a new one."""
    if turn.is_group:
        return None
    dialogue = find_dialogue(tx, turn.viewer, turn.chat_id, locks=True)
    if dialogue is None:
        telling = Telling(turn.message_id, taken=turn.message_id)
        return _post(tx, turn, answer_by_choice(tx, turn, telling))
    return _take(tx, turn, dialogue, read_state(dialogue.state), answer_by_choice)


Take = Callable[[Connection, Turn, Telling], Telling]


def _take(tx: Connection, turn: Turn, dialogue: Dialogue, telling: Telling, change: Take) -> Reply:
    """The dialogue with what was just said in it, shown in its own message; where that cannot be, why.

    Where other messages have come below it, it is shown anew under them.
    """
    problem: SalesbellError | None = None
    is_last = turn.message_id <= max(dialogue.message_id or 0, telling.taken) + 1
    if turn.message_id > telling.taken:
        try:
            telling = _settle(tx, turn.viewer, change(tx, turn, telling))[0]
        except SalesbellError as error:
            problem = error
        telling = replace(telling, taken=turn.message_id)
        keep_dialogue(tx, turn.viewer, turn.chat_id, write_state(telling), dialogue.message_id)
    telling, estimate = _settle(tx, turn.viewer, telling)
    reply = replace(_show(tx, turn, telling, estimate, problem), dialogue_id=dialogue.id)
    if is_last:
        return replace(reply, shown_in=dialogue.message_id)
    return replace(reply, replaces=dialogue.message_id)


# ---- showing --------------------------------------------------------------------------------------------------------


def _post(tx: Connection, turn: Turn, telling: Telling) -> Reply:
    """Keep a dialogue that begins, and show it in a message of its own."""
    telling, estimate = _settle(tx, turn.viewer, telling)
    number = keep_dialogue(tx, turn.viewer, turn.chat_id, write_state(telling))
    return replace(_show(tx, turn, telling, estimate), dialogue_id=number)


def _keep(tx: Connection, turn: Turn, telling: Telling) -> Reply:
    """Keep what a press made of it, and show it in the message pressed."""
    telling, estimate = _settle(tx, turn.viewer, telling)
    keep_dialogue(tx, turn.viewer, turn.chat_id, write_state(telling), turn.pressed_id)
    return replace(_show(tx, turn, telling, estimate), edits_pressed=True)


def _settle(tx: Connection, viewer: Viewer, telling: Telling) -> tuple[Telling, Estimate | None]:
    """What it comes to. An item without any price is asked about first; what cannot be recorded at all is raised."""
    if not telling.lines:
        return telling, None
    try:
        return telling, estimate_sale(tx, viewer, telling.write_terms())
    except InvalidInput as error:
        unpriced = _find_unpriced(tx, viewer, telling) if error.field == "price" else None
        if unpriced is None:
            raise
        step = VARIANT if telling.step == VARIANT else PRICE
        return replace(telling, current=unpriced, step=step), None


def _find_unpriced(tx: Connection, viewer: Viewer, telling: Telling) -> int | None:
    for index, line in enumerate(telling.lines):
        try:
            estimate_sale(tx, viewer, SaleTerms((line,)))
        except InvalidInput as error:
            if error.field == "price" and line.unit_price_e4 is None:
                return index
    return None


def _show(
    tx: Connection, turn: Turn, telling: Telling, estimate: Estimate | None, problem: SalesbellError | None = None
) -> Reply:
    product = _find_product(tx, turn.viewer, telling)
    shown = Shown(
        read_settings(turn.viewer),
        estimate,
        find_favourites(tx, turn.viewer) if telling.step == PRODUCT else (),
        product,
        list_variants(tx, turn.viewer, product.id) if product else (),
        problem,
    )
    return show_dialogue(telling, shown)


def _find_product(tx: Connection, viewer: Viewer, telling: Telling) -> Product | None:
    if not telling.lines or telling.line.product_id is None:
        return None
    return get_product(tx, viewer, telling.line.product_id)
