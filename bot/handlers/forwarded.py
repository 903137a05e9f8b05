"""Messages that were forwarded. One rule: what somebody else wrote is no sale of one's own until one says so."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from bot.handlers.drafts import tell_sale
from bot.handlers.reading import hinting_with
from bot.handlers.sales import ProductUnclear, read_told_sale
from bot.parsing.drafts import Decisions
from bot.turn import Reply, Turn, strip_command
from bot.views.forwarded import ask_whose_sale, show_left
from core.access import Permission
from core.errors import InvalidInput, NotFound
from core.people.members import Person, find_person
from core.sales.estimating import Estimate, estimate_sale
from core.text import ACCOUNT_MARK


def ask_forwarded(tx: Connection, turn: Turn) -> Reply:
    """Show what a forwarded message would come to, and ask whose sale it is. Raises what reading it raises."""
    return ask_whose_sale(_estimate(tx, turn), _find_writer(tx, turn))


def _estimate(tx: Connection, turn: Turn) -> Estimate | None:
    """None where it is still to be asked which product is meant."""
    try:
        with hinting_with("sale"):
            terms = read_told_sale(tx, turn.viewer, turn.words, {})
        return estimate_sale(tx, turn.viewer, replace(terms, sold_at=turn.sold_at))
    except ProductUnclear:
        return None


def _find_writer(tx: Connection, turn: Turn) -> Person | None:
    """The colleague who wrote it, for one who may record for others."""
    if turn.forwarded_from is None or not turn.viewer.may(Permission.RECORD_FOR_OTHERS):
        return None
    try:
        found = find_person(tx, turn.viewer, f"@{ACCOUNT_MARK}{turn.forwarded_from}")
    except NotFound:
        return None
    return found if found.is_active and found.id != turn.viewer.person_id else None


def refuse_forwarded(name: str) -> Reply:
    """A command that would change something does nothing where it is forwarded."""
    raise InvalidInput(
        f"That /{name} was forwarded, and somebody else may have written it, so nothing was done. "
        "If you mean it, send it yourself.",
        field=name,
    )


def record_forwarded(tx: Connection, turn: Turn) -> Reply:
    """The buttons that record it: as one's own, or as that of the person whose number the button has."""
    if not turn.prompt_text:
        raise NotFound("I can no longer see the message this was about. Please send the sale again.", field="sale")
    words = strip_command(turn.prompt_text)
    if not turn.words:
        return tell_sale(tx, turn, words, Decisions(), edits_pressed=True)
    if not turn.words.isdecimal() or len(turn.words) > 18:
        raise NotFound("That button is too old.", field="button")
    return tell_sale(tx, turn, words, Decisions(), edits_pressed=True, person_id=int(turn.words))


def leave_forwarded(_tx: Connection, _turn: Turn) -> Reply:
    """The button that records nothing."""
    return replace(show_left(), edits_pressed=True)
