"""The OpenAPI document as a page. One rule: every word of it is escaped; the page has no script or style of its own."""

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from api.problems import CODES, KINDS, REFERENCE_PATH
from api.reference.schema_rows import Row, describe_kind, list_rows

Json = Mapping[str, Any]
ORIGIN = "http://localhost:8080"  # until the page knows better
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'%3E%3Ccircle cx='32' cy='32' "
    "r='32' fill='%233a6fe0'/%3E%3Cpath d='M18 42h28M23 38V29a9 9 0 0 1 18 0v9M29 48h6' fill='none' stroke='%23fff' "
    "stroke-width='4' stroke-linecap='round'/%3E%3C/svg%3E"
)


def render_page(document: Json) -> str:
    """The whole page as HTML."""
    title = escape(document["info"]["title"])
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    groups = [(tag, [entry for entry in operations if tag["name"] in entry[2]["tags"]]) for tag in document["tags"]]
    sections = "".join(_render_group(tag, entries, document) for tag, entries in groups)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} API</title>
<link rel="icon" href="{escape(_ICON)}">
<script src="{REFERENCE_PATH}/theme.js"></script>
<link rel="stylesheet" href="{REFERENCE_PATH}/page.css">
<script type="module" src="{REFERENCE_PATH}/page.js"></script>
</head>
<body>
<header><a class="brand" href="#top">{title} <span>API</span></a>
<details class="menu"><summary>Contents</summary>{_render_contents(groups)}</details>
<a class="plain" href="/openapi.json">openapi.json</a>
<button id="theme" type="button" aria-label="Change colours">◐</button></header>
<div class="columns">
<nav aria-label="Contents">{_render_contents(groups)}</nav>
<main id="top">
<h1>{title} API</h1>
<div class="about">{_render_text(document["info"]["description"])}</div>
{_render_key_box()}
{sections}
{_render_problems()}
</main>
</div>
</body>
</html>
"""


def _render_contents(groups: Iterable[tuple[Json, list[tuple[str, str, Json]]]]) -> str:
    parts = []
    for tag, entries in groups:
        links = "".join(
            f'<li><a href="#{escape(operation["operationId"])}">{_badge(method)}<span>{escape(operation["summary"])}'
            "</span></a></li>"
            for method, _, operation in entries
        )
        parts.append(f"<h2>{escape(tag['name'])}</h2><ul>{links}</ul>")
    return "".join(parts) + _MORE


_MORE = (
    '<h2>More</h2><ul><li><a href="#problems"><span>Problems</span></a></li>'
    '<li><a href="/openapi.json"><span>openapi.json</span></a></li></ul>'
)


def _render_key_box() -> str:
    return """<form class="key" id="key-form"><label for="key">Your key, to try requests here</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="sb_…">
<p>It stays in this tab and is sent to this server only. It acts as its person: what you record, is.</p></form>"""


def _badge(method: str) -> str:
    return f'<b class="method {escape(method)}">{escape(method.upper())}</b>'


def _render_group(tag: Json, entries: list[tuple[str, str, Json]], document: Json) -> str:
    articles = "".join(_render_operation(method, path, operation, document) for method, path, operation in entries)
    return f'<section><h2 class="tag">{escape(tag["name"])}</h2><p>{escape(tag["description"])}</p>{articles}</section>'


def _render_operation(method: str, path: str, operation: Json, document: Json) -> str:
    components = document["components"]["schemas"]
    name = escape(operation["operationId"])
    parameters = operation.get("parameters", [])
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    parts = [
        f'<h3>{_badge(method)}<code>{escape(path)}</code><a class="anchor" href="#{name}">#</a></h3>',
        f"<p class=summary>{escape(operation['summary'])}</p>",
        _render_text(operation["description"]),
        _render_rows("Parameters", [_row_of(parameter, components) for parameter in parameters]),
        _render_rows("Body", list(list_rows(body["schema"], components))) if body else "",
        _render_answer(operation, components),
        _render_example(method, path, parameters, body, needs_key=bool(operation["security"])),
        _render_trial(method, path, parameters, body),
    ]
    return f'<article id="{name}">{"".join(parts)}</article>'


def _row_of(parameter: Json, components: Json) -> Row:
    where = {"query": "", "path": " (in the path)", "header": " (header)"}[parameter["in"]]
    kind = describe_kind(parameter["schema"], components) + where
    return Row(parameter["name"], kind, parameter["required"], parameter.get("description", ""))


def _render_rows(title: str, rows: list[Row]) -> str:
    if not rows:
        return ""
    shown = "".join(
        f"<div class=row><dt><code>{_breakable(row.name)}</code>{'<em>required</em>' if row.is_required else ''}</dt>"
        f"<dd><span class=kind>{_render_inline(row.kind)}</span>{_render_inline(row.meaning)}</dd></div>"
        for row in rows
    )
    return f"<h4>{escape(title)}</h4><dl>{shown}</dl>"


def _render_answer(operation: Json, components: Json) -> str:
    """What a success gives, folded away, and the problems there may be."""
    status, success = next((code, one) for code, one in operation["responses"].items() if code.startswith("2"))
    json_answer = success["content"].get("application/json")
    rows = [row for row in list_rows(json_answer["schema"], components) if row.name != "status"] if json_answer else []
    files = (
        ""
        if json_answer
        else f"<p>A file: {_render_inline(', '.join(f'`{media}`' for media in success['content']))}</p>"
    )
    problems = " ".join(
        f'<a href="#problem-{KINDS[int(code)].slug}" title="{escape(KINDS[int(code)].title)}">{escape(code)}</a>'
        for code in operation["responses"]
        if int(code) in KINDS
    )
    folded = f"<details><summary>Answer {escape(status)}</summary>{files}{_render_rows('', rows)}</details>"
    return folded.replace("<h4></h4>", "") + f"<p class=problems>Problems: {problems}</p>"


def _render_example(method: str, path: str, parameters: list[Json], body: Json | None, *, needs_key: bool) -> str:
    query = urlencode({one["name"]: one["example"] for one in parameters if "example" in one and one["in"] == "query"})
    for one in parameters:
        path = path.replace(f"{{{one['name']}}}", str(one.get("example", "1")))
    address = ORIGIN + path + (f"?{query}" if query else "")
    lines = [f"curl {shlex.quote(address) if query else address}"]
    lines += [f"-X {method.upper()}"] if method not in ("get", "post") else []
    lines += ['-H "Authorization: Bearer $SALESBELL_KEY"'] if needs_key else []
    if body:
        lines += ["-H 'Content-Type: application/json'", '-H "Idempotency-Key: $(uuidgen)"']
        lines += ["-d " + shlex.quote(json.dumps(body["example"], ensure_ascii=False, indent=2))]
    text = escape(" \\\n  ".join(lines))
    return f'<div class="example"><button type="button" class="copy">Copy</button><pre><code>{text}</code></pre></div>'


def _render_trial(method: str, path: str, parameters: list[Json], body: Json | None) -> str:
    """The form that sends a request from the page."""
    fields = "".join(_render_field(one) for one in parameters if not one.get("deprecated"))
    if body:
        example = escape(json.dumps(body["example"], ensure_ascii=False, indent=2))
        area = f'<textarea name="body" rows="10" spellcheck="false">{example}</textarea>'
        fields += f'<label class="wide"><span>Body</span>{area}</label>'
    return (
        f'<details class="trial"><summary>Try it</summary><form data-method="{escape(method.upper())}" '
        f'data-path="{escape(path)}">{fields}<div class="send"><button type="submit">Send</button>'
        "<output></output></div></form></details>"
    )


def _render_field(parameter: Json) -> str:
    name, schema = escape(parameter["name"]), parameter["schema"]
    value = escape(str(parameter.get("example", "1" if parameter["in"] == "path" else "")))
    where = f'name="{name}" data-in="{escape(parameter["in"])}"'
    if "enum" in schema:
        options = "".join(f"<option>{escape(str(one))}</option>" for one in ["", *schema["enum"]])
        field = f"<select {where}>{options}</select>"
    elif schema.get("type") == "array":
        field = f'<textarea {where} rows="2" placeholder="one a line" spellcheck="false"></textarea>'
    else:
        kind = {"date": "date", "date-time": "text"}.get(schema.get("format", ""), "text")
        required = " required" if parameter["required"] else ""
        field = f'<input {where} type="{kind}" value="{value}" autocomplete="off" spellcheck="false"{required}>'
    return f"<label><span>{name}</span>{field}</label>"


def _render_problems() -> str:
    shown = "".join(
        f'<div class=row id="problem-{kind.slug}"><dt><b>{kind.status}</b> {escape(kind.title)}</dt>'
        f"<dd>{_render_inline(kind.meaning)}</dd></div>"
        for kind in KINDS.values()
    )
    title = '<h2 class="tag">Problems</h2><p>What an error means, by its status.</p>'
    codes = _render_rows("By its code", [Row(code, "", False, meaning) for code, meaning in CODES.items()])
    return f'<section id="problems">{title}<dl>{shown}</dl>{codes}</section>'


_CODE = re.compile(r"`([^`]+)`")


def _render_inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _breakable(name: str) -> str:
    """A long path may break after a dot."""
    return escape(name).replace(".", ".<wbr>")


def _render_text(text: str) -> str:
    """Paragraphs, and lists of lines that begin with a dash."""
    rendered = []
    for block in text.split("\n\n"):
        if block.startswith("- "):
            items = re.split(r"\n- ", block.removeprefix("- "))
            rendered.append("<ul>" + "".join(f"<li>{_render_inline(item)}</li>" for item in items) + "</ul>")
        elif block:
            rendered.append(f"<p>{_render_inline(block)}</p>")
    return "".join(rendered)
