"""`salesbell` and its commands. One rule: an error is a sentence and exit code 2, never a traceback."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from functools import cache
from io import TextIOWrapper
from pkgutil import resolve_name
from typing import NamedTuple

import click

from core.errors import SalesbellError


class Entry(NamedTuple):
    """Where in `bot.cli` a command is, and the first sentence of its help."""

    command: str
    help: str


# The help stands here too, for `--help` would otherwise have to load what all of them need.
COMMANDS = {
    "demo": Entry(
        "serving:demo", "Serve a throw-away company and a page to chat with the bot; Ctrl-C leaves nothing behind."
    ),
    "run": Entry("serving:run", "Serve the chat (with a token), the API and the scheduler."),
    "chat": Entry("chatting:chat", "Write to the bot: MESSAGE, or at a prompt when there is none."),
    "company": Entry("setup:company", "Companies and their branches."),
    "person": Entry("setup:person", "People of a company."),
    "product": Entry("setup:product", "Products of a company."),
    "goal": Entry("goals:goal", "Goals of a month: of the branch or a person, of everything, a category or a product."),
    "key": Entry("keys:key", "Keys to the API."),
    "setup-code": Entry("keys:setup_code", "Make a new set-up code for the first super admin; those before it end."),
    "import": Entry("files:import_", "Bring files in: `import FILE` finds out what it is of."),
    "imports": Entry(
        "files:imports", "List the imports there were, the latest first; `import --undo ID` takes one back."
    ),
    "export": Entry("exporting:export", "Write a list or report to a file."),
    "sync": Entry("tally:sync", "Take in what Tally exported: XML or JSON files, or folders of them."),
    "ask": Entry("figures:ask", "Ask for figures."),
    "verify": Entry("figures:verify", "Recompute every rollup and stock level from the ledger, and print the proof."),
    "generate": Entry("generating:generate", "Make a company with as many believable sales as wanted."),
    "config": Entry("configuration:config", "Print the effective settings; secrets are masked."),
}


SERVING = {"run", "demo"}


class Commands(click.Group):
    """The commands of the table above, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Their names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, loaded now."""
        return _load(COMMANDS[cmd_name].command) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of them, without loading any."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))  # as click has it
        rows = [(name, click.Command(name, help=one.help).get_short_help_str(limit)) for name, one in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@cache
def _load(name: str) -> click.Command:
    """The command "module:attribute" of this folder.

    What loading makes lasts as long as the process, so the garbage collector is spared it: meanwhile, later, and at the
    end. Together that takes as long as the rest of a short command.
    """
    gc.disable()
    try:
        command: click.Command = resolve_name(f"bot.cli.{name}")
    finally:
        gc.enable()
    gc.freeze()
    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="salesbell")
def salesbell() -> None:
    """What a salesperson types in Telegram becomes numbers a whole team trusts."""


def _stop(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def main() -> None:
    """The console script."""
    os.umask(os.umask(0o077) | 0o077)  # what it writes is a company's figures: for whoever runs it, and nobody else
    if SERVING & set(sys.argv[1:2]):
        # From the first moment: as the first process of a container it would otherwise not hear it until it serves.
        signal.signal(signal.SIGTERM, _stop)
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
