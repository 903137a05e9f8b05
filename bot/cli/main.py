"""`salesbell` and its commands. One rule: an error is a sentence and exit code 2, never a traceback."""

import sys

import click

from bot.cli import chatting, figures, files, serving, setup
from core.errors import SalesbellError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="salesbell")
def salesbell() -> None:
    """What a salesperson types in Telegram becomes numbers a whole team trusts."""


for command in (
    serving.run,
    serving.demo,
    serving.config,
    chatting.chat,
    setup.company,
    setup.person,
    setup.product,
    setup.key,
    files.import_,
    figures.ask,
    figures.verify,
):
    salesbell.add_command(command)


def main() -> None:
    """The console script."""
    try:
        salesbell(standalone_mode=True)
    except SalesbellError as error:
        click.echo(explain(error), err=True)
        sys.exit(2)


def explain(error: SalesbellError) -> str:
    """An error as a person at a terminal reads it: what is at fault, why, and what would work."""
    where = f"{error.field}: " if error.field else ""
    hint = f"\nFor example: {error.hint}" if error.hint else ""
    return f"Error: {where}{error.message}{hint}"
