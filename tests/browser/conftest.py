"""A demo and a browser for the tests. One rule: both are the real programs, started once."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.devtools import find_chromium, open_tab, run_chromium
from tests.browser.page import Page

STARTING_SECONDS = 60.0
NO_BROWSER = "NO CHROMIUM: the tests of the chat page are skipped. Install chromium (or google-chrome) to run them."


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nobody should think the page was tried when it was not."""
    if find_chromium() is None:
        terminalreporter.write_line(NO_BROWSER, red=True, bold=True)


@contextmanager
def run_demo(port: int) -> Iterator[str]:
    """`salesbell demo`, as one starts it; gives its address once the page is there."""
    program = Path(sys.executable).parent / "salesbell"
    environment = os.environ | {"SALESBELL_PORT": str(port)}
    process = subprocess.Popen([program, "demo"], env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(process, f"{address}/chat/")
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STARTING_SECONDS)


def _wait_for(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the demo did not start")


def find_port() -> int:
    """A port nobody uses just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Chromium; tests are skipped where there is none."""
    program = find_chromium()
    if program is None:
        pytest.skip(NO_BROWSER)
    with run_chromium(program, tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture(scope="session")
def demo(browser: str) -> Iterator[str]:
    """The address of a running demo."""
    with run_demo(find_port()) as address:
        yield address


@pytest.fixture
async def page(browser: str, demo: str) -> AsyncIterator[Page]:
    """The chat page in a tab of its own; nothing went wrong in it, and it asked nobody else for anything."""
    async with open_tab(browser) as tab:
        opened = Page(tab, demo)
        yield opened
        assert tab.troubles == []
        assert [url for url in tab.requests if not url.startswith((f"{demo}/", "data:", "blob:"))] == []
