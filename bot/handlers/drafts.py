"""Sales that are told, and drafts of those that were not wholly understood. One rule: nothing is dropped unseen.

A draft is kept nowhere: it is read anew from the message it quotes, and its buttons carry what was decided so far.
So it outlives a restart, and is recorded once, under the name of that message.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.engine import Connection

from bot.handlers.products import UnknownProduct
from bot.handlers.reading import hinting_with, read_settings
from bot.handlers.sales import ProductUnclear, find_told, make_sale, name_sale, read_told_sale
from bot.handlers.telling import tell_more
from bot.parsing.dialogue import Telling
from bot.parsing.drafts import LONGEST_ARGUMENT, Decisions, leave_out, read_decisions
from bot.parsing.refusals import Doubtful
from bot.parsing.sentences import may_count
from bot.turn import Reply, Turn, strip_command
from bot.views.dialogue import Shown
from bot.views.drafts import ask_which_product, show_draft
from bot.views.receipt import show_receipt
from core import clock
from core.errors import InvalidInput, NotAllowed, NotFound, SalesbellError
from core.people.members import get_person
from core.sales.commands import SaleTerms
from core.sales.estimating import Estimate, estimate_sale
from core.sales.receipt import read_receipt
from core.sales.record import record_sale

EXAMPLE = "/sale 2 SOL-3077 @24.99"
LASTS_FOR = timedelta(hours=24)
MOST_DOUBTS = 6
MOST_LOOSE_DOUBTS = 2  # of a message that does not say that anything was sold


@dataclass(frozen=True, slots=True)
class Draft:
    """What of a sentence was understood, and what was not: each doubt names words that were left out or replaced.

    `terms` is None while `unclear` is to be decided.
    """

    doubts: tuple[Doubtful | UnknownProduct, ...]
    terms: SaleTerms | None = None
    unclear: ProductUnclear | None = None


def record_told_sale(tx: Connection, turn: Turn) -> Reply:
    """/sale, or a sentence that tells of one."""
    if not turn.words.strip():
        raise InvalidInput("Tell me what was sold.", field="sale", hint=EXAMPLE)
    return tell_sale(tx, turn, turn.words, Decisions())


def record_counted(tx: Connection, turn: Turn) -> Reply | None:
    """A private message that counts a product that is known, in whatever order: “griparm 2”; None for any other."""
    if not may_count(turn.words):
        return None
    try:
        draft = read_draft(tx, turn, turn.words, Decisions())
    except (InvalidInput, NotFound):
        return None
    lines = draft.terms.lines if draft.terms is not None else ()
    if len(draft.doubts) > MOST_LOOSE_DOUBTS or any(line.product_id is None for line in lines):
        return None
    return tell_sale(tx, turn, turn.words, Decisions())


def choose(tx: Connection, turn: Turn) -> Reply:
    """A button of a draft: a product, other words in place of those not understood, or to record it without them."""
    decided = read_decisions(turn.words)
    words = find_prompt(turn)
    known = find_told(tx, turn)
    if known is not None:
        receipt = read_receipt(tx, turn.viewer, known)
        return show_receipt(receipt, in_group=turn.is_group, edits_pressed=True, toast="It is recorded already")
    return tell_sale(tx, turn, words, decided, edits_pressed=True)


def find_prompt(turn: Turn) -> str:
    """The words of the message a draft is of. Raises NotFound and NotAllowed where the press cannot be about it."""
    if not turn.prompt_text:
        raise NotFound("I can no longer see the message this was about. Please send the sale again.", field="sale")
    if turn.prompt_from not in (0, turn.telegram_id):
        raise NotAllowed("Only who told this sale can decide about it.", field="sale")
    if turn.written_at is not None and clock.now() - turn.written_at > LASTS_FOR:
        raise NotFound("That was asked more than a day ago. Please send the sale again.", field="sale")
    return strip_command(turn.prompt_text)


def tell_sale(
    tx: Connection,
    turn: Turn,
    words: str,
    decided: Decisions,
    *,
    edits_pressed: bool = False,
    person_id: int | None = None,
) -> Reply:
    """Record what words tell, for the person where they name nobody; or show the draft, and ask what is meant."""
    with hinting_with("sale"):
        draft = read_draft(tx, turn, words, decided)
    if draft.unclear is not None:
        _require_room(draft.unclear, decided, words)
        doubts = draft.doubts[len(decided.words) :]
        unclear = draft.unclear
        return ask_which_product(
            unclear.words, unclear.index, unclear.candidates, decided.leave(len(doubts)), doubts,
            edits_pressed=edits_pressed,
        )  # fmt: skip
    if draft.terms is None or len(draft.doubts) > len(decided.words):
        return _show(tx, turn, draft, decided, edits_pressed=edits_pressed)
    terms = draft.terms if draft.terms.person_id or person_id is None else replace(draft.terms, person_id=person_id)
    receipt = record_sale(tx, turn.viewer, make_sale(turn, name_sale(tx, turn), terms))
    return show_receipt(receipt, in_group=turn.is_group, edits_pressed=edits_pressed)


def read_draft(tx: Connection, turn: Turn, words: str, decided: Decisions) -> Draft:
    """What a sentence says with the words left out or replaced that stand in the way, one after the other.

    Raises the first refusal where nothing is left that could be recorded.
    """
    viewer, said = turn.viewer, words
    doubts: list[Doubtful | UnknownProduct] = []
    first: SalesbellError | None = None
    while True:
        try:
            terms = read_told_sale(tx, viewer, said, decided.picks, asks=not turn.is_sure)
        except ProductUnclear as unclear:
            return Draft(tuple(doubts), unclear=unclear)
        except (InvalidInput, NotFound) as refusal:
            first = first or refusal
            rest = _go_on(said, refusal, decided.find(len(doubts))) if len(doubts) < MOST_DOUBTS else None
            if rest is None or not isinstance(refusal, Doubtful | UnknownProduct):
                raise first from None
            doubts.append(refusal)
            said = rest
        else:
            if first is not None and _is_of_nothing(terms, doubts):
                raise first
            return Draft(tuple(doubts), terms)


def _go_on(said: str, refusal: SalesbellError, decision: str) -> str | None:
    """The sentence without the words at fault, or with those chosen in their place; None where they are not in it."""
    options: tuple[str, ...] = getattr(refusal, "options", ())
    instead = options[int(decision)] if decision.isdecimal() and int(decision) < len(options) else ""
    return leave_out(said, refusal.field or "", instead)


def _is_of_nothing(terms: SaleTerms, doubts: Iterable[SalesbellError]) -> bool:
    """An amount that stands alone only because the product was not known is no sale."""
    return any(isinstance(doubt, UnknownProduct) for doubt in doubts) and any(
        line.product_id is None for line in terms.lines
    )


def _show(tx: Connection, turn: Turn, draft: Draft, decided: Decisions, *, edits_pressed: bool) -> Reply:
    terms = draft.terms
    if terms is None:
        raise NotFound("That button is too old.", field="sale")
    estimate = estimate_sale(tx, turn.viewer, replace(terms, sold_at=turn.sold_at))
    seller = get_person(tx, turn.viewer, terms.person_id).name if terms.person_id else None
    shown = Shown(read_settings(turn.viewer), _without_profit(estimate) if turn.is_group else estimate)
    told = tell_more(Telling(0), terms)
    return show_draft(told, shown, draft.doubts, decided, seller=seller, edits_pressed=edits_pressed)


def _without_profit(estimate: Estimate) -> Estimate:
    return replace(estimate, cost_e4=None)


def _require_room(unclear: ProductUnclear, decided: Decisions, words: str) -> None:
    """What was chosen so far travels in the button: where it has no room for more, the person names the codes."""
    skus = [product.sku for product in unclear.candidates]
    if any(len(decided.pick(unclear.index, one.id).write()) > LONGEST_ARGUMENT for one in unclear.candidates):
        raise InvalidInput(
            f"So many of these could be several products that I cannot ask about them all. “{unclear.words}” could be "
            f"{', '.join(skus)}: use the codes.",
            field=unclear.words,
            hint=words.replace(unclear.words, skus[0]),
        )
