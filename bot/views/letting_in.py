"""Keys and invitations as messages. One rule: never the secret, always who made it, when it was used, when it ends."""

from datetime import datetime

from bot.turn import Button, Reply
from bot.views.figures import show_day, show_text
from core.people.invitations import Invitation
from core.people.keys import SCOPES, Key
from core.people.rights import write_role

MOST_SHOWN = 20


def show_keys(keys: tuple[Key, ...], ended: Key | None = None) -> Reply:
    """The keys that are good still, each with its button; after a press also which one has ended."""
    good = [key for key in keys if key.is_good]
    rows = ["🔑 <b>Keys to the API</b>"]
    rows += [_tell_key(key) for key in good[:MOST_SHOWN]] or ["There are none."]
    if len(good) > MOST_SHOWN:
        rows.append(f"… and {len(good) - MOST_SHOWN} older ones: <code>salesbell key list</code>")
    buttons = tuple((Button(f"Revoke {key.id}", "unkey", str(key.id)),) for key in good[:MOST_SHOWN])
    toast = f"Key {ended.id} is revoked." if ended else None
    return Reply("\n\n".join(rows), buttons, edits_pressed=ended is not None, toast=toast)


def _tell_key(key: Key) -> str:
    may = "everything" if key.scopes == set(SCOPES) else ", ".join(sorted(key.scopes))
    until = f"good until {show_day(key.expires_at.date())}" if key.expires_at else "good until revoked"
    return (
        f"<b>{key.id}</b> · @{key.handle} · {show_text(key.label)}\n"
        f"May: {may}\n{_tell_making(key.created_at, key.made_by)} · {_tell_use(key.last_used_at)} · {until}"
    )


def show_invitations(invitations: tuple[Invitation, ...], ended: Invitation | None = None) -> Reply:
    """The open invitations, each with its button; after a press also which one has ended."""
    rows = ["🔗 <b>Open invitations</b>"]
    rows += [_tell_invitation(one) for one in invitations[:MOST_SHOWN]] or ["There are none."]
    if len(invitations) > MOST_SHOWN:
        rows.append(f"… and {len(invitations) - MOST_SHOWN} older ones, shown once these are revoked.")
    buttons = tuple((Button(f"Revoke {one.id}", "uninvite", str(one.id)),) for one in invitations[:MOST_SHOWN])
    toast = f"Invitation {ended.id} is revoked." if ended else None
    return Reply("\n\n".join(rows), buttons, edits_pressed=ended is not None, toast=toast)


def _tell_invitation(one: Invitation) -> str:
    whom = f"for @{one.handle}" if one.handle else _count_places(one.uses_left)
    return (
        f"<b>{one.id}</b> · {write_role(one.role)} at {show_text(one.branch_name)} · {whom}\n"
        f"{_tell_making(one.created_at, one.made_by)} · {_tell_use(one.last_used_at)} · "
        f"good until {show_day(one.expires_at.date())}"
    )


def _count_places(left: int | None) -> str:
    if left is None:
        return "for any number of people"
    return "for one person" if left == 1 else f"for {left} people"


def _tell_making(moment: datetime, who: str | None) -> str:
    return f"made {show_day(moment.date())} by {'@' + who if who else 'the command line'}"


def _tell_use(moment: datetime | None) -> str:
    return f"last used {show_day(moment.date())}, {moment:%H:%M} UTC" if moment else "never used"
