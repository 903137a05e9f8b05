"""Buttons as Telegram wants them. One rule: what a button brings back fits into 64 bytes, which Button sees to."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.turn import Buttons


def make_keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in buttons]
    )
