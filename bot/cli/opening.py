"""Settings and database for a command. One rule: the database is brought up to date before anything else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from bot.cli.logs import set_up_log
from core import clock
from core.checks import FIELD, explain_file
from core.db import Database
from core.errors import InvalidInput, Unavailable
from core.migrations import migrate
from core.money import currency_digits
from core.outages import DAMAGED, find_outage
from core.settings import Settings


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
    set_up_log(settings)
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


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Database]:
    """The configured database, migrated; Unavailable names SALESBELL_DATABASE_URL if it cannot be opened."""
    settings = settings or read_settings()
    database = Database(settings.database_url.get_secret_value(), threads=settings.database_threads)
    try:
        _migrate(database)
        yield database
    except DBAPIError as error:
        raise _explain(database, error) from error
    finally:
        database.close()


def _migrate(database: Database) -> None:
    try:
        migrate(database)
    except DBAPIError as error:  # away, or it does not let this user in, or make tables
        reason = _find_reason(database) or " ".join(str(error.orig).split())
        what = DAMAGED.what if find_outage(error) is DAMAGED else "The database cannot be opened"
        help_ = DAMAGED.help if find_outage(error) is DAMAGED else ""
        raise Unavailable(f"{what}: {reason}.{help_}", field=FIELD) from error


def _explain(database: Database, error: DBAPIError) -> Exception:
    """What befell the database, with its own words; a fault of ours stays what it is."""
    outage = find_outage(error)
    if outage is None:
        return error
    reason = _find_reason(database) or " ".join(str(error.orig).split())
    return Unavailable(f"{outage.what}, so nothing was recorded: {reason}.{outage.help}", field=FIELD)


def _find_reason(database: Database) -> str | None:
    file = database.engine.url.database
    return explain_file(Path(file).absolute()) if database.is_sqlite and file else None
