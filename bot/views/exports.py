"""An export as a message. One rule: the words tell what the file holds, so that they are enough without it."""

from bot.turn import Reply
from bot.views.figures import count_things, show_text
from core.errors import Unavailable
from core.exports import EXPORTS, Exported

SIGNS = {"csv": "🧾", "xlsx": "📗", "pdf": "📕"}
LARGEST_BYTES = 50 * 1024 * 1024  # that a bot may send


def show_export(made: Exported) -> Reply:
    """The file with what it holds; words alone where it would hold nothing."""
    head = " · ".join(show_text(part) for part in (made.title, made.days, made.scope, *made.told) if part)
    if not made.rows:
        made.discard()
        return Reply(f"{SIGNS[made.format]} <b>{head}</b>\n\n{show_text(made.nothing)}")
    figures = "\n".join(f"{show_text(label)}: <b>{show_text(value)}</b>" for label, value in made.figures)
    body = f"\n{figures}" if figures else ""
    return Reply(f"{SIGNS[made.format]} <b>{head}</b>\n{count_things(made.rows, 'row', 'rows')}{body}", file=made)


def show_too_large(reply: Reply) -> str:
    """The words, where the file is more than may be sent."""
    return f"{reply.text}\n\nThe file is larger than a chat takes. Ask for fewer days, or for CSV."


def show_no_page(reply: Reply, error: Unavailable) -> str:
    """The words, where the page cannot be set."""
    return f"{reply.text}\n\n{show_text(error.message)} Try: <code>xlsx</code> or <code>csv</code> instead of pdf."


def show_exports() -> Reply:
    """What there is to export."""
    rows = [f"<code>/export {one.name}</code> {one.about}" for one in EXPORTS.values() if one.name != "question"]
    question = "<code>/export revenue by person last month pdf</code> any measures by anything"
    formats = ", ".join(SIGNS)
    return Reply("\n".join(["📤 <b>Export</b>", *rows, question, f"\nAs {formats}; xlsx unless you say."]))
