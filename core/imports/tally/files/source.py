"""The text of a file as Tally writes it. One rule: what no XML may hold is left out before any parser sees it.

Tally puts `&#4;` before its own words ("&#4; Not Applicable"), which no XML parser takes, and writes UTF-16 with and
without a byte order mark.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import InvalidInput

CHUNK_BYTES = 1 << 16
PREFIX_BYTES = 4096
LONGEST_REFERENCE = 24
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,12})|([0-9]{1,14}));")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LAST_CHARACTER = 0x10FFFF


@dataclass(frozen=True)
class TextSource:
    """A file and the encoding it is written in."""

    path: Path
    encoding: str

    def read_chunks(self) -> Iterator[str]:
        """Its text, piece by piece. Raises InvalidInput where bytes are not of that encoding."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        done = 0
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield self._decode(decoder, chunk, done, is_last=False)
                done += len(chunk)
        yield self._decode(decoder, b"", done, is_last=True)

    def _decode(self, decoder: codecs.IncrementalDecoder, chunk: bytes, done: int, *, is_last: bool) -> str:
        try:
            return decoder.decode(chunk, is_last)
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"{self.path.name} is not {self.encoding} at byte {done + error.start:,}.",
                field="--encoding",
                hint="cp1252",
            ) from error


def open_source(path: Path, encoding: str | None = None) -> TextSource:
    """A file with its encoding: as said, else by its mark, its pattern of zero bytes, its declaration, its bytes."""
    try:
        with path.open("rb") as file:
            prefix = file.read(PREFIX_BYTES)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", field="file") from error
    if not prefix.strip():
        raise InvalidInput(f"{path.name} is empty.", field="file")
    if encoding is not None:
        return TextSource(path, _require_codec(encoding))
    return TextSource(path, _find_encoding(path, prefix))


def _require_codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise InvalidInput(f"“{encoding}” is not an encoding.", field="--encoding", hint="utf-16") from error


def _find_encoding(path: Path, prefix: bytes) -> str:
    for mark, name in _MARKS:
        if prefix.startswith(mark):
            return name
    even, odd = prefix[0:512:2], prefix[1:512:2]
    # Tags and keys are Latin whatever the names are, so in UTF-16 one byte of many pairs is zero.
    if odd.count(0) * 4 > len(odd):
        return "utf-16-le"
    if even.count(0) * 4 > len(even):
        return "utf-16-be"
    declared = _DECLARED.match(prefix.lstrip())
    if declared and not declared[1].lower().startswith((b"utf-8", b"utf8", b"utf-16", b"utf16")):
        return _require_codec(declared[1].decode("ascii"))
    return "utf-8" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def drop_illegal(chunks: Iterator[str]) -> Iterator[str]:
    """The same text without characters, and references to characters, that XML 1.0 (section 2.2) does not know."""
    kept = ""
    for chunk in chunks:
        text = kept + chunk
        cut = text.rfind("&", max(0, len(text) - LONGEST_REFERENCE))
        kept, text = ("", text) if cut < 0 or ";" in text[cut:] else (text[cut:], text[:cut])
        yield _clean(text)
    yield _clean(kept)


def _clean(text: str) -> str:
    if "&#" in text:
        text = _REFERENCE.sub(_keep_legal, text)
    return _ILLEGAL.sub("", text)


def _keep_legal(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    if number > _LAST_CHARACTER or _ILLEGAL.match(chr(number)):
        return ""
    return reference[0]
