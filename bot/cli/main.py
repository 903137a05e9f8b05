"""`salesbell` and its commands. One rule: an error is a sentence and exit code 2, never a traceback."""

import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

import click

from core.errors import SalesbellError

# Loaded when called for: asking for a figure need not wait for the chat's libraries.
COMMANDS = {
    "demo": ("serving", "demo"),
    "run": ("serving", "run"),
    "chat": ("chatting", "chat"),
    "company": ("setup", "company"),
    "person": ("setup", "person"),
    "product": ("setup", "product"),
    "goal": ("goals", "goal"),
    "key": ("setup", "key"),
    "import": ("files", "import_"),
    "imports": ("files", "imports"),
    "export": ("exporting", "export"),
    "sync": ("tally", "sync"),
    "ask": ("figures", "ask"),
    "verify": ("figures", "verify"),
    "generate": ("generating", "generate"),
    "config": ("configuration", "config"),
}


class Commands(click.Group):
    """The commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"bot.cli.{module}"), attribute)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="salesbell")
def salesbell() -> None:
    """What a salesperson types in Telegram becomes numbers a whole team trusts."""


def main() -> None:
    """The console script."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # what cannot be read or shown here is no reason to stop
    try:
        salesbell()
    except SalesbellError as error:
        click.echo(explain(error, sys.argv[1:]), err=True)
        sys.exit(2)


def explain(error: SalesbellError, words: Sequence[str] = ()) -> str:
    """An error as a person at a terminal reads it: what is at fault, why, and what would work.

    Where `words`, the command they typed, take what is at fault as an option, it is called as they typed it.
    """
    field = error.field or ""
    option = f"--{field.replace('_', '-')}"
    where = f"{option if option in _list_options(words) else field}: " if field else ""
    hint = f"\nFor example: {error.hint}" if error.hint else ""
    return f"Error: {where}{error.message}{hint}"


def _list_options(words: Sequence[str]) -> set[str]:
    command: click.Command = salesbell
    for word in words:
        below = command.get_command(click.Context(command), word) if isinstance(command, click.Group) else None
        if below is None:
            break
        command = below
    return {name for option in command.params for name in option.opts}
