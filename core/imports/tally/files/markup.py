"""Records out of XML, one at a time. One rule: no document type, no entities, and never more than a record in memory.

Names are not expanded by namespace: Tally writes `UDF:` prefixes that are declared in some files and not in others.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from core.errors import InvalidInput
from core.imports.tally.files.found import COMPLAINT, DEEPEST, RECORDS, SETTING, Fields, Found, name_field
from core.imports.tally.files.source import TextSource, drop_illegal

MOST_NODES = 500_000  # of one voucher: one of thousands of items still is far below
LONGEST_TEXT = 32 * 1024 * 1024
LONGEST_WORD = 4 * 1024 * 1024  # of a tag or a comment: the parser goes back to its beginning with every piece of it
_ATTRIBUTES = frozenset(("name", "remoteid", "vchkey", "vchtype", "action", "objview", "reservedname"))
_SETTINGS = frozenset(("svcurrentcompany", "svfromdate", "svtodate"))
_COMPLAINTS = frozenset(("lineerror", "response"))
_NONE: Fields = {}


def read_markup(source: TextSource) -> Iterator[Found]:
    """The records of an XML file in their order. Raises InvalidInput naming the place of what cannot be read."""
    builder = _Builder(source.path)
    parser = DefusedExpatParser(forbid_dtd=True)
    builder.setDocumentLocator(parser)
    parser.setContentHandler(builder)
    try:
        for chunk in drop_illegal(_without_declaration(source.read_chunks())):
            parser.feed(chunk)
            builder.require_move(len(chunk))
            yield from builder.take()
        parser.close()
    except SAXParseException as error:
        place = f"line {error.getLineNumber()}, column {error.getColumnNumber()}"
        raise InvalidInput(
            f"{source.path.name} is not whole XML: {error.getMessage()} at {place}.",
            field="file",
            hint="export it again",
        ) from error
    except DefusedXmlException as error:
        raise InvalidInput(
            f"{source.path.name} declares a document type or entities, which Tally never does; it is not read.",
            field="file",
            hint="an export as Tally writes it",
        ) from error
    yield from builder.take()


def _without_declaration(chunks: Iterator[str]) -> Iterator[str]:
    """The text is decoded already, so what it says of its encoding no longer holds; a line break keeps its place."""
    first = ""
    for chunk in chunks:
        first += chunk
        if len(first) > 256 or ">" in first:
            break
    first = first.lstrip()
    if first.startswith("<?xml") and "?>" in first:
        first = first.partition("?>")[2]
    yield first
    yield from chunks


class _Node:
    """An element that is open."""

    __slots__ = ("attributes", "children", "is_list", "name", "text")

    def __init__(self, name: str, is_list: bool, attributes: Fields) -> None:
        self.name, self.is_list, self.attributes = name, is_list, attributes
        self.children: Fields | None = None
        self.text: list[str] = []


class _Builder(ContentHandler):
    """Collects what is inside records; of the rest only how deep it is."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._outside: list[str] = []
        self._inside: list[_Node] = []
        self._finished: list[Found] = []
        self._line = self._nodes = self._length = self._silence = 0
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802
        self._locator = locator

    def require_move(self, characters: int) -> None:
        """Refuse a file of which so much was read without anything being understood."""
        self._silence += characters
        if self._silence > LONGEST_WORD:
            self._refuse("a tag or a comment has no end")

    def take(self) -> list[Found]:
        """The records finished since the last time."""
        finished, self._finished = self._finished, []
        return finished

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self._silence = 0
        if len(self._outside) + len(self._inside) >= DEEPEST:
            self._refuse(f"elements stand more than {DEEPEST} deep")
        known = name_field(name)
        if not self._inside and not self._is_record(known):
            self._outside.append(known)
            return
        if not self._inside:
            self._line, self._nodes, self._length = self._locator.getLineNumber(), 0, 0
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._refuse(f"a record has more than {MOST_NODES:,} fields")
        told = attrs.items()
        kept = {key.lower(): text for key, text in told if key.lower() in _ATTRIBUTES} if told else _NONE
        self._inside.append(_Node(known, len(name) != len(known), kept))

    def characters(self, content: str) -> None:
        self._silence = 0
        if self._inside:
            self._length += len(content)
            if self._length > LONGEST_TEXT:
                self._refuse("a record is longer than any voucher")
            self._inside[-1].text.append(content)

    def endElement(self, _name: str) -> None:  # noqa: N802
        if not self._inside:
            self._outside.pop()
            return
        node = self._inside.pop()
        value = _value(node)
        if self._inside:
            _put(self._inside[-1], node, value)
        elif isinstance(value, dict):
            self._finished.append(Found(node.name, value, self._line))
        elif node.name in _SETTINGS and value:
            self._finished.append(Found(SETTING, {"name": node.name, "value": value}, self._line))
        elif node.name in _COMPLAINTS and value:
            self._finished.append(Found(COMPLAINT, {"value": value}, self._line))

    def _is_record(self, known: str) -> bool:
        parent = self._outside[-1] if self._outside else ""
        return (known in RECORDS and parent != "cmpinfo") or known in _SETTINGS or known in _COMPLAINTS

    def _refuse(self, why: str) -> None:
        line = self._locator.getLineNumber()
        raise InvalidInput(f"{self._path.name}, line {line}: {why}. It is not read.", field="file")


def _value(node: _Node) -> Any:
    """A text, or the fields of an element that has some."""
    if node.children is None and not (node.attributes and node.name in RECORDS):
        text = "".join(node.text).strip()
        return text or (node.attributes or "")
    return {**node.attributes, **(node.children or {})}


def _put(parent: _Node, node: _Node, value: Any) -> None:
    """Add a finished element to the one it stands in."""
    if parent.children is None:
        parent.children = {}
    children, name = parent.children, node.name
    if node.is_list:
        if value in ("", {}):
            return
        held = children.setdefault(name, [])
        if not isinstance(held, list):
            held = children[name] = [held]
        # ADDRESS.LIST holds nothing but ADDRESS, again and again: a list of texts.
        only = value.get(name) if isinstance(value, dict) and len(value) == 1 else None
        held.extend(only if isinstance(only, list) else [value if only is None else only])
    elif name in children:
        held = children[name]
        if isinstance(held, list):
            held.append(value)
        else:
            children[name] = [held, value]
    else:
        children[name] = value
