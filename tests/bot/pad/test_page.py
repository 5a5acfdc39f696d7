"""The page in a real browser: somebody draws, and things go wrong meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from bot.pad import Heard, Room, Standing
from engine.canvas.drawing import Drawing
from tests.bot.chromium import PATIENCE
from tests.bot.pad.artist import Artist, look
from tests.bot.pad.conftest import Served, sheet

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext


async def sit(context: BrowserContext, served: Served, id_: str = "test:1", **of: Any) -> Artist:
    """Open a new sheet and wait until it can be drawn on."""
    link = await served.pad.open(sheet(id_, **of))
    assert link is not None
    artist = await look(context, link)
    await artist.page.locator('[data-state="drawing"]').wait_for()
    return artist


async def drawn(served: Served, met: Callable[[Drawing], object]) -> Drawing:
    """The drawing, once it is as expected."""
    async with asyncio.timeout(PATIENCE / 1000):
        while not met(drawing := await served.pad.drawing("test:1")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return drawing


@pytest.mark.parametrize(
    ("seconds", "shown"), [(24 * 3600.0, "24 h"), (3500.0, "58:"), (300.0, ":"), (60.0, "")]
)
async def test_the_time_left_fits_into_the_ring_of_the_clock(
    served: Served, browser: Browser, seconds: float, shown: str
):
    ends_at = served.now + seconds
    ada = await sit(await browser.new_context(), served, ends_at=ends_at, seconds=seconds)
    left = ada.page.locator("#left")
    assert shown in await left.inner_text()
    ring, text = await ada.page.locator("#clock").bounding_box(), await left.bounding_box()
    assert ring is not None
    assert text is not None
    assert text["width"] < 0.8 * ring["width"]


async def test_a_stroke_outlives_a_crash_of_the_bot_and_a_reload_of_the_page(
    served: Served, browser: Browser
):
    ada = await sit(await browser.new_context(), served, title="a lighthouse")
    await ada.page.get_by_role("heading", name="a lighthouse").wait_for()
    await ada.draw((0.2, 0.2), (0.8, 0.2))
    await ada.saved()

    await ada.page.get_by_role("radio", name="red").check()
    await ada.down(0.1, 0.5)
    await ada.move(0.3, 0.5)
    await drawn(served, lambda drawing: len(drawing.strokes) == 2)
    await served.stop()
    await ada.move(0.6, 0.6)
    await ada.page.get_by_text("No connection").wait_for()
    await served.start()
    await ada.move(0.9, 0.5)
    await ada.up()
    await ada.saved()
    drawing = await served.pad.drawing("test:1")
    assert len(drawing.strokes) == 2
    first, second = drawing.strokes
    assert first.points[-1] == pytest.approx((0.8 * 512, 0.2 * 512), abs=2)
    assert second.points[0] == pytest.approx((0.1 * 512, 0.5 * 512), abs=2)
    assert second.points[-1] == pytest.approx((0.9 * 512, 0.5 * 512), abs=2)
    assert max(y for _, y in second.points) == pytest.approx(0.6 * 512, abs=12)
    assert second.colour[0] > 0.7
    assert second.colour[2] < 0.3

    await ada.page.reload()
    await ada.page.get_by_label("Your drawing, 2 strokes").wait_for()
    assert await served.pad.drawing("test:1") == drawing
    await ada.press("Undo")
    await drawn(served, lambda drawing: drawing.strokes == (first,))
    await ada.press("Redo")
    await drawn(served, lambda drawing: drawing.strokes == (first, second))

    await ada.press("Done")
    await ada.press("Hand it in")
    await ada.page.get_by_text("Handed in!").wait_for()
    async with asyncio.timeout(60):
        while not served.news or served.news[-1][0] != "done":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert served.news[-1][2].drawing.strokes == (first, second)
    await ada.draw((0.1, 0.1), (0.2, 0.2))
    assert (await served.pad.drawing("test:1")).strokes == (first, second)

    await ada.page.reload()
    await ada.press("Draw on")  # Done was a mistake
    await ada.press("Undo")
    await drawn(served, lambda drawing: drawing.strokes == (first,))
    await ada.press("Done")
    await ada.press("Hand it in")
    await served.pad.close("test:1")
    await ada.page.get_by_text("Handed in!").wait_for()
    await ada.page.get_by_role("button", name="Draw on").wait_for(state="hidden")


async def test_what_was_drawn_without_a_connection_is_sent_by_the_next_page(
    served: Served, browser: Browser
):
    window = await browser.new_context()
    ada = await sit(window, served)
    link = ada.page.url
    await ada.draw((0.2, 0.2), (0.8, 0.2))
    await ada.saved()
    await served.stop()
    await ada.page.get_by_text("No connection").wait_for()
    await ada.draw((0.2, 0.4), (0.8, 0.4))
    await ada.draw((0.2, 0.6), (0.8, 0.6))
    await ada.page.close(run_before_unload=True)
    await served.start()
    assert len((await served.pad.drawing("test:1")).strokes) == 1

    again = await look(window, link)
    await again.page.get_by_label("Your drawing, 3 strokes").wait_for()
    await again.saved()
    drawing = await served.pad.drawing("test:1")
    assert [round(stroke.points[0][1] / 512, 1) for stroke in drawing.strokes] == [0.2, 0.4, 0.6]
    assert await again.page.evaluate("Object.keys(localStorage).length") == 0


async def test_tools_take_away_and_bring_back(served: Served, browser: Browser):
    ada = await sit(await browser.new_context(), served)
    for y in (0.2, 0.4, 0.6):
        await ada.draw((0.2, y), (0.8, y))
    await ada.saved()
    before = await drawn(served, lambda drawing: len(drawing.strokes) == 3)
    await ada.press("Eraser")
    await ada.draw((0.5, 0.35), (0.5, 0.45))
    one_less = await drawn(served, lambda drawing: len(drawing.strokes) == 2)
    assert one_less.strokes == (before.strokes[0], before.strokes[2])
    await ada.press("Empty sheet")
    await drawn(served, lambda drawing: drawing.strokes == ())
    await ada.page.keyboard.press("Control+z")
    await drawn(served, lambda drawing: drawing == one_less)
    await ada.page.keyboard.press("Control+z")
    await drawn(served, lambda drawing: drawing == before)
    await ada.page.keyboard.press("Control+Shift+z")
    await drawn(served, lambda drawing: drawing == one_less)


async def test_the_ink_runs_out_and_comes_back(served: Served, browser: Browser):
    ada = await sit(await browser.new_context(), served, ink=0.5, strokes=2)
    await ada.draw((0.1, 0.2), (0.9, 0.2))
    await ada.page.get_by_text("You're out of ink").wait_for()
    await ada.saved()
    gauge = ada.page.get_by_role("meter", name="Ink left")
    assert await gauge.get_attribute("aria-valuenow") == "0"
    (stroke,) = (await served.pad.drawing("test:1")).strokes
    assert stroke.points[-1][0] == pytest.approx(0.6 * 512, abs=2)
    await ada.press("Undo")
    assert await gauge.get_attribute("aria-valuenow") == "100"
    await ada.page.get_by_text("2 strokes left").wait_for()
    await ada.draw((0.1, 0.2), (0.1, 0.2))
    await ada.draw((0.2, 0.2), (0.2, 0.2))
    await ada.draw((0.3, 0.2), (0.3, 0.2))
    await ada.page.get_by_text("That was your last stroke").wait_for()
    await drawn(served, lambda drawing: len(drawing.strokes) == 2)


async def test_a_finger_draws_and_does_not_scroll(served: Served, browser: Browser):
    phone = await browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    ada = await sit(phone, served)
    await ada.page.touchscreen.tap(*await ada.at(0.5, 0.5))
    (dot,) = (await drawn(served, lambda drawing: drawing.strokes)).strokes
    assert dot.points[0] == pytest.approx((256, 256), abs=3)
    for width, height in ((390, 844), (844, 390), (320, 568)):
        await ada.page.set_viewport_size({"width": width, "height": height})
        size = await ada.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        assert size[0] <= width
        assert size[1] <= height
        for name in ("Undo", "Done", "Empty sheet"):
            box = await ada.page.get_by_role("button", name=name).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
            assert min(box["width"], box["height"]) >= 36


async def test_the_keyboard_is_enough(served: Served, browser: Browser):
    ada = await sit(await browser.new_context(), served)
    keys = ada.page.keyboard
    await ada.page.locator("#canvas").focus()
    for key in ("3", "Space", "Shift+ArrowRight", "ArrowDown", "Space", "Shift+ArrowUp"):
        await keys.press(key)
    (stroke,) = (await drawn(served, lambda drawing: drawing.strokes)).strokes
    assert stroke.points[0] == pytest.approx((256, 256), abs=1)
    assert stroke.points[-1] == pytest.approx((0.55 * 512, 0.51 * 512), abs=1)
    assert stroke.colour[0] > 0.7
    await keys.press("Control+Enter")
    await keys.press("Enter")
    await ada.page.get_by_text("Handed in!").wait_for()


async def test_two_tabs_show_the_same(served: Served, browser: Browser):
    window = await browser.new_context()
    ada = await sit(window, served)
    other = await look(window, ada.page.url)
    await other.page.locator('[data-state="drawing"]').wait_for()
    await ada.draw((0.2, 0.2), (0.8, 0.2))
    await other.page.get_by_label("Your drawing, 1 stroke").wait_for()
    await other.draw((0.2, 0.4), (0.8, 0.4))
    await ada.page.get_by_label("Your drawing, 2 strokes").wait_for()
    await drawn(served, lambda drawing: len(drawing.strokes) == 2)


async def test_the_page_says_when_there_is_nothing_to_draw(served: Served, browser: Browser):
    window = await browser.new_context()
    ada = await sit(window, served, ends_at=served.now + 300, seconds=1200.0)
    await ada.draw((0.2, 0.2), (0.8, 0.2))
    await ada.saved()
    ring = await ada.page.locator("#hand").get_attribute("stroke-dasharray")
    assert 15 < float((ring or "").split()[0]) <= 25  # percent of it: a quarter of the time
    await served.pad.update("test:1", paused=True)
    await ada.page.get_by_text("A short break").wait_for()
    await served.pad.update("test:1", paused=False)
    await ada.page.get_by_text("A short break").wait_for(state="hidden")
    await served.pad.close("test:1")
    await ada.page.get_by_text("Pencils down!").wait_for()
    await ada.page.reload()
    await ada.page.get_by_text("Pencils down!").wait_for()
    await ada.page.get_by_label("Your drawing, 1 stroke").wait_for()
    bad = await look(window, f"{served.url}/pad/en#{'x' * 40}")
    await bad.page.get_by_text("This link doesn't work").wait_for()
    served.now += 7 * 3600
    late = await look(window, ada.page.url)
    await late.page.get_by_text("This link has expired").wait_for()


SCREENS = {"phone": (390, 780), "desktop": (1280, 800)}


@pytest.mark.parametrize("screen", SCREENS)
async def test_guesses_stand_beside_the_sheet_and_leave_it_room(
    served: Served, browser: Browser, screen: str
):
    width, height = SCREENS[screen]
    context = await browser.new_context(viewport={"width": width, "height": height})
    ada = await sit(context, served, title="a lighthouse", ends_at=served.now + 60, seconds=60.0)
    page = ada.page
    assert await page.get_by_role("log", name="Their guesses").count() == 0  # nobody is around
    heard = (
        *(Heard("Linus", "wrong", f"<b>tower {n}</b>") for n in range(12)),
        Heard("Grace", "near", "a lighthose"),
        Heard("Penguess", "right"),
    )
    standings = (Standing("Penguess", 204, True), Standing("Grace", 120), Standing("Linus", 0))
    served.pad.show_room("test:1", Room(heard, standings))
    log = page.get_by_role("log", name="Their guesses")
    await log.get_by_text("has it!").wait_for()
    said = await log.get_by_role("listitem").all_inner_texts()
    assert said[0] == "Penguess has it!"  # the newest first
    assert said[1] == "Grace a lighthose (so close!)"
    assert said[2] == "Linus <b>tower 11</b>"  # no markup
    await page.get_by_text("✓ Penguess 204").wait_for()
    paper = await page.locator("#paper").bounding_box()
    room = await page.locator("#room").bounding_box()
    assert paper is not None
    assert room is not None
    assert paper["width"] >= (0.7 * width if screen == "phone" else 0.45 * width)
    assert room["y"] + room["height"] <= paper["y"] + 1 or room["x"] >= paper["x"] + paper["width"]
    for name in ("Undo", "Done"):
        box = await page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height
    await ada.draw((0.2, 0.2), (0.8, 0.2))
    await ada.saved()
