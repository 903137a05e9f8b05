"""Files that come in chat, for bot.importing. One rule: functions of an open transaction, or of nothing but values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.engine import Connection

from bot.turn import Place
from bot.views.figures import show_text
from core.access import Permission, Viewer
from core.company import list_branches
from core.errors import NotAllowed
from core.imports import ImportResult
from core.imports.looking import Look, Question
from core.imports.received import receive_file
from core.imports.running.rejects import REASONS_SHOWN
from core.imports.sales.understanding import SalesReading
from core.imports.totals import ImportTotals
from core.people.members import find_person

NOBODY = "nobody in particular"


def take_file(
    tx: Connection, viewer: Viewer, place: Place, message_name: str, file_id: str, file_name: str
) -> int | None:
    """Note down a file that was sent: its number; None for a message that came before. NotAllowed says why not."""
    if not viewer.may(Permission.IMPORT):
        role = viewer.role.label.replace("_", " ")
        raise NotAllowed(f"Importing files is not for your role ({role}), so I did not open {file_name}.", field="file")
    chat_id, topic_id = place
    return receive_file(
        tx,
        viewer,
        chat_id=chat_id,
        topic_id=topic_id,
        message_name=message_name,
        file_id=file_id,
        file_name=file_name,
    )


def find_open_question(tx: Connection, viewer: Viewer, look: Look) -> tuple[Question | None, str]:
    """What is still to be said, the branch among it; and where and whose the sales count, in words."""
    if look.question is not None:
        return look.question, ""
    branches = list_branches(tx, viewer)
    names = {one.handle: one.name for one in branches}
    tells_branch, tells_person = _what_it_tells(look)
    person, branch = look.options.person, look.options.branch
    if not tells_branch and branch is None and len(branches) > 1 and person is None:
        return Question("branch", "", tuple((str(one.id), one.name) for one in branches)), ""
    said = []
    if not tells_branch:
        home = (
            "their own branch" if branch is None and person is not None else names.get(branch or branches[0].handle, "")
        )
        said.append(f"At {show_text(home)}")
    if not tells_person:
        who = find_person(tx, viewer, person).name if person is not None else NOBODY
        said.append(f"by {show_text(who)}" if said else f"Sold by {show_text(who)}")
    return None, ", ".join(said)


def _what_it_tells(look: Look) -> tuple[bool, bool]:
    """Whether a file says itself where its sales were made, and by whom; a person works somewhere."""
    columns = {field for field, _ in look.plan.columns} if look.plan is not None else set()
    return bool(
        columns & {"branch", "person"}
    ) or "branch" in look.format.tells, "person" in columns | look.format.tells


def describe_look(look: Look, question: Question | None) -> dict[str, Any]:
    """What buttons need to know of a file later."""
    plan = look.plan
    sales = plan.reading if plan is not None and isinstance(plan.reading, SalesReading) else None
    fields: Mapping[str, str] = dict(sales.columns) if sales is not None else look.options.mapping
    return {
        "kind": look.format.name,
        "rows": plan.units if plan is not None else 0,
        "header": list(look.header),
        "sheets": list(look.sheets),
        "fields": dict(fields),
        "makes": sorted(sales.creates if sales is not None else look.options.create_missing),
        "question": question.about if question is not None else None,
    }


def describe_outcome(
    done: ImportResult, totals: Sequence[ImportTotals], look: Look, *, is_trial: bool
) -> dict[str, Any]:
    """What came of an import, as its row keeps it until it is told."""
    told = [asdict(one) for one in totals]
    return {
        "kind": look.format.name,
        "is_trial": is_trial,
        "counts": dict(done.counts),
        "created": dict(done.created),
        "invoiced_e4": done.counts["sales_e4"] - done.counts["returns_e4"],
        "import_ids": list(done.ids),
        "totals": [one | {"first": one["first"].isoformat(), "last": one["last"].isoformat()} for one in told],
        "notes": list(done.notes),
        "reasons": list(done.reasons[:REASONS_SHOWN]),
    }
