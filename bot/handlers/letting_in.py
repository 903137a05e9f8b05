"""Keys and invitations in chat. One rule: a press says which one by its number, and core whether one may."""

from sqlalchemy.engine import Connection

from bot.turn import Reply, Turn
from bot.views.letting_in import show_invitations, show_keys
from core.errors import NotFound
from core.people.invitations import list_invitations, revoke_invitation
from core.people.keys import list_keys, revoke_key


def answer_keys(tx: Connection, turn: Turn) -> Reply:
    """/keys: the keys that are good still, with a button that ends each."""
    return show_keys(list_keys(tx, turn.viewer))


def press_revoke_key(tx: Connection, turn: Turn) -> Reply:
    """Revoke: end that key, and show what is left."""
    ended = revoke_key(tx, turn.viewer, _read_number(turn, "key"))
    return show_keys(list_keys(tx, turn.viewer), ended)


def answer_invitations(tx: Connection, turn: Turn) -> Reply:
    """/invitations: those that are open, with a button that ends each."""
    return show_invitations(list_invitations(tx, turn.viewer))


def press_revoke_invitation(tx: Connection, turn: Turn) -> Reply:
    """Revoke: end that invitation, and show what is left."""
    ended = revoke_invitation(tx, turn.viewer, _read_number(turn, "invitation"))
    return show_invitations(list_invitations(tx, turn.viewer), ended)


def _read_number(turn: Turn, what: str) -> int:
    """The number a button came with; one we never made is a number of nothing."""
    if not (turn.words.isascii() and turn.words.isdecimal() and len(turn.words) < 19):
        raise NotFound(f"That button is about no {what}.", field="button")
    return int(turn.words)
