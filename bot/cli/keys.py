"""Keys and the set-up code. One rule: a secret is printed alone on standard output, once, and kept nowhere."""

from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.opening import open_database
from bot.cli.setup import company_option, find_actor
from core import clock
from core.access import act_as_operator, find_viewer
from core.people.keys import SCOPES, Key, create_key, list_keys, revoke_key
from core.people.setup import renew_setup


@click.group()
def key() -> None:
    """Keys to the API."""


@key.command("create")
@company_option
@click.option("--as", "handle", required=True, metavar="HANDLE", help="The person the key acts as.")
@click.option("--scope", "scopes", multiple=True, help=f"May be repeated; all if left out: {', '.join(SCOPES)}")
@click.option("--label", default="", help="What the key is for.")
@click.option("--days", type=int, help="How many days it is good for; until it is revoked if left out.")
def create_one(company_handle: str | None, handle: str, scopes: tuple[str, ...], label: str, days: int | None) -> None:
    """Create a key, and print it alone, once: only its hash is kept."""
    lifetime = None if days is None else timedelta(days=min(max(days, 0), 10**6))
    with open_database() as database, database.begin() as tx:
        viewer = find_viewer(tx, handle, company_handle)
        made = create_key(
            tx,
            act_as_operator(viewer.company),
            viewer.person_id or 0,
            scopes or tuple(SCOPES),
            label or f"for {handle}",
            lifetime=lifetime,
        )
    click.echo(made)


@key.command("list")
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Only those that this person may revoke.")
@click.option("--all", "with_ended", is_flag=True, help="Those that are over, too.")
def list_all(company_handle: str | None, handle: str | None, with_ended: bool) -> None:
    """List the keys, the newest first: whom they act as, for what, who made them, when they were last used."""
    with open_database() as database:
        viewer = find_actor(database, handle, company_handle)
        with database.begin_read() as tx:
            keys = [one for one in list_keys(tx, viewer) if with_ended or one.is_good]
    if not keys:
        click.echo("There are no keys. Make one: salesbell key create --as HANDLE", err=True)
        return
    table = Table("No.", "acts as", "label", "may", "made", "last used", "good until", box=None, padding=(0, 2, 0, 0))
    for one in keys:
        table.add_row(*map(escape, _describe(one)))
    Console(width=None if Console().is_terminal else 250).print(table)


def _describe(one: Key) -> tuple[str, ...]:
    may = "everything" if one.scopes == set(SCOPES) else " ".join(sorted(one.scopes))
    made = f"{one.created_at:%Y-%m-%d} by {'@' + one.made_by if one.made_by else 'the command line'}"
    used = _show_minute(one.last_used_at) or "never"
    return str(one.id), f"@{one.handle}", one.label, may, made, used, _tell_end(one)


def _tell_end(one: Key) -> str:
    if one.revoked_at is not None:
        return f"revoked {_show_minute(one.revoked_at)}"
    if one.expires_at is None:
        return "revoked"
    return _show_minute(one.expires_at) + (" (over)" if one.expires_at <= clock.now() else "")


def _show_minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


@key.command("revoke")
@click.argument("number", type=int)
@company_option
@click.option("--as", "handle", metavar="HANDLE", help="Who revokes it; the operator if left out.")
def revoke_one(number: int, company_handle: str | None, handle: str | None) -> None:
    """End the key of that number (see `key list`): at once, and for good."""
    with open_database() as database:
        viewer = find_actor(database, handle, company_handle)
        with database.begin() as tx:
            ended = revoke_key(tx, viewer, number)
    click.echo(f"Key {ended.id} of @{ended.handle} ({ended.label}) is revoked.", err=True)


@click.command("setup-code")
def setup_code() -> None:
    """Make a new set-up code for the first super admin; those before it end."""
    with open_database() as database, database.begin() as tx:
        made = renew_setup(tx)
    click.echo(made.code)
    click.echo(f"Good until {made.expires_at:%d %B, %H:%M} UTC. On Telegram: /start {made.code}", err=True)
