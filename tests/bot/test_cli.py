"""The command line as somebody uses it, rightly and wrongly. One rule: an error is a sentence that names its option."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS
from tests.bot.command_line import Call
from tests.faults.processes import PROGRAM, build_environment


def test_it_sets_a_company_up_from_nothing(salesbell: Call) -> None:
    created = salesbell("company", "create", "Lumina Home", "--currency", "EUR", "--branch", "Mall", "--branch", "Pier")
    assert created == (0, "lumina_home\n", "")
    code, out, err = salesbell("person", "add", "Ann", "--role", "manager", "--branch", "pier", "--team", "Falcons")
    assert (code, out) == (0, "ann\n")
    assert re.search(r"/start join_\S+", err)
    assert salesbell("person", "add", "Bob", "--team", "falcons")[:2] == (0, "bob\n")
    added = salesbell("product", "add", "SOL-1", "Solar lamp", "--price", "12.50", "--cost", "5", "--stock", "4")
    assert added == (0, "SOL-1\n", "")
    assert "Total: EUR 25.00" in salesbell("chat", "--as", "bob", "/sale 2 SOL-1")[1]
    assert "Total: EUR 8.00" in salesbell("chat", "--as", "ann", "/sale 8.00")[1]
    code, out, err = salesbell("verify")
    assert (code, out.splitlines()[-1]) == (0, "Everything balances.")
    code, out, err = salesbell("ask", "--measures", "revenue,orders,units", "--by", "branch", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert {"rows", "totals"} <= set(answer)
    assert answer["totals"] == {"revenue": "33.00", "orders": 2, "units": 3}
    assert [(row["branch"], row["revenue"]) for row in answer["rows"]] == [("Mall", "25.00"), ("Pier", "8.00")]


def test_it_prints_a_key_alone(shop: Call) -> None:
    code, out, err = shop("key", "create", "--as", "alice", "--scope", "sales:read")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"\S{20,}\n", out)


def test_it_asks_with_eyes_and_without(shop: Call) -> None:
    shop("chat", "--as", "bob", "/sale 2 SOL-3077")
    shop("chat", "--as", "charlie", "/sale 1 GAM-2211")
    everything = json.loads(shop("ask", "--measures", "revenue", "--json")[1])
    assert everything["totals"] == {"revenue": "169.97"}
    assert {"rows", "totals"} <= set(everything)
    own = json.loads(shop("ask", "--measures", "revenue", "--as", "charlie", "--json")[1])
    assert own["totals"] == {"revenue": "119.99"}
    code, table, _ = shop("ask", "--measures", "revenue,average_order_value", "--by", "person")
    assert code == 0
    assert re.search(r"Bob\s+49\.98\s+49\.98", table)
    assert re.search(r"Total\s+169\.97\s+84\.98", table)


def test_it_asks_through_a_window(shop: Call) -> None:
    shop("chat", "--as", "bob", "/sale 2 SOL-3077")
    code, out, _ = shop("ask", "--measures", "orders", "--by", "day", "--period", "7d", "--window", "running", "--json")
    assert (code, [row["orders"] for row in json.loads(out)["rows"]]) == (0, [None] * 6 + [1])
    code, out, err = shop("ask", "--measures", "orders", "--window", "sideways")
    assert (code != 0, out, "sideways" in err) == (True, "", True)


def test_it_shows_what_is_in_effect(shop: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESBELL_TELEGRAM_TOKEN", "123:nobody_may_see")
    code, out, _ = shop("config")
    assert code == 0
    assert "SALESBELL_TELEGRAM_TOKEN" in out
    assert "nobody_may_see" not in out


WRONG = [
    # what was typed, the word at fault
    (("nonsense",), "nonsense"),
    (("ask",), "--measures"),
    (("ask", "--measures", "revenu"), "revenu"),
    (("ask", "--measures", ""), "measures"),
    (("ask", "--measures", "revenue", "--by", "planet"), "planet"),
    (("ask", "--measures", "revenue", "--where", "country"), "country"),
    (("ask", "--measures", "revenue", "--where", "planet=Mars"), "planet"),
    (("ask", "--measures", "revenue", "--from", "yesterday-ish"), "--from"),
    (("ask", "--measures", "revenue", "--from", "2021-02-30"), "--from"),
    (("ask", "--measures", "revenue", "--from", "2021-02-02", "--to", "2021-01-01"), "--to"),
    (("ask", "--measures", "revenue", "--to", "99999-01-01"), "--to"),
    (("ask", "--measures", "revenue", "--period", "fortnight"), "fortnight"),
    (("ask", "--measures", "revenue", "--as", "zoe"), "zoe"),
    (("ask", "--measures", "revenue", "--company", "acme"), "acme"),
    (("ask", "--measures", "revenue", "--branch", "Moon"), "Moon"),
    (("ask", "--measures", "revenue", "--view", "theirs"), "--view"),
    (("ask", "--measures", "revenue", "--limit", "0"), "--limit"),
    (("ask", "--measures", "revenue", "--limit", "many"), "--limit"),
    (("ask", "--measures", "revenue", "--as-of", "then"), "--as-of"),
    (("ask", "--measures", "revenue", "--as-of", "2026-07-18T22:30:00"), "offset"),
    (("ask", "--measures", "revenue\x00"), "revenue"),
    (("ask", "--measures", "revenue", "--by", "\ud800"), "--by"),
    (("company", "create"), "NAME"),
    (("company", "create", ""), "company"),
    (("company", "create", "X", "--currency", "dollars"), "currency"),
    (("company", "create", "X", "--time-zone", "Mars/Base"), "time-zone"),
    (("company", "create", "X", "--time-zone", "../../etc/passwd"), "time-zone"),
    (("company", "create", "X", "--branch", ""), "branch"),
    (("company", "create", "X", "--branch", "A", "--branch", "a"), "a"),
    (("company", "create", "Lumina", "--handle", "lumina"), "lumina"),
    (("person", "add"), "NAME"),
    (("person", "add", " "), "name"),
    (("person", "add", "Ann", "--role", "boss"), "boss"),
    (("person", "add", "Ann", "--branch", "Moon"), "Moon"),
    (("person", "add", "Ann", "--handle", "bob"), "bob"),
    (("person", "add", "Ann", "--handle", "not a handle!"), "handle"),
    (("person", "add", "Ann", "--company", "acme"), "acme"),
    (("product", "add", "X"), "NAME"),
    (("product", "add", "SOL-3077", "Lamp"), "SOL-3077"),
    (("product", "add", "", "Lamp"), "sku"),
    (("product", "add", "X-1", "Lamp", "--price", "cheap"), "price"),
    (("product", "add", "X-1", "Lamp", "--price=-1"), "price"),
    (("product", "add", "X-1", "Lamp", "--price", "1e99"), "price"),
    (("product", "add", "X-1", "Lamp", "--price", "nan"), "price"),
    (("product", "add", "X-1", "Lamp", "--cost", "99999999999999999999"), "cost"),
    (("product", "add", "X-1", "Lamp", "--stock", "some"), "stock"),
    (("product", "add", "X-1", "Lamp", "--stock=-1"), "--stock"),
    (("product", "add", "X-1", "Lamp", "--reorder-point", "x"), "reorder-point"),
    (("product", "add", "X-1", "Lamp", "--branch", "Moon"), "Moon"),
    (("key", "create"), "--as"),
    (("key", "create", "--as", "zoe"), "zoe"),
    (("key", "create", "--as", "alice", "--scope", "everything"), "everything"),
    (("verify", "--company", "acme"), "acme"),
    (("chat", "hello"), "--as"),
    (("chat", "--as", "zoe", "hello"), "zoe"),
    (("chat", "--as", "bob", "--press", "Undo"), "Undo"),
    (("chat", "--as", "bob", " "), "message"),
    (("chat", "--as", "bob", "x" * 4097), "4,096"),
    (("import", "no such file.csv"), "no such file.csv"),
    (("import", "targets"), "FILE"),
    (("import", "targets", "x.csv"), "Month of Order Date"),
    (("import", "targets", "x.csv", "--map", "planet=Mars"), "planet"),
    (("goal", "set"), "TARGET"),
    (("goal", "set", "many"), "many"),
    (("goal", "set", "0", "--branch", "mall"), "zero"),
    (("goal", "set", "5"), "branch"),
    (("goal", "set", "5", "--branch", "Moon"), "Moon"),
    (("goal", "set", "5", "--month", "Smarch-18"), "Smarch-18"),
    (("goal", "set", "5", "--person", "zoe"), "zoe"),
    (("goal", "set", "5", "--product", "X-9"), "X-9"),
    (("goal", "set", "5", "--measure", "happiness"), "happiness"),
    (("goal", "set", "2.5", "--measure", "orders"), "2.5"),
    (("goal", "set", "5", "--as", "bob"), "set goals"),
    (("goal", "show", "--month", "13/2018"), "13/2018"),
    (("import", "sales"), "FILE"),
    (("import", "sales", "no such file.csv"), "no such file.csv"),
    (("import", "sales", "/"), "/"),
    (("import", "sales", "x.csv", "--preset", "nonsense"), "nonsense"),
    (("import", "sales", "x.csv", "--map", "sku"), "--map"),
    (("import", "sales", "x.csv", "--map", "planet=Mars"), "planet"),
    (("import", "sales", "x.csv", "--decimal", "x"), "decimal"),
    (("import", "sales", "x.csv", "--encoding", "klingon"), "klingon"),
    (("import", "sales", "x.csv", "--delimiter", "abc"), "delimiter"),
    (("import", "sales", "x.csv", "--create-missing", "planets"), "planets"),
    (("import", "sales", "x.csv", "--date-format", "Q"), "date-format"),
]


def test_it_names_what_is_wrong(shop: Call) -> None:
    Path("x.csv").write_text("Order,Date,Item,Amount\n1,2026-01-02,SOL-3077,5\n")
    failures = []
    for words, fault in WRONG:
        try:
            code, out, err = shop(*words)
        except BaseException as error:
            failures.append((words, f"{type(error).__name__}: {error}"))
            continue
        if code != 2 or fault not in err or "Traceback" in err or len(err) > 900:
            failures.append((words, f"{code}: {out}{err}"))
    assert not failures, "\n".join(f"{words}\n    {what}" for words, what in failures)


def test_a_company_is_known_however_its_handle_is_joined(salesbell: Call) -> None:
    for name in ("Corner Shop", "Other"):
        salesbell("company", "create", name)
    for words in ("corner_shop", "corner-shop", "Corner Shop", "CORNER-SHOP"):
        assert salesbell("person", "add", "Ann", "--company", words)[0] == 0
    assert salesbell("person", "add", "Ann", "--company", "corner-shops")[0] == 2


def test_somebody_unknown_is_told_who_there_is(shop: Call) -> None:
    for words in (("chat", "--as", "zoe", "hello"), ("ask", "--measures", "revenue", "--as", "zoe")):
        code, _, err = shop(*words)
        assert (code, "There are: alice, bob, dana, charlie, sam." in err) == (2, True)


def test_sales_of_nobody_make_nobody_a_colleague(shop: Call) -> None:
    Path("sales.csv").write_text("Order,Date,Amount\n1,2026-01-02,5\n")
    assert shop("import", "sales", "sales.csv", "--create-missing")[0] == 0
    for words in (("chat", "hello"), ("chat", "--as", "zoe", "hello")):
        assert "imported" not in shop(*words)[2]
    assert "Imported" not in shop("chat", "--as", "sam", "/people")[1]
    assert shop("chat", "--as", "imported_sales", "hello")[0] == 2
    assert "1 recorded" in shop("import", "sales", "sales.csv", "--name", "again", "--create-missing")[1]
    assert json.loads(shop("ask", "--measures", "revenue", "--by", "person", "--json")[1])["rows"] == [
        {"person": "Imported sales", "revenue": "10.00"}
    ]


def test_it_helps_with_every_command(salesbell: Call) -> None:
    commands = re.findall(r"^  ([\w-]+) ", salesbell("--help")[1].partition("Commands:")[2], re.MULTILINE)
    assert commands == list(COMMANDS)
    for command in commands:
        code, out, _ = salesbell(command, "--help")
        assert code == 0
        for below in re.findall(r"^  (\w+) ", out.partition("Commands:")[2], re.MULTILINE):
            assert salesbell(command, below, "--help")[0] == 0


def test_there_is_nothing_to_ask_in_an_empty_installation(salesbell: Call) -> None:
    for words in ("ask --measures revenue", "verify", "person add Ann", "product add A B", "key create --as ann"):
        code, _, err = salesbell(*words.split())
        assert code == 2
        assert "company create" in err or "ann" in err
    assert "invitation" in salesbell("chat", "hello")[1]


def test_it_chats_presses_and_replies(shop: Call) -> None:
    code, out, err = shop("chat", "--as", "bob", "/sale 2 SOL-3077")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "[Undo] [Edit] [Note] [Return]"
    assert "Undone" in shop("chat", "--as", "bob", "--press", "Undo")[1]
    assert shop("chat", "--as", "bob", "--press", "Restore")[0] == 0
    shop("chat", "--as", "bob", "--press", "Note")
    assert "gift wrap" in shop("chat", "--as", "bob", "gift wrap")[1]
    assert json.loads(shop("ask", "--measures", "revenue,orders", "--json")[1])["totals"]["orders"] == 1


def test_a_conversation_that_cannot_be_read_begins_anew_and_loses_no_sale(shop: Call) -> None:
    path = Path("salesbell-chat.json")
    for number, broken in enumerate((b"", b"{", b"[]", b"\xff\xfe", b'{"world": {}}', b'{"reserved": 5}'), 1):
        assert "Sale recorded" in shop("chat", "--as", "bob", "/sale 5.00")[1]
        path.write_bytes(broken)
        code, out, err = shop("chat", "--as", "bob", "/sale 5.00")
        assert code == 0
        assert "Sale recorded" in out
        assert "begins anew" in err
        assert json.loads(shop("ask", "--measures", "orders", "--json")[1])["totals"] == {"orders": 2 * number}


def test_conversations_in_two_folders_do_not_mix(shop: Call, tmp_path: Path) -> None:
    for number in range(1, 4):
        for folder in ("one", "two"):
            (tmp_path / folder).mkdir(exist_ok=True)
            os.chdir(tmp_path / folder)
            assert "Sale recorded" in shop("chat", "--as", "bob", "/sale 5.00")[1]
        assert json.loads(shop("ask", "--measures", "orders", "--json")[1])["totals"] == {"orders": 2 * number}


def test_it_names_the_file_of_the_conversation(shop: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("folder").mkdir()
    for wrong in ("no/such/folder/chat.json", "folder", "/proc/nothing/chat.json"):
        monkeypatch.setenv("SALESBELL_CHAT_FILE", wrong)
        code, _, err = shop("chat", "--as", "bob", "/sale 5.00")
        assert code == 2, wrong
        assert "SALESBELL_CHAT_FILE" in err


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_prompt_goes_on_after_a_mistake_and_takes_any_bytes(shop: Call, database_url: str, tmp_path: Path) -> None:
    lines = [b"/sale 10", b"[Nonsense]", b"x" * 5000, b"", b"\xff\xfe\x00", b"/sale 20", b"[Undo]", b"\xf0\x9f\x98\x80"]
    done = subprocess.run(
        [PROGRAM, "chat", "--as", "bob"],
        input=b"\n".join(lines),
        cwd=tmp_path,
        env=build_environment({"database_url": database_url}) | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    out, err = done.stdout.decode("latin-1"), done.stderr.decode("latin-1")
    assert "Traceback" not in out + err
    assert done.returncode == 0, err
    assert "Nonsense" in err
    assert "4,096" in err
    assert "Total: SAR 20.00" in out
    assert json.loads(shop("ask", "--measures", "revenue,orders", "--json")[1])["totals"]["revenue"] == "10.00"
