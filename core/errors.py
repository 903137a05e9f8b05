"""What can go wrong, as types. One rule: a message names the word or field at fault and says what would work."""


class SalesbellError(Exception):
    """Anything a person may be told about.

    `message` is one or two plain sentences, `field` the word, parameter or column at fault,
    `hint` an input that would work, `document_id` the one document it is about. Never carries secrets or SQL.
    """

    def __init__(
        self, message: str, *, field: str | None = None, hint: str | None = None, document_id: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.hint = hint
        self.document_id = document_id


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
