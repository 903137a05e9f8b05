"""How what is asked is read, and refused. One rule: an example can be sent as it stands: it begins with its command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from bot.parsing.sale import Reading
from core import clock
from core.access import Viewer
from core.errors import InvalidInput

_written_at: ContextVar[datetime | None] = ContextVar("written_at", default=None)
PLATFORMS = ("Etsy", "Shopify", "Direct", "Amazon", "eBay")


@contextmanager
def reading_at(written_at: datetime | None) -> Iterator[None]:
    """Days are meant as of when a message was written, however late it is read: "yesterday" is the day before that."""
    token = _written_at.set(written_at)
    try:
        yield
    finally:
        _written_at.reset(token)


def read_settings(viewer: Viewer, currency: str | None = None) -> Reading:
    """How this viewer's company writes days and money; amounts in another currency where it is given."""
    return Reading(
        today=clock.day_of(_written_at.get() or clock.now(), viewer.time_zone),
        platforms=PLATFORMS,
        currency=currency or viewer.company.currency,
        day_first=viewer.company.day_first,
    )


@contextmanager
def hinting_with(command: str) -> Iterator[None]:
    """What a parser shows as words that would work, shown as the whole message: "30d" becomes "/sales 30d"."""
    try:
        yield
    except InvalidInput as error:
        if error.hint is None or error.hint.startswith("/"):
            raise
        hint = f"/{command} {error.hint}"
        raise InvalidInput(error.message, field=error.field, hint=hint, document_id=error.document_id) from error
