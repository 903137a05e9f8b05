"""Imports under way, done and taken back, as messages. One rule: what became of every row is told, none is left out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.parsing.imports import FilePress
from bot.turn import Button, Buttons, Reply
from bot.views.figures import bar, clip, count_things, show_count, show_day, show_money, show_percent, show_text
from bot.views.imports import pair_buttons, show_days
from core.access import Viewer
from core.errors import SalesbellError
from core.imports import ImportListing
from core.imports.formats import FORMATS

LISTED = 10
_ONE = {"products": "product", "customers": "customer", "people": "person", "branches": "branch"}
_COUNTED = {  # what became of how many, in the order in which it is told
    "recorded": "recorded",
    "set": "set",
    "changed": "changed",
    "sales": "sales",
    "returns": "returns",
    "corrected": "corrected",
    "withdrawn": "withdrawn",
    "already_there": "there before",
    "passed_over": "no sales",
    "empty": "of nothing",
    "rounded": "rounded to four decimals",
    "rejected": "rejected",
}


def show_arrival(name: str) -> Reply:
    """The file is there and being looked through."""
    return Reply(f"📥 <b>{show_text(name)}</b>\nLooking through it …")


def show_progress(name: str, done: int, total: int, doing: str = "Importing") -> Reply:
    """How far it is."""
    percent = 100 * done // total if total else 0
    counts = f"\n{bar(percent)} {show_percent(percent)} · {show_count(done)} of {show_count(total)}" if total else ""
    return Reply(f"⏳ {doing} <b>{show_text(name)}</b> …{counts}", edits_pressed=True)


def show_outcome(name: str, result: Mapping[str, Any], viewer: Viewer, number: int) -> Reply:
    """What came of an import, or would come of it."""
    is_trial, format_ = result["is_trial"], FORMATS[result["kind"]]
    counts: Mapping[str, int] = result["counts"]
    head = "🔎 Tried" if is_trial else "⚠️ Imported" if counts.get("rejected") else "✅ Imported"
    read = count_things(counts.get("read", 0), *format_.units)
    rows = [f"{head} <b>{show_text(name)}</b> · {read}"]
    if is_trial:
        rows.append("Nothing was written. It would be:")
    told = [f"{show_count(counts[what])} {words}" for what, words in _COUNTED.items() if counts.get(what)]
    rows.append(", ".join(told) or "Nothing to record.")
    rows += [_show_total(total, viewer) for total in result["totals"]]
    rows += [f"Invoiced: <b>{show_money(result['invoiced_e4'], viewer.company.currency)}</b>"] * bool(
        result["invoiced_e4"]
    )
    made = [
        count_things(count, _ONE[what], what) for what, count in result["created"].items() if count and what in _ONE
    ]
    if made:
        rows.append(f"Made new: {', '.join(made)}")
    rows += [show_text(note) for note in result["notes"]]
    if result["reasons"]:
        rows += ["", "<b>Rejected, for instance</b>", *map(_show_reason, result["reasons"])]
    if result.get("is_undone"):
        return Reply("\n".join([*rows, "", "↩️ <b>Taken back.</b>"]))
    return Reply("\n".join(rows), _offer_next(result, number))


def _show_reason(reason: str) -> str:
    """A reason without what only helps at the command line; what may be new is said by a button."""
    words, _, option = reason.partition(" Try: --")
    more = " Change → What is new lets it be made." if option.startswith("create-missing") else ""
    return f"• {show_text(clip(words, 200))}{more}"


def _offer_next(result: Mapping[str, Any], number: int) -> Buttons:
    if result["is_trial"]:
        go = Button("✅ Import", "file", FilePress(number, "go").write())
        change = Button("✏️ Change", "file", FilePress(number, "more").write())
        return (go,), (change, Button("✖️ Cancel", "file", FilePress(number, "no").write()))
    if result["import_ids"] and any(total["documents"] for total in result["totals"]):
        return ((Button("↩️ Undo import", "takeback", str(result["import_ids"][0])),),)
    return ()


def _show_total(total: Mapping[str, Any], viewer: Viewer) -> str:
    first, last = date.fromisoformat(total["first"]), date.fromisoformat(total["last"])
    what = count_things(total["documents"], total["kind"], f"{total['kind']}s")
    return f"{what}: <b>{show_money(total['amount_e4'], viewer.company.currency)}</b>, {show_days((first, last))}"


def show_undone(name: str, lines: int, documents: int) -> Reply:
    """An import was taken back."""
    gone = f"{count_things(lines, 'line', 'lines')} of {count_things(documents, 'whole document', 'whole documents')}"
    return Reply(f"↩️ <b>{show_text(name)}</b> is taken back: {gone}.\nThe file can be imported anew.")


def show_stopped(name: str, error: SalesbellError) -> Reply:
    """It could not be done; what is recorded stays."""
    return Reply(f"⚠️ <b>{show_text(name)}</b>\n{show_text(error.message)}")


def show_waiting(name: str, error: SalesbellError) -> Reply:
    """The database is away; it goes on by itself."""
    return Reply(f"⏸ <b>{show_text(name)}</b>\n{show_text(error.message)}\nI go on by myself as soon as I can.")


def show_imports(found: Sequence[ImportListing]) -> Reply:
    """The last imports, each with the button that takes it back."""
    if not found:
        return Reply("📥 <b>No imports yet.</b>\nSend me a file of sales: CSV, Excel, or what Tally exports.")
    rows = ["📥 <b>Imports</b>", *(_show_listing(one) for one in found[:LISTED])]
    live = [one for one in found[:LISTED] if one.undone_at is None and one.rows_recorded]
    buttons = [Button(f"↩️ Undo #{one.id}", "takeback", str(one.id)) for one in live]
    return Reply("\n".join(rows), pair_buttons(buttons, 3))


def _show_listing(one: ImportListing) -> str:
    sign = {"done": "✅", "undone": "↩️"}.get(one.state, "⏳")
    rejected = f", {show_count(one.rows_rejected)} rejected" if one.rows_rejected else ""
    done = f" · {one.percentage}%" if one.state == "unfinished" else ""
    by = f", by {show_text(one.person)}" if one.person else ""
    return (
        f"\n{sign} #{one.id} <b>{show_text(clip(one.file_name, 40))}</b>{done}\n"
        f"{show_count(one.rows_recorded)} recorded{rejected} · {show_day(one.started_at.date())}{by}"
    )


def ask_to_take_back(one: ImportListing) -> Reply:
    """Really?"""
    text = (
        f"↩️ Take back <b>{show_text(one.file_name)}</b>?\n"
        f"{count_things(one.rows_recorded, 'row', 'rows')} recorded {show_day(one.started_at.date())} will not count."
    )
    buttons = (Button("Yes, take it back", "takeback", f"{one.id}|yes"), Button("Keep it", "takeback", f"{one.id}|no"))
    return Reply(text, (buttons,), posts=True)
