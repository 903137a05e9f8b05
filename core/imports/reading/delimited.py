"""Delimited text as rows. One rule: never the whole file in memory, and what was understood of it can be shown."""

import codecs
import csv
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TextIO
from weakref import finalize

from core.errors import InvalidInput
from core.imports.reading.encodings import (
    LABELS,
    MOST_WORDS,
    choose_encoding,
    find_by_start,
    find_wide_words,
    show_word,
)
from core.imports.reading.markup import is_markup, write_table
from core.imports.reading.packed import unpack
from core.imports.reading.splitting import ROWS_BEFORE, Dialect, Row, find_header, split_rows

CHUNK = 1_000_000  # bytes; a line is never longer than two of them
CHUNKS_OF_WORDS = 8  # looked through for words that show the encoding
LARGEST_PAGE = 64 << 20  # bytes
_ASCII = bytes(range(128))
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_TOLD = re.compile(r'"?sep=([^"\r\n])"?[\r\n]*')
_WORDS = {word: mark for mark, word in DELIMITERS.items()}
# How a file that is no text begins, and what it is.
SIGNATURES = {
    b"PK\x03\x04": "an archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
}


@dataclass(frozen=True)
class TextFile:
    """A delimited file as it was understood. Bytes that are no UTF-8 become lone surrogates, for rows to refuse."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    digest: str  # SHA-256 of its bytes
    example: str | None = None  # a word that shows whether the encoding was found out rightly
    lines_before: int = 0  # of the header: how it is written, and titles
    content: Path | None = None  # where its text is, if not there: of what was compressed, or a page

    @property
    def encoding_words(self) -> str:
        """The encoding, to show."""
        return LABELS.get(self.encoding, self.encoding)

    @property
    def words(self) -> str:
        """How it is written, to show."""
        example = f", so that a word reads “{self.example[:40]}”" if self.example else ""
        return f"{self.encoding_words}{example}, columns apart by {self.delimiter_words}"

    @property
    def delimiter_words(self) -> str:
        """The delimiter, to show."""
        return DELIMITERS.get(self.delimiter, self.delimiter)

    def read_rows(self) -> Iterator[Row]:
        """The rows after the header, blank ones left out. Raises InvalidInput where the text cannot be taken apart."""
        with self.open_text() as stream:
            rows = _split(stream, self)
            next(rows, None)
            yield from rows

    @contextmanager
    def open_text(self) -> Iterator[TextIO]:
        """Its text from the start."""
        with _open_text(self.content or self.path, self.encoding, self.path.name) as stream:
            yield stream


def open_text_file(path: Path, encoding: str | None = None, delimiter: str | None = None) -> TextFile:
    """Find out how a file is written. InvalidInput says what is wrong with one that cannot be read."""
    content = unpack(path) or path
    try:
        found = _open_content(content, path, encoding, delimiter)
    except InvalidInput:
        if content != path:
            content.unlink()
        raise
    for made in {content, found.content or path} - {path}:
        finalize(found, made.unlink, missing_ok=True)
    return found


def _open_content(content: Path, path: Path, encoding: str | None, delimiter: str | None) -> TextFile:
    start = _require_text(content, path)
    digest, found, words = _scan(content)
    encoding = _check_encoding(encoding) if encoding else found
    if is_markup(start):
        return _open_page(content, path, encoding, digest)
    told, lines_before = _read_told_delimiter(content, encoding)
    delimiter = _check_delimiter(delimiter) if delimiter is not None else told
    example = show_word(words, encoding)
    file = TextFile(path, encoding, delimiter or ",", (), digest, example, lines_before, content)
    if delimiter is None:
        file = replace(file, delimiter=_sniff_delimiter(file))
    with file.open_text() as stream:
        line, header = find_header(_split(stream, file)) or (0, [])
    if not header:
        raise InvalidInput(f"{path.name} is empty.", field="file")
    if line > lines_before + 1:
        file = _skip_titles(file, line, header)
    return replace(file, header=tuple(cell.strip() for cell in header))


def _skip_titles(file: TextFile, line: int, header: list[str]) -> TextFile:
    """The file with its header first: what stands above it are titles, or the header itself has line breaks."""
    lines = 1 + sum(cell.count("\n") or cell.count("\r") for cell in header)
    return replace(file, lines_before=line - lines)


def _open_page(content: Path, path: Path, encoding: str, digest: str) -> TextFile:
    """The table of a page as a file of text."""
    if content.stat().st_size > LARGEST_PAGE:
        raise InvalidInput(f"{path.name} is too large for a page; save it as CSV.", field="file", hint="sales.csv")
    with _open_text(content, encoding, path.name) as stream:
        table = write_table(stream.read())
    if table is None:
        raise InvalidInput(f"{path.name} is a page without a table; save it as CSV.", field="file", hint="sales.csv")
    return replace(_open_content(table, path, "utf-8", ","), digest=digest)


def _check_delimiter(told: str) -> str:
    delimiter = _WORDS.get(told.casefold(), told.replace("\\t", "\t"))
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise InvalidInput(f"“{delimiter}” is not a delimiter.", field="--delimiter", hint="--delimiter ;")
    return delimiter


def _read_told_delimiter(path: Path, encoding: str) -> tuple[str | None, int]:
    """What a first line of “sep=;” says, as Excel writes it, and how many lines that takes."""
    with _open_text(path, encoding, path.name) as stream:
        try:
            found = _TOLD.fullmatch(stream.readline(16))
        except UnicodeDecodeError:
            return None, 0
    return (found[1], 1) if found else (None, 0)


def _require_text(content: Path, path: Path) -> bytes:
    """The first bytes of a file; InvalidInput where it is none of text."""
    try:
        if path.is_dir():
            raise InvalidInput(f"{path} is a folder; name a file in it.", field="file")
        if not path.is_file():
            raise InvalidInput(f"There is no file {path}.", field="file")
        with content.open("rb") as file:
            start = file.read(4096)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        raise InvalidInput(f"{path} cannot be read: {reason}.".replace("\x00", "?"), field="file") from error
    if not start.strip():
        raise InvalidInput(f"{path.name} is empty.", field="file")
    kind = next((words for signature, words in SIGNATURES.items() if start.startswith(signature)), None)
    is_wide = find_by_start(start) is not None
    strange = sum(byte < 9 or 13 < byte < 27 for byte in start)
    if kind or (not is_wide and strange * 20 > len(start)):
        raise InvalidInput(f"{path.name} is {kind or 'not text'}; save it as CSV.", field="file", hint="sales.csv")
    return start


def _scan(path: Path) -> tuple[str, str, list[bytes]]:
    """The digest of a file's bytes, its encoding, and words beyond ASCII to judge that by.

    UTF-8 unless more bytes speak against it than for it; then what the words read best in.
    """
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")("surrogateescape")
    start, good, bad, chunks = b"", 0, 0, 0
    words: dict[bytes, None] = {}
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            start = start or chunk[:4096]
            digest.update(chunk)
            if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
                # Told here, before a line that has no end is read into memory.
                told = f"A line of {path.name} is longer than {CHUNK:,} characters: is it a CSV file?"
                raise InvalidInput(told, field="file")
            if chunk.isascii():
                continue
            text = decoder.decode(chunk.translate(None, _ASCII))  # what is ASCII says nothing, and is most of it
            broken = len(text) - len(text.encode("utf-8", "ignore").decode())
            good, bad = good + len(text) - broken, bad + broken
            if bad and len(words) < MOST_WORDS and chunks < CHUNKS_OF_WORDS:
                words |= dict.fromkeys(find_wide_words(chunk))
                chunks += 1
    found = find_by_start(start)
    if found is None:
        found = "utf-8" if good >= bad else choose_encoding(list(words)[:MOST_WORDS])
    return digest.hexdigest(), found, [] if found.startswith("utf") else list(words)[:MOST_WORDS]


def _check_encoding(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError) as error:
        raise InvalidInput(f"“{name}” is not an encoding.", field="--encoding", hint="--encoding cp1252") from error
    return "utf-8-sig" if found.name == "utf-8" else found.name


@contextmanager
def _open_text(path: Path, encoding: str, name: str) -> Iterator[TextIO]:
    errors = "surrogateescape" if encoding in ("utf-8", "utf-8-sig") else "strict"
    try:
        with path.open(encoding=encoding, errors=errors, newline="") as stream:
            yield stream
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02X} means nothing there"
        raise _refuse_encoding(name, encoding, byte) from error
    except UnicodeError as error:  # a file of UTF-16 may have no mark
        raise _refuse_encoding(name, encoding, str(error)) from error


def _refuse_encoding(name: str, encoding: str, why: str) -> InvalidInput:
    words = f"{name} is not {encoding} text: {why}."
    return InvalidInput(words, field="--encoding", hint="--encoding utf-8, cp1252, utf-16 …")


def _split(stream: TextIO, file: TextFile) -> Iterator[Row]:
    _skip_lines(stream, file.lines_before)
    spaced = file.delimiter != "\t" and f'{file.delimiter} "' in stream.readline(CHUNK)  # a, "b, c"
    _skip_lines(stream, file.lines_before)
    dialect = Dialect(file.delimiter, spaced, len(file.header) or None)
    line = 0
    try:
        for number, cells in split_rows(stream, dialect):
            line = number
            yield number + file.lines_before, cells
    except csv.Error as error:
        limit = f"{csv.field_size_limit():,}"
        raise InvalidInput(
            f"{file.path.name} cannot be taken apart after line {line + file.lines_before}: a cell there has more than "
            f"{limit} characters.",
            field="file",
        ) from error
    except UnicodeDecodeError as error:
        byte = f"byte 0x{error.object[error.start]:02X} after line {line} means nothing there"
        raise _refuse_encoding(file.path.name, error.encoding, byte) from error


def _skip_lines(stream: TextIO, count: int) -> None:
    """To the line after so many."""
    stream.seek(0)
    for _ in range(count):
        stream.readline()


def _sniff_delimiter(file: TextFile) -> str:
    """The delimiter that splits the first rows into most columns, each row into as many as the header."""
    scores = {delimiter: _score(replace(file, delimiter=delimiter)) for delimiter in DELIMITERS}
    best = max(scores, key=scores.__getitem__)
    if scores[best][1] < 2:
        raise InvalidInput(
            f"{file.path.name} has one column only: no comma, semicolon, tab or bar splits its first line.",
            field="--delimiter",
            hint="--delimiter ^",
        )
    return best


def _score(file: TextFile) -> tuple[int, int]:
    """How many of the first rows have as many columns as the header (none if it has one), and how many that is."""
    with file.open_text() as stream:
        rows = [cells for _, cells in islice(_split(stream, file), 20 + ROWS_BEFORE)]
    header = find_header(enumerate(rows)) or (0, [])
    counts = [len(cells) for cells in rows[header[0] : header[0] + 20]] or [0]
    return (counts.count(counts[0]) if counts[0] > 1 else 0), counts[0]
