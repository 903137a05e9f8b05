"""Text as Telegram keeps it: cleaned, trimmed, with entities. One rule: offsets and lengths are UTF-16 units."""

import re
from collections.abc import Iterable

from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.html_markup import parse_html
from bot.sandbox.markup_output import MarkupError, utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_DROPPED = re.compile("[\r\u2028-\u202e]")
_BLANKED = re.compile("[\x00-\x08\x0b-\x1f]")
# What Telegram finds by itself, in order of precedence where two overlap.
_DETECTED = (
    ("url", ".", re.compile(
        r"(?<![\w@.])(?:https?://[^\s<>\"']+|(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|info|me|co|in|sa|de|uk)"
        r"\b(?:[/?#][^\s<>\"']*)?)(?<![.,;:!?)\]])", re.IGNORECASE)),
    ("email", "@", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b", re.IGNORECASE)),
    ("bot_command", "/", re.compile(
        r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<])", re.ASCII)),
    ("mention", "@", re.compile(r"(?<!\w)@[a-zA-Z0-9_]{3,32}(?!\w)")),
    ("hashtag", "#", re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w{1,256}")),
    ("cashtag", "$", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
)  # fmt: skip
_RANKS = {"blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "bold": 90,
          "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99}  # fmt: skip
_OPAQUE = frozenset({"code", "pre", "text_link"})
_SELF_DETECTED = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})


def clean_text(text: str) -> str:
    """Line ends unified, controls blanked, direction overrides and lone surrogates gone: as Telegram stores."""
    if not text.isascii():
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    if text.isprintable():
        return text
    return _BLANKED.sub(" ", _DROPPED.sub("", text))


def read_text(text: str, parse_mode: str | None, entities: Iterable[JSON] | None) -> tuple[str, list[JSON]]:
    """Text a bot sends -> (plain text, entities). Raises BotApiError 400 on bad markup or parse mode."""
    text = clean_text(text)
    found: list[JSON] = []
    if parse_mode:
        if parse_mode.lower() != "html":  # all that the bot sends
            raise bad_request("unsupported parse_mode")
        try:
            text, found = parse_html(text)
        except MarkupError as mistake:
            raise bad_request(f"can't parse entities: {mistake}") from None
    elif entities:
        found = [dict(entity) for entity in entities if entity.get("type") not in _SELF_DETECTED]
    return finish_text(text, found)


def finish_text(text: str, entities: list[JSON]) -> tuple[str, list[JSON]]:
    """Trim white space at both ends, shift the entities with it, add those Telegram detects, sort."""
    trimmed = text.strip()
    if entities:
        entities = _clip_entities(entities, text, trimmed)
    entities += _detect_entities(trimmed, entities)
    if len(entities) > 1:
        entities.sort(key=_rank_entity)
    return trimmed, entities


def _rank_entity(entity: JSON) -> tuple[int, int, int]:
    """Telegram's order: by place, longer first, and of equals the outer kind first."""
    return entity["offset"], -entity["length"], _RANKS.get(entity["type"], 50)


def _clip_entities(entities: list[JSON], text: str, trimmed: str) -> list[JSON]:
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    total = utf16_length(trimmed)
    clipped = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(total, entity["offset"] + entity["length"] - lead)
        if end > start:
            clipped.append({**entity, "offset": start, "length": end - start})
    return clipped


def _detect_entities(text: str, known: list[JSON]) -> list[JSON]:
    found: list[JSON] = []
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in _OPAQUE]
    is_wide = not text.isascii() and max(text, default="") > "\uffff"
    for kind, trigger, pattern in _DETECTED:
        if trigger not in text:
            continue
        for match in pattern.finditer(text):
            offset = utf16_length(text[: match.start()]) if is_wide else match.start()
            length = utf16_length(match.group()) if is_wide else len(match.group())
            if all(offset + length <= start or offset >= end for start, end in taken):
                taken.append((offset, offset + length))
                found.append({"type": kind, "offset": offset, "length": length})
    return found
