"""The table of routes. One rule: a route is declared once; the handler's wiring and the OpenAPI document come from it.

A route's function takes the open transaction `tx` and the `viewer` whose key it is (those that need neither, neither),
and any of `path`, `query`, `headers` and `body`: the annotation of each is the model it is read into. A write by
somebody has `headers` whether its function takes them or not.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_origin, get_type_hints

from pydantic import TypeAdapter

from api.schemas.headers import WriteHeaders
from core.exports import Exported

Function = Callable[..., "Outcome"]
SECTIONS = ("path", "query", "headers", "body")
REPLAY = "`true` when this Idempotency-Key was answered so before"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a route gives: `data`, with where in a list it lies, headers, and links (relation: changed parameters).

    Or a `file`, to be finished and sent and then let go of.
    """

    data: Any
    pagination: Mapping[str, Any] | None = None
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Exported | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A request that is answered in the demo: parameters, a body, and what stands in the path beside an `id`."""

    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    path: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of what a request says: its model, the names it knows, and those that may be repeated."""

    name: str
    annotation: Any
    adapter: TypeAdapter[Any]
    known: frozenset[str]
    repeatable: frozenset[str]


def _make_section(name: str, annotation: Any) -> Section:
    fields = {info.alias or key: info for key, info in getattr(annotation, "model_fields", {}).items()}
    repeatable = frozenset(key for key, info in fields.items() if get_origin(info.annotation) is list)
    return Section(name, annotation, TypeAdapter(annotation), frozenset(fields), repeatable)


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. `sections` are the models of what it takes, `answer` that of what it gives.

    One with `media` gives a file of one of these types.
    """

    method: str
    path: str
    tag: str
    summary: str
    description: str
    scope: str | None
    function: Function
    sections: tuple[Section, ...]
    answer: Any
    status: int
    problems: tuple[int, ...]
    example: Example
    headers: Mapping[str, str]  # of a successful answer: name and description
    leads_to: Mapping[str, str]  # operation ids that take this answer's `id`
    needs_key: bool
    needs_database: bool
    takes: frozenset[str]  # the sections that the function itself takes
    media: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in the OpenAPI document."""
        return self.function.__name__

    @property
    def is_write(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    @property
    def takes_query(self) -> bool:
        """Whether there are query parameters at all."""
        return any(section.name == "query" for section in self.sections)


@dataclass(slots=True)
class RouteTable:
    """The routes of one noun, in the order they are read about."""

    tag: str
    about: str
    routes: list[Route] = field(default_factory=list)

    def __iter__(self) -> Iterator[Route]:
        return iter(self.routes)

    def declare(
        self,
        method: str,
        path: str,
        *,
        answer: Any,
        scope: str | None = None,
        status: int = 200,
        problems: tuple[int, ...] = (),
        example: Example | None = None,
        headers: Mapping[str, str] | None = None,
        leads_to: Mapping[str, str] | None = None,
        media: tuple[str, ...] = (),
    ) -> Callable[[Function], Function]:
        """Make the decorated function answer `method path`; its docstring is what the documentation says."""

        def add(function: Function) -> Function:
            summary, _, description = (inspect.getdoc(function) or "").partition("\n")
            hints = get_type_hints(function, include_extras=True)
            is_named = method != "GET" and "viewer" in hints
            models = ({"headers": WriteHeaders} if is_named else {}) | hints
            replays = {"Idempotent-Replay": REPLAY} if is_named else {}
            route = Route(
                method,
                path,
                self.tag,
                summary.rstrip("."),
                description.strip(),
                scope,
                function,
                tuple(_make_section(name, models[name]) for name in SECTIONS if name in models),
                answer,
                status,
                (*problems, *([409] if is_named else [])),
                example or Example(),
                {**(headers or {}), **replays},
                leads_to or {},
                "viewer" in hints,
                "tx" in hints,
                frozenset(hints) & frozenset(SECTIONS),
                media,
            )
            self.routes.append(route)
            return function

        return add
