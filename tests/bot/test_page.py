"""An evening in a browser: the real bot in a process of its own, the real engine, the page."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.playground.server import Playground
from tests.bot.conftest import SOON
from tests.bot.journeys.own_process import is_there, running
from tests.bot.journeys.test_restart import environment as environment
from tests.bot.journeys.test_restart import playground as playground
from tests.bot.playground.test_page import come_in
from tests.pace import Pace

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PATIENCE = SOON * 1000  # ms
PREVIEWS = "[...window.seen].filter(url => url.includes('.png'))"


async def test_someone_draws_a_cat_again_and_again_whatever_becomes_of_the_bot(
    playground: Playground, environment: dict[str, str], browser: Browser, pace: Pace
):
    there = partial(is_there, playground)

    pace.hold()
    async with running(environment, there) as process:
        page = await come_in(browser, playground, "Ada", viewport={"width": 1280, "height": 800})
        await _watch_pictures(page)
        await page.get_by_label("Message", exact=True).click()
        await page.keyboard.type("/draw a cat")
        await page.keyboard.press("Enter")
        for step in range(1, 4):
            pace.hold(at=step)
            async with asyncio.timeout(SOON):
                while len(await page.evaluate(PREVIEWS)) < step:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        pace.release()
        await _finished(page, 1)
        assert len(await page.evaluate(PREVIEWS)) >= 3

        await page.get_by_role("button", name="Again", exact=True).last.click()
        await _finished(page, 2)
        process.kill()
        await process.wait()
    await page.get_by_text("Penguess is away").wait_for()
    async with running(environment, there):
        await page.get_by_role("button", name="Again", exact=True).first.click()
        await _finished(page, 3)


async def _watch_pictures(page: Page) -> None:
    """Note the address of every picture that is ever shown, in `window.seen`."""
    await page.evaluate(
        """() => {
            window.seen = new Set();
            const note = () => document.querySelectorAll('.picture img')
                .forEach(image => window.seen.add(image.currentSrc || image.src));
            new MutationObserver(note).observe(document.body,
                {subtree: true, childList: true, attributes: true});
        }"""
    )


async def _finished(page: Page, count: int) -> None:
    """Wait until so many messages hold their animation."""
    animations = page.locator('.picture img[src*="drawing.gif"]')
    await animations.nth(count - 1).wait_for(timeout=PATIENCE)
