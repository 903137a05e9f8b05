"""What can go wrong, as types. One rule: a message names the word or field at fault and says what would work."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """What went wrong, in one word for programs; the words stay."""

    TOO_LITTLE_STOCK = "too_little_stock"
    DUPLICATE = "duplicate"
    FUTURE_DATE = "future_date"
    CLOSED_MONTH = "closed_month"
    REUSED_KEY = "reused_key"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    NO_PRICE = "no_price"
    NO_RATE = "no_rate"
    SOLD_NO_MORE = "sold_no_more"
    TOO_MUCH_RETURNED = "too_much_returned"
    HAS_RETURNS = "has_returns"
    AMBIGUOUS = "ambiguous"


class SalesbellError(Exception):
    """Anything a person may be told about.

    `message` is one or two plain sentences, `field` the word, parameter or column at fault,
    `hint` an input that would work, `document_id` the one document it is about, `code` which fault it is, where
    programs tell it from others of its type, `path` where in what was said it lies, from outside in: names, with a
    number from 0 where there are several. Never carries secrets or SQL.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        hint: str | None = None,
        document_id: int | None = None,
        code: Code | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint
        self.document_id = document_id
        self.code = code
        self.path: tuple[tuple[str, int | None], ...] = ()

    @classmethod
    def retell(cls, error: "SalesbellError", field: str | None = None) -> Self:
        """The same fault as an error of this type, of another field where one is said."""
        told = cls(
            error.message, field=field or error.field, hint=error.hint, document_id=error.document_id, code=error.code
        )
        told.path = error.path
        return told


@contextmanager
def about(name: str, number: int | None = None) -> Iterator[None]:
    """What goes wrong in here is about this part of what was said; of several of that name, the one of this number."""
    try:
        yield
    except SalesbellError as error:
        error.path = ((name, number), *error.path)
        raise


class InvalidInput(SalesbellError):
    """The input cannot mean anything, or means something that may not be."""


class Unusual(InvalidInput):
    """Far beyond what is usual here: it is recorded once whoever told it says that it is meant."""


class NotAllowed(SalesbellError):
    """The viewer's role or scope does not reach that far (contract, part 3)."""


class NotFound(SalesbellError):
    """Nothing of that name or number is there for this viewer."""


class Conflict(SalesbellError):
    """It was true when asked, and is no longer: somebody else was first."""


class Unavailable(SalesbellError):
    """The database cannot be reached or written just now; nothing was recorded."""
