"""People at a desktop and on phones, each with a page of the playground in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.playground.server import Playground
from tests.bot.pad.artist import look
from tests.bot.playground.test_page import come_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = PHONE | {"color_scheme": "dark"}

# What sticks out of the page at its right, and buttons whose label is wider than they are.
CUT_OFF = """() => [...document.querySelectorAll("#log *, .bar *, #composer *")]
    .filter((one) => one.offsetParent && !one.closest(".unseen")
        && (one.getBoundingClientRect().right > innerWidth + 1
            || (one.matches("button.ink") && one.scrollWidth > one.clientWidth + 1)))
    .map((one) => one.outerHTML.slice(0, 120))"""

# Whether the newest message with pictures has as many, and all of them are there to be seen.
PICTURES = """(count) => {
    const message = [...document.querySelectorAll(".message:has(.picture)")].at(-1);
    const images = [...(message?.querySelectorAll(".picture img") ?? [])];
    return images.length === count && images.every((one) => one.complete && one.naturalWidth);
}"""


class Person:
    """Somebody at a table, on a page of their own."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def go(self, channel: str) -> None:
        drawer = self.page.get_by_role("button", name="Channels")
        if await drawer.is_visible():
            await drawer.click()
        await self.page.get_by_role("button", name=channel).first.click()
        await self.page.get_by_role("heading", name=channel).wait_for()

    async def press(self, name: str) -> None:
        await self.page.locator("#log").get_by_role("button", name=name, exact=False).last.click()

    async def write(self, text: str) -> None:
        say = self.page.get_by_label("Message", exact=True)
        await say.fill(text)
        await say.focus()
        await self.page.get_by_role("button", name="Send").click()

    async def sees(self, text: str) -> None:
        await self.page.locator("#log").get_by_text(text).last.wait_for()
        assert await self.page.evaluate(CUT_OFF) == []

    async def shows_pictures(self, count: int) -> None:
        """Wait until the newest message with a picture has this many, all of them loaded."""
        await self.page.wait_for_function(PICTURES, arg=count)

    async def guess(self, word: str) -> None:
        await self.press("Guess")
        form = self.page.get_by_role("dialog")
        await form.get_by_role("textbox").fill(word)
        await form.get_by_role("button", name="Submit").click()
        await form.wait_for(state="hidden")

    async def draw_house(self) -> None:
        """Open the pad and draw on it."""
        link = await self.page.get_by_role("link", name="Open the pad").last.get_attribute("href")
        assert link is not None
        artist = await look(self.page.context, link)
        await artist.page.locator('[data-state="drawing"]').wait_for()
        await artist.draw((0.3, 0.4), (0.7, 0.4), (0.7, 0.8), (0.3, 0.8), (0.3, 0.4))
        await artist.draw((0.3, 0.4), (0.5, 0.2), (0.7, 0.4))
        await artist.saved()
        width = await artist.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0
        await artist.page.close()


async def three_people(browser: Browser, playground: Playground) -> dict[str, Person]:
    """Ada at a desktop, Grace on a phone and Linus on a dark one, in the channel of games."""
    people: dict[str, Person] = {}
    for name, device in {"Ada": DESKTOP, "Grace": PHONE, "Linus": DARK}.items():
        people[name] = Person(await come_in(browser, playground, name, **device))
        await people[name].go("games")
    return people
