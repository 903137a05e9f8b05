"""Telegram's own command menus. One rule: they follow the table of commands, and a menu is no permission."""

from typing import Any

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError
from telegram.ext import Application

from bot.commands import list_menu
from core.access import Role
from core.db import Database
from core.people.accounts import list_leaders

log = structlog.get_logger()


async def publish_menus(application: Application[Any, Any, Any, Any, Any, Any], database: Database) -> None:
    """Give Telegram the menus of everybody: an employee's, unless one leads."""
    bot = application.bot
    await _publish(bot, BotCommandScopeAllPrivateChats(), list_menu(Role.EMPLOYEE))
    await _publish(bot, BotCommandScopeAllGroupChats(), list_menu(Role.EMPLOYEE, is_group=True))
    for telegram_id, role in await database.read(list_leaders):
        await publish_menu_of(bot, telegram_id, role)


async def publish_menu_of(bot: Bot, telegram_id: int, role: Role) -> None:
    """Give one person, whose private chat has their own number, the menu of a role."""
    await _publish(bot, BotCommandScopeChat(telegram_id), list_menu(role))


async def _publish(bot: Bot, scope: BotCommandScope, menu: list[tuple[str, str]]) -> None:
    """A menu that Telegram does not take is no reason not to work."""
    try:
        await bot.set_my_commands([BotCommand(name, text) for name, text in menu], scope=scope)
    except TelegramError as error:
        log.info("menu not taken", reason=str(error))
