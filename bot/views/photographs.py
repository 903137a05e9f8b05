"""Photographs of receipts as messages. One rule: a picture comes with the number of its sale."""

from bot.turn import Button, Buttons, Reply
from core.sales.receipts import Purpose

KEPT, KEPT_ALREADY = "📷 <b>Photograph kept</b>", "📷 <b>That photograph is kept already</b>"


def offer_photograph(buttons: Buttons, document_id: int) -> Buttons:
    """The buttons under a receipt, with one that shows its photographs."""
    photo = Button("Photo", "photo", str(document_id))
    return buttons if any(photo in row for row in buttons) else (*buttons, (photo,))


def show_photographs(document_id: int, file_ids: tuple[str, ...]) -> Reply:
    """The pictures themselves."""
    if not file_ids:
        return Reply("", toast=f"#{document_id} has no photograph.")
    text = f"📷 #{document_id}"
    return Reply(text, document_id=document_id, purpose=Purpose.CORRECTION, photographs=file_ids, posts=True)
