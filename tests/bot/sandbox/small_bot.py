"""A small bot with every kind of answer. One rule: plain python-telegram-bot, nothing of ours."""

import struct
import zlib
from html import escape
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE
KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Undo", callback_data="undo"), InlineKeyboardButton("Why?", callback_data="why")],
        [InlineKeyboardButton("Open", url="https://example.com")],
    ]
)


def build_png(width: int = 3, height: int = 2) -> bytes:
    """A valid one-colour PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x33\x66\xcc" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def receipt(update: Update, _context: Context) -> None:
    await update.effective_message.reply_html("👍 <b>Sale</b> recorded", reply_markup=KEYS)


async def chart(update: Update, _context: Context) -> None:
    await update.effective_message.reply_photo(build_png(), caption="<b>Week</b>", parse_mode="HTML")


async def export(update: Update, _context: Context) -> None:
    await update.effective_message.reply_document(b"a,b\n1,2\n", filename="sales.csv")


async def press(update: Update, _context: Context) -> None:
    if update.callback_query.data == "why":
        await update.callback_query.answer("Because.", show_alert=True)
        return
    await update.callback_query.answer("Undone.")
    await update.callback_query.edit_message_text("<s>Sale</s>", parse_mode="HTML")


async def corrected(update: Update, _context: Context) -> None:
    await update.edited_message.reply_text(f"corrected to {update.edited_message.text}")


async def keep_file(update: Update, _context: Context) -> None:
    file = await update.message.effective_attachment.get_file()
    content = await file.download_as_bytearray()
    await update.message.reply_text(f"{len(content)} bytes: {bytes(content[:12])!r}")


async def echo(update: Update, _context: Context) -> None:
    await update.effective_message.reply_html(f"you said <i>{escape(update.effective_message.text)}</i>")


def add_handlers(builder: "ApplicationBuilder[Any, Any, Any, Any, Any, Any]") -> AnyApplication:
    """Finish the application: /sale, /chart, /export, buttons, corrections, files, and an echo for the rest."""
    application = builder.build()
    application.add_handler(CommandHandler("sale", receipt, filters=filters.UpdateType.MESSAGE))
    application.add_handler(CommandHandler("chart", chart))
    application.add_handler(CommandHandler("export", export))
    application.add_handler(CallbackQueryHandler(press))
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, corrected))
    application.add_handler(MessageHandler(filters.Document.ALL, keep_file))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    return application
