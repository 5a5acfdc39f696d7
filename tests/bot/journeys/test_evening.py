"""Three people on an evening, at a desktop and on two phones, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page

from bot.playground.server import Playground
from bot.web.server import Web
from games.drawing.turn import Phase
from tests.bot.conftest import StartBot
from tests.bot.games.conftest import Hurry, clock, start, the_game, until, word_of
from tests.bot.pad.artist import look
from tests.bot.playground.test_page import come_in

__all__ = ["clock", "start"]

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DARK = PHONE | {"color_scheme": "dark"}

# What sticks out of the page at its right, and buttons whose label is wider than they are.
CUT_OFF = """() => [...document.querySelectorAll("#log *, .bar *, #composer *")]
    .filter((one) => one.offsetParent && !one.closest(".unseen")
        && (one.getBoundingClientRect().right > innerWidth + 1
            || (one.matches("button.ink") && one.scrollWidth > one.clientWidth + 1)))
    .map((one) => one.outerHTML.slice(0, 120))"""


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


@pytest.mark.slow
async def test_three_people_draw_guess_vote_and_find_their_drawings_again(
    playground: Playground, start: StartBot, browser: Browser, clock: Hurry
):
    bot = await start(steps=8)
    async with Web(bot, "127.0.0.1", 0):
        people: dict[str, Person] = {}
        for name, device in {"Ada": DESKTOP, "Grace": PHONE, "Linus": DARK}.items():
            people[name] = Person(await come_in(browser, playground, name, **device))
            await people[name].go("games")
        ada, grace, linus = people.values()
        await ada.write("/pictionary mode:people-draw rounds:1 hints:0")
        await grace.sees("At the table (1 of 24)")
        await grace.press("Join")
        await linus.press("Join")
        await ada.sees("At the table (3 of 24)")
        await ada.press("Start")
        await until(lambda: bot.open_games.runners)
        game = the_game(bot)
        for number in (1, 2, 3):
            await until(lambda n=number: game.play.state.number == n and game.play.state.choice)
            drawer = playground.world.users[int(game.play.state.choice.drawer)].name
            word = game.play.state.choice.words[0].text
            await people[drawer].sees("Choose a word")
            await people[drawer].press(word)
            await people[drawer].sees(f"Draw: {word}")
            await people[drawer].draw_house()
            others = [one for name, one in people.items() if name != drawer]
            for one in others:
                await one.page.locator(".picture img").last.wait_for()
                await one.guess("zeppelin")
                await one.guess(word_of(bot))
            await until(lambda: game.play.state.phase is Phase.REVEAL)
            for one in people.values():
                await one.sees(f"It was {word}")
            clock.skip(30)
        await linus.sees("Which drawing is the best?")
        await linus.press("1. ")  # whose drawing is not his own
        clock.skip(120)
        for one in people.values():
            await one.sees("The game is over")
            await one.sees("all drawings of the game")
        await grace.write("/gallery")
        await grace.sees("Album 1")
