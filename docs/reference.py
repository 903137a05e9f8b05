"""References written from the code's own tables. One rule: nothing is typed twice; `make docs` writes it all anew."""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal, get_args, get_origin

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.cli.main import salesbell
from bot.commands import COMMANDS, Command
from core.access import PERMISSIONS, RULES, Permission, Reach, Role, Rule, Scope
from core.cards.catalogue import CARDS, CHARTS
from core.imports.sales.fields import FIELDS
from core.imports.sales.presets import PRESETS
from core.metrics.dimensions import DIMENSIONS, Dimension
from core.metrics.line_columns import COLUMNS
from core.metrics.measures import MEASURES, Measured, list_measured
from core.metrics.plan import name_source, plan_question
from core.periods import month_of
from core.settings import Settings
from docs.http_api import write_http_api, write_operations
from docs.markdown import write_code, write_codes, write_page, write_table
from docs.periods import write_periods

ROOT = Path(__file__).resolve().parent.parent
README = "README.md"
TOP = click.Context(salesbell, info_name="salesbell", terminal_width=100, **salesbell.context_settings)
COMPANY_WIDE, A_MONTH = Scope(1, None, None), month_of(date(2026, 7, 1))
_TARGET = re.compile(r"^([a-z-]+):.*?## (.+)$", re.MULTILINE)
_SECTION = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(?:(?!<!-- generated).)*?(<!-- end -->)", re.DOTALL)


# ---- chat -----------------------------------------------------------------------------------------------------------


def write_commands() -> str:
    """docs/reference/commands.md."""
    return write_page(
        "Chat commands",
        "A sale needs no command: `sold 2 griparm @99 to Jane` is one. `/help` shows what the asker may do.",
        list_commands(),
        *map(_write_command, COMMANDS.values()),
    )


def list_commands() -> str:
    """The table of the commands."""
    rows = ((write_code(_show_use(one)), _show_help(one), _name_roles(one.permission)) for one in COMMANDS.values())
    return write_table(("command", "what for", "who"), rows)


def _show_use(command: Command) -> str:
    return f"/{command.name} {command.more.usage if command.more else command.usage}".strip()


def _show_help(command: Command) -> str:
    return f"{command.help}; {_show_more(command)}" if command.more else command.help


def _show_more(command: Command) -> str:
    more = command.more
    return f"{more.help} ({_name_roles(more.permission)})" if more else ""


def _name_roles(permission: Permission | None) -> str:
    if permission is None or PERMISSIONS[permission] is min(Role):
        return "everybody"
    return f"{_name_role(PERMISSIONS[permission])} and up" if PERMISSIONS[permission] < max(Role) else "super admin"


def _name_role(role: Role) -> str:
    return role.label.replace("_", " ")


def _write_command(command: Command) -> str:
    more = command.more
    examples = command.examples + (more.examples if more else ())
    who = [f"For {_name_roles(command.permission)}.", f"Besides: {_show_more(command)}." if more else ""]
    who.append("" if command.in_groups else "Not in the menu of a group.")
    blocks = [f"## /{command.name}", f"{command.help[0].upper()}{command.help[1:]}. {' '.join(filter(None, who))}"]
    blocks += ["```text\n" + "\n".join(examples) + "\n```"] if examples else []
    return "\n\n".join(blocks)


# ---- figures --------------------------------------------------------------------------------------------------------


def write_measures() -> str:
    """docs/reference/measures.md."""
    rows = (
        (
            write_code(one.name),
            one.label,
            one.unit.value,
            one.words,
            "measured" if isinstance(one, Measured) else "derived",
            _name_roles(one.permission),
            _name_source(one.name),
        )
        for one in MEASURES.values()
    )
    return write_page(
        "Measures",
        "One entry of `MEASURES` in `core/metrics/measures.py` is one measure: in chat, digest, API and command line. "
        "A *measured* one is a sum or a count of distinct things; a *derived* one is a formula over measured ones, "
        "applied to every row and again to the totals. *Counted from* is what the planner reads for a whole month of "
        "the company; a finer question may need another rollup or the lines themselves.",
        write_table(("name", "label", "unit", "what it is", "kind", "who may see it", "counted from"), rows),
    )


def _name_source(measure: str, by: tuple[Dimension, ...] = ()) -> str:
    parts = plan_question(
        list_measured((measure,)), by, COMPANY_WIDE, A_MONTH, in_the_past=False, orders_span=frozenset()
    )
    return ", ".join(write_code(name) for name in name_source(parts).split("+"))


def write_dimensions() -> str:
    """docs/reference/dimensions.md."""
    rows = (
        (write_code(one.name), one.label, write_codes((*one.also_named, *one.aliases)), _name_source("revenue", (one,)))
        for one in DIMENSIONS.values()
    )
    return write_page(
        "Dimensions",
        "One entry of `DIMENSIONS` in `core/metrics/dimensions.py` is one way to split and to filter every measure. "
        "The fields of a company's own, which an import adds, are dimensions as well.",
        write_table(("name", "label", "other words for it, or for its values", "revenue by it is read from"), rows),
    )


def write_cards() -> str:
    """docs/reference/cards.md."""
    cards = (
        (
            write_code(one.name),
            one.title,
            write_code(one.measure),
            one.trend.value,
            "off" if one.is_hidden_at_first else "on",
            one.permission or "",
        )
        for one in CARDS.values()
    )
    charts = (
        (
            write_code(one.name),
            one.title,
            write_codes(one.measures),
            write_code(one.by),
            write_codes(one.types),
            str(one.top or ""),
            one.permission or "",
        )
        for one in CHARTS.values()
    )
    return write_page(
        "Cards and charts",
        "One entry of `CARDS` or `CHARTS` in `core/cards/catalogue.py` is one card: a named question over the measures "
        "and dimensions. `/kpi`, `/chart NAME` and `/why NAME` show them in chat, `/api/metrics/cards`, "
        "`/api/metrics/charts/{name}` and `/api/metrics/lines` over HTTP. Everybody may hide cards, order them, give "
        "one a period of its own, and make cards of their own (`PUT /api/metrics/cards/choices`); whoever manages "
        "people takes one from somebody by its permission (`PUT /api/metrics/cards/permissions`).",
        "## Cards",
        write_table(("name", "title", "measure", "course", "at first", "permission"), cards),
        "## Charts",
        write_table(("name", "title", "measures", "by", "drawn as", "rows", "permission"), charts),
        "## Columns of the lines behind a figure",
        write_table(
            ("column", "what it is", "looked for as", "who may see it"),
            (
                (write_code(one.name), one.label, one.scale or "words", _name_roles(one.permission))
                for one in COLUMNS.values()
            ),
        ),
    )


# ---- people ---------------------------------------------------------------------------------------------------------


def write_permissions() -> str:
    """docs/reference/permissions.md."""
    return write_page(
        "Roles and permissions",
        "Each role may do what the one before it may, and more. Core checks it, whichever edge called "
        "(`core/access`); a menu that leaves something out is a courtesy.",
        list_permissions(),
        "## What each role may see\n\n" + list_scopes(),
        "Somebody who belongs to several companies is a person of their own in each.",
    )


def list_permissions() -> str:
    """The table of who may do what."""
    rows = (
        (permission.value, *("✓" if role >= least else "" for role in Role))
        for permission, least in PERMISSIONS.items()
    )
    return write_table(("may …", *map(_name_role, Role)), rows)


def list_scopes() -> str:
    """The table of the scope rule: the contract's part 3."""
    rows = ((_name_role(role), rule.branches.value, *_name_people(rule)) for role, rule in RULES.items())
    return write_table(("role", "branches", "people", "on the “my” pages"), rows)


def _name_people(rule: Rule) -> tuple[str, str]:
    """Whom a role sees; then whom on its own pages."""
    team = "everybody there"
    seen = team if rule.sees_team else "oneself; in the ranking everybody there"
    return seen, team if rule.own_pages is Reach.TEAM else "oneself"


# ---- set-up ---------------------------------------------------------------------------------------------------------


def write_settings() -> str:
    """docs/reference/settings.md."""
    return write_page(
        "Settings",
        "Variables of the environment, or lines of a file `.env` in the working folder. `salesbell config` prints what "
        "is in effect, with secrets masked.",
        list_settings(),
    )


def list_settings() -> str:
    """The table of the settings."""
    rows = (
        (write_code(f"SALESBELL_{name.upper()}"), write_code(_show_default(field)), _show_meaning(field))
        for name, field in Settings.model_fields.items()
    )
    return write_table(("variable", "default", "what it is"), rows)


def _show_default(field: FieldInfo) -> str:
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "" if value is None else str(value)


def _show_meaning(field: FieldInfo) -> str:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return f"{field.description}{': ' if choices else ''}{write_codes(choices)}"


def write_cli() -> str:
    """docs/reference/cli.md."""
    blocks = (f"## {path}\n\n```text\n{_show_usage(command, path)}\n```" for path, command in list_cli())
    fields = ((write_code(one.name), one.kind.value, one.meaning) for one in FIELDS.values())
    presets = ((write_code(one.name), one.title) for one in PRESETS.values())
    return write_page(
        "The command line",
        "Every command works on the configured database (`SALESBELL_DATABASE_URL`) and brings it up to date first. An "
        "error is a sentence and exit code 2.",
        *blocks,
        "## Fields for `import sales --map FIELD=COLUMN`\n\nAny other name becomes a field of the company's own.",
        write_table(("field", "read as", "what it is"), fields),
        "## Presets for `import sales --preset`",
        write_table(("preset", "the export"), presets),
    )


def list_cli() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, and the words that call it."""
    for name in salesbell.list_commands(TOP):
        command = salesbell.get_command(TOP, name)
        if isinstance(command, click.Group):
            yield from ((f"salesbell {name} {inner}", one) for inner, one in command.commands.items())
        elif command is not None:
            yield f"salesbell {name}", command


def _show_usage(command: click.Command, path: str) -> str:
    shown = command.get_help(click.Context(command, parent=TOP, info_name=path.removeprefix("salesbell ")))
    return "\n".join(line.rstrip() for line in shown.splitlines())


def list_targets() -> str:
    """The table of what `make` can do."""
    targets = _TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    return write_table(("target", "what for"), ((write_code(f"make {name}"), what) for name, what in targets))


# ---- all of it ------------------------------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/commands.md": write_commands,
    "docs/reference/measures.md": write_measures,
    "docs/reference/dimensions.md": write_dimensions,
    "docs/reference/periods.md": write_periods,
    "docs/reference/cards.md": write_cards,
    "docs/reference/permissions.md": write_permissions,
    "docs/reference/settings.md": write_settings,
    "docs/reference/api.md": write_http_api,
    "docs/reference/cli.md": write_cli,
}
# Parts of the README, between `<!-- generated: NAME -->` and `<!-- end -->`.
SECTIONS: dict[str, Callable[[], str]] = {
    "commands": list_commands,
    "permissions": list_permissions,
    "scopes": list_scopes,
    "settings": list_settings,
    "calls": write_operations,
    "targets": list_targets,
}


def fill_sections(text: str) -> str:
    """A text with its generated sections written anew. KeyError: a section that does not exist."""
    return _SECTION.sub(lambda found: f"{found[1]}\n{SECTIONS[found[2]]()}\n\n{found[3]}", text)


def write_everything() -> dict[str, str]:
    """Every generated file, by its path, as it should be."""
    pages = {path: write() for path, write in PAGES.items()}
    return pages | {README: fill_sections((ROOT / README).read_text(encoding="utf-8"))}


def main() -> None:
    """Write what differs, and say so."""
    for path, wanted in write_everything().items():
        file = ROOT / path
        if not file.exists() or file.read_text(encoding="utf-8") != wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted, encoding="utf-8")
            sys.stdout.write(f"written: {path}\n")


if __name__ == "__main__":
    main()
