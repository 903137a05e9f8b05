"""Markup as every name there is, through the messages. One rule: a name is shown as it is, and leads nowhere."""

import json
import random
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.delivery import deliver_due
from bot.sandbox.correspondent import Answer, Correspondent
from bot.views.fitting import keep_marks
from core.access import Role
from core.catalog.products import add_product
from core.errors import InvalidInput
from core.metrics.recount import rebuild_rollups
from core.models.catalog import categories, products
from core.models.company import branches, companies
from core.models.people import people, teams
from core.models.sales import lines
from core.money import E4
from core.people.invitations import invite
from core.people.keys import create_key
from core.people.teams import add_to_team, form_team
from core.text import clean_name
from tests.bot.conftest import Chat, chat, chat_database  # noqa: F401  (fixtures)

# Whatever is shown of it: every "naughty" comes after a mark that is shown as it stands.
HOSTILE = '<b>naughty</b> <a href="https://evil.example">x</a> &lt;'
ASKED = (
    "/me", "/sales", "/leaderboard", "/team", "/kpi", "/chart", "/chart top items", "/chart category",
    "/chart revenue by person", "/chart revenue by product", "/why revenue today", "/goal", "/stock", "/stock LMP-1",
    "/people", "/people @bob", "/teams", "/guests", "/branch", "/company", "/switch", "/product", "/product LMP-1",
    "/template", "/history", "/imports", "/keys", "/invitations", "/invite employee", "/close", "/start", "/help",
    "/again", "/give @dana", "/give @bob", "/return 1 LMP-1", "/new 1 LMP-1",
)  # fmt: skip
SELDOM, SEED = 6, 20261201
NAMED = (people, products, branches, companies, categories, teams)


def check(answers: list[Answer]) -> None:
    """Nothing broke, and no link but a person's own came along."""
    for answer in answers:
        assert "went wrong" not in answer.text
        for entity in answer.entities:
            assert entity["type"] != "text_link" or entity["url"].startswith("tg://user?id="), answer.text


async def set_up(chat: Chat) -> None:  # noqa: F811
    """A sale with coupon, platform and customer, a goal, a template, a team, a key, an invitation."""
    with chat.database.begin() as tx:
        add_product(
            tx, chat.shop.alice, sku="LMP-1", name="Lamp", price_e4=50 * E4, category="Lights", stock_e3=900_000
        )
        bob = chat.shop.bob.person_id or 0
        add_to_team(tx, chat.shop.operator, form_team(tx, chat.shop.operator, "Falcons").id, bob)
        create_key(tx, chat.shop.operator, bob)
        invite(tx, chat.shop.alice, Role.EMPLOYEE)
    for text in ("/goal @bob 500", "/goal 900", "/template usual 1 LMP-1"):
        await chat.alice.send(text)
    await chat.bob.send("/sale 1 LMP-1 etsy #SUMMER to Jane")


def rename_everything(chat: Chat, name: str) -> None:  # noqa: F811
    """As if every name that is kept were this one; names that have to differ get a number."""
    with chat.database.begin() as tx:
        for table in NAMED:
            for number in tx.execute(table.select().with_only_columns(table.c.id)).scalars().all():
                tx.execute(update(table).where(table.c.id == number).values(name=f"{name} {number}"[:200]))
        tx.execute(update(products).values(category=name))
        tx.execute(update(lines).values(platform=name[:14], coupon=name[:14]))
        rebuild_rollups(tx, chat.shop.company.id)


async def ask_everything(chat: Chat, who: Correspondent) -> list[Answer]:  # noqa: F811
    answers: list[Answer] = []
    for text in ASKED:
        answers += await who.send(text)
    await who.send("/sale 3 LMP-1 with @dana 30%")
    await deliver_due(chat.database, chat.application.bot)
    return [*answers, *chat.dana.messages[-1:]]


async def test_a_name_is_shown_as_it_is_in_every_message(chat: Chat) -> None:  # noqa: F811
    await set_up(chat)
    rename_everything(chat, HOSTILE)
    for who in (chat.alice, chat.sam, chat.charlie):
        answers = await ask_everything(chat, who)
        check(answers)
        shown = "\n".join(answer.text for answer in answers)
        assert shown.count("naughty") > 10 or who is chat.charlie
        assert shown.count("naughty") == shown.count("<b>naughty"), shown


def test_a_message_has_no_marks_but_ours_however_it_was_made() -> None:
    name = '<a href="https://evil.example">x</a><u>y</u><b>z</b>'
    assert keep_marks(f"<b>Hi</b> {name}") == (
        '<b>Hi</b> &lt;a href="https://evil.example"&gt;x&lt;/a&gt;&lt;u&gt;y&lt;/u&gt;<b>z</b>'
    )


async def send_strings(chat: Chat, strings: list[str]) -> None:  # noqa: F811
    await set_up(chat)
    for string in strings:
        try:
            name = clean_name(string, "name", 150)
        except InvalidInput:
            continue
        rename_everything(chat, name)
        check(await ask_everything(chat, chat.alice))


def read_strings(shared_data: Path) -> list[str]:
    strings: list[str] = json.loads((shared_data / "adversarial" / "blns.json").read_text(encoding="utf-8"))
    return strings


async def test_naughty_strings_as_names(chat: Chat, shared_data: Path) -> None:  # noqa: F811
    await send_strings(chat, random.Random(SEED).sample(read_strings(shared_data), SELDOM))


@pytest.mark.slow
async def test_every_naughty_string_as_every_name(chat: Chat, shared_data: Path) -> None:  # noqa: F811
    await send_strings(chat, read_strings(shared_data))
