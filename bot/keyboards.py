"""Buttons as Telegram wants them. One rule: what a button brings back fits into 64 bytes, which Button sees to."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.turn import Button, Buttons


def make_keyboard(buttons: Buttons, *, searches: bool = False) -> InlineKeyboardMarkup | None:
    """The buttons under a message; those that search only where Telegram lets the bot be searched (`searches`)."""
    rows = [[_make_button(button) for button in row if searches or button.search is None] for row in buttons]
    shown = [row for row in rows if row]
    return InlineKeyboardMarkup(shown) if shown else None


def _make_button(button: Button) -> InlineKeyboardButton:
    if button.search is not None:
        return InlineKeyboardButton(button.label, switch_inline_query_current_chat=button.search)
    return InlineKeyboardButton(button.label, callback_data=button.data)
