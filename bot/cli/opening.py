"""Settings and database for a command. One rule: the database is brought up to date before anything else."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from core.db import Database
from core.errors import InvalidInput, Unavailable
from core.migrations import migrate
from core.settings import Settings

# The HTTP client of python-telegram-bot writes addresses at this level, and they contain the token.
QUIET_LOGGERS = ("httpx", "telegram", "apscheduler", "alembic", "aiohttp")


def read_settings() -> Settings:
    """The effective settings; InvalidInput names the variable that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"SALESBELL_{'_'.join(str(part) for part in first['loc']).upper()}"
        raise InvalidInput(f"{first['msg']}.", field=name) from error
    _set_up_log(settings)
    return settings


def _set_up_log(settings: Settings) -> None:
    level = getattr(logging, settings.log_level.upper())
    renderer = structlog.processors.JSONRenderer() if settings.log_format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([structlog.processors.format_exc_info] if settings.log_format == "json" else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
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
        migrate(database)
    except OperationalError as error:
        database.close()
        raise Unavailable(f"The database cannot be opened: {error.orig}", field="SALESBELL_DATABASE_URL") from error
    try:
        yield database
    finally:
        database.close()
