"""Parse, ask core, show. One rule: a handler is a few lines in one transaction, and knows no Telegram."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules, resolve_name

from sqlalchemy.engine import Connection

from bot.turn import Reply, Turn

Handler = Callable[[Connection, Turn], Reply | None]


@cache
def load_handler(name: str) -> Handler:
    """The handler "module:function" of this folder, loaded when it is first needed."""
    handler: Handler = resolve_name(f"{__name__}.{name}")
    return handler


def load_handlers() -> None:
    """Load every handler now, in a process that will answer many messages, so that none of them waits for it."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
