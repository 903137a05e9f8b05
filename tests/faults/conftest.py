"""What tests of trouble share. One rule: real trouble where a machine can make it."""

from tests.bot.conftest import chat, chat_database

__all__ = ["chat", "chat_database"]
