"""Bucket, rubber, pressure and inks in a real browser, by touch and by pen."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bot.pad.line import Line
from bot.pad.operations import BRUSH, INKS, PENS, PRESSURES, UNIT
from bot.pad.region import cells_of
from engine.canvas.drawing import Drawing
from engine.canvas.render import to_image
from tests.bot.pad.artist import look
from tests.bot.pad.conftest import Served
from tests.bot.pad.desk import PHONE, TABLET, Desk, desk, ring

if TYPE_CHECKING:
    from playwright.async_api import Browser

PINK, GREEN = INKS[10], INKS[5]
SIZES = pytest.mark.parametrize("size", [PHONE, TABLET])


def colour(drawing: Drawing, x: float, y: float) -> tuple[int, ...]:
    pixels = np.asarray(to_image(drawing, 400))
    return tuple(int(value) for value in pixels[int(400 * y), int(400 * x)])


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 8


async def seen(ada: Desk, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place of the page's own canvas; white where nothing is painted."""
    rgba = await ada.page.evaluate(
        """([x, y]) => { const c = document.getElementById("canvas");
        return [...c.getContext("2d").getImageData(x * c.width, y * c.height, 1, 1).data] }""",
        [x, y],
    )
    return tuple(rgba[:3]) if rgba[3] else (255, 255, 255)


@SIZES
async def test_a_region_is_filled_by_a_tap(served: Served, browser: Browser, size: tuple[int, int]):
    ada = await desk(browser, served, size)
    await ada.finger(ring(0.5, 0.5, 0.3))
    outline = await ada.until(lambda work: work.strokes == 1)
    await ada.tap("Bucket")
    await ada.tap("pink")
    await ada.finger([(0.45, 0.55)])
    work = await ada.until(lambda work: work.fills)
    assert (work.strokes, work.drawing.strokes[:1]) == (2, outline.drawing.strokes)
    assert work.fills == tuple(range(1, len(work.drawing.strokes)))
    area = np.pi * (0.3 - PENS[1] / UNIT / 2) ** 2
    assert work.ink - outline.ink == pytest.approx(area * UNIT / BRUSH, rel=0.03)
    assert await ada.gauge() == round(100 * (10 - work.ink) / 10)
    for x, y in ((0.5, 0.5), (0.3, 0.5), (0.5, 0.76)):
        assert near(colour(work.drawing, x, y), PINK)
        assert near(await seen(ada, x, y), PINK)
    assert colour(work.drawing, 0.1, 0.1) == (255, 255, 255)
    assert near(colour(work.drawing, 0.8, 0.5), INKS[0])

    await ada.tap("Undo")
    await ada.until(lambda now: now == outline)
    await ada.tap("Redo")
    await ada.until(lambda now: now == work)
    await served.restart()
    await ada.page.reload()
    await ada.page.get_by_label("Your drawing, 2 strokes").wait_for()
    await ada.until(lambda now: now == work)
    assert near(await seen(ada, 0.5, 0.5), PINK)
    other = await look(ada.page.context, ada.page.url)
    await other.page.get_by_label("Your drawing, 2 strokes").wait_for()
    await ada.tap("Eraser")
    await ada.finger([(0.5, 0.5)])
    await ada.until(lambda now: now == outline)
    await other.page.get_by_label("Your drawing, 1 stroke").wait_for()


@SIZES
async def test_a_small_gap_is_bridged_and_a_large_one_is_not(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size, ink=30.0)
    await ada.finger(ring(0.3, 0.3, 0.2, share=0.97))
    await ada.finger(ring(0.7, 0.7, 0.2, share=0.6))
    await ada.tap("Bucket")
    await ada.tap("pink")
    await ada.finger([(0.3, 0.3)])
    before = await ada.until(lambda work: work.strokes == 3)
    assert near(colour(before.drawing, 0.3, 0.3), PINK)
    assert colour(before.drawing, 0.6, 0.3) == (255, 255, 255)
    await ada.tap("green")
    await ada.finger([(0.7, 0.7)])
    work = await ada.until(lambda work: work.strokes == 4)
    assert near(colour(work.drawing, 0.7, 0.7), GREEN)
    assert near(colour(work.drawing, 0.95, 0.05), GREEN)
    assert near(colour(work.drawing, 0.3, 0.3), PINK)
    assert work.ink - before.ink == pytest.approx((1 - np.pi * 0.04) * UNIT / BRUSH, rel=0.06)
    assert await ada.gauge() == round(100 * (30 - work.ink) / 30)


async def test_what_cannot_be_filled_is_said_in_one_line(served: Served, browser: Browser):
    ada = await desk(browser, served, PHONE, ink=5.0)
    await ada.finger(ring(0.5, 0.5, 0.2))
    before = (await ada.until(lambda work: work.strokes)).drawing
    await ada.tap("Bucket")
    await ada.finger([(0.1, 0.1)])
    await ada.page.get_by_text("That takes more ink than you have left.").wait_for()
    assert await ada.drawing() == before
    await ada.tap("white")
    await ada.finger([(0.5, 0.5)])
    await ada.page.get_by_text("There's nothing to fill here.").wait_for()
    assert await ada.drawing() == before


@SIZES
async def test_a_part_of_a_line_is_rubbed_out_by_pen(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size)
    await ada.finger([(0.1 + 0.05 * k, 0.5) for k in range(17)])
    whole = await ada.until(lambda work: work.ink > 0.79)
    await ada.tap("Rubber")
    await ada.pen("Moved", 0.5, 0.3, down=False)
    await ada.pen("Pressed", 0.5, 0.3)
    for k in range(9):
        await ada.pen("Moved", 0.5, 0.3 + 0.05 * k)
    await ada.pen("Released", 0.5, 0.7, down=False)
    work = await ada.until(lambda work: len(work.drawing.strokes) == 2)
    left, right = work.drawing.strokes
    assert work.strokes == 1
    assert left.points[0] == whole.drawing.strokes[0].points[0]
    assert right.points[-1] == pytest.approx(whole.drawing.strokes[0].points[-1], abs=0.1)
    gap = (right.points[0][0] - left.points[-1][0]) / 512
    assert 0.03 < gap < 0.06
    assert work.ink == pytest.approx(whole.ink - gap, abs=0.003)
    assert await ada.gauge() == round(100 * (10 - work.ink) / 10)
    await ada.tap("Undo")
    await ada.until(lambda now: now == whole)
    await ada.tap("Redo")
    await ada.until(lambda now: now == work)
    # The eraser of whole strokes now takes a part that is by itself.
    await ada.tap("Eraser")
    await ada.pen("Pressed", 0.2, 0.5)
    await ada.pen("Released", 0.2, 0.5, down=False)
    await ada.until(lambda now: now.drawing.strokes == (right,))
    await ada.tap("Undo")
    await ada.until(lambda now: now == work)


@SIZES
async def test_rubbing_out_in_one_gesture_is_one_undo_and_two_fingers_withdraw_it(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size)
    for y in (0.3, 0.5):
        await ada.finger([(0.1 + 0.05 * k, y) for k in range(17)])
    await ada.finger(ring(0.5, 0.8, 0.1))
    await ada.tap("Bucket")
    await ada.finger([(0.5, 0.8)])
    before = await ada.until(lambda work: work.fills)
    await ada.tap("Rubber")
    await ada.finger([(0.5, 0.2 + 0.02 * k) for k in range(36)])
    work = await ada.until(lambda work: work.ink < before.ink - 0.1)
    assert colour(work.drawing, 0.5, 0.8) == (255, 255, 255)
    assert near(colour(work.drawing, 0.45, 0.8), INKS[0])
    assert await ada.gauge() == round(100 * (10 - work.ink) / 10)
    await ada.tap("Undo")
    await ada.until(lambda now: now == before)

    await ada.touch("Start", (1, 0.3, 0.3))
    await ada.touch("Move", (1, 0.35, 0.3))
    await ada.touch("Start", (1, 0.35, 0.3), (2, 0.6, 0.6))
    await ada.touch("End")
    assert await ada.drawing() == before.drawing
    await ada.tap("Bucket")
    await ada.touch("Start", (1, 0.8, 0.9))
    await ada.touch("Start", (1, 0.8, 0.9), (2, 0.6, 0.6))
    await ada.touch("End")
    assert await ada.drawing() == before.drawing


@SIZES
async def test_who_presses_a_pen_harder_draws_wider(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size)
    await ada.pen("Moved", 0.1, 0.5, down=False)
    await ada.pen("Pressed", 0.1, 0.5, force=0.1)
    for k in range(1, 41):
        await ada.pen("Moved", 0.1 + 0.02 * k, 0.5, force=min(1.0, 0.1 + 0.03 * k))
    await ada.pen("Released", 0.9, 0.5, down=False)
    work = await ada.until(lambda work: work.ink > 0.79)
    widths = [stroke.width * UNIT / 512 / PENS[1] for stroke in work.drawing.strokes]
    assert work.strokes == 1
    assert widths[0] == pytest.approx(PRESSURES[1])
    assert widths[-1] >= PRESSURES[8]
    assert widths == sorted(widths)
    assert work.ink == pytest.approx(0.8, abs=0.01)
    await served.restart()
    await ada.page.reload()
    await ada.page.get_by_label("Your drawing, 1 stroke").wait_for()
    await ada.until(lambda now: now == work)
    thin, thick = [
        sum([near(await seen(ada, x, 0.47 + 0.001 * k), INKS[0]) for k in range(60)])
        for x in (0.13, 0.87)
    ]
    assert thick > 1.8 * thin


@SIZES
async def test_a_finger_draws_evenly_and_a_palm_beside_the_pen_nothing(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size)
    await ada.finger([(0.1 + 0.05 * k, 0.2) for k in range(17)])
    (stroke,) = (await ada.until(lambda work: work.ink > 0.79)).drawing.strokes
    assert stroke.width == pytest.approx(PENS[1] * 512 / UNIT)
    await ada.pen_line(0.5)
    await ada.finger([(0.8, 0.8), (0.85, 0.85)])
    assert len((await ada.drawing()).strokes) == 2


@SIZES
async def test_every_ink_can_be_reached_and_is_named(
    served: Served, browser: Browser, size: tuple[int, int]
):
    ada = await desk(browser, served, size, ink=50.0)
    inks = ada.page.get_by_role("radiogroup", name="Ink").get_by_role("radio")
    assert await inks.count() == len(INKS)
    for n in range(len(INKS)):
        box = await inks.nth(n).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 30
        assert 0 <= box["x"] <= size[0] - box["width"]
        await inks.nth(n).tap()
        await ada.finger([(0.05 * n + 0.05, 0.5)])
    work = await ada.until(lambda work: work.strokes == len(INKS))
    drawn = [stroke.colour[:3] for stroke in work.drawing.strokes]
    assert drawn == [tuple(value / 255 for value in ink) for ink in INKS]
    keys = ada.page.keyboard
    await keys.press("Shift+Digit2")
    assert await ada.page.get_by_role("radio", name="pink").is_checked()
    await keys.press("Digit9")
    assert await ada.page.get_by_role("radio", name="grey").is_checked()
    await inks.nth(8).focus()
    await keys.press("ArrowRight")
    assert await ada.page.get_by_role("radio", name="white").is_checked()


async def test_the_bucket_is_led_by_keys(served: Served, browser: Browser):
    ada = await desk(browser, served, TABLET)
    await ada.finger(ring(0.5, 0.5, 0.2))
    await ada.page.locator("#canvas").focus()
    for key in ("f", "Digit3", "Space"):
        await ada.page.keyboard.press(key)
    drawing = (await ada.until(lambda work: work.fills)).drawing
    assert near(colour(drawing, 0.5, 0.5), INKS[2])
    assert colour(drawing, 0.1, 0.5) == (255, 255, 255)


COUNT = """async ({ contours, lines, terms }) => {
  const { Lines } = await import("./files/lines.js");
  const { cellsOf } = await import("./files/region.js");
  const sheet = new Lines({ ...terms, lines: [], budget: 1, most: null });
  const used = lines.map((line, n) => {
    sheet.apply({ op: "add", stroke: `${n}`, ink: 0, pen: 1, points: line.points });
    sheet.apply({ op: "trim", stroke: `${n}`, spans: line.spans });
    return sheet.get(`${n}`).used;
  });
  return { cells: contours.map(cellsOf), used };
}"""


async def test_the_page_counts_ink_as_the_bot_does(served: Served, browser: Browser):
    ada = await desk(browser, served, PHONE)
    chance = random.Random(7)
    contours = [
        [
            [chance.randrange(UNIT + 1) for _ in range(2 * chance.randrange(3, 40))]
            for _ in range(chance.randrange(1, 5))
        ]
        for _ in range(60)
    ]
    lines: list[dict[str, Any]] = []
    for _ in range(60):
        count = chance.randrange(2, 30)
        ends = sorted(chance.randrange(1000 * (count - 1) + 1) for _ in range(6))
        points = [chance.randrange(UNIT + 1) for _ in range(2 * count)]
        lines.append({"points": points, "spans": list(zip(ends[::2], ends[1::2], strict=True))})
    terms = {"pens": PENS, "pressures": PRESSURES, "unit": UNIT, "cell": 20}
    told = {"contours": contours, "lines": lines, "terms": terms | {"presses_at_most": 16}}
    counted = await ada.page.evaluate(COUNT, told)
    assert counted["cells"] == [cells_of(tuple(map(tuple, each))) for each in contours]
    for used, told in zip(counted["used"], lines, strict=True):
        line = Line(ink=0, pen=1)
        line.reach(list(zip(told["points"][::2], told["points"][1::2], strict=True)))
        line.trim(tuple(map(tuple, told["spans"])))
        assert used == pytest.approx(line.used, abs=1e-9)
