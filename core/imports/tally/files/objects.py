"""Records out of JSON, one at a time. One rule: never more than a record in memory, whatever the file's length.

Outside records the text is read word by word; a record is given to the standard decoder as soon as it is whole.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NoReturn

from core.errors import InvalidInput
from core.imports.tally.files.found import DEEPEST, RECORDS, SETTING, VOUCHER, Fields, Found, name_field
from core.imports.tally.files.source import TextSource

LONGEST_RECORD = 32 * 1024 * 1024
LONGEST_WORD = 1024 * 1024
_WORD = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|([{}\[\]:,])|([^\s{}\[\]:,"]+))', re.DOTALL)
_SPACE = re.compile(r"\s*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_COMPANIES = ("svcurrentcompany", "sourcecompany", "company")


def read_objects(source: TextSource) -> Iterator[Found]:
    """The records of a JSON file in their order. Raises InvalidInput naming the place of what cannot be read."""
    text = _Text(source)
    stack: list[tuple[str, str]] = []  # what is open ("{" or "["), and under which key
    key, expects_key = "", False
    while (word := text.next_word(stack)) is not None:
        opened = stack[-1][0] if stack else ""
        if word == "{" and stack and (opened == "[" or key in RECORDS):
            line = text.line
            named = key if opened == "{" else stack[-1][1]
            yield from _recognise(text.take_record(), named, line)
        elif word in ("{", "["):
            stack.append((word, key if opened != "[" else stack[-1][1]))
            if len(stack) > DEEPEST:
                text.refuse(f"lists and objects stand more than {DEEPEST} deep")
            expects_key = word == "{"
            continue
        elif word in ("}", "]"):
            if not stack or stack.pop()[0] != {"}": "{", "]": "["}[word]:
                text.refuse(f"“{word}” closes nothing")
        elif word == ",":
            expects_key = opened == "{"
            continue
        elif word != ":":
            if expects_key and opened == "{":
                key = name_field(text.decode(word))
            elif key in _COMPANIES:
                yield Found(SETTING, {"name": "svcurrentcompany", "value": text.decode(word)}, text.line)
        expects_key = False


class _Text:
    """The text of a file with a place in it."""

    def __init__(self, source: TextSource) -> None:
        self._name, self._chunks = source.path.name, source.read_chunks()
        self._buffer, self._at, self._lines, self._is_over = "", 0, 1, False
        # Numbers stay texts: what was written is what counts, to the last digit.
        self._decoder = json.JSONDecoder(
            strict=False,
            parse_float=str,
            parse_int=str,
            parse_constant=lambda word: self.refuse(f"{word} is no number"),
        )

    @property
    def line(self) -> int:
        """The line the last word stands in."""
        return self._lines + self._buffer.count("\n", 0, self._at)

    def next_word(self, stack: list[tuple[str, str]]) -> str | None:
        """A sign, a string with its quotes, or a bare word; None at the end."""
        while True:
            match = _WORD.match(self._buffer, self._at)
            if match and (match[2] or match.end() < len(self._buffer) or self._is_over):
                self._at = match.end()
                return match[1] or match[2] or match[3]
            if self._is_over:
                if self._buffer[self._at :].strip():
                    self.refuse("a quote is opened and not closed")
                if stack:
                    self.refuse(f"it ends before “{stack[-1][0]}” is closed")
                return None
            if len(self._buffer) - self._at > LONGEST_WORD:
                self.refuse("a word outside of any voucher has no end")
            self._read_more(1)

    def take_record(self) -> Fields:
        """The object whose brace was just read."""
        start = self._at - 1
        self._lines, self._buffer, self._at = self.line, self._buffer[start:], 1
        pieces = 1
        while True:
            try:
                record, self._at = self._decoder.raw_decode(self._buffer)
                return record if isinstance(record, dict) else {}
            except json.JSONDecodeError as error:
                if self._is_over or len(self._buffer) > LONGEST_RECORD:
                    self._at = error.pos
                    self.refuse(f"{error.msg.lower()}, column {error.colno}")
                self._read_more(pieces)
                pieces *= 2  # so that a long record is not tried again for every piece of it
            except RecursionError:
                self.refuse("lists and objects stand too deep")

    def decode(self, word: str) -> str:
        """The text a word stands for."""
        if not word.startswith('"'):
            return word
        try:
            return str(json.loads(word, strict=False))
        except json.JSONDecodeError as error:
            self.refuse(error.msg.lower())

    def refuse(self, why: str) -> NoReturn:
        """Say what is wrong, and where."""
        raise InvalidInput(
            f"{self._name} is not whole JSON, line {self.line}: {why}.", field="file", hint="export it again"
        )

    def _read_more(self, pieces: int) -> None:
        if self._at > 1:
            self._lines, self._buffer, self._at = self.line, self._buffer[self._at :], 0
        more = list(islice(self._chunks, pieces))
        self._is_over = len(more) < pieces
        self._buffer += "".join(more)


def _recognise(record: Fields, key: str, line: int) -> Iterator[Found]:
    """What an object of a file is: a voucher, a master, a setting, or a wrapper around some of these."""
    fields = _tidy(record, 0)
    if not isinstance(fields, dict):
        return
    metadata = {name_field(name): value for name, value in (_find_metadata(record) or {}).items()}
    kind = name_field(str(metadata.pop("type", ""))).replace(" ", "")
    if fields.keys() == {"name", "value"}:
        yield Found(SETTING, {"name": str(fields["name"]).lower(), "value": fields["value"]}, line)
        return
    wrapped = [(name, value) for name, value in fields.items() if name in RECORDS and isinstance(value, dict | list)]
    if not kind and wrapped:
        for name, value in wrapped:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield Found(name, one, line)
        return
    attributes = {name: value for name, value in metadata.items() if isinstance(value, str)}
    kind = kind if kind in RECORDS else key.rstrip("s") if key.rstrip("s") in RECORDS else kind
    yield Found(kind or VOUCHER, attributes | fields, line)


def _find_metadata(record: Fields) -> Fields | None:
    return next(
        (value for name, value in record.items() if name.lower() == "metadata" and isinstance(value, dict)), None
    )


def _tidy(value: Any, depth: int) -> Any:
    """The same in this package's words; what only describes a value is left out."""
    if depth > DEEPEST:
        raise InvalidInput(f"Lists and objects stand more than {DEEPEST} deep.", field="file")
    if isinstance(value, dict):
        if value.keys() <= {"desc", "value"} and "value" in value:
            return _tidy(value["value"], depth + 1)
        return {name_field(name): _tidy(one, depth + 1) for name, one in value.items() if name.lower() != "metadata"}
    if isinstance(value, list):
        return [_tidy(one, depth + 1) for one in value if not (isinstance(one, dict) and one.get("metadata") is True)]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else _CONTROLS.sub("", str(value)).strip()
