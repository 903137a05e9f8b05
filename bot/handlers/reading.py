"""How what is asked is read, and refused. One rule: an example can be sent as it stands: it begins with its command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from bot.parsing.sale import Reading
from core import clock
from core.access import Viewer
from core.errors import InvalidInput

PLATFORMS = ("Etsy", "Shopify", "Direct", "Amazon", "eBay")


def read_settings(viewer: Viewer, currency: str | None = None, *, written_on: date | None = None) -> Reading:
    """How this viewer's company writes days and money; amounts in another currency where it is given.

    `written_on` is the day of a message that is read again later: its “yesterday” is the day before.
    """
    return Reading(
        today=written_on or clock.today(viewer.time_zone),
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
