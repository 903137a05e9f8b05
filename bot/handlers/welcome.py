"""The first minute. One rule: a stranger is told how to get in, and nothing else."""

from sqlalchemy.engine import Connection

from bot.turn import Reply
from bot.views.refusals import show_stranger
from bot.views.welcome import show_setup_done, show_welcome
from core.access import Viewer
from core.people.accounts import Visitor
from core.people.invitations import PREFIX, accept_invitation
from core.people.setup import claim_installation


def welcome_visitor(
    tx: Connection, viewer: Viewer | None, visitor: Visitor, code: str, *, currency: str, time_zone: str
) -> Reply:
    """/start: the set-up code makes the first visitor super admin, an invitation lets one in, else a welcome."""
    code = code.strip()
    if code.startswith(PREFIX):
        return show_welcome(accept_invitation(tx, visitor, code))
    if code:
        claimed = claim_installation(tx, visitor, code, currency=currency, time_zone=time_zone)
        if claimed is not None:
            return show_setup_done(claimed)
    return show_stranger() if viewer is None else show_welcome(viewer)
