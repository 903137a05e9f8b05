"""`run` and `demo`. One rule: whoever starts it is told in a few lines what to do next."""

import tempfile
from pathlib import Path

import click
import uvloop
from aiohttp import web
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot.cli.opening import open_database, read_settings
from bot.sandbox.chat_page import PageLink, SandboxGroup, SandboxPerson, add_sandbox_routes
from bot.sandbox.world import World
from bot.service import Service
from core.checks import check_start
from core.demo import Demo, build_demo
from core.people.setup import NEW_CODE, SetupCode, find_super_admin, open_setup
from core.settings import Settings

LEADERS_TRY = ("/team", "/goal", "/invite")
DEMO_HOST = "127.0.0.1"  # whoever opens the page may be anybody in it


@click.command()
def run() -> None:
    """Serve the chat (with a token), the API and the scheduler."""
    settings = read_settings()
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else None
    with open_database(settings) as database:
        with database.begin_read() as tx:
            check_start(tx)
        with database.begin() as tx:
            code = open_setup(tx)
            waiting = None if find_super_admin(tx, with_account=True) else find_super_admin(tx)
        service = Service(settings, database, token, settings.telegram_api_url)
        uvloop.run(service.run(lambda port: _announce(settings, port, code, waiting)))


def _announce(settings: Settings, port: int, code: SetupCode | None, waiting: str | None) -> None:
    rows = [f"Salesbell listens on port [bold]{port}[/]; the API is described at http://localhost:{port}/api/docs"]
    if settings.telegram_token is None:
        rows.append("There is no SALESBELL_TELEGRAM_TOKEN: the API and the scheduler run, the chat does not.")
    if code:
        rows.append(f"Nobody is super admin yet. Send this to the bot on Telegram: [bold]/start {code.code}[/]")
        rows.append(f"It is good until {code.expires_at:%d %B, %H:%M} UTC, for one person; for a new one: {NEW_CODE}")
    if waiting:
        invite = f'salesbell chat --as {waiting} "/invite @{waiting}"'
        rows.append(f"The super admin @{waiting} is not on Telegram yet. A link for them: [bold]{invite}[/]")
    console = Console(stderr=True)
    for row in rows:
        console.print(row, soft_wrap=True)


@click.command()
def demo() -> None:
    """Serve a throw-away company and a page to chat with the bot; Ctrl-C leaves nothing behind."""
    settings = read_settings()
    with tempfile.TemporaryDirectory(prefix="salesbell-demo-") as folder:
        address = f"sqlite:///{Path(folder) / 'demo.sqlite3'}"
        host = settings.host if "host" in settings.model_fields_set else DEMO_HOST
        settings = settings.model_copy(
            update={"database_url": SecretStr(address), "host": host, "public_url": None, "telegram_token": None}
        )
        console = Console()
        with open_database(settings) as database:
            with console.status("Making some weeks of sales …"), database.begin() as tx:
                company = build_demo(tx)
            world = World()
            service = Service(settings, database, world.token, limits_rate=False)
            service.mounts.append(lambda app: _add_page(app, world, company))
            uvloop.run(service.run(lambda port: _show_around(console, company, port)))


async def _show_chat(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/chat/")


def _add_page(app: web.Application, world: World, company: Demo) -> None:
    app.router.add_get("/", _show_chat)
    people = [
        SandboxPerson(one.handle, one.name, f"{one.role} · {one.branch}", one.telegram_id, _suggest(one.role))
        for one in company.people
    ]
    add_sandbox_routes(
        app,
        world,
        people=people,
        groups=[SandboxGroup(company.group_chat_id, company.group_title)],
        suggestions=company.suggestions,
        group_suggestions=company.group_suggestions,
        title=company.company.name,
        links=[PageLink("API", "/api/docs")],
    )


def _suggest(role: str) -> tuple[str, ...]:
    """What leaders try first; the company's own suggestions for everybody else."""
    return LEADERS_TRY if role in ("manager", "admin", "super admin") else ()


def _show_around(console: Console, company: Demo, port: int) -> None:
    console.print(f"\n  [bold]Salesbell[/] is open at [bold link]http://localhost:{port}/chat/[/]\n")
    table = Table("You can be", "who is", "at", box=None, padding=(0, 2))
    for person in company.people:
        table.add_row(person.name, person.role.replace("_", " "), person.branch)
    console.print(table)
    console.print("\n  Three messages worth trying:")
    for suggestion in company.suggestions[:3]:
        console.print(f"    {suggestion}", style="cyan", markup=False, highlight=False)
    console.print(f"\n  API: http://localhost:{port}/api/docs")
    console.print(f"  its key: {company.api_key}", soft_wrap=True, highlight=False)
    console.print("  Ctrl-C ends it and leaves nothing behind.\n")
