"""Chromium driven through its DevTools protocol. One rule: no more than these tests need, so that no package is."""

import asyncio
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--remote-debugging-port=0", "about:blank",
)  # fmt: skip
STARTING_SECONDS, ANSWERING_SECONDS, PATIENCE_SECONDS = 30.0, 30.0, 45.0
KEYS = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40}


def find_chromium() -> str | None:
    """The browser to use, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def run_chromium(program: str, profile: Path) -> Iterator[str]:
    """A browser without a window; gives the address of its DevTools socket."""
    process = subprocess.Popen(
        [program, f"--user-data-dir={profile}", *FLAGS], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _read_address(process, profile / "DevToolsActivePort")
    finally:
        process.terminate()
        process.wait(STARTING_SECONDS)


def _read_address(process: "subprocess.Popen[bytes]", file: Path) -> str:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and len(lines := file.read_text().split()) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise RuntimeError("Chromium did not start")


class Tab:
    """One page in a profile of its own. `requests` are the addresses it asked for, `troubles` what went wrong in it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session: str | None = None
        self.requests: list[str] = []
        self.troubles: list[str] = []

    async def attach(self) -> None:
        """A new page, listened to from its first request."""
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        target = await self.call("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.call(f"{domain}.enable")
        await self.call("Page.bringToFront")

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol. Raises RuntimeError when the browser refuses it."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json(command | ({"sessionId": self._session} if self._session else {}))
        return await asyncio.wait_for(self._waiting[number], ANSWERING_SECONDS)

    async def listen(self) -> None:
        """Take what the browser says, for ever."""
        async for frame in self._socket:
            said = json.loads(frame.data)
            if "id" in said:
                self._settle(said)
            else:
                self._notice(said["method"], said["params"])

    def _settle(self, said: dict[str, Any]) -> None:
        future = self._waiting.pop(said["id"])
        if future.done():
            return
        if "error" in said:
            future.set_exception(RuntimeError(said["error"]["message"]))
        else:
            future.set_result(said["result"])

    def _notice(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Network.responseReceived" if params["response"]["status"] >= 400:
                self.troubles.append(f"{params['response']['status']} {params['response']['url']}")
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                self.troubles.append(details.get("exception", {}).get("description", details["text"]))
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "warning", "assert"):
                self.troubles.append(f"console: {params['args']}")
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.troubles.append(f"log: {params['entry']['text']} {params['entry'].get('url', '')}")

    async def evaluate(self, script: str, *values: object) -> Any:
        """What a function body returns; `values` are its `a`, `b`, `c`. Raises RuntimeError with what it threw."""
        given = ", ".join(json.dumps(value) for value in values)
        names = ", ".join("abcdef"[: len(values)])
        expression = f"(async ({names}) => {{ {script} }})({given})"
        done = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(done["exceptionDetails"].get("exception", {}).get("description", script))
        return done["result"].get("value")

    async def wait_until(self, script: str, *values: object, seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait for a function body to return something; raises AssertionError with what the page shows instead."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := await self.evaluate(script, *values):
                return found
            await asyncio.sleep(0.03)
        shown = await self.evaluate("return document.body.innerText.slice(-1500)")
        raise AssertionError(f"never came true: {script} {values}\nThe page shows:\n{shown}")

    async def click(self, script: str, *values: object) -> None:
        """Press the mouse in the middle of the element that a function body returns, once it is there and at rest."""
        script = f"const e = await (async () => {{ {script} }})(); if (!e) return null;"
        script += "e.scrollIntoView({ block: 'nearest', behavior: 'instant' });"
        script += "await new Promise((done) => setTimeout(done, 60)); const r = e.getBoundingClientRect();"
        x, y = await self.wait_until(f"{script} return [r.left + r.width / 2, r.top + r.height / 2]", *values)
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def key(self, name: str, *, shift: bool = False) -> None:
        """Press a key."""
        text = {"text": "\r"} if name == "Enter" else {}
        about = {"key": name, "code": name, "windowsVirtualKeyCode": KEYS[name], "modifiers": 8 if shift else 0}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.call("Input.insertText", text=text)


@asynccontextmanager
async def open_tab(address: str) -> AsyncIterator[Tab]:
    """A page of its own in the browser at `address`."""
    async with aiohttp.ClientSession() as client, client.ws_connect(address, max_msg_size=0) as socket:
        tab = Tab(socket)
        listening = asyncio.create_task(tab.listen())
        try:
            await tab.attach()
            yield tab
        finally:
            listening.cancel()
