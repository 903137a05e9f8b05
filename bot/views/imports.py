"""Files coming in, as messages. One rule: all that was understood is shown before anything is written."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.parsing.imports import FilePress
from bot.turn import Button, Buttons, Reply
from bot.views.figures import clip, count_things, show_count, show_text
from core.access import Viewer
from core.currencies import find_currencies
from core.errors import SalesbellError
from core.imports.counters.taking import CountersReading
from core.imports.formats import FORMATS
from core.imports.looking import LEFT_OUT, MONTH_FIRST, Look, Question
from core.imports.received import LARGEST_BYTES
from core.imports.sales.fields import FIELDS
from core.imports.sales.understanding import SalesReading
from core.imports.tally import TallyReading
from core.imports.tally.vouchers.masters import Meaning
from core.imports.targets import TargetsReading

MOST_BUTTONS = 60
LONGEST_LABEL = 28
LONGEST_COLUMN = 40
SELLERS_SHOWN = 3
NOT_ASKED = "Nothing is written before you press Import."
_CHOICES = {
    "fields": "Columns",
    "date": "Order of dates",
    "decimal": "Decimals",
    "makes": "What is new",
    "person": "Seller",
    "sheet": "Sheet",
    "branch": "Branch",
}
_DISCOUNTS = {
    "discount_amount": "An amount",
    "discount_percent": "Per cent, such as 20",
    "discount_rate": "A part, such as 0.2",
    LEFT_OUT: "Leave it out",
}


# ---- before ---------------------------------------------------------------------------------------------------------


def show_too_large_to_fetch(name: str) -> Reply:
    """Telegram gives a bot no file as large as that."""
    limit = LARGEST_BYTES // 2**20
    return Reply(
        f"🐘 <b>{show_text(name)}</b> is larger than the {limit} MB Telegram lets me fetch.\n"
        "Zip does not help; import it where Salesbell runs:\n"
        f"<code>salesbell import {show_text(name)}</code>"
    )


def show_unreadable(name: str, error: SalesbellError) -> Reply:
    """A file that no choice can mend."""
    hint = f"\nTry: {show_text(error.hint)}" if error.hint and not error.hint.startswith(("-", "salesbell")) else ""
    return Reply(
        f"🤔 <b>{show_text(name)}</b>\n{show_text(error.message)}{hint}\n\n"
        "Nothing was recorded. Mend it and send it again."
    )


def show_look(number: int, name: str, look: Look, question: Question | None, viewer: Viewer, where: str) -> Reply:
    """All that was understood, and what is still to be said."""
    rows = [f"📄 <b>{show_text(name)}</b>", *_describe(look, viewer, where)]
    if question is not None:
        return Reply("\n".join([*rows, "", _ask(question)]), _offer_answers(number, question))
    go = [Button("✅ Import", "file", FilePress(number, "go").write())]
    if look.format.can_be_tried:
        go.append(Button("🔎 Dry run", "file", FilePress(number, "try").write()))
    last = [Button("✖️ Cancel", "file", FilePress(number, "no").write())]
    if look.format.choices:
        last.insert(0, Button("✏️ Change", "file", FilePress(number, "more").write()))
    return Reply("\n".join([*rows, "", NOT_ASKED]), (tuple(go), tuple(last)))


def _describe(look: Look, viewer: Viewer, where: str) -> list[str]:
    known = f": {show_text(look.known_as)}" if look.known_as else ""
    rows = [f"{look.format.title}{known}"]
    plan = look.plan
    if plan is None:
        return [*rows, f"Sheets: {show_text(', '.join(look.sheets))}"] if len(look.sheets) > 1 else rows
    rows.append(f"{count_things(plan.units, *look.format.units)} · {show_text(plan.written)}")
    match plan.reading:
        case SalesReading():
            rows += _describe_sales(look, plan.reading, viewer)
        case TallyReading():
            rows += _describe_tally(look, plan.reading, viewer)
        case TargetsReading():
            rows.append(f"{_name_mark(plan.reading.decimal)} · amounts in {viewer.company.currency}")
            rows += _list_columns(plan.columns)
        case CountersReading():
            rows.append("Each becomes one sale at the product's price, on the day it was made, platform Migrated.")
    rows += [show_text(note) for note in plan.notes]
    return [*rows, *([f"📍 {where}"] if where else [])]


def _name_mark(decimal: str) -> str:
    return f"Decimals after a {'point' if decimal == '.' else 'comma'}"


def _describe_sales(look: Look, reading: SalesReading, viewer: Viewer) -> list[str]:
    rows = []
    if look.days is not None:
        rows.append(f"🗓 {show_days(look.days)}")
    if look.example is not None:
        cell, day = look.example
        rows.append(f"Dates: {show_text(reading.dates.words)}; {show_text(cell)} is <b>{_show_date(day)}</b>")
    currency = viewer.company.currency
    others = "".join(sign for sign in look.signs if currency not in find_currencies(sign))
    signs = f", those in {others} at the rate of their day" if others else ""
    rows.append(f"{_name_mark(reading.decimal)} · amounts in {currency}{signs}")
    if look.sellers:
        rows.append(f"Sold by: {_list_sellers(look.sellers)}")
    if reading.creates:
        rows.append(f"Made where they are new: {', '.join(sorted(reading.creates))}")
    rows += _list_columns(reading.columns)
    if reading.layout.unused:
        rows.append(f"<i>Not read: {show_text(clip(', '.join(reading.layout.unused), 300))}</i>")
    return rows + [show_text(told) for told in reading.describe_lookups()]


def _describe_tally(look: Look, reading: TallyReading, viewer: Viewer) -> list[str]:
    rows = [f"Company: {show_text(one.company.label)}" for one in reading.exports[:1]]
    if look.days is not None:
        rows.append(f"🗓 {show_days(look.days)}")
    currency = next((one.currency for one in reading.exports if one.currency), None)
    if currency not in (None, viewer.company.currency):
        told = f"⚠️ The file counts in {show_text(str(currency))}, the company in {viewer.company.currency}"
        rows.append(f"{told}: amounts stay as they are")
    else:
        rows.append(f"Amounts in {viewer.company.currency}")
    if any(look.sellers):
        named = {name or "nobody in particular": count for name, count in look.sellers.items()}
        rows.append(f"Sold by: {_list_sellers(named)}")
    types = [
        f"{show_count(one.vouchers)} {show_text(one.name)} → {_name_meaning(one.meaning)}" for one in reading.types
    ]
    rows.append(f"<blockquote expandable>{chr(10).join(types)}</blockquote>")
    if reading.learned:
        learned = ", ".join(f"{show_count(count)} {show_text(kind)}" for kind, count in reading.learned.items())
        rows.append(f"<i>Masters: {learned}</i>")
    return rows


def _name_meaning(meaning: Meaning) -> str:
    return f"<b>{meaning.value}</b>" if meaning in (Meaning.SALE, Meaning.RETURN) else "no sale, passed over"


def _list_columns(columns: Sequence[tuple[str, str]]) -> list[str]:
    """Each column and what it is read as; the first few at once, the rest at a touch."""
    told = [f"{show_text(clip(column, LONGEST_COLUMN))} → <b>{_name_field(field)}</b>" for field, column in columns]
    return [f"<blockquote expandable>{chr(10).join(told)}</blockquote>"]


def _name_field(field: str) -> str:
    return show_text(field.replace("_", " "))


def _list_sellers(sellers: Mapping[str, int]) -> str:
    first = ", ".join(show_text(name or "nobody") for name in list(sellers)[:SELLERS_SHOWN])
    more = len(sellers) - SELLERS_SHOWN
    return f"{first} and {show_count(more)} more" if more > 0 else first


def show_days(days: tuple[date, date]) -> str:
    """The first and the last day."""
    first, last = days
    return _show_date(first) if first == last else f"{_show_date(first)} – {_show_date(last)}"


def _show_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# ---- questions ------------------------------------------------------------------------------------------------------


def _ask(question: Question) -> str:
    subject = show_text(clip(question.subject, 60))
    if question.about == "column":
        field = FIELDS[question.subject]
        asked = f"❓ <b>Which column is the {_name_field(field.name)}?</b> ({show_text(field.meaning)})"
        return f"🤔 {show_text(question.why)}\n{asked}" if question.why else asked
    if question.about == "decimal" and not subject:
        return "❓ <b>How are decimals written?</b>"
    return {
        "sheet": "❓ <b>Which sheet?</b>",
        "date": f"❓ <b>Which day is {subject}?</b> Nothing in the file settles it.",
        "decimal": f"❓ <b>How much is {subject}?</b>",
        "discount": "❓ <b>What is the column Discount?</b>",
        "branch": "❓ <b>At which branch was it sold?</b> The file does not say.",
    }[question.about]


def _offer_answers(number: int, question: Question) -> Buttons:
    about = {"date": "date_format", "column": f"={question.subject}"}.get(question.about, question.about)
    buttons = []
    for at, (value, shown) in enumerate(question.answers[:MOST_BUTTONS]):
        said = str(at) if question.about == "sheet" else value  # a sheet's name may be too long for a button
        label = clip(_name_answer(question.about, value, shown), LONGEST_LABEL)
        buttons.append(Button(label, "file", FilePress(number, "set", about, said).write()))
    cancel = Button("✖️ Cancel", "file", FilePress(number, "no").write())
    return (*pair_buttons(buttons, 1 if question.about in ("date", "discount") else 2), (cancel,))


def _name_answer(about: str, value: str, shown: Any) -> str:
    if about == "date":
        return f"{_show_date(shown)} ({'month' if value == MONTH_FIRST else 'day'} first)"
    return _DISCOUNTS[value] if about == "discount" else str(shown)


def pair_buttons(buttons: Sequence[Button], width: int = 2) -> Buttons:
    """Buttons in rows of so many."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def show_choices(number: int, name: str, seen: Mapping[str, Any]) -> Reply:
    """What may be said otherwise."""
    sheets = seen.get("sheets", ())
    what = [about for about in FORMATS[seen["kind"]].choices if about != "sheet" or len(sheets) > 1]
    buttons = [Button(_CHOICES[about], "file", FilePress(number, "ask", about).write()) for about in what]
    text = (
        f"✏️ <b>{show_text(name)}</b>\nWhat should be read otherwise? It is kept for the next file with these columns."
    )
    return Reply(text, (*pair_buttons(buttons), (_go_back(number),)), edits_pressed=True)


def show_fields(number: int, name: str, fields: Mapping[str, str]) -> Reply:
    """Which field is read from which column; a press changes it."""
    ordered = [field for field in fields if field in FIELDS] + [field for field in FIELDS if field not in fields]
    buttons = [
        Button(
            clip(
                f"{field.replace('_', ' ')} ← {fields[field]}" if field in fields else field.replace("_", " "),
                LONGEST_LABEL,
            ),
            "file",
            FilePress(number, "ask", f"={field}").write(),
        )
        for field in ordered
    ]
    text = f"✏️ <b>{show_text(name)}</b>\nWhich field is in the wrong column?"
    return Reply(text, (*pair_buttons(buttons), (_go_back(number),)), edits_pressed=True)


def show_options(number: int, name: str, asked: str, options: Sequence[tuple[str, str]], about: str) -> Reply:
    """A question with buttons; each is (value, label)."""
    buttons = [
        Button(clip(label, LONGEST_LABEL), "file", FilePress(number, "set", about, value).write())
        for value, label in options[:MOST_BUTTONS]
    ]
    text = f"✏️ <b>{show_text(name)}</b>\n{show_text(asked)}"
    return Reply(text, (*pair_buttons(buttons), (_go_back(number),)), edits_pressed=True)


def _go_back(number: int) -> Button:
    return Button("‹ Back", "file", FilePress(number, "back").write())


def show_cancelled(name: str) -> Reply:
    """Not imported, and not kept either."""
    return Reply(f"✖️ <b>{show_text(name)}</b> was not imported, and I keep nothing of it.", edits_pressed=True)
