"""The README, taken at its word. One rule: what it shows is run, read and compared; "…" stands for anything."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.handlers.sales import PLATFORMS
from bot.parsing.reader import parse_sale
from bot.parsing.sale import AmountOff, Discount, ParsedLine, ParsedSale
from bot.parsing.sentences import is_sale_sentence
from bot.turn import split_command
from core.errors import InvalidInput
from core.money import write_decimal, write_quantity
from tests.bot.parsing.sold import READING

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAMS = Path(sys.executable).parent
COMMAND, ANYTHING = "$ ", "…"


def read_blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def read_table(name: str) -> list[tuple[str, str]]:
    """The rows of the table after a mark: the words between backticks, a line each, and what is said of them."""
    after = README.split(f"<!-- {name} -->\n\n")[1].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in after.splitlines()[2:]]
    return [("\n".join(re.findall(r"`([^`]+)`", left)), right.strip()) for left, right in rows]


def read_sessions() -> list[tuple[str, str]]:
    """Every command of the console examples, in order, and what it prints."""
    pieces = "".join(read_blocks("console")).replace("\\\n", "").split(COMMAND)
    return [(command, shown) for command, _, shown in (piece.partition("\n") for piece in pieces if piece)]


# ---- what one can write --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "meaning"), read_table("phrasings"))
def test_it_reads_a_phrasing_as_the_readme_says(text: str, meaning: str) -> None:
    command, words = split_command(text)
    assert command == "sale" or is_sale_sentence(text)
    assert describe(parse_sale(words, READING)) == meaning


@pytest.mark.parametrize(("text", "refusal"), read_table("refusals"))
def test_it_refuses_as_the_readme_says(text: str, refusal: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_sale(split_command(text)[1], READING)
    assert refused.value.message == refusal


def test_it_reads_the_readme_as_the_bot_does() -> None:
    assert set(READING.platforms) == set(PLATFORMS)


def describe(sale: ParsedSale) -> str:
    """A sale in the README's words."""
    parts = (
        "; ".join(map(describe_line, sale.lines)),
        f"all {describe_discount(sale.discount)}" if sale.discount else "",
        f"on {sale.platform}" if sale.platform else "",
        f"coupon {sale.coupon}" if sale.coupon else "",
        f"to {sale.customer}" if sale.customer else "",
        f"on {sale.day}" if sale.day else "",
        f"sold by @{sale.handle}" if sale.handle else "",
        f"note: {sale.note}" if sale.note else "",
    )
    return " · ".join(part for part in parts if part)


def describe_line(line: ParsedLine) -> str:
    if line.product_words is None:
        said = f"an amount of {write_plain(line.total_e4 or 0)}"
    else:
        said = f"{write_quantity(line.quantity_e3)} × {line.product_words}"
        said += f" at {write_plain(line.unit_price_e4)} each" if line.unit_price_e4 is not None else ""
        said += f" for {write_plain(line.total_e4)} in all" if line.total_e4 is not None else ""
    return f"{said}, {describe_discount(line.discount)}" if line.discount else said


def describe_discount(discount: Discount) -> str:
    if isinstance(discount, AmountOff):
        return f"less {write_plain(discount.amount_e4)}"
    return f"less {write_decimal(discount.percent_e2, 2, 2).rstrip('0').rstrip('.')}%"


def write_plain(amount_e4: int) -> str:
    return write_decimal(amount_e4, 4, 4).rstrip("0").rstrip(".")


# ---- what one can run ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("readme")
    (csv,) = read_blocks("csv")
    (made / "orders.csv").write_text(csv, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """That of somebody who configured nothing, with the checkout's programs at hand."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SALESBELL_")}
    return {**kept, "PATH": f"{PROGRAMS}{os.pathsep}{kept['PATH']}", "COLUMNS": "200"}


@pytest.fixture(scope="module")
def finished(folder: Path, environment: dict[str, str]) -> list[tuple[str, str, str]]:
    """Every command of the README with what it should print and what it did."""
    return [(command, shown, run(command, folder, environment)) for command, shown in read_sessions()]


def run(command: str, folder: Path, environment: dict[str, str]) -> str:
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, text=True, timeout=60, check=False, **both)
    return done.stdout


def matches(shown: str, printed: str) -> bool:
    """Whether a text is what was shown; a line of "…" stands for any lines, "…" in a line for any words."""
    lines = [re.escape(line.rstrip()).replace(ANYTHING, ".*") for line in shown.strip("\n").splitlines()]
    pattern = "".join("(?:.*\n)*" if line == ".*" else f"{line}\n" for line in lines)
    text = "".join(f"{line.rstrip()}\n" for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern, text) is not None


def test_it_prints_what_the_readme_shows(finished: list[tuple[str, str, str]]) -> None:
    assert len(finished) >= 10
    wrong = [
        f"{command}\nshould print\n{shown}\nand printed\n{printed}"
        for command, shown, printed in finished
        if not matches(shown, printed)
    ]
    assert not wrong, "\n".join(wrong)


def test_it_would_notice_another_answer() -> None:
    assert matches("a\n…\nd…", "a\nb\nc\nd e")
    assert not matches("a\n…\nd", "a\nb\nc")
    assert not matches("Total: EUR 44.98", "Total: EUR 44.99")


@pytest.fixture(scope="module")
def address(folder: Path, environment: dict[str, str], finished: object) -> Iterator[str]:
    """`salesbell run` in the README's folder, as it is after the README's commands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {**environment, "SALESBELL_PORT": str(port), "SALESBELL_HOST": "127.0.0.1"}
    with subprocess.Popen(["salesbell", "run"], cwd=folder, env=settings, stderr=subprocess.DEVNULL) as serving:
        wait_for(port)
        yield f"http://localhost:{port}"
        serving.terminate()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("`salesbell run` did not begin to listen")


def test_it_answers_the_calls_of_the_readme(address: str, folder: Path, environment: dict[str, str]) -> None:
    (script,) = (block for block in read_blocks("sh") if "curl " in block)
    first, *calls = script.replace("\\\n", " ").splitlines()
    key = run(first.removeprefix("KEY=$(").removesuffix(")"), folder, environment).strip()
    answers = [call_api(call.replace("$KEY", key).replace("http://localhost:8080", address)) for call in calls]
    figures, made, listed = answers
    assert figures["data"]["totals"]["orders"] == 1
    assert made["data"]["total_revenue"] == 49.98
    assert [sale["id"] for sale in listed["data"]] == [made["data"]["id"]]


def call_api(command: str) -> Any:
    """What a line of curl would do, without curl."""
    words = shlex.split(command)
    assert words.pop(0) == "curl"
    headers, body, url = {}, None, ""
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0).encode()
            case other:
                url = other
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        pytest.fail(f"{command}\nwas answered with {error.code}: {error.read().decode()}")


# ---- what one can make ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    sorted(set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(re.findall("`[^`]+`|```sh.*?```", README, re.DOTALL))))),
)
def test_it_names_targets_that_are_there(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_names_the_two_commands_first() -> None:
    first = README.split("## Two commands")[1].split("```sh\n")[1]
    assert [line.split("#")[0].strip() for line in first.split("```")[0].splitlines()] == ["make demo", "make test"]


def test_it_names_what_has_to_be_there_first(tmp_path: Path) -> None:
    needed = README.split("## Two commands\n\n")[1].splitlines()[0]
    (install,) = re.findall("`(apt-get install [^`]+)`", needed)
    (oldest,) = re.findall(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"Python {oldest} or newer" in needed
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(["make", "demo", "PYTHON3=false"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert install in done.stderr
