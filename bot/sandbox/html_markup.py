"""Telegram's HTML parse mode. One rule: what Telegram refuses is refused, with its words and byte offsets.

Source: https://core.telegram.org/bots/api#html-style
"""

import re
from dataclasses import dataclass, field

from bot.sandbox.errors import JSON
from bot.sandbox.markup_output import MarkupError, Output, byte_offset, link_entity

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(x[0-9a-fA-F]{1,6}|[0-9]{1,7})|(lt|gt|amp|quot));?")
_PLAIN = re.compile(r"[^<&]+")
_TAG_NAME = re.compile(r"[^\s>]*")
_SPACES = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']+")
_BARE_VALUE = re.compile(r"[a-zA-Z0-9.\-]+")


@dataclass(slots=True)
class _Tag:
    name: str
    offset: int
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[JSON]]:
    """HTML markup to plain text and entities (offsets in UTF-16 units). Raises MarkupError."""
    output = Output()
    stack: list[_Tag] = []
    position = 0
    while position < len(source):
        plain = _PLAIN.match(source, position)
        if plain:
            output.write(plain.group())
            position = plain.end()
        elif source[position] == "&":
            position = _write_reference(source, position, output)
        elif source.startswith("</", position):
            position = _close_tag(source, position, stack, output)
        else:
            position = _open_tag(source, position, stack, output)
    if stack:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    return output.text(), _merge_code_in_pre(output.entities)


def _decode_reference(match: re.Match[str]) -> str:
    number, name = match.groups()
    if name:
        return _NAMED[name]
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    is_character = 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else match.group()


def _write_reference(source: str, position: int, output: Output) -> int:
    match = _REFERENCE.match(source, position)
    output.write(_decode_reference(match) if match else "&")
    return match.end() if match else position + 1


def _skip_spaces(source: str, position: int) -> int:
    match = _SPACES.match(source, position)
    return match.end() if match else position


def _open_tag(source: str, start: int, stack: list[_Tag], output: Output) -> int:
    match = _TAG_NAME.match(source, start + 1)
    position = match.end() if match else start + 1
    name = source[start + 1 : position].lower()
    if position >= len(source):
        raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, start)}")
    if name not in _TYPES:
        raise MarkupError(f'Unsupported start tag "{name}" at byte offset {byte_offset(source, start)}')
    tag = _Tag(name, output.length, start)
    position = _skip_spaces(source, position)
    while source[position : position + 1] != ">":
        position = _read_attribute(source, position, tag)
    if name == "span" and tag.attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset(source, start)}')
    stack.append(tag)
    return position + 1


def _read_attribute(source: str, position: int, tag: _Tag) -> int:
    unclosed = MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, tag.start)}")
    if position >= len(source):
        raise unclosed
    match = _ATTRIBUTE_NAME.match(source, position)
    if not match:
        raise MarkupError(
            f'Empty attribute name in the tag "{tag.name}" at byte offset {byte_offset(source, position)}'
        )
    name, position = match.group().lower(), _skip_spaces(source, match.end())
    if source[position : position + 1] != "=":
        tag.attributes[name] = ""
        return position
    position = _skip_spaces(source, position + 1)
    quote = source[position : position + 1]
    if quote in ('"', "'") and quote:
        end = source.find(quote, position + 1)
        if end < 0:
            raise unclosed
        tag.attributes[name] = _REFERENCE.sub(_decode_reference, source[position + 1 : end])
        return _skip_spaces(source, end + 1)
    bare = _BARE_VALUE.match(source, position)
    if not bare:
        raise unclosed
    tag.attributes[name] = bare.group()
    return _skip_spaces(source, bare.end())


def _close_tag(source: str, start: int, stack: list[_Tag], output: Output) -> int:
    if not stack:
        raise MarkupError(f"Unexpected end tag at byte offset {byte_offset(source, start)}")
    match = _TAG_NAME.match(source, start + 2)
    end = match.end() if match else start + 2
    name = source[start + 2 : end].lower()
    end = _skip_spaces(source, end)
    if source[end : end + 1] != ">":
        raise MarkupError(f"Unclosed end tag at byte offset {byte_offset(source, start)}")
    tag = stack.pop()
    if name and name != tag.name:
        raise MarkupError(
            f"Unmatched end tag at byte offset {byte_offset(source, start)}, "
            f'expected "</{tag.name}>", found "</{name}>"'
        )
    _write_entity(tag, output)
    return end + 1


def _write_entity(tag: _Tag, output: Output) -> None:
    length = output.length - tag.offset
    if not length:
        return
    entity: JSON = {"type": _TYPES[tag.name], "offset": tag.offset, "length": length}
    if tag.name == "a":
        link = link_entity(entity, tag.attributes.get("href") or output.text_from(tag.offset))
        if link is None:
            return
        entity = link
    elif tag.name == "tg-emoji":
        entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
    elif tag.name == "blockquote" and "expandable" in tag.attributes:
        entity["type"] = "expandable_blockquote"
    elif tag.name == "code" and tag.attributes.get("class", "").startswith("language-"):
        entity["language"] = tag.attributes["class"].removeprefix("language-")
    output.entities.append(entity)


def _merge_code_in_pre(entities: list[JSON]) -> list[JSON]:
    """`<pre><code class="language-x">` is one `pre` entity with a language, as Telegram makes of it."""
    merged: list[JSON] = []
    spans = {(e["offset"], e["length"]): e for e in entities if e["type"] == "pre"}
    for entity in entities:
        language = entity.pop("language", "") if entity["type"] == "code" else ""
        pre = spans.get((entity["offset"], entity["length"]))
        if language and pre is not None:
            pre["language"] = language
        else:
            merged.append(entity)
    return merged
