"""`chat`: one message, or a prompt, through the real bot. One rule: no network, no token, `run`'s own database."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.engine import Connection

from bot.application import build_application
from bot.cli.kept_chat import KeptChat, keep_chat
from bot.cli.opening import open_database, read_settings
from bot.sandbox.acts import ActRefused
from bot.sandbox.correspondent import Answer, Answers, Correspondent
from bot.sandbox.in_process import SandboxRequest
from bot.sandbox.world import Event
from core.access import Viewer, find_viewer, load_viewer
from core.db import Database
from core.errors import InvalidInput
from core.people.accounts import find_account_viewer
from core.people.members import list_handles
from core.settings import Settings

if TYPE_CHECKING:
    from bot.pictures import Renderer

# Whoever chats here is known by a handle, not by a Telegram account: their numbers begin beyond Telegram's.
FIRST_USER_ID = 9 * 10**15
GUEST_ID = FIRST_USER_ID - 1
PNG = b"\x89PNG"  # Telegram names no pictures


class LateRenderer:
    """Draws as the service does; what it takes is loaded with the first picture."""

    def __init__(self) -> None:
        self._renderer: Renderer | None = None

    async def render(self, spec: dict[str, Any]) -> bytes | None:
        """The picture as PNG; None where it could not be drawn."""
        from bot.pictures import Renderer

        self._renderer = self._renderer or Renderer()
        return await self._renderer.render(spec)

    async def aclose(self) -> None:
        """End what draws."""
        if self._renderer is not None:
            await self._renderer.close()


@click.command()
@click.option("--as", "handle", metavar="HANDLE", help="Who writes; needed when there are several people.")
@click.option("--company", "company_handle", metavar="C", help="The company, if the person is in several.")
@click.option("--press", "label", metavar="LABEL", help="Press a button of the bot's last answer instead.")
@click.argument("message", required=False)
def chat(handle: str | None, company_handle: str | None, label: str | None, message: str | None) -> None:
    """Write to the bot: MESSAGE, or at a prompt when there is none."""
    settings = read_settings()
    with open_database(settings) as database, keep_chat(Path(settings.chat_file)) as kept:
        with database.begin_read() as tx:
            viewer = _find_writer(tx, handle, company_handle)
        user_id = FIRST_USER_ID + viewer.person_id if viewer and viewer.person_id else GUEST_ID
        kept.world.add_person(user_id, viewer.name if viewer else "You", viewer.handle if viewer else None)
        kept.world.chats[user_id].last_message_id = kept.last_number
        asyncio.run(_converse(settings, database, kept, user_id, label, message))


def _find_writer(tx: Connection, handle: str | None, company_handle: str | None) -> Viewer | None:
    """Who writes: the one named, or the only person there is; None, a visitor, where there is nobody yet."""
    if handle is not None:
        return find_viewer(tx, handle, company_handle)
    handles = list_handles(tx)
    if len(handles) > 1:
        raise InvalidInput(f"Who writes? There are: {', '.join(handles)}.", field="--as", hint=f"--as {handles[0]}")
    return find_viewer(tx, handles[0]) if handles else None


def identify_writer(tx: Connection, user_id: int) -> Viewer | None:
    """The viewer behind a user of this chat."""
    return load_viewer(tx, user_id - FIRST_USER_ID) if user_id >= FIRST_USER_ID else find_account_viewer(tx, user_id)


async def _converse(
    settings: Settings, database: Database, kept: KeptChat, user_id: int, label: str | None, message: str | None
) -> None:
    world, asked, renderer = kept.world, kept.asked, LateRenderer()
    application = build_application(
        database,
        world.token,
        SandboxRequest(world),
        SandboxRequest(world),
        api_url="http://sandbox",
        limits_rate=False,
        currency=settings.currency,
        time_zone=settings.time_zone,
        identify=identify_writer,
        renderer=renderer,
    )

    def note_question(event: Event) -> None:
        if event.kind == "force_reply":
            asked[event.chat_id] = event.payload["message_id"]

    world.listeners.append(note_question)
    writer = Correspondent(world, user_id, application)
    async with aclosing(renderer), application:
        if label is not None:
            await _show(writer.press(label))
        elif message is not None:
            await _show(_send(writer, asked, message))
        else:
            await _prompt(writer, asked)


async def _prompt(writer: Correspondent, asked: dict[int, int]) -> None:
    """Lines from the terminal or a pipe, each a message; `[LABEL]` presses a button."""
    is_terminal = sys.stdin.isatty()
    if is_terminal:
        click.echo("Write to the bot; [Undo] presses a button. Ctrl-D ends.")
    while True:
        if is_terminal:
            click.echo("> ", nl=False)
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        text = line.strip()
        is_press = text.startswith("[") and text.endswith("]")
        try:
            if text:
                await _show(writer.press(text[1:-1]) if is_press else _send(writer, asked, text))
        except InvalidInput as error:  # what comes after it may be fine
            click.echo(f"Error: {error.message}", err=True)


async def _send(writer: Correspondent, asked: dict[int, int], text: str) -> Answers:
    """A message; where the bot has just asked for a reply it is one, as Telegram's own apps do it."""
    return await writer.send(text, reply_to=asked.pop(writer.chat_id, None))


async def _show(acting: Awaitable[Answers]) -> None:
    try:
        answers = await acting
    except (ActRefused, LookupError) as refused:
        raise InvalidInput(f"{refused}", field="message") from refused
    for answer in answers:
        if answer.kind == "answer":  # to a button: a notice over the chat
            click.echo(f"({answer.text})" if answer.text else "", nl=bool(answer.text))
        elif answer.kind != "delete":
            click.echo(_write_answer(answer))


def _write_answer(answer: Answer) -> str:
    """What the bot answered, as text: button labels in brackets, a picture as the path of a file."""
    rows = [answer.text] if answer.text else []
    if answer.file is not None:
        folder = Path(tempfile.mkdtemp(prefix="salesbell-chat-"))
        is_picture = answer.file.content.startswith(PNG)
        path = folder / ("picture.png" if is_picture else Path(answer.file.name).name)
        path.write_bytes(answer.file.content)
        rows.append(str(path))
    rows += [" ".join(f"[{label}]" for label in row) for row in answer.button_rows]
    return "\n".join(rows)
