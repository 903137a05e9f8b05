"""What a search offers, brought to Telegram. One rule: everybody sees their own company's, so nothing is kept."""

import structlog
from telegram import InlineQuery, InlineQueryResultArticle, InputTextMessageContent
from telegram.error import TelegramError

from bot.views.searching import Found

log = structlog.get_logger()


async def offer_found(query: InlineQuery, found: tuple[Found, ...]) -> None:
    """Show somebody who searches what was found."""
    results = [
        InlineQueryResultArticle(one.id, one.title, InputTextMessageContent(one.text), description=one.description)
        for one in found
    ]
    try:
        await query.answer(results, cache_time=0, is_personal=True)
    except TelegramError as error:
        log.info("too late to answer a search", reason=str(error))
