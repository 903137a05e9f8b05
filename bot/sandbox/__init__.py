"""A local stand-in for Telegram's Bot API. One rule: it knows nothing of the bot that talks to it."""
