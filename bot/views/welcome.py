"""The first words. One rule: within a minute the first sale is told."""

from collections.abc import Sequence

from bot.turn import Button, Reply
from bot.views.figures import show_text
from core.access import Permission, Viewer
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
        "<code>/sale 1250</code>\n"
        "Rather tap than type? /new\n\n"
        f"Then try {_name_next_steps(viewer)}. /help shows the rest."
    )
    return Reply(text, menu_role=viewer.role)


def _name_next_steps(viewer: Viewer) -> str:
    if viewer.may(Permission.INVITE):
        return "/team, /goal and /invite"
    return "/me and /leaderboard"


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
    return Reply(text, menu_role=viewer.role)


def show_help(commands: Sequence[CommandRow], *, in_group: bool = False) -> Reply:
    """What one may do, on one phone screen: how to tell of a sale, then a line for each command.

    In private there is a button for those who rather tap than type.
    """
    how = (
        "🔔 <b>Tell me a sale</b>\n"
        "<code>/sale 2 SOL-3077 @24.99 -10% etsy</code>\n"
        "<code>sold 3 griparm for 100 to Jane</code>\n"
        "<code>/sale 1250</code>\n"
        "Edit your message to correct it. The buttons under the receipt undo it or take a note."
    )
    rows = [f"/{name} · {show_text(text)}" for name, _usage, text, _examples in commands]
    foot = "Examples of each: <code>/help sales</code>"
    buttons = () if in_group else ((Button("🛒 Tell a sale step by step", "new"),),)
    return Reply("\n\n".join([how, "\n".join(["<b>Or ask</b>", *rows]), foot]), buttons)


def show_help_about(command: CommandRow) -> Reply:
    """One command: what may follow it, and examples that work as they stand."""
    name, usage, text, examples = command
    words = f" <i>{show_text(usage)}</i>" if usage else ""
    shown = [f"<code>{show_text(example)}</code>" for example in examples or (f"/{name}",)]
    return Reply("\n".join([f"/{name}{words}", f"{show_text(text[:1].upper() + text[1:])}.", "", *shown]))
