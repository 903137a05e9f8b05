"""The chat commands. One rule: one entry of `COMMANDS` is one command, in /help, in Telegram's menu, in the README."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from bot.handlers.books import answer_close
from bot.handlers.bulk import record_bulk
from bot.handlers.cards import answer_chart, answer_kpi
from bot.handlers.catalog import answer_product
from bot.handlers.dialogue import begin_dialogue
from bot.handlers.digest import answer_digest
from bot.handlers.exports import answer_export
from bot.handlers.figures import answer_leaderboard, answer_log, answer_me, answer_team
from bot.handlers.goals import answer_goal
from bot.handlers.imports import answer_imports
from bot.handlers.lines import answer_why
from bot.handlers.people import (
    answer_branch,
    answer_company,
    answer_invite,
    answer_people,
    answer_switch,
    answer_teams,
)
from bot.handlers.returns import answer_exchange, answer_give, answer_history, answer_return
from bot.handlers.sales import record_told_sale
from bot.handlers.stock import answer_stock
from bot.handlers.templates import answer_again, answer_template
from bot.handlers.writing import answer_numbers
from bot.parsing.cards import changes_cards, chooses_drawing
from bot.turn import Reply, Turn
from bot.views.welcome import CommandRow, show_help, show_help_about
from core.access import PERMISSIONS, Permission, Role, Viewer
from core.errors import NotFound

Handler = Callable[[Connection, Turn], Reply | None]


@dataclass(frozen=True, slots=True)
class More:
    """What a command does besides, for those who have one more permission."""

    permission: Permission
    usage: str
    help: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A chat command. `usage` are the words after it; `examples` work as they stand.

    `writes`: whether answering may change anything, always or with certain words after it.
    """

    name: str
    usage: str
    help: str
    handler: Handler
    permission: Permission | None = None
    writes: bool | Callable[[str], bool] = False
    in_groups: bool = True
    examples: tuple[str, ...] = ()
    more: More | None = None

    def may_write(self, words: str) -> bool:
        """Whether answering it with these words may change anything."""
        return self.writes(words) if callable(self.writes) else self.writes


def answer_help(_tx: Connection, turn: Turn) -> Reply:
    """/help: what the asker may do, and nothing else; `/help sales`: one command with examples."""
    known = [describe_command(one, turn.viewer) for one in list_commands(turn.viewer)]
    wanted = turn.words.strip().removeprefix("/").casefold()
    if not wanted:
        return show_help(known, in_group=turn.is_group)
    about = next((row for row in known if row[0] == wanted), None)
    if about is None:
        raise NotFound(f"You have no command “{wanted}”.", field=wanted[:40], hint="/help")
    return show_help_about(about)


def describe_command(command: Command, viewer: Viewer) -> CommandRow:
    """What a command is for this viewer: its name, usage, help and examples."""
    more = command.more
    if more is None or not viewer.may(more.permission):
        return command.name, command.usage, command.help, command.examples
    return command.name, more.usage, f"{command.help}; {more.help}", command.examples + more.examples


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command(
            "sale",
            "WHAT WAS SOLD [with @PERSON 30%] [+15% VAT] [guest at BRANCH]",
            "record a sale",
            record_told_sale,
            Permission.RECORD_SALE,
            writes=True,
            examples=(
                "/sale 2 SOL-3077",
                "/sale 2 SOL-3077 @24.99 -10% etsy #SUMMER",
                "/sale 1250",
                "/sale 2 SOL-3077 with @ann 30%",
                "/sale 2 SOL-3077 +15% VAT",
            ),
            more=More(
                Permission.RECORD_FOR_OTHERS,
                "WHAT WAS SOLD [for @PERSON] [with @PERSON 30%] [+15% VAT] [guest at BRANCH]",
                "or somebody's",
                ("/sale 2 SOL-3077 for @ann",),
            ),
        ),
        Command(
            "new",
            "[WHAT WAS SOLD]",
            "tell a sale step by step, with buttons",
            begin_dialogue,
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
            examples=("/new", "/new 2 SOL-3077"),
        ),
        Command(
            "again",
            "[#SALE]",
            "your last sale once more, at today's prices",
            answer_again,
            Permission.RECORD_SALE,
            writes=True,
            examples=("/again",),
        ),
        Command(
            "template",
            "[NAME WHAT IS SOLD]",
            "sales you make often, under a name",
            answer_template,
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
            examples=("/template", "/template usual 2 SOL-3077 @24.99 etsy", "/sale usual yesterday"),
        ),
        Command(
            "bulk",
            "A SALE ON EACH LINE",
            "record many sales at once",
            record_bulk,
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
            examples=("/bulk\n2 SOL-3077 etsy\n1 SOL-3077 @20 to Jane",),
        ),
        Command(
            "return",
            "[WHAT CAME BACK] [#SALE] [damaged]",
            "record what came back",
            answer_return,
            Permission.RECORD_SALE,
            writes=True,
            examples=("/return 1 SOL-3077", "/return 1 SOL-3077 damaged"),
        ),
        Command(
            "exchange",
            "WHAT CAME BACK for WHAT WENT OUT [#SALE]",
            "record an exchange",
            answer_exchange,
            Permission.RECORD_SALE,
            writes=True,
            examples=("/exchange 1 SOL-3077 for 1 GAM-2211",),
        ),
        Command(
            "give",
            "@PERSON [#SALE]",
            "make a sale somebody else's",
            answer_give,
            Permission.RECORD_FOR_OTHERS,
            writes=True,
            examples=("/give @ann",),
        ),
        Command("history", "[#SALE]", "what became of a sale", answer_history),
        Command(
            "me",
            "",
            "today, this week, this month",
            answer_me,
            more=More(Permission.SEE_TEAM, "[@PERSON]", "or somebody's", ("/me @ann",)),
        ),
        Command(
            "sales",
            "[WORDS]",
            "the log, narrowed by words",
            answer_log,
            examples=("/sales 7d", "/sales SOL-3077 etsy"),
            more=More(Permission.SEE_TEAM, "[WORDS]", "or by person", ("/sales @ann last month",)),
        ),
        Command(
            "leaderboard",
            "[PERIOD] [by units]",
            "who sold most",
            answer_leaderboard,
            Permission.SEE_BOARD,
            examples=("/leaderboard last week by units",),
        ),
        Command(
            "team",
            "[PERIOD]",
            "everybody against their target",
            answer_team,
            Permission.SEE_TEAM,
            examples=("/team last month",),
        ),
        Command(
            "kpi",
            "[PERIOD]",
            "the cards, with what changed",
            answer_kpi,
            writes=changes_cards,
            examples=(
                "/kpi",
                "/kpi last month platform=Etsy",
                "/kpi hide total_quantity",
                "/kpi add etsy revenue by month platform=Etsy",
            ),
            more=More(Permission.SEE_PROFIT, "[PERIOD]", "or turn profit on", ("/kpi profit on",)),
        ),
        Command(
            "chart",
            "[NAME] [as MAP] [PERIOD]",
            "sales by anything",
            answer_chart,
            writes=chooses_drawing,
            examples=(
                "/chart",
                "/chart country as map last month",
                "/chart top items 30d",
                "/chart orders by platform",
                "/chart revenue as calendar",
            ),
        ),
        Command(
            "why",
            "NAME [ROW] [PERIOD]",
            "the lines behind a figure",
            answer_why,
            examples=("/why revenue today", "/why category Lighting 30d", "/why revenue amount=50.. sort=-amount"),
        ),
        Command(
            "export",
            "[WHAT] [WORDS] [csv|xlsx|pdf]",
            "a list or report as a file",
            answer_export,
            in_groups=False,
            examples=(
                "/export sales last month xlsx",
                "/export chart category 30d pdf",
                "/export revenue by product 7d csv",
            ),
            more=More(
                Permission.SEE_TEAM,
                "[WHAT] [WORDS] [csv|xlsx|pdf]",
                "of the team too",
                ("/export team last month pdf",),
            ),
        ),
        Command(
            "goal",
            "[MONTH]",
            "how the goals stand",
            answer_goal,
            writes=True,
            more=More(
                Permission.SET_GOALS,
                "[@PERSON] [CATEGORY] [NUMBER] [MONTH]",
                "or set one; say which days targets fall on",
                (
                    "/goal 50000",
                    "/goal @ann 200 units SOL-3077",
                    "/goal Lighting 10400 april",
                    "/goal weights fri 0",
                    "/goal closed tomorrow",
                ),
            ),
        ),
        Command(
            "stock",
            "[PRODUCT]",
            "what is there",
            answer_stock,
            writes=True,
            examples=("/stock SOL-3077",),
            more=More(Permission.MOVE_STOCK, "[PRODUCT] [+20]", "take in or count", ("/stock SOL-3077 +20",)),
        ),
        Command(
            "digest",
            "daily 18:00",
            "a regular summary in this chat",
            answer_digest,
            writes=True,
            examples=("/digest daily 18:00", "/digest weekly sunday 9", "/digest off"),
        ),
        Command(
            "invite",
            "[ROLE] [at BRANCH] [many]",
            "let somebody in",
            answer_invite,
            Permission.INVITE,
            writes=True,
            in_groups=False,
            examples=("/invite", "/invite employee many"),
            more=More(
                Permission.MANAGE_PEOPLE,
                "[ROLE] [at BRANCH] [many]",
                "in any role up to your own",
                ("/invite manager",),
            ),
        ),
        Command(
            "people",
            "",
            "who is here",
            answer_people,
            Permission.SEE_TEAM,
            writes=True,
            in_groups=False,
            more=More(
                Permission.MANAGE_PEOPLE,
                "[@PERSON ROLE]",
                "change a role or branch",
                ("/people @bob manager", "/people @bob to Corniche", "/people @bob leaves"),
            ),
        ),
        Command(
            "product",
            "[CODE NAME price 24.99]",
            "the catalogue; add or change a product",
            answer_product,
            Permission.MANAGE_CATALOG,
            writes=True,
            in_groups=False,
            examples=("/product SOL-3077 SolarGlow Outdoor Lights price 24.99 cost 11.40",),
        ),
        Command(
            "teams",
            "[NAME @PERSON …]",
            "who is in which team",
            answer_teams,
            Permission.MANAGE_TEAMS,
            writes=True,
            in_groups=False,
            examples=("/teams", "/teams Falcons @ann @bob"),
        ),
        Command(
            "branch",
            "[NAME]",
            "work on another branch",
            answer_branch,
            Permission.INVITE,
            writes=True,
            in_groups=False,
            examples=("/branch", "/branch own"),
            more=More(Permission.MANAGE_COMPANY, "[NAME]", "open a new one", ("/branch new Corniche",)),
        ),
        Command(
            "company",
            "[WHAT VALUE]",
            "name, money, rates, time, rules, how numbers look",
            answer_company,
            Permission.MANAGE_COMPANY,
            writes=True,
            in_groups=False,
            examples=(
                "/company name Lumina Home",
                "/company currency SAR",
                "/company numbers indian",
                "/company rate USD 3.75",
                "/company corrections 3",
                "/company ahead yes",
            ),
        ),
        Command(
            "imports",
            "",
            "the files that came in; send me one to import it",
            answer_imports,
            Permission.IMPORT,
            in_groups=False,
            examples=("/imports",),
        ),
        Command(
            "close",
            "[MONTH]",
            "close months, so that they stay as reported",
            answer_close,
            Permission.CLOSE_MONTHS,
            writes=True,
            in_groups=False,
            examples=("/close", "/close last month", "/close report june 2026", "/close open june 2026"),
        ),
        Command(
            "switch",
            "[COMPANY]",
            "act in another company",
            answer_switch,
            writes=True,
            in_groups=False,
            examples=("/switch",),
        ),
        Command(
            "numbers",
            "[HOW]",
            "how your figures are written",
            answer_numbers,
            writes=True,
            examples=("/numbers", "/numbers indian", "/numbers ar-SA", "/numbers company"),
        ),
        Command("help", "[COMMAND]", "what you can do", answer_help, examples=("/help sales",)),
    )
}


def list_commands(viewer: Viewer) -> list[Command]:
    """The commands a viewer may use."""
    return [one for one in COMMANDS.values() if one.permission is None or viewer.may(one.permission)]


def list_menu(role: Role, *, is_group: bool = False) -> list[tuple[str, str]]:
    """Telegram's menu for a role: names and descriptions."""
    return [
        (one.name, one.help)
        for one in COMMANDS.values()
        if (one.permission is None or role >= PERMISSIONS[one.permission]) and (one.in_groups or not is_group)
    ]
