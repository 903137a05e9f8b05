"""Files in chat: what is said about them. One rule: a press changes what is to be done; bot.importing does it."""

from typing import Any

from sqlalchemy.engine import Connection

from bot.parsing.imports import FilePress, parse_file_press, parse_import_press
from bot.turn import Reply, Turn
from bot.views.imported import ask_to_take_back, show_imports, show_progress
from bot.views.imports import show_cancelled, show_choices, show_fields, show_options
from core.access import Viewer
from core.company import list_branches
from core.errors import Conflict, InvalidInput, NotFound
from core.imports import EVERYTHING, list_imports
from core.imports.looking import DAY_FIRST, LEFT_OUT, MONTH_FIRST
from core.imports.received import ReceivedFile, ask_to_undo, choose_state, get_received
from core.imports.sales.fields import FIELDS
from core.people.members import list_people

_STATES = {"go": ("running", "Importing"), "try": ("trying", "Trying")}
_SAID = {
    "running": "It is being imported.",
    "telling": "It was imported.",
    "done": "It was imported already.",
    "cancelled": "It was cancelled. Send it again.",
}


def answer_imports(tx: Connection, turn: Turn) -> Reply:
    """/imports: the imports there were, with a way to take each back."""
    return show_imports(list_imports(tx, turn.viewer))


def press_take_back(tx: Connection, turn: Turn) -> Reply:
    """Undo under an import: asks first, and then has it done."""
    number, verb = parse_import_press(turn.words)
    found = next((one for one in list_imports(tx, turn.viewer, limit=10_000) if one.id == number), None)
    if found is None:
        raise NotFound(f"There is no import {number}.", field="import", hint="/imports")
    if verb == "no":
        return Reply("👌 Everything stays as it is.", edits_pressed=True)
    if verb != "yes":
        if found.undone_at is not None:
            raise Conflict(f"{found.file_name} is taken back already.", field="import")
        return ask_to_take_back(found)
    ask_to_undo(tx, turn.viewer, number, chat_id=turn.chat_id, topic_id=turn.topic_id, shown_in=None)
    return show_progress(found.file_name, 0, 0, "Taking back")


def press_file(tx: Connection, turn: Turn) -> Reply:
    """A button under a file: a choice, or what to do with it."""
    press = parse_file_press(turn.words)
    file = get_received(tx, turn.viewer, press.number)
    if file.state != "asked":
        return Reply("", toast=_SAID.get(file.state, "One moment …"))
    if press.verb in _STATES:
        return _begin(tx, file, press.verb)
    if press.verb == "no":
        choose_state(tx, file.id, "cancelled")
        return show_cancelled(file.file_name)
    if press.verb == "ask":
        return _ask(tx, turn.viewer, file, press.about)
    if press.verb == "more":
        return show_choices(file.id, file.file_name, file.seen or {})
    choices = _choose(tx, turn.viewer, file, press) if press.verb == "set" else None
    choose_state(tx, file.id, "looking", choices)
    return Reply("")  # the message itself changes in a moment


def _begin(tx: Connection, file: ReceivedFile, verb: str) -> Reply:
    state, doing = _STATES[verb]
    seen = file.seen or {}
    if seen.get("question"):
        raise InvalidInput("One thing is still to be said, above.", field="button")
    choose_state(tx, file.id, state)
    return show_progress(file.file_name, 0, seen.get("rows", 0), doing)


def _ask(tx: Connection, viewer: Viewer, file: ReceivedFile, about: str) -> Reply:
    seen = file.seen or {}
    header, fields = seen.get("header", []), seen.get("fields", {})
    if about == "fields":
        return show_fields(file.id, file.file_name, fields)
    asked, options = "", list[tuple[str, str]]()
    if about.startswith("="):
        name = about[1:].replace("_", " ")
        asked = f"Which column is the {name}? Now: {fields.get(about[1:], 'none')}."
        options = [(str(at), column) for at, column in enumerate(header)] + [(LEFT_OUT, "None of them")]
    elif about == "date":
        about, asked = "date_format", "In which order are dates written?"
        options = [(DAY_FIRST, "Day first: 31/12/2026"), (MONTH_FIRST, "Month first: 12/31/2026")]
    elif about == "decimal":
        asked, options = "How are decimals written?", [(".", "1,234.56"), (",", "1.234,56")]
    elif about == "sheet":
        asked = "Which sheet?"
        options = [(str(at), name) for at, name in enumerate(seen.get("sheets", []))]
    elif about == "branch":
        asked = "At which branch was it sold, where the file does not say?"
        options = [(str(one.id), one.name) for one in list_branches(tx, viewer)]
    elif about == "person":
        asked = "Who sold it, where the file does not say?"
        options = [(str(one.id), one.name) for one in list_people(tx, viewer)] + [(LEFT_OUT, "Nobody in particular")]
    elif about == "makes":
        asked = "What may be made where the file names something new?"
        made = set(seen.get("makes", []))
        options = [(what, f"{'☑' if what in made else '☐'} {what}") for what in sorted(EVERYTHING)]
    return show_options(file.id, file.file_name, asked, options, about)


def _choose(tx: Connection, viewer: Viewer, file: ReceivedFile, press: FilePress) -> dict[str, Any]:
    """The choices with one more."""
    choices, seen, value = dict(file.choices), file.seen or {}, press.value
    mapping = dict(choices.get("mapping", {}))
    if press.about.startswith("=") and press.about[1:] in FIELDS:
        column = LEFT_OUT if value == LEFT_OUT else _pick(seen.get("header", []), value)
        others = {field: other for field, other in mapping.items() if other != column or column == LEFT_OUT}
        chosen: dict[str, Any] = {"mapping": others | {press.about[1:]: column}}
    elif press.about in ("date_format", "decimal"):
        chosen = {press.about: value}
    elif press.about == "sheet":
        return {"sheet": _pick(seen.get("sheets", []), value)}  # another sheet has other columns
    elif press.about == "discount":
        chosen = {"discount": value, "mapping": mapping | ({value: "discount"} if value in FIELDS else {})}
    elif press.about == "branch":
        chosen = {"branch": _pick({str(one.id): one.handle for one in list_branches(tx, viewer)}, value)}
    elif press.about == "person":
        people = {str(one.id): f"@{one.handle}" for one in list_people(tx, viewer)}
        chosen = {"person": None if value == LEFT_OUT else _pick(people, value)}
    elif press.about == "makes" and value in EVERYTHING:
        chosen = {"makes": sorted(set(seen.get("makes", [])) ^ {value})}
    else:
        raise _refuse()
    return choices | chosen


def _pick(among: Any, value: str) -> Any:
    """The one of that place in a list, or of that key."""
    try:
        return among[int(value)] if isinstance(among, list) else among[value]
    except (IndexError, KeyError, ValueError):
        raise _refuse() from None


def _refuse() -> InvalidInput:
    return InvalidInput("That button is too old. Send the file again.", field="button")
