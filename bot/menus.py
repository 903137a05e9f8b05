"""Telegram's own command menus. One rule: they follow the table of commands, and a menu is no permission."""

import structlog
from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot.application import AnyApplication
from bot.commands import list_menu
from core.access import Role
from core.db import Database
from core.errors import SalesbellError
from core.people.accounts import list_leaders

log = structlog.get_logger()


async def publish_menus(application: AnyApplication, database: Database) -> None:
    """Give Telegram the menus; one it does not take is no reason not to work."""
    employee, group = list_menu(Role.EMPLOYEE), list_menu(Role.EMPLOYEE, is_group=True)
    scopes = [(BotCommandScopeAllPrivateChats(), employee), (BotCommandScopeAllGroupChats(), group)]
    try:
        leaders = await database.read(list_leaders)
    except SalesbellError as error:
        log.warning("leaders go without their menu", reason=error.message)
        leaders = []
    scopes += [(BotCommandScopeChat(chat), list_menu(role)) for chat, role in leaders]
    for scope, menu in scopes:
        try:
            await application.bot.set_my_commands([BotCommand(name, text) for name, text in menu], scope=scope)
        except TelegramError as error:
            log.info("menu not taken", reason=str(error))
