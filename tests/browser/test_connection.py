"""When the demo goes away and comes back. One rule: nothing typed is lost, and nobody has to reload."""

from tests.browser.conftest import find_port, run_demo
from tests.browser.devtools import open_tab
from tests.browser.page import Page


async def test_it_waits_for_the_server_and_goes_on(browser: str) -> None:
    port = find_port()
    async with open_tab(browser) as tab:
        with run_demo(port) as address:
            page = Page(tab, address)
            await page.open("bob")
            assert "Sale recorded" in await page.say("/sale 1 SOL-3077")
            assert tab.troubles == []
        await tab.wait_until("return !document.querySelector('#connection').hidden")
        await page.write("/sale 2 SOL-3077")
        await tab.wait_until("return document.querySelector('textarea').value === '/sale 2 SOL-3077'")
        with run_demo(port):
            await tab.wait_until("return document.querySelector('#connection').hidden", seconds=20)
            await tab.wait_until("return !document.querySelector('.turn')")  # another demo: the chat begins anew
            await tab.click("return document.querySelector('.send')")
            await page.wait_for("Total: SAR 49.98")
