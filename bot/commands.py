"""The chat commands. One rule: one entry of `COMMANDS` is one command, in /help, in Telegram's menu, in the README."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.parsing.cards import changes_cards, chooses_drawing
from core.access import PERMISSIONS, Permission, Role, Viewer
from core.errors import NotAllowed, NotFound


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

    `handler`: what answers it, "module:function" in `bot.handlers`.
    `writes`: whether answering may change anything, always or with certain words after it.
    """

    name: str
    usage: str
    help: str
    handler: str
    permission: Permission | None = None
    writes: bool | Callable[[str], bool] = False
    in_groups: bool = True
    examples: tuple[str, ...] = ()
    more: More | None = None

    def may_write(self, words: str) -> bool:
        """Whether answering it with these words may change anything."""
        return self.writes(words) if callable(self.writes) else self.writes


COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        Command(
            "sale",
            "WHAT WAS SOLD [with @PERSON 30%] [+15% VAT] [guest at BRANCH]",
            "record a sale",
            "drafts:record_told_sale",
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
            "dialogue:begin_dialogue",
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
            examples=("/new", "/new 2 SOL-3077"),
        ),
        Command(
            "cancel",
            "",
            "stop telling a sale step by step",
            "dialogue:cancel_dialogue",
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
        ),
        Command(
            "undo",
            "[#SALE]",
            "undo your last sale, or the one you name",
            "returns:answer_undo",
            Permission.RECORD_SALE,
            writes=True,
            examples=("/undo",),
        ),
        Command(
            "again",
            "[#SALE]",
            "your last sale once more, at today's prices",
            "templates:answer_again",
            Permission.RECORD_SALE,
            writes=True,
            examples=("/again",),
        ),
        Command(
            "template",
            "[NAME WHAT IS SOLD]",
            "sales you make often, under a name",
            "templates:answer_template",
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
            examples=("/template", "/template usual 2 SOL-3077 @24.99 etsy", "/sale usual yesterday"),
        ),
        Command(
            "bulk",
            "A SALE ON EACH LINE",
            "record many sales at once",
            "bulk:record_bulk",
            Permission.RECORD_SALE,
            writes=True,
            in_groups=False,
            examples=("/bulk\n2 SOL-3077 etsy\n1 SOL-3077 @20 to Jane",),
        ),
        Command(
            "return",
            "[WHAT CAME BACK] [#SALE] [damaged]",
            "record what came back",
            "returns:answer_return",
            Permission.RECORD_SALE,
            writes=True,
            examples=("/return 1 SOL-3077", "/return 1 SOL-3077 damaged"),
        ),
        Command(
            "exchange",
            "WHAT CAME BACK for WHAT WENT OUT [#SALE]",
            "record an exchange",
            "returns:answer_exchange",
            Permission.RECORD_SALE,
            writes=True,
            examples=("/exchange 1 SOL-3077 for 1 GAM-2211",),
        ),
        Command(
            "give",
            "@PERSON [#SALE]",
            "make a sale somebody else's",
            "returns:answer_give",
            Permission.RECORD_FOR_OTHERS,
            writes=True,
            examples=("/give @ann",),
        ),
        Command("history", "[#SALE]", "what became of a sale", "returns:answer_history"),
        Command(
            "me",
            "[PERIOD]",
            "today, this week, this month, or another period",
            "figures:answer_me",
            examples=("/me", "/me yesterday"),
            more=More(Permission.SEE_TEAM, "[@PERSON] [PERIOD]", "or somebody's", ("/me @ann",)),
        ),
        Command(
            "sales",
            "[WORDS]",
            "the log, narrowed by words",
            "log:answer_log",
            examples=("/sales 7d", "/sales SOL-3077 etsy"),
            more=More(Permission.SEE_TEAM, "[WORDS]", "or by person", ("/sales @ann last month",)),
        ),
        Command(
            "leaderboard",
            "[PERIOD] [by units]",
            "who sold most",
            "figures:answer_leaderboard",
            Permission.SEE_BOARD,
            examples=("/leaderboard last week by units",),
        ),
        Command(
            "team",
            "[PERIOD]",
            "everybody against their target",
            "figures:answer_team",
            Permission.SEE_TEAM,
            examples=("/team last month",),
        ),
        Command(
            "kpi",
            "[PERIOD]",
            "the cards, with what changed",
            "cards:answer_kpi",
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
            "cards:answer_chart",
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
            "lines:answer_why",
            examples=("/why revenue today", "/why category Lighting 30d", "/why revenue amount=50.. sort=-amount"),
        ),
        Command(
            "export",
            "[WHAT] [WORDS] [csv|xlsx|pdf]",
            "a list or report as a file",
            "exports:answer_export",
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
            "goals:answer_goal",
            writes=True,
            more=More(
                Permission.SET_GOALS,
                "[@PERSON] [CATEGORY] [NUMBER] [MONTH] [off]",
                "or set one, take one away; say which days targets fall on",
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
            "stock:answer_stock",
            writes=True,
            examples=("/stock SOL-3077",),
            more=More(Permission.MOVE_STOCK, "[PRODUCT] [+20]", "take in or count", ("/stock SOL-3077 +20",)),
        ),
        Command(
            "price",
            "[PRODUCT]",
            "what products cost",
            "catalog:answer_price",
            examples=("/price", "/price SOL-3077"),
        ),
        Command(
            "digest",
            "daily 18:00",
            "a regular summary in this chat",
            "digest:answer_digest",
            writes=True,
            examples=("/digest daily 18:00", "/digest weekly sunday 9", "/digest now", "/digest off"),
        ),
        Command(
            "invite",
            "[ROLE] [at BRANCH] [many]",
            "let somebody in",
            "people:answer_invite",
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
            "invitations",
            "",
            "the invitations that are open; end one",
            "letting_in:answer_invitations",
            Permission.INVITE,
            in_groups=False,
        ),
        Command(
            "keys",
            "",
            "your keys to the API; end one",
            "letting_in:answer_keys",
            in_groups=False,
            more=More(Permission.MANAGE_PEOPLE, "", "or somebody's", ("/keys",)),
        ),
        Command(
            "people",
            "",
            "who is here",
            "people:answer_people",
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
            "[CODE NAME price 24.99] [off]",
            "the catalogue; add or change a product, take it off sale",
            "catalog:answer_product",
            Permission.MANAGE_CATALOG,
            writes=True,
            in_groups=False,
            examples=(
                "/product SOL-3077 SolarGlow Outdoor Lights price 24.99 cost 11.40",
                "/product SOL-3077 price 22",
                "/product SOL-3077 off",
                "/product SOL-3077 back",
            ),
        ),
        Command(
            "teams",
            "[NAME @PERSON …]",
            "who is in which team",
            "people:answer_teams",
            Permission.MANAGE_TEAMS,
            writes=True,
            in_groups=False,
            examples=("/teams", "/teams Falcons @ann @bob"),
        ),
        Command(
            "guests",
            "[@PERSON [off]]",
            "who of other branches may sell here",
            "people:answer_guests",
            Permission.RECORD_FOR_OTHERS,
            writes=True,
            in_groups=False,
            examples=("/guests", "/guests @omar", "/guests @omar off"),
        ),
        Command(
            "branch",
            "[NAME]",
            "work on another branch",
            "people:answer_branch",
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
            "people:answer_company",
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
                "/company ask 10",
            ),
        ),
        Command(
            "imports",
            "",
            "the files that came in; send me one to import it",
            "imports:answer_imports",
            Permission.IMPORT,
            in_groups=False,
            examples=("/imports",),
        ),
        Command(
            "close",
            "[MONTH]",
            "close months, so that they stay as reported",
            "books:answer_close",
            Permission.CLOSE_MONTHS,
            writes=True,
            in_groups=False,
            examples=("/close", "/close last month", "/close report june 2026", "/close open june 2026"),
        ),
        Command(
            "switch",
            "[COMPANY]",
            "act in another company",
            "people:answer_switch",
            writes=True,
            in_groups=False,
            examples=("/switch",),
        ),
        Command(
            "numbers",
            "[HOW]",
            "how your figures are written",
            "writing:answer_numbers",
            writes=True,
            examples=("/numbers", "/numbers indian", "/numbers ar-SA", "/numbers company"),
        ),
        Command("help", "[COMMAND]", "what you can do", "welcome:answer_help", examples=("/help sales",)),
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


def find_command(name: str, viewer: Viewer, *, is_group: bool) -> Command:
    """The command of that name, if the viewer's role has it, here. NotFound suggests one; NotAllowed says why not."""
    command = COMMANDS.get(name)
    if command is None:
        near = get_close_matches(name, [one.name for one in list_commands(viewer)], n=1)
        raise NotFound(f"I don't know /{name}.", field=name, hint=f"/{near[0] if near else 'help'}")
    if command.permission is not None and not viewer.may(command.permission):
        role = viewer.role.label.replace("_", " ")
        raise NotAllowed(f"/{name} is not for your role ({role}).", field=name)
    if is_group and not command.in_groups:
        raise NotAllowed(f"/{name} is not for a group. Please send it to me in private.", field=name, hint="/help")
    return command
