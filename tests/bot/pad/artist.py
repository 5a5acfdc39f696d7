"""Somebody who draws on the pad in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.chromium import PATIENCE

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page


class Artist:
    """Somebody at a pad, with a mouse. Places are shares of the paper, 0 to 1."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def at(self, x: float, y: float) -> tuple[float, float]:
        box = await self.page.locator("#canvas").bounding_box()
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    async def down(self, x: float, y: float) -> None:
        await self.page.mouse.move(*await self.at(x, y))
        await self.page.mouse.down()

    async def move(self, x: float, y: float) -> None:
        await self.page.mouse.move(*await self.at(x, y), steps=5)

    async def up(self) -> None:
        await self.page.mouse.up()

    async def draw(self, *places: tuple[float, float]) -> None:
        await self.down(*places[0])
        for place in places[1:]:
            await self.move(*place)
        await self.up()

    async def saved(self) -> None:
        await self.page.get_by_text("Saved", exact=True).wait_for()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()


async def look(context: BrowserContext, link: str) -> Artist:
    """Open a link; errors of the page's scripts fail the test."""
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"a script of the page failed: {error}"))
    await page.goto(link)
    return Artist(page)
