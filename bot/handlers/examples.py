"""Examples in refusals. One rule: an example can be sent as it stands, so it begins with its command."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import InvalidInput


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
