"""The first minute, and help. One rule: a stranger is told how to get in, and nothing else."""

from sqlalchemy.engine import Connection

from bot.commands import Command, list_commands
from bot.turn import Reply, Turn
from bot.views.refusals import show_refusal, show_stranger
from bot.views.welcome import CommandRow, show_help, show_help_about, show_setup_done, show_welcome
from core.access import Viewer
from core.errors import InvalidInput, NotFound
from core.people.accounts import Visitor
from core.people.guessing import try_code
from core.people.invitations import PREFIX, accept_invitation
from core.people.setup import claim_installation


def welcome_visitor(
    tx: Connection, viewer: Viewer | None, visitor: Visitor, code: str, *, currency: str, time_zone: str
) -> Reply:
    """/start: the set-up code makes the first visitor super admin, an invitation lets one in, else a welcome."""
    code = code.strip()
    if not code:
        return show_stranger() if viewer is None else show_welcome(viewer)

    def use_code() -> Reply:
        if code.startswith(PREFIX):
            return show_welcome(accept_invitation(tx, visitor, code))
        return show_setup_done(claim_installation(tx, visitor, code, currency=currency, time_zone=time_zone))

    answer = try_code(tx, visitor.telegram_id, use_code)
    return show_refusal(answer) if isinstance(answer, InvalidInput) else answer


def answer_help(_tx: Connection, turn: Turn) -> Reply:
    """/help: what the asker may do, and nothing else; `/help sales`: one command with examples."""
    known = [_describe(one, turn.viewer) for one in list_commands(turn.viewer)]
    wanted = turn.words.strip().removeprefix("/").casefold()
    if not wanted:
        return show_help(known, in_group=turn.is_group)
    about = next((row for row in known if row[0] == wanted), None)
    if about is None:
        raise NotFound(f"You have no command “{wanted}”.", field=wanted[:40], hint="/help")
    return show_help_about(about)


def _describe(command: Command, viewer: Viewer) -> CommandRow:
    """What a command is for this viewer: its name, usage, help and examples."""
    more = command.more
    if more is None or not viewer.may(more.permission):
        return command.name, command.usage, command.help, command.examples
    return command.name, more.usage, f"{command.help}; {more.help}", command.examples + more.examples
