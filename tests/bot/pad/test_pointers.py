"""Fingers, palms and pens in a real browser, on a phone's and a tablet's size."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from engine.canvas.drawing import Drawing
from tests.bot.pad.conftest import Served, sheet

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession, Page

PHONE, TABLET = (390, 760), (820, 1100)


@dataclass
class Desk:
    """A page with the paper on it, touched by what Chromium takes for fingers and pens."""

    page: Page
    devtools: CDPSession
    box: dict[str, float]
    served: Served

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.box["x"] + x * self.box["width"], self.box["y"] + y * self.box["height"]

    async def touch(self, kind: str, *fingers: tuple[int, float, float]) -> None:
        points = [dict(zip("xy", self.at(x, y), strict=True), id=i) for i, x, y in fingers]
        await self.devtools.send(
            "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points}
        )

    async def pen(self, kind: str, x: float, y: float, down: bool = True) -> None:
        left, above = self.at(x, y)
        event: dict[str, Any] = {"type": f"mouse{kind}", "x": left, "y": above, "clickCount": 1}
        event |= {"pointerType": "pen", "force": 0.5, "buttons": int(down)}
        event["button"] = "left" if down or kind == "Released" else "none"
        await self.devtools.send("Input.dispatchMouseEvent", event)

    async def pen_line(self, y: float) -> None:
        await self.pen("Moved", 0.2, y, down=False)
        await self.pen("Pressed", 0.2, y)
        for i in range(1, 9):
            await self.pen("Moved", 0.2 + 0.05 * i, y)
        await self.pen("Released", 0.6, y, down=False)

    async def drawing(self) -> Drawing:
        """What the bot has, once all is saved."""
        await asyncio.sleep(0.4)
        await self.page.locator('[data-state="drawing"]').wait_for()
        return await self.served.pad.drawing("test:1")


async def desk(browser: Browser, served: Served, size: tuple[int, int]) -> Desk:
    context = await browser.new_context(
        has_touch=True, viewport={"width": size[0], "height": size[1]}
    )
    link = await served.pad.open(sheet("test:1"))
    assert link is not None
    page = await context.new_page()
    await page.goto(link)
    await page.locator('[data-state="drawing"]').wait_for()
    box = await page.locator("#canvas").bounding_box()
    assert box is not None
    return Desk(page, await context.new_cdp_session(page), dict(box), served)


@pytest.mark.parametrize("size", [PHONE, TABLET])
async def test_a_pen_beats_the_palm_that_came_first(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size)
    await ada.touch("Start", (1, 0.8, 0.9))
    await ada.pen_line(0.2)
    await ada.touch("End")
    (stroke,) = (await ada.drawing()).strokes
    assert stroke.points[0] == pytest.approx((0.2 * 512, 0.2 * 512), abs=4)
    assert stroke.points[-1] == pytest.approx((0.6 * 512, 0.2 * 512), abs=4)


@pytest.mark.parametrize("size", [PHONE, TABLET])
async def test_a_second_finger_withdraws_the_first(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size)
    await ada.touch("Start", (1, 0.4, 0.4))
    await ada.touch("Move", (1, 0.5, 0.4))
    await ada.touch("Start", (1, 0.5, 0.4), (2, 0.6, 0.6))
    for i in range(4):
        await ada.touch("Move", (1, 0.5 - 0.04 * i, 0.4), (2, 0.6 + 0.04 * i, 0.6))
    await ada.touch("End")
    assert (await ada.drawing()).strokes == ()
    await ada.touch("Start", (1, 0.1, 0.1))
    await ada.touch("Move", (1, 0.3, 0.1))
    await ada.touch("End")
    assert len((await ada.drawing()).strokes) == 1


async def test_a_cancelled_touch_is_withdrawn(served: Served, browser: Browser):
    ada = await desk(browser, served, PHONE)
    await ada.touch("Start", (1, 0.4, 0.4))
    await ada.touch("Move", (1, 0.6, 0.5))
    await ada.touch("Cancel")
    assert (await ada.drawing()).strokes == ()


async def test_a_resize_ends_the_stroke_where_it_was(served: Served, browser: Browser):
    ada = await desk(browser, served, TABLET)
    mouse = ada.page.mouse
    await mouse.move(*ada.at(0.1, 0.9))
    await mouse.down()
    await mouse.move(*ada.at(0.3, 0.9), steps=3)
    await ada.page.set_viewport_size({"width": 600, "height": 500})
    await asyncio.sleep(0.3)
    await mouse.up()
    (stroke,) = (await ada.drawing()).strokes
    assert stroke.points[-1] == pytest.approx((0.3 * 512, 0.9 * 512), abs=8)


async def test_rubbing_out_in_one_drag_is_one_undo(served: Served, browser: Browser):
    ada = await desk(browser, served, TABLET)
    mouse = ada.page.mouse
    for k in range(5):
        await mouse.move(*ada.at(0.2 + 0.1 * k, 0.3))
        await mouse.down()
        await mouse.move(*ada.at(0.2 + 0.1 * k, 0.7), steps=4)
        await mouse.up()
    assert len((await ada.drawing()).strokes) == 5
    await ada.page.keyboard.press("e")
    await mouse.move(*ada.at(0.1, 0.5))
    await mouse.down()
    await mouse.move(*ada.at(0.9, 0.5), steps=40)
    await mouse.up()
    assert (await ada.drawing()).strokes == ()
    await ada.page.keyboard.press("Control+z")
    assert len((await ada.drawing()).strokes) == 5
