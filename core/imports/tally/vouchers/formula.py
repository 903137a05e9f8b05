"""A small language that makes one text of a voucher's fields. One rule: it can read fields and join words, no more.

    if(contains(upper(reference), "WEB"), "Online", first_of(udf:salesperson, ledgerentries.name, "Unassigned"))

Names are paths into the voucher; texts stand in quotes; a path with odd letters in square brackets.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from core.errors import InvalidInput
from core.imports.tally.files.fields import ALIASES, get_nested_field_value

LONGEST = 1000
DEEPEST = 20
MOST_CHARACTERS = 4000  # of any text on the way
FIELD = "salesperson"
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<path>\[[^\]]+\]|`[^`]+`)|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[^\W\d][\w:.$]*)|(?P<sign>==|!=|<>|<=|>=|[(),+&=<>]))"""
)
Value = str | bool
Reader = Callable[[Any], Value]


def _text(value: Value) -> str:
    return ("Yes" if value else "") if isinstance(value, bool) else value


def _is_true(value: Value) -> bool:
    return value if isinstance(value, bool) else value.strip().lower() not in ("", "no", "false", "0")


def _number(value: Value) -> int:
    text = _text(value).strip()
    return min(int(text), MOST_CHARACTERS) if re.fullmatch(r"\d{1,9}", text) else 0


def _first_of(*values: Value) -> str:
    return next((text for value in values if (text := _text(value).strip())), "")


def _split(text: Value, by: Value, nth: Value) -> str:
    parts = _text(text).split(_text(by)) if _text(by) else [_text(text)]
    place = _number(nth)
    return parts[place - 1].strip() if 1 <= place <= len(parts) else ""


def _replace(text: Value, old: Value, new: Value) -> str:
    whole, gone, instead = _text(text), _text(old), _text(new)
    if not gone or len(whole) + whole.count(gone) * len(instead) > MOST_CHARACTERS:
        return whole
    return whole.replace(gone, instead)


@dataclass(frozen=True)
class _Function:
    apply: Callable[..., Value]
    least: int
    most: int


MANY = 50
FUNCTIONS: dict[str, _Function] = {
    "if": _Function(lambda condition, yes, no="": yes if _is_true(condition) else no, 2, 3),
    "concat": _Function(lambda *parts: "".join(map(_text, parts))[:MOST_CHARACTERS], 1, MANY),
    "first_of": _Function(_first_of, 1, MANY),
    "upper": _Function(lambda text: _text(text).upper(), 1, 1),
    "lower": _Function(lambda text: _text(text).lower(), 1, 1),
    "title": _Function(lambda text: _text(text).title(), 1, 1),
    "trim": _Function(lambda text: " ".join(_text(text).split()), 1, 1),
    "replace": _Function(_replace, 3, 3),
    "left": _Function(lambda text, length: _text(text)[: _number(length)], 2, 2),
    "right": _Function(lambda text, length: _text(text)[-_number(length) :] if _number(length) else "", 2, 2),
    "part": _Function(_split, 3, 3),
    "contains": _Function(lambda text, part: _text(part).lower() in _text(text).lower(), 2, 2),
    "starts_with": _Function(lambda text, part: _text(text).lower().startswith(_text(part).lower()), 2, 2),
    "ends_with": _Function(lambda text, part: _text(text).lower().endswith(_text(part).lower()), 2, 2),
    "is_empty": _Function(lambda text: not _text(text).strip(), 1, 1),
    "and": _Function(lambda *values: all(map(_is_true, values)), 1, MANY),
    "or": _Function(lambda *values: any(map(_is_true, values)), 1, MANY),
    "not": _Function(lambda value: not _is_true(value), 1, 1),
}
_SAME = {"iff": "if", "coalesce": "first_of", "split": "part", "firstof": "first_of", "concatenate": "concat"}


def _equal(left: str, right: str) -> bool:
    return left.strip().lower() == right.strip().lower()


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "=": _equal,
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<>": lambda left, right: not _equal(left, right),
}


@dataclass(frozen=True)
class Formula:
    """A formula that was understood; `paths` are the fields it reads."""

    words: str
    paths: tuple[str, ...]
    _read: Reader

    def read(self, voucher: Any) -> str | None:
        """What it makes of a voucher; None where that is empty."""
        return " ".join(_text(self._read(voucher)).split()) or None


def parse_formula(words: str, field: str = FIELD) -> Formula:
    """Understand a formula. Raises InvalidInput naming the word at fault and where it stands."""
    parser = _Parser(words, field)
    reader = parser.parse()
    return Formula(words, tuple(dict.fromkeys(parser.paths)), reader)


DEFAULT = "first_of(" + ", ".join(f"[{name}]" for name in ALIASES[FIELD]) + ")"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


class _Parser:
    """Turns words into a function, from the outside in."""

    def __init__(self, words: str, field: str) -> None:
        self._words, self._field, self._next, self._depth = words, field, 0, 0
        self.paths: list[str] = []
        if len(words) > LONGEST:
            raise InvalidInput(f"The formula is longer than {LONGEST} characters.", field=field)
        self._tokens = self._cut()

    def parse(self) -> Reader:
        reader = self._comparison()
        token = self._peek()
        if token is not None:
            self._refuse(token, "is one word too many", "words are joined by + or concat(…)")
        return reader

    def _cut(self) -> list[_Token]:
        tokens, at = [], 0
        while self._words[at:].strip():
            match = _TOKEN.match(self._words, at)
            if match is None:
                rest = self._words[at:].lstrip()
                what = "opens a quote that is not closed" if rest[0] in "\"'[`" else "is no part of a formula"
                self._refuse(_Token("", rest[:12], len(self._words) - len(rest)), what, 'concat(reference, " ", vchno)')
            kind = str(match.lastgroup)
            tokens.append(_Token(kind, match[kind], match.start(kind)))
            at = match.end()
        if not tokens:
            raise InvalidInput("The formula is empty.", field=self._field, hint="udf:salesperson")
        return tokens

    def _comparison(self) -> Reader:
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(self._tokens[self._next - 1], f"opens more than {DEEPEST} levels", "a shorter formula")
        left = self._sum()
        token = self._peek()
        if token is not None and token.text in _COMPARED:
            self._next += 1
            right, compare = self._sum(), _COMPARED[token.text]
            before = left
            left = lambda voucher: compare(_text(before(voucher)), _text(right(voucher)))  # noqa: E731
        elif token is not None and token.text in ("<", ">", "<=", ">="):
            self._refuse(token, "cannot compare texts", "= or !=")
        self._depth -= 1
        return left

    def _sum(self) -> Reader:
        parts = [self._term()]
        while (token := self._peek()) is not None and token.text in ("+", "&") and token.kind == "sign":
            self._next += 1
            parts.append(self._term())
        if len(parts) == 1:
            return parts[0]
        return lambda voucher: "".join(_text(part(voucher)) for part in parts)[:MOST_CHARACTERS]

    def _term(self) -> Reader:
        token = self._take()
        if token.kind in ("text", "number"):
            constant = token.text[1:-1] if token.kind == "text" else token.text
            return lambda _voucher: constant
        if token.text == "(":
            inner = self._comparison()
            self._close(token)
            return inner
        follower = self._peek()
        if token.kind == "name" and follower is not None and follower.text == "(":
            return self._call(token)
        if token.kind == "sign":
            self._refuse(token, "stands where a field, a text or a function belongs", "udf:salesperson")
        path = token.text.strip("[]`")
        self.paths.append(path)
        return lambda voucher: get_nested_field_value(voucher, path) or ""

    def _call(self, name: _Token) -> Reader:
        known = name.text.lower()
        function = FUNCTIONS.get(_SAME.get(known, known))
        if function is None:
            self._refuse(name, "is not a function", ", ".join(FUNCTIONS))
        opening = self._take()
        arguments: list[Reader] = []
        if (token := self._peek()) is not None and token.text != ")":
            arguments.append(self._comparison())
            while (token := self._peek()) is not None and token.text == ",":
                self._next += 1
                arguments.append(self._comparison())
        self._close(opening)
        if not function.least <= len(arguments) <= function.most:
            wanted = str(function.least) if function.least == function.most else f"{function.least} to {function.most}"
            self._refuse(name, f"takes {wanted} values, not {len(arguments)}", f"{name.text}(…)")
        apply = function.apply
        return lambda voucher: apply(*(argument(voucher) for argument in arguments))

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> _Token:
        token = self._peek()
        if token is None:
            last = self._tokens[-1]
            self._refuse(last, "is not the end: something is missing after it", 'first_of(reference, "none")')
        self._next += 1
        return token

    def _close(self, opening: _Token) -> None:
        token = self._peek()
        if token is None or token.text != ")":
            self._refuse(token or opening, "comes where ) belongs" if token else "is not closed", "one ) for each (")
        self._next += 1

    def _refuse(self, token: _Token, why: str, hint: str) -> NoReturn:
        raise InvalidInput(
            f"In the formula, “{token.text}” (character {token.at + 1}) {why}.", field=self._field, hint=hint
        )
