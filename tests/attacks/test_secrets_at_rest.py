"""What lies about: files, errors and names that should tell nobody anything."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from core import clock
from core.access import Role, Viewer, load_viewer
from core.catalog.customers import find_or_add_customer
from core.db import Database
from core.errors import InvalidInput, NotAllowed
from core.metrics.ask import ask
from core.metrics.question import Question
from core.migrations import migrate
from core.models.people import accounts
from core.money import E3, E4
from core.people.employment import add_branch_membership
from core.people.keys import create_key
from core.people.members import add_person
from core.periods import month_of
from core.sales.commands import RecordSale, SaleLine, SaleTerms
from core.sales.record import record_sale
from core.statements import Statement
from core.text import clean_name
from tests.core.people.shop import Shop, open_shop

SECRET = "hunter2-in-a-name"
UNSEEN = [
    "\u200b",
    "\u2060\u200d",
    "\u3164",
    "\u2800 \u2800",
    "\ufe0f",
    "\u00ad",
    "\u034f",
    "\U000e0041",
    "\u202e\u202c",
]


@pytest.fixture
def shop(tx: Connection) -> Shop:
    return open_shop(tx)


def test_every_file_of_sqlite_is_for_its_owner_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    migrate(database)
    database.share_file()
    with database.begin() as tx:
        open_shop(tx)
        made = list(tmp_path.iterdir())
        assert {path.name for path in made} >= {"own.sqlite3", "own.sqlite3-wal", "own.sqlite3-shm"}
        assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    database.close()


def test_whatever_a_command_writes_is_for_its_owner_only(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from bot.cli.main import main; main()"]
    environment = {"SALESBELL_DATABASE_URL": f"sqlite:///{tmp_path / 'a.sqlite3'}", "PATH": "/usr/bin:/bin"}
    environment |= {"SALESBELL_CHAT_FILE": str(tmp_path / "chat.json")}
    for words in (["company", "create", "Acme"], ["person", "add", "Ann"], ["chat", "--as", "ann", "sold 1250"]):
        subprocess.run([*command, *words], env=environment, cwd=Path.cwd(), check=True, capture_output=True)
    out = ["export", "sales", "--out", str(tmp_path / "sales.csv")]
    subprocess.run([*command, *out], env=environment, cwd=Path.cwd(), check=True, capture_output=True)
    made = list(tmp_path.iterdir())
    assert {path.name for path in made} >= {"a.sqlite3", "chat.json", "sales.csv"}
    assert {path.stat().st_mode & 0o077 for path in made} == {0}


@pytest.mark.parametrize("how", ["by SQLAlchemy", "compiled once"])
def test_no_error_of_the_database_quotes_a_value(tx: Connection, how: str) -> None:
    row = {"telegram_id": 7, "name": SECRET, "created_at": None}
    run = tx.execute if how == "by SQLAlchemy" else lambda built, values: Statement(built).run(tx, values)
    with pytest.raises(IntegrityError) as raised:
        run(insert(accounts), row)
    assert SECRET not in str(raised.value) + repr(raised.value) + str(raised.value.orig)


@pytest.mark.parametrize("name", UNSEEN)
def test_a_name_that_nobody_can_see_is_none(name: str) -> None:
    with pytest.raises(InvalidInput, match=r"nobody can see|is empty") as refusal:
        clean_name(name, "customer")
    assert refusal.value.field == "customer"


def test_unseen_names_are_refused_wherever_names_are_taken(tx: Connection, shop: Shop) -> None:
    number = shop.number(shop.bob)
    for take in (
        lambda: add_person(tx, shop.sam, "\u200b", Role.EMPLOYEE),
        lambda: create_key(tx, shop.bob, number, label="\u3164"),
        lambda: find_or_add_customer(tx, shop.company.id, "\u2800"),
    ):
        with pytest.raises(InvalidInput, match="nobody can see"):
            take()


@pytest.mark.parametrize("name", ["👨‍👩‍👧", "०", "علي", "・", "é", "e\u0301"])
def test_what_can_be_seen_is_a_name(name: str) -> None:
    assert clean_name(f"\u200b{name}\u200f", "name") == name


def test_another_branchs_customer_is_as_unknown_as_one_nobody_has(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(E3, total_e4=5 * E4),), customer="Noura Qasim")
    record_sale(tx, shop.bob, RecordSale("test", "1", terms))

    def refuse(viewer: Viewer, name: str) -> tuple[str, str | None, str | None]:
        with pytest.raises(InvalidInput) as refusal:
            ask(tx, viewer, Question(("revenue",), month_of(clock.today("Asia/Riyadh")), where=(("customer", name),)))
        return refusal.value.message.replace(name, "X"), refusal.value.field, refusal.value.hint

    assert refuse(shop.charlie, "noura qasim") == refuse(shop.charlie, "Nobody Atall")
    for viewer in (shop.bob, shop.alice, shop.dana, shop.sam):
        answer = ask(
            tx,
            viewer,
            Question(("revenue",), month_of(clock.today("Asia/Riyadh")), where=(("customer", "noura qasim"),)),
        )
        assert answer.totals["revenue"] == 5 * E4, viewer.handle


def test_who_belongs_to_both_branches_finds_the_customers_of_both(tx: Connection, shop: Shop) -> None:
    terms = SaleTerms((SaleLine(E3, total_e4=5 * E4),), customer="Noura Qasim")
    record_sale(tx, shop.charlie, RecordSale("test", "1", terms))
    question = Question(
        ("revenue",), month_of(clock.today("Asia/Riyadh")), where=(("customer", "Noura Qasim"),), branch="jeddah"
    )
    with pytest.raises(NotAllowed, match="That branch is not yours"):
        ask(tx, shop.alice, question)
    add_branch_membership(tx, shop.sam, shop.number(shop.alice), shop.jeddah.id)
    assert ask(tx, load_viewer(tx, shop.number(shop.alice)), question).totals["revenue"] == 5 * E4
