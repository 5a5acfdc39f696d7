"""Fingers, palms and pens in a real browser, on a phone's and a tablet's size."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.bot.pad.conftest import Served
from tests.bot.pad.desk import PHONE, TABLET, desk

if TYPE_CHECKING:
    from playwright.async_api import Browser


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
