"""`config`. One rule: what is in effect is printed, what is secret is masked, what cannot work is said."""

import sys

import click
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.cli.opening import read_settings
from core.db import read_address
from core.settings import Settings


@click.command()
def config() -> None:
    """Print the effective settings; secrets are masked."""
    settings = read_settings()
    table = Table("variable", "value", "what it is", box=None)
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        table.add_row(f"SALESBELL_{name.upper()}", _mask(name, value), field.description or "")
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    read_address(settings.database_url.get_secret_value())


def _mask(name: str, value: object) -> str:
    if value is None:
        return "(not set)"
    if name == "database_url" and isinstance(value, SecretStr):
        return _mask_password(value.get_secret_value())
    return str(value)


def _mask_password(address: str) -> str:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return "(not a database address)"
    secret = {name: "***" for name in url.query if "password" in name.casefold()}
    return url.update_query_dict(secret).render_as_string(hide_password=True)
