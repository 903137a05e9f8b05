"""The chat page as somebody at it has it. One rule: it types and presses as a person would, and reads what is shown."""

from collections.abc import Mapping
from typing import Any

from tests.browser.devtools import Tab

DESKTOP, PHONE = (1280, 800), (390, 844)
_PANE = "const pane = document.querySelectorAll('.pane')[Number(a)];"
_BUBBLES = f"{_PANE} const said = [...pane.querySelectorAll('.turn:not(.out) .bubble')];"


class Page:
    """The page in a tab. `in_group` means the group's pane, which a phone shows under its own tab."""

    def __init__(self, tab: Tab, address: str) -> None:
        self.tab = tab
        self.address = address

    async def open(self, handle: str = "bob", size: tuple[int, int] = DESKTOP, *, theme: str = "light") -> None:
        """Open it as somebody, on a screen of a size and in a theme of the system."""
        width, height = size
        media = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in media.items()]
        await self.tab.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        await self.tab.call("Emulation.setEmulatedMedia", features=features)
        await self.tab.call("Page.navigate", url=f"{self.address}/chat/?as={handle}")
        await self.tab.wait_until("return Boolean(document.querySelector('.pane h2')?.innerText)")

    async def be(self, name: str) -> None:
        """Become somebody of the list."""
        named = "one.querySelector('strong').innerText.startsWith(a)"
        await self.tab.click(f"return [...document.querySelectorAll('.person')].find((one) => {named})", name)
        await self.tab.wait_until("return document.querySelector('#me').ariaLabel.includes(a)", name)

    async def write(self, text: str, *, in_group: bool = False) -> None:
        """Type a message and send it."""
        await self.tab.click(f"{_PANE} return pane.querySelector('textarea')", in_group)
        await self.tab.type(text)
        await self.tab.key("Enter")

    async def say(self, text: str, *, in_group: bool = False) -> str:
        """Send a message, wait for the answer to it, and give its words."""
        before = await self.count(in_group=in_group)
        await self.write(text, in_group=in_group)
        return await self.await_answer(before, in_group=in_group)

    async def await_answer(self, before: int, *, in_group: bool = False) -> str:
        """The newest answer, once there are more than `before`."""
        script = f"{_BUBBLES} return said.length > b && said.at(-1).innerText"
        return str(await self.tab.wait_until(script, in_group, before))

    async def count(self, *, in_group: bool = False) -> int:
        """How many messages of others the pane shows."""
        return int(await self.tab.evaluate(f"{_BUBBLES} return said.length", in_group))

    async def last(self, *, in_group: bool = False) -> str:
        """The words of the newest message of others."""
        return str(await self.tab.evaluate(f"{_BUBBLES} return said.at(-1).innerText", in_group))

    async def wait_for(self, words: str, *, in_group: bool = False) -> None:
        """Wait until the newest message of others says so."""
        await self.tab.wait_until(f"{_BUBBLES} return said.at(-1)?.innerText.includes(b)", in_group, words)

    async def press(self, label: str, *, in_group: bool = False) -> None:
        """Press a button under the newest message that has it."""
        script = f"{_PANE} return [...pane.querySelectorAll('.key')].filter((key) => key.innerText === b).at(-1)"
        await self.tab.click(script, in_group, label)

    async def choose(self, selector: str, words: str) -> None:
        """Press the element of a kind that has these words in it."""
        await self.tab.click(
            "return [...document.querySelectorAll(a)].find((one) => one.innerText.includes(b))", selector, words
        )

    async def show_tab(self, number: int) -> None:
        """On a phone: the chat (0) or the group (1)."""
        await self.tab.click("return document.querySelectorAll('.tab')[a]", number)
        await self.tab.wait_until("return document.querySelectorAll('.pane')[a].classList.contains('shown')", number)

    async def measure(self) -> Mapping[str, Any]:
        """How wide the page and everything in it is, against the screen."""
        script = """
            const inside = [...document.querySelectorAll('.pane.shown *, #topbar *')].filter((one) => one.offsetParent);
            const lists = [...document.querySelectorAll('.scroll')];
            return { screen: innerWidth, page: document.documentElement.scrollWidth,
              lists: Math.max(...lists.map((one) => one.scrollWidth - one.clientWidth)),
              widest: Math.max(...inside.map((one) => one.getBoundingClientRect().right)) };
        """
        found: Mapping[str, Any] = await self.tab.evaluate(script)
        return found

    async def colour(self, selector: str, of: str = "background-color") -> tuple[int, ...]:
        """A colour as red, green, blue."""
        script = "return getComputedStyle(document.querySelector(a)).getPropertyValue(b)"
        written = str(await self.tab.evaluate(script, selector, of))
        return tuple(int(float(part)) for part in written[written.index("(") + 1 : -1].split(",")[:3])
