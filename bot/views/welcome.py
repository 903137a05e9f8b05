"""The first words. One rule: within a minute the first sale is told."""

from collections.abc import Sequence

from bot.turn import Reply
from bot.views.figures import show_text
from core.access import Viewer
from core.people.rights import write_role

CommandRow = tuple[str, str, str, tuple[str, ...]]  # name, usage, help, examples


def show_welcome(viewer: Viewer) -> Reply:
    """Who one is here, and what to try first."""
    text = (
        f"👋 Welcome, <b>{show_text(viewer.name)}</b>!\n"
        f"You are {write_role(viewer.role)} at {show_text(viewer.company.name)}.\n\n"
        "Tell me a sale as you would note it down:\n"
        "<code>/sale 2 SOL-3077</code>\n"
        "<code>sold 3 griparm for 100 yesterday to John Doe</code>\n"
        "<code>/sale 1250</code>\n\n"
        "Then try /me and /leaderboard. /help shows the rest."
    )
    return Reply(text)


def show_setup_done(viewer: Viewer) -> Reply:
    """The next steps of the first super admin."""
    text = (
        f"🎉 This installation is yours, <b>{show_text(viewer.name)}</b>.\n\n"
        f"1. Name the company: <code>/company name Lumina Home</code>\n"
        f"2. Its money is {viewer.company.currency}, its time {viewer.company.time_zone}; change either now: "
        "<code>/company currency EUR</code>, <code>/company zone Europe/Paris</code>\n"
        "3. Let people in: <code>/invite manager</code>, <code>/invite employee many</code>\n"
        "4. Record a first sale: <code>/sale 1250</code>"
    )
    return Reply(text)


def show_help(commands: Sequence[CommandRow]) -> Reply:
    """What one may do, with examples that work as they stand."""
    blocks = [_show_command(*command) for command in commands]
    foot = (
        "You can leave out /sale: <code>sold 2 griparm @99 to Jane</code>. "
        "Edit your message to correct a sale; the buttons under a receipt undo it, edit it or add a note."
    )
    return Reply("\n".join(["🔔 <b>What you can do</b>", "", *blocks, "", foot]))


def _show_command(name: str, usage: str, text: str, examples: tuple[str, ...]) -> str:
    words = f" <i>{show_text(usage)}</i>" if usage else ""
    shown = "".join(f"\n   <code>{show_text(example)}</code>" for example in examples if example != f"/{name}")
    return f"/{name}{words} · {show_text(text)}{shown}"
