"""A pad on a phone or a tablet, touched by what Chromium takes for fingers and pens."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.pad import Work
from engine.canvas.drawing import Drawing
from tests.bot.chromium import PATIENCE
from tests.bot.pad.conftest import Served, sheet

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession, Page

PHONE, TABLET = (390, 844), (820, 1180)

# How often a finger or a pen was lifted, as the page has come to know.
LIFTED = "(window.lifted ?? 0)"
CLICKED = "(window.clicked ?? 0)"
COUNT = f"""
addEventListener("click", () => (window.clicked = {CLICKED} + 1));
for (const type of ["pointerup", "pointercancel"]) {{
  addEventListener(type, () => (window.lifted = {LIFTED} + 1));
}}
"""

Place = tuple[float, float]


def ring(x: float, y: float, radius: float, share: float = 1.0) -> list[Place]:
    """Places around a circle, or so much of it."""
    turns = [2 * math.pi * share * k / 48 for k in range(49)]
    return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]


@dataclass
class Desk:
    """A page with the paper on it. Places are shares of the paper, 0 to 1."""

    page: Page
    devtools: CDPSession
    box: dict[str, float]
    served: Served

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.box["x"] + x * self.box["width"], self.box["y"] + y * self.box["height"]

    async def touch(self, kind: str, *fingers: tuple[int, float, float]) -> None:
        points = [dict(zip("xy", self.at(x, y), strict=True), id=i) for i, x, y in fingers]
        before = await self.page.evaluate(LIFTED)
        await self.devtools.send(
            "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points}
        )
        if kind in ("End", "Cancel"):
            await self.page.wait_for_function(f"before => {LIFTED} > before", arg=before)

    async def finger(self, places: Iterable[Place]) -> None:
        """Draw with a finger; one place is a tap."""
        first, *others = places
        await self.touch("Start", (1, *first))
        for place in others:
            await self.touch("Move", (1, *place))
        await self.touch("End")

    async def tap(self, name: str) -> None:
        """Touch a button or an ink. A touch that Chromium does not take for a tap, as it lasted too
        long on a busy machine, is made again."""
        radio = self.page.get_by_role("radio", name=name, exact=True)
        found = radio.or_(self.page.get_by_role("button", name=name)).first
        before = await self.page.evaluate(CLICKED)
        while await self.page.evaluate(CLICKED) == before:
            await found.tap()
            await asyncio.sleep(0.2)

    async def pen(
        self, kind: str, x: float, y: float, down: bool = True, force: float = 0.5
    ) -> None:
        left, above = self.at(x, y)
        event: dict[str, Any] = {"type": f"mouse{kind}", "x": left, "y": above, "clickCount": 1}
        event |= {"pointerType": "pen", "force": force, "buttons": int(down)}
        event["button"] = "left" if down or kind == "Released" else "none"
        before = await self.page.evaluate(LIFTED)
        await self.devtools.send("Input.dispatchMouseEvent", event)
        if kind == "Released":
            await self.page.wait_for_function(f"before => {LIFTED} > before", arg=before)

    async def pen_line(self, y: float) -> None:
        await self.pen("Moved", 0.2, y, down=False)
        await self.pen("Pressed", 0.2, y)
        for i in range(1, 9):
            await self.pen("Moved", 0.2 + 0.05 * i, y)
        await self.pen("Released", 0.6, y, down=False)

    async def until(self, met: Callable[[Work], object]) -> Work:
        """What the bot has, once it is as expected and the page knows that it is stored."""
        async with asyncio.timeout(PATIENCE / 1000):
            while not met(work := await self.served.pad.work("test:1")):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await self.page.get_by_text("Saved", exact=True).wait_for()
        return work

    async def drawing(self) -> Drawing:
        """What the bot has, a while after the last touch."""
        await asyncio.sleep(0.4)
        await self.page.get_by_text("Saved", exact=True).wait_for()
        return await self.served.pad.drawing("test:1")

    async def gauge(self) -> int:
        """Percent of the ink that the page says is left."""
        return int(await self.page.locator("#gauge").get_attribute("aria-valuenow") or "")


async def desk(browser: Browser, served: Served, size: tuple[int, int], **of: Any) -> Desk:
    context = await browser.new_context(
        has_touch=True, viewport={"width": size[0], "height": size[1]}
    )
    await context.add_init_script(COUNT)
    link = await served.pad.open(sheet("test:1", **of))
    assert link is not None
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(f"a script of the page failed: {error}"))
    await page.goto(link)
    await page.locator('[data-state="drawing"]').wait_for()
    box = await page.locator("#canvas").bounding_box()
    assert box is not None
    return Desk(
        page,
        await context.new_cdp_session(page),
        {key: float(box[key]) for key in ("x", "y", "width", "height")},
        served,
    )
