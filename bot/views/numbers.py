"""How figures are written just now. One rule: the style is the one of the company whose person is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.numbers import (
    HOUSE_STYLE,
    Style,
    write_compact,
    write_currency,
    write_number,
    write_percent,
)

__all__ = [
    "HOUSE_STYLE",
    "Style",
    "current_style",
    "write_compact",
    "write_currency",
    "write_number",
    "write_percent",
    "writing_as",
]

_style: ContextVar[Style] = ContextVar("style", default=HOUSE_STYLE)


@contextmanager
def writing_as(style: Style) -> Iterator[None]:
    """Have the figures shown inside it written so: the views are many, the style is the one of whoever is answered."""
    token = _style.set(style)
    try:
        yield
    finally:
        _style.reset(token)


def current_style() -> Style:
    """The style that figures are written in just now."""
    return _style.get()
