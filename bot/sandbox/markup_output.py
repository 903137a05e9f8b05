"""The plain text a markup parser writes. One rule: every offset counts UTF-16 units, as Telegram's entities do."""

import re
from urllib.parse import urlsplit

from bot.sandbox.errors import JSON

_USER_LINK = re.compile(r"tg://user\?id=(\d+)$")


class MarkupError(ValueError):
    """The markup is wrong; the message is Telegram's, without "can't parse entities"."""


class Output:
    """Text written so far, its length in UTF-16 units, and the entities closed so far."""

    __slots__ = ("_pieces", "entities", "length")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.length = 0
        self.entities: list[JSON] = []

    def write(self, text: str) -> None:
        """Append plain text."""
        self._pieces.append(text)
        self.length += utf16_length(text)

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def text_from(self, offset: int) -> str:
        """What was written since `offset` (UTF-16 units)."""
        return self.text().encode("utf-16-le")[offset * 2 :].decode("utf-16-le")


def utf16_length(text: str) -> int:
    """Length in UTF-16 units: characters beyond the basic plane (most emoji) count as two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def byte_offset(source: str, position: int) -> int:
    """Where `position` is in UTF-8 bytes, which is how Telegram points at a mistake."""
    return len(source[:position].encode())


def normalise_url(url: str) -> str | None:
    """A link as Telegram keeps it (scheme added, empty path as `/`), or None for what is no address."""
    candidate = url.strip()
    if candidate.startswith(("tg://", "ton://", "tonsite://", "mailto:", "tel:")):
        return candidate
    if "://" not in candidate:
        candidate = f"http://{candidate}"
    try:
        parts = urlsplit(candidate)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", "ftp") or "." not in host or re.search(r"\s", candidate):
        return None
    return parts._replace(path=parts.path or "/").geturl()


def link_entity(entity: JSON, url: str) -> JSON | None:
    """`text_link`, or `text_mention` for tg://user?id=…; None when the address is unusable (no entity then)."""
    person = _USER_LINK.match(url)
    if person:
        user = {"id": int(person.group(1)), "is_bot": False, "first_name": ""}
        return {**entity, "type": "text_mention", "user": user}
    address = normalise_url(url)
    return None if address is None else {**entity, "type": "text_link", "url": address}
