"""Whether a sale was made while helping out elsewhere. One rule: only "guest at" and a branch say so."""

import re

_GUEST_AT = re.compile(r'(?<!\S)(?:as )?guest at (?:["“„«]([^"“”„«»]+)["”“»]|(\S+))', re.IGNORECASE)


def split_guest(text: str) -> tuple[str, str | None]:
    """The words of a sale without `guest at Corniche`, and the branch named so; None where none is."""
    found = _GUEST_AT.search(text)
    if found is None:
        return text, None
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return rest, (found[1] or found[2]).rstrip(",;.").strip()
