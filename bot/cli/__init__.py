"""The command line. One rule: every command opens the configured database, does one thing, and speaks plainly."""

from bot.cli.main import main

__all__ = ["main"]
