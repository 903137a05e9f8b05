"""Settings and database for a command. One rule: the database is brought up to date before anything else."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError

from core import clock
from core.db import Database
from core.errors import InvalidInput, Unavailable
from core.migrations import migrate
from core.money import currency_digits
from core.settings import Settings

# The HTTP client of python-telegram-bot writes addresses at this level, and they contain the token.
QUIET_LOGGERS = ("httpx", "telegram", "apscheduler", "alembic", "aiohttp")


def read_settings() -> Settings:
    """The effective settings; InvalidInput names the variable that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise _word(error.errors()[0]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput("The file of settings cannot be read as UTF-8 text.", field=".env") from error
    _check("CURRENCY", currency_digits, settings.currency.strip().upper())
    _check("TIME_ZONE", clock.find_zone, settings.time_zone)
    _set_up_log(settings)
    return settings


def _word(flaw: Any) -> InvalidInput:
    """What pydantic found wrong with a setting, as a person reads it. None of the settings checked so is a secret."""
    name = str(flaw["loc"][0])
    field, about = f"SALESBELL_{name.upper()}", flaw.get("ctx", {})
    match flaw["type"]:
        case "int_parsing" | "int_from_float":
            what = "is not a whole number"
        case "greater_than_equal":
            what = f"is less than {about['ge']}"
        case "less_than_equal":
            what = f"is more than {about['le']}"
        case "literal_error":
            what = f"is none of {about['expected'].replace(chr(39), '')}"
        case _:
            what = f"is not {Settings.model_fields[name].description}"
    hint = f"{field}={Settings.model_fields[name].default}"
    return InvalidInput(f"“{flaw['input']}” {what}.", field=field, hint=hint)


def _check(name: str, check: Callable[[str], object], value: str) -> None:
    try:
        check(value)
    except InvalidInput as error:
        raise InvalidInput(error.message, field=f"SALESBELL_{name}", hint=f"SALESBELL_{name}={error.hint}") from error


def _set_up_log(settings: Settings) -> None:
    level = getattr(logging, settings.log_level.upper())
    # The pretty traceback would write out every variable, and one of them is the address with the token.
    to_console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    renderer = structlog.processors.JSONRenderer() if settings.log_format == "json" else to_console
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([structlog.processors.format_exc_info] if settings.log_format == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Database]:
    """The configured database, migrated; Unavailable names SALESBELL_DATABASE_URL if it cannot be opened."""
    settings = settings or read_settings()
    database = Database(settings.database_url.get_secret_value(), threads=settings.database_threads)
    try:
        _migrate(database)
        yield database
    except OperationalError as error:
        raise Unavailable(
            f"The database failed, so nothing was recorded: {error.orig}", field="SALESBELL_DATABASE_URL"
        ) from error
    finally:
        database.close()


def _migrate(database: Database) -> None:
    try:
        migrate(database)
    except DBAPIError as error:  # away, or it does not let this user in, or make tables
        reason = " ".join(str(error.orig).split())
        raise Unavailable(f"The database cannot be opened: {reason}", field="SALESBELL_DATABASE_URL") from error
