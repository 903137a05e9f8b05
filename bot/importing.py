"""Files that come in chat, fetched, looked at and imported. One rule: chat goes on meanwhile, and a restart goes on.

What is to be done with a file stands in its row (core.imports.received); here it is done, one import at a time, in a
thread, and shown in one message that is edited as it goes on.
"""

import asyncio
import contextlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import structlog
from sqlalchemy.engine import Connection
from telegram import Bot, CallbackQuery, Document, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest

from bot.conversation import Identify
from bot.file_messages import FileMessages
from bot.handlers.files import describe_look, describe_outcome, find_open_question, take_file
from bot.incoming import find_topic
from bot.obstacles import insist
from bot.outgoing import Outgoing
from bot.pacing import REST_SECONDS, Pace, Stopped, lay_out, run_paced
from bot.turn import Place, Reply
from bot.views.imported import (
    show_arrival,
    show_outcome,
    show_progress,
    show_stopped,
    show_undone,
    show_waiting,
)
from bot.views.imports import show_look, show_too_large_to_fetch, show_unreadable
from bot.views.numbers import Style, writing_as
from bot.views.refusals import show_failure, show_refusal, show_stranger
from core.access import Viewer, load_viewer
from core.db import Database
from core.errors import InvalidInput, NotAllowed, SalesbellError, Unavailable
from core.imports import ImportResult, list_saved_presets, run_import, save_preset, undo_import
from core.imports.formats import SALES
from core.imports.looking import Look, look_at
from core.imports.received import (
    LARGEST_BYTES,
    ReceivedFile,
    claim_received,
    finish_received,
    keep_claim,
    keep_content,
    keep_result,
    keep_seen,
    list_waiting,
    mark_undone,
    place_shown,
    release_received,
)
from core.imports.sales.guessing import keep_for_next, name_preset
from core.imports.totals import read_import_totals

log = structlog.get_logger()
REMEMBERED = {"mapping", "date_format", "decimal", "makes"}  # choices that hold for the next file of the same columns
BATCH_ROWS = 2_000  # so few that somebody's sale need not wait long between two batches
PROGRESS_SECONDS = 3.0  # twenty edits a minute are what Telegram takes anywhere
_GONE = NotAllowed("Telegram does not give me that file any more. Send it again.")
PARTING_SECONDS = 20.0  # that a batch may take to end in
LARGEST_DOCUMENT_BYTES = 49 * 1024 * 1024
REJECTS_SUFFIX = ".rejected.csv"


class Importing:
    """Does what is to be done with the files of one bot."""

    def __init__(self, database: Database, bot: Bot, outgoing: Outgoing, identify: Identify) -> None:
        self._database, self._bot, self._identify = database, bot, identify
        self._messages = FileMessages(database, bot, outgoing)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._stopping = threading.Event()
        self._looks, self._imports = asyncio.Semaphore(2), asyncio.Semaphore(1)
        self.progress_seconds = PROGRESS_SECONDS

    async def hear(self, update: Update) -> None:
        """Take a file that is sent in private; go on with one whose button was pressed."""
        query, message = update.callback_query, update.message
        if query is not None:
            await self._go_on_after(query)
        elif message is not None and message.document is not None and message.chat.type == ChatType.PRIVATE:
            await self._receive(message, message.document)

    async def _receive(self, message: Message, document: Document) -> None:
        name = document.file_name or "file"
        try:
            number = await self._database.write(self._note_down, message, document, name)
        except SalesbellError as error:
            await self._messages.say(_place_of(message), show_refusal(error))
            return
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("failed to take a file", reference=reference)
            await self._messages.say(_place_of(message), show_failure(reference))
            return
        if isinstance(number, Reply):
            await self._messages.say(_place_of(message), number)
        elif number is not None:
            await self._messages.show(number, _place_of(message), show_arrival(name))
            self.start(number)

    def _note_down(self, tx: Connection, message: Message, document: Document, name: str) -> Reply | int | None:
        """The number of the file; what to answer instead where it is not taken."""
        user = message.from_user
        viewer = self._identify(tx, user.id) if user is not None else None
        if viewer is None:
            return show_stranger()
        said = f"{self._bot.id}:{message.chat_id}:{message.message_id}"
        number = take_file(tx, viewer, _place_of(message), said, document.file_id, name)
        if number is not None and (document.file_size or 0) > LARGEST_BYTES:
            finish_received(tx, number, "cancelled")
            return show_too_large_to_fetch(name)
        return number

    async def _go_on_after(self, query: CallbackQuery) -> None:
        try:
            if isinstance(query.message, Message):
                await self._database.write(place_shown, query.message.chat_id, query.message.message_id)
            await self.look_for_work()
        except SalesbellError as error:  # what was asked for is written down, and taken up a little later
            log.warning("cannot look for files", reason=error.message)

    async def look_for_work(self) -> None:
        """Begin whatever waits and nobody does."""
        for number in await self._database.read(list_waiting):
            self.start(number)

    def start(self, number: int) -> None:
        """Do what is to be done with a file, in the background."""
        if number in self._tasks or self._stopping.is_set():
            return
        self._tasks[number] = task = asyncio.create_task(self._work(number))
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    async def stop(self) -> None:
        """End what runs at its next step; it goes on in the next process."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=PARTING_SECONDS)

    async def settle(self) -> None:
        """Wait until nothing is left to do but what waits for somebody."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            await asyncio.sleep(0)

    async def _work(self, number: int) -> None:
        """Whatever is to be done with a file now, and what follows from that."""
        while not self._stopping.is_set():
            file = await self._database.write(claim_received, number)
            if file is None:
                return
            try:
                viewer = await self._database.read(load_viewer, file.person_id)
                with writing_as(Style(viewer.locale, viewer.number_format)):
                    await self._do(file, viewer)
            except Stopped:
                log.info("an import stops, to go on later", file=file.file_name)
            except Unavailable as error:  # the claim runs out, and then it is tried again
                log.warning("an import waits for the database", file=file.file_name)
                await self._messages.show(number, _place(file), show_waiting(file.file_name, error))
                return
            except SalesbellError as error:
                await self._give_up(file, show_stopped(file.file_name, error))
            except Exception:
                reference = secrets.token_hex(4)
                log.exception("failed with a file", file=file.file_name, reference=reference)
                await self._give_up(file, show_failure(reference))
            with contextlib.suppress(SalesbellError):
                await self._database.write(release_received, number)

    async def _give_up(self, file: ReceivedFile, reply: Reply) -> None:
        await self._messages.show(file.id, _place(file), reply)
        await self._database.write(finish_received, file.id, "cancelled")

    async def _do(self, file: ReceivedFile, viewer: Viewer) -> None:
        match file.state:
            case "arrived":
                await self._fetch(file)
            case "looking":
                await self._look(file, viewer)
            case "trying" | "running":
                await self._import(file, viewer, is_trial=file.state == "trying")
            case "telling":
                await self._tell(file, viewer)
            case "undoing":
                await self._undo(file, viewer)

    async def _fetch(self, file: ReceivedFile) -> None:
        try:
            found = await insist(lambda: self._bot.get_file(file.file_id))
            content = bytes(await insist(found.download_as_bytearray))
        except BadRequest as error:
            is_large = "too big" in str(error).lower()
            log.info("file not fetched", reason=str(error))
            reply = show_too_large_to_fetch(file.file_name) if is_large else show_stopped(file.file_name, _GONE)
            await self._give_up(file, reply)
            return
        await self._database.write(keep_content, file.id, content)

    async def _look(self, file: ReceivedFile, viewer: Viewer) -> None:
        async with self._looks, lay_out(file.file_name, file.content or b"") as path:
            saved = await self._database.read(list_saved_presets, viewer)
            try:
                look = await asyncio.to_thread(self._look_at, path, file, viewer, saved)
            except InvalidInput as error:
                await self._give_up(file, show_unreadable(file.file_name, error))
                return
        question, where = await self._database.read(find_open_question, viewer, look)
        reply = show_look(file.id, file.file_name, look, question, viewer, where)
        await self._messages.show(file.id, _place(file), reply)
        await self._database.write(keep_seen, file.id, describe_look(look, question))

    def _look_at(self, path: Path, file: ReceivedFile, viewer: Viewer, saved: Any) -> Look:
        return look_at(self._database, viewer, path, file.choices, saved)

    async def _import(self, file: ReceivedFile, viewer: Viewer, *, is_trial: bool) -> None:
        async with self._imports, lay_out(file.file_name, file.content or b"") as path:
            saved = await self._database.read(list_saved_presets, viewer)
            look = await asyncio.to_thread(self._look_at, path, file, viewer, saved)
            if look.plan is None:
                raise InvalidInput("That file was not understood.", field="file")
            plan = replace(look.plan, options=replace(look.plan.options, batch_rows=BATCH_ROWS))
            if not is_trial and look.format is SALES and not REMEMBERED.isdisjoint(file.choices):
                name = name_preset(file.file_name, look.header)
                await self._database.write(save_preset, viewer, name, keep_for_next(look.options))
            work = partial(run_import, self._database, viewer, plan, is_trial=is_trial)
            done: ImportResult = await self._run(file, work, "Trying" if is_trial else "Importing")
            rejects = done.rejects_path.read_bytes() if done.rejects_path is not None and not is_trial else None
        totals = await self._database.read(read_import_totals, viewer, done.ids)
        result = describe_outcome(done, totals, look, is_trial=is_trial)
        if is_trial:
            await self._show_outcome(file, viewer, result)
            await self._database.write(keep_seen, file.id, file.seen or {})
        else:
            await self._database.write(keep_result, file.id, result, rejects)

    async def _run(self, file: ReceivedFile, work: Callable[..., Any], doing: str) -> Any:
        """Do something long in a thread, and show how far it is."""
        pace = Pace(self._stopping, REST_SECONDS if self._database.is_sqlite else 0.0)

        async def show() -> None:
            await self._database.write(keep_claim, file.id)
            if pace.has_moved():
                reply = show_progress(file.file_name, pace.done, pace.total, doing)
                await self._messages.show(file.id, _place(file), reply)

        return await run_paced(work, pace, show, self.progress_seconds)

    async def _tell(self, file: ReceivedFile, viewer: Viewer) -> None:
        await self._show_outcome(file, viewer, file.result or {})
        if file.content is not None and len(file.content) <= LARGEST_DOCUMENT_BYTES:
            name = f"{PurePosixPath(file.file_name).stem}{REJECTS_SUFFIX}"
            await self._messages.send_rejects(_place(file), file.content, name)
        await self._database.write(finish_received, file.id)

    async def _show_outcome(self, file: ReceivedFile, viewer: Viewer, result: dict[str, Any]) -> None:
        await self._messages.show(file.id, _place(file), show_outcome(file.file_name, result, viewer, file.id))

    async def _undo(self, file: ReceivedFile, viewer: Viewer) -> None:
        async with self._imports:
            work = partial(undo_import, self._database, viewer, file.import_id or 0)
            undone = await self._run(file, work, "Taking back")
        await self._messages.show(file.id, _place(file), show_undone(file.file_name, undone.lines, undone.documents))
        imported = await self._database.write(mark_undone, viewer.company.id, undone.id)
        if imported is not None:
            await self._show_outcome(imported, viewer, imported.result or {})
        await self._database.write(finish_received, file.id)


def _place_of(message: Message) -> Place:
    return Place(message.chat_id, find_topic(message))


def _place(file: ReceivedFile) -> Place:
    return Place(file.chat_id, file.topic_id)
