"""Telegram's MarkdownV2 and legacy Markdown. One rule: a reserved character without its backslash is refused.

Source: https://core.telegram.org/bots/api#markdownv2-style
"""

import re
from dataclasses import dataclass

from bot.sandbox.errors import JSON
from bot.sandbox.markup_output import MarkupError, Output, byte_offset, link_entity

_TYPES = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "Code": "code", "Pre": "pre", "PreCode": "pre", "TextUrl": "text_link",
    "CustomEmoji": "custom_emoji", "BlockQuote": "blockquote",
}  # fmt: skip
_SIGNS = {"Bold": "*", "Italic": "_", "Underline": "__", "Strikethrough": "~", "Spoiler": "||", "Code": "`",
          "Pre": "```", "PreCode": "```", "TextUrl": "]", "CustomEmoji": "]"}  # fmt: skip
_STARTS = (("__", "Underline"), ("||", "Spoiler"), ("![", "CustomEmoji"), ("_", "Italic"), ("*", "Bold"),
           ("~", "Strikethrough"), ("[", "TextUrl"))  # fmt: skip
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_LANGUAGE = re.compile(r"([^\s`]+)(?=[\s])")


@dataclass(slots=True)
class _Span:
    kind: str
    offset: int
    start: int
    language: str = ""


class _Parser:
    """One pass over MarkdownV2 with a stack of open spans."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.output = Output()
        self.stack: list[_Span] = []
        self.is_line_start = True

    def parse(self) -> tuple[str, list[JSON]]:
        while self.position < len(self.source):
            self._step()
        self._end_quote()
        if self.stack:
            raise self._unended(self.stack[-1])
        return self.output.text(), self.output.entities

    def _unended(self, span: _Span) -> MarkupError:
        return MarkupError(
            f"Can't find end of {span.kind} entity at byte offset {byte_offset(self.source, span.start)}"
        )

    def _step(self) -> None:
        if self.is_line_start and self._quote_line():
            return
        self.is_line_start = False
        character = self.source[self.position]
        following = self.source[self.position + 1 : self.position + 2]
        if character == "\\" and following and 0 < ord(following) <= 126:
            self._write(following, 2)
        elif self._ends_top():
            self._close_top()
        elif self.stack and self.stack[-1].kind in ("Code", "Pre", "PreCode"):
            self._write(character, 1)
        elif character == "\n":
            self._end_line()
        elif character in _RESERVED:
            self._open(character)
        else:
            self._write(character, 1)

    def _write(self, text: str, width: int) -> None:
        self.output.write(text)
        self.position += width

    def _quote_line(self) -> bool:
        prefix = "**>" if self.source.startswith("**>", self.position) else ">"
        if not self.source.startswith(prefix, self.position) or self.stack:
            return False
        kind = "BlockQuote"
        self.stack.append(_Span(kind, self.output.length, self.position, "expandable" * (prefix == "**>")))
        self.position += len(prefix)
        self.is_line_start = False
        return True

    def _end_line(self) -> None:
        in_quote = any(span.kind == "BlockQuote" for span in self.stack)
        if in_quote and self.source.startswith("\n>", self.position):
            self._write("\n", 2)
            return
        self._end_quote()
        self._write("\n", 1)
        self.is_line_start = True

    def _end_quote(self) -> None:
        """A quote ends with its last line; `||` right before that makes it expandable, else it opens a spoiler."""
        if not any(span.kind == "BlockQuote" for span in self.stack):
            return
        top = self.stack.pop()
        if top.kind == "Spoiler" and top.offset == self.output.length and self.stack[-1].kind == "BlockQuote":
            top = self.stack.pop()
            top.language = "expandable"
        if top.kind != "BlockQuote":
            raise self._unended(top)
        self._add_entity(top)

    def _ends_top(self) -> bool:
        if not self.stack or self.stack[-1].kind == "BlockQuote":
            return False
        kind = self.stack[-1].kind
        if not self.source.startswith(_SIGNS[kind], self.position):
            return False
        return kind != "Italic" or self.source[self.position + 1 : self.position + 2] != "_"

    def _close_top(self) -> None:
        span = self.stack.pop()
        self.position += len(_SIGNS[span.kind])
        if span.kind in ("TextUrl", "CustomEmoji"):
            self._close_link(span)
        else:
            self._add_entity(span)

    def _close_link(self, span: _Span) -> None:
        url = self._read_url("a URL" if span.kind == "TextUrl" else "a custom emoji URL")
        length = self.output.length - span.offset
        entity: JSON = {"type": "text_link", "offset": span.offset, "length": length}
        if span.kind == "CustomEmoji":
            identifier = re.search(r"^tg://emoji\?(?:.*&)?id=([1-9]\d*)", url or "")
            if not identifier:
                raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
            self.output.entities.append({**entity, "type": "custom_emoji", "custom_emoji_id": identifier[1]})
            return
        link = link_entity(entity, url or self.output.text_from(span.offset))
        if link is not None and length:
            self.output.entities.append(link)

    def _read_url(self, what: str) -> str:
        if self.source[self.position : self.position + 1] != "(":
            return ""
        start = self.position
        match = re.compile(r"\(((?:\\.|[^\\)])*)\)", re.DOTALL).match(self.source, start)
        if not match:
            raise MarkupError(f"Can't find end of {what} at byte offset {byte_offset(self.source, start)}")
        self.position = match.end()
        return re.sub(r"\\(.)", r"\1", match[1])

    def _open(self, character: str) -> None:
        if character == "`":
            self._open_code()
            return
        for sign, kind in _STARTS:
            if self.source.startswith(sign, self.position):
                self.stack.append(_Span(kind, self.output.length, self.position))
                self.position += len(sign)
                return
        raise MarkupError(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _open_code(self) -> None:
        start = self.position
        if not self.source.startswith("```", start):
            self.stack.append(_Span("Code", self.output.length, start))
            self.position += 1
            return
        self.position += 3
        language = _LANGUAGE.match(self.source, self.position)
        if language:
            self.position = language.end()
        if self.source.startswith("\n", self.position):
            self.position += 1
        kind = "PreCode" if language else "Pre"
        self.stack.append(_Span(kind, self.output.length, start, language[1] if language else ""))

    def _add_entity(self, span: _Span) -> None:
        length = self.output.length - span.offset
        if not length:
            return
        entity: JSON = {"type": _TYPES[span.kind], "offset": span.offset, "length": length}
        if span.kind == "PreCode":
            entity["language"] = span.language
        elif span.kind == "BlockQuote" and span.language:
            entity["type"] = "expandable_blockquote"
        self.output.entities.append(entity)


def parse_markdown_v2(source: str) -> tuple[str, list[JSON]]:
    """MarkdownV2 to plain text and entities (offsets in UTF-16 units). Raises MarkupError."""
    return _Parser(source).parse()


_LEGACY = re.compile(
    r"\\([_*`\[])|```(?:([^\s`]+)\n)?(.*?)```|`([^`]*)`|\*([^*]*)\*|_([^_]*)_|\[([^\]]*)\]\(([^)]*)\)|([_*`\[])|([^_*`\[\\]+|\\)",
    re.DOTALL,
)


def parse_markdown_legacy(source: str) -> tuple[str, list[JSON]]:
    """The first Markdown mode, without nesting. Raises MarkupError."""
    output = Output()
    for match in _LEGACY.finditer(source):
        escaped, language, pre, code, bold, italic, label, url, opened, plain = match.groups()
        if opened:
            raise MarkupError(
                f"Can't find end of the entity starting at byte offset {byte_offset(source, match.start())}"
            )
        offset = output.length
        body = next(part for part in (escaped, plain, pre, code, bold, italic, label) if part is not None)
        output.write(body)
        kinds = (("pre", pre), ("code", code), ("bold", bold), ("italic", italic), ("text_link", label))
        kind = next((name for name, part in kinds if part), None)
        if kind is None:
            continue
        entity: JSON | None = {"type": kind, "offset": offset, "length": output.length - offset}
        if language and entity:
            entity["language"] = language
        if label and entity:
            entity = link_entity(entity, url)
        if entity:
            output.entities.append(entity)
    return output.text(), output.entities
