"""From an update to an answer. One rule: whoever wrote is known, or learns nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from sqlalchemy.engine import Connection

from bot.actions import ACTIONS, READING_ACTIONS, REPLIES
from bot.commands import COMMANDS, Command, list_commands
from bot.handlers.bulk import record_bulk
from bot.handlers.dialogue import answer_dialogue, take_chosen
from bot.handlers.photographs import attach_photograph, keep_photograph
from bot.handlers.sales import NOTE_MARK, correct_by_edit, find_replied, record_told_sale
from bot.handlers.searching import search_products
from bot.handlers.welcome import welcome_visitor
from bot.parsing.sentences import is_sale_sentence, says_sold
from bot.turn import CALLBACK_SEPARATOR, Photograph, Reply, Turn, split_command
from bot.views.numbers import Style, writing_as
from bot.views.people import show_companies, show_company
from bot.views.refusals import show_stranger
from bot.views.searching import Found
from core.access import Viewer
from core.errors import InvalidInput, NotAllowed, NotFound
from core.people.accounts import Membership, Visitor, list_companies_of, switch_company
from core.sales.receipts import Purpose

Identify = Callable[[Connection, int], Viewer | None]


@dataclass(frozen=True, slots=True)
class Host:
    """What a company made by the set-up code begins with, and who says who a user is."""

    currency: str
    time_zone: str
    identify: Identify


@dataclass(frozen=True, slots=True)
class Incoming:
    """What Telegram brought, as plain values; a press of a button has `pressed_data`."""

    visitor: Visitor
    chat_id: int
    message_id: int
    text: str
    bot_name: str
    bot_id: int
    is_group: bool = False
    is_edit: bool = False
    replied_id: int | None = None  # a message of the bot's own
    pressed_data: str | None = None
    prompt_text: str | None = None
    pressed_id: int = 0
    is_chosen: bool = False
    photograph: Photograph | None = None


def needs_writing(incoming: Incoming) -> bool:
    """Whether answering may change anything; what only reads need not wait for who writes."""
    if incoming.pressed_data is not None:
        return incoming.pressed_data.partition(CALLBACK_SEPARATOR)[0] not in READING_ACTIONS
    name, words = split_command(incoming.text, incoming.bot_name)
    return name not in COMMANDS or COMMANDS[name].may_write(words)


def answer_incoming(tx: Connection, incoming: Incoming, host: Host) -> Reply | None:
    """The answer to a message or press; None where none is due. Raises SalesbellError, and then nothing is recorded."""
    viewer = host.identify(tx, incoming.visitor.telegram_id)
    name, words = split_command(incoming.text, incoming.bot_name)
    if name == "start" and not incoming.is_edit:
        return welcome_visitor(tx, viewer, incoming.visitor, words, currency=host.currency, time_zone=host.time_zone)
    if viewer is None:
        elsewhere = list_companies_of(tx, incoming.visitor.telegram_id)
        if elsewhere:
            return _offer_companies(tx, incoming, name, words, elsewhere)
        is_addressed = not incoming.is_group or name is not None or incoming.pressed_data is not None
        return show_stranger() if is_addressed else None
    turn = _make_turn(incoming, viewer, words)
    with writing_as(Style(viewer.locale, viewer.number_format)):
        if incoming.pressed_data is not None:
            return _answer_press(tx, turn, incoming.pressed_data)
        if incoming.photograph is not None:
            return _answer_photograph(tx, turn, incoming, name)
        return _answer_text(tx, turn, name)


def _offer_companies(
    tx: Connection, incoming: Incoming, name: str | None, words: str, elsewhere: tuple[Membership, ...]
) -> Reply | None:
    """Who left one company and is in another chooses that one first: a sale must not land where it was not meant."""
    if name == "switch" and words.strip():
        return show_company(switch_company(tx, incoming.visitor.telegram_id, words).company)
    return None if incoming.is_group and name is None else show_companies(elsewhere)


def _make_turn(incoming: Incoming, viewer: Viewer, words: str) -> Turn:
    return Turn(
        viewer,
        incoming.chat_id,
        incoming.message_id,
        words,
        incoming.is_group,
        incoming.is_edit,
        incoming.replied_id,
        incoming.prompt_text,
        incoming.bot_name,
        incoming.bot_id,
        incoming.visitor.telegram_id,
        incoming.pressed_id,
        incoming.is_chosen,
        incoming.photograph,
    )


def _answer_press(tx: Connection, turn: Turn, data: str) -> Reply | None:
    name, _, argument = data.partition(CALLBACK_SEPARATOR)
    action = ACTIONS.get(name)
    if action is None:
        raise NotFound("That button is too old.", field="button")
    reply = action(tx, replace(turn, words=argument))
    return attach_photograph(tx, turn, reply) if name == "pick" and reply is not None else reply


def _answer_photograph(tx: Connection, turn: Turn, incoming: Incoming, name: str | None) -> Reply | None:
    """A picture goes with the sale that its caption tells or corrects; without a caption with the one it answers."""
    if not incoming.text.strip():
        return None if turn.is_edit else keep_photograph(tx, turn)
    reply = _answer_text(tx, turn, name)
    return attach_photograph(tx, turn, reply) if reply is not None else None


def _answer_text(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    if turn.is_edit:
        return _answer_edit(tx, turn, name)
    if name is not None:
        return find_command(name, turn.viewer, is_group=turn.is_group).handler(tx, turn)
    if turn.is_chosen:
        return take_chosen(tx, turn)
    answered = _answer_reply(tx, turn)
    if answered is None and not turn.is_group and turn.photograph is None:
        answered = answer_dialogue(tx, turn)
    if answered is None:
        answered = _answer_sentence(tx, turn)
    if answered is not None or turn.is_group:
        return answered
    about_sales = " What is meant for a sale replies to its own receipt." if turn.replied_id is not None else ""
    raise InvalidInput(
        f"I did not understand that.{about_sales} /help shows what I can do.",
        field=turn.words[:40],
        hint="/sale 2 SOL-3077",
    )


def _answer_reply(tx: Connection, turn: Turn) -> Reply | None:
    """A reply to a message about a document: what that message is for says what the words mean."""
    replied = find_replied(tx, turn)
    if replied is None:
        return None
    purpose = Purpose.NOTE if NOTE_MARK.match(turn.words) else replied.purpose
    return REPLIES[purpose](tx, turn, replied.document_id)


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


def _answer_edit(tx: Connection, turn: Turn, name: str | None) -> Reply | None:
    """The sale a message told is what it says now; one that told of none is taken as if it were new."""
    if name == "bulk":
        return record_bulk(tx, turn)
    tells_sale = name == "sale" or (name is None and is_sale_sentence(turn.words))
    corrected = correct_by_edit(tx, turn, tells_sale=tells_sale)
    if corrected is None and name == "sale":
        return record_told_sale(tx, turn)
    if corrected is None and name is None:
        return _answer_reply(tx, turn) or _answer_sentence(tx, turn)
    return corrected


def offer_products(tx: Connection, telegram_id: int, words: str, host: Host) -> tuple[Found, ...]:
    """What to offer somebody who searches the products while typing."""
    viewer = host.identify(tx, telegram_id)
    if viewer is None:
        return ()
    with writing_as(Style(viewer.locale, viewer.number_format)):
        return search_products(tx, viewer, words)


def find_command(name: str, viewer: Viewer, *, is_group: bool) -> Command:
    """The command of that name, if the viewer's role has it, here. NotFound suggests one; NotAllowed says why not."""
    command = COMMANDS.get(name)
    if command is None:
        near = get_close_matches(name, [one.name for one in list_commands(viewer)], n=1)
        raise NotFound(f"I don't know /{name}.", field=name, hint=f"/{near[0] if near else 'help'}")
    if command.permission is not None and not viewer.may(command.permission):
        role = viewer.role.label.replace("_", " ")
        raise NotAllowed(f"/{name} is not for your role ({role}).", field=name)
    if is_group and not command.in_groups:
        raise NotAllowed(f"/{name} is not for a group. Please send it to me in private.", field=name, hint="/help")
    return command
