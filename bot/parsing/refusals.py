"""How parsing says no. One rule: the message names the words at fault, the hint is an input that works."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from core.errors import InvalidInput


class Doubtful(InvalidInput):
    """Words that were not understood, and without which the rest may stand: `field`, as they were written.

    `options` is what might have been said in their place, the likeliest first.
    """

    def __init__(self, message: str, *, field: str, hint: str | None, options: tuple[str, ...]) -> None:
        super().__init__(message, field=field, hint=hint)
        self.options = options


def refuse(words: str, reason: str, hint: str, field: str | None = None, *, options: tuple[str, ...] = ()) -> NoReturn:
    """Raise InvalidInput: “words” and the reason as one sentence, and an example that works."""
    shown = shorten(words)
    raise Doubtful(f"“{shown}” {reason}", field=field or shown, hint=hint, options=options)


def refuse_all(words: str, reason: str, hint: str) -> NoReturn:
    """As `refuse`, where the sentence without the words would say something else: of it there is no draft."""
    shown = shorten(words)
    raise InvalidInput(f"“{shown}” {reason}", field=shown, hint=hint)


def refuse_two(what: str, first: str, second: str, hint: str) -> NoReturn:
    """Raise InvalidInput for the same thing said twice: “Two prices: @24.99 and for 100.”"""
    message = f"Two {what}: {shorten(first)} and {shorten(second)}."
    raise Doubtful(message, field=shorten(second), hint=hint, options=())


@contextmanager
def hinting(hint: str) -> Iterator[None]:
    """Let what is refused inside be refused with this hint: the one thrown is for a sale, this is another command."""
    try:
        yield
    except InvalidInput as refusal:
        raise InvalidInput(refusal.message, field=refusal.field, hint=hint) from refusal


def shorten(words: str) -> str:
    """Words as they are repeated in a message: trimmed, and at most forty characters of them."""
    text = " ".join(words.split())
    return text if len(text) <= 40 else text[:39] + "…"


def quote(words: str) -> str:
    """Words in double quotes, as a hint shows a name that is to be taken literally."""
    return '"' + shorten(words.replace('"', "")).strip(" .,!?:") + '"'
