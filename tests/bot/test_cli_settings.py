"""What is configured wrongly, told by name. One rule: a sentence and exit code 2, in which no secret stands."""

import re
import socket
from pathlib import Path

import pytest
import structlog

from bot.cli import main
from bot.cli.opening import read_settings
from tests.faults.processes import find_free_port


def start(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """(exit code, what was said) of `salesbell WORDS`, in this process."""
    monkeypatch.setattr("sys.argv", ["salesbell", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SALESBELL_HOST", "127.0.0.1")
    monkeypatch.setenv("SALESBELL_PORT", "0")
    monkeypatch.setenv("SALESBELL_DATABASE_URL", f"sqlite:///{tmp_path / 'bell.sqlite3'}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SALESBELL_PORT", "70000"),
        ("SALESBELL_PORT", "eighty"),
        ("SALESBELL_HOST", "no.such.host.invalid"),
        ("SALESBELL_HOST", "300.1.1.1"),
        ("SALESBELL_HOST", "::ffff:zz"),
        ("SALESBELL_LOG_LEVEL", "loud"),
        ("SALESBELL_DATABASE_THREADS", "0"),
        ("SALESBELL_CURRENCY", "dollars"),
        ("SALESBELL_TIME_ZONE", "Mars/Olympus"),
    ],
)
def test_it_names_the_setting_that_is_wrong(
    name: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    code, said = start(capsys, monkeypatch, "run")
    assert code == 2
    assert re.search(rf"{name}\b", said)
    assert len(said.splitlines()) <= 3, said


def test_it_names_the_port_that_is_taken(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("SALESBELL_PORT", str(port))
        code, said = start(capsys, monkeypatch, "run")
    assert code == 2
    assert f"SALESBELL_PORT: Port {port} cannot be used" in said


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://bell:hunter2@127.0.0.1:PORT/bell",
        "postgresql://bell:hunter2@no.such.host.invalid/bell",
        "postgresql://bell:hunter2@127.0.0.1:nan/bell",
        "postgresql://bell:hunter2@127.0.0.1:99999/bell",
        "postgresql://bell:hunter2@127.0.0.1/bell?nonsense=1",
        "postgresql://bell:hunter2@[::1/bell",
        "postgresql://bell@127.0.0.1:PORT/bell?password=hunter2",
        "mysql://bell:hunter2@127.0.0.1/bell",
        "hunter2",
        "://hunter2",
        "",
        "sqlite:////no/such/folder/bell.sqlite3",
        "sqlite:///.",
        "sqlite:///not_a_database",
    ],
)
def test_it_names_the_database_that_cannot_be_opened_and_not_its_password(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("not_a_database").write_text("It was a dark and stormy night; " * 100)
    monkeypatch.setenv("SALESBELL_DATABASE_URL", address.replace("PORT", str(find_free_port())))
    for words in (("run",), ("verify",), ("chat", "hello"), ("config",)):
        code, said = start(capsys, monkeypatch, *words)
        is_printed = words == ("config",) and is_address(address)
        assert code == (0 if is_printed else 2)
        assert "SALESBELL_DATABASE_URL" in said
        assert "hunter2" not in said


def is_address(text: str) -> bool:
    """Whether it has the shape of one we run on, whatever answers there."""
    return text.startswith(("postgresql://", "sqlite:")) and not any(flaw in text for flaw in (":nan/", "[::1/"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SALESBELL_PORT", "x", "“x” is not a whole number.\nFor example: SALESBELL_PORT=8080"),
        ("SALESBELL_PORT", "70000", "“70000” is more than 65535."),
        ("SALESBELL_PORT", "-1", "“-1” is less than 0."),
        ("SALESBELL_PORT", "80.5", "“80.5” is not a whole number."),
        ("SALESBELL_LOG_LEVEL", "loud", "“loud” is none of debug, info, warning or error."),
    ],
)
def test_it_says_what_is_wrong_with_a_setting_in_its_own_words(
    name: str, value: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert f"Error: {name}: {said}" in start(capsys, monkeypatch, "config")[1]


def test_the_log_has_no_colours_where_nobody_looks_on(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        read_settings()
        structlog.get_logger().warning("something happened", port=80)
    finally:
        structlog.configure(**before)
    said = capsys.readouterr().err
    assert "something happened" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_in_the_log_tells_no_variable(
    form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails on its way to Telegram has the address at hand, and the token is a part of it."""
    monkeypatch.setenv("SALESBELL_LOG_FORMAT", form)
    before = structlog.get_config()
    try:
        read_settings()
        address = "https://api.telegram.org/bot42:nobody_may_see/sendMessage"
        try:
            raise RuntimeError(f"{len(address)} letters")
        except RuntimeError:
            structlog.get_logger().exception("failed")
    finally:
        structlog.configure(**before)
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "nobody_may_see" not in said
