"""The page where one tries the bot, and the JSON behind it. One rule: whoever opens it may be anybody in it, so it
belongs to demos only."""

import mimetypes
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from pathlib import PurePosixPath

import orjson
from aiohttp import web

from bot.sandbox import acts
from bot.sandbox.chats import Chat
from bot.sandbox.errors import JSON, BotApiError
from bot.sandbox.feed import Feed
from bot.sandbox.methods.profile import find_commands
from bot.sandbox.server import add_bot_api_routes, read_parts
from bot.sandbox.world import World

MESSAGES_SHOWN = 300
STRANGER_ID = 990_000_001
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class SandboxPerson:
    """Somebody the page offers to be: `subtitle` says role and branch.

    `suggestions` and `hello` replace the page's own for this person. A guest is somebody an invitation may be for.
    """

    handle: str
    name: str
    subtitle: str
    user_id: int
    suggestions: tuple[str, ...] = ()
    hello: str = ""
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class SandboxGroup:
    """A team's group."""

    chat_id: int
    title: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link in the page's header, for example to the API's documentation."""

    label: str
    url: str


GUEST_HELLO = "You are not in the company yet. Be a manager, send /invite, and open the link from there."
STRANGER = SandboxPerson(
    "stranger", "Sam Stranger", "From outside", STRANGER_ID, ("/start",), GUEST_HELLO, is_guest=True
)


@dataclass(slots=True)
class ChatPage:
    """What the page shows around the chats."""

    world: World
    feed: Feed
    title: str
    people: list[SandboxPerson]
    groups: list[SandboxGroup] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    group_suggestions: list[str] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)

    def find_person(self, wanted: str) -> int:
        """The user id of somebody named by it or by handle; the first to be, for anything else."""
        named = (one.user_id for one in self.people if wanted in (one.handle, str(one.user_id)))
        return next(named, self.people[0].user_id)

    def describe(self, user_id: int) -> JSON:
        """Everything the page needs to draw itself for the person `user_id`."""
        world = self.world
        description = world.profile.get(("description", "en")) or world.profile.get(("description", ""), "")
        groups = [world.chats[group.chat_id] for group in self.groups]
        groups = [world.chats[chat.migrated_to] if chat.migrated_to else chat for chat in groups]
        joined = [chat for chat in groups if chat.members.get(user_id, "left") not in ("left", "kicked")]
        return {
            "title": self.title,
            "bot": {**world.bot, "description": description},
            "people": [asdict(person) for person in self.people],
            "groups": [self._describe_chat(chat, user_id) for chat in joined],
            "private": self._describe_chat(world.chats[user_id], user_id),
            "suggestions": self._suggest(user_id),
            "group_suggestions": self.group_suggestions,
            "links": [asdict(link) for link in self.links],
            "position": self.feed.position,
        }

    def _suggest(self, user_id: int) -> Sequence[str]:
        person = next((one for one in self.people if one.user_id == user_id), None)
        return (person and person.suggestions) or self.suggestions

    def _describe_chat(self, chat: Chat, user_id: int) -> JSON:
        present = [status for status in chat.members.values() if status not in ("left", "kicked")]
        return {
            "chat_id": chat.chat_id,
            "title": chat.chat.get("title") or self.world.bot["first_name"],
            "member_count": len(present),
            "messages": [
                {**message, "reactions": chat.reactions[number]} if number in chat.reactions else message
                for number, message in list(chat.messages.items())[-MESSAGES_SHOWN:]
            ],
            "commands": find_commands(self.world, user_id, chat.chat_id),
        }

    def add_newcomer(self, name: str) -> SandboxPerson:
        """Somebody new without access, who may be tried at once. Raises ActRefused for an empty name."""
        name = " ".join(name.split())[:64]
        if not name:
            raise acts.ActRefused("Type a name first.")
        user_id = max(self.world.people, default=STRANGER_ID) + 1
        user_id = max(user_id, STRANGER_ID + 1)
        person = replace(STRANGER, handle=f"user{user_id}", name=name, subtitle="New here", user_id=user_id)
        self.world.add_person(person.user_id, name, has_started=False)
        self.people.append(person)
        self.world.emit("people", person.user_id, asdict(person))
        return person


def add_sandbox_routes(
    app: web.Application,
    world: World,
    *,
    people: Sequence[SandboxPerson],
    groups: Sequence[SandboxGroup] = (),
    suggestions: Sequence[str] = (),
    group_suggestions: Sequence[str] = (),
    links: Sequence[PageLink] = (),
    title: str = "Salesbell",
    prefix: str = "/chat",
    stranger: SandboxPerson | None = STRANGER,
) -> ChatPage:
    """The Bot API and the page (at `prefix` + "/") on `app`.

    People and groups the world does not know yet are added to it, all people as members of all groups; the
    stranger is in none.
    """
    for person in people:
        if person.user_id not in world.people:
            world.add_person(person.user_id, person.name, person.handle)
    for group in groups:
        if group.chat_id not in world.chats:
            world.add_group(group.chat_id, group.title, [person.user_id for person in people])
    offered = [*people, *([stranger] if stranger else [])]
    if stranger and stranger.user_id not in world.people:
        world.add_person(stranger.user_id, stranger.name, has_started=False)
    page = ChatPage(world, Feed(world), title, offered, list(groups), list(suggestions),
                    list(group_suggestions), list(links))  # fmt: skip
    add_bot_api_routes(app, world)
    _add_page_routes(app, page, prefix.rstrip("/"))
    return page


def _add_page_routes(app: web.Application, page: ChatPage, prefix: str) -> None:
    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{prefix}/")

    async def show_file(request: web.Request) -> web.Response:
        return _show_file(request.match_info.get("name", "index.html"))

    async def show_state(request: web.Request) -> web.Response:
        user_id = page.find_person(request.query.get("as", ""))
        return _reply({"user_id": user_id, **page.describe(user_id)})

    async def stream_events(request: web.Request) -> web.StreamResponse:
        return await _stream_events(page, request)

    async def download(request: web.Request) -> web.Response:
        return _download(page.world, request.match_info["file_id"])

    async def act(request: web.Request) -> web.Response:
        return await _act(page, request)

    async def end_streams(_app: web.Application) -> None:
        page.feed.close()

    app.on_shutdown.append(end_streams)
    if prefix:
        app.router.add_get(prefix, redirect)
    app.router.add_get(f"{prefix}/", show_file)
    app.router.add_get(f"{prefix}/page/{{name}}", show_file)
    app.router.add_get(f"{prefix}/api/state", show_state)
    app.router.add_get(f"{prefix}/api/events", stream_events)
    app.router.add_get(f"{prefix}/api/files/{{file_id}}", download)
    app.router.add_post(f"{prefix}/api/{{act}}", act)


def _reply(body: JSON, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json", headers=_HEADERS)


def _show_file(name: str) -> web.Response:
    found = files("bot.sandbox").joinpath("page", PurePosixPath(name).name)
    if not found.is_file():
        raise web.HTTPNotFound(text="There is no such file.")
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if content_type == "application/javascript":
        content_type = "text/javascript"
    charset = "utf-8" if content_type.startswith("text/") else None
    return web.Response(body=found.read_bytes(), content_type=content_type, charset=charset, headers=_HEADERS)


async def _stream_events(page: ChatPage, request: web.Request) -> web.StreamResponse:
    headers = {**_HEADERS, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    position = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    try:
        await response.write(b"retry: 1500\n\n")
        async for chunk in page.feed.follow(position):
            await response.write(chunk)
    except ConnectionResetError:
        pass
    return response


def _download(world: World, file_id: str) -> web.Response:
    stored = world.files.by_id.get(file_id)
    if stored is None:
        raise web.HTTPNotFound(text="There is no such file.")
    is_shown = stored.mime_type in _SHOWN_INLINE
    name = stored.name.encode("ascii", "replace").decode().translate({34: "_", 92: "_", 10: "_", 13: "_"})
    headers = {**_HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
    headers["Content-Disposition"] = f'{"inline" if is_shown else "attachment"}; filename="{name}"'
    headers["Cache-Control"] = "private, max-age=86400"
    content_type = stored.mime_type if is_shown else "application/octet-stream"
    return web.Response(body=stored.content, content_type=content_type, headers=headers)


async def _act(page: ChatPage, request: web.Request) -> web.Response:
    """One act of a person. The header keeps other sites' pages from acting: they cannot set it."""
    if "X-Sandbox-Page" not in request.headers:
        return _reply({"error": "This address is for the page itself."}, 403)
    try:
        return _reply(await _take_act(page, request))
    except BotApiError as refused:
        problem = refused.description
    except acts.ActRefused as refused:
        problem = str(refused)
    except (KeyError, TypeError, ValueError, AttributeError) as mistake:
        problem = f"The request is incomplete or malformed: {mistake}"
    return _reply({"error": problem}, 400)


async def _take_act(page: ChatPage, request: web.Request) -> JSON:
    name = request.match_info["act"]
    if name == "upload":
        return _deliver(page.world, await _read_upload(page.world, request))
    body = await request.json()
    if name == "people":
        return {"person": asdict(page.add_newcomer(str(body["name"])))}
    return _deliver(page.world, _perform(page.world, name, body))


def _perform(world: World, name: str, body: JSON) -> acts.Act:
    user_id, chat_id = int(body["as"]), int(body["chat_id"])
    if name == "search":
        return acts.ask_inline(world, user_id, str(body["query"]))
    if name == "choose":
        return acts.choose_result(world, user_id, chat_id, str(body["query_id"]), str(body["result_id"]))
    if name == "send":
        return acts.send_text(world, user_id, chat_id, str(body["text"]), reply_to=body.get("reply_to"))
    message_id = int(body["message_id"])
    if name == "edit":
        return acts.edit_text(world, user_id, chat_id, message_id, str(body["text"]))
    if name == "press":
        return acts.press_button(world, user_id, chat_id, message_id, str(body["data"]))
    raise acts.ActRefused(f"There is nothing called {name!r} to do.")


async def _read_upload(world: World, request: web.Request) -> acts.Act:
    form = await read_parts(request)
    if "file" not in form.uploads:
        raise acts.ActRefused("Choose a file first.")
    return acts.send_file(
        world, int(form.values["as"]), int(form.values["chat_id"]), form.uploads["file"],
        caption=form.text("caption"), as_photo=form.flag("as_photo"), reply_to=form.integer("reply_to") or None,
    )  # fmt: skip


def _deliver(world: World, act: acts.Act) -> JSON:
    if act.update is not None:
        world.updates.push(act.update)
    return {"result": act.result, "is_seen_by_bot": act.update is not None}
